"""One attempt after another: what is sent, what is recorded, and what is due after it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from standardwebhooks import Webhook

from cliffhanger.errors import Unavailable
from cliffhanger.webhooks.delivering import deliver
from cliffhanger.webhooks.domain import Health, secret_of
from cliffhanger.webhooks.schedule import DELAYS_S, LOST_MS, MAX_ATTEMPTS
from cliffhanger.webhooks.sending import Answered, Post, Unanswered
from cliffhanger.webhooks.signing import shown
from tests.support.dynamodb import Fault, ScriptedFaults
from tests.unit.webhooks.made import DAY, HOUR, MINUTE, NOW, SECOND, endpoint
from tests.unit.webhooks.scene import KEY, OK, TIMED_OUT, Killed, Scene, status


@pytest.fixture
def scene() -> Scene:
    made = Scene()
    made.add(endpoint())
    return made


def verified_by(post: Post, generation: int) -> bool:
    from standardwebhooks import WebhookVerificationError

    try:
        Webhook(shown(secret_of(KEY, "e1", generation))).verify(post.body, dict(post.headers))
    except WebhookVerificationError:
        return False
    return True


@pytest.fixture(autouse=True)
def library_s_clock(monkeypatch: pytest.MonkeyPatch, scene: Scene) -> None:
    """The public library verifies against the scene's time."""
    import datetime as dt

    import standardwebhooks.webhooks as library

    class Held(dt.datetime):
        @classmethod
        def now(cls, tz: dt.tzinfo | None = None) -> Any:
            return dt.datetime.fromtimestamp(scene.now / 1_000, tz)

    monkeypatch.setattr(library, "datetime", Held)


def test_a_delivery_that_succeeds_is_two_writes_of_one_unit_each(scene: Scene) -> None:
    """And the index of what is due hears nothing of it."""
    before = scene.model.meter.units()
    scene.fan_out()
    assert [worked.outcome for worked in scene.work()] == ["delivered"]
    assert scene.model.meter.units().since(before).write == 2
    [done] = scene.deliveries()
    assert (done.state, done.made, done.due_at) == ("delivered", 1, 0)


def test_a_delivery_that_succeeds_at_the_second_attempt_is_no_more_than_nine_units(scene: Scene) -> None:
    before = scene.model.meter.units()
    scene.answers = lambda _: status(500, body=b"x" * 512)
    scene.fan_out()
    scene.work()
    scene.answers = lambda _: OK
    scene.now += 6 * SECOND
    assert [worked.outcome for worked in scene.work()] == ["delivered"]
    assert scene.model.meter.units().since(before).write <= 9


def test_each_attempt_is_signed_anew_under_the_same_id_and_the_public_library_verifies_it(scene: Scene) -> None:
    scene.answers = lambda _: status(500)
    scene.fan_out()
    scene.work()
    assert verified_by(scene.posts[0], 1)
    scene.now += 10 * SECOND
    scene.work()
    first, second = scene.posts
    assert verified_by(second, 1)
    assert first.headers["webhook-id"] == second.headers["webhook-id"] == scene.event()["id"]
    assert first.headers["webhook-timestamp"] == str(NOW // 1_000)
    assert int(second.headers["webhook-timestamp"]) == scene.now // 1_000
    assert first.headers["webhook-signature"] != second.headers["webhook-signature"]
    assert first.body == second.body


def test_old_and_new_secret_both_verify_until_the_overlap_ends(scene: Scene) -> None:
    scene.endpoints.rotate(scene.find(), NOW + HOUR, NOW)
    scene.fan_out(1)
    scene.work()
    scene.now += HOUR
    scene.fan_out(2)
    scene.work()
    during, later = scene.posts
    scene.now = NOW
    assert verified_by(during, 1)
    assert verified_by(during, 2)
    scene.now += HOUR
    assert verified_by(later, 2)
    assert not verified_by(later, 1)


def test_a_secret_rotated_mid_retry_signs_the_next_attempt(scene: Scene) -> None:
    scene.answers = lambda _: status(500)
    scene.fan_out()
    scene.work()
    scene.endpoints.rotate(scene.find(), scene.now, scene.now)
    scene.now += 6 * SECOND
    scene.work()
    assert not verified_by(scene.posts[1], 1)
    assert verified_by(scene.posts[1], 2)


def test_a_filter_changed_mid_retry_ends_what_is_no_longer_wanted(scene: Scene) -> None:
    scene.answers = lambda _: status(500)
    scene.fan_out()
    scene.work()
    scene.endpoints.change(replace(scene.find(), types=("CoinsBought",)))
    scene.now += 6 * SECOND
    assert [worked.outcome for worked in scene.work()] == ["dropped"]
    assert len(scene.posts) == 1
    assert scene.deliveries()[0].state == "dropped"
    assert scene.pass_time(2 * DAY) == []


def test_an_endpoint_paused_mid_retry_is_left_alone_and_its_delivery_held(scene: Scene) -> None:
    scene.answers = lambda _: status(500)
    scene.fan_out()
    scene.work()
    scene.endpoints.change(replace(scene.find(), status="paused"))
    scene.now += 6 * SECOND
    assert [worked.outcome for worked in scene.work()] == ["held"]
    assert scene.pass_time(2 * DAY) == []
    assert scene.deliveries()[0].state == "held"


def test_an_endpoint_deleted_mid_delivery_ends_it(scene: Scene) -> None:
    """Its last attempt is recorded, because it was made; nothing follows."""

    def answer(_: Post) -> Answered:
        scene.endpoints.remove("acme", "live", "e1")
        return status(500)

    scene.answers = answer
    scene.fan_out()
    assert [worked.outcome for worked in scene.work()] == ["retrying"]
    scene.now += 6 * SECOND
    assert [worked.outcome for worked in scene.work()] == ["dropped"]
    assert scene.endpoints.of("acme", "live") == ()


def test_a_partner_that_was_closed_or_has_lost_its_reach_is_sent_nothing_more(scene: Scene) -> None:
    scene.fan_out()
    scene.reaches["acme"] = None
    assert [worked.outcome for worked in scene.work()] == ["dropped"]
    assert scene.posts == []


def test_a_worker_killed_between_sending_and_recording_is_followed_by_one_who_sends_the_same(scene: Scene) -> None:
    scene.fan_out()
    [waiting] = scene.queues.waiting

    def killed(_: Post) -> Answered:
        raise Killed

    scene.answers = killed
    with pytest.raises(Killed):
        scene.work()
    scene.answers = lambda _: OK
    assert deliver(scene.station, waiting.message).outcome == "delivered"
    first, second = scene.posts
    assert first == second
    assert scene.deliveries()[0].made == 1


@pytest.mark.parametrize("call", range(1, 9))
def test_wherever_a_worker_s_write_is_lost_the_event_arrives_and_one_success_is_recorded(
    scene: Scene, call: int
) -> None:
    """Every call fails once; whoever comes next, by the queue or the sweep, ends it."""
    answers = iter([status(500), OK, OK, OK])
    scene.answers = lambda _: next(answers)
    scene.model.faults = ScriptedFaults({scene.model.calls + call: Fault.LOST_REPLY})
    fanned = False
    for _ in range(40):
        message = None
        try:
            fanned = fanned or bool(scene.fan_out(1, at=NOW))
            message = scene.queues.take()
            if message is not None:
                deliver(scene.station, message)
            else:
                scene.now += MINUTE
                scene.sweep()
        except Unavailable:
            if message is not None:
                scene.queues.send([message])
    [done] = scene.deliveries()
    assert done.state == "delivered"
    assert sum(attempt.succeeded for attempt in done.attempts) == 1


def test_a_message_that_comes_twice_is_worked_off_once(scene: Scene) -> None:
    scene.fan_out()
    [waiting] = scene.queues.waiting
    scene.queues.waiting.append(waiting)
    assert [worked.outcome for worked in scene.work()] == ["delivered", "stale"]
    assert len(scene.posts) == 1


def test_of_two_workers_with_one_message_one_records_and_one_goes_on(scene: Scene) -> None:
    """Both may have sent it; the schedule goes on once."""
    scene.fan_out()
    [waiting] = scene.queues.waiting

    def answer(_: Post) -> Answered:
        scene.answers = lambda _: status(500)
        assert deliver(scene.station, waiting.message).outcome == "retrying"
        return status(502)

    scene.answers = answer
    assert [worked.outcome for worked in scene.work()] == ["stale"]
    [message] = [waiting.message for waiting in scene.queues.waiting]
    assert message.number == 1
    assert scene.deliveries()[0].made == 1


@pytest.mark.parametrize("code", [429, 503])
def test_a_busy_receiver_is_asked_again_when_it_said(scene: Scene, code: int) -> None:
    scene.answers = lambda _: status(code, 120)
    scene.fan_out()
    scene.work()
    scene.now = NOW + 2 * MINUTE
    assert scene.work() == []
    scene.now += SECOND
    assert [worked.outcome for worked in scene.work()] == ["retrying"]


def test_a_busy_receiver_that_asks_for_hours_waits_in_the_table(scene: Scene) -> None:
    scene.answers = lambda _: status(429, 7_200)
    scene.fan_out()
    scene.work()
    assert scene.queues.waiting == []
    assert scene.pass_time(2 * HOUR - MINUTE) == []
    assert [worked.outcome for worked in scene.pass_time(2 * MINUTE)] == ["retrying"]


def test_a_receiver_that_is_gone_is_disabled_at_once_and_told_of(scene: Scene) -> None:
    scene.answers = lambda _: status(410)
    scene.fan_out()
    [worked] = scene.work()
    assert (worked.outcome, worked.disabled) == ("failed", "gone")
    assert (scene.find().status, scene.find().reason) == ("disabled", "gone")
    scene.fan_out(2)
    assert [worked.outcome for worked in scene.work()] == ["held"]
    assert scene.deliveries()[1].state == "held"
    scene.sweep()
    assert [told["type"] for told in scene.told()] == ["WebhookEndpointDisabled"]


def test_the_whole_schedule_is_kept_to_and_then_the_delivery_has_failed(scene: Scene) -> None:
    scene.answers = lambda _: status(500, body=b"oops")
    scene.fan_out()
    scene.work()
    worked = scene.pass_time(4 * DAY)
    assert len(scene.posts) == MAX_ATTEMPTS == len(worked) + 1
    [failed] = scene.deliveries()
    assert failed.state == "failed"
    waits = [
        later.at - (sooner.at + sooner.millis)
        for sooner, later in zip(failed.attempts, failed.attempts[1:], strict=False)
    ]
    for waited, seconds in zip(waits, DELAYS_S, strict=True):
        assert seconds * SECOND <= waited <= seconds * SECOND + 2 * MINUTE
    assert failed.attempts[0].answer == b"oops"
    assert (worked[-1].outcome, worked[-1].disabled) == ("failed", "exhausted")
    assert scene.find().reason == "exhausted"


def test_who_has_succeeded_since_is_not_disabled_when_a_delivery_runs_out(scene: Scene) -> None:
    refused = scene.event(1)["id"]
    scene.answers = lambda post: status(500) if post.headers["webhook-id"] == refused else OK
    scene.fan_out(1)
    scene.work()
    scene.pass_time(DAY)
    scene.fan_out(2)
    scene.work()
    scene.pass_time(3 * DAY)
    assert [each.state for each in scene.deliveries()] == ["failed", "delivered"]
    assert scene.find().status == "active"


def test_five_days_without_a_success_disable(scene: Scene) -> None:
    """With a delivery now and then, none of which has run out."""
    scene.endpoints.note_failure(scene.find(), NOW - 5 * DAY, 0)
    scene.answers = lambda _: status(500)
    worked = []
    for number in range(4):
        scene.fan_out(number)
        worked += scene.work()
        scene.now += 6 * SECOND
    assert "failing" in {each.disabled for each in worked}
    assert scene.find().reason == "failing"


def test_a_healthy_endpoint_is_not_written_and_its_health_begins_anew_after_a_failure(scene: Scene) -> None:
    table = "test-endpoints"
    before = scene.model.meter.write_units[table]
    scene.fan_out(1)
    scene.work()
    assert scene.model.meter.write_units[table] == before
    scene.answers = lambda _: status(500)
    scene.fan_out(2)
    scene.work()
    assert scene.find().health.failures == 1
    scene.answers = lambda _: OK
    scene.now += 6 * SECOND
    scene.work()
    assert scene.find().health == Health()


def test_one_that_times_out_leaves_the_fast_lane_at_once(scene: Scene) -> None:
    scene.answers = lambda _: TIMED_OUT
    scene.fan_out(1)
    scene.fan_out(2)
    assert [worked.outcome for worked in scene.work(1)] == ["retrying"]
    lanes = [waiting.message.lane for waiting in scene.queues.waiting]
    assert sorted(lanes) == ["fast", "slow"]
    assert [worked.outcome for worked in scene.work(1)] == ["moved"]
    assert {waiting.message.lane for waiting in scene.queues.waiting} == {"slow"}
    assert len(scene.posts) == 1


def test_one_that_answers_well_but_late_goes_by_the_slow_lane(scene: Scene) -> None:
    scene.answers = lambda _: OK._replace(millis=9_000)
    scene.fan_out()
    scene.work()
    assert scene.find().lane(scene.now) == "slow"
    assert scene.find().health.failures == 0


@pytest.mark.parametrize(
    "answer",
    [
        status(301),
        status(401),
        status(404),
        Unanswered("tls_failed", 9, ""),
        Unanswered("address_refused", 1, "10.0.0.1"),
    ],
)
def test_whatever_is_not_2xx_is_tried_again_and_what_came_of_it_is_kept(
    scene: Scene, answer: Answered | Unanswered
) -> None:
    scene.answers = lambda _: answer
    scene.fan_out()
    assert [worked.outcome for worked in scene.work()] == ["retrying"]
    [attempt] = scene.deliveries()[0].attempts
    assert (attempt.status or attempt.code) == (answer.status if isinstance(answer, Answered) else answer.code)


def test_of_an_answer_the_first_256_bytes_are_kept(scene: Scene) -> None:
    scene.answers = lambda _: status(400, body=b"x" * 512)
    scene.fan_out()
    scene.work()
    assert scene.deliveries()[0].attempts[0].answer == b"x" * 256


def test_a_clock_that_steps_back_or_forth_loses_nothing_and_doubles_nothing(scene: Scene) -> None:
    answers = iter([status(500), status(500), status(500), OK])
    scene.answers = lambda _: next(answers)
    scene.fan_out()
    scene.work()
    for step in (-5 * MINUTE, HOUR, -30 * MINUTE, 6 * HOUR):
        scene.now += step
        for waiting in list(scene.queues.waiting):  # a queue has a clock of its own
            scene.queues.waiting.remove(waiting)
            scene.queues.waiting.append(waiting._replace(at=0))
        scene.work()
        scene.sweep()
        scene.work()
    scene.pass_time(DAY)
    [done] = scene.deliveries()
    assert (done.state, done.made) == ("delivered", 4)


def test_a_short_retry_waits_in_the_queue_and_is_watched(scene: Scene) -> None:
    scene.answers = lambda _: status(500)
    scene.fan_out()
    scene.work()
    [waiting] = scene.queues.waiting
    assert waiting.at == scene.now + 5 * SECOND
    assert scene.deliveries()[0].due_at == NOW + 40 + 5 * SECOND + LOST_MS
