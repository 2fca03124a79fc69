"""Where viewers stopped: a bookmark for each of the last episodes of a series. Pure.

All bookmarks of a viewer in one series are one item of less than a kilobyte, so that a save is one write unit and a
resume half a read unit. Why, and why the list of series to continue has no index: docs/adr/0015.
"""

from __future__ import annotations

from typing import NamedTuple

EVERY_MS = 30_000
"""A viewer's bookmark of an episode is written at most that often."""

MOST_BOOKMARKS = 12
"""Of one series. With ids and versions of the greatest length they still fit into a kilobyte, one write unit."""

END_MS = 3_000
"""Who stopped that close to the end has seen the episode, and begins anew."""

SAME_CUT_MS = 1_000
"""Two versions whose lengths differ by no more show the same film: sound or subtitles were mended."""

KEPT_FOR_S = 400 * 86_400
"""How long a series that nobody goes on with stays on the viewer's list: a year and a month."""

UNKNOWN_MS = 0


class Bookmark(NamedTuple):
    """Where a viewer stopped in an episode: times in milliseconds, ``saved_at`` since the Unix epoch.

    ``duration_ms`` is how long the version plays, or ``UNKNOWN_MS`` for one that had been replaced when it was saved.
    """

    episode: int
    position_ms: int
    version: str
    duration_ms: int
    saved_at: int

    @property
    def next_after(self) -> int:
        """From when on the next one of this episode is written, in milliseconds since the Unix epoch."""
        return self.saved_at + EVERY_MS


class Watched(NamedTuple):
    """A viewer's bookmarks in a series, the newest first; there is at least one."""

    series: str
    bookmarks: tuple[Bookmark, ...]

    @property
    def newest(self) -> Bookmark:
        """Where the viewer was last."""
        return self.bookmarks[0]

    def at(self, episode: int) -> Bookmark | None:
        """The bookmark of an episode, or None."""
        return next((one for one in self.bookmarks if one.episode == episode), None)


def noted(series: str, watched: Watched | None, bookmark: Bookmark) -> Watched:
    """The bookmarks with one more, which replaces the one of its episode; the oldest go when there are too many.

    It is later than every other: times tell one state of the item from the next, even where two clocks differ.
    """
    before = () if watched is None else watched.bookmarks
    if before:
        bookmark = bookmark._replace(saved_at=max(bookmark.saved_at, before[0].saved_at + 1))
    others = tuple(one for one in before if one.episode != bookmark.episode)
    return Watched(series, (bookmark, *others)[:MOST_BOOKMARKS])


def resume_ms(bookmark: Bookmark | None, version: str, duration_ms: int) -> int | None:
    """Where a version of the episode goes on, in milliseconds; None to begin at its beginning.

    In another version than the viewer's the position means the same only where the two are equally long.
    """
    if bookmark is None or not 0 < bookmark.position_ms < duration_ms - END_MS:
        return None
    same_cut = abs(bookmark.duration_ms - duration_ms) <= SAME_CUT_MS
    return bookmark.position_ms if bookmark.version == version or same_cut else None
