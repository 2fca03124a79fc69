"""What the table of progress promises, over the in-memory model, moto and MiniStack."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cliffhanger.errors import Unavailable
from cliffhanger.progress.domain import Bookmark, noted
from cliffhanger.progress.store import ProgressStore
from tests.contracts.stand_ins import ALL, tables_of
from tests.support.dynamodb import Fault, MemoryDynamoDB, ScriptedFaults, connect
from tests.support.tables import PROGRESS

AT = Bookmark(2, 41_500, "7k2m9x4q0v5t8w1z", 90_000, 1_763_000_000_000)
FIRST = noted("the-last-train", None, AT)
SECOND = noted("the-last-train", FIRST, AT._replace(episode=3, position_ms=0, saved_at=1_763_000_001_000))


@pytest.fixture(params=ALL)
def store(request: pytest.FixtureRequest) -> Iterator[ProgressStore]:
    with tables_of(request, PROGRESS) as connect_anew:
        yield ProgressStore(connect_anew(), PROGRESS["TableName"])


@pytest.mark.parametrize("consistent", [True, False])
def test_who_has_watched_nothing_has_no_bookmarks(store: ProgressStore, consistent: bool) -> None:
    assert store.find("mia", "the-last-train", consistent=consistent) is None
    assert store.every("mia") == []


def test_bookmarks_read_back_whole_and_in_order(store: ProgressStore) -> None:
    assert store.put("mia", FIRST, replaces=None)
    assert store.put("mia", SECOND, replaces=FIRST)
    assert store.find("mia", "the-last-train", consistent=True) == SECOND
    assert store.find("noa", "the-last-train", consistent=True) is None


def test_of_two_who_read_the_same_one_writes(store: ProgressStore) -> None:
    assert store.put("mia", FIRST, replaces=None)
    assert not store.put("mia", FIRST, replaces=None)
    assert store.put("mia", SECOND, replaces=FIRST)
    assert not store.put("mia", SECOND, replaces=FIRST)
    assert store.find("mia", "the-last-train", consistent=True) == SECOND


def test_a_list_holds_all_series_of_one_person_and_nobody_else_s(store: ProgressStore) -> None:
    for person, series in (("mia", "b"), ("mia", "a"), ("noa", "c")):
        assert store.put(person, FIRST._replace(series=series), replaces=None)
    assert [watched.series for watched in store.every("mia")] == ["a", "b"]


@pytest.mark.parametrize("fault", [Fault.NOT_SENT, Fault.LOST_REPLY, Fault.THROTTLED, Fault.FAILED])
def test_a_table_that_does_not_answer_is_unavailable(fault: Fault) -> None:
    model = MemoryDynamoDB()
    model.call("CreateTable", PROGRESS)
    store = ProgressStore(connect(model), PROGRESS["TableName"])
    for call in (
        lambda: store.find("mia", "s"),
        lambda: store.every("mia"),
        lambda: store.put("mia", FIRST, replaces=None),
    ):
        model.faults = ScriptedFaults({model.calls + 1: fault})
        with pytest.raises(Unavailable):
            call()
