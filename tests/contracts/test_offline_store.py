"""What the table of offline grants promises, over the in-memory model, moto and MiniStack."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cliffhanger.errors import Unavailable
from cliffhanger.offline.domain import Kept, OfflineGrant
from cliffhanger.offline.store import OfflineStore
from tests.contracts.stand_ins import ALL, tables_of
from tests.support.dynamodb import Fault, MemoryDynamoDB, ScriptedFaults, connect
from tests.support.tables import OFFLINE

NOW = 1_763_000_000_000
GRANT = OfflineGrant("f3Qx9_mB2tKc", "the-last-train", 2, "7k2m9x4q0v5t8w1z", NOW + 1_000)
FIRST = Kept().changed(GRANT)


@pytest.fixture(params=ALL)
def store(request: pytest.FixtureRequest) -> Iterator[OfflineStore]:
    with tables_of(request, OFFLINE) as connect_anew:
        yield OfflineStore(connect_anew(), OFFLINE["TableName"])


def test_who_keeps_nothing_has_an_empty_list(store: OfflineStore) -> None:
    assert store.find("mia") == Kept()


def test_grants_read_back_whole_and_in_order(store: OfflineStore) -> None:
    second = FIRST.changed(GRANT, GRANT._replace(episode=3))
    assert store.put("mia", FIRST, NOW)
    assert store.put("mia", second, NOW)
    assert store.find("mia") == second
    assert store.find("noa") == Kept()


def test_of_two_who_read_the_same_one_writes(store: OfflineStore) -> None:
    assert store.put("mia", FIRST, NOW)
    assert not store.put("mia", FIRST, NOW)
    assert store.put("mia", FIRST.changed(), NOW)
    assert not store.put("mia", FIRST.changed(GRANT), NOW)
    assert store.find("mia") == Kept((), 2)


@pytest.mark.parametrize("fault", [Fault.NOT_SENT, Fault.LOST_REPLY, Fault.THROTTLED, Fault.FAILED])
def test_a_table_that_does_not_answer_is_unavailable(fault: Fault) -> None:
    model = MemoryDynamoDB()
    model.call("CreateTable", OFFLINE)
    store = OfflineStore(connect(model), OFFLINE["TableName"])
    for call in (lambda: store.find("mia"), lambda: store.put("mia", FIRST, NOW)):
        model.faults = ScriptedFaults({model.calls + 1: fault})
        with pytest.raises(Unavailable):
            call()
