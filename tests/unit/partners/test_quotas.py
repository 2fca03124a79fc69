"""A day's quota holds over all instances within a bound that is known, and costs few writes."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cliffhanger.partners.quotas import TOLD_MS, Quotas, lump_of
from cliffhanger.rates.domain import Standing
from tests.support.partners import KeptRequests

NOON = 1_795_262_400_000
"""2026-11-21, 12:00 UTC."""
MIDNIGHT = NOON + 12 * 3_600_000
OWNER = "acme#live"


class Instances:
    """Warm instances over one table; ``at`` is the time."""

    def __init__(self, number: int = 1) -> None:
        self.kept = KeptRequests()
        self.at = NOON
        self.told = 0
        self.all = [Quotas(self.kept, lambda: self.at, self.tell) for _ in range(number)]

    def tell(self) -> None:
        self.told += 1

    def take(self, quota: int, instance: int = 0, owner: str = OWNER) -> Standing:
        return self.all[instance].take(owner, quota)

    def passed(self, requests: int, quota: int, instance: int = 0) -> int:
        return sum(self.take(quota, instance).allowed for _ in range(requests))


@pytest.mark.parametrize("quota", [1, 9, 20, 500, 10_000])
def test_one_instance_lets_exactly_the_quota_pass(quota: int) -> None:
    instances = Instances()
    assert instances.passed(quota + 50, quota) == quota


def test_what_is_left_and_when_it_begins_anew_is_told_truly() -> None:
    instances = Instances()
    assert [instances.take(100).remaining for _ in range(100)] == list(reversed(range(100)))
    assert instances.take(100) == Standing("day", 100, 0, 12 * 3_600, allowed=False, window_s=86_400)


def test_a_new_day_is_a_new_quota() -> None:
    instances = Instances()
    instances.passed(30, 20)
    instances.at = MIDNIGHT - 1
    assert instances.take(20).resets_in_s == 1
    instances.at = MIDNIGHT
    assert instances.take(20) == Standing("day", 20, 19, 86_400, allowed=True, window_s=86_400)


def test_partners_and_modes_do_not_use_each_others_quotas() -> None:
    instances = Instances()
    instances.passed(30, 20)
    assert instances.take(20, owner="acme#sandbox").allowed
    assert instances.take(20, owner="other#live").allowed


def test_a_busy_partner_costs_a_write_in_a_hundred_requests() -> None:
    """Or the quota would double what the request log costs."""
    instances = Instances()
    instances.passed(10_000, 100_000)
    assert instances.kept.counts <= 101


def test_a_partner_who_asks_now_and_then_is_counted_within_a_minute() -> None:
    instances = Instances()
    for number in range(1, 6):
        instances.take(100_000)
        assert instances.kept.used[OWNER, "2026-11-21"] == number
        instances.at += TOLD_MS


def test_what_is_refused_is_neither_counted_nor_written() -> None:
    instances = Instances()
    instances.passed(20, 20)
    counts = instances.kept.counts
    assert instances.passed(1_000, 20) == 0
    assert (instances.kept.counts, instances.kept.used[OWNER, "2026-11-21"]) == (counts, 20)


def test_a_quota_that_operators_raise_holds_at_once() -> None:
    instances = Instances()
    instances.passed(30, 20)
    assert instances.passed(100, 40) == 20


@given(
    st.lists(st.tuples(st.integers(0, 3), st.sampled_from([0, 0, 0, 1_000, TOLD_MS])), max_size=300),
    st.integers(1, 150),
)
def test_instances_interleaved_stay_between_the_quota_and_the_bound(taken: list[tuple[int, int]], quota: int) -> None:
    instances, passed = Instances(4), 0
    for instance, wait in taken:
        instances.at += wait
        if instances.take(quota, instance).allowed:
            passed += 1
        else:
            assert passed >= quota
    assert passed <= quota + 4 * lump_of(quota)


def test_a_table_that_does_not_answer_stops_nobody_and_is_told_of() -> None:
    instances = Instances()
    instances.kept.down = True
    assert instances.take(100_000).allowed
    assert instances.told == 1


def test_a_look_counts_nothing() -> None:
    instances = Instances()
    instances.take(100)
    looked: list[Any] = [instances.all[0].look(OWNER, 100) for _ in range(5)]
    assert {standing.remaining for standing in looked} == {99}
