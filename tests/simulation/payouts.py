"""Histories of one creator's money on its way out, with everybody who may get in between.

The shipped steps run under the shipped state machine, over a DynamoDB that conflicts and loses replies and a provider
that does; whoever acts is killed at any boundary of a call. A family of its own: in the history of viewers a payout
would wait for income most of the time.
"""

from __future__ import annotations

import collections
import contextlib
import random
import tempfile
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from cliffhanger.dynamo import Unclear
from cliffhanger.errors import Busy, CliffhangerError, KeyReused, PayoutRefused
from cliffhanger.ledger import holding
from cliffhanger.ledger.declarations import set_flag
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.holding import Held
from cliffhanger.ledger.state import FROZEN
from cliffhanger.payments.routing import Subject
from cliffhanger.payouts.domain import OVER, Wish, creator
from cliffhanger.payouts.hearing import hear
from cliffhanger.payouts.policy import DAY_MS, terms_of
from cliffhanger.payouts.service import cancel, request
from cliffhanger.payouts.steps import run as run_step
from cliffhanger.payouts.sweeping import go_on, resume
from cliffhanger.payouts.tallies import Limits
from tests.simulation.histories import CRASHES, FAULTS
from tests.simulation.payout_incomes import Incomes
from tests.simulation.payout_rules import check_always, check_ended
from tests.simulation.running import Failed, Tell, run_through, untold
from tests.support.dynamodb import Call, Moment, NoFaults, SeededFaults
from tests.support.machine import Killed
from tests.support.payouts import AMPLE, BEGIN, CLEO
from tests.support.tables import LEDGER

STEPS = 40
RIVALS = 0.06
"""How often, at a call's boundary, somebody else acts first."""
FEWER = {fault: rate / 4 for fault, rate in FAULTS.items()}
"""A step makes a dozen calls and answers the first fault by a pause: with more of them, hardly one is ever done."""
SILENT = 0.06
"""How often the provider does not answer; half of the time it has done what it was asked."""
MOVING = ("transfer", "pay_out", "reverse")
"""Calls that may still be on their way when nobody waits for them any more."""
PATIENCE = 6
"""So many pauses a worker sits out before something else happens."""
AUDITED_OF = 8
"""The auditor reads the books of one history in so many: it takes as long as the history."""
EVER = 40
"""So many rounds are enough for everything to come to its end once nothing fails any more."""


class Paused(BaseException):
    """The execution waits, and others act meanwhile."""


class PayoutHistory(Incomes):
    """One seeded run: a creator with income, and then what comes."""

    def __init__(self, seed: int, *, calm: Collection[int], tell: Tell) -> None:
        super().__init__(seed)
        self.calm, self.tell_line = calm, tell
        self.wishes: dict[str, Wish] = {}
        self.last_task: Mapping[str, Any] = {}
        self.crashes = self.rivals = self.pauses = 0
        self.struck: collections.Counter[str] = collections.Counter()
        self.mortal = self.working = self.frozen = False
        self.undelivered: list[Subject] = []
        self.stopped: str | None = None
        """What forbade to send money when the step began that runs, and has ever since."""
        self.limits = Limits(60_000, None)
        self.at_wait = self.sit_out
        self._entries: dict[tuple[str, int], Entry] = {}
        for ago in (20, 0):
            self.come_in()
            self.carry(ago * DAY_MS)

    # --- who acts ----------------------------------------------------------------------------------------------------

    def step_on(self, number: int) -> None:
        """Somebody does something: what, the seed and the step's number decide."""
        self.random = random.Random(f"{self.seed}/{number}")
        quiet, self.pauses, self.stopped = number in self.calm, 0, None
        seeded = SeededFaults(f"{self.seed}/{number}", FEWER)
        self.model.faults = NoFaults() if quiet else seeded
        self.model.hook, self.bank.boundary = (None, lambda _: None) if quiet else (self.meet, self.reach)
        [act] = self.random.choices([one for one, _ in self.acts()], [weight for _, weight in self.acts()])
        self.now += self.random.randint(60_000, 3_600_000)
        self.bank.arrive()
        self.tell_line(f"step {number}: {act.__name__}")
        self.mortal = not quiet
        self.attempt(act)
        self.mortal = False
        self.struck.update(fault.value for fault in seeded.struck.values())
        self.calm_down()
        check_always(self)

    def acts(self) -> list[tuple[Callable[[], None], int]]:
        """What may happen, and how often."""
        return [
            (self.wish, 26),
            (self.work, 40),
            (self.bank_tells, 16),
            (self.bank_returns, 6),
            (self.bank_changes_its_mind, 6),
            (self.hear_all, 10),
            (self.come_in, 6),
            (self.daily_round, 6),
            (self.dispute, 5),
            (self.win, 2),
            (self.hear_of_disputes, 6),
            (self.take_back, 2),
            (self.freeze, 4),
            (self.verify, 4),
            (self.switch, 3),
            (self.call_off, 3),
            (self.drain, 3),
            (self.abort, 3),
            (self.sweep, 5),
            (self.days_pass, 5),
            (self.months_pass, 3),
            (self.expire_holds, 2),
        ]

    def attempt(self, act: Callable[[], None]) -> None:
        """One act, whatever becomes of it: who was killed, or heard no answer, comes again later or not at all."""
        try:
            act()
        except Killed:
            self.crashes += 1
        except (Paused, Unclear, CliffhangerError):
            pass

    def meet(self, moment: Moment, _call: Call) -> None:
        """At a call of the table: the process dies, or somebody else acts first."""
        self.reach("")
        if moment is Moment.BEFORE and self.mortal and self.random.random() < RIVALS:
            self.rivals, self.mortal, hook = self.rivals + 1, False, self.model.hook
            self.model.hook = None
            rivals = [self.work_twice, self.freeze, self.hear_all, self.call_off, self.verify, self.bank_tells]
            rivals += [self.overtake, self.strike, self.strike] if self.working else [self.work, self.work]
            was, self.stopped = self.stopped, None
            self.attempt(self.random.choice(rivals))
            self.model.hook, self.mortal = hook, True
            self.stopped = was if was == self.forbids() else None

    def reach(self, where: str) -> None:
        """At any boundary, the process dies; at the provider's, the answer is lost or the call is."""
        if where in ("before transfer", "before pay_out"):
            assert not (self.stopped and self.stopped == self.forbids()), f"{where} although {self.stopped}"
        if not self.mortal:
            return
        if self.random.random() < CRASHES:
            raise Killed
        name = where.partition(" ")[2]
        if where.startswith("before") and name != "tell" and self.random.random() < SILENT:
            ways = [self.bank.fails, self.bank.loses, *([self.bank.delays] if name in MOVING else [])]
            self.random.choice(ways).append(name)

    def step(self, task: Mapping[str, Any]) -> dict[str, Any]:
        """The task function; Step Functions may have called it before, and calls it still."""
        self.last_task, self.stopped = task, self.forbids()
        return super().step(task)

    def forbids(self) -> str | None:
        """What forbids to send money now, if anything does."""
        return self.quietly(self._forbids)

    def _forbids(self) -> str | None:
        if self.off:
            return "switched off"
        if self.frozen or self.debt:
            return "frozen" if self.frozen else "debt"
        return "disputed" if self.balance < self.at_stake else self.verified

    def sit_out(self) -> None:
        """A pause is over; after some of them the worker lets others act."""
        self.pauses += 1
        if self.pauses > PATIENCE:
            raise Paused

    def calm_down(self) -> None:
        """Nothing fails any more, and what was under way has arrived."""
        self.model.faults, self.model.hook = NoFaults(), None
        self.bank.boundary = lambda _: None
        self.bank.fails.clear()
        self.bank.loses.clear()
        self.bank.delays.clear()
        self.model.deliver_delayed()

    # --- the creator -------------------------------------------------------------------------------------------------

    def wish(self) -> None:
        """A payout, now and then asked for twice, or once more with another body under its key."""
        name = f"p{len(self.wishes) + 1}"
        speed = self.random.choice(("standard", "instant"))
        amount = self.random.choice((10_000, 20_000, 30_000, 45_000))
        found = terms_of("USD", speed)
        assert found is not None
        wish = self.wishes[name] = Wish(amount, "USD", speed, found[1].of(amount))  # type: ignore[arg-type]
        for _ in range(self.random.choice((1, 2, 3))):
            try:
                assert request(self.desk, CLEO, name, wish).payout.hash == wish.hash
            except PayoutRefused as refused:
                self.reached[f"not taken: {refused.members['rule']}"] += 1
            except (Unclear, CliffhangerError):
                pass
        if self.store_knows(name) and self.random.random() < 0.3:
            try:
                request(self.desk, CLEO, name, wish._replace(amount=amount + 1))
            except KeyReused:
                return
            raise AssertionError("a key has asked for something else")

    def call_off(self) -> None:
        if self.wishes:
            cancel(self.desk, CLEO, self.random.choice(list(self.wishes)))

    # --- the workflow ------------------------------------------------------------------------------------------------

    def work(self) -> None:
        """Executions go on, in any order; now and then one that waits is not told for half a day."""
        self.working = True
        running = [name for name in self.machine.executions if self.machine.running(name)]
        try:
            for name in self.random.sample(running, len(running)):
                self.machine.run(name)
                if self.machine.executions[name].token and self.random.random() < 0.3:
                    self.machine.time_out(name)
        finally:
            self.working = False

    def work_twice(self) -> None:
        """Step Functions gave a task up that still runs, and has it done again."""
        if self.last_task:
            run_step(self.desk, self.last_task)

    def overtake(self) -> None:
        """And what it is about has been called off meanwhile."""
        self.call_off()
        self.work_twice()

    def abort(self) -> None:
        """An execution's thirty days are over, or somebody stopped it."""
        for name, execution in self.machine.executions.items():
            if self.machine.running(name) and self.random.random() < 0.4:
                execution.outcome, execution.token = "TIMED_OUT", ""

    def sweep(self) -> None:
        """The clock's sweep, and the operators who go on with what is stuck."""
        for _ in go_on(self.desk, AMPLE):
            pass
        for name in self.wishes:
            if self.store_knows(name):
                resume(self.desk, CLEO, name)

    # --- the provider ------------------------------------------------------------------------------------------------

    def bank_tells(self) -> None:
        """A bank takes a payout, or does not."""
        for sent, (_, shown) in list(self.bank.payouts.items()):
            if shown.status == "pending" and self.random.random() < 0.7:
                self.bank.end(sent, self.random.choice(("paid", "paid", "failed")), "account_closed")

    def bank_returns(self) -> None:
        """A bank sends back what it had taken."""
        for sent, (_, shown) in list(self.bank.payouts.items()):
            if shown.status == "paid" and self.random.random() < 0.3:
                self.bank.end(sent, "failed", "no_account")

    def bank_changes_its_mind(self) -> None:
        """It was told that a payout is paid, and before anybody has gone on from there, that it is not."""
        pending = [sent for sent, (_, shown) in self.bank.payouts.items() if shown.status == "pending"]
        if pending:
            sent = self.random.choice(pending)
            for status in ("paid", "failed"):
                self.bank.end(sent, status, "account_closed")
                self.hear_all()

    def hear_all(self) -> None:
        """Notices, doubled, late, of others; one that was not taken comes again."""
        self.undelivered += [*self.bank.notices, *self.random.choices(self.bank.notices, k=len(self.bank.notices) // 2)]
        self.bank.notices.clear()
        assert hear(self.desk, Subject("payout.paid", "po_1", "acct_dora", BEGIN)) == "foreign"
        self.random.shuffle(self.undelivered)
        while self.undelivered:
            notice = self.undelivered.pop()
            try:
                hear(self.desk, notice)
            except BaseException:
                self.undelivered.append(notice)
                raise

    def drain(self) -> None:
        """Others are paid out, or we have put money there."""
        self.bank.ours["USD"] += self.random.choice((-1, 1)) * self.random.choice((15_000, 40_000))
        self.bank.ours["USD"] = max(0, self.bank.ours["USD"])

    # --- support -----------------------------------------------------------------------------------------------------

    def strike(self) -> None:
        """A payment is disputed that the creator had a share in."""
        self.dispute()
        self.hear_of_disputes()

    def freeze(self) -> None:
        """An account is frozen, more often it is not any more."""
        self.frozen = on = self.random.random() < 0.3
        self.case("freeze" if on else "thaw", lambda turn: set_flag(turn, flag=FROZEN, on=on))

    def verify(self) -> None:
        """A sanctions hit, more often none any more."""
        self.verified = "verification_refused" if self.random.random() < 0.2 else None

    def switch(self) -> None:
        """Operators stop payouts, more often they let them go on."""
        self.off = self.random.random() < 0.35

    def days_pass(self) -> None:
        """Days, in which a provider forgets keys."""
        self.now += self.random.randint(1, 6) * DAY_MS
        self.bank.end_day()

    def months_pass(self) -> None:
        """An execution ends after thirty days, what is set aside after forty-five, and what waits for a sweep waits."""
        self.now += self.random.choice((31, 46)) * DAY_MS
        self.bank.end_day()
        for execution in self.machine.executions.values():
            if self.machine.running(execution.name):
                execution.outcome, execution.token = "TIMED_OUT", ""

    def expire_holds(self) -> None:
        """The sweep that ends what was set aside and is over."""
        head = self.quietly(lambda: self.ledger.head(creator(CLEO)))
        for hold in () if head is None else head.state.holds:
            if hold.until <= self.now:
                holding.expire(self.ledger, Held(creator(CLEO), hold.hold), self.pace)
                self.reached["what was set aside has expired"] += 1

    # --- the end -----------------------------------------------------------------------------------------------------

    def read(self, account: str, seq: int) -> Entry:
        """One entry; what was read once need not be read again."""
        if (account, seq) not in self._entries:
            self._entries[account, seq] = self.ledger.entry(account, seq)
        return self._entries[account, seq]

    def store_knows(self, name: str) -> bool:
        """Whether a payout was taken; who looks from outside meets no faults."""
        return self.quietly(lambda: self.store.find(CLEO, name)) is not None

    def finish(self) -> None:
        """With all that was in the way gone, every payout comes to its end, and the books say what happened."""
        self.random, self.at_wait = random.Random(f"{self.seed}/end"), lambda: None
        self.calm_down()
        self.off, self.verified, self.frozen = False, None, False
        self.bank.arrive()
        self.bank.ours["USD"] = 1_000_000
        self.case("thaw", lambda turn: set_flag(turn, flag=FROZEN, on=False))
        for _ in range(EVER):
            for execution in [name for name in self.machine.executions if self.machine.running(name)]:
                self.machine.run(execution)
            for sent, (_, shown) in list(self.bank.payouts.items()):
                if shown.status == "pending":
                    self.bank.end(sent, "paid")
            with contextlib.suppress(Busy):
                self.hear_all()
            self.now += DAY_MS
            self.sweep()
            known = [self.payout(name) for name in self.wishes if self.store_knows(name)]
            if all(one.status in OVER for one in known) and not self.undelivered and not self.bank.notices:
                break
        self.come_to_its_end()
        check_always(self)
        check_ended(self)
        if self.seed % AUDITED_OF == 0:
            with tempfile.TemporaryDirectory() as folder:
                kept = self.audited(Path(folder)).tally.findings.kept
            assert not kept, f"the auditor finds {kept[0]}"

    def met(self) -> Mapping[str, int]:
        """What it met, and what has become of payouts."""
        known = [self.payout(name) for name in self.wishes if self.store_knows(name)]
        over = collections.Counter(payout.status for payout in known)
        rules = collections.Counter(payout.rule for payout in known if payout.rule)
        return {
            "calls": self.model.calls,
            "entries": len(self.model.items(LEDGER["TableName"])),
            "crashes": self.crashes,
            "rivals between two calls": self.rivals,
            **{f"fault: {name}": count for name, count in self.struck.items()},
            **{f"payouts {status}": count for status, count in over.items()},
            **{f"rule: {rule}": count for rule, count in rules.items()},
            **{what: count for what, count in self.reached.items() if count},
        }


def run(
    seed: int,
    steps: Iterable[int] = range(STEPS),
    calm: Collection[int] = (),
    tell: Tell = untold,
) -> tuple[PayoutHistory, Failed | None]:
    """One history of payouts from its seed to its end, or to the first invariant that does not hold."""
    return run_through(PayoutHistory(seed, calm=calm, tell=tell), steps)
