"""When a creator's money is paid out by itself: never, or once a week. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Literal, NamedTuple

Rhythm = Literal["none", "weekly"]
HOUR = 6
"""Of Monday, UTC: banks of Europe open soon after, and Asia's are open."""


class Schedule(NamedTuple):
    """A creator's rhythm; ``due_at`` is when it comes round next, in milliseconds since the Unix epoch, 0 for never."""

    person: str
    rhythm: Rhythm = "none"
    due_at: int = 0
    revision: int = 0

    def set_to(self, rhythm: Rhythm, now_ms: int) -> Schedule:
        """The schedule with a rhythm from now on."""
        due_at = next_monday(now_ms) if rhythm == "weekly" else 0
        return Schedule(self.person, rhythm, due_at, self.revision + 1)

    def come_round(self, now_ms: int) -> Schedule:
        """The schedule after a week of it was seen to; weeks that nobody came to are not made up for."""
        return self.set_to(self.rhythm, max(now_ms, self.due_at))


def next_monday(now_ms: int) -> int:
    """The first Monday 06:00 UTC after a time."""
    now = datetime.fromtimestamp(now_ms / 1_000, UTC)
    monday = (now - timedelta(days=now.weekday())).replace(hour=HOUR, minute=0, second=0, microsecond=0)
    if monday <= now:
        monday += timedelta(days=7)
    return int(monday.timestamp()) * 1_000


def week_of(at_ms: int) -> str:
    """The week (ISO 8601) that a time is in, such as ``2026-W48``."""
    year, week, _ = datetime.fromtimestamp(at_ms / 1_000, UTC).isocalendar()
    return f"{year}-W{week:02}"
