"""Ages gate what is shown; a day too early is a day too early."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cliffhanger.people.domain import age_of


def at(text: str) -> int:
    """A time as milliseconds since the Unix epoch."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


@pytest.mark.parametrize(
    ("now", "age"),
    [
        ("2026-11-20T23:59:59.999", 17),
        ("2026-11-21T00:00:00", 18),
        ("2026-11-21T23:59:59.999", 18),
        ("2026-11-22T00:00:00", 18),
    ],
)
def test_a_birthday_counts_from_its_first_moment_in_utc(now: str, age: int) -> None:
    assert age_of("2008-11-21", at(now)) == age


@pytest.mark.parametrize(
    ("now", "age"),
    [
        ("2026-02-28T23:59:59.999", 17),
        ("2026-03-01T00:00:00", 18),
        ("2028-02-28T12:00:00", 19),
        ("2028-02-29T00:00:00", 20),
    ],
)
def test_one_born_on_the_29th_of_february_is_older_on_the_1st_of_march_of_other_years(now: str, age: int) -> None:
    assert age_of("2008-02-29", at(now)) == age


@pytest.mark.parametrize("told", [None, "", "2008-02-30", "yesterday"])
def test_an_age_that_is_not_known_is_none_and_no_number(told: str | None) -> None:
    """A row that was mended badly must not keep its person from signing in."""
    assert age_of(told, at("2026-11-21T12:00:00")) is None


def days(first: int, last: int) -> st.SearchStrategy[date]:
    """Days that every year has; the 29th of February is told of above."""
    return st.dates(date(first, 1, 1), date(last, 12, 31)).filter(lambda day: (day.month, day.day) != (2, 29))


@given(born=days(1900, 2025), day=days(2026, 2100))
def test_within_a_year_everybody_becomes_exactly_one_year_older(born: date, day: date) -> None:
    first = age_of(born.isoformat(), at(day.isoformat()))
    assert first is not None
    assert age_of(born.isoformat(), at(day.replace(year=day.year + 1).isoformat())) == first + 1
