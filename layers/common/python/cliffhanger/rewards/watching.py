"""What a viewer is credited for watching, from beats that carry a position. Pure.

All that a beat is judged by is the server's: when the last one came, and what has been covered. A session's state goes
with the client, sealed (:mod:`.sealing`), so that a beat writes nothing; what is credited once and for all is a
checkpoint, which names the one before it (:mod:`.watches`). So a beat that is replayed, late or out of order can at
most repeat what was credited before, and a forged one is none. Why: docs/adr/0031.

Credit is a bucket of the server's time that fills as it passes and holds little: what a beat takes for the way from
the last position to its own must be in it. So credited time is never more than the time that has passed, whatever
clock, speed or position a client makes up.
"""

from __future__ import annotations

from typing import NamedTuple

from cliffhanger.rewards.coverage import Span, covering, length_of

BEAT_EVERY_MS = 15_000
"""How often a player tells where it is."""
MOST_SPARE_MS = 25_000
"""So much of the server's time waits to be taken at most: a beat's, and what a slow network makes of it."""
FASTEST = 2
"""A position moves by no more than this times the time that has passed, or it was a leap."""
FINISHED_PERCENT = 90
"""An episode is finished when so much of it was watched: nobody sits through the credits."""
SAVE_EVERY_MS = 90_000
"""So much is credited between two checkpoints, as long as an episode usually is: one write for most of them.

Who leaves before the next one loses what was not saved."""
SAVED_APART_MS = 15_000
"""What was watched of an episode is worth a checkpoint when the viewer goes on to another."""
STALE_MS = 15 * 60_000
"""A session whose last beat is that old is over."""


class Episode(NamedTuple):
    """One version of an episode that is watched; ``duration_ms`` is how long it plays."""

    series: str
    number: int
    version: str
    duration_ms: int

    def finished_by(self, spans: tuple[Span, ...]) -> bool:
        """Whether enough of it is covered."""
        return length_of(spans) * 100 >= self.duration_ms * FINISHED_PERCENT


class Session(NamedTuple):
    """One viewer's watching on one device, from episode to episode. Times are milliseconds since the Unix epoch.

    ``zone`` is what the viewer asked for; ``revision`` is the checkpoint that it goes on from. ``at``, ``position_ms``
    and ``spare_ms`` are as of the last beat. ``spans`` is what is covered of the episode, and ``unsaved_ms`` what was
    credited since the checkpoint. ``counted``: the episode was finished before, so that there is nothing to credit.
    ``owing``: rewards of a checkpoint may not be on the ledger yet.
    """

    session: str
    device: str
    zone: str
    started_at: int
    revision: int
    episode: Episode
    at: int
    position_ms: int = 0
    spare_ms: int = 0
    unsaved_ms: int = 0
    spans: tuple[Span, ...] = ()
    counted: bool = False
    owing: bool = False

    @property
    def due(self) -> bool:
        """Whether there is enough for a checkpoint."""
        if self.counted:
            return False
        return self.unsaved_ms >= SAVE_EVERY_MS or (self.unsaved_ms > 0 and self.episode.finished_by(self.spans))

    def over(self, now: int) -> bool:
        """Whether nothing was heard of it for too long."""
        return now - self.at > STALE_MS


def beaten(session: Session, position_ms: int, now: int) -> Session:
    """The session after a beat.

    A way forward that fits into the time that has passed was watched; of it, what is new is credited. Anything else is
    a leap, a pause or a repeat: the position is noted and nothing credited.
    """
    position = min(position_ms, session.episode.duration_ms)
    spare = min(session.spare_ms + max(0, now - session.at), MOST_SPARE_MS)
    after = session._replace(at=max(now, session.at), position_ms=position, spare_ms=spare)
    way = position - session.position_ms
    if session.counted or not 0 < way <= spare * FASTEST:
        return after
    taken = min(way, spare)
    spans = covering(session.spans, [(session.position_ms, position)])
    new = length_of(spans) - length_of(session.spans)
    return after._replace(spare_ms=spare - taken, spans=spans, unsaved_ms=session.unsaved_ms + min(new, taken))


def moved_on(session: Session, episode: Episode, now: int) -> Session:
    """The session with another episode, nothing of which was watched yet. What was not saved of the last is lost."""
    return session._replace(
        episode=episode, at=max(now, session.at), position_ms=0, unsaved_ms=0, spans=(), counted=False
    )
