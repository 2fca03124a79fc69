"""The limiter: takes a request of a known caller, or refuses it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from cliffhanger.clock import Clock
from cliffhanger.errors import Unavailable
from cliffhanger.rates.domain import Bucket, Memory, Standing, bucket_of, limit_of


class Counts(Protocol):
    """Where requests are counted for all instances; see ``cliffhanger.rates.store``."""

    def add(self, bucket: Bucket, amount: int, limit: int) -> int | None:
        """The sum after so many more; None when it would exceed the limit."""


class Limiter:
    """One instance's limiter.

    Args:
        counts: the counts that all instances share.
        clock: the present; windows are minutes of it.
        tell: told when the counts do not answer and a request passes uncounted.
        memory: what this instance remembers.
    """

    def __init__(self, counts: Counts, clock: Clock, tell: Callable[[], None], memory: Memory | None = None) -> None:
        self._counts = counts
        self._clock = clock
        self._tell = tell
        self._memory = memory or Memory()

    def refused(self, person: str, rate: str) -> Standing | None:
        """How the person stands, if this instance has refused them in this minute; nothing is counted or asked."""
        now = self._clock()
        bucket = bucket_of(person, rate, now)
        return bucket.standing(now, remaining=0, allowed=False) if self._memory.recall(bucket).refused else None

    def take(self, person: str, rate: str) -> Standing:
        """How the person stands with one request more. Never raises for counts that do not answer: then it may pass.

        Raises:
            KeyError: there is no such rate; a fault of the calling code.
        """
        now = self._clock()
        bucket, limit = bucket_of(person, rate, now), limit_of(rate)
        seen = self._memory.recall(bucket)
        if seen.refused:
            return bucket.standing(now, remaining=0, allowed=False)
        if seen.free:
            seen = seen._replace(untold=seen.untold + 1, free=seen.free - 1)
            self._memory.keep(bucket, seen)
            return bucket.standing(now, remaining=limit - seen.untold, allowed=True)
        try:
            used = self._counts.add(bucket, seen.untold + 1, limit)
        except Unavailable:
            # Availability over strictness: money has guards of its own. What may have been counted is not told again.
            self._memory.keep(bucket, seen._replace(untold=0))
            self._tell()
            return bucket.standing(now, remaining=limit - seen.untold - 1, allowed=True)
        self._memory.keep(bucket, seen._replace(untold=0, refused=used is None))
        if used is None:
            return bucket.standing(now, remaining=0, allowed=False)
        return bucket.standing(now, remaining=limit - used, allowed=True)
