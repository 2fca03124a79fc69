"""Quotas: how many requests of its clients a partner may make on a day (UTC) in one mode.

A count of every request would be a write beside the one of the request log. So every instance counts for itself and
tells the table in lumps: at its first request of the day, then whenever a lump is full, a minute is over or the quota
is used. Whatever the instances do, no more than ``quota + lump * instances`` requests pass on a day, and none is
refused before the quota is used. What an instance has not told when it ends is not counted: less than a lump.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, Protocol

from cliffhanger.clock import Clock
from cliffhanger.errors import Unavailable
from cliffhanger.partners.requests import DAY_MS, day_of
from cliffhanger.rates.domain import Standing

RATE = "day"
TOLD_MS = 60_000
MAX_LUMP = 100
MAX_REMEMBERED = 1_000


class DayCounts(Protocol):
    """Where requests are counted for all instances; see ``cliffhanger.partners.requests_store``."""

    def count(self, owner: str, day: str, amount: int) -> int:
        """The day's sum after so many more. Raises Unavailable."""


class Seen(NamedTuple):
    """What an instance knows of an owner's day: the sum that it was last told, what came since, and when that was."""

    day: str
    known: int = 0
    untold: int = 0
    told_at: int | None = None


class Quotas:
    """One instance's counting.

    Args:
        counts: the counts that all instances share.
        clock: the present; days are UTC's.
        tell: told when the counts do not answer and requests pass uncounted.
    """

    def __init__(self, counts: DayCounts, clock: Clock, tell: Callable[[], None]) -> None:
        self._counts = counts
        self._clock = clock
        self._tell = tell
        self._seen: dict[str, Seen] = {}

    def take(self, owner: str, quota: int) -> Standing:
        """How the owner stands with one request more. What is refused is not counted.

        Never raises for counts that do not answer: then it may pass.
        """
        now = self._clock()
        seen = self._recall(owner, now)
        if seen.known + seen.untold >= quota:
            return _standing(seen, quota, now, allowed=False)
        seen = seen._replace(untold=seen.untold + 1)
        if _is_to_be_told(seen, quota, now):
            seen = self._told(owner, seen, now)
        if len(self._seen) >= MAX_REMEMBERED and owner not in self._seen:
            self._seen.clear()
        self._seen[owner] = seen
        return _standing(seen, quota, now, allowed=seen.known <= quota)

    def look(self, owner: str, quota: int) -> Standing:
        """How the owner stands as far as this instance knows; nothing is counted."""
        now = self._clock()
        return _standing(self._recall(owner, now), quota, now, allowed=True)

    def _recall(self, owner: str, now: int) -> Seen:
        seen, day = self._seen.get(owner), day_of(now)
        return seen if seen is not None and seen.day == day else Seen(day)

    def _told(self, owner: str, seen: Seen, now: int) -> Seen:
        try:
            known = self._counts.count(owner, seen.day, seen.untold)
        except Unavailable:
            # What may have been counted is not told again: a partner is not refused for what happened once.
            self._tell()
            known = seen.known + seen.untold
        return seen._replace(known=known, untold=0, told_at=now)


def _is_to_be_told(seen: Seen, quota: int, now: int) -> bool:
    if seen.told_at is None or now - seen.told_at >= TOLD_MS:
        return True
    return seen.untold >= lump_of(quota) or seen.known + seen.untold >= quota


def lump_of(quota: int) -> int:
    """How many requests an instance lets pass before it tells of them: a thousandth, 10 to 100, a tenth at most."""
    return max(1, min(MAX_LUMP, max(10, quota // 1_000), quota // 10))


def _standing(seen: Seen, quota: int, now: int, *, allowed: bool) -> Standing:
    left = DAY_MS - now % DAY_MS
    remaining = max(0, quota - seen.known - seen.untold)
    return Standing(RATE, quota, remaining, -(-left // 1000), allowed, DAY_MS // 1000)
