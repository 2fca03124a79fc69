"""What the ledger's store promises, over the in-memory model, moto (single-threaded) and MiniStack."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws
from pynamodb.connection import Connection

from cliffhanger.catalog.store import CatalogStore
from cliffhanger.errors import Busy, InsufficientCoins, LedgerCorrupt
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.settlement import plan_batch
from cliffhanger.ledger.settling import settle
from cliffhanger.ledger.store import LedgerStore
from cliffhanger.unlocks.service import UnlockRequest, unlock_episode
from tests.support.dynamodb import MemoryDynamoDB, connect
from tests.support.tables import CATALOG, LEDGER
from tests.support.world import PAGE, PRICE, SERIES, give
from tests.unit.ledger.chains import NOW, VIEWER, bought, granted, unlocked
from tests.unit.ledger.chains import SERIES as EARNED

LOOPBACK = ["127.0.0.1", "localhost"]
RACERS = 16

Connect = Callable[[], Connection]


def _remote(endpoint: str | None) -> Connection:
    return Connection(
        region="us-east-1",
        host=endpoint,
        aws_access_key_id="test",
        aws_secret_access_key="test",
        max_pool_connections=32,
    )


def _client(endpoint: str | None) -> Any:
    return boto3.client(
        "dynamodb",
        region_name="us-east-1",
        endpoint_url=endpoint,
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )


@pytest.fixture(
    params=[
        "memory",
        "moto",
        pytest.param("ministack", marks=[pytest.mark.enable_socket, pytest.mark.allow_hosts(LOOPBACK)]),
    ]
)
def stand_in(request: pytest.FixtureRequest) -> Iterator[Connect]:
    """Makes connections to empty tables of one stand-in of DynamoDB."""
    if request.param == "memory":
        model = MemoryDynamoDB()
        for table in (LEDGER, CATALOG):
            model.call("CreateTable", table)
        yield lambda: connect(model)
    elif request.param == "moto":
        with mock_aws():
            for table in (LEDGER, CATALOG):
                _client(None).create_table(**table)
            yield lambda: _remote(None)
    else:
        endpoint = request.getfixturevalue("endpoint")
        client = _client(endpoint)
        for table in (LEDGER, CATALOG):
            client.create_table(**table)
        yield lambda: _remote(endpoint)
        for table in (LEDGER, CATALOG):
            client.delete_table(TableName=table["TableName"])


@pytest.fixture
def store(stand_in: Connect) -> LedgerStore:
    return LedgerStore(stand_in(), LEDGER["TableName"])


def written(store: LedgerStore, *chain: Entry) -> None:
    for entry in chain:
        assert store.append(entry)


def test_an_empty_chain_has_no_head_and_no_references(store: LedgerStore) -> None:
    assert store.head(VIEWER) is None
    assert store.references(VIEWER, "unlock:") == ()


def test_the_head_is_the_last_entry_and_reads_back_whole(store: LedgerStore) -> None:
    first = bought()
    second = granted(first)
    written(store, first, second)
    assert store.head(VIEWER) == second
    assert store.entry(VIEWER, 1) == first


def test_the_tenth_entry_comes_after_the_ninth(store: LedgerStore) -> None:
    chain = [bought()]
    for _ in range(10):
        chain.append(granted(chain[-1], coins=1))
    written(store, *chain)
    head = store.head(VIEWER)
    assert head is not None
    assert head.seq == 11


def test_a_place_on_the_chain_is_taken_once(store: LedgerStore) -> None:
    written(store, bought())
    assert not store.append(bought(coins=5, name="rival"))
    head = store.head(VIEWER)
    assert head is not None
    assert head.state.balances["coin"] == 100


def test_references_are_found_by_prefix_in_order(store: LedgerStore) -> None:
    chain = [bought(coins=1_000, cash=1)]
    for episode in (2, 10, 1):
        chain.append(unlocked(chain[-1], episode))
    written(store, *chain)
    assert [known.seq for known in store.references(VIEWER, "unlock:the-last-train:1-")] == [4]
    assert [known.seq for known in store.references(VIEWER, "unlock:the-last-train:")] == [4, 3, 2]


def test_an_entry_that_is_not_there_is_said_to_be_missing(store: LedgerStore) -> None:
    with pytest.raises(LedgerCorrupt):
        store.entry(VIEWER, 1)


def test_a_batch_and_its_marks_are_written_together_or_not_at_all(store: LedgerStore) -> None:
    first = bought()
    second = unlocked(first)
    written(store, first, second)
    batch = plan_batch(EARNED, None, [second], NOW)
    assert not store.marked(batch.claims[0])
    assert store.settle(batch).written
    assert store.marked(batch.claims[0])
    again = plan_batch(EARNED, store.head(EARNED), [second], NOW)
    outcome = store.settle(again)
    assert (outcome.written, outcome.head_moved, outcome.settled, outcome.broken) == (False, False, again.claims, ())
    assert store.head(EARNED) == batch.entry


def test_a_batch_planned_on_an_old_head_is_not_written(store: LedgerStore) -> None:
    first = bought()
    second = unlocked(first, 2)
    third = unlocked(second, 3)
    written(store, first, second, third)
    assert store.settle(plan_batch(EARNED, None, [second], NOW)).written
    outcome = store.settle(plan_batch(EARNED, None, [third], NOW))
    assert (outcome.written, outcome.head_moved) == (False, True)


def test_a_claim_on_another_entry_of_the_same_number_does_not_hold(store: LedgerStore) -> None:
    """LEDGER rule 10: as after a restore, when what is replayed is not what stands there."""
    first = bought()
    written(store, first, unlocked(first, 2))
    replayed = plan_batch(EARNED, None, [unlocked(first, 3)], NOW)
    outcome = store.settle(replayed)
    assert (outcome.written, outcome.broken) == (False, replayed.claims)
    assert store.head(EARNED) is None


def test_a_hundred_viewers_are_settled_in_two_batches(store: LedgerStore) -> None:
    entries = []
    for number in range(100):
        give(store, f"v{number}", bought=20, bonus=0)
        head = store.head(f"viewer:v{number}")
        assert head is not None
        entries.append(head)
    assert settle(store, entries) == (100, ())
    head = store.head("external:seed")
    assert head is not None
    assert (head.seq, head.state.balances) == (2, {"coin": -2_000, "USD": -18_000})


@pytest.mark.parametrize(
    "stand_in",
    [
        pytest.param("memory"),
        pytest.param("ministack", marks=[pytest.mark.enable_socket, pytest.mark.allow_hosts(LOOPBACK)]),
    ],
    indirect=True,
)
def test_sixteen_clients_racing_for_the_last_coins_spend_them_once(stand_in: Connect) -> None:
    """Two unlocks can be paid for; sixteen clients ask for eight episodes, each twice."""
    store = LedgerStore(stand_in(), LEDGER["TableName"])
    episodes = tuple(PAGE.episodes[1]._replace(number=number) for number in range(2, 10))
    CatalogStore(stand_in(), CATALOG["TableName"]).create(PAGE._replace(episodes=(PAGE.episodes[0], *episodes)))
    give(store, "mia", bought=2 * PRICE + 5, bonus=0)
    told: list[tuple[int, str]] = []
    start = threading.Barrier(RACERS)

    def race(number: int) -> None:
        connection = stand_in()
        ledger, catalog = LedgerStore(connection, LEDGER["TableName"]), CatalogStore(connection, CATALOG["TableName"])
        start.wait()
        episode, heard = 2 + number % 8, "busy"
        for _ in range(4):  # as a client does that hears "try again"
            try:
                heard = (
                    unlock_episode(ledger, catalog, UnlockRequest("mia", SERIES, episode, PRICE)).entry.reference or ""
                )
            except InsufficientCoins:
                heard = "refused"
            except Busy:
                continue
            break
        told.append((episode, heard))

    threads = [threading.Thread(target=race, args=(number,)) for number in range(RACERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    bought_episodes = {reference for _, reference in told if reference.startswith("unlock:")}
    assert len(bought_episodes) == 2
    assert all(reference == "refused" or reference.startswith("unlock:") for _, reference in told), told
    head = store.head("viewer:mia")
    assert head is not None
    assert head.state.balances["coin"] == 5
    assert [known.reference for known in store.references("viewer:mia", "unlock:")] == sorted(bought_episodes)
