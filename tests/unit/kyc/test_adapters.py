"""What AWS answers, as the workflow and the lists take it."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from cliffhanger.errors import Unavailable
from cliffhanger.kyc.adapters import ListBucket, StepFunctions


class Client:
    def __init__(self, *failures: str | None) -> None:
        self.failures = list(failures)
        self.asked: list[dict[str, Any]] = []

    def _call(self, **asked: Any) -> dict[str, Any]:
        self.asked.append(asked)
        failure = self.failures.pop(0) if self.failures else None
        if failure == "silence":
            raise EndpointConnectionError(endpoint_url="https://states.invalid")
        if failure:
            raise ClientError({"Error": {"Code": failure}}, "Any")
        return {"Body": io.BytesIO(b"{}")}

    start_execution = send_task_success = get_object = _call


def flow(client: Client) -> StepFunctions:
    return StepFunctions(lambda: client, "arn:aws:states:us-east-1:1:stateMachine:kyc:live")


def test_an_execution_is_started_once_by_its_name() -> None:
    client = Client(None, "ExecutionAlreadyExists")
    for _ in range(2):
        flow(client).start("mia", 3, 2)
    assert {asked["name"] for asked in client.asked} == {"mia-3-2"}
    assert json.loads(client.asked[0]["input"]) == {"person": "mia", "check": 3}


@pytest.mark.parametrize("code", ["TaskTimedOut", "TaskDoesNotExist", "InvalidToken"])
def test_a_token_that_nobody_waits_with_is_no_fault(code: str) -> None:
    assert not flow(Client(code)).answer("token", "screening")
    assert flow(Client()).answer("token", "screening")


@pytest.mark.parametrize("failure", ["ThrottlingException", "silence"])
def test_what_may_pass_is_asked_again(failure: str) -> None:
    with pytest.raises(Unavailable):
        flow(Client(failure)).start("mia", 1, 1)
    with pytest.raises(Unavailable):
        flow(Client(failure)).answer("token", "over")
    with pytest.raises(Unavailable):
        ListBucket(Client(failure), "lists").read("lists/a/2026-11-20.json")


def test_a_list_is_read_or_is_not_there() -> None:
    assert ListBucket(Client(), "lists").read("lists/a/2026-11-20.json") == b"{}"
    assert ListBucket(Client("NoSuchKey"), "lists").read("lists/a/2026-11-20.json") is None
