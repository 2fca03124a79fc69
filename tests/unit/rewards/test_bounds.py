"""What a set can pay in a day is computed from the set, and one that could pay too much is refused."""

from __future__ import annotations

from typing import Any

import pytest

from cliffhanger.errors import RuleSetUnbounded
from cliffhanger.rewards.bounds import CAMPAIGNS_BOUND, DEVICE_BOUND, HOUSE_BOUND, Most, check_bounded, most_a_day
from cliffhanger.rewards.shipped import shipped
from tests.unit.rewards.sets import CASHBACK, EPISODE, a_set

WIDE = {"houseViewerCoins": 100_000, "houseDeviceCoins": 100_000, "campaignsViewerCoins": 100_000}


def armed(name: str, arm: str, coins: int) -> dict[str, Any]:
    caps = {"viewerDayCoins": coins, "deviceDayCoins": coins}
    return EPISODE | {"name": name, "caps": caps, "arm": {"experiment": "ladder", "arm": arm}}


def test_the_rules_add_up_to_no_more_than_the_sets_cap():
    assert most_a_day(a_set(EPISODE, CASHBACK)) == Most(9, 12, 100)
    narrow = {"houseViewerCoins": 5, "houseDeviceCoins": 6, "campaignsViewerCoins": 7}
    assert most_a_day(a_set(EPISODE, CASHBACK, dayCaps=narrow)) == Most(5, 6, 7)


def test_of_an_amount_that_is_the_same_each_time_the_times_count():
    caps = {"viewerDayCoins": 90, "viewerDayTimes": 2, "deviceDayCoins": 90}
    assert most_a_day(a_set(EPISODE | {"caps": caps})).house_viewer == 6


def test_nobody_is_in_two_arms_and_a_device_may_be():
    arms = [{"name": "few", "perMille": 500}, {"name": "many", "perMille": 500}]
    rules = a_set(
        armed("a", "few", 3), armed("b", "many", 5), armed("c", "many", 4), EPISODE,
        experiments=[{"name": "ladder", "arms": arms}],
    )  # fmt: skip
    assert most_a_day(rules)[:2] == (9 + 9, 12 + 12)


def test_a_rule_in_shadow_pays_nothing():
    assert most_a_day(a_set(EPISODE | {"shadow": True})) == Most(0, 0, 0)


@pytest.mark.parametrize(
    ("rule", "where", "bound"),
    [
        (EPISODE | {"caps": {"viewerDayCoins": 301, "deviceDayCoins": 301}}, "dayCaps.houseViewerCoins", HOUSE_BOUND),
        (EPISODE | {"caps": {"viewerDayCoins": 300, "deviceDayCoins": 601}}, "dayCaps.houseDeviceCoins", DEVICE_BOUND),
        (CASHBACK | {"caps": {"viewerDayCoins": 5_001}}, "dayCaps.campaignsViewerCoins", CAMPAIGNS_BOUND),
    ],
)
def test_a_set_that_would_pay_without_bound_is_refused(rule: dict[str, Any], where: str, bound: int):
    with pytest.raises(RuleSetUnbounded) as refused:
        check_bounded(a_set(rule, dayCaps=WIDE))
    assert refused.value.members == {"where": where, "most": bound + 1, "bound": bound}


def test_the_shipped_set_is_bounded():
    assert check_bounded(shipped()) == Most(120, 120, 0)
