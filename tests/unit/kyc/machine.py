"""A plain interpreter of as much of the Amazon States Language as ``infra/state_machines/kyc.json`` uses.

What it does not know it refuses, so that a machine which needs more fails here first. Source: the States Language's
specification, and AWS Step Functions, "Wait for a Callback with Task Token".
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from cliffhanger.errors import CliffhangerError

MACHINE: Mapping[str, Any] = json.loads((Path(__file__).parents[3] / "infra/state_machines/kyc.json").read_text())
MOST = 200
Step = Callable[[Mapping[str, Any]], Mapping[str, Any]]


class Killed(BaseException):
    """The worker is gone: nothing of ours sees it."""


class Execution:
    """One execution: where it is, what it knows, and the token that it waits with."""

    def __init__(self, name: str, known: dict[str, Any]) -> None:
        self.name = name
        self.known = known
        self.state = str(MACHINE["StartAt"])
        self.token: str | None = None
        self.over = False
        self.transitions = 0
        self.retries = 0


class Machine:
    """Executions by name, with ``step`` as the Lambda function that their tasks call."""

    def __init__(self, step: Step) -> None:
        self.step = step
        self.executions: dict[str, Execution] = {}
        self.tokens: dict[str, Execution] = {}
        self.answered: list[str] = []

    def start(self, person: str, check: int, turn: int) -> None:
        name = f"{person}-{check}-{turn}"
        if name not in self.executions:
            self.executions[name] = Execution(name, {"person": person, "check": check})

    def answer(self, token: str, outcome: str) -> bool:
        waiting = self.tokens.pop(token, None)
        if waiting is None:
            return False
        self.answered.append(token)
        waiting.token = None
        self._on(waiting, {"told": {"outcome": outcome}})
        return True

    def time_out(self, execution: Execution) -> None:
        """The state's time is over."""
        assert execution.token is not None
        self.tokens.pop(execution.token)
        execution.token = None
        (caught,) = MACHINE["States"][execution.state]["Catch"]
        assert caught["ErrorEquals"] == ["States.Timeout"]
        execution.state = caught["Next"]
        execution.transitions += 1

    def run(self, times: int = MOST) -> int:
        """Lets every execution go on until it waits or is over, or for so many states; how many there were."""
        done = 0
        while done < times:
            ready = [one for one in self.executions.values() if not one.over and one.token is None]
            if not ready:
                return done
            self._enter(ready[0])
            done += 1
            assert done < MOST
        return done

    def _enter(self, execution: Execution) -> None:
        state = MACHINE["States"][execution.state]
        kind = state["Type"]
        if kind == "Succeed":
            execution.over = True
            execution.transitions += 1
        elif kind == "Choice":
            told = execution.known["told"]["outcome"]
            taken = [rule["Next"] for rule in state["Choices"] if rule["StringEquals"] == told]
            assert all(rule["Variable"] == "$.told.outcome" for rule in state["Choices"])
            execution.state = taken[0] if taken else state["Default"]
            execution.transitions += 1
        else:
            assert kind == "Task"
            self._call(execution, state)

    def _call(self, execution: Execution, state: Mapping[str, Any]) -> None:
        waits = state["Resource"].endswith(".waitForTaskToken")
        token = f"token-{execution.name}-{execution.transitions}-{execution.retries}"
        payload = {}
        for key, value in state["Parameters"]["Payload"].items():
            if value == "$$.Task.Token":
                payload[key.removesuffix(".$")] = token
            elif key.endswith(".$"):
                payload[key.removesuffix(".$")] = execution.known[value.removeprefix("$.")]
            else:
                payload[key] = value
        if waits:
            self.tokens[token] = execution
            execution.token = token
        try:
            answer = self.step(payload)
        except (CliffhangerError, Killed):
            # Step Functions has its own copy of the execution: the state is tried again.
            self.tokens.pop(token, None)
            if execution.token == token:
                execution.token = None
            execution.retries += 1
            assert any("States.ALL" in retry["ErrorEquals"] for retry in state["Retry"])
            raise
        if not waits:
            self._on(execution, {"told": {"outcome": answer["outcome"]}})

    def _on(self, execution: Execution, known: Mapping[str, Any]) -> None:
        execution.known |= known
        execution.state = MACHINE["States"][execution.state]["Next"]
        execution.transitions += 1
