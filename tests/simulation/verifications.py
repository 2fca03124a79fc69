"""Histories of payouts of a creator whose verification is the shipped one: checked, named by lists, checked anew.

The steps of both workflows run under the shipped state machines, over one table model that conflicts and loses replies.
What hits a payout here is what a list, a reviewer or the end of a verification has brought about.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from cliffhanger.errors import CaseClosed, CliffhangerError, FourEyesRequired
from cliffhanger.events.envelope import Event
from cliffhanger.kyc.desk import Desk
from cliffhanger.kyc.domain import midnight_ms
from cliffhanger.kyc.editions import InForce
from cliffhanger.kyc.listening import hear
from cliffhanger.kyc.lists import SanctionsList, read_list, shipped
from cliffhanger.kyc.rechecking import sweep
from cliffhanger.kyc.review import REASONS, Verdict, decide, evidence, waiting
from cliffhanger.kyc.service import begin, standing_of
from cliffhanger.kyc.steps import STEPS as TASKS
from cliffhanger.kyc.steps import WAITING
from cliffhanger.kyc.store import VerificationsStore
from cliffhanger.kyc.tiers import Tier
from cliffhanger.payouts.desk import Verified, verified_by
from cliffhanger.payouts.domain import OVER
from cliffhanger.payouts.policy import DAY_MS
from cliffhanger.payouts.tallies import Limits
from tests.simulation.histories import CRASHES
from tests.simulation.payouts import EVER, SILENT, PayoutHistory
from tests.simulation.running import Failed, Tell, untold
from tests.simulation.scripted import run_scripted
from tests.simulation.sessions import ALIKE, HERSELF, LISTED, UNREADABLE, Sessions
from tests.simulation.verification_rules import Record, check_settled, check_verified, record_in, stands
from tests.support.dynamodb import connect
from tests.support.machine import Killed, Machine
from tests.support.payouts import CLEO
from tests.support.tables import VERIFICATIONS

STEPS = 50
REVIEWERS = ("rita", "otto", CLEO)
"""One of them would decide on herself."""
UNVERIFIED = {"verification_required", "verification_pending", "verification_refused"}
WHO = (HERSELF, HERSELF, HERSELF, ALIKE, LISTED, UNREADABLE)
NOTICE_MS = 3_600_000
"""So long a sweep may take."""


class Executions:
    """The workflow of checks, as verifying knows it."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine

    def start(self, person: str, check: int, turn: int) -> None:
        """As the port says."""
        self.machine.start(f"{person}-{check}-{turn}", {"person": person, "check": check})

    def answer(self, token: str, outcome: str) -> bool:
        """As the port says."""
        return self.machine.answer(token, {"outcome": outcome})


class Bus:
    """Where it is told, as verifying knows it."""

    def __init__(self, tell: Callable[[list[Event]], None]) -> None:
        self.publish = tell


class VerificationHistory(PayoutHistory):
    """A history of payouts in which the creator is verified, and may not stay it."""

    def __init__(self, seed: int, *, calm: Collection[int], tell: Tell) -> None:
        super().__init__(seed, calm=calm, tell=tell)
        self.model.call("CreateTable", VERIFICATIONS)
        self.sessions = Sessions()
        self.checks = Machine("kyc", self.check_step, lambda _: None)
        self.edition = 1
        self.lists: dict[int, tuple[SanctionsList, ...]] = {1: (shipped(),)}
        self.names_her: dict[int, bool] = {1: False}
        """Whether the lists of an edition name the creator herself."""
        self.kept: set[str] = set()
        """The sessions that were ever noted in the record."""
        self.told_sessions: list[str] = []
        bus: Any = Bus(self._tell)
        self.kyc = Desk(
            VerificationsStore(connect(self.model), VERIFICATIONS["TableName"]),
            lambda: self.sessions,
            Executions(self.checks),
            lambda: InForce(self.edition, self.lists[self.edition]),
            lambda: bus,
            "https://cliffhanger.example/earnings.html",
            lambda: self.now,
        )
        self.limits = Limits(250_000, 1_000_000)
        self.desk = self.desk._replace(verified=self.verified_now)
        self.be_verified()

    def verified_now(self, person: str, currency: str) -> Verified:
        """What payouts are told, as where the product is put together."""
        standing = standing_of(self.kyc.store, person, lambda: self.now)
        return verified_by(standing.state, standing.limits.get(currency))

    # --- looking on --------------------------------------------------------------------------------------------------

    @property
    def record(self) -> Record | None:
        """What is kept of the creator, as it lies in the table."""
        return record_in(self.model, CLEO)

    def unverified(self) -> str | None:
        """Why she may take nothing out, from what lies in the table and not by the product's own words."""
        return stands(self.record, self.now)

    def under_way(self) -> bool:
        """Whether a payout is neither over nor only asked for."""
        known = [self.payout(name) for name in self.wishes if self.store_knows(name)]
        return any(one.status not in {*OVER, "requested"} for one in known)

    def step_on(self, number: int) -> None:
        """As in any history; then what verifying must keep is looked at."""
        self.sessions.boundary = self.reach_session if number not in self.calm else lambda _: None
        super().step_on(number)
        check_verified(self)

    def calm_down(self) -> None:
        """Nothing fails any more."""
        super().calm_down()
        self.sessions.boundary = lambda _: None
        self.sessions.fails.clear()
        self.sessions.loses.clear()

    def reach_session(self, where: str) -> None:
        """At any boundary of a call of the provider the process dies, or the answer is lost, or the call is."""
        if not self.mortal:
            return
        if self.random.random() < CRASHES:
            raise Killed
        name = where.partition(" ")[2]
        if where.startswith("before") and self.random.random() < SILENT:
            way = self.random.choice((self.sessions.fails, self.sessions.loses))
            way.append(name)
            told = "does not answer" if way is self.sessions.fails else "has done it, and the answer is lost"
            self.reached[f"{name}: {told}"] += 1

    def check_step(self, task: Mapping[str, Any]) -> Mapping[str, Any]:
        """The task function of checks."""
        asked = (self.kyc, task["person"], task["check"])
        try:
            if "token" in task:
                return {"outcome": WAITING[task["step"]](*asked, task["token"])}
            return {"outcome": TASKS[task["step"]](*asked)}
        except Killed:
            self.reached[f"killed in {task['step']}"] += 1
            raise

    # --- who acts ----------------------------------------------------------------------------------------------------

    def acts(self) -> list[tuple[Callable[[], None], int]]:
        """What may happen, and how often."""
        record = self.record
        check = record["told"]["check"] if record else None
        in_review = check is not None and check["phase"] == "review"
        lost = self.unverified() is not None
        others = [(act, weight) for act, weight in super().acts() if act != self.verify]
        return [
            *others,
            *((act, weight) for act, weight in others if act in (self.wish, self.work, self.abort) and not lost),
            (self.begin_check, 28 if lost and check is None else 6),
            (self.show_document, 30 if self.sessions.standing("open", "processing") else 0),
            (self.hear_of_sessions, 24 if self.sessions.notices or self.told_sessions else 1),
            (self.check_on, 60 if self._checks() else 2),
            (self.review, 90 if in_review else 1),
            (self.renew_list, 2 if lost else 8),
            (self.recheck, 24 if record and record["edition"] < self.edition else 10),
            (self.erase_elsewhere, 2),
            (self.shut, 14 if self.sessions.down else 4),
            (self.years_pass, 4),
        ]

    def rivals_now(self) -> list[Callable[[], None]]:
        """Who may act first at a call's boundary."""
        others = [act for act in super().rivals_now() if act != self.verify]
        return [*others, self.name_her, self.name_her, self.review, self.hear_of_sessions, self.recheck]

    def hits(self) -> list[Callable[[], None]]:
        """What may hit a payout between its transfer and its bank."""
        return [*(act for act in super().hits() if act != self.verify), *[self.name_her] * 5]

    # --- the creator and the provider --------------------------------------------------------------------------------

    def begin_check(self) -> None:
        """She begins to be verified, now and then twice."""
        tier: Tier = self.random.choice((1, 1, 2))
        for _ in range(self.random.choice((1, 1, 2))):
            self.happened |= UNVERIFIED
            begin(self.kyc, CLEO, tier)

    def show_document(self) -> None:
        """A document is shown, which does or does not; or the session is given up."""
        for session in self.sessions.standing("open", "processing"):
            if self.random.random() < 0.6:
                self.sessions.become(session, "verified", who=self.random.choice(WHO))
            elif self.random.random() < 0.5:
                self.sessions.become(session, "open", "document_expired")
            else:
                self.sessions.become(session, self.random.choice(("processing", "canceled")))

    def erase_elsewhere(self) -> None:
        """Somebody at the provider's has erased what it knew of her."""
        self.happened |= UNVERIFIED
        for session in self.sessions.standing("verified"):
            if self.random.random() < 0.5:
                self.sessions.become(session, "gone")

    def shut(self) -> None:
        """The provider is down for a while, or is not any more."""
        self.sessions.down = not self.sessions.down and self.random.random() < 0.7

    def hear_of_sessions(self) -> None:
        """Notices, doubled, late, of others; one that was not taken comes again."""
        news = self.sessions.notices
        self.told_sessions += [*news, *self.random.choices(news, k=len(news) // 2), *self._older()]
        news.clear()
        self.random.shuffle(self.told_sessions)
        while self.told_sessions:
            notice = self.told_sessions.pop()
            try:
                self.reached[f"a session's notice is {hear(self.kyc, notice)}"] += 1
            except BaseException:
                self.told_sessions.append(notice)
                raise

    def _older(self) -> list[str]:
        """A notice of a session of long ago, or of another one's than of who is asked about."""
        known = list(self.sessions.sessions)
        return [self.random.choice(known)] if known and self.random.random() < 0.5 else []

    # --- the workflow and the clock ----------------------------------------------------------------------------------

    def _checks(self) -> list[str]:
        return [name for name in self.checks.executions if self.checks.running(name)]

    def check_on(self) -> None:
        """Executions of checks go on; now and then one that waits is told nothing for as long as its state lasts."""
        for name in self._checks():
            try:
                self.checks.run(name)
            except CliffhangerError:
                self.reached["a check's execution has failed"] += 1
            if self.checks.executions[name].token and self.random.random() < 0.3:
                self.now += DAY_MS // 2
                self.checks.time_out(name)

    def abort(self) -> None:
        """Somebody stops executions, of payouts or of checks."""
        super().abort()
        for name in self._checks():
            if self.random.random() < 0.4:
                execution = self.checks.executions[name]
                execution.outcome, execution.token = "ABORTED", ""
                self.reached[f"stopped in {execution.state}"] += 1

    def recheck(self) -> None:
        """The sweep of verifications."""
        under_way = self.quietly(self.under_way)
        for one in sweep(self.kyc, self.now + NOTICE_MS):
            self.reached[f"swept: {one.done or 'left'}"] += 1
            if one.done == "named":
                self.happened |= UNVERIFIED
                self.reached["named while a payout is under way"] += under_way

    def years_pass(self) -> None:
        """A verification ends, on its day; so has everything that runs."""
        self.happened |= UNVERIFIED
        self.months_pass()
        record = self.record
        until = record["told"]["until"] if record else ""
        ends = midnight_ms(until) if until else 0
        self.now = max(self.now + DAY_MS, ends + self.random.randint(0, 2) * DAY_MS)
        for name in self._checks():
            self.checks.executions[name].outcome, self.checks.executions[name].token = "TIMED_OUT", ""

    def days_pass(self) -> None:
        """Days, in which providers forget keys."""
        super().days_pass()
        self.sessions.end_day()

    # --- lists and reviewers -----------------------------------------------------------------------------------------

    def renew_list(self) -> None:
        """A newer edition, which names her, or may, or somebody else."""
        birth = self.random.choice((HERSELF.birth_date, "1961-01-01"))
        self.publish(self.random.choice((HERSELF.name, "Zed Nobody")), birth)

    def name_her(self) -> None:
        """A newer edition names her, and the sweep comes at once."""
        self.publish(HERSELF.name, HERSELF.birth_date)
        self.recheck()

    def publish(self, name: str, birth: str) -> None:
        """A newer edition of the lists comes into force."""
        self.happened |= UNVERIFIED
        edition = self.edition + 1
        entry = {"id": f"F-{edition}", "births": [birth], "names": [{"name": name}]}
        body = {"list": "fresh", "published": "2026-12-01", "entries": [entry]}
        self.lists[edition] = (shipped(), read_list(json.dumps(body).encode()))
        self.names_her[edition] = name == HERSELF.name
        self.edition = edition

    def review(self) -> None:
        """A reviewer looks at what waits, and decides; now and then twice, and never on herself."""
        [by] = self.random.choices(REVIEWERS, (3, 3, 1))
        for one in waiting(self.kyc, 10):
            try:
                shown = evidence(self.kyc, one.person, by).verification.check
            except FourEyesRequired:
                self.reached["a reviewer was to decide on herself"] += by == CLEO
                continue
            assert by != CLEO, "a reviewer saw her own case"
            if shown is None:
                continue
            verdict: Verdict = self.random.choices(("approve", "refuse", "again"), (8, 1, 1))[0]
            self.happened |= UNVERIFIED
            self.reach("")
            if self.mortal and self.random.random() < 0.25:
                self.let(self.review)
            for _ in range(self.random.choice((1, 1, 2))):
                try:
                    decide(self.kyc, one.person, shown.number, verdict, reason=REASONS[verdict][0], note="", by=by)
                except CaseClosed:
                    self.reached["decided by somebody else meanwhile"] += 1
                    continue
                self.check_shown(shown.number, by, {hit.person for hit in shown.hits})

    def check_shown(self, check: int, by: str, hits: set[str]) -> None:
        """Nobody decides on a hit that they were not shown."""
        for noted in self.quietly(lambda: self.kyc.store.decisions(CLEO)):
            if (noted.decision.check, noted.decision.by) == (check, by):
                unseen = {hit.person for hit in noted.decision.hits} - hits
                assert not unseen, f"{by} has decided on {unseen}, which they were not shown"

    # --- the end -----------------------------------------------------------------------------------------------------

    def have_done(self) -> None:
        """Nothing is in the way any more, and whoever is to be verified is."""
        super().have_done()
        self.sessions.down = False
        self.publish("Zed Nobody", "1961-01-01")
        self.be_verified()
        check_verified(self)
        check_settled(self)

    def pay_the_rest(self) -> None:
        """What is left is paid out to who is verified still, or anew."""
        self.be_verified()
        super().pay_the_rest()

    def be_verified(self) -> None:
        """She shows her document, whoever must look at it does, and whatever broke off is gone on with."""
        for number in range(EVER):
            if number:
                self.now += DAY_MS
                self._time_out("AwaitIdentity")
            self._go_on()
            record = self.record
            left = record is None or record["told"]["check"] or record["told"]["erase"] or self._checks()
            if not left and not self.unverified() and not self.sessions.notices:
                return
            if number % 5 == 4:
                self.now += 31 * DAY_MS  # too many checks, or one was refused
                self.sessions.end_day()
                self._time_out("AwaitReview")
        raise AssertionError(f"she is never verified: {self.unverified()}, {self.record}")

    def _time_out(self, state: str) -> None:
        for name in self._checks():
            if self.checks.executions[name].state == state and self.checks.executions[name].token:
                self.checks.time_out(name)

    def _go_on(self) -> None:
        """One round of everybody."""
        if self.unverified() and not (self.record and self.record["told"]["check"]):
            with contextlib.suppress(CliffhangerError):
                begin(self.kyc, CLEO, 1)
        for session in self.sessions.standing("open", "processing"):
            self.sessions.become(session, "verified")
        for name in self._checks():
            self.checks.run(name)
        self.hear_of_sessions()
        for name in self._checks():
            self.checks.run(name)
        for one in waiting(self.kyc, 1):
            assert one.check is not None
            for by in ("rita", "otto"):
                with contextlib.suppress(CliffhangerError):
                    decide(self.kyc, CLEO, one.check.number, "approve", reason="identity_confirmed", note="", by=by)
        list(sweep(self.kyc, self.now + NOTICE_MS))
        for name in self._checks():
            self.checks.run(name)

    def met(self) -> Mapping[str, int]:
        """What it met, and what was decided."""
        decisions = self.quietly(lambda: self.kyc.store.decisions(CLEO))
        told = [f"decided: {one.decision.outcome} by {one.decision.by}" for one in decisions if one.decision.final]
        return {**super().met(), **{what: told.count(what) for what in told}}


def run(
    seed: int, steps: Iterable[int] = range(STEPS), calm: Collection[int] = (), tell: Tell = untold
) -> tuple[VerificationHistory, Failed | None]:
    """One history of payouts and verification from its seed to its end, or to the first invariant that is broken."""
    return run_scripted(VerificationHistory, seed, range(STEPS), steps, calm, tell)
