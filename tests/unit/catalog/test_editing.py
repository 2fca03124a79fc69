"""What a creator may write, and what becomes of the page."""

from __future__ import annotations

from typing import Any

import pytest

from cliffhanger import texts
from cliffhanger.catalog import editing
from cliffhanger.catalog.domain import MAX_EPISODES, EpisodeLine, Pricing, SeriesPage, Video
from cliffhanger.catalog.editing import EpisodeTerms, SeriesTerms
from cliffhanger.errors import EpisodeOutOfOrder, NotFound, ValidationFailed
from tests.support.world import PAGE

NOW = 1_763_700_000_000
HOUR = 3_600_000

SERIES_TERMS = SeriesTerms(
    title="The Last Train",
    synopsis="She has one minute to decide.",
    language="en",
    languages=("de", "pt-BR"),
    tags=("noir", "trains"),
    age_rating=12,
    free_episodes=1,
    pricing=Pricing(start=10, rise=2, every=1, most=20),
    ceiling_coins=100,
    rest_discount_percent=20,
    early_hours=24,
    listed=True,
)
EPISODE_TERMS = EpisodeTerms("Platform 9", None, 0, 0)


def page_with(*lines: EpisodeLine, **terms: Any) -> SeriesPage:
    made = editing.new_series("the-last-train", "cleo", SERIES_TERMS._replace(**terms), NOW)
    return made._replace(episodes=lines)


def refused_field(refused: pytest.ExceptionInfo[ValidationFailed]) -> object:
    return refused.value.members["where"]


@pytest.mark.parametrize("bad", ["\x00", "\x1b", "\n", "\x7f", "\x85", "\x9b", "\u2028", "\u2029"])
@pytest.mark.parametrize("text", ["{}title", "ti{}tle", "title{}"])
def test_no_text_holds_a_control_character(bad: str, text: str) -> None:
    with pytest.raises(ValidationFailed):
        texts.clean(text.format(bad), "title", 80)


@pytest.mark.parametrize("point", [*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
def test_no_text_turns_its_surroundings_around(point: int) -> None:
    with pytest.raises(ValidationFailed) as refused:
        texts.clean(f"The {chr(point)}Last Train", "synopsis", 500)
    assert refused_field(refused) == "synopsis"


@pytest.mark.parametrize("text", ["קרון 9\u200f!", "قطار", "👩\u200d🚀 leaves", "Ça ira", "最終列車"])
def test_every_script_can_be_written_in(text: str) -> None:
    assert texts.clean_name(text, "title", 80) == text


def test_a_text_is_kept_composed_and_without_the_space_around_it() -> None:
    assert texts.clean_name("  Cafe\u0301 Nine\u00a0", "title", 80) == "Café Nine"


def test_a_text_is_measured_as_it_is_kept() -> None:
    """NFC makes most texts shorter, and a few longer: U+0958 is never composed."""
    assert len(texts.clean("e\u0301" * 80, "title", 80)) == 80
    with pytest.raises(ValidationFailed):
        texts.clean("\u0958" * 80, "title", 80)


@pytest.mark.parametrize("title", ["", " ", "\u200b", "\u200d\ufe0f", "\u00a0\u2003"])
def test_a_title_can_be_seen(title: str) -> None:
    with pytest.raises(ValidationFailed):
        texts.clean_name(title, "title", 80)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"languages": ("de", "en")}, "languages"),
        ({"languages": ("de", "de")}, "languages"),
        ({"languages": ("de\n",)}, "languages"),
        ({"language": "en\n"}, "language"),
        ({"tags": ("noir", "noir")}, "tags"),
        ({"tags": ("noir\n",)}, "tags"),
        ({"tags": ("Noir",)}, "tags"),
        ({"pricing": Pricing(start=21, most=20)}, "pricing.startCoins"),
        ({"title": "\u202eniarT"}, "title"),
        ({"synopsis": "a\tb"}, "synopsis"),
    ],
)
def test_terms_that_do_not_fit_each_other_are_refused_by_field(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationFailed) as refused:
        editing.clean_series(SERIES_TERMS._replace(**changes))
    assert refused_field(refused) == field


def test_the_same_language_written_for_another_region_is_another() -> None:
    terms = SERIES_TERMS._replace(language="pt-PT", languages=("pt-BR",))
    assert editing.clean_series(terms) == terms


def test_a_new_series_is_at_revision_one_and_its_creator_gets_the_houses_share() -> None:
    page = page_with()
    assert (page.revision, page.creator_share_bp, page.listed_at, page.episodes) == (1, 5_000, NOW, ())


def test_prices_rise_by_the_pricing_and_an_own_price_stands_apart() -> None:
    page = page_with(*(EpisodeLine(number, "x", 7 if number == 4 else None) for number in range(1, 9)))
    assert [page.price_of(number) for number in range(1, 9)] == [0, 10, 12, 7, 16, 18, 20, 20]


@pytest.mark.parametrize(
    ("lines", "ceiling", "dearest"),
    [
        ((), 9, 10),
        ((EpisodeLine(1, "x", None),), 9, 10),
        ((EpisodeLine(1, "x", 1_000),), 9, 10),
        ((EpisodeLine(1, "x", None), EpisodeLine(2, "x", None), EpisodeLine(3, "x", None)), 11, 12),
        ((EpisodeLine(1, "x", None), EpisodeLine(2, "x", 50), EpisodeLine(3, "x", None)), 49, 50),
    ],
)
def test_a_ceiling_is_never_below_the_dearest_episode(
    lines: tuple[EpisodeLine, ...], ceiling: int, dearest: int
) -> None:
    """A viewer could not understand a series that costs less than one of its episodes."""
    page = page_with(*lines)
    with pytest.raises(ValidationFailed) as refused:
        editing.with_terms(page, SERIES_TERMS._replace(ceiling_coins=ceiling), NOW)
    assert refused_field(refused) == "ceilingCoins"
    assert editing.with_terms(page, SERIES_TERMS._replace(ceiling_coins=dearest), NOW).ceiling_coins == dearest
    assert editing.with_terms(page, SERIES_TERMS._replace(ceiling_coins=0), NOW).ceiling_coins == 0


def test_an_episode_dearer_than_the_whole_series_is_refused() -> None:
    page = page_with(EpisodeLine(1, "x", None))
    with pytest.raises(ValidationFailed) as refused:
        editing.with_episode(page, 2, EPISODE_TERMS._replace(price_coins=101), NOW)
    assert refused_field(refused) == "priceCoins"


def test_a_series_counts_as_new_when_it_is_listed_and_not_when_it_is_changed() -> None:
    page = page_with(listed=False)
    assert editing.with_terms(page, SERIES_TERMS._replace(listed=False), NOW + 1).listed_at == NOW
    listed = editing.with_terms(page, SERIES_TERMS, NOW + 2)
    assert listed.listed_at == NOW + 2
    assert editing.with_terms(listed, SERIES_TERMS._replace(title="Other"), NOW + 3).listed_at == NOW + 2


def test_every_change_is_the_next_revision() -> None:
    page = page_with()
    changed = editing.with_terms(page, SERIES_TERMS._replace(title="Other"), NOW)
    added = editing.with_episode(changed, 1, EPISODE_TERMS, NOW)
    filmed = editing.with_video(added, 1, Video("v", "master.m3u8", 9_000, 1))
    assert [made.revision for made in (page, changed, added, filmed)] == [1, 2, 3, 4]


def test_episodes_are_added_one_after_the_other_and_never_lost() -> None:
    page = page_with()
    for number in (1, 2, 3):
        page = editing.with_episode(page, number, EPISODE_TERMS._replace(title=f"Night {number}"), NOW)
    changed = editing.with_episode(page, 2, EPISODE_TERMS._replace(title="Another"), NOW)
    assert [line.title for line in changed.episodes] == ["Night 1", "Another", "Night 3"]
    assert [line.number for line in changed.episodes] == [1, 2, 3]


@pytest.mark.parametrize(("count", "number", "expected"), [(0, 2, 1), (3, 5, 4), (3, 9_999, 4), (200, 201, None)])
def test_a_gap_between_episodes_is_refused_with_the_next_number(count: int, number: int, expected: int | None) -> None:
    page = page_with(*(EpisodeLine(n, "x", None) for n in range(1, count + 1)))
    with pytest.raises(EpisodeOutOfOrder) as refused:
        editing.with_episode(page, number, EPISODE_TERMS, NOW)
    assert refused.value.members == {"next": expected}


def test_the_last_episode_that_fits_can_be_added() -> None:
    page = page_with(*(EpisodeLine(n, "x", None) for n in range(1, MAX_EPISODES)), ceiling_coins=0)
    assert len(editing.with_episode(page, MAX_EPISODES, EPISODE_TERMS, NOW).episodes) == MAX_EPISODES


def test_a_cliffhanger_lies_within_the_video_once_there_is_one() -> None:
    unfilmed = page_with(EpisodeLine(1, "x", None))
    assert editing.with_episode(unfilmed, 1, EPISODE_TERMS._replace(cliffhanger_ms=9_001), NOW)
    filmed = page_with(EpisodeLine(1, "x", None, 9_000))
    assert editing.with_episode(filmed, 1, EPISODE_TERMS._replace(cliffhanger_ms=9_000), NOW)
    with pytest.raises(ValidationFailed) as refused:
        editing.with_episode(filmed, 1, EPISODE_TERMS._replace(cliffhanger_ms=9_001), NOW)
    assert refused_field(refused) == "cliffhangerMs"


@pytest.mark.parametrize(
    ("duration", "release", "moves"),
    [
        (0, 0, True),
        (0, NOW - HOUR, True),
        (9_000, NOW + 1, True),
        (9_000, NOW, False),
        (9_000, NOW - HOUR, False),
        (9_000, 0, False),
    ],
)
def test_a_release_is_moved_only_before_viewers_have_seen_the_episode(duration: int, release: int, moves: bool) -> None:
    page = page_with(EpisodeLine(1, "x", None, duration, 0, release))
    terms = EPISODE_TERMS._replace(release_at=NOW + 5 * HOUR)
    if moves:
        assert editing.with_episode(page, 1, terms, NOW).episode(1).release_at == NOW + 5 * HOUR
        return
    with pytest.raises(ValidationFailed) as refused:
        editing.with_episode(page, 1, terms, NOW)
    assert refused_field(refused) == "releaseAt"
    kept = editing.with_episode(page, 1, terms._replace(title="Other", release_at=release), NOW)
    assert kept.episode(1).title == "Other"


@pytest.mark.parametrize(
    ("release", "fits"), [(-1, False), (0, True), (4_133_980_799_999, True), (4_133_980_800_000, False)]
)
def test_a_release_lies_between_1970_and_2100(release: int, fits: bool) -> None:
    terms = EPISODE_TERMS._replace(release_at=release)
    if fits:
        assert editing.clean_episode(terms) == terms
        return
    with pytest.raises(ValidationFailed) as refused:
        editing.clean_episode(terms)
    assert refused_field(refused) == "releaseAt"


def test_a_video_leaves_what_the_creator_wrote() -> None:
    page = page_with(EpisodeLine(1, "Platform 9", 12, 0, 5_000, NOW))
    made = editing.with_video(page, 1, Video("v", "master.m3u8", 9_000, 1))
    assert made.episode(1) == EpisodeLine(1, "Platform 9", 12, 9_000, 5_000, NOW)
    with pytest.raises(NotFound):
        editing.with_video(page, 2, Video("v", "master.m3u8", 9_000, 1))


def test_what_stands_is_told_from_what_does_not() -> None:
    page = page_with(EpisodeLine(1, "Platform 9", None, 9_000))
    assert editing.stands(page, SERIES_TERMS)
    assert not editing.stands(page, SERIES_TERMS._replace(listed=False))
    assert editing.episode_stands(page, 1, EPISODE_TERMS)
    assert not editing.episode_stands(page, 1, EPISODE_TERMS._replace(price_coins=12))
    assert not editing.episode_stands(page, 2, EPISODE_TERMS)
    assert not editing.stands(PAGE, SERIES_TERMS)


def test_a_series_does_not_show_the_poster_of_a_video_that_was_replaced() -> None:
    """It is removed with its version."""
    page = page_with(EpisodeLine(1, "One", None), EpisodeLine(2, "Two", None))
    shown = editing.with_video(page, 1, Video("v1", "master.m3u8", 9_000, 1, "v1.0000001.jpg"))
    assert shown.poster == "1/v1.0000001.jpg"
    assert editing.with_video(shown, 2, Video("v2", "master.m3u8", 9_000, 1)).poster == shown.poster
    assert editing.with_video(shown, 1, Video("v3", "master.m3u8", 9_000, 2)).poster == ""
