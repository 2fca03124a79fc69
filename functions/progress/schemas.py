"""What progress is asked and what it answers."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from cliffhanger.clock import rfc3339
from cliffhanger.progress.domain import UNKNOWN_MS, Bookmark, Watched
from cliffhanger.web.fields import EpisodeNumber, SeriesId, Version

MAX_POSITION_MS = 86_400_000

Position = Annotated[
    int,
    Meta(
        ge=0, le=MAX_POSITION_MS, description="Where the viewer is, in milliseconds from the start", examples=[41_500]
    ),
]


class EpisodePath(Struct, rename="camel"):
    """The path of a viewer's progress in one episode."""

    series_id: SeriesId
    episode: EpisodeNumber


class ProgressBody(Struct, rename="camel", forbid_unknown_fields=True):
    """Where the viewer is, and in which version of the video: without one, in that which is published now."""

    position_ms: Position
    version: Version | None = None


class ProgressAnswer(Struct, rename="camel"):
    """What stands: this position, or the one that was saved shortly before. From ``nextAfter`` on another is saved."""

    position_ms: int
    saved_at: str
    next_after: str


class ContinueItem(Struct, rename="camel"):
    """The episode of a series that the viewer watched last. ``durationMs`` is null where the video was replaced."""

    series_id: str
    episode: int
    position_ms: int
    duration_ms: int | None
    saved_at: str


class ContinueAnswer(Struct, rename="camel"):
    """Series that the viewer has begun, the one watched last first."""

    items: list[ContinueItem]
    next_cursor: str | None


def progress_answer(bookmark: Bookmark) -> ProgressAnswer:
    """A bookmark as it leaves the API."""
    return ProgressAnswer(bookmark.position_ms, rfc3339(bookmark.saved_at), rfc3339(bookmark.next_after))


def continue_item(watched: Watched) -> ContinueItem:
    """A series of the list."""
    newest = watched.newest
    duration = None if newest.duration_ms == UNKNOWN_MS else newest.duration_ms
    return ContinueItem(watched.series, newest.episode, newest.position_ms, duration, rfc3339(newest.saved_at))
