"""A new version deploys while executions of older ones are in flight: the steps that ship carry out their tasks.

An execution goes on for up to thirty days, or a year, with the definition that it was started with, and calls the
function that is there by then.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from cliffhanger.kyc.review import decide
from cliffhanger.kyc.service import begin
from functions.disburse.handler import handler as disburse
from functions.verify.handler import handler as verify
from tests.infra.frozen_workflows import ANSWERS, FROZEN, SAMPLES, TOKEN, Frozen, file_of, read, shipped
from tests.support.adapters import replace_in_bootstrap
from tests.support.http import SETTINGS
from tests.support.payouts import House
from tests.unit.kyc import machine
from tests.unit.kyc.scene import ALIKE, Scene

VERSIONS = {file.stem: read(file) for file in sorted(FROZEN.glob("*.json"))}
Tasks = list[tuple[str, str]]


class Reached(BaseException):
    """An execution is about to have its task done."""


def tasks_of(workflow: str) -> Tasks:
    found = {name: version for name, version in VERSIONS.items() if version.workflow == workflow}
    return [(name, state) for name, version in found.items() for state in version.tasks]


@pytest.fixture(autouse=True)
def settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SETTINGS.items():
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize("workflow", SAMPLES)
def test_every_version_that_ships_is_frozen(workflow: str) -> None:
    file = file_of(workflow)
    assert file.exists(), "the definition is a new version: freeze it by python -m tests.infra.frozen_workflows"
    frozen, ships = read(file), shipped(workflow)
    assert (frozen.definition, frozen.tasks) == (ships.definition, ships.tasks), "a version is never changed"


@pytest.mark.parametrize("version", VERSIONS)
def test_no_step_answers_what_an_older_version_was_not_made_for(version: str) -> None:
    """Its choices would take that for their default, and end."""
    frozen = VERSIONS[version]
    assert set(ANSWERS[frozen.workflow]) <= set(frozen.answers)


def check_answer(frozen: Frozen, state: str, answer: Mapping[str, Any]) -> None:
    """What a state reads of an answer is there, and is one that its version was made for."""
    read_of_it = frozen.definition["States"][state].get("ResultSelector", {}).values()
    assert {way.removeprefix("$.Payload.") for way in read_of_it} <= set(answer)
    assert answer["outcome"] in frozen.answers


# --- payouts ---------------------------------------------------------------------------------------------------------


class PayoutInFlight(House):
    """A payout under a frozen version, up to a state's task."""

    def __init__(self, frozen: Frozen, until: str) -> None:
        super().__init__()
        self.frozen, self.until = frozen, until
        self.machine.definition = dict(frozen.definition)
        self.earn(50_000)

    def step(self, task: Mapping[str, Any]) -> dict[str, Any]:
        """The task function, by its handler."""
        if task["step"] == self.until:
            raise Reached
        return disburse(dict(task), None)

    def goes(self, ends: str) -> None:
        """From the request to where the bank has taken it, or has not."""
        self.ask(20_000)
        self.bank.end(self.payout().sent, ends, "account_closed" if ends == "failed" else "")
        self.hear()
        self.go_on()


PAYOUT_AFTER = {
    "admit": ("requested", "held"),
    "send": ("held", "sending"),
    "pay": ("sending", "inTransit"),
    "close": ("inTransit", "paid"),
    "bring_back": ("inTransit", "failed"),
}
"""Where a payout is before and after each of its steps."""


@pytest.mark.parametrize(("version", "state"), tasks_of("payout"))
def test_a_payout_in_flight_goes_on_from_each_of_its_states(
    version: str, state: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    frozen = VERSIONS[version]
    task = frozen.tasks[state]
    house = PayoutInFlight(frozen, task["step"])
    replace_in_bootstrap(monkeypatch, "payout_desk", lambda: house.desk)
    with pytest.raises(Reached):
        house.goes("failed" if task["step"] == "bring_back" else "paid")
    before, after = PAYOUT_AFTER[task["step"]]
    assert house.payout().status == before
    check_answer(frozen, state, disburse(dict(task), None))
    assert house.payout().status == after
    assert house.payout().token == (TOKEN if "token" in task else "")


# --- verification ----------------------------------------------------------------------------------------------------


class CheckInFlight(Scene):
    """A check under a frozen version, up to a state's task."""

    def __init__(self, frozen: Frozen, until: str, monkeypatch: pytest.MonkeyPatch) -> None:
        super().__init__()
        self.until = until
        monkeypatch.setattr(machine, "MACHINE", frozen.definition)
        replace_in_bootstrap(monkeypatch, "verification_desk", lambda: self.desk)

    def step(self, payload: Mapping[str, Any]) -> Mapping[str, Any]:
        """The task function, by its handler."""
        if payload["step"] == self.until:
            raise Reached
        return verify(dict(payload), None)

    def goes(self) -> None:
        """From the session, of which nothing is told in time where that is looked at, to what a reviewer decides."""
        begin(self.desk, "mia", 1)
        self.machine.run()
        self.provider.who["vs_1"] = ALIKE
        if self.until == "look":
            self.provider.become("vs_1", "verified")
            self.machine.time_out(self.execution())
        else:
            self.tell("verified")
        self.machine.run()
        decide(self.desk, "mia", 1, "approve", reason="false_hit", note="", by="rita")
        self.machine.run()


CHECK_AFTER = {
    "open": "identity",
    "await_identity": "identity",
    "look": "screening",
    "screen": "review",
    "await_review": "review",
    "settle": "over",
}
"""What each step answers."""


@pytest.mark.parametrize(("version", "state"), tasks_of("kyc"))
def test_a_check_in_flight_goes_on_from_each_of_its_states(
    version: str, state: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    frozen = VERSIONS[version]
    task = frozen.tasks[state]
    scene = CheckInFlight(frozen, task["step"], monkeypatch)
    with pytest.raises(Reached):
        scene.goes()
    answer = verify(dict(task), None)
    check_answer(frozen, state, answer)
    assert answer["outcome"] == CHECK_AFTER[task["step"]]
    check = scene.record().check
    assert (check.token if check else "") == (TOKEN if "token" in task else "")
