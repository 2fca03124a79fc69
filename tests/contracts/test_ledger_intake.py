"""Volumes and carries, over everything that stands in for DynamoDB; with many clients over those that can race."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator

import pytest

from cliffhanger.errors import Busy, NothingToCarry, Undecided
from cliffhanger.ledger.carrying import Carriage, carry_lane
from cliffhanger.ledger.entries import next_volume
from cliffhanger.ledger.rolling import stored_upto, tail
from cliffhanger.ledger.settlement import plan_batch
from cliffhanger.ledger.settling import settle
from cliffhanger.ledger.store import LedgerStore
from cliffhanger.ledger.volumes import plan_roll
from tests.contracts.stand_ins import ALL, CONCURRENT, Connect, tables_of
from tests.support.tables import LEDGER
from tests.unit.ledger.chains import NOW, STORY
from tests.unit.ledger.intakes import CLEO, DORA, LANE, carried, income

NOVEMBER = Carriage(STORY, CLEO, "2026-11")
VOLUME_ENTRIES = 3
CLIENTS = 16


@pytest.fixture(params=ALL)
def store(request: pytest.FixtureRequest) -> Iterator[LedgerStore]:
    with tables_of(request, LEDGER) as connect:
        yield LedgerStore(connect(), LEDGER["TableName"], VOLUME_ENTRIES)


@pytest.fixture(params=CONCURRENT)
def connect(request: pytest.FixtureRequest) -> Iterator[Connect]:
    with tables_of(request, LEDGER) as made:
        yield made


def test_two_entries_are_written_together_or_not_at_all(store: LedgerStore) -> None:
    first = plan_batch(LANE, None, [income(7)], NOW).entry
    assert store.append(first)
    roll = plan_roll(first, NOW)
    assert store.append_all(roll.closed, {}, [roll.opened])
    assert (store.head(LANE), store.head(f"{LANE}.2")) == roll
    assert not store.append_all(roll.closed, {}, [roll.opened])
    carry, batches, marks = carried(roll.opened)
    assert store.append(plan_batch(LANE, roll.opened, [income(1, payer="p2")], NOW).entry)
    assert not store.append_all(carry, marks, batches)
    assert store.head(CLEO) is None


def test_an_entry_that_is_written_with_its_batch_is_marked_with_it(store: LedgerStore) -> None:
    first = plan_batch(LANE, None, [income(7)], NOW).entry
    assert store.append(first)
    carry, batches, marks = carried(first)
    assert store.append_all(carry, marks, batches)
    assert store.settlements(carry) == {LANE: 2}
    assert [one.reference for one in store.references(CLEO, "carry:")] == [carry.reference]


def test_settlement_and_carries_go_on_over_volumes(store: LedgerStore) -> None:
    paid = [income(number, payer=f"p{number}") for number in range(1, 6)]
    for entry in paid:
        assert store.append(entry)
        assert settle(store, [entry]).legs == 1
    carry_lane(store, NOVEMBER, 0)
    chain = [stored.entry for stored in stored_upto(store, LANE, 99)]
    assert [entry.seq for entry in chain if entry] == list(range(len(chain), 0, -1))
    store.volumes.clear()
    assert tail(store, LANE) == chain[0]
    head = store.head(CLEO)
    assert head is not None
    assert head.state.balances == {"USD": 15}


def test_whoever_settles_carries_and_rolls_at_once_the_books_hold(connect: Connect) -> None:
    """Sixteen clients on one lane, whose volumes are full all the time."""
    stores = [LedgerStore(connect(), LEDGER["TableName"], VOLUME_ENTRIES) for _ in range(CLIENTS)]
    paid = [income(number, payer=f"p{number}") for number in range(1, CLIENTS + 1)]
    for entry in paid:
        assert stores[0].append(entry)

    def work(number: int) -> None:
        store = stores[number]
        _until_done(lambda: settle(store, [paid[number], paid[number - 1]]))
        to = (CLEO, DORA)[number % 2]
        with contextlib.suppress(NothingToCarry):
            _until_done(lambda: carry_lane(store, Carriage(STORY, to, f"p{number // 4}"), 0))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    chain = [stored.entry for stored in stored_upto(stores[0], LANE, 999)][::-1]
    assert [entry.seq for entry in chain if entry] == list(range(1, len(chain) + 1))
    closed = [entry for entry in chain if entry and next_volume(entry)]
    assert len(closed) >= CLIENTS // VOLUME_ENTRIES - 2
    ends = [tail(stores[0], account) for account in (LANE, CLEO, DORA)]
    assert sum(end.state.balances.get("USD", 0) for end in ends if end) == sum(range(1, CLIENTS + 1))
    assert all(stores[0].settlements(entry) for entry in paid)


def _until_done(ask: Callable[[], object]) -> None:
    for _ in range(60):
        with contextlib.suppress(Busy, Undecided):
            ask()
            return
    raise AssertionError("too busy for ever")
