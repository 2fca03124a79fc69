"""What the table of switches promises, over the in-memory model, moto and MiniStack."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cliffhanger.errors import SwitchedOff, Unavailable
from cliffhanger.switches.domain import SWITCHES, Switch
from cliffhanger.switches.service import Switches
from cliffhanger.switches.store import SwitchesStore
from tests.contracts.stand_ins import ALL, tables_of
from tests.support.dynamodb import Fault, MemoryDynamoDB, ScriptedFaults, connect
from tests.support.tables import SWITCHES as TABLE

OFF = Switch("playback", off=True, reason="incident", by="op1", at=1_763_000_000_000)


@pytest.fixture(params=ALL)
def store(request: pytest.FixtureRequest) -> Iterator[SwitchesStore]:
    with tables_of(request, TABLE) as connect_anew:
        yield SwitchesStore(connect_anew(), TABLE["TableName"])


@pytest.mark.parametrize("consistent", [True, False])
def test_what_was_never_switched_is_on(store: SwitchesStore, consistent: bool) -> None:
    assert store.find("unlocks", consistent=consistent) == Switch("unlocks", off=False)


def test_a_switch_reads_back_with_who_and_why(store: SwitchesStore) -> None:
    store.put(OFF)
    assert store.find("playback", consistent=True) == OFF
    store.put(OFF._replace(off=False, by="op2"))
    assert store.find("playback", consistent=True) == OFF._replace(off=False, by="op2")
    assert not store.find("unlocks").off


def test_what_one_instance_switches_off_another_obeys(store: SwitchesStore) -> None:
    here, there = (Switches(store, lambda: 1_763_000_000_000, pytest.fail) for _ in range(2))
    here.put("unlocks", off=True, reason="incident", by="op1")
    with pytest.raises(SwitchedOff):
        there.check("unlocks")
    there.check("playback")
    assert [switch.off for switch in there.all()] == [name == "unlocks" for name in SWITCHES]


@pytest.mark.parametrize("fault", [Fault.NOT_SENT, Fault.LOST_REPLY, Fault.THROTTLED, Fault.FAILED])
def test_a_table_that_does_not_answer_is_unavailable(fault: Fault) -> None:
    model = MemoryDynamoDB()
    model.call("CreateTable", TABLE)
    store = SwitchesStore(connect(model), TABLE["TableName"])
    for call in (lambda: store.find("unlocks"), lambda: store.put(OFF)):
        model.faults = ScriptedFaults({model.calls + 1: fault})
        with pytest.raises(Unavailable):
            call()
