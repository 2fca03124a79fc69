"""Checking in: once a day where the viewer is, a ladder, and runs."""

from __future__ import annotations

import contextlib
import itertools

import pytest

from cliffhanger.clock import ms_of
from cliffhanger.errors import Busy, CheckinTooSoon, RewardRefused, Unavailable, Undecided
from cliffhanger.rewards.amounts import Milestone
from cliffhanger.rewards.checking import check_in
from cliffhanger.rewards.days import HOUR_MS
from cliffhanger.rewards.overview import overview
from tests.support.dynamodb import Fault, ScriptedFaults
from tests.support.earning import EarningWorld, earner, unbounded
from tests.support.tables import CLAIMS, DEVICES, LEDGER, WATCHES
from tests.unit.rewards.sets import EPISODE, a_set

DAY_MS = 24 * HOUR_MS
EAST, WEST = "Pacific/Kiritimati", "Pacific/Pago_Pago"
MIA = earner()


@pytest.fixture
def world() -> EarningWorld:
    return EarningWorld(unbounded())


def checked_in(world: EarningWorld, zone: str = "UTC", person: str = "mia") -> tuple[str, int, int]:
    """The date, the run, and the coins that came of it."""
    standing, earned = check_in(world.desk, earner(person, zone=zone))
    return standing.day.date, standing.run, sum(one.coins for one in earned if not one.repeated)


def test_a_week_of_check_ins_climbs_the_ladder_and_begins_anew(world: EarningWorld) -> None:
    came = []
    for _ in range(8):
        came.append(checked_in(world)[1:])
        world.now += DAY_MS
    # The seventh day has its rung, and the bonus of a run of seven.
    assert came == [(1, 2), (2, 3), (3, 3), (4, 4), (5, 4), (6, 5), (7, 9 + 6), (8, 2)]


def test_the_next_milestone_of_a_run_is_told_until_it_is_reached(world: EarningWorld) -> None:
    """Also on the day itself, as long as it is to be had."""

    def told() -> Milestone | None:
        return overview(world.desk, MIA).checkin.milestone

    assert told() == Milestone(7, 6)
    for _ in range(6):
        checked_in(world)
        world.now += DAY_MS
    assert told() == Milestone(7, 6)
    standing, earned = check_in(world.desk, MIA)
    assert [one.coins for one in earned] == [9, 6]
    assert standing.milestone == told() == Milestone(14, 10)


def test_where_no_milestone_is_left_none_is_told() -> None:
    daily = {**EPISODE, "name": "checkin", "kind": "checkin"}
    steps = {"type": "milestones", "steps": [{"days": 2, "coins": 6}]}
    world = EarningWorld(a_set(daily, {**EPISODE, "name": "streak", "kind": "streak", "amount": steps}))
    assert overview(world.desk, MIA).checkin.milestone == Milestone(2, 6)
    for _ in range(2):
        checked_in(world)
        world.now += DAY_MS
    assert overview(world.desk, MIA).checkin.milestone is None
    assert overview(EarningWorld(a_set(daily)).desk, MIA).checkin.milestone is None


def test_a_second_check_in_of_a_day_answers_with_the_first(world: EarningWorld) -> None:
    first = checked_in(world)
    world.now += 3 * HOUR_MS
    before = world.model.meter.units().write
    assert checked_in(world) == (*first[:2], 0)
    assert world.model.meter.units().write == before


def test_a_missed_day_begins_the_run_anew(world: EarningWorld) -> None:
    checked_in(world)
    world.now += 2 * DAY_MS
    assert checked_in(world)[1] == 1


def test_a_check_in_costs_one_entry(world: EarningWorld) -> None:
    checked_in(world)
    world.now += DAY_MS
    tables = [table["TableName"] for table in (LEDGER, WATCHES, CLAIMS, DEVICES)]
    before = sum(world.model.meter.units(table).write for table in tables)
    checked_in(world)
    assert sum(world.model.meter.units(table).write for table in tables) - before <= 2


def test_the_day_is_the_viewers_own(world: EarningWorld) -> None:
    world.now = ms_of("2026-11-28T22:30:00Z")
    assert checked_in(world, "Asia/Tokyo")[0] == "2026-11-29"
    assert checked_in(world, "America/Los_Angeles", "noa")[0] == "2026-11-28"


def test_another_zone_takes_effect_with_the_next_day(world: EarningWorld) -> None:
    checked_in(world, "UTC")
    world.now += 4 * HOUR_MS  # already tomorrow in the east
    assert checked_in(world, EAST) == ("2026-11-28", 1, 0)
    world.now = ms_of("2026-11-29T08:30:00Z")
    assert checked_in(world, EAST)[0] == "2026-11-29"


def test_a_check_in_over_the_date_line_is_never_a_second_one_within_twenty_hours(world: EarningWorld) -> None:
    """Whoever asks every hour, from wherever it is tomorrow, checks in no more often than one who stays."""
    made: list[tuple[int, str]] = []
    for hour in range(10 * 24):
        zone = (EAST, WEST, "UTC")[hour % 3]
        try:
            standing, earned = check_in(world.desk, earner(zone=zone))
            made += [(world.now, standing.day.zone) for one in earned[:1] if not one.repeated]
        except CheckinTooSoon:
            pass
        world.now += HOUR_MS
    assert 9 <= len(made) <= 11
    for (earlier, left), (later, reached) in itertools.pairwise(made):
        assert left == reached or later - earlier >= 20 * HOUR_MS


def test_who_stays_where_they_are_may_check_in_before_and_after_midnight(world: EarningWorld) -> None:
    world.now = ms_of("2026-11-28T23:50:00Z")
    assert checked_in(world)[:2] == ("2026-11-28", 1)
    world.now = ms_of("2026-11-29T00:10:00Z")
    assert checked_in(world)[:2] == ("2026-11-29", 2)


def test_who_has_moved_is_told_when_the_next_check_in_is(world: EarningWorld) -> None:
    world.watch(MIA, 1)  # the day begins in the morning
    world.now = ms_of("2026-11-28T23:30:00Z")
    checked_in(world)
    world.now = ms_of("2026-11-29T06:30:00Z")
    with pytest.raises(CheckinTooSoon) as refused:
        checked_in(world, "Europe/Lisbon")
    assert refused.value.members["nextAt"] == "2026-11-29T19:30:00.000Z"


def test_where_the_rules_give_nothing_a_check_in_is_refused_and_changes_nothing() -> None:
    world = EarningWorld(a_set())
    with pytest.raises(RewardRefused) as refused:
        checked_in(world)
    assert refused.value.members["reasons"] == ["no_rule"]
    assert world.entries("mia") == []


def test_a_device_farm_checks_in_until_its_device_is_known(world: EarningWorld) -> None:
    """Twelve accounts on one phone: what they have together stays within the device's cap."""
    coins = 0
    for number in range(12):
        who = earner(f"farmer-{number}", "one-phone")
        try:
            check_in(world.desk, who)
        except RewardRefused:
            continue
        coins += world.coins(who.person)
    assert coins <= 18


@pytest.mark.parametrize("fault", [Fault.NOT_SENT, Fault.LOST_REPLY, Fault.THROTTLED, Fault.FAILED])
def test_a_check_in_that_fails_anywhere_and_is_sent_again_pays_once(fault: Fault) -> None:
    for call in range(1, 16):
        world = EarningWorld(unbounded())
        world.model.faults = ScriptedFaults({world.model.calls + call: fault})
        for _ in range(2):
            with contextlib.suppress(Unavailable, Busy, Undecided):
                check_in(world.desk, MIA)
        world.model.faults = ScriptedFaults({})
        check_in(world.desk, MIA)
        assert world.coins("mia") == 2, call
