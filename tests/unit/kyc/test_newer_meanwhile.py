"""Whoever a newer list names while a check waits for its reviewers is not verified by what they were shown before."""

from __future__ import annotations

import pytest

from cliffhanger.errors import CaseClosed, ListsMissing, NotFound
from cliffhanger.kyc.editions import InForce
from cliffhanger.kyc.rechecking import sweep
from cliffhanger.kyc.review import decide
from cliffhanger.kyc.service import begin
from tests.unit.kyc.scene import DAY, MIA, Scene


@pytest.fixture
def scene() -> Scene:
    """Somebody whose second tier waits for two reviewers."""
    made = Scene()
    begin(made.desk, "mia", 2)
    made.machine.run()
    made.tell("verified")
    made.machine.run()
    return made


def approve(
    scene: Scene, check: int, reason: str = "identity_confirmed", by: tuple[str, ...] = ("rita", "rolf")
) -> None:
    for reviewer in by:
        decide(scene.desk, "mia", check, "approve", reason=reason, note="", by=reviewer)  # type: ignore[arg-type]
    scene.machine.run()


def test_a_hit_of_a_newer_list_is_shown_to_the_reviewers_before_anything_stands(scene: Scene) -> None:
    """Else money could leave until the sweep has come to them: the list that names them had been in force for days."""
    scene.new_list(MIA.name, MIA.birth_date)
    approve(scene, 1)
    assert (scene.standing(), scene.bus.decided) == ((0, None, "review", {}), [])
    check = scene.record().check
    assert check is not None
    assert (check.number, check.phase, check.first, check.outcome, check.edition) == (2, "review", "", "", 2)
    assert [hit.entry for hit in check.hits] == ["F-1"]
    assert all(one.over for name, one in scene.machine.executions.items() if name == "mia-1-1")
    with pytest.raises((CaseClosed, NotFound)):
        decide(scene.desk, "mia", 1, "refuse", reason="listed", note="", by="rita")
    approve(scene, 2, "false_hit")
    assert (scene.standing().tier, scene.record().edition, scene.bus.decided) == (2, 2, ["approved"])
    assert [one.done for one in sweep(scene.desk, scene.now + DAY)] == []


def test_one_of_whom_it_tells_nothing_new_stands_as_decided(scene: Scene) -> None:
    scene.new_list("Somebody Else Entirely")
    approve(scene, 1)
    assert (scene.standing().tier, scene.bus.decided) == (2, ["approved"])


def test_who_was_refused_is_held_against_nothing_more(scene: Scene) -> None:
    scene.new_list(MIA.name, MIA.birth_date)
    asked = scene.provider.calls.count("identity")
    decide(scene.desk, "mia", 1, "refuse", reason="document_doubtful", note="", by="rita")
    scene.machine.run()
    assert (scene.standing().state, scene.provider.calls.count("identity")) == ("refused", asked)


def test_while_the_lists_in_force_cannot_be_read_nothing_comes_to_stand(scene: Scene) -> None:
    def missing() -> InForce:
        raise ListsMissing

    known, scene.desk = scene.desk, scene.desk._replace(lists=missing)
    with pytest.raises(ListsMissing):
        approve(scene, 1)
    assert scene.standing().tier == 0
    scene.desk = known
    scene.machine.run()
    assert scene.standing().tier == 2


def test_whose_execution_was_not_started_is_decided_all_the_same(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker is killed right after the check was put before the reviewers anew."""
    scene.new_list(MIA.name, MIA.birth_date)
    with monkeypatch.context() as killed:
        killed.setattr(scene.machine, "start", lambda *_: None)
        approve(scene, 1)
    decide(scene.desk, "mia", 2, "refuse", reason="listed", note="", by="rita")
    scene.now += DAY
    assert ("mia", "gone_on") in [(one.person, one.done) for one in sweep(scene.desk, scene.now + DAY)]
    scene.machine.run()
    assert (scene.standing().state, scene.bus.decided) == ("refused", ["refused"])
