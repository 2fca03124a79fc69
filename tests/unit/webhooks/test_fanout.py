"""From an event to one delivery for each endpoint that wants it and may see it."""

from __future__ import annotations

import pytest

from cliffhanger.errors import EventTooLarge, Unavailable, ValidationFailed
from cliffhanger.webhooks.domain import Health
from cliffhanger.webhooks.fanout import KNOWN_MS, fan_out
from cliffhanger.webhooks.schedule import LOST_MS
from tests.unit.webhooks.made import DAY, MINUTE, NOW, endpoint
from tests.unit.webhooks.scene import Reached, Scene


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_only_endpoints_that_want_the_event_and_may_see_it_are_sent_it(scene: Scene) -> None:
    scene.add(endpoint("e1"))
    scene.add(endpoint("e2", types=("EpisodeUnlocked", "CoinsBought")))
    scene.add(endpoint("e3", types=("CoinsBought",)))
    scene.add(endpoint("e4", partner="beta"))
    scene.add(endpoint("e5", partner="gone"))
    scene.add(endpoint("e6", mode="sandbox"))
    assert scene.fan_out().deliveries == 2
    assert {post.url for _ in scene.work() for post in scene.posts} == {
        "https://e1.example/hooks",
        "https://e2.example/hooks",
    }
    assert scene.deliveries("e4") == scene.deliveries("e5") == scene.deliveries("e6") == []
    scene.reaches["beta"] = Reached("beta", frozenset(("the-last-train",)))
    assert scene.fan_out(2).deliveries == 3


def test_an_event_told_twice_or_again_at_a_replay_of_the_bus_is_delivered_once(scene: Scene) -> None:
    scene.add(endpoint())
    assert scene.fan_out() == scene.fan_out(1)._replace(new=1)
    outcomes = sorted(worked.outcome for worked in scene.work())
    assert outcomes == ["delivered", "stale"]
    scene.now += DAY
    assert scene.fan_out(1, at=NOW).new == 0
    assert [worked.outcome for worked in scene.work()] == ["stale"]
    assert len(scene.posts) == 1


def test_a_queue_that_does_not_answer_lets_the_event_come_again(scene: Scene) -> None:
    """The deliveries are there then, and their messages are not: the second time sends them."""
    scene.add(endpoint())
    scene.queues.refuses = 1
    with pytest.raises(Unavailable):
        scene.fan_out()
    assert scene.fan_out().new == 0
    assert [worked.outcome for worked in scene.work()] == ["delivered"]


def test_what_is_paused_or_disabled_is_kept_for_a_replay_and_not_sent(scene: Scene) -> None:
    scene.add(endpoint("e1", status="paused"))
    scene.add(endpoint("e2", status="disabled", reason="failing"))
    assert scene.fan_out().new == 2
    assert [each.state for name in ("e1", "e2") for each in scene.deliveries(name)] == ["held", "held"]
    assert scene.work() == []


def test_who_was_enabled_just_now_is_not_held_by_an_old_list(scene: Scene) -> None:
    paused = scene.add(endpoint(status="paused"))
    scene.fan_out()
    scene.endpoints.change(endpoint(changed_at=paused.changed_at + 1))
    scene.fan_out(2)
    assert [each.state for each in scene.deliveries()] == ["held", "pending"]


def test_what_has_been_disabled_for_longer_than_anything_is_kept_gets_nothing(scene: Scene) -> None:
    scene.add(endpoint(status="disabled"))
    scene.now += 30 * DAY
    assert scene.fan_out().deliveries == 0


def test_a_new_endpoint_and_a_new_filter_are_obeyed_after_ten_seconds(scene: Scene) -> None:
    scene.fan_out()
    scene.add(endpoint())
    assert scene.fan_out(2).deliveries == 0
    scene.now += KNOWN_MS
    assert scene.fan_out(3).deliveries == 1


def test_a_clock_that_is_set_back_does_not_keep_an_old_list(scene: Scene) -> None:
    scene.fan_out()
    scene.add(endpoint())
    scene.now -= 5 * MINUTE
    assert scene.fan_out(2).deliveries == 1


def test_an_event_that_comes_late_is_watched_from_the_start(scene: Scene) -> None:
    """Who looks for lost messages has passed its time already."""
    scene.add(endpoint())
    scene.fan_out(1, at=NOW - DAY)
    [late] = scene.deliveries()
    assert late.due_at == NOW + LOST_MS
    scene.fan_out(2)
    assert scene.deliveries()[1].due_at == 0


def test_a_partner_s_own_trouble_is_told_to_its_other_endpoints_and_to_nobody_else(scene: Scene) -> None:
    for name, partner in (("e1", "acme"), ("e2", "acme"), ("e3", "beta")):
        scene.add(endpoint(name, partner=partner))
    own = {"partnerId": "acme", "mode": "live", "endpointId": "e1"}
    scene.fan_out(1, "WebhookEndpointDisabled", **own)
    assert [len(scene.deliveries(name)) for name in ("e1", "e2", "e3")] == [0, 1, 0]
    scene.fan_out(2, "WebhookEndpointDisabled", **(own | {"mode": "sandbox"}))
    assert len(scene.deliveries("e2")) == 1


def test_a_slow_endpoint_s_first_message_goes_by_the_slow_lane(scene: Scene) -> None:
    scene.add(endpoint("e1"))
    scene.add(endpoint("e2", health=Health(3, NOW, NOW)))
    scene.fan_out()
    assert {waiting.message.endpoint: waiting.message.lane for waiting in scene.queues.waiting} == {
        "e1": "fast",
        "e2": "slow",
    }


def test_an_event_of_more_than_64_kilobytes_is_sent_to_nobody(scene: Scene) -> None:
    scene.add(endpoint())
    with pytest.raises(EventTooLarge):
        scene.fan_out(personId="x" * 65_536)
    assert scene.deliveries() == []


@pytest.mark.parametrize("broken", [{}, {"id": "evt-1"}, {"id": "e", "type": "t", "occurredAt": "then", "data": {}}])
def test_what_is_no_event_is_refused(scene: Scene, broken: dict[str, object]) -> None:
    with pytest.raises(ValidationFailed):
        fan_out(scene.exchange, broken)


def test_the_body_is_the_envelope_in_the_same_bytes_at_every_attempt(scene: Scene) -> None:
    scene.add(endpoint())
    scene.fan_out(personId="mïa", seriesId="the-last-train")
    scene.work()
    [post] = scene.posts
    assert scene.bodies() == [scene.event(at=NOW, personId="mïa", seriesId="the-last-train")]
    assert "mïa".encode() in post.body
