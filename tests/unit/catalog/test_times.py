"""Times come in as RFC 3339 and are milliseconds inside."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cliffhanger.clock import ms_of, rfc3339


@given(st.integers(0, 4_133_980_799_999))
def test_a_time_that_went_out_comes_back_in_to_the_millisecond(at_ms: int) -> None:
    assert ms_of(rfc3339(at_ms)) == at_ms


@pytest.mark.parametrize(
    ("text", "at_ms"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("2025-11-21T04:55:00Z", 1_763_700_900_000),
        ("2025-11-21t04:55:00.5z", 1_763_700_900_500),
        ("2025-11-21T04:55:00.123999999Z", 1_763_700_900_123),
        ("2025-11-21T10:25:00+05:30", 1_763_700_900_000),
        ("2025-11-20T23:55:00-05:00", 1_763_700_900_000),
        ("1970-01-01T00:00:00+01:00", -3_600_000),
        ("2024-02-29T00:00:00Z", 1_709_164_800_000),
    ],
)
def test_a_time_is_read_whatever_its_offset(text: str, at_ms: int) -> None:
    assert ms_of(text) == at_ms


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "2025-11-21",
        "2025-11-21T04:55:00",
        "2025-11-21 04:55:00Z",
        "2025-11-21T04:55Z",
        "20251121T045500Z",
        "2025-02-29T00:00:00Z",
        "2025-13-01T00:00:00Z",
        "2025-11-21T24:00:01Z",
        "2025-11-21T23:59:60Z",
        "2025-11-21T04:55:00+24:00",
        "2025-11-21T04:55:00Z\n",
        "٢٠٢٥-11-21T04:55:00Z",
        "2025-11-21T04:55:00.0000000000Z",
        "2025-W47-5T04:55:00Z",
        "-2025-11-21T04:55:00Z",
        "0" * 10_000,
    ],
)
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        ms_of(text)
