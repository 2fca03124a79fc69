"""Called by the clock every five minutes: comes to the accounts on which holds or coins expire, or soon will.

It also pays rewards that have vested, tells of those that are held or refused, confirms cashback whose return window
has closed, winds up campaigns that are over, and goes on with refunds that broke off before the provider had answered.
What cannot be dealt with is logged, counted, and comes up again by itself; running once more is always safe.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from cliffhanger import bootstrap
from cliffhanger.campaigns import reporting, running
from cliffhanger.clock import system_clock
from cliffhanger.commerce import refunds
from cliffhanger.errors import CliffhangerError, EventsRefused, SwitchedOff, Unavailable
from cliffhanger.expiry.sweeping import sweep
from cliffhanger.rewards.paying import Vested, confirm, vest
from cliffhanger.rewards.telling import tell
from cliffhanger.telemetry.log import logger
from cliffhanger.telemetry.metrics import count, measure

MARGIN_MS = 60_000
"""Time that one account may take at the end of a sweep; the next ones are left for the next sweep."""


def handler(_event: dict[str, Any], context: Any) -> dict[str, int]:
    """Comes to what is due; answers how much of each came of it.

    Raises:
        Unavailable: the table does not tell what is due; Lambda calls again.
    """
    until = system_clock() + context.get_remaining_time_in_millis() - MARGIN_MS
    _go_on_with_refunds(until)
    seen = holds = expiries = notices = 0
    _tell_of_rewards(until)
    vested, left, waited_ms = _vest(vest(bootstrap.till(), until))
    confirmed, unconfirmed, pended_ms = _vest(confirm(bootstrap.till(), until))
    left, waited_ms = left + unconfirmed + _wind_up(until), max(waited_ms, pended_ms)
    for swept in sweep(bootstrap.broom(), until):
        seen, holds, notices = seen + 1, holds + swept.holds, notices + swept.notices
        expiries += swept.expiries
        waited_ms = max(waited_ms, swept.waited_ms)
        if swept.error is not None:
            left += 1
            logger().warning("account left", about=swept.account, error=repr(swept.error))
    measure("OldestDueAge", waited_ms)
    count("ExpirySweeps", 1)
    count("HoldsExpired", holds)
    count("ExpiriesRecorded", expiries)
    count("ExpiryNoticesTold", notices)
    count("AccountsLeft", left)
    count("RewardsVested", vested)
    count("CashbackConfirmed", confirmed)
    outcome = {
        "seen": seen, "holds": holds, "expiries": expiries, "notices": notices, "vested": vested,
        "confirmed": confirmed, "left": left,
    }  # fmt: skip
    logger().info("ledger swept", **outcome)
    return outcome


def _vest(due: Iterator[Vested]) -> tuple[int, int, int]:
    """Pays what has come due: how many, how many could not be paid, and how long the longest had waited."""
    vested = left = waited_ms = 0
    with contextlib.suppress(SwitchedOff):  # what waits keeps waiting
        for one in due:
            waited_ms = max(waited_ms, one.waited_ms)
            if one.error is None:
                vested += 1
            else:
                left += 1
                logger().warning("reward left", about=one.pending.id, error=repr(one.error))
    return vested, left, waited_ms


def _tell_of_rewards(until: int) -> None:
    """Tells of rewards that are held or refused; what the bus does not take is told by the next sweep."""
    told = 0
    try:
        for _ in tell(bootstrap.herald(), until):
            told += 1
    except (EventsRefused, Unavailable) as error:
        logger().warning("rewards untold", error=repr(error))
    count("RewardsTold", told)


def _wind_up(until: int) -> int:
    """Adds up campaigns, gives back what those that are over have not spent, and closes them; how many it could not."""
    left, office = 0, bootstrap.campaign_office()
    for campaign in office.campaigns.opened():
        if system_clock() >= until:
            break
        try:
            coins = running.wind_up(office, running.go_on(office, campaign))
            reporting.report(office.campaigns, office.ledger, campaign)
        except CliffhangerError as error:
            left += 1
            logger().warning("campaign left", about=campaign.campaign, error=repr(error))
            continue
        if coins:
            logger().info("campaign wound up", about=campaign.campaign, coins=coins)
    return left


def _go_on_with_refunds(until: int) -> None:
    """Asks the provider for refunds whose coins were taken and whose request nobody came back for."""
    for swept in refunds.sweep(bootstrap.shop()):
        logger().info("refund swept", order=swept.order, refund=swept.refund, outcome=swept.outcome)
        count("RefundsSwept", 1)
        if system_clock() >= until:
            return
