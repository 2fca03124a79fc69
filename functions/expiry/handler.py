"""Called by the clock every five minutes: comes to the accounts on which holds or coins expire, or soon will.

After that it tells of rewards that are held or refused, pays those that have vested, confirms cashback whose return
window has closed, winds up campaigns that are over, and goes on with refunds that broke off before the provider had
answered. What cannot be dealt with is logged, counted, and comes up again by itself; running once more is always safe.
"""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from cliffhanger import bootstrap
from cliffhanger.campaigns import reporting, running
from cliffhanger.clock import system_clock
from cliffhanger.commerce import refunds
from cliffhanger.errors import CliffhangerError, EventsRefused, SwitchedOff, Unavailable
from cliffhanger.expiry.sweeping import overdue_ms, sweep
from cliffhanger.rewards.telling import tell
from cliffhanger.rewards.vesting import Vested, confirm, longest_held_ms, vest
from cliffhanger.rewards.vesting import overdue_ms as rewards_overdue_ms
from cliffhanger.telemetry.log import logger
from cliffhanger.telemetry.metrics import count, measure

APART_MS = 300_000
"""Time between two sweeps."""
MARGIN_MS = 60_000
"""Time that one account may take at the end of a sweep; the next ones are left for the next sweep."""


def handler(_event: dict[str, Any], context: Any) -> dict[str, int]:
    """Comes to what is due; answers how much of each came of it.

    The ledger comes first, with three quarters of the time; the others have equal parts of what is left. Each fails for
    itself.

    Raises:
        Exception: the one with which the first of them failed, after all have had their time; Lambda calls again.
    """
    until = system_clock() + context.get_remaining_time_in_millis() - MARGIN_MS
    done: Counter[str] = Counter()
    failed: list[Exception] = []

    def attempt(step: Callable[[int], Mapping[str, int]], share: float) -> None:
        """Lets a step have a share of the time that is left."""
        now = system_clock()
        try:
            done.update(step(now + int((until - now) * share)))
        except Exception as error:  # noqa: BLE001 - the others are not to wait for it, and it is raised in the end
            failed.append(error)
            logger().warning("sweep broken off", step=step.__name__, error=repr(error))

    attempt(_tell_how_late, 1)
    attempt(_tell_how_long_held, 1)
    attempt(_sweep_ledger, 3 / 4)
    others = (_tell_of_rewards, _vest_rewards, _confirm_cashback, _wind_up, _go_on_with_refunds)
    for number, step in enumerate(others):
        attempt(step, 1 / (len(others) - number))
    count("AccountsLeft", done["left"])
    outcome = {name: done[name] for name in ("seen", "holds", "expiries", "notices", "vested", "confirmed", "left")}
    logger().info("ledger swept", **outcome)
    if failed:
        raise failed[0]
    return outcome


def _tell_how_late(_until: int) -> dict[str, int]:
    """Tells how long the longest has waited, whether or not its turn comes now."""
    ages = (overdue_ms(bootstrap.broom()), rewards_overdue_ms(bootstrap.till()))
    measure("OldestDueAge", max(ages))
    return {}


def _tell_how_long_held(_until: int) -> dict[str, int]:
    """Tells how long the reward has waited that waits longest for a reviewer."""
    measure("OldestHeldAge", longest_held_ms(bootstrap.till()))
    return {}


def _sweep_ledger(until: int) -> dict[str, int]:
    done: Counter[str] = Counter()
    for swept in sweep(bootstrap.broom(), until):
        done.update(seen=1, holds=swept.holds, expiries=swept.expiries, notices=swept.notices)
        if swept.error is not None:
            done["left"] += 1
            logger().warning("account left", about=swept.account, error=repr(swept.error))
    count("ExpirySweeps", 1)
    count("HoldsExpired", done["holds"])
    count("ExpiriesRecorded", done["expiries"])
    count("ExpiryNoticesTold", done["notices"])
    return done


def _tell_of_rewards(until: int) -> dict[str, int]:
    """Tells of rewards that are held or refused; what the bus does not take is told by the next sweep."""
    told = 0
    try:
        for _ in tell(bootstrap.herald(), until):
            told += 1
    except (EventsRefused, Unavailable) as error:
        logger().warning("rewards untold", error=repr(error))
    count("RewardsTold", told)
    return {}


def _vest_rewards(until: int) -> dict[str, int]:
    vested, left = _paid(vest(bootstrap.till(), until))
    count("RewardsVested", vested)
    return {"vested": vested, "left": left}


def _confirm_cashback(until: int) -> dict[str, int]:
    confirmed, left = _paid(confirm(bootstrap.till(), until))
    count("CashbackConfirmed", confirmed)
    return {"confirmed": confirmed, "left": left}


def _paid(due: Iterator[Vested]) -> tuple[int, int]:
    """Pays what has come due: how many, and how many could not be paid."""
    paid = left = 0
    with contextlib.suppress(SwitchedOff):  # what waits keeps waiting
        for one in due:
            if one.error is None:
                paid += 1
            else:
                left += 1
                logger().warning("reward left", about=one.pending.id, error=repr(one.error))
    return paid, left


def _wind_up(until: int) -> dict[str, int]:
    """Adds up campaigns, gives back what those that are over have not spent, and closes them; how many it could not.

    Each sweep begins with another one, so that where time is short none is always the last.
    """
    left, office = 0, bootstrap.campaign_office()
    opened = office.campaigns.opened()
    first = system_clock() // APART_MS % max(1, len(opened))
    for number, campaign in enumerate((*opened[first:], *opened[:first])):
        if system_clock() >= until:
            late = len(opened) - number
            logger().warning("campaigns left", campaigns=late)
            return {"left": left + late}
        try:
            coins = running.wind_up(office, running.go_on(office, campaign))
            reporting.report(office.campaigns, office.ledger, campaign)
        except CliffhangerError as error:
            left += 1
            logger().warning("campaign left", about=campaign.campaign, error=repr(error))
            continue
        if coins:
            logger().info("campaign wound up", about=campaign.campaign, coins=coins)
    return {"left": left}


def _go_on_with_refunds(until: int) -> dict[str, int]:
    """Asks the provider for refunds whose coins were taken and whose request nobody came back for."""
    for swept in refunds.sweep(bootstrap.shop()):
        logger().info("refund swept", order=swept.order, refund=swept.refund, outcome=swept.outcome)
        count("RefundsSwept", 1)
        if system_clock() >= until:
            break
    return {}
