"""Versions of workflows as they were published: each one's definition, what its tasks are given, and what it knows.

``python -m tests.infra.frozen_workflows`` writes the version that ships, where it is a new one. None is ever changed;
one may go once the time limit of its executions has passed since the next was deployed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple, get_args

from cliffhanger.kyc.steps import Outcome as Found
from cliffhanger.payouts.noting import Outcome as Done
from infra.constructs.workflow import MACHINES

FROZEN = Path(__file__).parent / "frozen"
SAMPLES: Mapping[str, Mapping[str, Any]] = {
    "payout": {"person": "cleo", "payout": "one"},
    "kyc": {"person": "mia", "check": 1},
}
"""What an execution is started with."""
ANSWERS: Mapping[str, tuple[str, ...]] = {"payout": get_args(Done), "kyc": get_args(Found)}
"""What the steps that ship may answer."""
TOKEN = "token-of-a-task"


class Frozen(NamedTuple):
    """A published version: ``tasks`` is the input of each state's task, ``answers`` what its choices were made for."""

    workflow: str
    tasks: Mapping[str, Mapping[str, Any]]
    answers: tuple[str, ...]
    definition: Mapping[str, Any]


def shipped(workflow: str) -> Frozen:
    """The version that ships."""
    definition = json.loads((MACHINES / f"{workflow}.json").read_text())
    tasks = {
        state: {name.removesuffix(".$"): _sample(workflow, value) for name, value in payload_of(told).items()}
        for state, told in definition["States"].items()
        if told["Type"] == "Task"
    }
    return Frozen(workflow, tasks, ANSWERS[workflow], definition)


def payload_of(state: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the definition gives a task."""
    found: Mapping[str, Any] = state["Parameters"]["Payload"]
    return found


def _sample(workflow: str, value: str) -> Any:
    if value == "$$.Task.Token":
        return TOKEN
    return SAMPLES[workflow][value.removeprefix("$.")] if value.startswith("$.") else value


def file_of(workflow: str) -> Path:
    """Where the version that ships is frozen: named after its definition's digest, as the version on AWS is."""
    digest = hashlib.sha256((MACHINES / f"{workflow}.json").read_bytes()).hexdigest()[:12]
    return FROZEN / f"{workflow}-{digest}.json"


def read(file: Path) -> Frozen:
    """A frozen version."""
    told = json.loads(file.read_text())
    return Frozen(**{**told, "answers": tuple(told["answers"])})


def freeze() -> None:
    """Writes the versions that ship, where they are not frozen yet."""
    for workflow in SAMPLES:
        if not file_of(workflow).exists():
            file_of(workflow).write_text(json.dumps(shipped(workflow)._asdict(), indent=1) + "\n")


if __name__ == "__main__":
    freeze()
