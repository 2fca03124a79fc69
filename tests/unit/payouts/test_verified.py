"""What a verification lets leave: nothing beyond its limits, and nothing at all in a currency that it does not name."""

from __future__ import annotations

import pytest

from cliffhanger.payouts.desk import Verified, verified_by
from cliffhanger.payouts.tallies import Limits


@pytest.mark.parametrize(
    ("state", "rule"),
    [
        ("none", "verification_required"),
        ("expired", "verification_required"),
        ("verified", "verification_required"),
        ("pending", "verification_pending"),
        ("review", "verification_pending"),
        ("refused", "verification_refused"),
    ],
)
def test_without_a_limit_nothing_leaves_and_the_rule_says_why(state: str, rule: str) -> None:
    assert verified_by(state, None).rule == rule
    assert verified_by(state, None).limits == Limits(0, 0)


def test_with_a_limit_so_much_leaves_whatever_is_under_way_beside_it() -> None:
    assert verified_by("pending", (10, 20)) == Verified(None, Limits(10, 20))
