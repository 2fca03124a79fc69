"""Use cases of progress: save where a viewer is, go on from there, list what to continue."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cliffhanger.catalog.domain import Video
from cliffhanger.catalog.service import published_video
from cliffhanger.clock import Clock
from cliffhanger.errors import Busy, CursorInvalid, Unavailable
from cliffhanger.progress.domain import UNKNOWN_MS, Bookmark, Watched, noted, resume_ms
from cliffhanger.progress.store import ProgressStore

if TYPE_CHECKING:
    from cliffhanger.catalog.store import CatalogStore

ATTEMPTS = 3


class Continued(NamedTuple):
    """A piece of a viewer's series, the one watched last first; ``after`` is where the next piece begins, or None."""

    series: tuple[Watched, ...]
    after: tuple[int, str] | None


def save_progress(
    catalog: CatalogStore,
    progress: ProgressStore,
    *,
    person: str,
    series: str,
    episode: int,
    position_ms: int,
    version: str | None,
    clock: Clock,
) -> Bookmark:
    """Notes where a viewer is in an episode, and answers with what stands: this, or what was saved shortly before.

    Whether the episode is open to the viewer is not asked: a place in it opens nothing. It must be one that plays, so
    that a viewer's items are no more than there are series. A position beyond the end is the end.

    Raises:
        NotFound: no such episode is published.
        Busy: the viewer's other devices were faster each time; nothing changed.
        Unavailable: a table does not answer; it may have been saved.
    """
    video = published_video(catalog, series, episode)
    now = clock()
    bookmark = Bookmark(episode, min(position_ms, video.duration_ms), video.version, video.duration_ms, now)
    if version not in (None, video.version):
        bookmark = Bookmark(episode, position_ms, str(version), UNKNOWN_MS, now)
    for attempt in range(ATTEMPTS):
        watched = progress.find(person, series, consistent=attempt > 0)
        standing = None if watched is None else watched.at(episode)
        if standing is not None and now < standing.next_after:
            return standing
        changed = noted(series, watched, bookmark)
        if progress.put(person, changed, replaces=watched):
            return changed.newest
    raise Busy("Save the position again in a moment.")


def resume_at(progress: ProgressStore, person: str, series: str, episode: int, video: Video) -> int | None:
    """Where a viewer goes on with an episode, in milliseconds, or None to begin at its beginning.

    So too while the table does not answer: an episode that begins anew is better than one that does not play.
    """
    try:
        watched = progress.find(person, series)
    except Unavailable:
        return None
    return None if watched is None else resume_ms(watched.at(episode), video.version, video.duration_ms)


def continue_watching(progress: ProgressStore, person: str, limit: int, after: list[object] | None = None) -> Continued:
    """What a viewer has begun, the series watched last first: at most ``limit`` after a position.

    Raises:
        CursorInvalid: it is no position of this list.
        Unavailable: the table does not answer.
    """
    begun = sorted(progress.every(person), key=_place, reverse=True)
    if after is not None:
        last = _position(after)
        begun = [watched for watched in begun if _place(watched) < last]
    shown = tuple(begun[:limit])
    return Continued(shown, _place(shown[-1]) if len(begun) > limit else None)


def _place(watched: Watched) -> tuple[int, str]:
    return watched.newest.saved_at, watched.series


def _position(after: list[object]) -> tuple[int, str]:
    match after:
        case [int(saved_at), str(series)]:
            return saved_at, series
    raise CursorInvalid("Begin the list anew.")
