"""The queue is called as botocore's own client would call it."""

from __future__ import annotations

import json
from typing import Any
from unittest import mock

import botocore.session
import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ConnectTimeoutError, ReadTimeoutError

from cliffhanger.errors import Unavailable
from cliffhanger.payments.queue import ATTEMPTS, Queue

URL = "https://sqs.eu-central-1.amazonaws.com/111122223333/test-payments"
SEND = "botocore.httpsession.URLLib3Session.send"


class Raw:
    def stream(self, **_: Any) -> Any:
        yield b"{}"


class Wire:
    """Keeps requests, and answers each with a status or an error."""

    def __init__(self, *answers: int | Exception) -> None:
        self.answers = list(answers)
        self.seen: list[Any] = []

    def __call__(self, request: Any) -> AWSResponse:
        self.seen.append(request)
        answer = self.answers.pop(0) if self.answers else 200
        if isinstance(answer, Exception):
            raise answer
        return AWSResponse(request.url, answer, {"content-type": "application/x-amz-json-1.0"}, Raw())  # type: ignore[arg-type]


@pytest.fixture
def session() -> botocore.session.Session:
    made = botocore.session.get_session()
    made.set_credentials("AKIDEXAMPLE", "secret", "token")
    return made


def text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def told(request: Any) -> tuple[str, str, dict[str, Any]]:
    headers = {name.lower(): text(value) for name, value in request.headers.items()}
    assert headers["content-type"] == "application/x-amz-json-1.0"
    assert headers["x-amz-security-token"] == "token"
    scope = headers["authorization"].partition("Credential=")[2].partition(",")[0]
    assert scope.endswith("/eu-central-1/sqs/aws4_request")
    return request.url, headers["x-amz-target"], json.loads(text(request.body))


def test_both_calls_are_those_of_the_client(session: botocore.session.Session):
    client: Any = session.create_client("sqs", region_name="eu-central-1")
    wire = Wire()
    with mock.patch(SEND, lambda _self, request: wire(request)):
        client.send_message(QueueUrl=URL, MessageBody="one")
        client.change_message_visibility(QueueUrl=URL, ReceiptHandle="AQEB", VisibilityTimeout=20)
        queue = Queue(URL, "eu-central-1", session)
        queue.send("one")
        queue.show_again("AQEB", 20)
    theirs, ours = [told(request) for request in wire.seen[:2]], [told(request) for request in wire.seen[2:]]
    assert ours == theirs


LATE = ReadTimeoutError(endpoint_url=URL)
DEAF = ConnectTimeoutError(endpoint_url=URL)


@pytest.mark.parametrize("first", [500, 503, 403, LATE, DEAF])
def test_what_fails_once_is_tried_again(session: botocore.session.Session, first: int | Exception):
    wire = Wire(first)
    with mock.patch(SEND, lambda _self, request: wire(request)):
        Queue(URL, "eu-central-1", session).send("one")
    assert len(wire.seen) == 2


def test_a_queue_that_does_not_answer_is_unavailable_after_a_bounded_time(session: botocore.session.Session):
    wire = Wire(*[LATE] * 9)
    with mock.patch(SEND, lambda _self, request: wire(request)), pytest.raises(Unavailable):
        Queue(URL, "eu-central-1", session).send("one")
    assert len(wire.seen) == ATTEMPTS


def test_without_credentials_nothing_is_sent():
    session = botocore.session.get_session()
    with (
        mock.patch.object(session, "get_credentials", return_value=None),
        pytest.raises(Exception, match="credentials"),
    ):
        Queue(URL, "eu-central-1", session).send("one")
