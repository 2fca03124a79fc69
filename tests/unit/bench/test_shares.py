"""What dividing a creator's day costs, by count."""

from __future__ import annotations

from bench.shares import BOTH, CREATOR, MOST_WRITE_UNITS, STORY, days_units
from cliffhanger.revenue.domain import shipped


def test_a_creators_day_is_one_transaction_and_tips_are_another_of_the_same() -> None:
    """With ids as long as the product's own: an entry of more than a kilobyte would cost two units more."""
    split = shipped(STORY, CREATOR)
    units, _ = days_units(split)
    assert units == 7 <= MOST_WRITE_UNITS
    assert days_units(split, BOTH)[0] == 2 * units
