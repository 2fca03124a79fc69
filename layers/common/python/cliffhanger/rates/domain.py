"""Limits of requests per caller and minute, and what one warm instance remembers of the present minute. Pure.

A counter that all instances share costs a write for each request, half of what an unlock costs. So every instance lets
the first ``FREE`` requests of a caller through uncounted, and tells the table of them together with the next one:
ordinary callers write nothing, and one who goes on is counted in full. Whatever the instances do, no more than
``limit + FREE * instances`` requests pass in a minute, and none is refused before ``limit`` have passed. Why:
docs/adr/0009.
"""

from __future__ import annotations

from typing import NamedTuple

WINDOW_MS = 60_000
FREE = 5
MAX_REMEMBERED = 10_000
KEPT_S = 120
"""How long after its minute a count stays in the table: two windows."""

LIMITS: dict[str, int] = {"read": 120, "spend": 60, "write": 30, "operate": 60}
"""Requests of one caller in a minute, by ``cliffhanger.routes.Rate``; what is open counts nothing."""
FAILED_LIMITS: dict[str, int] = {"token": 10, "tokens": 60}
"""Requests for a client's token that may fail in a minute: of one client from one block of addresses, and of all from
there."""


def limit_of(rate: str) -> int:
    """How many a minute.

    Raises:
        KeyError: there is no such rate; a fault of the calling code.
    """
    return FAILED_LIMITS[rate] if rate in FAILED_LIMITS else LIMITS[rate]


class Standing(NamedTuple):
    """How a caller stands after a request: whether it may pass, how many more may, and in how many seconds all may.

    ``window_s`` is how long the window is that the limit is of.
    """

    rate: str
    limit: int
    remaining: int
    resets_in_s: int
    allowed: bool
    window_s: int = WINDOW_MS // 1000


class Bucket(NamedTuple):
    """What is counted: one caller's requests of one rate in one minute of the clock."""

    person: str
    rate: str
    minute: int

    @property
    def name(self) -> str:
        """The bucket's key in the table."""
        return f"{self.person}:{self.rate}:{self.minute}"

    @property
    def expires_at(self) -> int:
        """When the table may forget it, in seconds since the Unix epoch."""
        return (self.minute + 1) * WINDOW_MS // 1000 + KEPT_S

    def standing(self, now: int, *, remaining: int, allowed: bool) -> Standing:
        """How the caller stands at a time within the bucket's minute, in milliseconds."""
        left = (self.minute + 1) * WINDOW_MS - now
        return Standing(self.rate, limit_of(self.rate), max(0, remaining), -(-left // 1000), allowed)


def bucket_of(person: str, rate: str, now: int) -> Bucket:
    """The bucket of a request at a time in milliseconds."""
    return Bucket(person, rate, now // WINDOW_MS)


class Seen(NamedTuple):
    """What an instance knows of a bucket: requests that passed and no table knows of, and whether one was refused."""

    untold: int = 0
    free: int = FREE
    refused: bool = False


class Memory:
    """The buckets that an instance has seen in the present minute; another minute, earlier or later, begins anew.

    When ``most`` are remembered, what comes next gets nothing free and is counted at once: memory is bounded and the
    limits hold.
    """

    def __init__(self, most: int = MAX_REMEMBERED) -> None:
        self._most = most
        self._minute: int | None = None
        self._seen: dict[tuple[str, str], Seen] = {}

    @property
    def size(self) -> int:
        """How many buckets are remembered."""
        return len(self._seen)

    def recall(self, bucket: Bucket) -> Seen:
        """What is known of a bucket."""
        if bucket.minute != self._minute:
            self._minute = bucket.minute
            self._seen.clear()
        unknown = Seen() if len(self._seen) < self._most else Seen(free=0)
        return self._seen.get((bucket.person, bucket.rate), unknown)

    def keep(self, bucket: Bucket, seen: Seen) -> None:
        """Remembers it, where there is room."""
        key = (bucket.person, bucket.rate)
        if key in self._seen or len(self._seen) < self._most:
            self._seen[key] = seen
