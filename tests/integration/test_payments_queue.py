"""The worker behind the queue, as Lambda calls it: coins for a paid order, once, and what cannot be taken stays."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cliffhanger import bootstrap
from cliffhanger.errors import Unavailable
from cliffhanger.payments.notices import notice_in
from cliffhanger.payments.recording import SWEEP, message_of, receive
from cliffhanger.payments.working import Desk
from functions.payments.handler import handler
from tests.support.adapters import replace_in_bootstrap
from tests.support.stripe_events import STAGE, body_of, charge, event
from tests.support.world import dump

PAID = event("charge.succeeded", charge())
TABLE = "test-notices"


class Line:
    """Stands for the queue."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.again: list[tuple[str, int]] = []
        self.down = False

    def send(self, body: str) -> None:
        self.sent.append(body)

    def show_again(self, receipt: str, after_s: int) -> None:
        if self.down:
            raise Unavailable
        self.again.append((receipt, after_s))


class Context:
    left_ms = 120_000

    def get_remaining_time_in_millis(self) -> int:
        return self.left_ms


@pytest.fixture
def line(dynamodb: Any, monkeypatch: pytest.MonkeyPatch) -> Line:
    queue = Line()
    replace_in_bootstrap(monkeypatch, "payments_queue", lambda: queue)
    return queue


def batch(*bodies: str, received: int = 1) -> dict[str, Any]:
    return {
        "Records": [
            {
                "messageId": f"m{number}",
                "receiptHandle": f"r{number}",
                "body": body,
                "attributes": {"ApproximateReceiveCount": str(received)},
            }
            for number, body in enumerate(bodies)
        ]
    }


def left_of(answer: dict[str, Any]) -> list[str]:
    return [each["itemIdentifier"] for each in answer["batchItemFailures"]]


def test_of_a_batch_only_what_cannot_be_taken_is_handed_out_again(line: Line) -> None:
    """A payment of an order that nobody knows is refused by the books; the message beside it is done."""
    receive(bootstrap.payments_office(), body_of(PAID))
    foreign = event("charge.succeeded", charge(metadata={"order": "x", "stage": "prod"}), name="evt_foreign")
    receive(bootstrap.payments_office(), body_of(foreign))
    answer = handler(batch(*line.sent, "{}", json.dumps(SWEEP)), Context())
    assert left_of(answer) == ["m0", "m2"]
    assert line.again == [("r0", 5), ("r2", 5)]


def test_what_fails_again_and_again_comes_ever_later(line: Line) -> None:
    handler(batch("{}", received=4), Context())
    line.down = True
    assert left_of(handler(batch("{}", received=9), Context())) == ["m0"]
    assert line.again == [("r0", 40)]


def test_who_has_no_time_left_leaves_the_rest_for_another_call(line: Line) -> None:
    receive(bootstrap.payments_office(), body_of(PAID))
    context = Context()
    context.left_ms = 1_000
    sweep = json.dumps(SWEEP)
    assert left_of(handler(batch(sweep, sweep, sweep), context)) == ["m1", "m2"]
    assert line.again == []


def test_the_log_names_what_was_left_and_nothing_of_the_payer(line: Line, capsys: pytest.CaptureFixture[str]) -> None:
    by_bus = json.dumps({"source": "aws.partner/stripe.com/x", "detail": event("charge.succeeded", charge(id=""))})
    handler(batch(by_bus), Context())
    log = capsys.readouterr().out
    assert str(notice_in(PAID).key) in log
    assert "notice_unreadable" in log
    for name in ("schumann", "Schumann", "Leipzig", "4242"):
        assert name not in log


def test_a_fact_is_told_to_the_books_of_the_stage(dynamodb: Any, line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    desk: Desk = bootstrap.payments_desk()
    assert desk.stage == STAGE
    receive(bootstrap.payments_office(), body_of(PAID))
    answer = handler(batch(message_of(notice_in(PAID).key)), Context())
    assert left_of(answer) == ["m0"]  # no such order: nothing is granted
    (item,) = dump(dynamodb, TABLE)
    assert "doneAt" not in item
