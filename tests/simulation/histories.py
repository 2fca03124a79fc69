"""Seeded histories of viewers, rivals, support and settlement over a DynamoDB that conflicts and loses replies.

The shipped store runs, and a ledger written from the rules audits every entry. Nothing here draws on anything but the
seed, so that a failing one replays. Each step draws from a seed of its own: steps can be left out, and what the others
do stays what it was, which is how a failure is shrunk.
"""

from __future__ import annotations

import contextlib
import random
from collections.abc import Callable, Collection, Iterable, Mapping

from cliffhanger.errors import Busy
from cliffhanger.ledger.settling import settle_images
from cliffhanger.unlocks.service import Books, unlock
from tests.simulation.earners import Earners
from tests.simulation.replay import span_of
from tests.simulation.running import Failed, Tell, run_through, untold
from tests.simulation.world import LONGEST_LAG_MS, VIEWERS, Crashed
from tests.support.dynamodb import (
    Call,
    Fault,
    Moment,
    NoFaults,
    ScriptedFaults,
    SeededFaults,
)
from tests.support.tables import LEDGER

STEPS = 70
RIVALS = 0.05
"""How often, at a call's boundary, somebody else acts on the same account first."""
SECOND_WORKER = 0.3
"""How often a second settlement worker gets in before the first one's transaction."""
SPITE = 0.04
"""How often a viewer's put is late, while the price changes."""
CRASHES = 0.02
"""How often, around a call, whoever acts dies: before it, after it, or while a transaction holds its items."""
SECOND_SWEEP = 0.05
"""How often another sweep gets in before a call of the one that is under way."""
STALE_READS = 0.3
"""How often a read that may be stale is."""
FAULTS = {
    Fault.LOST_REPLY: 0.05,
    Fault.LOST_REQUEST: 0.02,
    Fault.NOT_SENT: 0.01,
    Fault.FAILED: 0.02,
    Fault.FAILED_LATE: 0.03,
    Fault.DELAYED: 0.02,
    Fault.THROTTLED: 0.02,
    Fault.LIMITED: 0.01,
    Fault.CONFLICT: 0.04,
}
"""Every one that can strike what the ledger calls, which reads and writes no batches."""


class History(Earners):
    """One seeded run from its first step to its end: viewers who have something, and then what comes."""

    def __init__(self, seed: int, *, calm: Collection[int] = (), tell: Tell = untold) -> None:
        super().__init__(seed, calm, tell)
        for person in VIEWERS:
            for _ in range(2):
                self.give(person)

    # --- who acts ----------------------------------------------------------------------------------------------------

    def step_on(self, number: int) -> None:
        """Somebody does something: what, the seed and the step's number decide."""
        self.random = random.Random(f"{self.seed}/{number}")
        quiet = number in self.calm
        seeded = SeededFaults(f"{self.seed}/{number}", FAULTS, lag_rate=STALE_READS, longest_lag_ms=LONGEST_LAG_MS)
        self.faults = self.model.faults = NoFaults() if quiet else seeded
        self.model.hook = None if quiet else self.meet_a_rival
        acts: list[tuple[Callable[[str], None], int]] = [
            (self.ask, 45),
            (self.reverse, 9),
            (self.give, 8),
            (self.take_back, 4),
            (self.limit, 3),
            (self.freeze, 2),
            (lambda _: self.settle(), 20),
            (lambda _: self.reprice(), 5),
            (lambda _: self.wait_for_days(), 4),
            (lambda _: self.crowd(), 2),
        ]
        nobodys = [act for act, _ in acts[6:]]
        acts += [*self.trades(), *self.sweeps(), *self.disasters(), *self.intakes(), *self.earnings()]
        act = self.random.choices([act for act, _ in acts], [weight for _, weight in acts])[0]
        person = self.random.choice(VIEWERS)
        self.now += self.random.randint(0, 60_000)
        self.acting = person if act not in nobodys else None
        self.tell(f"step {number}: {getattr(act, '__name__', 'act').strip('<>')} {person}")
        self.mortal = True
        try:
            act(person)
        except Crashed:
            self.crashes += 1
            self.tell("  died")
        self.acting, self.mortal, self.second_worker = None, False, False
        self.model.faults = self.faults
        self.struck.update(fault.value for fault in seeded.struck.values())
        for call, fault in seeded.struck.items():
            self.tell(f"  call {call}: {fault.value}")
        self.check()

    def meet_a_rival(self, moment: Moment, call: Call) -> None:
        """Between two calls, somebody else acts: the same viewer on another device, support, or a second worker."""
        if self.mortal and self.random.random() < CRASHES:
            raise Crashed
        if call.operation == "PutItem" and self.answers.under_way and self.acting is not None:
            self.spite(moment, call)
        if moment is not Moment.BEFORE:
            return
        if self.acting is not None and self.random.random() < RIVALS:
            person, self.acting, self.mortal = self.acting, None, False
            self.answers.rivals += 1
            self.meetings += 1
            acts = (*[self.ask] * 6, self.reverse, self.reverse, self.limit, self.freeze, self.take_back, self.give)
            trades = [act for act, _ in (*self.trades(), *self.intakes(), *self.earnings())]
            self.random.choice((*acts, *trades) if self.random.random() < 0.5 else acts)(person)
            self.acting, self.mortal = person, True
        elif self.coming and call.operation != "Query" and self.random.random() < SECOND_SWEEP:
            mortal, self.mortal, self.coming = self.mortal, False, False
            self.meetings += 1
            self.come("")
            self.mortal, self.coming = mortal, True
        elif call.operation == "TransactWriteItems" and not self.second_worker and self.random.random() < SECOND_WORKER:
            if not self.records():
                return
            self.second_worker, mortal, self.mortal = True, self.mortal, False
            self.meetings += 1
            with contextlib.suppress(Busy):  # Lambda delivers it again; here the first worker has it too
                settle_images(self.ledger, self.random.choices(self.records(), k=2), self.pace())
            self.second_worker, self.mortal = False, mortal

    def spite(self, moment: Moment, call: Call) -> None:
        """A put that lands late, and just then another price: whoever refuses now has sold it all the same."""
        if moment is Moment.AFTER:
            self.model.faults = self.faults
        elif self.random.random() < SPITE:
            self.model.faults = ScriptedFaults({call.number: Fault.DELAYED})
            series, first, last, _ = span_of(self.answers.under_way[-1][1])
            for number in range(first, last + 1):
                if not self.stories[series].free(number):
                    self.reprice(series, number)

    def finish(self) -> None:
        """With the faults gone, everything asked for is answered and everything is settled, once."""
        self.model.faults = NoFaults()
        self.model.hook = None
        self.model.deliver_delayed()
        self.vest_all()
        self.settle_all()
        self.sweep_all()
        self.carry_rest()
        rows = self.model.items(LEDGER["TableName"])
        self.answers.ask_again(
            lambda request: unlock(Books(self.ledger, self.catalog, lambda: None), request, self.pace())
        )
        for person in VIEWERS:
            self.compare(person)
        assert self.model.items(LEDGER["TableName"]) == rows, "a retry or a look changed something"

    def met(self) -> Mapping[str, int]:
        """What it met, and the carries among its entries."""
        entries = [entry for chain in self.audit.chains.values() for entry in chain]
        return {
            "calls": self.model.calls,
            "entries": len(entries),
            "crashes": self.crashes,
            "rivals between two calls": self.answers.rivals,
            "carries": sum(entry.get("terms", {}).get("kind") == "carry" for entry in entries),
            **{f"fault: {name}": count for name, count in self.struck.items()},
        }


def run(
    seed: int,
    steps: Iterable[int] = range(STEPS),
    calm: Collection[int] = (),
    tell: Tell = untold,
    life: type[History] = History,
) -> tuple[History, Failed | None]:
    """One history of a kind from its seed to its end, or to the first invariant that does not hold."""
    return run_through(life(seed, calm=calm, tell=tell), steps)
