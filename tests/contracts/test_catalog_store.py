"""What the catalog's store promises, over the in-memory model and moto."""

from __future__ import annotations

from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws
from pynamodb.connection import Connection

from cliffhanger.catalog.domain import EpisodeLine, Video
from cliffhanger.catalog.store import CatalogStore
from tests.support.dynamodb import MemoryDynamoDB, connect
from tests.support.dynamodb.capacity import item_size
from tests.support.tables import CATALOG
from tests.support.world import PAGE, SERIES

VIDEO = Video("v3", "master.m3u8", 9_500, uploaded_at=100)


@pytest.fixture(params=["memory", "moto"])
def store(request: pytest.FixtureRequest) -> Iterator[CatalogStore]:
    if request.param == "memory":
        model = MemoryDynamoDB()
        model.call("CreateTable", CATALOG)
        yield CatalogStore(connect(model), CATALOG["TableName"])
        return
    with mock_aws():
        boto3.client(
            "dynamodb", region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test"
        ).create_table(**CATALOG)
        connection = Connection(region="us-east-1", aws_access_key_id="test", aws_secret_access_key="test")
        yield CatalogStore(connection, CATALOG["TableName"])


def test_a_series_reads_back_as_it_was_created(store: CatalogStore) -> None:
    assert store.page(SERIES) is None
    assert store.create(PAGE)
    assert store.page(SERIES) == PAGE


def test_a_series_is_created_once(store: CatalogStore) -> None:
    store.create(PAGE)
    assert not store.create(PAGE._replace(title="Another"))
    page = store.page(SERIES)
    assert page is not None
    assert page.title == PAGE.title


def test_a_published_video_shows_on_the_page_and_plays(store: CatalogStore) -> None:
    store.create(PAGE)
    assert store.video(SERIES, 3) is None
    assert store.publish(SERIES, 3, VIDEO) == "published"
    page = store.page(SERIES)
    assert page is not None
    assert page.episode(3).published
    assert page.episode(3).duration_ms == 9_500
    assert page.episode(2) == PAGE.episode(2)
    assert store.video(SERIES, 3) == VIDEO


def test_publishing_the_same_again_changes_nothing(store: CatalogStore) -> None:
    store.create(PAGE)
    store.publish(SERIES, 3, VIDEO)
    assert store.publish(SERIES, 3, VIDEO) == "published"
    assert store.video(SERIES, 3) == VIDEO


def test_an_older_upload_never_replaces_a_newer_one(store: CatalogStore) -> None:
    store.create(PAGE)
    store.publish(SERIES, 3, VIDEO)
    assert store.publish(SERIES, 3, VIDEO._replace(version="old", uploaded_at=99, duration_ms=1)) == "superseded"
    page = store.page(SERIES)
    assert page is not None
    assert (store.video(SERIES, 3), page.episode(3).duration_ms) == (VIDEO, 9_500)


@pytest.mark.parametrize(("series", "number"), [(SERIES, 9), ("unknown", 1)])
def test_a_video_of_no_episode_is_not_kept(store: CatalogStore, series: str, number: int) -> None:
    store.create(PAGE)
    assert store.publish(series, number, VIDEO) == "no_episode"
    assert store.video(series, number) is None
    assert store.page(SERIES) == PAGE


def test_series_are_listed_newest_first(store: CatalogStore) -> None:
    store.create(PAGE)
    store.create(PAGE._replace(series="newer", listed_at=PAGE.listed_at + 1))
    assert [row.series for row in store.listed()] == ["newer", SERIES]
    assert (store.listed()[1].episodes, store.listed()[1].free_episodes) == (3, 1)


def test_the_page_of_a_hundred_episodes_is_read_in_half_a_unit() -> None:
    """4 KB: what an unlock pays for the price."""
    model = MemoryDynamoDB()
    model.call("CreateTable", CATALOG)
    lines = tuple(EpisodeLine(n, f"Platform Nine, {n}", 12, 90_000) for n in range(1, 101))
    CatalogStore(connect(model), CATALOG["TableName"]).create(PAGE._replace(episodes=lines))
    (item,) = model.items(CATALOG["TableName"])
    assert item_size(item) <= 4_096
