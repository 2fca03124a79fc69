"""Check-ins: one a day, in the viewer's own zone, and runs of them, which a repair mends. Pure.

A run is how many days in a row a viewer has checked in; each check-in states it, so that the last one tells all. A
repair stands for the check-in of a day that was missed. A run that had begun anew before it was mended goes on from it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import NamedTuple

from cliffhanger.clock import rfc3339
from cliffhanger.errors import CheckinTooSoon
from cliffhanger.rewards.amounts import Repair
from cliffhanger.rewards.days import SHORTEST_MS, Day, date_after, days_between


class Checkin(NamedTuple):
    """A check-in or a repair: its date, the zone of that day, the run with it, and when it was made (milliseconds)."""

    date: str
    zone: str
    run: int
    at: int


def check_apart(last: Checkin | None, day: Day, now: int) -> None:
    """Lets a check-in pass that is far enough from the last one, where the viewer has moved between them.

    Raises:
        CheckinTooSoon: with ``nextAt``.
    """
    if last is not None and last.zone != day.zone and now - last.at < SHORTEST_MS:
        soonest = rfc3339(last.at + SHORTEST_MS)
        raise CheckinTooSoon("After moving to another zone it takes twenty hours.", nextAt=soonest)


def run_on(last: Checkin | None, date: str) -> int:
    """The run on a date, as it stands or as a check-in would make it: it goes on from the day before, or begins."""
    if last is None:
        return 1
    apart = days_between(last.date, date)
    if apart <= 0:
        return last.run
    return last.run + 1 if apart == 1 else 1


def joined(date: str, stated: Callable[[str], Checkin], repaired: Collection[str]) -> Checkin:
    """What stands of a date, with all that a repair has since joined to its run; ``stated`` tells what was written."""
    found = stated(date)
    before = date_after(date, -found.run)
    if before not in repaired:
        return found
    return found._replace(run=found.run + joined(before, stated, repaired).run)


def missed(days: Collection[str], today: str) -> tuple[str, ...]:
    """The dates between the run that stands, or would begin today, and the one before it; oldest first."""
    newest = date_after(today, -1)
    while newest in days:
        newest = date_after(newest, -1)
    before = max((day for day in days if day < newest), default=None)
    if before is None:
        return ()
    return tuple(date_after(before, place + 1) for place in range(days_between(before, newest)))


def mendable(missing: tuple[str, ...], today: str, repair: Repair, repaired: int) -> tuple[str, ...]:
    """The missed dates where all of them may still be repaired, else none: a run that stays torn is not worth a coin.

    ``repaired`` is how many have been in the last thirty days.
    """
    if not missing or days_between(missing[0], today) > repair.within_days or len(missing) > repair.times - repaired:
        return ()
    return missing
