"""What a creator may write into a series, and what becomes of its page. Pure.

Bounds of single values stand in the studio's schemas. What stands here is what no schema can say: how values fit to
each other, to the page as it is, and to the time. Times are milliseconds since the Unix epoch.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from cliffhanger.catalog.domain import MAX_EPISODES, NO_CEILING, CreatorShare, EpisodeLine, Pricing, SeriesPage, Video
from cliffhanger.errors import EpisodeOutOfOrder, ValidationFailed
from cliffhanger.texts import LANGUAGE_TAG, clean, clean_name

MAX_TITLE_CHARS = 80
MAX_SYNOPSIS_CHARS = 500
MAX_LANGUAGES = 8
MAX_TAGS = 10
MAX_REFUNDABLE_EPISODES = 20
"""Who has seen more of a series has not merely tried it."""
TAG = r"[a-z0-9-]{1,24}"
YEAR_2101 = 4_133_980_800_000
"""Its first millisecond."""


class SeriesTerms(NamedTuple):
    """What a creator writes of a series; the fields are those of its page.

    ``refundable_episodes`` None leaves that rule as it is.
    """

    title: str
    synopsis: str
    language: str
    languages: tuple[str, ...]
    tags: tuple[str, ...]
    age_rating: int
    free_episodes: int
    pricing: Pricing
    ceiling_coins: int
    rest_discount_percent: int
    early_hours: int
    listed: bool
    refundable_episodes: int | None = None


class EpisodeTerms(NamedTuple):
    """What a creator writes of an episode; the fields are those of its line."""

    title: str
    price_coins: int | None
    cliffhanger_ms: int
    release_at: int


def misfit(field: str, why: str) -> ValidationFailed:
    """The refusal of a field, which ``where`` names as the API does."""
    return ValidationFailed(f"{why}.", where=field)


def clean_series(terms: SeriesTerms) -> SeriesTerms:
    """The terms of a series as they are kept.

    Raises:
        ValidationFailed: they contradict each other, or have texts that cannot be.
    """
    if terms.language in terms.languages:
        raise misfit("languages", "Expected languages besides the original one")
    for field, values, pattern in (("languages", terms.languages, LANGUAGE_TAG), ("tags", terms.tags, TAG)):
        if len(set(values)) < len(values):
            raise misfit(field, "Expected no value twice")
        if not all(re.fullmatch(pattern, value) for value in values):
            raise misfit(field, f"Expected values like {pattern}")
    if not re.fullmatch(LANGUAGE_TAG, terms.language):
        raise misfit("language", f"Expected a value like {LANGUAGE_TAG}")
    if terms.pricing.start > terms.pricing.most:
        raise misfit("pricing.startCoins", "Expected a first price of at most 'mostCoins'")
    return terms._replace(
        title=clean_name(terms.title, "title", MAX_TITLE_CHARS),
        synopsis=clean(terms.synopsis, "synopsis", MAX_SYNOPSIS_CHARS),
    )


def clean_episode(terms: EpisodeTerms) -> EpisodeTerms:
    """The terms of an episode as they are kept.

    Raises:
        ValidationFailed: they have a text or a time that cannot be.
    """
    if not 0 <= terms.release_at < YEAR_2101:
        raise misfit("releaseAt", "Expected a time from 1970 to 2100")
    return terms._replace(title=clean_name(terms.title, "title", MAX_TITLE_CHARS))


def stands(page: SeriesPage, terms: SeriesTerms) -> bool:
    """Whether a series is as the terms say already."""
    return all(getattr(page, field) == value for field, value in _said(terms).items())


def episode_stands(page: SeriesPage, number: int, terms: EpisodeTerms) -> bool:
    """Whether the series has an episode as the terms say already."""
    if number > len(page.episodes):
        return False
    line = page.episode(number)
    return all(getattr(line, field) == value for field, value in terms._asdict().items())


def new_series(series: str, owner: str, terms: SeriesTerms, now: int) -> SeriesPage:
    """The first page of a series; its creator's share is the house's.

    Raises:
        ValidationFailed: its ceiling is below its first price.
    """
    made = SeriesPage(series=series, owner=owner, listed_at=now, episodes=(), **_said(terms))
    _check_ceiling(made, "ceilingCoins")
    return made


def with_terms(page: SeriesPage, terms: SeriesTerms, now: int) -> SeriesPage:
    """The next revision of a page, with other terms; a series counts as new when it is listed after it was not.

    Raises:
        ValidationFailed: its ceiling is below its dearest episode.
    """
    listed_at = now if terms.listed and not page.listed else page.listed_at
    made = page._replace(**_said(terms), listed_at=listed_at, revision=page.revision + 1)
    _check_ceiling(made, "ceilingCoins")
    return made


def _said(terms: SeriesTerms) -> dict[str, Any]:
    """The terms that say something."""
    return {field: value for field, value in terms._asdict().items() if value is not None}


def check_number(page: SeriesPage, number: int) -> None:
    """Sees that a number is an episode's or the next one's: they are given one after the other, and never again.

    Raises:
        EpisodeOutOfOrder: it is not; with ``next``, None when the series is full.
    """
    count = len(page.episodes)
    if number > min(count + 1, MAX_EPISODES):
        expected = count + 1 if count < MAX_EPISODES else None
        raise EpisodeOutOfOrder("Episodes are added one after the other.", next=expected)


def with_episode(page: SeriesPage, number: int, terms: EpisodeTerms, now: int) -> SeriesPage:
    """The next revision of a page, with an episode added or changed.

    Raises:
        EpisodeOutOfOrder: the number is neither there nor the next.
        ValidationFailed: the cliffhanger lies behind the video's end, a release that viewers have seen would be moved,
            or the episode is dearer than the whole series.
    """
    check_number(page, number)
    old = page.episode(number) if number <= len(page.episodes) else EpisodeLine(number, "", None)
    if old.published and terms.cliffhanger_ms > old.duration_ms:
        raise misfit("cliffhangerMs", f"Expected a moment within the video's {old.duration_ms} ms")
    if old.published and terms.release_at != old.release_at and old.release_at <= now:
        raise misfit("releaseAt", "The episode is out, so its release stays as it is")
    made = _with_line(page, old._replace(**terms._asdict()))
    _check_ceiling(made, "priceCoins")
    return made


def with_video(page: SeriesPage, number: int, video: Video) -> SeriesPage:
    """The next revision of a page, with an episode's video; a cliffhanger behind its end moves to its end.

    The first published episode's poster is the series'.

    Raises:
        NotFound: the series has no such episode.
    """
    line = page.episode(number)
    cliffhanger = min(line.cliffhanger_ms, video.duration_ms)
    made = _with_line(page, line._replace(duration_ms=video.duration_ms, cliffhanger_ms=cliffhanger))
    first = next(each.number for each in made.episodes if each.published)
    if first != number:
        return made
    return made._replace(poster=f"{number}/{video.poster}" if video.poster else "")


def with_shares(page: SeriesPage, shares: tuple[CreatorShare, ...]) -> SeriesPage:
    """The next revision of a page, with what its creator gets by the series' own split."""
    return page._replace(shares=shares, revision=page.revision + 1)


def dearest(page: SeriesPage) -> int:
    """The price of the dearest episode, in coins; before there is one that costs, of the first that will."""
    prices = [page.price_of(line.number) for line in page.episodes]
    return max(prices, default=0) or page.pricing.price(1)


def _with_line(page: SeriesPage, line: EpisodeLine) -> SeriesPage:
    episodes = (*page.episodes[: line.number - 1], line, *page.episodes[line.number :])
    return page._replace(episodes=episodes, revision=page.revision + 1)


def _check_ceiling(page: SeriesPage, field: str) -> None:
    most = dearest(page)
    if page.ceiling_coins != NO_CEILING and page.ceiling_coins < most:
        raise misfit(field, f"An episode would cost {most} coins, and the whole series at most {page.ceiling_coins}")
