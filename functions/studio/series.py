"""What the studio is asked and answers about series and episodes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from msgspec import Meta, Struct

from cliffhanger.catalog.domain import MAX_EPISODES, NO_CEILING, EpisodeLine, Pricing, SeriesPage, poster_url
from cliffhanger.catalog.editing import (
    MAX_LANGUAGES,
    MAX_REFUNDABLE_EPISODES,
    MAX_SYNOPSIS_CHARS,
    MAX_TAGS,
    MAX_TITLE_CHARS,
    TAG,
    EpisodeTerms,
    SeriesTerms,
    misfit,
)
from cliffhanger.catalog.lists import OwnRow
from cliffhanger.clock import MAX_TIME_CHARS, ms_of, rfc3339
from cliffhanger.texts import LANGUAGE_TAG
from cliffhanger.web.fields import EpisodeNumber, SeriesId, whole

MAX_PRICE_COINS = 1_000
MAX_CEILING_COINS = 100_000
MAX_CLIFFHANGER_MS = 600_000
"""An episode lasts three minutes at most; the video itself bounds the moment further."""

Title = Annotated[
    str, Meta(min_length=1, max_length=MAX_TITLE_CHARS, description="Without control characters; kept in Unicode's NFC")
]
Synopsis = Annotated[str, Meta(max_length=MAX_SYNOPSIS_CHARS, description="As a title, and may be empty")]
Language = Annotated[
    str,
    Meta(
        pattern=whole(LANGUAGE_TAG), max_length=12, description="BCP 47: language, script, region", examples=["pt-BR"]
    ),
]
Tag = Annotated[str, Meta(pattern=whole(TAG), examples=["slow-burn"])]
Coins = Annotated[int, Meta(ge=1, le=MAX_PRICE_COINS)]
Time = Annotated[
    str,
    Meta(
        max_length=MAX_TIME_CHARS,
        description="A time of RFC 3339 from 1970 to 2100, in UTC or with an offset",
        examples=["2026-12-01T18:00:00Z"],
        extra_json_schema={"format": "date-time"},
    ),
]
Revision = Annotated[
    int, Meta(ge=1, le=10**9, description="`revision` of the series as the client last read it", examples=[3])
]


class StudioSeriesPath(Struct, rename="camel"):
    """The path of one of the creator's series."""

    series_id: SeriesId


class StudioEpisodePath(Struct, rename="camel"):
    """The path of one episode of the creator's."""

    series_id: SeriesId
    episode: EpisodeNumber


class PricingBody(Struct, rename="camel", forbid_unknown_fields=True):
    """How prices rise within the series, in coins.

    The first paid episode costs ``startCoins``; after every ``everyEpisodes`` paid episodes the price rises by
    ``riseCoins``, up to ``mostCoins``.
    """

    start_coins: Coins
    rise_coins: Annotated[int, Meta(ge=0, le=MAX_PRICE_COINS)]
    every_episodes: Annotated[int, Meta(ge=1, le=MAX_EPISODES)]
    most_coins: Coins


class SeriesBody(Struct, rename="camel", forbid_unknown_fields=True):
    """All that a creator writes of a series; nothing may be left out but ``refundableEpisodes``, which then stays.

    ``languages`` are those of subtitles and dubs besides ``language``. ``earlyHours``: members see an episode so much
    before its release. ``refundableEpisodes``: who has unlocked no more of them may have the coins again, once.
    ``revision`` is 0 to make the series, else that of the series as it was read.
    """

    title: Title
    synopsis: Synopsis
    language: Language
    languages: Annotated[tuple[Language, ...], Meta(max_length=MAX_LANGUAGES)]
    tags: Annotated[tuple[Tag, ...], Meta(max_length=MAX_TAGS)]
    age_rating: Literal[0, 6, 12, 16, 18]
    free_episodes: Annotated[int, Meta(ge=0, le=MAX_EPISODES)]
    pricing: PricingBody
    ceiling_coins: Annotated[int, Meta(ge=1, le=MAX_CEILING_COINS)] | None
    rest_discount_percent: Annotated[int, Meta(ge=0, le=90)]
    early_hours: Annotated[int, Meta(ge=0, le=168)]
    listed: bool
    revision: Annotated[int, Meta(ge=0, le=10**9)]
    refundable_episodes: Annotated[int, Meta(ge=0, le=MAX_REFUNDABLE_EPISODES)] | None = None


class EpisodeBody(Struct, rename="camel", forbid_unknown_fields=True):
    """All that a creator writes of an episode; nothing may be left out.

    ``priceCoins`` null follows the series' pricing. ``cliffhangerMs`` is the moment in the video after which the story
    hangs. ``releaseAt`` null is as soon as there is a video. ``revision`` is the series'.
    """

    title: Title
    price_coins: Coins | None
    cliffhanger_ms: Annotated[int, Meta(ge=1, le=MAX_CLIFFHANGER_MS)] | None
    release_at: Time | None
    revision: Revision


class StudioSeriesSummary(Struct, rename="camel"):
    """A series in its creator's list."""

    series_id: str
    title: str
    synopsis: str
    episodes: int
    free_episodes: int
    poster_url: str | None
    listed: bool


class StudioSeriesList(Struct, rename="camel"):
    """The creator's series, newest first, listed or not; ``nextCursor`` is null on the last page."""

    series: list[StudioSeriesSummary]
    next_cursor: str | None


class PricingAnswer(Struct, rename="camel"):
    """How prices rise within the series, in coins."""

    start_coins: int
    rise_coins: int
    every_episodes: int
    most_coins: int


class StudioEpisodeAnswer(Struct, rename="camel"):
    """An episode as its creator sees it.

    ``priceCoins`` is what the creator wrote, null where the episode follows the series' pricing; ``viewerPriceCoins``
    what a viewer is asked, 0 when it is free. ``published`` says whether everybody may watch it now.
    """

    episode: int
    title: str
    price_coins: int | None
    viewer_price_coins: int
    published: bool
    duration_ms: int | None
    cliffhanger_ms: int | None
    release_at: str | None
    poster_url: str | None


class StudioSeriesAnswer(Struct, rename="camel"):
    """A series as its creator sees it. ``creatorShareBp`` is the house's to set: basis points of the cash behind coins.

    ``revision`` belongs into the next change.
    """

    series_id: str
    title: str
    synopsis: str
    language: str
    languages: tuple[str, ...]
    tags: tuple[str, ...]
    age_rating: int
    free_episodes: int
    pricing: PricingAnswer
    ceiling_coins: int | None
    rest_discount_percent: int
    creator_share_bp: int
    early_hours: int
    refundable_episodes: int
    listed: bool
    revision: int
    poster_url: str | None
    episodes: list[StudioEpisodeAnswer]


def series_terms(body: SeriesBody) -> SeriesTerms:
    """What a request writes of a series."""
    pricing = body.pricing
    return SeriesTerms(
        title=body.title,
        synopsis=body.synopsis,
        language=body.language,
        languages=body.languages,
        tags=body.tags,
        age_rating=body.age_rating,
        free_episodes=body.free_episodes,
        pricing=Pricing(pricing.start_coins, pricing.rise_coins, pricing.every_episodes, pricing.most_coins),
        ceiling_coins=NO_CEILING if body.ceiling_coins is None else body.ceiling_coins,
        rest_discount_percent=body.rest_discount_percent,
        early_hours=body.early_hours,
        listed=body.listed,
        refundable_episodes=body.refundable_episodes,
    )


def episode_terms(body: EpisodeBody) -> EpisodeTerms:
    """What a request writes of an episode.

    Raises:
        ValidationFailed: its release is no time.
    """
    try:
        release_at = 0 if body.release_at is None else ms_of(body.release_at)
    except ValueError as error:
        raise misfit("releaseAt", "Expected a time of RFC 3339") from error
    return EpisodeTerms(body.title, body.price_coins, body.cliffhanger_ms or 0, release_at)


def studio_list(rows: tuple[OwnRow, ...], cursor: str | None) -> StudioSeriesList:
    """A piece of the creator's list as it leaves the API."""
    made = [
        StudioSeriesSummary(*row[:-1], poster_url=poster_url(row.series, row.poster), listed=listed)
        for row, listed in rows
    ]
    return StudioSeriesList(made, cursor)


def studio_answer(page: SeriesPage, posters: Mapping[int, str], now: int) -> StudioSeriesAnswer:
    """A creator's series as it leaves the API at a time, in milliseconds since the Unix epoch; posters by episode."""
    return StudioSeriesAnswer(
        series_id=page.series,
        title=page.title,
        synopsis=page.synopsis,
        language=page.language,
        languages=page.languages,
        tags=page.tags,
        age_rating=page.age_rating,
        free_episodes=page.free_episodes,
        pricing=PricingAnswer(*page.pricing),
        ceiling_coins=None if page.ceiling_coins == NO_CEILING else page.ceiling_coins,
        rest_discount_percent=page.rest_discount_percent,
        creator_share_bp=page.unlocks_bp(rfc3339(now)[:10]),
        early_hours=page.early_hours,
        refundable_episodes=page.refundable_episodes,
        listed=page.listed,
        revision=page.revision,
        poster_url=poster_url(page.series, page.poster),
        episodes=[_episode(page, line, posters.get(line.number, ""), now) for line in page.episodes],
    )


def _episode(page: SeriesPage, line: EpisodeLine, poster: str, now: int) -> StudioEpisodeAnswer:
    return StudioEpisodeAnswer(
        episode=line.number,
        title=line.title,
        price_coins=line.price_coins,
        viewer_price_coins=page.price_of(line.number),
        published=page.watchable(line.number, now),
        duration_ms=line.duration_ms or None,
        cliffhanger_ms=line.cliffhanger_ms or None,
        release_at=rfc3339(line.release_at) if line.release_at else None,
        poster_url=poster_url(page.series, poster),
    )
