"""Runs a state machine of ``infra/state_machines`` over the product's own steps, as Step Functions does: at least once.

It knows what our definitions use: tasks with retries, choices, waits, and a task that waits for its token or its time.
"""

from __future__ import annotations

import collections
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

MACHINES = Path(__file__).resolve().parents[2] / "infra" / "state_machines"
MOST_STATES = 3_000


class Killed(BaseException):
    """The process that ran a step is gone, at once: nothing of ours hears of it."""


def ways_of(definition: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Every way out of every state: by what it leads to next, for whatever reason."""
    for name, state in definition["States"].items():
        following = [state[key] for key in ("Next", "Default") if key in state]
        following += [one["Next"] for one in (*state.get("Choices", ()), *state.get("Catch", ()))]
        yield from ((name, one) for one in following)


class Execution:
    """One execution: where it is, what it has been told, and how many states it has entered."""

    def __init__(self, name: str, asked: Mapping[str, Any], state: str) -> None:
        self.name = name
        self.document: dict[str, Any] = dict(asked)
        self.state = state
        self.token = ""
        self.entered: list[str] = []
        self.outcome = "RUNNING"


class Machine:
    """A state machine, and its executions by name; the desk's ``workflow``. ``went`` counts the ways that they took.

    Args:
        name: of its file.
        step: carries out one task.
        passes: lets seconds pass.
    """

    def __init__(self, name: str, step: Callable[[Mapping[str, Any]], Any], passes: Callable[[int], None]) -> None:
        self.definition = json.loads((MACHINES / f"{name}.json").read_text())
        self.executions: dict[str, Execution] = {}
        self.heard: dict[str, dict[str, Any]] = {}
        self.went: collections.Counter[tuple[str, str]] = collections.Counter()
        self._step = step
        self._passes = passes
        self._tokens = 0

    def start(self, name: str, asked: Mapping[str, Any]) -> None:
        """As the port says."""
        self.executions.setdefault(name, Execution(name, asked, self.definition["StartAt"]))

    def answer(self, token: str, told: dict[str, Any]) -> bool:
        """As the port says: the first answer to a token counts, and only while somebody waits by it."""
        if token in self.heard or not any(one.token == token for one in self.executions.values()):
            return False
        self.heard[token] = told
        return True

    def running(self, name: str) -> bool:
        """As the port says."""
        return name in self.executions and self.executions[name].outcome == "RUNNING"

    def run(self, name: str) -> Execution:
        """Goes on with an execution until it is over, or waits for somebody else."""
        execution = self.executions[name]
        while execution.outcome == "RUNNING":
            if execution.token:
                if execution.token not in self.heard:
                    return execution
                execution.document["told"] = self.heard[execution.token]
                self._go(execution, self._state(execution)["Next"])
            else:
                self._enter(execution)
            assert len(execution.entered) < MOST_STATES, "it runs in a circle"
        return execution

    def time_out(self, name: str) -> Execution:
        """The time limit of the state that waits is over."""
        execution = self.executions[name]
        state = self._state(execution)
        self._passes(state["TimeoutSeconds"])
        [caught] = [one for one in state["Catch"] if one["ErrorEquals"] == ["States.Timeout"]]
        self._go(execution, caught["Next"])
        return self.run(name)

    def _state(self, execution: Execution) -> dict[str, Any]:
        found: dict[str, Any] = self.definition["States"][execution.state]
        return found

    def _go(self, execution: Execution, to: str) -> None:
        self.went[execution.state, to] += 1
        execution.state, execution.token = to, ""

    def _enter(self, execution: Execution) -> None:
        state = self._state(execution)
        execution.entered.append(execution.state)
        if state["Type"] == "Succeed":
            execution.outcome = "SUCCEEDED"
        elif state["Type"] == "Wait":
            self._passes(execution.document["told"]["seconds"])
            self._go(execution, state["Next"])
        elif state["Type"] == "Choice":
            told = execution.document["told"]["outcome"]
            fits = (one["Next"] for one in state["Choices"] if one["StringEquals"] == told)
            self._go(execution, next(fits, state["Default"]))
        else:
            self._task(execution, state)

    def _task(self, execution: Execution, state: Mapping[str, Any]) -> None:
        """Calls the function, and again where it fails or is killed, as often as the state's retrier says.

        A token that was answered has ended the state, whatever becomes of who answered it.
        """
        waits = state["Resource"].endswith(".waitForTaskToken")
        [retrier] = [one for one in state["Retry"] if one["ErrorEquals"] == ["States.ALL"]]
        for attempt in range(retrier["MaxAttempts"] + 1):
            if waits:
                self._tokens += 1
                execution.token = f"token-{self._tokens}"
            try:
                done = self._step(self._payload(execution, state["Parameters"]["Payload"]))
            except Killed:
                if execution.token in self.heard:
                    return
                continue
            except AssertionError:
                raise  # what a test has seen is no fault that is tried again
            except Exception:
                if execution.token in self.heard:
                    return
                if attempt == retrier["MaxAttempts"]:
                    execution.outcome, execution.token = "FAILED", ""
                    raise
                continue
            if not waits:
                selected = state["ResultSelector"].items()
                told = {name.removesuffix(".$"): done[value.removeprefix("$.Payload.")] for name, value in selected}
                execution.document["told"] = told
                self._go(execution, state["Next"])
            return
        execution.outcome, execution.token = "FAILED", ""

    def _payload(self, execution: Execution, template: Mapping[str, Any]) -> dict[str, Any]:
        payload = {}
        for name, value in template.items():
            if value == "$$.Task.Token":
                payload[name.removesuffix(".$")] = execution.token
            elif name.endswith(".$"):
                payload[name.removesuffix(".$")] = execution.document[value.removeprefix("$.")]
            else:
                payload[name] = value
        return payload
