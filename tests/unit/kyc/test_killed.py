"""Whoever is killed between any two calls: the check ends as it would have, once, and is told of at least once."""

from __future__ import annotations

import itertools

import pytest

from cliffhanger.errors import CliffhangerError
from cliffhanger.events.envelope import Event
from cliffhanger.kyc.rechecking import sweep
from cliffhanger.kyc.review import decide
from cliffhanger.kyc.service import begin
from tests.support.dynamodb import Call, MemoryDynamoDB, Moment
from tests.unit.kyc.machine import Killed
from tests.unit.kyc.scene import ALIKE, DAY, Scene


class Killer:
    """Kills whoever makes the call of that number, before or after the table has acted."""

    def __init__(self, model: MemoryDynamoDB, at: int, moment: Moment) -> None:
        self.model, self.at, self.moment, self.seen, self.killed = model, at, moment, 0, False
        model.hook = self

    def __call__(self, moment: Moment, _call: Call) -> None:
        if moment is not self.moment:
            return
        self.seen += 1
        if self.seen == self.at:
            self.killed = True
            raise Killed


def lived_through(scene: Scene, act: object) -> None:
    """Does something once more for as long as whoever does it is killed: every caller of ours tries again."""
    assert callable(act)
    for _ in range(4):
        try:
            act()
        except (Killed, CliffhangerError):
            continue
        return
    raise AssertionError("it never came through")


def story(scene: Scene) -> None:
    """A person begins, is verified, may be listed, and a reviewer finds that they are not."""
    lived_through(scene, lambda: begin(scene.desk, "mia", 1))
    lived_through(scene, scene.machine.run)
    scene.provider.who["vs_1"] = ALIKE
    lived_through(scene, lambda: scene.tell("verified"))
    lived_through(scene, scene.machine.run)
    lived_through(
        scene, lambda: decide(scene.desk, "mia", 1, "approve", reason="false_hit", note="Another one.", by="rita")
    )
    lived_through(scene, scene.machine.run)
    scene.now += 2 * DAY
    lived_through(scene, lambda: list(sweep(scene.desk, scene.now + DAY)))
    lived_through(scene, scene.machine.run)


def ended_well(scene: Scene) -> None:
    assert (scene.standing().tier, scene.standing().state) == (1, "verified")
    assert scene.record().check is None
    assert scene.bus.decided == ["approved"]
    ((decision, note),) = scene.desk.store.decisions("mia")
    assert (decision.outcome, decision.by, note) == ("approved", "rita", "Another one.")
    assert list(scene.provider.sessions) == ["vs_1"]


def calls_of_the_story() -> int:
    scene = Scene()
    before = scene.model.calls
    story(scene)
    ended_well(scene)
    return scene.model.calls - before


@pytest.mark.parametrize("moment", [Moment.BEFORE, Moment.AFTER])
def test_a_worker_that_is_killed_at_any_call_of_the_table_changes_nothing_of_the_end(moment: Moment) -> None:
    most = calls_of_the_story()
    assert most > 20
    for at in itertools.count(1):
        scene = Scene()
        killer = Killer(scene.model, at, moment)
        story(scene)
        if not killer.killed:
            break
        ended_well(scene)
    assert at > most // 2


def test_a_worker_that_is_killed_between_telling_and_settling_tells_the_same_event_again() -> None:
    scene = Scene()
    begin(scene.desk, "mia", 1)
    scene.machine.run()
    publish = scene.bus.publish
    killed: list[int] = []

    def told_and_killed(events: list[Event]) -> None:
        publish(events)
        if not killed:
            killed.append(1)
            raise Killed

    scene.bus.publish = told_and_killed  # type: ignore[method-assign]
    scene.tell("verified")
    lived_through(scene, scene.machine.run)
    assert len(scene.bus.told) == 2
    assert len({one["id"] for one in scene.bus.told}) == 1
    assert scene.standing().tier == 1


def test_a_check_whose_execution_was_never_started_is_found_by_the_sweep() -> None:
    scene = Scene()
    start = scene.machine.start

    def killed(*_: object) -> None:
        raise Killed

    scene.machine.start = killed  # type: ignore[method-assign, assignment]
    with pytest.raises(Killed):
        begin(scene.desk, "mia", 1)
    scene.machine.start = start  # type: ignore[method-assign]
    assert list(sweep(scene.desk, scene.now + 1)) == []  # it is given its time
    scene.now += DAY
    assert [(one.person, one.done) for one in sweep(scene.desk, scene.now + DAY)] == [("mia", "gone_on")]
    scene.machine.run()
    scene.tell("verified")
    scene.machine.run()
    assert scene.standing().tier == 1


def test_an_answer_that_the_workflow_did_not_get_is_told_by_the_sweep() -> None:
    scene = Scene()
    begin(scene.desk, "mia", 1)
    scene.machine.run()
    answer = scene.machine.answer
    scene.machine.answer = lambda *_: False  # type: ignore[method-assign]
    scene.tell("verified")
    scene.machine.answer = answer  # type: ignore[method-assign]
    scene.now += DAY
    assert [one.done for one in sweep(scene.desk, scene.now + DAY)] == ["gone_on"]
    scene.machine.run()
    assert scene.standing().tier == 1
