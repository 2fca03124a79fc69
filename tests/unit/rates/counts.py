"""Counts as the table keeps them, and a table that does not answer."""

from __future__ import annotations

from cliffhanger.errors import Unavailable
from cliffhanger.rates.domain import Bucket


class Counts:
    """Atomic, as one conditional update is. ``down``: it does not answer; ``loses``: it counts, the reply is lost."""

    def __init__(self) -> None:
        self.used: dict[str, int] = {}
        self.calls = 0
        self.down = False
        self.loses = False

    def add(self, bucket: Bucket, amount: int, limit: int) -> int | None:
        self.calls += 1
        if self.down:
            raise Unavailable
        used = self.used.get(bucket.name, 0) + amount
        if used > limit:
            return None
        self.used[bucket.name] = used
        if self.loses:
            raise Unavailable
        return used
