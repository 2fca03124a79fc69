"""What the clock sees to: payouts that nobody goes on with, and whether our balance will do."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from typing import Literal, NamedTuple

from cliffhanger.errors import CliffhangerError
from cliffhanger.payouts.budget import Budget
from cliffhanger.payouts.desk import Desk, until_written
from cliffhanger.payouts.domain import OVER, Payout
from cliffhanger.payouts.policy import DAY_MS
from cliffhanger.payouts.service import existing, start
from cliffhanger.payouts.standing import currencies_of, standing_of
from cliffhanger.payouts.store import Due, Sweep
from cliffhanger.payouts.undoing import bring_back

PAGE = 200
"""Of a list at once."""
LOST_MS = 60_000
"""A payout that was asked for so long ago and not begun was not heard of by its workflow."""
STUCK_MS = 3_600_000
"""A payout that has not moved for so long, and that no execution goes on with, is stuck."""
AHEAD_MS = 2 * DAY_MS
"""So far ahead weekly payouts count as money that will leave."""

UNFINISHED: tuple[Sweep, ...] = ("payouts", "transits")
"""The lists of payouts that are not over."""

Advice = Literal["resume", "top_up", "ask_provider", "look_at_log", "switch_on", "wait"]
_ADVICE: dict[str, Advice] = {
    "platform_balance": "top_up",
    "destination_balance": "ask_provider",
    "provider": "wait",
    "rejected": "look_at_log",
    "us": "look_at_log",
    "switched_off": "switch_on",
}


class Stuck(NamedTuple):
    """A payout that does not go on, since when it has not moved, whether an execution runs, and what to do about it."""

    payout: Payout
    running: bool
    advice: Advice


class Swept(NamedTuple):
    """What came of one payout or schedule: in a word, or the code of the error for which it was ``left``."""

    person: str
    item: str
    outcome: str
    left: bool = False


class Forecast(NamedTuple):
    """Our balance in a currency, and what will leave it: payouts under way, and weekly ones within two days."""

    currency: str
    balance: int
    leaving: int

    @property
    def shortfall(self) -> int:
        """What is missing, in the currency's smallest unit."""
        return max(0, self.leaving - self.balance)


def listed(desk: Desk, sweep: Sweep, until: int, budget: Budget) -> Iterator[Due]:
    """All of a list that is due by a time, a page at a time, for as long as the budget lasts.

    Raises:
        Unavailable: the table does not tell.
    """
    last: Due | None = None
    while page := desk.payouts.due(sweep, until, PAGE, last):
        for last in page:
            if budget.spent():
                return
            yield last


def oldest(desk: Desk) -> int:
    """When the payout last moved that is not over and has not moved for longest; now, if there is none.

    Raises:
        Unavailable: the table does not tell.
    """
    now = desk.clock()
    firsts = (desk.payouts.due(sweep, now, 1) for sweep in UNFINISHED)
    return min((due.due_at for page in firsts for due in page), default=now)


def find_stuck(desk: Desk, budget: Budget, ended_ms: int = STUCK_MS) -> Iterator[Stuck]:
    """Payouts that have not moved for an hour, or for ``ended_ms`` where no execution runs, each with how to go on.

    Those come first that have not moved for longest. One that waits for a bank within the time that it was said to
    take is not stuck.

    Raises:
        Unavailable: the table or the workflow does not tell.
    """
    now = desk.clock()
    for payout in _unmoved(desk, UNFINISHED, now - min(STUCK_MS, ended_ms), budget):
        running = desk.workflow.running(payout.execution)
        if running and (payout.changed_at > now - STUCK_MS or _is_with_a_bank(payout, now)):
            continue
        others: Advice = "ask_provider" if payout.status == "inTransit" else "look_at_log"
        yield Stuck(payout, running, _ADVICE.get(payout.waits_for, others) if running else "resume")


def _is_with_a_bank(payout: Payout, now: int) -> bool:
    """Whether a bank has a payout, within the time that it was said to take."""
    return payout.status == "inTransit" and not payout.waits_for and now < payout.arrives_at + DAY_MS


def go_on(desk: Desk, budget: Budget) -> Iterator[Swept]:
    """Begins what was asked for and not begun, and brings back what a bank has sent back and nobody has booked.

    Raises:
        Unavailable: the table does not tell.
    """
    for payout in _unmoved(desk, ("payouts",), desk.clock() - LOST_MS, budget):
        try:
            if payout.status == "requested" and payout.executions == 1:
                start(desk, payout)
                yield Swept(payout.person, payout.payout, "started")
            elif payout.status == "returning" and payout.paid_at:
                yield Swept(payout.person, payout.payout, bring_back(desk, payout.person, payout.payout).outcome)
        except CliffhangerError as error:
            yield Swept(payout.person, payout.payout, error.code, left=True)


def resume(desk: Desk, person: str, payout: str) -> Payout:
    """Goes on with a payout whose execution has ended otherwise than by its own states; one that runs is left alone.

    Raises:
        NotFound: there is no such payout.
        Busy, Unavailable: try again.
    """

    def attempt() -> Payout | None:
        found = existing(desk, person, payout)
        if found.status in OVER or desk.workflow.running(found.execution):
            return found
        following = found._replace(executions=found.executions + 1, revision=found.revision + 1)
        return following if desk.payouts.put(following) else None

    found = until_written(desk, attempt)
    if found.status not in OVER:
        desk.workflow.start(found.execution, {"person": person, "payout": payout})
    return found


def forecasts(desk: Desk, budget: Budget) -> tuple[Forecast, ...]:
    """Whether our balance at the provider's will do for what is under way and for weekly payouts of the next two days.

    Where the budget was not enough, at least as much will leave as is said here.

    Raises:
        ProviderUnavailable, Unavailable, Busy: it cannot be told now.
    """
    leaving: dict[str, int] = {}
    now = desk.clock()
    for payout in _unmoved(desk, ("payouts",), now, budget):
        if payout.status in ("requested", "held", "sending") and not payout.transfer:
            leaving[payout.currency] = leaving.get(payout.currency, 0) + payout.net
    for due in listed(desk, "schedules", now + AHEAD_MS, budget):
        for currency in currencies_of(desk, due.person):
            most = desk.verified(due.person, currency).limits.at_once
            payable = standing_of(desk, due.person, currency, max(now, due.due_at)).payable
            leaving[currency] = leaving.get(currency, 0) + (payable if most is None else min(payable, most))
    balance = desk.provider.balance()
    return tuple(
        Forecast(currency, balance.get(currency, 0), amount) for currency, amount in sorted(leaving.items()) if amount
    )


def _unmoved(desk: Desk, sweeps: tuple[Sweep, ...], until: int, budget: Budget) -> Iterator[Payout]:
    """Payouts of these lists that have not moved since a time, those first that have not for longest."""
    each = (listed(desk, sweep, until, budget) for sweep in sweeps)
    for due in heapq.merge(*each, key=lambda one: one.due_at):
        payout = desk.payouts.find(due.person, due.item.partition(":")[2])
        if payout is not None and payout.status not in OVER and payout.changed_at <= until:
            yield payout
