"""Reviewers decide with a reason, never alone on what is strong or much, never on themselves, and leave a record."""

from __future__ import annotations

from typing import Any

import pytest

from cliffhanger.errors import (
    CaseClosed,
    FourEyesRequired,
    ListsMissing,
    NotFound,
    ProviderRejected,
    ValidationFailed,
)
from cliffhanger.kyc.editions import InForce
from cliffhanger.kyc.review import MAX_NOTE_CHARS, REASONS, decide, evidence, waiting
from cliffhanger.kyc.service import begin
from tests.unit.kyc.scene import ALIKE, LISTED, Scene


@pytest.fixture
def scene() -> Scene:
    return Scene()


def case(scene: Scene, who: object = ALIKE, tier: int = 1, person: str = "mia") -> Scene:
    begin(scene.desk, person, 2 if tier == 2 else 1)
    scene.machine.run()
    scene.provider.who[scene.provider.by_key[person, 1]] = who  # type: ignore[assignment]
    scene.tell("verified", person)
    scene.machine.run()
    return scene


def test_one_reviewer_overrules_a_weak_hit(scene: Scene) -> None:
    case(scene)
    decide(scene.desk, "mia", 1, "approve", reason="false_hit", note="", by="rita")
    scene.machine.run()
    assert scene.standing().tier == 1


@pytest.mark.parametrize(("who", "tier"), [(LISTED, 1), (ALIKE._replace(name="Mia Sandoval"), 2)])
def test_what_is_strong_or_allows_much_is_approved_by_two(scene: Scene, who: object, tier: int) -> None:
    case(scene, who, tier)
    for _ in range(2):  # and the same one twice is one
        decide(scene.desk, "mia", 1, "approve", reason="identity_confirmed", note="Seen.", by="rita")
    scene.machine.run()
    assert scene.standing().state == "review"
    decide(scene.desk, "mia", 1, "approve", reason="identity_confirmed", note="Seen too.", by="rolf")
    scene.machine.run()
    assert scene.standing().tier == tier
    decisions = [(one.decision.by, one.decision.final, one.note) for one in scene.desk.store.decisions("mia")]
    assert decisions == [("rolf", True, "Seen too."), ("rita", False, "Seen.")]


@pytest.mark.parametrize("verdict", ["refuse", "again"])
def test_who_has_approved_first_may_still_refuse(scene: Scene, verdict: str) -> None:
    case(scene, LISTED)
    decide(scene.desk, "mia", 1, "approve", reason="false_hit", note="", by="rita")
    asked: Any = verdict
    decide(scene.desk, "mia", 1, asked, reason="identity_doubtful", note="", by="rita")
    scene.machine.run()
    assert scene.standing().tier == 0
    assert scene.bus.decided == ["refused" if verdict == "refuse" else "again"]


def test_nobody_looks_at_or_decides_on_themselves(scene: Scene) -> None:
    case(scene)
    before = scene.record()
    for act in (
        lambda: decide(scene.desk, "mia", 1, "approve", reason="false_hit", note="", by="mia"),
        lambda: decide(scene.desk, "mia", 1, "refuse", reason="listed", note="", by="mia"),
        lambda: evidence(scene.desk, "mia", "mia"),
    ):
        with pytest.raises(FourEyesRequired):
            act()
    assert scene.record() == before


def test_a_decision_that_is_sent_again_is_answered_the_same_and_another_is_refused(scene: Scene) -> None:
    case(scene)
    for _ in range(2):
        decide(scene.desk, "mia", 1, "refuse", reason="listed", note="", by="rita")
    with pytest.raises(CaseClosed):
        decide(scene.desk, "mia", 1, "approve", reason="false_hit", note="", by="rita")
    scene.machine.run()
    assert decide(scene.desk, "mia", 1, "refuse", reason="listed", note="", by="rita").state == "refused"
    for verdict, reason, by in (("approve", "false_hit", "rita"), ("refuse", "listed", "rolf")):
        with pytest.raises(CaseClosed) as caught:
            decide(scene.desk, "mia", 1, verdict, reason=reason, note="", by=by)  # type: ignore[arg-type]
        assert caught.value.members["caseStatus"] == "refused"
    assert len(scene.desk.store.decisions("mia")) == 1


def test_what_does_not_wait_for_a_reviewer_is_not_decided(scene: Scene) -> None:
    with pytest.raises(NotFound):
        decide(scene.desk, "mia", 1, "refuse", reason="listed", note="", by="rita")
    begin(scene.desk, "mia", 1)
    scene.machine.run()
    with pytest.raises(CaseClosed) as caught:
        decide(scene.desk, "mia", 1, "refuse", reason="listed", note="", by="rita")
    assert caught.value.members["caseStatus"] == "identity"
    with pytest.raises(NotFound):
        decide(scene.desk, "mia", 7, "refuse", reason="listed", note="", by="rita")


@pytest.mark.parametrize(
    ("verdict", "reason"),
    [("approve", "listed"), ("refuse", "false_hit"), ("again", "false_hit"), ("approve", "more_needed")],
)
def test_a_reason_belongs_to_its_verdict(scene: Scene, verdict: str, reason: str) -> None:
    case(scene)
    with pytest.raises(ValidationFailed) as caught:
        decide(scene.desk, "mia", 1, verdict, reason=reason, note="", by="rita")  # type: ignore[arg-type]
    assert caught.value.members["where"] == "reason"
    assert all(reasons for reasons in REASONS.values())


@pytest.mark.parametrize("note", ["x" * (MAX_NOTE_CHARS + 1), "a\x00b", "\u202eabc"])
def test_a_note_is_bounded_and_of_plain_text(scene: Scene, note: str) -> None:
    case(scene)
    with pytest.raises(ValidationFailed):
        decide(scene.desk, "mia", 1, "refuse", reason="listed", note=note, by="rita")
    assert scene.record().check is not None


def test_a_reviewer_sees_who_a_person_is_and_who_the_list_names(scene: Scene) -> None:
    case(scene)
    seen = evidence(scene.desk, "mia", "rita")
    assert seen.identity == ALIKE
    assert seen.told
    (listed,) = seen.listed
    assert listed.entry is not None
    assert (listed.entry.id, listed.entry.births) == ("SYN-0004", ("1968-07-19", "1969"))


def test_a_reviewer_is_told_that_the_provider_does_not_answer(scene: Scene) -> None:
    case(scene)
    scene.provider.down = True
    seen = evidence(scene.desk, "mia", "rita")
    assert (seen.identity, seen.told) == (None, False)
    with pytest.raises(NotFound):
        evidence(scene.desk, "noa", "rita")


def test_a_reviewer_whom_the_provider_does_not_understand_still_sees_the_hits(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    case(scene)

    def refuse(_session: str) -> None:
        raise ProviderRejected("No such session.")

    monkeypatch.setattr(scene.provider, "identity", refuse)
    seen = evidence(scene.desk, "mia", "rita")
    assert (seen.identity, seen.told) == (None, False)
    assert [listed.entry.id for listed in seen.listed if listed.entry] == ["SYN-0004"]


@pytest.mark.parametrize("fault", [NotFound("gone"), ValidationFailed("changed")])
def test_a_list_that_cannot_be_read_is_no_fault_of_the_reviewers(scene: Scene, fault: Exception) -> None:
    case(scene)

    def broken() -> InForce:
        raise fault

    with pytest.raises(ListsMissing):
        evidence(scene.desk._replace(lists=broken), "mia", "rita")


def test_a_note_that_was_erased_leaves_its_decision(scene: Scene) -> None:
    """A note may name people: an erasure takes it, and who decided what remains."""
    case(scene)
    decide(scene.desk, "mia", 1, "refuse", reason="listed", note="He has called me.", by="rita")
    key = {"person": {"S": "mia"}, "item": {"S": "note#000001#01"}}
    scene.model.call("DeleteItem", {"TableName": "test-verifications", "Key": key})
    ((decision, note),) = scene.desk.store.decisions("mia")
    assert (decision.by, decision.reason, note) == ("rita", "listed", "")


def test_the_longest_wait_comes_first(scene: Scene) -> None:
    for person in ("ana", "bo", "cy"):
        case(scene, person=person)
        scene.now += 1_000
    assert [one.person for one in waiting(scene.desk, 2)] == ["ana", "bo"]
    last = waiting(scene.desk, 2)[-1]
    assert [one.person for one in waiting(scene.desk, 2, (last.due_at, last.person))] == ["cy"]
