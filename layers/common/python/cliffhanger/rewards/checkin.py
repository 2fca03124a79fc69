"""Check-ins: one a day, in the viewer's own zone, and runs of them. Pure.

A run is how many days in a row a viewer has checked in; each check-in states it, so that the last one tells all.
"""

from __future__ import annotations

from typing import NamedTuple

from cliffhanger.clock import rfc3339
from cliffhanger.errors import CheckinTooSoon
from cliffhanger.rewards.days import SHORTEST_MS, Day, days_between


class Checkin(NamedTuple):
    """A check-in: its date, the zone of that day, the run with it, and when it was made, in milliseconds."""

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
