"""A newer list finds who is on it among everybody verified; what ends is told before, and ends on its day."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cliffhanger.errors import ListsMissing, NotFound, ProviderRejected, ProviderUnavailable, ValidationFailed
from cliffhanger.kyc import rechecking
from cliffhanger.kyc.domain import midnight_ms
from cliffhanger.kyc.editions import InForce
from cliffhanger.kyc.rechecking import lists_of, queues, sweep
from cliffhanger.kyc.review import decide
from cliffhanger.kyc.service import begin
from cliffhanger.kyc.steps import told
from cliffhanger.kyc.tiers import NOTICE_DAYS
from tests.unit.kyc.scene import DAY, MIA, NOW, Scene


@pytest.fixture
def scene() -> Scene:
    return Scene()


def verified(scene: Scene, *people: str) -> Scene:
    for person in people:
        begin(scene.desk, person, 1)
        scene.machine.run()
        scene.tell("verified", person)
        scene.machine.run()
        assert scene.standing(person).tier == 1
    return scene


def swept(scene: Scene) -> list[tuple[str, str | None]]:
    return [(one.person, one.done) for one in sweep(scene.desk, scene.now + DAY)]


def test_a_newer_list_is_held_against_everybody_once(scene: Scene) -> None:
    verified(scene, "ana", "bo", "cy")
    scene.new_list("Somebody Else Entirely")
    assert sorted(swept(scene)) == [("ana", "cleared"), ("bo", "cleared"), ("cy", "cleared")]
    assert swept(scene) == []
    assert scene.standing("ana").tier == 1


def test_who_is_named_by_a_newer_list_is_stopped_at_once_and_waits_for_a_reviewer(scene: Scene) -> None:
    verified(scene, "mia")
    scene.new_list(MIA.name, MIA.birth_date)
    assert swept(scene) == [("mia", "named")]
    assert scene.standing() == (0, None, "review", {})
    scene.machine.run()
    assert scene.execution(check=2).token is not None
    decide(scene.desk, "mia", 2, "refuse", reason="listed", note="", by="rita")
    scene.machine.run()
    assert scene.standing().state == "refused"
    assert scene.bus.decided == ["approved", "refused"]


def raising(scene: Scene) -> Scene:
    """Verified, and with a check open that would raise the limits."""
    verified(scene, "mia")
    begin(scene.desk, "mia", 2)
    scene.machine.run()
    return scene


def still_processing(_: str) -> None:
    raise ProviderRejected


def in_review(scene: Scene) -> Scene:
    raising(scene)
    scene.tell("verified")
    scene.machine.run()
    check = scene.record().check
    assert (check and check.phase, scene.standing().tier) == ("review", 1)
    return scene


@pytest.mark.parametrize("phase", ["identity", "screening", "review", "decided", "erasing"])
def test_who_is_verified_is_held_against_a_newer_list_whatever_else_is_under_way(
    scene: Scene, phase: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A check that is open for days, and what the provider has yet to erase, hide nobody from a list."""
    raising(scene)
    if phase != "identity":
        scene.tell("canceled" if phase in ("decided", "erasing") else "verified")
    if phase == "erasing":
        monkeypatch.setattr(scene.provider, "erase", still_processing)
    if phase in ("review", "erasing"):
        scene.machine.run()
    under_way = scene.record().check
    assert (under_way.phase if under_way else "erasing", scene.standing().tier) == (phase, 1)
    scene.new_list(MIA.name, MIA.birth_date)
    assert ("mia", "named") in swept(scene)
    assert scene.standing() == (0, None, "review", {})
    scene.machine.run()
    number = scene.record().checks
    decide(scene.desk, "mia", number, "refuse", reason="listed", note="", by="rita")
    scene.machine.run()
    assert (scene.standing().state, scene.bus.decided[-1]) == ("refused", "refused")
    assert all(one.over for one in scene.machine.executions.values())


def test_what_a_check_in_review_was_shown_is_decided_together_with_the_new_hit(scene: Scene) -> None:
    in_review(scene)
    scene.new_list(MIA.name, MIA.birth_date)
    swept(scene)
    scene.machine.run()
    for reviewer in ("rita", "rolf"):
        decide(scene.desk, "mia", 3, "approve", reason="false_hit", note="", by=reviewer)
    scene.machine.run()
    assert (scene.standing().tier, scene.record().session) == (2, "vs_2")
    assert scene.provider.erased == ["vs_1"]


def test_nobody_decides_on_a_hit_that_they_were_not_shown(scene: Scene) -> None:
    in_review(scene)
    decide(scene.desk, "mia", 2, "approve", reason="identity_confirmed", note="", by="rita")
    scene.new_list(MIA.name, MIA.birth_date)
    swept(scene)
    with pytest.raises(NotFound):
        decide(scene.desk, "mia", 2, "approve", reason="identity_confirmed", note="", by="rolf")
    check = scene.record().check
    assert check is not None
    assert (check.first, check.outcome, len(check.hits)) == ("", "", 1)


def test_what_was_begun_makes_way_for_the_hit_and_is_erased(scene: Scene) -> None:
    raising(scene)
    scene.new_list(MIA.name, MIA.birth_date)
    swept(scene)
    assert (scene.provider.erased, scene.record().erase) == (["vs_2"], ())
    assert told(scene.desk, scene.provider.sessions["vs_2"]._replace(person="mia", check=2)) == "late"
    scene.machine.run()
    for reviewer in ("rita", "rolf"):
        decide(scene.desk, "mia", 3, "approve", reason="false_hit", note="", by=reviewer)
    scene.machine.run()
    assert (scene.standing().tier, scene.record().session) == (1, "vs_1")


def test_a_hit_that_waits_for_a_reviewer_is_not_put_anew_by_each_newer_list(scene: Scene) -> None:
    verified(scene, "mia")
    scene.new_list(MIA.name)
    assert swept(scene) == [("mia", "named")]
    assert swept(scene) == []
    was = scene.record().check
    scene.edition += 1
    assert swept(scene) == [("mia", "cleared")]
    assert scene.record().check == was


def test_who_is_not_verified_yet_is_screened_by_their_own_check(scene: Scene) -> None:
    begin(scene.desk, "mia", 1)
    scene.machine.run()
    scene.new_list(MIA.name, MIA.birth_date)
    assert swept(scene) == []


def test_a_false_hit_is_not_asked_of_again_with_each_newer_list(scene: Scene) -> None:
    verified(scene, "mia")
    scene.new_list(MIA.name)
    swept(scene)
    scene.machine.run()
    decide(scene.desk, "mia", 2, "approve", reason="false_hit", note="", by="rita")
    decide(scene.desk, "mia", 2, "approve", reason="false_hit", note="", by="rolf")
    scene.machine.run()
    assert scene.standing().tier == 1
    scene.edition += 1
    assert swept(scene) == [("mia", "cleared")]


def test_a_hit_that_has_become_stronger_is_asked_of_again(scene: Scene) -> None:
    verified(scene, "mia")
    scene.new_list("Mia Sandowal")
    swept(scene)
    scene.machine.run()
    for reviewer in ("rita", "rolf"):
        check = scene.record().check
        if check is not None and not check.outcome:
            decide(scene.desk, "mia", 2, "approve", reason="false_hit", note="", by=reviewer)
    scene.machine.run()
    scene.new_list("Mia Sandoval", MIA.birth_date)
    assert swept(scene) == [("mia", "named")]


def test_a_sweep_that_breaks_off_is_gone_on_with(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rechecking, "PAGE", 2)
    people = ["ana", "bo", "cy", "di", "ed"]
    verified(scene, *people)
    scene.new_list("Somebody Else Entirely")
    first = []
    for one in sweep(scene.desk, scene.now + DAY):
        first.append(one.person)
        if len(first) == 3:
            break
    assert sorted(first + [person for person, _ in swept(scene)]) == people


def test_a_sweep_ends_when_its_time_is_over(scene: Scene) -> None:
    verified(scene, "ana", "bo")
    scene.new_list("Somebody Else Entirely")
    assert list(sweep(scene.desk, scene.now)) == []
    assert len(swept(scene)) == 2


def test_who_cannot_be_asked_of_now_is_left_for_the_next_sweep(scene: Scene) -> None:
    verified(scene, "ana", "bo")
    scene.new_list("Somebody Else Entirely")
    scene.provider.down = True
    left = list(sweep(scene.desk, scene.now + DAY))
    assert [type(one.error) for one in left] == [ProviderUnavailable] * 2
    scene.provider.down = False
    assert [done for _, done in swept(scene)] == ["cleared"] * 2


def test_who_was_erased_at_the_provider_is_verified_no_more(scene: Scene) -> None:
    verified(scene, "mia")
    scene.provider.who["vs_1"] = None
    scene.new_list("Somebody Else Entirely")
    assert swept(scene) == [("mia", "gone")]
    assert scene.standing().tier == 0
    assert scene.bus.decided == ["approved", "expired"]


def test_who_is_verified_no_more_is_kept_by_the_provider_no_longer(scene: Scene) -> None:
    verified(scene, "mia")
    scene.now = midnight_ms(scene.record().until)
    scene.provider.down = True
    first, *_ = sweep(scene.desk, scene.now + DAY)
    assert type(first.error) is ProviderUnavailable
    assert (scene.standing().state, scene.provider.erased) == ("expired", [])
    scene.provider.down = False
    assert swept(scene) == [("mia", "erased")]
    assert (scene.provider.erased, swept(scene)) == (["vs_1"], [])
    assert scene.bus.decided == ["approved", "expired"]


def test_notice_is_given_once_before_the_end_and_the_end_on_its_day(scene: Scene) -> None:
    verified(scene, "mia")
    ends = midnight_ms(scene.record().until)
    scene.now = ends - NOTICE_DAYS * DAY - 1
    assert swept(scene) == []
    scene.now += 1
    assert swept(scene) == [("mia", "notified")]
    assert swept(scene) == []
    assert [one["type"] for one in scene.bus.told] == ["VerificationDecided", "VerificationExpiring"]
    assert scene.standing().tier == 1
    scene.now = ends
    assert scene.standing().state == "expired"  # whether a sweep has come or not
    assert swept(scene) == [("mia", "ended")]
    assert scene.standing().state == "expired"
    assert scene.bus.decided == ["approved", "expired"]


def test_who_verifies_anew_before_the_end_goes_on_without_a_gap(scene: Scene) -> None:
    verified(scene, "mia")
    scene.now = midnight_ms(scene.record().until) - DAY
    begin(scene.desk, "mia", 1)
    scene.machine.run()
    assert scene.standing().tier == 1
    scene.tell("verified")
    scene.machine.run()
    assert scene.standing().tier == 1
    assert midnight_ms(scene.record().until) > scene.now + 700 * DAY


def test_how_long_reviewers_are_waited_for_is_measured(scene: Scene) -> None:
    assert queues(scene.desk) == (0, 0, 0)
    verified(scene, "mia")
    begin(scene.desk, "noa", 1)
    scene.machine.run()
    scene.new_list(MIA.name)
    swept(scene)
    scene.now += DAY
    assert queues(scene.desk) == (1, DAY, DAY)
    assert scene.now == NOW + DAY


def missing() -> InForce:
    raise ListsMissing


def broken() -> InForce:
    raise ValidationFailed("What is kept there is not what came into force.")


@pytest.mark.parametrize(("lists", "error"), [(missing, ListsMissing), (broken, ValidationFailed)])
def test_while_no_list_is_in_force_checks_wait_and_what_else_is_due_is_done(
    scene: Scene, lists: Callable[[], InForce], error: type[Exception]
) -> None:
    """Nor is the sweep broken off, or nothing would be measured of what it waits for."""
    verified(scene, "ana")
    begin(scene.desk, "mia", 1)
    scene.machine.run()
    scene.tell("verified")
    known, scene.desk = scene.desk, scene.desk._replace(lists=lists)
    with pytest.raises(error):
        scene.machine.run()
    scene.now = midnight_ms(scene.record("ana").until)
    assert ("ana", "ended") in swept(scene)
    assert (scene.standing().tier, lists_of(scene.desk).there) == (0, False)
    scene.desk = known
    scene.machine.run()
    assert scene.standing().tier == 1


def test_the_age_of_the_oldest_real_list_is_measured(scene: Scene) -> None:
    assert lists_of(scene.desk) == (True, 0)  # the one that ships grows not old
    scene.new_list("Somebody Else Entirely")
    scene.now = midnight_ms("2026-12-01") + 9 * DAY
    assert lists_of(scene.desk) == (True, 9 * DAY)
