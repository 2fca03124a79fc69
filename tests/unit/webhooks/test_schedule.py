"""When a delivery is attempted again."""

from __future__ import annotations

import pytest

from cliffhanger.webhooks.schedule import DELAYS_S, MAX_ATTEMPTS, delay_ms
from tests.unit.webhooks.made import DAY, HOUR, MINUTE, SECOND


def test_the_published_schedule_is_five_seconds_to_a_day_and_ends() -> None:
    """DESIGN section 4; receivers count on it."""
    spelled = (5 * SECOND, 5 * MINUTE, 30 * MINUTE, *(hours * HOUR for hours in (2, 5, 10, 14, 20, 24)))
    assert tuple(delay_ms(number, 0.0) for number in range(1, MAX_ATTEMPTS)) == spelled
    assert tuple(each * SECOND for each in DELAYS_S) == spelled
    assert delay_ms(MAX_ATTEMPTS, 0.0) is None
    assert delay_ms(MAX_ATTEMPTS + 5, 0.0, 5) is None


@pytest.mark.parametrize("draw", [0.0, 0.25, 0.999])
def test_jitter_only_lengthens_and_by_a_tenth_at_most(draw: float) -> None:
    for number, seconds in enumerate(DELAYS_S, 1):
        delay = delay_ms(number, draw)
        assert delay is not None
        assert seconds * SECOND <= delay <= seconds * SECOND * 1.1
    assert delay_ms(3, 0.0) != delay_ms(3, 0.5)


def test_a_receiver_that_asks_us_to_stay_away_is_obeyed_for_a_day_at_most() -> None:
    assert delay_ms(1, 0.0, 120) == 2 * MINUTE
    assert delay_ms(2, 0.0, 1) == 5 * MINUTE
    assert delay_ms(1, 0.0, -7) == 5 * SECOND
    assert delay_ms(1, 0.0, 10**12) == DAY
