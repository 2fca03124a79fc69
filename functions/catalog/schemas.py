"""What the catalog is asked and what it answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct

from cliffhanger.catalog.domain import NO_CEILING, EpisodeLine, SeriesPage, SeriesRow, poster_url
from cliffhanger.clock import rfc3339
from cliffhanger.events.catalogue import RETENTION_DAYS, EventType
from cliffhanger.web.fields import SeriesId


class SeriesPath(Struct, rename="camel"):
    """The path of one series."""

    series_id: SeriesId


class SeriesSummary(Struct, rename="camel"):
    """A series in a list; ``posterUrl`` is null until an episode is published."""

    series_id: str
    title: str
    synopsis: str
    episodes: int
    free_episodes: int
    poster_url: str | None


class SeriesList(Struct, rename="camel"):
    """Listed series, newest first; ``nextCursor`` is null on the last page."""

    series: list[SeriesSummary]
    next_cursor: str | None


class EpisodeAnswer(Struct, rename="camel"):
    """An episode with its price in coins, 0 when it is free.

    ``published`` says whether everybody may watch it now; ``releaseAt`` from when on, ``membersFrom`` from when on
    members may, where that is earlier. ``durationMs`` is null until there is a video, ``cliffhangerMs`` where no
    moment is marked. ``posterUrl`` is null until there is a video.
    """

    episode: int
    title: str
    price_coins: int
    free: bool
    published: bool
    duration_ms: int | None
    cliffhanger_ms: int | None
    release_at: str | None
    members_from: str | None
    poster_url: str | None


class SeriesAnswer(Struct, rename="camel"):
    """A series with its episodes in order.

    A viewer never pays more than ``ceilingCoins`` for all of it; null for no ceiling. ``restDiscountPercent`` is taken
    off when all that is left is bought at once. Who has unlocked at most ``refundableEpisodes`` may
    have the coins again. ``languages`` are those of subtitles and dubs besides ``language``.
    """

    series_id: str
    title: str
    synopsis: str
    language: str
    languages: tuple[str, ...]
    tags: tuple[str, ...]
    age_rating: int
    free_episodes: int
    ceiling_coins: int | None
    rest_discount_percent: int
    refundable_episodes: int
    poster_url: str | None
    episodes: list[EpisodeAnswer]


class EventTypeAnswer(Struct, rename="camel"):
    """One version of one type of event.

    ``source`` names the part of the service that tells it. ``schema`` is JSON Schema (2020-12) of a webhook's whole
    body; it may gain members, and changes in no other way. ``example`` fits it. What was delivered is kept for
    ``retentionDays`` and can be sent again.
    """

    type: str
    version: int
    description: str
    source: str
    retention_days: int
    schema: dict[str, Any]
    example: dict[str, Any]


class EventTypeList(Struct, rename="camel"):
    """Every version of every type, by name."""

    event_types: list[EventTypeAnswer]


def event_type_list(kinds: Iterable[EventType]) -> EventTypeList:
    """The catalogue of events as it leaves the API."""
    return EventTypeList(
        [
            EventTypeAnswer(
                kind.type, kind.version, kind.description, kind.origin.source, RETENTION_DAYS, kind.schema, kind.example
            )
            for kind in kinds
        ]
    )


def series_list(rows: tuple[SeriesRow, ...], cursor: str | None) -> SeriesList:
    """A piece of the list as it leaves the API."""
    return SeriesList([SeriesSummary(*row[:-1], poster_url(row.series, row.poster)) for row in rows], cursor)


def series_answer(page: SeriesPage, posters: Mapping[int, str], now: int) -> SeriesAnswer:
    """A series page as it leaves the API at a time, in milliseconds since the Unix epoch; posters by episode."""
    return SeriesAnswer(
        series_id=page.series,
        title=page.title,
        synopsis=page.synopsis,
        language=page.language,
        languages=page.languages,
        tags=page.tags,
        age_rating=page.age_rating,
        free_episodes=page.free_episodes,
        ceiling_coins=None if page.ceiling_coins == NO_CEILING else page.ceiling_coins,
        rest_discount_percent=page.rest_discount_percent,
        refundable_episodes=page.refundable_episodes,
        poster_url=poster_url(page.series, page.poster),
        episodes=[_episode(page, line, posters.get(line.number, ""), now) for line in page.episodes],
    )


def _episode(page: SeriesPage, line: EpisodeLine, poster: str, now: int) -> EpisodeAnswer:
    early = page.released_at(line.number, member=True)
    return EpisodeAnswer(
        episode=line.number,
        title=line.title,
        price_coins=page.price_of(line.number),
        free=page.is_free(line.number),
        published=page.watchable(line.number, now),
        duration_ms=line.duration_ms or None,
        cliffhanger_ms=line.cliffhanger_ms or None,
        release_at=_time(line.release_at),
        members_from=_time(early) if early < line.release_at else None,
        poster_url=poster_url(page.series, poster),
    )


def _time(at_ms: int) -> str | None:
    return rfc3339(at_ms) if at_ms else None
