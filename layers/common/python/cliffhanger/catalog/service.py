"""Use cases of the catalog."""

from __future__ import annotations

from cliffhanger.catalog.domain import Published, SeriesPage, SeriesRow, Video
from cliffhanger.catalog.store import CatalogStore
from cliffhanger.errors import EpisodeUnavailable, NotFound
from cliffhanger.ledger.names import is_id


def series_page(store: CatalogStore, series: str) -> SeriesPage:
    """The page of a series.

    Raises:
        NotFound: there is no such series.
        Unavailable: the catalog does not answer.
    """
    page = store.page(series) if is_id(series) else None
    if page is None:
        raise NotFound("There is no such series.")
    return page


def list_series(store: CatalogStore) -> tuple[SeriesRow, ...]:
    """Published series, newest first, at most 50.

    Raises:
        Unavailable: the catalog does not answer.
    """
    return store.listed()


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


def publish_video(store: CatalogStore, series: str, number: int, video: Video) -> Published:
    """Makes a video an episode's, unless a later upload is already: jobs do not end in the order they began.

    Raises:
        Unavailable: the catalog does not answer; try again.
    """
    return store.publish(series, number, video)
