"""The sweep: what is due, what was lost, what goes on, and what is told."""

from __future__ import annotations

import pytest

from cliffhanger.errors import EventsRefused
from cliffhanger.events.schemas import EVENT_SCHEMAS
from cliffhanger.webhooks.dispatching import LOOKED_FOR_EVERY_MS, dispatch
from cliffhanger.webhooks.domain import Health
from cliffhanger.webhooks.schedule import LOST_MS
from tests.support.tables import DELIVERIES
from tests.unit.webhooks.made import DAY, HOUR, MINUTE, NOW, delivery, endpoint
from tests.unit.webhooks.scene import OK, Scene, status


@pytest.fixture
def scene() -> Scene:
    made = Scene()
    made.add(endpoint())
    return made


def test_a_lost_first_message_is_found_and_the_event_arrives(scene: Scene) -> None:
    scene.queues.loses = 1
    scene.fan_out()
    assert scene.work() == []
    worked = scene.pass_time(LOST_MS + LOOKED_FOR_EVERY_MS + MINUTE)
    assert [each.outcome for each in worked] == ["delivered"]


def test_a_lost_message_of_a_retry_is_found(scene: Scene) -> None:
    scene.answers = lambda _: status(500)
    scene.fan_out()
    scene.queues.loses = 1
    scene.work()
    assert scene.queues.waiting == []
    scene.answers = lambda _: OK
    worked = scene.pass_time(LOST_MS + 2 * MINUTE)
    assert [each.outcome for each in worked] == ["delivered"]


def test_a_message_that_is_lost_again_and_again_is_sent_again_and_again(scene: Scene) -> None:
    scene.queues.loses = 4
    scene.fan_out()
    worked = scene.pass_time(4 * LOST_MS + LOOKED_FOR_EVERY_MS + 5 * MINUTE)
    assert [each.outcome for each in worked] == ["delivered"]


def test_a_sweep_that_found_nothing_writes_next_to_nothing(scene: Scene) -> None:
    for number in range(20):
        scene.fan_out(number)
    scene.work()
    scene.now += LOST_MS + HOUR
    before = scene.model.meter.units()
    assert scene.sweep().lost == 0
    assert scene.model.meter.units().since(before).write == 1


def test_a_lost_message_is_found_after_an_outage_of_the_sweep_of_hours(scene: Scene) -> None:
    scene.sweep()
    scene.now += LOST_MS + LOOKED_FOR_EVERY_MS
    scene.sweep()
    scene.queues.loses = 1
    scene.fan_out()
    scene.now += 9 * HOUR
    worked = scene.pass_time(20 * MINUTE)
    assert [each.outcome for each in worked] == ["delivered"]


def test_a_sweep_without_time_looks_for_the_same_again(scene: Scene) -> None:
    scene.sweep()
    scene.queues.loses = 1
    scene.fan_out()
    scene.now += LOST_MS + LOOKED_FOR_EVERY_MS
    assert not dispatch(scene.desk._replace(in_time=lambda: False)).whole
    assert scene.endpoints.checked_until() < NOW
    scene.sweep()
    assert [each.outcome for each in scene.work()] == ["delivered"]


def test_what_is_due_is_sent_once_by_two_sweeps(scene: Scene) -> None:
    scene.log.add(delivery(due_at=NOW, next_at=NOW, made=0))
    assert scene.sweep().sent + scene.sweep().sent == 1
    assert len(scene.queues.waiting) == 1


def test_what_is_over_is_not_looked_at_again(scene: Scene) -> None:
    """The index may show what has just ended."""
    scene.log.add(delivery(state="delivered", due_at=NOW))
    assert scene.sweep().sent == 0
    assert scene.log.due(NOW + DAY, 10) == ()


def test_what_nobody_can_read_blocks_nobody(scene: Scene) -> None:
    scene.log.add(delivery(1, due_at=NOW))
    scene.log.add(delivery(2, due_at=NOW))
    key = {"endpoint": {"S": "e1"}, "delivery": {"S": delivery(1).delivery}}
    scene.model.call(
        "UpdateItem",
        {
            "TableName": DELIVERIES["TableName"],
            "Key": key,
            "UpdateExpression": "SET body = :b",
            "ExpressionAttributeValues": {":b": {"B": b"junk"}},
        },
    )
    swept = scene.sweep()
    assert (swept.sent, swept.unreadable) == (1, 1)
    assert scene.sweep().unreadable == 0


def test_the_longest_that_a_delivery_was_over_its_time_is_told(scene: Scene) -> None:
    scene.log.add(delivery(1, due_at=NOW, next_at=NOW - HOUR, made=1))
    scene.log.add(delivery(2, due_at=NOW, next_at=NOW - MINUTE, made=1))
    assert scene.sweep().oldest_ms == HOUR
    assert scene.sweep().oldest_ms == 0


def test_a_due_delivery_of_a_failing_endpoint_goes_by_the_slow_lane(scene: Scene) -> None:
    for _ in range(3):
        scene.endpoints.note_failure(endpoint(), NOW, 0)
    scene.log.add(delivery(due_at=NOW))
    scene.sweep()
    assert [waiting.message.lane for waiting in scene.queues.waiting] == ["slow"]


def test_a_disabled_endpoint_is_told_of_once_and_without_its_address(scene: Scene) -> None:
    scene.endpoints.note_failure(endpoint(), NOW - DAY, 0)
    disabled = scene.endpoints.disable(endpoint(health=Health(1, NOW - DAY)), "failing", NOW)
    assert disabled is not None
    assert scene.sweep().told == 1
    assert scene.sweep().told == 0
    [told] = scene.told()
    schema = EVENT_SCHEMAS["WebhookEndpointDisabled", 1]
    assert set(schema["required"]) == set(told["data"])
    assert (told["data"]["reason"], told["data"]["endpointId"], told["data"]["partnerId"]) == ("failing", "e1", "acme")
    assert "example" not in str(told)


def test_what_the_bus_did_not_take_is_told_by_the_next_sweep(scene: Scene) -> None:
    scene.endpoints.disable(endpoint(), "gone", NOW)
    scene.bus.refusals = 1
    with pytest.raises(EventsRefused):
        scene.sweep()
    assert scene.sweep().told == 1


def test_partners_that_fail_for_long_are_counted_in_live_alone(scene: Scene) -> None:
    failing = Health(3, NOW, NOW)
    scene.add(endpoint("e2", health=failing))
    scene.add(endpoint("e3", health=failing))
    scene.add(endpoint("e4", partner="beta", mode="sandbox", health=failing))
    scene.now += HOUR
    assert scene.sweep().failing == {"acme"}
