"""One call of the function that delivers: whoever keeps it waiting keeps nobody else."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest

from cliffhanger import bootstrap
from cliffhanger.errors import Unavailable
from cliffhanger.webhooks.delivering import note_waiting
from cliffhanger.webhooks.queues import text_of
from cliffhanger.webhooks.sending import Answered, Post, Unanswered
from functions.deliver import handler as function
from tests.unit.webhooks.made import endpoint
from tests.unit.webhooks.scene import OK, TIMED_OUT, Scene

LATE_S = 60


class Hanging:
    """A sender whose posts to one endpoint wait until the test lets them go."""

    def __init__(self) -> None:
        self.over = threading.Event()

    def send(self, post: Post) -> Answered | Unanswered:
        if "//e1." not in post.url:
            return OK
        assert self.over.wait(LATE_S)
        return TIMED_OUT


@pytest.fixture
def scene(monkeypatch: pytest.MonkeyPatch) -> Scene:
    made = Scene()
    for name in ("e1", "e2"):
        made.add(endpoint(name))
    monkeypatch.setenv("STAGE", "test")
    monkeypatch.setenv("SLOW_DELIVERIES_QUEUE_URL", "https://queues.example/deliver-slow")
    monkeypatch.setattr(function, "SLOW_ANSWER_MS", 20)
    made.fan_out()
    return made


def called(scene: Scene, sender: Hanging, monkeypatch: pytest.MonkeyPatch) -> threading.Thread:
    """A call for all that waits, under way."""
    monkeypatch.setattr(bootstrap, "webhook_station", lambda: scene.station._replace(sender=sender))
    records: list[dict[str, Any]] = []
    while (message := scene.queues.take()) is not None:
        records.append({"messageId": str(len(records)), "body": text_of(message), "eventSourceARN": "arn:deliver"})
    call = threading.Thread(target=function.handler, args=({"Records": records}, None))
    call.start()
    return call


def test_while_an_attempt_waits_its_endpoint_leaves_the_fast_lane_and_the_others_are_delivered(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else all copies of the function could soon wait for the same few, each for ten seconds."""
    sender = Hanging()
    call = called(scene, sender, monkeypatch)
    until = time.monotonic() + LATE_S
    while scene.find("e1").lane(scene.now) == "fast" and time.monotonic() < until:
        time.sleep(0.01)
    assert scene.find("e1").lane(scene.now) == "slow"
    assert scene.deliveries("e1")[0].made == 0
    assert scene.deliveries("e2")[0].state == "delivered"
    assert scene.find("e2").lane(scene.now) == "fast"
    sender.over.set()
    call.join()
    assert scene.deliveries("e1")[0].made == 1


def test_that_it_cannot_be_noted_harms_no_attempt(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    sender, tried = Hanging(), threading.Event()

    def refuse(*_: Any) -> None:
        tried.set()
        raise Unavailable("no table")

    monkeypatch.setattr(function, "note_waiting", refuse)
    call = called(scene, sender, monkeypatch)
    assert tried.wait(LATE_S)
    sender.over.set()
    call.join()
    assert [scene.deliveries(name)[0].made for name in ("e1", "e2")] == [1, 1]


def test_one_that_keeps_an_attempt_waiting_leaves_the_fast_lane_before_the_attempt_is_over(scene: Scene) -> None:
    scene.fan_out(2)
    waiting = scene.queues.take()
    assert waiting is not None
    note_waiting(scene.station, waiting)
    assert scene.find("e1").lane(scene.now) == "slow"
    assert scene.find("e1").health.failures == 0
    assert [worked.outcome for worked in scene.work(2)] == ["delivered", "moved"]


def test_one_that_goes_by_the_slow_lane_already_or_is_gone_is_not_noted_again(scene: Scene) -> None:
    waiting = scene.queues.take()
    assert waiting is not None
    note_waiting(scene.station, waiting)
    noted, scene.now = scene.find("e1"), scene.now + 1
    note_waiting(scene.station, waiting)
    assert scene.find("e1") == noted
    scene.endpoints.remove("acme", "live", "e1")
    note_waiting(scene.station, waiting)
    assert scene.endpoints.find("acme", "live", "e1") is None
