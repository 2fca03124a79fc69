"""Executions of the workflow in AWS Step Functions."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from cliffhanger.errors import Unavailable

STARTED = "ExecutionAlreadyExists"
NOBODY_WAITS = frozenset({"TaskDoesNotExist", "TaskTimedOut", "InvalidToken"})


class StepFunctions:
    """One workflow, by the ARN of its alias; the client is made at the first call."""

    def __init__(self, client: Callable[[], Any], alias: str) -> None:
        self._client = client
        self._alias = alias

    def start(self, name: str, asked: dict[str, str]) -> None:
        """Starts an execution; one of that name that was started before is this one, for ninety days.

        Raises:
            Unavailable: it may or may not have been started; starting it again is harmless.
        """
        try:
            self._client().start_execution(stateMachineArn=self._alias, name=name, input=json.dumps(asked))
        except ClientError as error:
            if _code(error) != STARTED:
                raise Unavailable("The workflow does not start now; try again.") from error
        except BotoCoreError as error:
            raise Unavailable("The workflow does not start now; try again.") from error

    def answer(self, token: str, told: dict[str, Any]) -> bool:
        """Answers the execution that waits by a token; False where nobody waits by it any more.

        Raises:
            Unavailable: it may or may not have heard; answering again is harmless.
        """
        try:
            self._client().send_task_success(taskToken=token, output=json.dumps(told))
        except ClientError as error:
            if _code(error) in NOBODY_WAITS:
                return False
            raise Unavailable("The workflow does not hear now; try again.") from error
        except BotoCoreError as error:
            raise Unavailable("The workflow does not hear now; try again.") from error
        return True

    def running(self, name: str) -> bool:
        """Whether an execution runs.

        Its ARN has no alias, though it was started by one. Source: AWS Step Functions, "Associating executions with a
        state machine version or alias".

        Raises:
            Unavailable: it cannot be told now.
        """
        arn = f"{self._alias.rpartition(':')[0].replace(':stateMachine:', ':execution:')}:{name}"
        try:
            return bool(self._client().describe_execution(executionArn=arn)["status"] == "RUNNING")
        except ClientError as error:
            if _code(error) == "ExecutionDoesNotExist":
                return False
            raise Unavailable("The workflow does not tell now; try again.") from error
        except BotoCoreError as error:
            raise Unavailable("The workflow does not tell now; try again.") from error


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))
