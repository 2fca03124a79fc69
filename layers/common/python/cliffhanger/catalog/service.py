"""Use cases of the catalog: what is read of it. What is written stands in ``authoring``."""

from __future__ import annotations

from cliffhanger.catalog.domain import SeriesPage, SeriesRow, Video
from cliffhanger.catalog.lists import OwnRow, Position, Rows
from cliffhanger.catalog.store import CatalogStore
from cliffhanger.errors import EpisodeUnavailable, NotFound, NotOwner
from cliffhanger.ledger.names import is_id


def series_page(store: CatalogStore, series: str) -> SeriesPage:
    """The page of a series, listed or not.

    Raises:
        NotFound: there is no such series.
        Unavailable: the catalog does not answer.
    """
    return _found(store.page(series) if is_id(series) else None)


def listed_page(store: CatalogStore, series: str) -> SeriesPage:
    """The page of a series that everybody may see.

    Raises:
        NotFound: there is no such series, or it is not listed.
        Unavailable: the catalog does not answer.
    """
    page = series_page(store, series)
    return _found(page if page.listed else None)


def list_series(store: CatalogStore, limit: int, after: Position | None = None) -> Rows[SeriesRow]:
    """Listed series, newest first: at most ``limit`` after a position, and the next position.

    Raises:
        CursorInvalid: it is no position of this list.
        Unavailable: the catalog does not answer.
    """
    return store.listed(limit, after)


def list_own_series(store: CatalogStore, person: str, limit: int, after: Position | None = None) -> Rows[OwnRow]:
    """A creator's series, newest first, listed or not: at most ``limit`` after a position, and the next position.

    Raises:
        CursorInvalid: it is no position of this list.
        Unavailable: the catalog does not answer.
    """
    return store.owned(person, limit, after)


def own_series(store: CatalogStore, person: str, series: str) -> SeriesPage:
    """The page of a creator's own series as it is after every change that was answered.

    Raises:
        NotFound: there is no such series.
        NotOwner: it is another creator's.
        Unavailable: the catalog does not answer.
    """
    page = _found(store.page(series, consistent=True) if is_id(series) else None)
    if page.owner != person:
        raise NotOwner("The series belongs to another creator.")
    return page


def video_of(store: CatalogStore, page: SeriesPage, number: int) -> Video:
    """The published video of an episode of a series.

    Raises:
        NotFound: the series has no such episode.
        EpisodeUnavailable: it is not published.
        Unavailable: the catalog does not answer.
    """
    video = store.video(page.series, number) if page.episode(number).published else None
    if video is None:
        raise EpisodeUnavailable("The episode is not published yet.")
    return video


def published_video(store: CatalogStore, series: str, number: int) -> Video:
    """The published video of an episode, whoever may see it.

    Raises:
        NotFound: there is no such series or episode, or no video of it.
        Unavailable: the catalog does not answer.
    """
    video = store.video(series, number) if is_id(series) else None
    if video is None:
        raise NotFound("There is no such episode to play.")
    return video


def current_version(store: CatalogStore, series: str, number: int) -> str | None:
    """The version of an episode that plays, as it is after every publication; None when there is none.

    Raises:
        Unavailable: the catalog does not answer.
    """
    video = store.video(series, number, consistent=True)
    return None if video is None else video.version


def posters_of(store: CatalogStore, page: SeriesPage) -> dict[int, str]:
    """The names of a series' posters among the series', by episode; none is asked for when none is published.

    Raises:
        Unavailable: the catalog does not answer.
    """
    return store.posters(page.series) if any(line.published for line in page.episodes) else {}


def _found(page: SeriesPage | None) -> SeriesPage:
    if page is None:
        raise NotFound("There is no such series.")
    return page
