"""What the catalog's store promises, over the in-memory model, moto and MiniStack."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pynamodb.connection import Connection

from cliffhanger.catalog.authoring import publish_video
from cliffhanger.catalog.domain import EpisodeLine, SeriesPage, Video
from cliffhanger.catalog.lists import Position, Rows
from cliffhanger.catalog.packing import MAX_PAGE_BYTES
from cliffhanger.catalog.store import CatalogStore
from cliffhanger.errors import CursorInvalid, PageTooLarge
from tests.contracts.stand_ins import ALL, tables_of
from tests.support.dynamodb import MemoryDynamoDB, connect
from tests.support.dynamodb.capacity import item_size
from tests.support.story import TITLES, long_series
from tests.support.tables import CATALOG
from tests.support.world import PAGE, SERIES

TABLE = CATALOG["TableName"]
VIDEO = Video("v3", "master.m3u8", 9_500, uploaded_at=100)

OLDEST: dict[str, Any] = {
    "series": {"S": SERIES},
    "part": {"S": "page"},
    "shelf": {"S": "published"},
    "listedAt": {"N": "1763000000000"},
    "title": {"S": "The Last Train"},
    "synopsis": {"S": "She has one minute to decide."},
    "language": {"S": "en"},
    "owner": {"S": "cleo"},
    "freeEpisodes": {"N": "1"},
    "episodeCount": {"N": "3"},
    "titles": {"M": {"2": {"S": "The Other Ticket"}, "1": {"S": "Platform 9"}, "3": {"S": "Not Yet Shot"}}},
    "prices": {"M": {"1": {"N": "0"}, "2": {"N": "12"}, "3": {"N": "0"}}},
    "durations": {"M": {"2": {"N": "9000"}}},
}
"""A page as the first release wrote it."""


class Shop:
    """A store, and the client of what it writes to."""

    def __init__(self, connection: Connection) -> None:
        self.store = CatalogStore(connection, TABLE)
        self.client: Any = connection.client

    def item(self, part: str = "page") -> dict[str, Any] | None:
        answer = self.client.get_item(
            TableName=TABLE, Key={"series": {"S": SERIES}, "part": {"S": part}}, ConsistentRead=True
        )
        item: dict[str, Any] | None = answer.get("Item")
        return item

    def page(self, series: str = SERIES) -> SeriesPage:
        page = self.store.page(series, consistent=True)
        assert page is not None
        return page


@pytest.fixture(params=ALL)
def shop(request: pytest.FixtureRequest) -> Iterator[Shop]:
    with tables_of(request, CATALOG) as connect_anew:
        yield Shop(connect_anew())


@pytest.fixture
def store(shop: Shop) -> CatalogStore:
    return shop.store


@pytest.mark.parametrize("consistent", [True, False])
def test_a_series_reads_back_as_it_was_created(store: CatalogStore, consistent: bool) -> None:
    assert store.page(SERIES, consistent=consistent) is None
    assert store.create(PAGE)
    assert store.page(SERIES, consistent=consistent) == PAGE


def test_everything_that_can_be_written_of_a_series_reads_back(store: CatalogStore) -> None:
    page = long_series()
    assert store.create(page)
    assert store.page(page.series) == page


def test_a_series_is_created_once(shop: Shop) -> None:
    shop.store.create(PAGE)
    assert not shop.store.create(PAGE._replace(title="Another", owner="another"))
    assert shop.page() == PAGE


def test_the_next_revision_replaces_a_page_and_any_other_changes_nothing(shop: Shop) -> None:
    shop.store.create(PAGE)
    second = PAGE._replace(title="Second", revision=2)
    assert shop.store.replace(second)
    before = shop.item()
    for late in (second._replace(title="Late"), PAGE._replace(title="Old"), PAGE._replace(title="New", revision=4)):
        assert not shop.store.replace(late)
    assert not shop.store.replace(second._replace(series="unknown"))
    assert shop.item() == before
    assert shop.page() == second


def test_a_published_video_shows_on_the_page_and_plays(shop: Shop) -> None:
    shop.store.create(PAGE)
    assert shop.store.video(SERIES, 3) is None
    assert publish_video(shop.store, SERIES, 3, VIDEO) == "published"
    page = shop.page()
    assert page.episode(3).published
    assert page.episode(3).duration_ms == 9_500
    assert page.episode(2) == PAGE.episode(2)
    assert page.revision == PAGE.revision + 1
    assert shop.store.video(SERIES, 3) == VIDEO


def test_publishing_the_same_again_changes_nothing(shop: Shop) -> None:
    shop.store.create(PAGE)
    publish_video(shop.store, SERIES, 3, VIDEO)
    before = shop.item(), shop.item("video:0003")
    assert publish_video(shop.store, SERIES, 3, VIDEO) == "published"
    assert (shop.item(), shop.item("video:0003")) == before


def test_an_older_upload_never_replaces_a_newer_one(shop: Shop) -> None:
    shop.store.create(PAGE)
    publish_video(shop.store, SERIES, 3, VIDEO)
    before = shop.item(), shop.item("video:0003")
    older = VIDEO._replace(version="old", uploaded_at=99, duration_ms=1)
    assert publish_video(shop.store, SERIES, 3, older) == "superseded"
    assert (shop.item(), shop.item("video:0003")) == before


def test_a_video_and_its_page_are_written_together_or_not_at_all(shop: Shop) -> None:
    """The page is another revision by now: whoever planned from the one before has to read again."""
    shop.store.create(PAGE)
    assert shop.store.replace(PAGE._replace(title="Second", revision=2))
    assert shop.store.publish(PAGE._replace(revision=2), 3, VIDEO) == "moved"
    assert shop.store.video(SERIES, 3) is None
    assert shop.page().title == "Second"


@pytest.mark.parametrize(("series", "number"), [(SERIES, 9), ("unknown", 1)])
def test_a_video_of_no_episode_is_not_kept(shop: Shop, series: str, number: int) -> None:
    shop.store.create(PAGE)
    assert publish_video(shop.store, series, number, VIDEO) == "no_episode"
    assert shop.store.video(series, number) is None
    assert shop.page() == PAGE


def test_a_shorter_video_takes_the_cliffhanger_with_it(shop: Shop) -> None:
    marked = PAGE.episodes[2]._replace(cliffhanger_ms=60_000)
    shop.store.create(PAGE._replace(episodes=(*PAGE.episodes[:2], marked)))
    publish_video(shop.store, SERIES, 3, VIDEO)
    assert shop.page().episode(3).cliffhanger_ms == VIDEO.duration_ms


def test_series_are_listed_newest_first_and_unlisted_ones_are_not(store: CatalogStore) -> None:
    store.create(PAGE)
    store.create(PAGE._replace(series="newer", listed_at=PAGE.listed_at + 1))
    store.create(PAGE._replace(series="draft", listed_at=PAGE.listed_at + 2, listed=False))
    found = store.listed(20)
    assert [row.series for row in found.rows] == ["newer", SERIES]
    assert (found.rows[1].episodes, found.rows[1].free_episodes) == (3, 1)
    assert found.after is None


def test_a_series_leaves_the_list_and_comes_back(shop: Shop) -> None:
    shop.store.create(PAGE)
    assert shop.store.replace(PAGE._replace(listed=False, revision=2))
    assert shop.store.listed(20).rows == ()
    item = shop.item()
    assert item is not None
    assert "shelf" not in item
    assert shop.store.replace(PAGE._replace(revision=3))
    assert [row.series for row in shop.store.listed(20).rows] == [SERIES]


def test_creators_see_their_own_series_listed_or_not(store: CatalogStore) -> None:
    store.create(PAGE)
    store.create(PAGE._replace(series="draft", listed_at=PAGE.listed_at + 1, listed=False))
    store.create(PAGE._replace(series="foreign", owner="another"))
    assert [(own.row.series, own.listed) for own in store.owned("cleo", 20).rows] == [("draft", False), (SERIES, True)]
    assert [own.row.series for own in store.owned("another", 20).rows] == ["foreign"]
    assert store.owned("nobody", 20).rows == ()


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 5, 6])
def test_a_list_in_pieces_is_the_list_with_nothing_twice_and_nothing_missing(store: CatalogStore, limit: int) -> None:
    """Series that were listed in the same millisecond too."""
    for number in range(5):
        store.create(PAGE._replace(series=f"s{number}", listed_at=PAGE.listed_at + number // 2))
    whole = [row.series for row in store.listed(20).rows]
    assert sorted(whole) == [f"s{number}" for number in range(5)]
    sizes = [limit] * (5 // limit) + [5 % limit] * bool(5 % limit)
    for pieces in (walked(store.listed, limit), walked(lambda *at: store.owned("cleo", *at), limit)):
        assert [series for piece in pieces for series in piece] == whole
        assert [len(piece) for piece in pieces] == sizes


def walked(ask: Callable[[int, Position | None], Rows[Any]], limit: int) -> list[list[str]]:
    pieces, after = [], None
    while True:
        found = ask(limit, after)
        pieces.append([getattr(row, "row", row).series for row in found.rows])
        after = found.after
        if after is None:
            return pieces


@pytest.mark.parametrize("after", [{}, [], {"series": 1, "listedAt": 2}, {"series": "x", "listedAt": "2"}, "x"])
def test_what_is_no_position_is_refused(store: CatalogStore, after: Any) -> None:
    """A cursor of ours whose positions meant something else in an older release."""
    with pytest.raises(CursorInvalid):
        store.listed(20, after)


def test_a_page_of_the_first_release_is_read(shop: Shop) -> None:
    shop.client.put_item(TableName=TABLE, Item=OLDEST)
    page = shop.page()
    assert page == SeriesPage(
        series=SERIES,
        title="The Last Train",
        synopsis="She has one minute to decide.",
        language="en",
        owner="cleo",
        free_episodes=1,
        listed_at=1_763_000_000_000,
        episodes=(
            EpisodeLine(1, "Platform 9", None),
            EpisodeLine(2, "The Other Ticket", 12, 9_000),
            EpisodeLine(3, "Not Yet Shot", 0),
        ),
    )
    assert [page.is_free(number) for number in (1, 2, 3)] == [True, False, True]
    assert [own.listed for own in shop.store.owned("cleo", 20).rows] == [True]


def test_a_page_of_the_first_release_is_written_on_once(shop: Shop) -> None:
    shop.client.put_item(TableName=TABLE, Item=OLDEST)
    page = shop.page()
    assert not shop.store.replace(page._replace(revision=3))
    assert shop.store.replace(page._replace(title="Second", revision=2))
    assert not shop.store.replace(page._replace(title="Late", revision=2))
    assert shop.page() == page._replace(title="Second", revision=2)
    assert publish_video(shop.store, SERIES, 3, VIDEO) == "published"


def test_a_page_of_the_first_release_takes_a_video(shop: Shop) -> None:
    shop.client.put_item(TableName=TABLE, Item=OLDEST)
    assert publish_video(shop.store, SERIES, 3, VIDEO) == "published"
    assert shop.page().episode(3).duration_ms == VIDEO.duration_ms


def test_the_page_of_a_hundred_real_episodes_is_read_in_half_a_unit() -> None:
    """4 KB: what an unlock pays for the price."""
    assert len(TITLES) == 100
    assert sum(map(len, TITLES)) >= 3_000
    page = long_series()
    model = MemoryDynamoDB()
    model.call("CreateTable", CATALOG)
    store = CatalogStore(connect(model), TABLE)
    assert store.create(page)
    (item,) = model.items(TABLE)
    assert item_size(item) <= 4_096
    before = model.meter.units()
    assert store.page(page.series) == page
    assert model.meter.units().since(before).read == 0.5


def test_two_hundred_episodes_with_short_titles_fit_too() -> None:
    words = [word.strip(",.?") for title in TITLES for word in title.split()]
    short = tuple(f"{first} {second}" for first, second in zip(words[:200], words[200:400], strict=True))
    model = MemoryDynamoDB()
    model.call("CreateTable", CATALOG)
    assert CatalogStore(connect(model), TABLE).create(long_series(short))
    (item,) = model.items(TABLE)
    assert item_size(item) <= 4_096


def test_a_series_that_does_not_fit_is_refused_before_anything_is_written(shop: Shop) -> None:
    shop.store.create(PAGE)
    before = shop.item()
    titles = tuple(f"{title}, {number}" for number, title in enumerate((*TITLES, *map(str.upper, TITLES))))
    large = long_series(titles)._replace(series=SERIES, revision=2)
    for write in (
        lambda: shop.store.create(large._replace(series="another")),
        lambda: shop.store.replace(large),
        lambda: shop.store.publish(large, 3, VIDEO),
    ):
        with pytest.raises(PageTooLarge) as refused:
            write()
        told: dict[str, Any] = refused.value.members
        assert told["bytes"] > told["maxBytes"] == MAX_PAGE_BYTES
    assert shop.item() == before
    assert shop.store.page("another") is None
    assert shop.store.video(SERIES, 3) is None
