"""Operators stop something within ten seconds, and a table that is away stops nothing by itself."""

from __future__ import annotations

from typing import cast

import pytest

from cliffhanger.errors import SwitchedOff, Unavailable
from cliffhanger.switches.domain import SWITCHES, Switch, SwitchName
from cliffhanger.switches.service import CACHED_MS, RETRY_MS, Switches
from cliffhanger.switches.store import SwitchesStore

NOON = 1_763_000_000_000


class Table:
    """The table of switches, a clock, and what was told."""

    def __init__(self) -> None:
        self.rows: dict[SwitchName, Switch] = {}
        self.reads = 0
        self.down = False
        self.at = NOON
        self.told: list[str] = []

    def find(self, switch: SwitchName, *, consistent: bool = False) -> Switch:
        self.reads += 1
        if self.down:
            raise Unavailable
        return self.rows.get(switch, Switch(switch))

    def put(self, switch: Switch) -> None:
        if self.down:
            raise Unavailable
        self.rows[switch.switch] = switch

    def turn(self, switch: SwitchName, *, off: bool) -> None:
        self.put(Switch(switch, off))

    def instance(self) -> Switches:
        return Switches(cast("SwitchesStore", self), lambda: self.at, self.told.append)


@pytest.fixture
def table() -> Table:
    return Table()


def is_off(switches: Switches, switch: SwitchName = "unlocks") -> bool:
    try:
        switches.check(switch)
    except SwitchedOff as error:
        return error.members == {"switch": switch}
    return False


def test_everything_is_on_until_somebody_stops_it(table: Table) -> None:
    assert not any(is_off(table.instance(), switch) for switch in SWITCHES)


def test_what_is_off_is_refused_by_its_name_and_nothing_else_is(table: Table) -> None:
    table.turn("unlocks", off=True)
    assert is_off(table.instance(), "unlocks")
    assert not is_off(table.instance(), "playback")


@pytest.mark.parametrize("off", [True, False])
def test_a_change_is_obeyed_within_ten_seconds_and_costs_one_read_in_them(table: Table, off: bool) -> None:
    switches = table.instance()
    table.turn("unlocks", off=not off)
    assert is_off(switches) is not off
    table.turn("unlocks", off=off)
    table.at += CACHED_MS - 1
    assert is_off(switches) is not off
    assert table.reads == 1
    table.at += 1
    assert is_off(switches) is off
    assert table.reads == 2
    assert CACHED_MS == 10_000


def test_who_switches_sees_it_at_once(table: Table) -> None:
    switches = table.instance()
    assert not is_off(switches)
    assert switches.put("unlocks", off=True, reason="incident", by="op1") == Switch(
        "unlocks", off=True, reason="incident", by="op1", at=NOON
    )
    assert is_off(switches)


@pytest.mark.parametrize("off", [True, False])
def test_when_the_table_is_away_what_was_known_last_holds(table: Table, off: bool) -> None:
    """What operators have stopped does not start by itself because DynamoDB hiccups."""
    switches = table.instance()
    table.turn("unlocks", off=off)
    assert is_off(switches) is off
    table.down = True
    for _ in range(5):
        table.at += CACHED_MS
        assert is_off(switches) is off
    assert table.told == ["unlocks"] * 5


def test_when_the_table_was_never_there_the_product_stays_on_and_operators_are_told(table: Table) -> None:
    table.down = True
    assert not is_off(table.instance())
    assert table.told == ["unlocks"]


def test_a_table_that_is_away_is_not_asked_at_every_request_and_soon_heard_again(table: Table) -> None:
    switches = table.instance()
    table.down = True
    for _ in range(50):
        is_off(switches)
    assert table.reads == 1
    table.down = False
    table.turn("unlocks", off=True)
    table.at += RETRY_MS
    assert is_off(switches)


@pytest.mark.parametrize("off_by", [-5 * 60_000, 5 * 60_000])
def test_a_clock_that_is_set_by_five_minutes_holds_no_old_state(table: Table, off_by: int) -> None:
    switches = table.instance()
    assert not is_off(switches)
    table.turn("unlocks", off=True)
    table.at += off_by
    assert is_off(switches)


def test_the_list_is_read_anew_and_says_when_it_cannot_be(table: Table) -> None:
    switches = table.instance()
    switches.check("unlocks")
    table.turn("unlocks", off=True)
    assert [switch.off for switch in switches.all()] == [switch == "unlocks" for switch in SWITCHES]
    table.down = True
    with pytest.raises(Unavailable):
        switches.all()


def test_a_change_that_was_not_written_is_not_obeyed_here_alone(table: Table) -> None:
    switches = table.instance()
    assert not is_off(switches)
    table.down = True
    with pytest.raises(Unavailable):
        switches.put("unlocks", off=True, reason="incident", by="op1")
    assert not is_off(switches)


def test_what_may_as_well_wait_waits_while_nothing_is_known_of_its_switch(table: Table) -> None:
    """Money that has left does not come back: a new instance must not take payouts for on that were stopped."""
    table.turn("payouts", off=True)
    switches, table.down = table.instance(), True
    switches.check("payouts")
    for _ in range(2):
        with pytest.raises(Unavailable):
            switches.require("payouts")
        table.at += RETRY_MS
    table.down = False
    with pytest.raises(SwitchedOff):
        switches.require("payouts")


@pytest.mark.parametrize("off", [True, False])
def test_what_was_known_last_holds_for_what_may_wait_as_well(table: Table, off: bool) -> None:
    table.turn("payouts", off=off)
    switches = table.instance()
    assert is_off(switches, "payouts") is off
    table.down = True
    table.at += CACHED_MS
    for _ in range(2):
        if off:
            with pytest.raises(SwitchedOff):
                switches.require("payouts")
        else:
            switches.require("payouts")
        table.at += RETRY_MS
