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
from typing import Any, cast

from cliffhanger.dynamo import Unclear
from cliffhanger.errors import Busy, CliffhangerError, KeyReused, PayoutRefused
from cliffhanger.ledger.entries import Entry
from cliffhanger.payments.routing import Subject
from cliffhanger.payouts.domain import OVER, Payout, Wish
from cliffhanger.payouts.hearing import hear
from cliffhanger.payouts.policy import DAY_MS, terms_of
from cliffhanger.payouts.service import cancel, request
from cliffhanger.payouts.standing import standing_of
from cliffhanger.payouts.steps import run as run_step
from cliffhanger.payouts.sweeping import go_on, resume
from cliffhanger.payouts.tallies import Limits
from tests.simulation.histories import CRASHES, FAULTS
from tests.simulation.payout_rules import check_always, check_ended
from tests.simulation.payout_troubles import Troubles
from tests.simulation.running import Failed, Tell, untold
from tests.simulation.scripted import run_scripted
from tests.support.dynamodb import Call, Moment, NoFaults, SeededFaults
from tests.support.machine import Killed
from tests.support.payouts import AMPLE, BEGIN, CLEO
from tests.support.tables import LEDGER

STEPS = 40
RIVALS = 0.06
"""How often, at a call's boundary, somebody else acts first."""
BETWEEN = 0.3
"""How often something hits a payout right after its transfer, before its bank is asked: few calls lie between."""
FEWER = {fault: rate / 4 for fault, rate in FAULTS.items()}
"""A step makes a dozen calls and answers the first fault by a pause: with more of them, hardly one is ever done."""
SILENT, SILENT_MOVING = 0.12, 0.3
"""How often the provider does not answer, and where it moves money; half of the time it has done what it was asked."""
MOVING = ("transfer", "pay_out", "reverse")
"""Calls that may still be on their way when nobody waits for them any more."""
PATIENCE = 6
"""So many pauses a worker sits out before something else happens."""
AUDITED_OF = 8
"""The auditor reads the books of one history in so many: it takes as long as the history."""
AFTER_ALL_MS = 15 * DAY_MS
"""No bank was changed since, and no income came in of which a reserve is kept."""
LEAST = 1_000
"""The smallest payout, in the currency's smallest unit."""
EVER = 40
"""So many rounds are enough for everything to come to its end once nothing fails any more."""


class Paused(BaseException):
    """The execution waits, and others act meanwhile."""


class PayoutHistory(Troubles):
    """One seeded run: a creator with income, and then what comes."""

    def __init__(self, seed: int, *, calm: Collection[int], tell: Tell) -> None:
        super().__init__(seed)
        self.calm, self.tell_line = calm, tell
        self.drawn: dict[int, str] = {}
        self.script: Mapping[int, str] = {}
        self.wishes: dict[str, Wish] = {}
        self.last_task: Mapping[str, Any] = {}
        self.crashes = self.rivals = self.pauses = 0
        self.struck: collections.Counter[str] = collections.Counter()
        self.mortal = False
        self.in_hand: set[str] = set()
        """Executions that somebody goes on with at this moment."""
        self.stopped: str | None = None
        """What forbade to send money when the step began that runs, and has ever since."""
        self.limits = Limits(60_000, None)
        self.bank.ours["USD"] = 90_000
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
        act = self.draw(number)
        self.now += self.random.randint(60_000, 3_600_000)
        self.bank.arrive()
        self.tell_line(f"step {number}: {act.__name__}")
        self.mortal = not quiet
        self.attempt(act)
        self.mortal = False
        self.struck.update(fault.value for fault in seeded.struck.values())
        self.calm_down()
        check_always(self)

    def draw(self, number: int) -> Callable[[], None]:
        """What is done at a step."""
        [act] = self.random.choices([one for one, _ in self.acts()], [weight for _, weight in self.acts()])
        self.drawn[number] = name = self.script.get(number, act.__name__)
        return cast("Callable[[], None]", getattr(self, name))

    def acts(self) -> list[tuple[Callable[[], None], int]]:
        """What may happen, and how often."""
        busy = bool(self.running())
        at_bank = {shown.status for _, shown in self.bank.payouts.values()}
        return [
            (self.wish, 25 if busy else 60),
            (self.work, 45 if busy else 5),
            (self.bank_tells, 20 if "pending" in at_bank else 0),
            (self.bank_returns, 10 if "paid" in at_bank else 0),
            (self.bank_changes_its_mind, 5 if "pending" in at_bank else 0),
            (self.hear_all, 10),
            (self.come_in, 6),
            (self.daily_round, 6),
            (self.dispute, 5),
            (self.win, 2),
            (self.hear_of_disputes, 6),
            (self.take_back, 2),
            (self.freeze, 12 if self.frozen else 3),
            (self.verify, 12 if self.unverified() else 3),
            (self.switch, 9 if self.off else 3),
            (self.refuse, 12 if self.bank.refuses else 5),
            (self.move_bank, 2),
            (self.call_off, 3),
            (self.drain, 3),
            (self.abort, 3),
            (self.sweep, 5),
            (self.days_pass, 5),
            (self.months_pass, 9 if self.quietly(lambda: self.held) else 3),
            (self.expire_holds, 3),
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
            self.let(self.random.choice(self.rivals_now()))

    def let(self, rival: Callable[[], None]) -> None:
        """Somebody else acts first, without trouble of their own."""
        self.rivals, self.mortal, hook = self.rivals + 1, False, self.model.hook
        self.model.hook = None
        was, self.stopped = self.stopped, None
        self.attempt(rival)
        self.model.hook, self.mortal = hook, True
        self.stopped = was if was == self.forbids() else None

    def rivals_now(self) -> list[Callable[[], None]]:
        """Who may act first at a call's boundary."""
        rivals = [self.work_twice, self.freeze, self.hear_all, self.call_off, self.verify, self.bank_tells]
        rivals += [self.take_back, self.refuse]
        if self.in_hand:
            return [*rivals, *[self.overtake] * 4, self.strike, self.strike, self.work_beside, self.work_beside]
        return [*rivals, self.work, self.work]

    def hits(self) -> list[Callable[[], None]]:
        """What may hit a payout between its transfer and its bank."""
        return [self.freeze, self.verify, self.verify, self.call_off, self.take_back, *[self.strike] * 5]

    def reach(self, where: str) -> None:
        """At any boundary, the process dies; at the provider's, the answer is lost or the call is."""
        if where in ("before transfer", "before pay_out"):
            assert not (self.stopped and self.stopped == self.forbids()), f"{where} although {self.stopped}"
        if not self.mortal:
            return
        if self.random.random() < CRASHES:
            raise Killed
        if where == "after transfer" and self.random.random() < BETWEEN:
            self.let(self.random.choice(self.hits()))
        name = where.partition(" ")[2]
        rate = SILENT_MOVING if name in MOVING else SILENT
        if where.startswith("before") and name != "tell" and self.random.random() < rate:
            ways = [self.bank.fails, self.bank.loses, *([self.bank.delays] if name in MOVING else [])]
            way = self.random.choice(ways)
            way.append(name)
            told = "does not answer" if way is self.bank.fails else "has done it, and the answer is lost"
            self.reached[f"{name}: {'arrives when nobody waits' if way is self.bank.delays else told}"] += 1

    def step(self, task: Mapping[str, Any]) -> dict[str, Any]:
        """The task function; Step Functions may have called it before, and calls it still."""
        self.last_task, self.stopped = task, self.forbids()
        return super().step(task)

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
        """A payout, now and then two at once; asked for twice as well, or once more with another body under its key."""
        self.ask_for_one()
        if self.random.random() < 0.3:
            self.ask_for_one()

    def ask_for_one(self) -> None:
        """A payout."""
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
            self.happened.add("canceled")
            cancel(self.desk, CLEO, self.random.choice(list(self.wishes)))

    # --- the workflow ------------------------------------------------------------------------------------------------

    def work(self) -> None:
        """Executions go on, in any order; now and then one that waits is not told for half a day."""
        running = self.running()
        for name in self.random.sample(running, len(running)):
            self.carry_on(name)

    def running(self) -> list[str]:
        """The executions that run, and nobody goes on with."""
        return [name for name in self.machine.executions if self.machine.running(name) and name not in self.in_hand]

    def carry_on(self, name: str) -> None:
        """One execution goes on as far as it does."""
        self.in_hand.add(name)
        try:
            self.machine.run(name)
            if self.machine.executions[name].token and self.random.random() < 0.3:
                self.machine.time_out(name)
        finally:
            self.in_hand.discard(name)

    def work_beside(self) -> None:
        """Another execution goes on while one does."""
        beside = self.running()
        if beside:
            self.reached["two executions at once"] += 1
            self.carry_on(self.random.choice(beside))

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
                execution.outcome, execution.token = "ABORTED", ""
                self.reached[f"stopped in {execution.state}"] += 1

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
                self.end(sent, self.random.choice(("paid", "paid", "failed")), "account_closed")

    def bank_returns(self) -> None:
        """A bank sends back what it had taken."""
        for sent, (_, shown) in list(self.bank.payouts.items()):
            if shown.status == "paid" and self.random.random() < 0.3:
                self.end(sent, "failed", "no_account")

    def bank_changes_its_mind(self) -> None:
        """It was told that a payout is paid, and before anybody has gone on from there, that it is not."""
        pending = [sent for sent, (_, shown) in self.bank.payouts.items() if shown.status == "pending"]
        if pending:
            sent = self.random.choice(pending)
            for status in ("paid", "failed"):
                self.end(sent, status, "account_closed")
                self.hear_all()

    def end(self, sent: str, status: str, code: str) -> None:
        """A bank has taken a payout, or not."""
        self.bank.end(sent, status, code)
        self.happened |= {"bank_refused"} if status == "failed" else set()

    def hear_all(self) -> None:
        """Notices, doubled, late, of others; one that was not taken comes again."""
        self.undelivered += [*self.bank.notices, *self.random.choices(self.bank.notices, k=len(self.bank.notices) // 2)]
        self.bank.notices.clear()
        assert hear(self.desk, Subject("payout.paid", "po_1", "acct_dora", BEGIN)) == "foreign"
        self.random.shuffle(self.undelivered)
        while self.undelivered:
            notice = self.undelivered.pop()
            try:
                self.reached[f"a notice is {hear(self.desk, notice)}"] += 1
            except BaseException:
                self.undelivered.append(notice)
                raise

    def strike(self) -> None:
        """A payment is disputed that the creator had a share in."""
        self.dispute()
        self.hear_of_disputes()

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
        self.have_done()
        self.end_all()
        self.come_to_its_end()
        self.pay_the_rest()
        check_always(self)
        check_ended(self)
        if self.seed % AUDITED_OF == 0:
            with tempfile.TemporaryDirectory() as folder:
                kept = self.audited(Path(folder)).tally.findings.kept
            assert not kept, f"the auditor finds {kept[0]}"

    def end_all(self) -> None:
        """Every payout comes to its end."""
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

    def pay_the_rest(self) -> None:
        """Nobody stays unpaid for ever: what is left can be paid out, whatever has been before."""
        self.now += AFTER_ALL_MS
        standing = standing_of(self.desk, CLEO, "USD")
        assert self.limits.day is not None
        amount = min(standing.payable, self.limits.day)
        if standing.debts or amount < LEAST:
            return
        wish = self.wishes["rest"] = Wish(amount, "USD", "standard", 0)
        request(self.desk, CLEO, "rest", wish)
        self.end_all()
        rest = self.payout("rest")
        assert rest.status == "paid", f"what is left stays {rest.status} by {rest.rule}"
        self.reached["what is left is paid out"] += 1

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
            **collections.Counter(f"{self.came(payout)}: {payout.rule}" for payout in known if payout.rule),
            **{what: count for what, count in self.reached.items() if count},
        }

    def came(self, payout: Payout) -> str:
        """How far a payout had come that has a rule."""
        if payout.transfer:
            return "had been transferred"
        asked = (event["data"]["payoutId"] for event in self.events if event["type"] == "PayoutRequested")
        return "had been set aside" if payout.payout in asked else "had been asked for"


def run(
    seed: int,
    steps: Iterable[int] = range(STEPS),
    calm: Collection[int] = (),
    tell: Tell = untold,
) -> tuple[PayoutHistory, Failed | None]:
    """One history of payouts from its seed to its end, or to the first invariant that does not hold."""
    return run_scripted(PayoutHistory, seed, range(STEPS), steps, calm, tell)
