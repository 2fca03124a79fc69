"""What the table of what is due promises, over the in-memory model, moto and MiniStack."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from cliffhanger.errors import Unavailable
from cliffhanger.events.publisher import EventPublisher
from cliffhanger.expiry.domain import Due
from cliffhanger.expiry.service import wait_for_images
from cliffhanger.expiry.store import SHARDS, DueStore
from cliffhanger.expiry.sweeping import Broom, sweep
from cliffhanger.ledger.holding import Held, place_coins
from cliffhanger.ledger.journal import Retrying
from cliffhanger.ledger.names import COIN_UNITS, lane_of
from cliffhanger.ledger.store import LedgerStore, attributes_of
from tests.contracts.stand_ins import ALL, CONCURRENT, tables_of
from tests.support.dynamodb import Fault, MemoryDynamoDB, ScriptedFaults, connect
from tests.support.tables import DUE as TABLE
from tests.support.tables import LEDGER
from tests.support.world import give
from tests.unit.parking.desk import Bus

AT = 1_763_942_400_000
DAY = 86_400_000
MIA = "viewer:mia"
SHARD = lane_of(MIA, SHARDS)


@pytest.fixture(params=ALL)
def store(request: pytest.FixtureRequest) -> Iterator[DueStore]:
    with tables_of(request, TABLE) as connect_anew:
        yield DueStore(connect_anew(), TABLE["TableName"])


def test_what_waits_is_due_from_its_time_on_longest_first(store: DueStore) -> None:
    late, soon = Due(MIA, AT + 1, 4), Due(MIA, AT, 3)
    store.wait(late)
    store.wait(soon)
    assert store.due(SHARD, AT - 1, 10) == ()
    assert store.due(SHARD, AT, 10) == (soon,)
    assert store.due(SHARD, AT + 1, 10) == (soon, late)
    assert store.due(SHARD, AT + 1, 1) == (soon,)
    assert store.due((SHARD + 1) % SHARDS, AT + 1, 10) == ()


def test_what_is_noted_twice_or_out_of_order_waits_once_on_account_of_the_newest(store: DueStore) -> None:
    for seq in (5, 7, 7, 6):
        store.wait(Due(MIA, AT, seq))
    assert store.due(SHARD, AT, 10) == (Due(MIA, AT, 7),)


def test_a_wait_ends_only_for_who_has_seen_the_entry_that_it_waits_for(store: DueStore) -> None:
    """Or what an entry brings while somebody is there would be forgotten."""
    due = Due(MIA, AT, 7)
    store.wait(due)
    store.remove(due, 6)
    assert store.due(SHARD, AT, 10) == (due,)
    store.remove(due, 7)
    store.remove(due, 7)
    assert store.due(SHARD, AT, 10) == ()


def test_a_notice_is_remembered_until_its_day_is_over(store: DueStore) -> None:
    due = Due(MIA, AT, 7)
    assert not store.noticed(MIA, AT)
    store.note_notice(due)
    assert store.noticed(MIA, AT)
    assert not store.noticed(MIA, AT + DAY)
    store.wait(Due(MIA, AT, 8))
    assert store.noticed(MIA, AT)
    assert store.due(SHARD, AT, 10) == (Due(MIA, AT, 8),)


@pytest.mark.parametrize("fault", [Fault.NOT_SENT, Fault.LOST_REPLY, Fault.THROTTLED, Fault.FAILED])
def test_a_table_that_does_not_answer_is_unavailable(fault: Fault) -> None:
    model = MemoryDynamoDB()
    model.call("CreateTable", TABLE)
    store = DueStore(connect(model), TABLE["TableName"])
    due = Due(MIA, AT, 1)
    calls: list[Callable[[], Any]] = [
        lambda: store.wait(due),
        lambda: store.due(SHARD, AT, 1),
        lambda: store.noticed(MIA, AT),
        lambda: store.note_notice(due),
        lambda: store.remove(due, 1),
    ]
    for call in calls:
        model.faults = ScriptedFaults({model.calls + 1: fault})
        with pytest.raises(Unavailable):
            call()


@pytest.mark.parametrize("made", CONCURRENT, indirect=True)
def test_however_many_sweep_at_once_each_hold_expires_once_and_each_notice_has_one_id(made: Any) -> None:
    broom, bus = made
    with ThreadPoolExecutor(8) as pool:
        swept = [one for found in pool.map(lambda _: list(sweep(broom, 10**15)), range(8)) for one in found]
    assert [one.error for one in swept if one.error is not None] == []
    assert sum(one.holds for one in swept) == 4
    for number in range(4):
        entries = broom.ledger.newest(f"viewer:v{number}", 10)
        assert [entry.reference for entry in entries].count("hold:order-1:resolution") == 1
    assert len({told["id"] for told in bus.told}) == 4


@pytest.fixture
def made(request: pytest.FixtureRequest) -> Iterator[tuple[Broom, Bus]]:
    """Four viewers each with a hold whose time is over and bonus that expires within three days."""
    with tables_of(request, LEDGER, TABLE) as connect_anew:
        connection = connect_anew()
        ledger, due = LedgerStore(connection, LEDGER["TableName"]), DueStore(connection, TABLE["TableName"])
        images, now = [], 0
        for number in range(4):
            person = f"v{number}"
            give(ledger, person)
            held, units = Held(f"viewer:{person}", "order-1"), frozenset(COIN_UNITS)
            entry = place_coins(ledger, held, coins=10, units=units, lifetime_ms=1).entry
            images.append(
                {"account": {"S": entry.account}, "seq": {"N": str(entry.seq)}, "reference": {"S": entry.reference}}
                | attributes_of(entry)
            )
            now = max(lot.expires_day * DAY for lot in entry.state.lots) - DAY
        assert wait_for_images(due, images) == 4
        bus = Bus()
        yield Broom(due, ledger, EventPublisher(bus, "the-bus"), Retrying(clock=lambda: now)), bus
