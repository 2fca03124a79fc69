"""What the catalog is asked and what it answers."""

from __future__ import annotations

from msgspec import Struct

from cliffhanger.catalog.domain import SeriesPage
from cliffhanger.web.fields import SeriesId


class SeriesPath(Struct, rename="camel"):
    """The path of one series."""

    series_id: SeriesId


class SeriesSummary(Struct, rename="camel"):
    """A series in a list."""

    series_id: str
    title: str
    synopsis: str
    episodes: int
    free_episodes: int


class SeriesList(Struct, rename="camel"):
    """At most 50 series, newest first."""

    series: list[SeriesSummary]


class EpisodeAnswer(Struct, rename="camel"):
    """An episode with its price in coins; ``durationMs`` is null until it is published."""

    episode: int
    title: str
    price_coins: int
    free: bool
    published: bool
    duration_ms: int | None


class SeriesAnswer(Struct, rename="camel"):
    """A series with its episodes in order."""

    series_id: str
    title: str
    synopsis: str
    language: str
    episodes: list[EpisodeAnswer]


def series_answer(page: SeriesPage) -> SeriesAnswer:
    """A series page as it leaves the API. The price of a free episode is 0."""
    return SeriesAnswer(
        series_id=page.series,
        title=page.title,
        synopsis=page.synopsis,
        language=page.language,
        episodes=[
            EpisodeAnswer(
                episode=line.number,
                title=line.title,
                price_coins=0 if page.is_free(line.number) else line.price_coins,
                free=page.is_free(line.number),
                published=line.published,
                duration_ms=line.duration_ms if line.published else None,
            )
            for line in page.episodes
        ],
    )
