"""Viewers' days: each once, in the zone where the viewer is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cliffhanger.clock import ms_of
from cliffhanger.errors import ValidationFailed
from cliffhanger.rewards.days import HOUR_MS, SHORTEST_MS, Day, check_zone, date_after, day_at, days_between, ends_at

EAST, WEST = "Pacific/Kiritimati", "Pacific/Pago_Pago"
"""UTC+14 and UTC-11: the two sides of the date line."""


def test_a_day_is_the_date_where_the_viewer_is() -> None:
    now = ms_of("2026-11-28T20:00:00Z")
    assert day_at(now, "UTC", None).date == "2026-11-28"
    assert day_at(now, "Asia/Tokyo", None).date == "2026-11-29"


def test_a_day_goes_on_in_its_own_zone_until_midnight_there() -> None:
    """Another zone that is asked for meanwhile takes effect with the next day."""
    first = day_at(ms_of("2026-11-28T08:00:00Z"), "UTC", None)
    assert day_at(ms_of("2026-11-28T23:59:59Z"), EAST, first) == first
    following = day_at(ms_of("2026-11-29T08:00:00Z"), "Europe/Lisbon", first)
    assert (following.date, following.zone) == ("2026-11-29", "Europe/Lisbon")


def test_who_stays_in_a_zone_has_a_new_day_at_midnight() -> None:
    late = day_at(ms_of("2026-11-28T23:50:00Z"), "UTC", None)
    assert day_at(ms_of("2026-11-29T00:10:00Z"), "UTC", late).date == "2026-11-29"


def test_moving_over_the_date_line_gives_no_day_again() -> None:
    east = day_at(ms_of("2026-11-28T11:00:00Z"), EAST, None)
    assert east.date == "2026-11-29"
    # Midnight has passed in the east; in the west it is still the 28th, and then the 29th, which was had.
    for hour in range(11, 59):
        now = ms_of("2026-11-28T00:00:00Z") + hour * HOUR_MS
        day = day_at(now, WEST, east)
        assert day == east or day.date == "2026-11-30"


def test_a_day_in_another_zone_begins_no_sooner_than_twenty_hours_after_the_last() -> None:
    late = Day("2026-11-28", WEST, ms_of("2026-11-29T10:30:00Z"))
    soon = ms_of("2026-11-29T11:30:00Z")  # half past midnight in the west, and the 30th in the east
    assert day_at(soon, EAST, late) == late
    assert day_at(late.began_at + SHORTEST_MS, EAST, late).date == "2026-11-30"


@given(
    st.lists(st.tuples(st.integers(0, 30 * HOUR_MS), st.sampled_from([EAST, WEST, "UTC", "Asia/Tokyo"])), max_size=60)
)
def test_days_only_go_on_and_are_no_more_than_there_were(moves: list[tuple[int, str]]) -> None:
    now = begun = ms_of("2026-11-28T00:00:00Z")
    day, met = None, set()
    for waited, zone in moves:
        now += waited
        following = day_at(now, zone, day)
        assert day is None or following.date >= day.date
        day = following
        met.add(day.date)
    assert len(met) <= (now - begun) // (24 * HOUR_MS) + 3


def test_a_day_ends_at_midnight_in_its_zone_even_where_clocks_change() -> None:
    assert ends_at(Day("2026-10-25", "Europe/Lisbon", 0)) == ms_of("2026-10-26T00:00:00Z")
    assert ends_at(Day("2026-11-28", "Asia/Tokyo", 0)) == ms_of("2026-11-28T15:00:00Z")


@pytest.mark.parametrize(
    "name", ["", "Europe", "Nowhere/Town", "../../etc/passwd", "/etc/localtime", "localtime", "UTC\n", "A" * 200]
)
def test_what_is_no_zone_is_refused(name: str) -> None:
    with pytest.raises(ValidationFailed):
        check_zone(name)


@pytest.mark.parametrize("name", ["UTC", "Europe/Lisbon", "America/Argentina/Buenos_Aires", "Etc/GMT+12"])
def test_what_is_a_zone_passes(name: str) -> None:
    assert check_zone(name) == name


def test_dates_are_counted_by_days() -> None:
    assert days_between("2026-11-28", "2026-12-01") == 3
    assert date_after("2026-12-01", -1) == "2026-11-30"
