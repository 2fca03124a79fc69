"""Called by the clock every five minutes: begins what got lost, asks for weekly payouts, and looks for what is stuck.

Running once more, or beside another one, is always safe.
"""

from __future__ import annotations

import contextlib
from typing import Any

from cliffhanger import bootstrap
from cliffhanger.clock import system_clock
from cliffhanger.errors import CliffhangerError, SwitchedOff
from cliffhanger.payouts.desk import Desk
from cliffhanger.payouts.sweeping import find_stuck, forecasts, go_on, pay_weekly, unfinished
from cliffhanger.telemetry.log import logger
from cliffhanger.telemetry.metrics import count, measure, size


def handler(_event: dict[str, Any], _context: object) -> dict[str, int]:
    """Sees to everything once; answers how much of each there was.

    Raises:
        Unavailable: the table does not tell what there is; Lambda calls again.
    """
    desk = bootstrap.payout_desk()
    oldest = next(unfinished(desk), None)
    measure("OldestPayoutAge", 0 if oldest is None else max(0, system_clock() - oldest.changed_at))
    gone_on, weekly = 0, 0
    for swept in go_on(desk):
        gone_on += 1
        logger().info("payout swept", payout=swept.item, outcome=swept.outcome)
    with contextlib.suppress(SwitchedOff):  # what is due stays due
        for swept in pay_weekly(desk):
            weekly += 1
            logger().info("weekly payout", person=swept.person, outcome=swept.outcome)
    stuck = 0
    for one in find_stuck(desk):
        stuck += 1
        told = {"person": one.payout.person, "payout": one.payout.payout, "status": one.payout.status}
        logger().warning("payout stuck", **told, waits_for=one.payout.waits_for, advice=one.advice)
    size("PayoutsStuck", stuck)
    short = _foresee(desk)
    count("TreasuryRuns", 1)
    return {"goneOn": gone_on, "weekly": weekly, "stuck": stuck, "short": short}


def _foresee(desk: Desk) -> int:
    """In how many currencies our balance will not do; the provider may not tell now, and does at another call."""
    try:
        found = forecasts(desk)
    except CliffhangerError as error:
        logger().warning("no forecast", code=error.code)
        return 0
    short = [one for one in found if one.shortfall]
    for one in short:
        logger().warning("balance short", currency=one.currency, balance=one.balance, leaving=one.leaving)
    size("PlatformBalancesShort", len(short))
    return len(short)
