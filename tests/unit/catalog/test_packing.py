"""A series page becomes one item and comes back, and what it weighs is known before it is written."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cliffhanger.catalog.domain import MAX_EPISODES, CreatorShare, EpisodeLine, Pricing, SeriesPage, Video
from cliffhanger.catalog.editing import with_video
from cliffhanger.catalog.packing import LAYOUT, MAX_PAGE_BYTES, item_bytes, item_of, page_of
from cliffhanger.errors import InternalError, PageTooLarge
from cliffhanger.media.probe import MAX_DURATION_S
from tests.support.dynamodb.capacity import item_size
from tests.support.story import long_series
from tests.support.world import PAGE

LONGEST_MS = (MAX_DURATION_S + 2) * 1_000
LONGEST_NAME = f"{'v' * 32}.0000001.jpg"
"""Of a poster, which is called after the version."""
TIMES = st.integers(0, LONGEST_MS)
LINES = st.builds(
    lambda title, price, duration, cliffhanger, release: (title, price, duration, cliffhanger, release),
    st.text(max_size=8),
    st.none() | st.integers(0, 1_000),
    TIMES,
    TIMES,
    st.integers(0, 4_133_980_799_999),
)
PAGES = st.builds(
    lambda lines, listed, pricing, rest: PAGE._replace(
        episodes=tuple(EpisodeLine(number, *line) for number, line in enumerate(lines, 1)),
        listed=listed,
        pricing=Pricing(*pricing),
        ceiling_coins=rest[0],
        rest_discount_percent=rest[1],
        early_hours=rest[2],
        creator_share_bp=rest[3],
        revision=rest[4],
    ),
    st.lists(LINES, max_size=12),
    st.booleans(),
    st.tuples(*(st.integers(1, 1_000) for _ in range(4))),
    st.tuples(*(st.integers(0, 100_000) for _ in range(4)), st.integers(1, 10**9)),
)


@given(PAGES)
def test_whatever_is_written_reads_back(page: SeriesPage) -> None:
    assert page_of(item_of(page)) == page


@given(PAGES)
def test_an_item_never_weighs_more_than_was_counted(page: SeriesPage) -> None:
    """DynamoDB does not count the zeros at either end of a number; we do, and are on the safe side."""
    item = item_of(page)
    most = sum(len(value["N"]) // 2 + 1 for value in item.values() if "N" in value)
    assert item_size(item) <= item_bytes(item) <= item_size(item) + most


def test_the_layout_stands_in_the_item() -> None:
    item = item_of(PAGE)
    assert item["page"]["B"][0] == LAYOUT
    item["page"]["B"] = bytes((LAYOUT + 1,)) + item["page"]["B"][1:]
    with pytest.raises(InternalError):
        page_of(item)


def test_what_the_indexes_show_stays_plain() -> None:
    """``by-shelf`` and ``by-owner`` project these, and no list opens a page."""
    assert {name: value for name, value in item_of(PAGE).items() if name != "page"} == {
        "series": {"S": PAGE.series},
        "part": {"S": "page"},
        "shelf": {"S": "published"},
        "owner": {"S": "cleo"},
        "listedAt": {"N": "1763000000000"},
        "listed": {"BOOL": True},
        "title": {"S": PAGE.title},
        "synopsis": {"S": PAGE.synopsis},
        "episodeCount": {"N": "3"},
        "freeEpisodes": {"N": "1"},
        "revision": {"N": "1"},
    }


def test_what_a_creator_gets_by_the_series_own_split_is_kept_and_takes_no_room_where_there_is_none() -> None:
    shared = PAGE._replace(shares=(CreatorShare("2026-11-30", 4_500, 9_000), CreatorShare("2027-01-01", 3_000, 9_000)))
    assert page_of(item_of(shared)) == shared
    assert [shared.unlocks_bp(day) for day in ("2026-11-29", "2026-11-30", "2027-01-01")] == [5_000, 4_500, 3_000]
    assert item_bytes(item_of(shared)) > item_bytes(item_of(PAGE))


def test_a_page_that_is_not_listed_is_on_no_shelf() -> None:
    assert "shelf" not in item_of(PAGE._replace(listed=False))


def largest() -> SeriesPage:
    """A hundred episodes without videos and the longest synopsis that was taken with them."""
    lines = tuple(line._replace(duration_ms=0, cliffhanger_ms=0) for line in long_series().episodes)
    page = long_series()._replace(episodes=lines, synopsis="")
    free = MAX_PAGE_BYTES - item_bytes(item_of(page._replace(revision=10**9, poster=f"9999/{LONGEST_NAME}")))
    taken = page._replace(synopsis="é" * (free // 2) + "e" * (free % 2))
    with pytest.raises(PageTooLarge):
        item_of(taken._replace(synopsis=taken.synopsis + "e"))
    return taken


def test_a_page_that_was_taken_can_always_be_published_on() -> None:
    """Videos come hours later and from a machine: nobody is there to shorten a title."""
    drawn, page = random.Random(3), largest()
    for line in page.episodes:
        page = with_video(page, line.number, Video("v", "master.m3u8", drawn.randint(1, LONGEST_MS), 1, LONGEST_NAME))
    for revision in (page.revision, 10**9):
        assert item_size(item_of(page._replace(revision=revision))) <= MAX_PAGE_BYTES


def test_a_byte_too_many_is_told_with_both_numbers() -> None:
    page = largest()
    with pytest.raises(PageTooLarge) as refused:
        item_of(page._replace(synopsis=page.synopsis + "ee"))
    assert refused.value.members == {"bytes": MAX_PAGE_BYTES + 2, "maxBytes": MAX_PAGE_BYTES}


def test_the_most_episodes_fit_when_their_titles_are_short() -> None:
    titles = tuple(f"Night {number}" for number in range(1, MAX_EPISODES + 1))
    assert item_size(item_of(long_series(titles))) <= MAX_PAGE_BYTES


def test_a_value_that_no_page_has_is_not_weighed_by_guess() -> None:
    item: dict[str, Any] = item_of(PAGE)
    with pytest.raises(InternalError):
        item_bytes({**item, "titles": {"M": {}}})
