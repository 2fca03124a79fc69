"""What an endpoint and a delivery come to, without any table."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cliffhanger.webhooks.domain import (
    KEPT_ATTEMPTS,
    Attempt,
    Delivery,
    Health,
    after,
    delivery_id,
    endpoint_id,
    is_slow,
    noteworthy,
    occurred_at,
    partner_of,
    partners_failing,
    reason_to_disable,
    renewed,
    replay_id,
    secret_of,
    secrets_in_force,
    verdict,
)
from cliffhanger.webhooks.schedule import LOST_MS, MAX_ATTEMPTS
from tests.unit.webhooks.made import DAY, HOUR, MINUTE, NOW, SECOND, delivery, endpoint

KEY = b"k" * 32
FAILED = Attempt(NOW, 40, 500)


def attempted(times: int, made: Delivery | None = None, every: int = HOUR) -> Delivery:
    made = made or delivery()
    for number in range(times):
        made = after(made, FAILED._replace(at=NOW + number * every), None, 0.0)
    return made


@pytest.mark.parametrize(
    ("status", "succeeds"), [(200, True), (204, True), (299, True), (199, False), (301, False), (404, False)]
)
def test_only_2xx_is_success(status: int, succeeds: bool) -> None:
    assert Attempt(NOW, 1, status).succeeded is succeeds
    assert (after(delivery(), Attempt(NOW, 1, status), None, 0.0).state == "delivered") is succeeds


def test_a_delivery_s_id_sorts_by_time_and_tells_its_event() -> None:
    early, late = delivery_id(999, "evt-a"), delivery_id(NOW, "evt-b")
    assert early < late
    assert occurred_at(late) == NOW
    assert delivery(delivery=late).event == "evt-b"


def test_a_short_wait_is_watched_and_a_long_one_is_due_itself() -> None:
    """A message that waits in the queue may get lost there; what waits in the table does not."""
    first = attempted(1)
    assert (first.next_at, first.due_at) == (NOW + 40 + 5 * SECOND, NOW + 40 + 5 * SECOND + LOST_MS)
    third = attempted(3)
    assert third.next_at == third.due_at == NOW + 2 * HOUR + 40 + 30 * MINUTE
    assert third.state == "pending"


def test_a_schedule_that_is_used_up_ends_in_failure() -> None:
    assert attempted(MAX_ATTEMPTS - 1).state == "pending"
    used_up = attempted(MAX_ATTEMPTS)
    assert (used_up.state, used_up.next_at, used_up.due_at) == ("failed", 0, 0)


def test_a_replay_begins_the_schedule_anew_and_keeps_the_attempts() -> None:
    again = renewed(attempted(MAX_ATTEMPTS), NOW + DAY, "r1")
    assert (again.state, again.next_at, again.due_at) == ("pending", NOW + DAY, NOW + DAY + LOST_MS)
    assert len(again.attempts) == MAX_ATTEMPTS
    once = after(again, FAILED._replace(at=NOW + DAY), None, 0.0)
    assert once.next_at == NOW + DAY + 40 + 5 * SECOND
    assert len(attempted(MAX_ATTEMPTS - 1, again).attempts) == KEPT_ATTEMPTS
    assert attempted(MAX_ATTEMPTS, again).state == "failed"


@pytest.mark.parametrize(("status", "asked"), [(429, True), (503, True), (500, False), (404, False)])
def test_retry_after_counts_where_a_receiver_is_busy(status: int, asked: bool) -> None:
    made = after(delivery(), Attempt(NOW, 0, status), 3_600, 0.0)
    assert made.next_at == NOW + (HOUR if asked else 5 * SECOND)


def test_an_endpoint_that_is_gone_is_not_asked_again() -> None:
    made = after(delivery(), Attempt(NOW, 0, 410), None, 0.0)
    assert made.state == "failed"
    assert reason_to_disable(endpoint(), made, made.attempts[-1]) == "gone"


def test_a_test_is_attempted_once_and_disables_nobody() -> None:
    made = after(delivery(test=True), Attempt(NOW, 0, 410), None, 0.0)
    assert made.state == "failed"
    assert reason_to_disable(endpoint(), made, made.attempts[-1]) == ""


def test_what_an_endpoint_is_now_decides_what_becomes_of_a_delivery() -> None:
    assert verdict(delivery(), endpoint()) == "send"
    assert verdict(delivery(), endpoint(types=("EpisodeUnlocked",))) == "send"
    assert verdict(delivery(), endpoint(types=("CoinsBought",))) == "drop"
    assert verdict(delivery(), None) == "drop"
    assert verdict(delivery(), endpoint(status="paused")) == "hold"
    assert verdict(delivery(), endpoint(status="disabled")) == "hold"
    assert verdict(delivery(), endpoint(status="paused", types=("CoinsBought",))) == "drop"
    assert verdict(delivery(test=True), endpoint(status="disabled", types=("CoinsBought",))) == "send"


def test_the_secret_before_is_signed_with_until_its_overlap_ends() -> None:
    rotated = endpoint(generation=2, former_until=NOW + HOUR)
    new, old = (secret_of(KEY, "e1", generation) for generation in (2, 1))
    assert secrets_in_force(KEY, endpoint(), NOW) == (old,)
    assert secrets_in_force(KEY, rotated, NOW) == (new, old)
    assert secrets_in_force(KEY, rotated, NOW + HOUR) == (new,)
    assert secrets_in_force(KEY, endpoint(former_until=NOW + HOUR), NOW) == (old,)


def test_no_two_endpoints_generations_or_stages_have_one_secret() -> None:
    made = {secret_of(key, name, number) for key in (KEY, b"x" * 32) for name in ("e1", "e2") for number in (1, 2, 11)}
    assert len(made) == 12
    assert {len(each) for each in made} == {32}


def test_ids_are_the_same_for_a_retry_and_nobody_else() -> None:
    mine = endpoint_id("acme", "live", "k1", KEY)
    assert mine == endpoint_id("acme", "live", "k1", KEY)
    others = {
        endpoint_id("acme", "sandbox", "k1", KEY),
        endpoint_id("beta", "live", "k1", KEY),
        endpoint_id("acme", "live", "k2", KEY),
        endpoint_id("acme", "live", "k1", b"x" * 32),
        replay_id("acme", "k1", KEY),
    }
    assert len(others | {mine}) == 6


def test_failures_in_a_row_or_one_that_takes_long_lead_to_the_slow_lane() -> None:
    assert endpoint().lane(NOW) == "fast"
    assert endpoint(health=Health(2, NOW, NOW)).lane(NOW) == "fast"
    assert endpoint(health=Health(3, NOW, NOW)).lane(NOW) == "slow"
    assert endpoint(health=Health(slow_until=NOW + 1)).lane(NOW) == "slow"
    assert endpoint(health=Health(slow_until=NOW)).lane(NOW) == "fast"
    assert is_slow(Attempt(NOW, 10, code="timed_out"))
    assert is_slow(Attempt(NOW, 3_000, 200))
    assert not is_slow(Attempt(NOW, 2_999, 200))
    assert not is_slow(Attempt(NOW, 10, code="connect_failed"))


def test_a_failing_endpoint_s_health_is_written_at_first_and_then_every_few_seconds() -> None:
    assert noteworthy(endpoint(), FAILED)
    failing = endpoint(health=Health(3, NOW, NOW))
    assert not noteworthy(failing, FAILED._replace(at=NOW + 4_999))
    assert noteworthy(failing, FAILED._replace(at=NOW + 5_000))
    assert noteworthy(failing, FAILED._replace(at=NOW - 1))


def test_five_days_of_failing_disable() -> None:
    made = attempted(1)
    late = FAILED._replace(at=NOW + 5 * DAY)
    assert reason_to_disable(endpoint(health=Health(9, NOW, NOW)), made, late) == "failing"
    assert reason_to_disable(endpoint(health=Health(9, NOW + 1, NOW)), made, late) == ""
    assert reason_to_disable(endpoint(health=Health(9, NOW, NOW), status="disabled"), made, late) == ""


def test_a_clock_that_steps_by_days_disables_nobody_who_has_hardly_failed() -> None:
    made = attempted(1)
    assert reason_to_disable(endpoint(health=Health(2, NOW, NOW)), made, FAILED._replace(at=NOW + 90 * DAY)) == ""
    assert reason_to_disable(endpoint(health=Health(9, NOW + DAY, NOW)), made, FAILED) == ""


def test_a_delivery_that_ran_out_disables_if_nothing_else_came_through() -> None:
    ran_out = attempted(MAX_ATTEMPTS)
    last = ran_out.attempts[-1]
    assert reason_to_disable(endpoint(health=Health(3, NOW, NOW)), ran_out, last) == "exhausted"
    assert reason_to_disable(endpoint(health=Health(3, NOW - 1, NOW)), ran_out, last) == "exhausted"
    assert reason_to_disable(endpoint(health=Health(3, NOW + 1, NOW)), ran_out, last) == ""
    assert reason_to_disable(endpoint(health=Health(3, NOW, NOW)), attempted(MAX_ATTEMPTS - 1), last) == ""


def test_a_replay_that_ran_out_is_judged_by_its_own_attempts() -> None:
    again = renewed(attempted(MAX_ATTEMPTS), NOW + 20 * HOUR)
    for number in range(MAX_ATTEMPTS):
        again = after(again, FAILED._replace(at=NOW + (20 + number) * HOUR), None, 0.0)
    since_the_replay = endpoint(health=Health(3, NOW + 20 * HOUR, NOW))
    assert reason_to_disable(since_the_replay, again, again.attempts[-1]) == "exhausted"


def test_partners_are_counted_once_whose_active_endpoint_fails_for_long() -> None:
    failing = Health(3, NOW, NOW)
    some = [
        endpoint("a", health=failing),
        endpoint("b", health=failing),
        endpoint("c", partner="beta", health=failing, status="paused"),
        endpoint("d", partner="gamma"),
        endpoint("e", partner="delta", health=Health(3, NOW + 1, NOW)),
    ]
    assert partners_failing(some, NOW + HOUR, HOUR) == {"acme"}


def test_an_owner_is_a_partner_in_one_mode() -> None:
    assert partner_of("acme#sandbox") == ("acme", "sandbox")
    with pytest.raises(ValueError):
        partner_of("acme#other")


def test_an_ended_delivery_keeps_nothing_that_is_due() -> None:
    delivered = after(attempted(2), Attempt(NOW + DAY, 5, 204), None, 0.0)
    assert (delivered.state, delivered.next_at, delivered.due_at) == ("delivered", 0, 0)
    assert delivered.ended_at == NOW + DAY + 5
    assert replace(delivered, state="pending").made == 3
