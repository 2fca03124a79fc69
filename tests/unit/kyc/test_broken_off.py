"""An execution that breaks off in any of its states: the sweep goes on with the check, and its person is verified once.

To us it is one whether a step has raised too often, no state could catch what happened, its time was over, or an
operator has stopped it. The states are read of the definition, so that a new one is tried as well.
"""

from __future__ import annotations

from typing import Any

import pytest

from cliffhanger.kyc.rechecking import queues, sweep
from cliffhanger.kyc.review import decide
from cliffhanger.kyc.service import begin
from tests.unit.kyc.machine import MACHINE, Execution
from tests.unit.kyc.scene import ALIKE, DAY, Scene

STATES = [name for name, state in MACHINE["States"].items() if state["Type"] != "Succeed"]
STANDS = {
    "OpenSession": "pending",
    "AwaitIdentity": "pending",
    "LookAtSession": "pending",
    "Screen": "pending",
    "AwaitReview": "review",
    "Settle": "review",
    "Where": "pending",
}
"""How the person stands meanwhile: in none of them may anything leave."""


class Stopped(BaseException):
    """The execution has come to the state."""


def goes(scene: Scene, until: str = "") -> None:
    """From the request to what a reviewer has decided, by whatever execution there is."""
    begin(scene.desk, "mia", 1)
    scene.machine.run()
    scene.provider.who["vs_1"] = ALIKE
    if until == "LookAtSession":
        scene.provider.become("vs_1", "verified")
        scene.machine.time_out(scene.execution())
    else:
        scene.tell("verified")
    scene.machine.run()
    decide(scene.desk, "mia", 1, "approve", reason="false_hit", note="", by="rita")
    scene.machine.run()


@pytest.mark.parametrize("done", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("state", STATES)
def test_a_check_whose_execution_breaks_off_in_a_state_is_gone_on_with_and_decided_once(
    monkeypatch: pytest.MonkeyPatch, state: str, *, done: bool
) -> None:
    scene = Scene()
    enter: Any = scene.machine._enter

    def entered(execution: Execution) -> None:
        found = execution.state
        if found == state and done:
            enter(execution)
        if found == state:
            execution.over, execution.token = True, None
            raise Stopped
        enter(execution)

    monkeypatch.setattr(scene.machine, "_enter", entered)
    with pytest.raises(Stopped):
        goes(scene, state)
    monkeypatch.setattr(scene.machine, "_enter", enter)
    if not (state == "Settle" and done):
        stands = "review" if state == "Screen" and done else STANDS[state]
        assert (scene.standing().state, scene.standing().limits) == (stands, {})
    for _ in range(3):
        check = scene.record().check
        if check is not None and check.phase == "identity" and check.session:
            scene.tell("verified")
        if check is not None and check.phase == "review":
            decide(scene.desk, "mia", 1, "approve", reason="false_hit", note="", by="rita")
        scene.now += 2 * DAY
        list(sweep(scene.desk, scene.now + DAY))
        scene.machine.run()
    assert (scene.standing().tier, scene.standing().state) == (1, "verified")
    assert scene.bus.decided == ["approved"]
    assert list(scene.provider.sessions) == ["vs_1"]
    assert queues(scene.desk).oldest_check_ms == 0
