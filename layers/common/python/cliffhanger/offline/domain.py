"""Which episodes a viewer's devices keep, and until when. Pure.

An offline grant is a promise between the service and an app: the app plays a kept episode until ``keep_until`` and then
deletes it, or asks anew. Nothing enforces it on a device that is not online, so it is short. Why: docs/adr/0015.
"""

from __future__ import annotations

import base64
import hashlib
from typing import NamedTuple

from cliffhanger.errors import OfflineLimitReached

KEPT_MS = 48 * 3_600_000
"""How long an episode is kept from when it was asked for: a journey, and a refund is noticed after two days at most."""

RENEWED_AFTER_MS = KEPT_MS // 2
"""Asked again before that, a grant stays as it is, so that a retry changes nothing; from then on it is renewed."""

MOST_DEVICES = 3
MOST_GRANTS = 50
"""Of one viewer, that hold at one time."""

ID_BYTES = 10


class OfflineGrant(NamedTuple):
    """One version of one episode on one device; ``keep_until`` in milliseconds since the Unix epoch."""

    device: str
    series: str
    episode: int
    version: str
    keep_until: int

    @property
    def id(self) -> str:
        """The viewer's name for it: it follows from device and episode, so that asking again finds it."""
        named = f"{self.device}/{self.series}/{self.episode}".encode()
        return base64.b32encode(hashlib.sha256(named).digest()[:ID_BYTES]).decode().lower()

    def holds(self, now: int) -> bool:
        """Whether it has not expired."""
        return now < self.keep_until

    def due(self, now: int) -> bool:
        """Whether it is old enough to be renewed."""
        return now >= self.keep_until - KEPT_MS + RENEWED_AFTER_MS


class Kept(NamedTuple):
    """All that a viewer's devices keep, newest last; ``revision`` counts the changes."""

    grants: tuple[OfflineGrant, ...] = ()
    revision: int = 0

    def find(self, grant_id: str) -> OfflineGrant | None:
        """The grant of that id, or None."""
        return next((grant for grant in self.grants if grant.id == grant_id), None)

    def changed(self, *grants: OfflineGrant) -> Kept:
        """The next revision."""
        return Kept(grants, self.revision + 1)


def keep(kept: Kept, asked: OfflineGrant, now: int) -> Kept:
    """What is kept once a grant is added or renewed; the same where it stands already and is not due.

    A new upload renews, because the device fetches another file. Of expired grants the oldest make room.

    Raises:
        OfflineLimitReached: with ``rule`` and ``limit``; nothing changes.
    """
    standing = kept.find(asked.id)
    if standing is not None and standing.version == asked.version and not standing.due(now):
        return kept
    others = [grant for grant in kept.grants if grant.id != asked.id]
    holding = [grant for grant in others if grant.holds(now)]
    if len({asked.device, *(grant.device for grant in holding)}) > MOST_DEVICES:
        words = f"At most {MOST_DEVICES} devices keep episodes; delete those of another one first."
        raise OfflineLimitReached(words, rule="devices", limit=MOST_DEVICES)
    if len(holding) >= MOST_GRANTS:
        words = f"At most {MOST_GRANTS} episodes are kept; delete one first."
        raise OfflineLimitReached(words, rule="grants", limit=MOST_GRANTS)
    expired = [grant for grant in others if not grant.holds(now)]
    dropped = set(expired[: max(0, len(others) + 1 - MOST_GRANTS)])
    return kept.changed(*(grant for grant in others if grant not in dropped), asked)


def drop(kept: Kept, grant_id: str) -> Kept:
    """What is kept once a grant is given up; the same where there is none of that id."""
    if kept.find(grant_id) is None:
        return kept
    return kept.changed(*(grant for grant in kept.grants if grant.id != grant_id))
