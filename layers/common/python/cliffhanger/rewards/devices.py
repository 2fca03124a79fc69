"""Which viewers claim from a device: a household's are few. Pure."""

from __future__ import annotations

import hashlib
from typing import NamedTuple

from cliffhanger.ledger.names import base32

KEPT_MS = 30 * 86_400_000
"""For how long a device is remembered after a viewer was last seen to claim from it."""
SEEN_EVERY_MS = 10 * 86_400_000
"""A viewer who claims from a device day after day is noted that often."""
MOST_VIEWERS = 8
"""More than that are as good as countless: of one more, the one seen longest ago is forgotten."""


class Seen(NamedTuple):
    """A viewer who has claimed from a device, and when that was last noted, in milliseconds since the Unix epoch."""

    person: str
    at: int


class Device(NamedTuple):
    """Who has claimed from a device, newest last; ``revision`` counts the changes."""

    viewers: tuple[Seen, ...] = ()
    revision: int = 0

    def lately(self, now: int) -> tuple[str, ...]:
        """Who has claimed from it within the last month."""
        return tuple(seen.person for seen in self.viewers if now - seen.at < KEPT_MS)

    def after(self, person: str, now: int) -> Device:
        """The next revision once a viewer claims from it; the same where that is known."""
        if any(seen.person == person and now - seen.at < SEEN_EVERY_MS for seen in self.viewers):
            return self
        others = [seen for seen in self.viewers if seen.person != person and now - seen.at < KEPT_MS]
        return Device((*others[1 - MOST_VIEWERS :], Seen(person, now)), self.revision + 1)


def device_hash(device: str) -> str:
    """The name under which a device is known: a client's id for it is not kept."""
    return base32(hashlib.sha256(f"device:{device}".encode()).digest()[:10])
