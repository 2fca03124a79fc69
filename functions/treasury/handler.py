"""Called by the clock every five minutes: begins what got lost, asks for weekly payouts, and looks for what is stuck.

Running once more, or beside another one, is always safe. Each part has its share of the time; one that needs more says
so by a metric, and the parts after it come to theirs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from cliffhanger import bootstrap
from cliffhanger.errors import CliffhangerError, SwitchedOff
from cliffhanger.payouts.budget import Budget
from cliffhanger.payouts.desk import Desk
from cliffhanger.payouts.sweeping import Swept, find_stuck, forecasts, go_on, oldest
from cliffhanger.payouts.weekly import pay_weekly
from cliffhanger.telemetry.log import logger
from cliffhanger.telemetry.metrics import count, measure, size

MARGIN_MS = 30_000
"""Time that what was begun last may take."""
UNTIL = {"go_on": 20, "weekly": 50, "stuck": 75, "forecast": 100}
"""By when a part is to be done, in hundredths of the time. What one leaves, the next one has."""


def handler(_event: dict[str, Any], context: Any) -> dict[str, int]:
    """Sees to everything once; answers how much of each there was.

    Raises:
        Unavailable: the table does not tell what there is; Lambda calls again.
    """
    desk = bootstrap.payout_desk()
    began = desk.clock()
    time = max(0, context.get_remaining_time_in_millis() - MARGIN_MS)
    budgets = {part: Budget(desk.clock, began + time * hundredths // 100) for part, hundredths in UNTIL.items()}
    measure("OldestPayoutAge", max(0, began - oldest(desk)))
    done = {
        "goneOn": _tell("payout swept", "PayoutsLeft", go_on(desk, budgets["go_on"])),
        "weekly": _tell("weekly payout", "WeeklyPayoutsLeft", _while_on(pay_weekly(desk, budgets["weekly"]))),
        "stuck": _attempt(lambda: _find_stuck(desk, budgets["stuck"]), "StuckSearchesFailed"),
        "short": _attempt(lambda: _foresee(desk, budgets["forecast"]), "ForecastsFailed"),
    }
    cut = [part for part, budget in budgets.items() if not budget.enough]
    if cut:
        logger().warning("treasury cut short", parts=cut)
    count("TreasuryCutShort", len(cut))
    count("TreasuryRuns", 1)
    return done


def _tell(message: str, metric: str, swept: Iterable[Swept]) -> int:
    """How many were looked at; those that were left are counted by a metric, and come up again by themselves."""
    number, left = 0, 0
    for one in swept:
        number += 1
        left += one.left
        tell = logger().warning if one.left else logger().info
        tell(message, person=one.person, item=one.item, outcome=one.outcome)
    count(metric, left)
    return number


def _while_on(swept: Iterator[Swept]) -> Iterator[Swept]:
    """What there is until operators stop payouts; what is due then stays due."""
    try:
        yield from swept
    except SwitchedOff:
        return


def _attempt(act: Callable[[], int], metric: str) -> int:
    """What it comes to. Where it fails a metric says so, the other parts go on, and the next call tries again."""
    try:
        return act()
    except CliffhangerError as error:
        logger().warning("treasury left out", metric=metric, code=error.code, error=repr(error))
        count(metric, 1)
        return 0


def _find_stuck(desk: Desk, budget: Budget) -> int:
    """How many payouts are stuck, each named in the log; all that were found count, also where the search broke off."""
    stuck = 0
    try:
        for one in find_stuck(desk, budget):
            stuck += 1
            told = {"person": one.payout.person, "payout": one.payout.payout, "status": one.payout.status}
            logger().warning("payout stuck", **told, waits_for=one.payout.waits_for, advice=one.advice)
    finally:
        size("PayoutsStuck", stuck)
    return stuck


def _foresee(desk: Desk, budget: Budget) -> int:
    """In how many currencies our balance will not do."""
    short = [one for one in forecasts(desk, budget) if one.shortfall]
    for one in short:
        logger().warning("balance short", currency=one.currency, balance=one.balance, leaving=one.leaving)
    size("PlatformBalancesShort", len(short))
    return len(short)
