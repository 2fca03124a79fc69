"""What Stripe tells is recorded once, and is worked off or waits where somebody sees it."""

from __future__ import annotations

import json

import pytest

from cliffhanger.errors import Unavailable, ValidationFailed
from cliffhanger.payments.notices import KEPT_S, notice_in
from cliffhanger.payments.recording import LOST_MS, SWEPT_HOURS, message_in, receive, sweep
from tests.support.dynamodb import Fault, ScriptedFaults
from tests.support.stripe_events import body_of, charge, event
from tests.unit.payments.office import Scene

PAID = event("charge.succeeded", charge())
BODY = body_of(PAID)
KEY = notice_in(PAID).key


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_a_notice_is_recorded_with_one_put_and_then_let_into_the_queue(scene: Scene):
    before = scene.model.meter.units().write
    assert receive(scene.office, BODY).outcome == "recorded"
    assert scene.model.meter.units().write - before == 1
    assert scene.line.sent == [json.dumps({"notice": str(KEY)})]
    found = scene.notices.find(KEY)
    assert found is not None
    assert (found.event, found.kind, found.recorded_at, found.done_at) == (PAID, "charge.succeeded", scene.now, None)
    [item] = scene.items()
    assert int(item["expiresAt"]["N"]) == scene.now // 1_000 + KEPT_S


def test_a_notice_that_comes_again_is_recorded_once_and_let_in_once_more(scene: Scene):
    """The provider comes again when it has heard nothing: the message may be what got lost."""
    receive(scene.office, BODY)
    assert receive(scene.office, BODY).outcome == "again"
    assert len(scene.items()) == 1
    assert len(scene.line.sent) == 2


def test_a_notice_that_is_done_is_not_let_in_again(scene: Scene):
    receive(scene.office, BODY)
    scene.work_off()
    assert receive(scene.office, BODY).outcome == "done"
    assert scene.line.sent == []


def test_a_kind_that_nobody_reads_is_not_even_recorded(scene: Scene):
    assert receive(scene.office, body_of(event("customer.created", {"id": "cus_1"}))).outcome == "ignored"
    assert (scene.items(), scene.line.sent) == ([], [])


def test_while_the_queue_is_down_the_record_stands_and_the_provider_has_to_come_again(scene: Scene):
    scene.line.down = True
    with pytest.raises(Unavailable):
        receive(scene.office, BODY)
    assert len(scene.items()) == 1
    scene.line.down = False
    assert receive(scene.office, BODY).outcome == "again"
    assert [worked.outcome for worked in scene.work_off()] == ["granted"]


def test_what_nobody_came_again_for_is_found_by_the_sweep_once(scene: Scene):
    scene.line.down = True
    with pytest.raises(Unavailable):
        receive(scene.office, BODY)
    scene.line.down = False
    assert sweep(scene.office) == 0  # it may be on its way
    scene.now += LOST_MS + 1
    assert sweep(scene.office) == 1
    assert sweep(scene.office) == 0
    assert [worked.outcome for worked in scene.work_off()] == ["granted"]


def test_a_sweep_that_breaks_off_lets_in_again_what_it_may_not_have_noted(scene: Scene):
    scene.line.down = True
    with pytest.raises(Unavailable):
        receive(scene.office, BODY)
    scene.now += LOST_MS + 1
    with pytest.raises(Unavailable):
        sweep(scene.office)
    scene.line.down = False
    assert sweep(scene.office) == 1


def test_the_sweep_leaves_alone_what_is_done_and_what_is_long_ago(scene: Scene):
    receive(scene.office, BODY)
    scene.work_off()
    scene.now += LOST_MS + 1
    assert sweep(scene.office) == 0
    receive(scene.office, body_of(PAID | {"id": "evt_2"}))
    scene.now += SWEPT_HOURS * 3_600_000
    assert sweep(scene.office) == 0


@pytest.mark.parametrize("fault", [Fault.NOT_SENT, Fault.LOST_REPLY, Fault.THROTTLED, Fault.FAILED])
def test_while_the_table_does_not_answer_nothing_is_sent(scene: Scene, fault: Fault):
    """Nobody may work off what is not recorded."""
    scene.model.faults = ScriptedFaults({scene.model.calls + 1: fault})
    with pytest.raises(Unavailable):
        receive(scene.office, BODY)
    assert scene.line.sent == []
    assert receive(scene.office, BODY).outcome in ("recorded", "again")
    assert len(scene.items()) == 1


@pytest.mark.parametrize(
    "body", ["{}", "[]", '"x"', '{"notice": 7}', '{"notice": "x"}', '{"sweep": 1}', '{"detail": 7}']
)
def test_a_message_that_is_none_of_ours_is_refused(body: str):
    with pytest.raises(ValidationFailed):
        message_in(body)
