"""Sending again: one, a range, or all that failed since; whoever is killed amid it."""

from __future__ import annotations

from typing import Any

import pytest

from cliffhanger.errors import Unavailable
from cliffhanger.webhooks import replaying
from cliffhanger.webhooks.items import Replay
from cliffhanger.webhooks.replaying import send_again
from cliffhanger.webhooks.schedule import MAX_ATTEMPTS
from tests.support.dynamodb import Fault, ScriptedFaults
from tests.unit.webhooks.made import DAY, MINUTE, NOW, SECOND, delivery, endpoint
from tests.unit.webhooks.scene import OK, Scene, status


@pytest.fixture
def scene(monkeypatch: pytest.MonkeyPatch) -> Scene:
    monkeypatch.setattr(replaying, "PAGE", 4)
    made = Scene()
    made.add(endpoint())
    return made


def begun(**changes: Any) -> Replay:
    members: dict[str, Any] = {"since": NOW, "until": NOW + DAY, "only": "failed", **changes}
    return Replay("e1", "r1", "acme#live", created_at=NOW, **members)


def test_one_is_sent_again_from_the_schedule_s_beginning_under_the_same_id(scene: Scene) -> None:
    scene.fan_out()
    scene.work()
    [done] = scene.deliveries()
    scene.answers = lambda _: status(500)
    scene.now += DAY
    again = send_again(scene.again, done)
    assert again.state == "pending"
    scene.work()
    scene.pass_time(4 * DAY)
    assert len(scene.posts) == 1 + MAX_ATTEMPTS
    assert len({post.headers["webhook-id"] for post in scene.posts}) == 1


def test_one_that_waits_for_its_time_is_sent_now(scene: Scene) -> None:
    scene.answers = lambda _: status(500)
    scene.fan_out()
    scene.work()
    for _ in range(3):
        scene.pass_time(40 * MINUTE)
    [waits] = scene.deliveries()
    assert waits.next_at > scene.now + MINUTE
    scene.answers = lambda _: OK
    send_again(scene.again, waits)
    assert [worked.outcome for worked in scene.work()] == ["delivered"]
    assert scene.pass_time(DAY) == []


def test_all_that_failed_or_was_held_since_then_is_sent_again_and_nothing_else(scene: Scene) -> None:
    states = ("failed", "held", "delivered", "dropped", "pending")
    for number in range(15):
        scene.log.add(delivery(number, state=states[number % 5]))
    scene.log.add(delivery(20, state="failed", test=True))
    scene.log.begin(begun(since=NOW + 3))
    assert scene.sweep().replayed == 4
    scene.work()
    assert {post.headers["webhook-id"][-2:] for post in scene.posts} == {"05", "06", "10", "11"}
    found = scene.log.replay("e1", "r1", scene.now)
    assert found is not None
    assert (found.sent, found.done_at > 0) == (4, True)


def test_everything_in_a_range_is_sent_again_by_the_slow_lane(scene: Scene) -> None:
    states = ("failed", "held", "delivered", "dropped")
    for number in range(12):
        scene.log.add(delivery(number, state=states[number % 4]))
    scene.log.begin(begun(only="all", since=NOW + 2, until=NOW + 9))
    scene.sweep()
    assert {waiting.message.lane for waiting in scene.queues.waiting} == {"slow"}
    scene.work()
    assert len(scene.posts) == 8


@pytest.mark.parametrize("call", range(1, 40))
def test_a_replay_that_is_killed_anywhere_goes_on_and_sends_each_once_recorded(scene: Scene, call: int) -> None:
    for number in range(10):
        scene.log.add(delivery(number, state="delivered"))
    scene.log.begin(begun(only="all"))
    scene.model.faults = ScriptedFaults({scene.model.calls + call: Fault.LOST_REPLY})
    for _ in range(40):
        try:
            scene.sweep()
            scene.work()
        except Unavailable:
            continue
        finally:
            scene.now += MINUTE
    assert [each.state for each in scene.deliveries()] == ["delivered"] * 10
    assert [each.made for each in scene.deliveries()] == [1] * 10
    found = scene.log.replay("e1", "r1", scene.now)
    assert found is not None
    assert found.done_at


def test_a_queue_that_fails_amid_a_page_loses_nothing(scene: Scene) -> None:
    for number in range(10):
        scene.log.add(delivery(number, state="failed"))
    scene.log.begin(begun())
    scene.queues.refuses = 1
    with pytest.raises(Unavailable):
        scene.sweep()
    scene.pass_time(15 * MINUTE)
    assert [each.state for each in scene.deliveries()] == ["delivered"] * 10
    assert len(scene.posts) == 10


def test_a_long_replay_goes_on_at_the_next_sweep(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replaying, "MOST_PAGES", 1)
    for number in range(9):
        scene.log.add(delivery(number, state="failed"))
    scene.log.begin(begun())
    replayed = []
    for _ in range(4):
        scene.now += SECOND
        replayed.append(scene.sweep().replayed)
    assert replayed == [4, 4, 1, 0]


def test_a_replay_of_an_endpoint_that_was_deleted_ends(scene: Scene) -> None:
    scene.log.add(delivery(state="failed"))
    scene.log.begin(begun())
    scene.endpoints.remove("acme", "live", "e1")
    assert scene.sweep().replayed == 0
    found = scene.log.replay("e1", "r1", scene.now)
    assert found is not None
    assert found.done_at
