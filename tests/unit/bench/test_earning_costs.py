"""What a million rewards cost: counted where it can be, and by hand."""

from __future__ import annotations

import pytest

from bench.costs import Invocation, read_prices
from bench.earning_costs import EPISODES, VIEWERS, Day, day, lines_of

HAND = Day(5, 3, 12, 18, 0.015, 1_000, 2.3, 0.1, 56)
SETTLED = Invocation(512, 100, 5_000)


def test_the_lines_of_a_million_rewards_are_units_times_prices():
    usd = lines_of(HAND, read_prices(), SETTLED, 0.4)
    assert usd["dynamodb"] == pytest.approx(3 * 0.625 + 12 * 0.125)
    assert usd["api"] == pytest.approx(5 * 1.0)
    assert usd["settlement"] > 2.3 * 0.625
    assert usd["lambda"] > 5 * 0.2


def test_each_viewer_has_a_check_in_five_episodes_and_an_ad():
    lived = day()
    assert lived.rewards == VIEWERS * (1 + (EPISODES - 1) + 1)
    assert lived.write_units < 3.5  # an entry and its index, and a checkpoint for most
