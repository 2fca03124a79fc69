"""What the table of parked entries keeps."""

from __future__ import annotations

import pytest

from cliffhanger.errors import Unavailable
from cliffhanger.parking.domain import CONSUMERS, Parked, key_of, parts_of
from cliffhanger.parking.service import list_parked, park
from cliffhanger.parking.store import ParkedStore
from tests.support.dynamodb import Fault, MemoryDynamoDB, ScriptedFaults, connect
from tests.support.tables import PARKED
from tests.unit.parking.desk import NOW, Scene

KEY = "viewer:mia/7"


@pytest.fixture
def store() -> ParkedStore:
    return Scene().desk.parked


def parked(store: ParkedStore, *seqs: int) -> None:
    park(store, "settlement", [("viewer:mia", seq, "unreadable", "") for seq in seqs], lambda: NOW)


def test_a_key_names_the_entry_and_nothing_else() -> None:
    assert parts_of(key_of("series:the-last-train:earned:0", 12)) == ("series:the-last-train:earned:0", 12)


def test_parking_again_counts_and_keeps_when_it_began(store: ParkedStore) -> None:
    store.park("settlement", KEY, "unreadable", NOW)
    store.park("settlement", KEY, "not_as_delivered", NOW + 5)
    assert store.find("settlement", KEY) == Parked("settlement", KEY, "not_as_delivered", 2, NOW, NOW + 5)


def test_the_two_consumers_park_apart(store: ParkedStore) -> None:
    store.park("settlement", KEY, "unreadable", NOW)
    store.park("publisher", KEY, "no_event", NOW)
    store.remove("settlement", KEY)
    assert [store.find(consumer, KEY) is None for consumer in CONSUMERS] == [True, False]


def test_an_entry_that_failed_on_several_accounts_is_parked_once(store: ParkedStore) -> None:
    poison = [("viewer:mia", 7, "not_plannable", "on a"), ("viewer:mia", 7, "not_as_delivered", "on b")]
    assert park(store, "settlement", poison, lambda: NOW) == 1
    assert store.find("settlement", KEY) == Parked("settlement", KEY, "not_plannable", 1, NOW, NOW)


def test_removing_what_is_not_parked_is_no_fault(store: ParkedStore) -> None:
    store.remove("settlement", KEY)
    assert store.find("settlement", KEY) is None


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 100])
def test_pages_show_everything_once_in_the_order_of_the_keys(store: ParkedStore, limit: int) -> None:
    parked(store, 3, 1, 2, 10)
    store.park("publisher", KEY, "no_event", NOW)
    seen: list[str] = []
    after: str | None = None
    while True:
        page = list_parked(store, "settlement", limit, after)
        assert 0 < len(page.parked) <= limit
        seen += [each.entry for each in page.parked]
        after = page.after
        if after is None:
            break
    assert seen == [f"viewer:mia/{seq}" for seq in (1, 10, 2, 3)]


def test_a_page_goes_on_after_a_key_that_has_been_removed_meanwhile(store: ParkedStore) -> None:
    parked(store, 1, 2, 3)
    first = list_parked(store, "settlement", 1)
    store.remove("settlement", "viewer:mia/1")
    assert [each.entry for each in list_parked(store, "settlement", 5, first.after).parked] == [
        "viewer:mia/2",
        "viewer:mia/3",
    ]


def test_nothing_parked_is_an_empty_page(store: ParkedStore) -> None:
    assert list_parked(store, "publisher", 20) == ((), None)


@pytest.mark.parametrize("fault", [Fault.THROTTLED, Fault.LOST_REQUEST, Fault.LOST_REPLY, Fault.FAILED])
def test_a_table_that_does_not_answer_is_said_so(fault: Fault) -> None:
    """A consumer that took silence for success would lose the entry."""
    model = MemoryDynamoDB(faults=ScriptedFaults(dict.fromkeys(range(2, 50), fault)))
    model.call("CreateTable", PARKED)
    store = ParkedStore(connect(model), PARKED["TableName"])
    for act in (
        lambda: park(store, "settlement", [("viewer:mia", 7, "unreadable", "")]),
        lambda: store.find("settlement", KEY),
        lambda: store.page("settlement", 5, None),
        lambda: store.remove("settlement", KEY),
    ):
        with pytest.raises(Unavailable):
            act()
