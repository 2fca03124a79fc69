"""Lists of sanctions in Amazon S3, and the workflow in AWS Step Functions."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from cliffhanger.errors import Unavailable
from cliffhanger.kyc.lists import MAX_BYTES

_MISSING = frozenset({"NoSuchKey", "404"})
_NOBODY = frozenset({"TaskDoesNotExist", "TaskTimedOut", "InvalidToken"})
"""What Step Functions says of a token that was used, is too old, or belongs to an execution that is over."""
_STARTED = "ExecutionAlreadyExists"


class ListBucket:
    """The bucket of lists."""

    def __init__(self, client: Any, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def read(self, key: str) -> bytes | None:
        """As :class:`cliffhanger.kyc.editions.Shelf` says; one byte more than a list may have is read, and refused."""
        try:
            answer = self._client.get_object(Bucket=self._bucket, Key=key)
            body: bytes = answer["Body"].read(MAX_BYTES + 1)
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") in _MISSING:
                return None
            raise Unavailable("The bucket of lists does not answer.") from error
        except BotoCoreError as error:
            raise Unavailable("The bucket of lists does not answer.") from error
        return body


class StepFunctions:
    """The workflow, by the ARN of its alias: what is started goes on with the version of that moment."""

    def __init__(self, client: Callable[[], Any], workflow: str) -> None:
        self._client = client
        self._workflow = workflow

    def start(self, person: str, check: int, turn: int) -> None:
        """As :class:`cliffhanger.kyc.ports.Executions` says: a name stands for one execution."""
        told = json.dumps({"person": person, "check": check})
        try:
            self._client().start_execution(stateMachineArn=self._workflow, name=f"{person}-{check}-{turn}", input=told)
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") != _STARTED:
                raise Unavailable("The workflow does not answer.") from error
        except BotoCoreError as error:
            raise Unavailable("The workflow does not answer.") from error

    def answer(self, token: str, outcome: str) -> bool:
        """As :class:`cliffhanger.kyc.ports.Executions` says."""
        try:
            self._client().send_task_success(taskToken=token, output=json.dumps({"outcome": outcome}))
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") in _NOBODY:
                return False
            raise Unavailable("The workflow does not answer.") from error
        except BotoCoreError as error:
            raise Unavailable("The workflow does not answer.") from error
        return True
