"""What scans, cashback and referrals cost: all that is asked and paid for them is counted."""

from __future__ import annotations

import pytest

from bench.campaign_costs import KINDS, VIEWERS, day


@pytest.mark.parametrize(
    ("name", "requests", "heard", "most_write_units"),
    [("scans", 1, 0, 12), ("cashback", 2, 0, 16), ("referrals", 2, 1, 14)],
)
def test_each_is_counted_from_what_is_asked_to_the_viewer_s_coins(
    name: str, requests: int, heard: int, most_write_units: int
):
    lived = day(name)
    assert (lived.rewards, lived.requests, lived.heard) == (VIEWERS, requests, heard)
    assert (
        KINDS[name].entries * 2 < lived.write_units <= most_write_units
    )  # an entry and its index, and the claim's row
    assert lived.settled_write_units > 3.5
