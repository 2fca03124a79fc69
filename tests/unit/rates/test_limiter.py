"""Limits hold over all instances, within a bound that is known, and refuse nobody before the limit is used."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cliffhanger.clock import Clock
from cliffhanger.rates.domain import FREE, KEPT_S, LIMITS, WINDOW_MS, Bucket, Memory, Standing, bucket_of
from cliffhanger.rates.service import Limiter
from cliffhanger.routes import ROUTES
from tests.unit.rates.counts import Counts

RATE = "write"
LIMIT = LIMITS[RATE]
MINUTE = 29_400_000
NOON = MINUTE * WINDOW_MS
FIVE_MINUTES = 5 * WINDOW_MS


class Instances:
    """Warm instances over one table; ``at`` is the time, and each clock may be off by something."""

    def __init__(self, *off: int, most: int = 1_000) -> None:
        self.counts = Counts()
        self.at = NOON
        self.told = 0
        self.limiters = [Limiter(self.counts, self.clock(ms), self.tell, Memory(most)) for ms in off or (0,)]

    def clock(self, off: int) -> Clock:
        return lambda: self.at + off

    def tell(self) -> None:
        self.told += 1

    def take(self, instance: int = 0, person: str = "mia") -> Standing:
        return self.limiters[instance].take(person, RATE)

    def passed(self, requests: int, instance: int = 0, person: str = "mia") -> int:
        return sum(self.take(instance, person).allowed for _ in range(requests))


def test_one_instance_lets_exactly_the_limit_pass() -> None:
    """What it let through uncounted is counted with the next request, so alone it overruns by nothing."""
    instances = Instances()
    assert instances.passed(LIMIT) == LIMIT
    assert instances.passed(100) == 0


def test_the_limit_hit_exactly_is_not_exceeded() -> None:
    instances = Instances()
    instances.passed(LIMIT - 1)
    assert instances.take() == Standing(RATE, LIMIT, remaining=0, resets_in_s=60, allowed=True)
    assert instances.take() == Standing(RATE, LIMIT, remaining=0, resets_in_s=60, allowed=False)


def test_who_asks_now_and_then_costs_no_write() -> None:
    """A write for each request would be half the price of an unlock."""
    instances = Instances()
    for _ in range(10):
        instances.passed(FREE)
        instances.at += WINDOW_MS
    assert instances.counts.calls == 0


def test_a_refusal_is_remembered_and_costs_no_further_write() -> None:
    instances = Instances()
    instances.passed(LIMIT + 1)
    calls = instances.counts.calls
    assert instances.passed(1_000) == 0
    assert instances.counts.calls == calls


def test_a_new_minute_is_a_new_limit() -> None:
    instances = Instances()
    instances.passed(LIMIT + 1)
    instances.at = NOON + WINDOW_MS - 1
    assert instances.take() == Standing(RATE, LIMIT, remaining=0, resets_in_s=1, allowed=False)
    instances.at += 1
    assert instances.take() == Standing(RATE, LIMIT, remaining=LIMIT - 1, resets_in_s=60, allowed=True)


def test_callers_and_rates_do_not_use_each_others_limits() -> None:
    instances = Instances()
    instances.passed(LIMIT + 1)
    assert instances.take(person="noa").allowed
    assert instances.limiters[0].take("mia", "read").allowed


def test_what_is_left_is_told_truly_where_one_instance_serves() -> None:
    instances = Instances()
    assert [instances.take().remaining for _ in range(LIMIT)] == list(reversed(range(LIMIT)))


steps = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.sampled_from(["mia", "noa"]),
        st.sampled_from([0] * 12 + [1, 700, 20_000, 59_999, 180_000]),
    ),
    max_size=250,
)


@given(steps, st.integers(0, 3))
def test_instances_interleaved_stay_between_the_limit_and_the_bound(
    taken: list[tuple[int, str, int]], most: int
) -> None:
    """Never more than limit + FREE x instances in a minute, and nobody is refused who has not used the limit.

    Also when an instance remembers next to nothing.
    """
    instances = Instances(0, 0, 0, 0, most=most)
    allowed: Counter[tuple[str, int]] = Counter()
    for instance, person, wait in taken:
        instances.at += wait
        bucket = (person, instances.at // WINDOW_MS)
        standing = instances.take(instance, person)
        if standing.allowed:
            allowed[bucket] += 1
        else:
            assert allowed[bucket] >= LIMIT
        assert 0 <= standing.remaining < LIMIT
        assert 1 <= standing.resets_in_s <= 60
    assert all(passed <= LIMIT + FREE * 4 for passed in allowed.values())


@given(st.lists(st.tuples(st.integers(0, 2), st.sampled_from(["up", "down", "loses"])), max_size=200))
def test_a_table_that_answers_now_and_then_refuses_nobody_before_the_limit(taken: list[tuple[int, str]]) -> None:
    instances, allowed = Instances(0, 0, 0), 0
    for instance, state in taken:
        instances.counts.down, instances.counts.loses = state == "down", state == "loses"
        if instances.take(instance).allowed:
            allowed += 1
        else:
            assert allowed >= LIMIT
    assert allowed <= LIMIT + FREE * 3 + instances.told


def test_a_count_whose_reply_was_lost_is_not_told_again() -> None:
    """It may have been counted; counted twice, the caller would be refused before the limit."""
    instances = Instances()
    instances.passed(FREE)
    instances.counts.loses = True
    assert instances.take().allowed
    instances.counts.loses = False
    assert instances.passed(LIMIT) == LIMIT - FREE - 1


def test_a_table_that_does_not_answer_stops_nobody_and_is_told_of_each_time() -> None:
    instances = Instances()
    instances.counts.down = True
    assert instances.passed(200) == 200
    assert instances.told == 200 - FREE


def test_a_clock_five_minutes_off_counts_for_itself_and_refuses_nobody_early() -> None:
    """Its minutes are other minutes: the caller has a limit with each clock, and not one that is used up already."""
    instances = Instances(0, FIVE_MINUTES, -FIVE_MINUTES)
    assert [instances.passed(LIMIT + 50, instance) for instance in range(3)] == [LIMIT] * 3
    assert len(instances.counts.used) == 3


@pytest.mark.parametrize("off", [FIVE_MINUTES, -FIVE_MINUTES])
def test_a_clock_that_is_set_by_five_minutes_begins_anew(off: int) -> None:
    """A refusal of a minute that is not now says nothing of now."""
    instances = Instances()
    instances.passed(LIMIT + 1)
    instances.at += off
    assert instances.take().allowed
    instances.at -= off
    assert instances.passed(LIMIT) <= FREE


def test_memory_is_bounded_and_what_finds_no_room_is_counted_at_once() -> None:
    instances, memory = Instances(), Memory(most=2)
    limiter = Limiter(instances.counts, lambda: NOON, instances.tell, memory)
    for person in ("mia", "noa", "ada", "eve"):
        limiter.take(person, RATE)
    assert memory.size == 2
    assert set(instances.counts.used) == {f"ada:{RATE}:{MINUTE}", f"eve:{RATE}:{MINUTE}"}


def test_the_memory_of_a_minute_ends_with_it() -> None:
    memory = Memory()
    for number in range(50):
        bucket = bucket_of(f"p{number}", RATE, NOON)
        memory.keep(bucket, memory.recall(bucket))
    assert memory.size == 50
    memory.recall(bucket_of("mia", RATE, NOON + WINDOW_MS))
    assert memory.size == 0


def test_minutes_are_those_of_the_clock() -> None:
    assert bucket_of("mia", RATE, NOON) == bucket_of("mia", RATE, NOON + 59_999) == Bucket("mia", RATE, MINUTE)
    assert bucket_of("mia", RATE, NOON + 60_000).minute == MINUTE + 1


def test_a_count_outlives_its_minute_by_two() -> None:
    bucket = bucket_of("mia", RATE, NOON + 1)
    assert bucket.name == f"mia:{RATE}:{MINUTE}"
    assert bucket.expires_at == (NOON + WINDOW_MS) // 1000 + KEPT_S
    assert KEPT_S * 1000 == 2 * WINDOW_MS


def test_every_rate_of_a_route_has_a_limit_and_every_limit_a_route() -> None:
    assert {route.rate for route in ROUTES} == {*LIMITS, "open"}


def test_the_free_requests_are_a_part_of_every_limit() -> None:
    """The first count brings them along; a limit smaller than that could be exceeded by it."""
    assert min(LIMITS.values()) > FREE + 1
