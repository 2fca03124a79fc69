"""Address blocks that viewers come from, without the addresses. Pure.

A block is /24 of IPv4 or /56 of IPv6, and is known by a keyed digest only: without the key nobody can try all of them.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from typing import NamedTuple

from cliffhanger.ledger.names import base32

DAY_MS = 86_400_000
MOST_SEEN = 250
"""More viewers of a block are as good as countless: of others nothing is noted any more that day."""
YOUNG_MS = 7 * DAY_MS
"""Accounts that are younger are noted whenever they claim."""
UNKNOWN = "unknown"


class Came(NamedTuple):
    """A viewer who has come to a block, and when, in milliseconds; ``new``: with an account younger than a day."""

    person: str
    at: int
    new: bool


class Crowd(NamedTuple):
    """Who has come to a block within a day, as far as was looked."""

    came: tuple[Came, ...] = ()

    def with_one(self, person: str, *, new: bool) -> tuple[int, int]:
        """How many viewers there are with this one, and how many of them are new."""
        others = {one.person: one.new for one in self.came if one.person != person}
        return len(others) + 1, sum(others.values()) + new

    def wants(self, person: str) -> bool:
        """Whether a viewer who comes is still to be noted."""
        return len(self.came) < MOST_SEEN and all(one.person != person for one in self.came)


def block_digest(block: str, key: bytes) -> str:
    """The name under which a block is known; empty where the address is not."""
    if block == UNKNOWN:
        return ""
    return base32(hmac.new(key, block.encode(), hashlib.sha256).digest()[:10])


def is_new(age_ms: int) -> bool:
    """Whether an account is younger than a day."""
    return age_ms < DAY_MS


def distinct(came: Sequence[Came]) -> Crowd:
    """The crowd of those who came, each viewer once."""
    return Crowd(tuple({one.person: one for one in came}.values()))
