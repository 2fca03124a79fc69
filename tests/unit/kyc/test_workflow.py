"""A check from its beginning to what then stands, whatever is told twice, late, by strangers, or never."""

from __future__ import annotations

import pytest

from cliffhanger.errors import ProviderUnavailable
from cliffhanger.kyc.domain import Verification
from cliffhanger.kyc.rechecking import queues, sweep
from cliffhanger.kyc.review import decide
from cliffhanger.kyc.service import begin, shown
from cliffhanger.kyc.steps import SESSION_DAYS, told
from cliffhanger.payments.identities import Session
from tests.unit.kyc.scene import ALIKE, DAY, LISTED, Scene


@pytest.fixture
def scene() -> Scene:
    return Scene()


def waiting(scene: Scene, tier: int = 1) -> Scene:
    """A check whose session is open and whose execution waits for it."""
    begin(scene.desk, "mia", 2 if tier == 2 else 1)
    scene.machine.run()
    return scene


def in_review(scene: Scene, tier: int = 1) -> Scene:
    waiting(scene, tier)
    scene.provider.who["vs_1"] = ALIKE
    scene.tell("verified")
    scene.machine.run()
    return scene


def test_a_person_is_verified_and_it_is_told(scene: Scene) -> None:
    first = begin(scene.desk, "mia", 1)
    assert first.session is not None
    assert first.session.url == "https://verify.example/vs_1"
    assert scene.standing().state == "pending"
    scene.machine.run()
    assert scene.tell("verified") == "verified"
    scene.machine.run()
    assert (scene.standing().tier, scene.standing().state) == (1, "verified")
    assert scene.execution().over
    assert scene.bus.decided == ["approved"]
    ((decision, _),) = scene.desk.store.decisions("mia")
    assert (decision.by, decision.reason, decision.outcome) == ("policy", "clear", "approved")


def test_a_check_takes_eight_transitions(scene: Scene) -> None:
    waiting(scene)
    scene.tell("verified")
    scene.machine.run()
    assert scene.execution().transitions == 8


def test_asking_twice_is_one_check_one_session_and_one_execution(scene: Scene) -> None:
    one, other = begin(scene.desk, "mia", 1), begin(scene.desk, "mia", 2)
    scene.machine.run()
    assert one.session == other.session
    assert list(scene.machine.executions) == ["mia-1-1"]
    assert list(scene.provider.sessions) == ["vs_1"]


def test_where_the_provider_is_down_at_first_the_workflow_opens_the_session(scene: Scene) -> None:
    scene.provider.down = True
    assert begin(scene.desk, "mia", 1).session is None
    with pytest.raises(ProviderUnavailable):
        scene.machine.run()
    scene.provider.down = False
    scene.machine.run()
    after = shown(scene.desk, "mia").session
    assert after is not None
    assert after.session == "vs_1"


def test_a_session_whose_reply_was_lost_is_found_again_and_not_made_twice(scene: Scene) -> None:
    scene.provider.lose_reply = True
    assert begin(scene.desk, "mia", 1).session is None
    scene.machine.run()
    assert list(scene.provider.sessions) == ["vs_1"]
    scene.tell("verified")
    scene.machine.run()
    assert scene.standing().tier == 1


def test_what_is_told_before_our_own_call_has_returned_is_kept(scene: Scene) -> None:
    scene.provider.lose_reply = True
    begin(scene.desk, "mia", 1)
    assert scene.record().check is not None
    assert scene.tell("verified") == "verified"  # the record knows no session yet
    scene.machine.run()
    assert scene.standing().tier == 1
    assert scene.machine.answered == []  # nobody waited


def test_what_is_told_between_two_steps_lets_the_execution_go_straight_on(scene: Scene) -> None:
    begin(scene.desk, "mia", 1)
    scene.machine.run(1)
    scene.tell("verified")
    scene.machine.run()
    assert scene.standing().tier == 1


def test_what_is_told_twice_counts_once(scene: Scene) -> None:
    waiting(scene)
    assert [scene.tell("verified") for _ in range(3)] == ["verified"] * 3
    scene.machine.run()
    assert scene.tell("verified") == "late"
    assert len(scene.machine.answered) == 1
    assert scene.bus.decided == ["approved"]
    assert len(scene.desk.store.decisions("mia")) == 1


def test_a_token_is_used_once_and_then_kept_no_more(scene: Scene) -> None:
    waiting(scene)
    token = scene.execution().token
    assert token is not None
    scene.tell("verified")
    assert scene.record().check is not None
    assert not scene.machine.answer(token, "decided")
    scene.machine.run()
    assert scene.standing().tier == 1


def test_what_is_told_late_of_an_earlier_check_changes_nothing(scene: Scene) -> None:
    waiting(scene)
    scene.tell("canceled")
    scene.machine.run()
    begin(scene.desk, "mia", 1)
    scene.machine.run()
    before = scene.record()
    assert told(scene.desk, Session("vs_1", "mia", 1, "verified")) == "late"
    assert scene.record() == before


@pytest.mark.parametrize(
    "stranger",
    [
        Session("vs_9", "mia", 1, "verified"),
        Session("vs_1", "noa", 1, "verified"),
    ],
)
def test_what_is_told_of_strangers_changes_nothing(scene: Scene, stranger: Session) -> None:
    waiting(scene)
    before = scene.record()
    assert told(scene.desk, stranger) == "foreign"
    assert scene.record() == before


def test_a_person_whose_document_did_not_do_is_told_why_and_tries_again(scene: Scene) -> None:
    waiting(scene)
    assert scene.tell("open", code="document_expired") == "noted"
    check = scene.record().check
    assert check is not None
    assert check.code == "document_expired"
    assert scene.execution().token is not None
    scene.tell("verified")
    scene.machine.run()
    assert scene.standing().tier == 1


@pytest.mark.parametrize(("status", "outcome"), [("canceled", "canceled"), ("gone", "gone")])
def test_a_session_that_is_over_verifies_nobody(scene: Scene, status: str, outcome: str) -> None:
    waiting(scene)
    scene.provider.become("vs_1", "canceled" if status == "canceled" else "gone")
    scene.machine.time_out(scene.execution())  # a notice of what was erased names nobody
    scene.machine.run()
    assert scene.standing() == (0, None, "none", {})
    assert scene.bus.decided == [outcome]
    assert scene.execution().over


def test_a_provider_that_tells_nothing_is_asked_and_its_answer_taken(scene: Scene) -> None:
    waiting(scene)
    scene.provider.become("vs_1", "verified")  # and the notice is lost
    scene.now += DAY // 2
    scene.machine.time_out(scene.execution())
    scene.machine.run()
    assert scene.standing().tier == 1


def test_a_session_that_nobody_finishes_is_given_up_after_a_week(scene: Scene) -> None:
    waiting(scene)
    for _ in range(2 * SESSION_DAYS):
        scene.now += DAY // 2
        scene.machine.time_out(scene.execution())
        scene.machine.run()
    assert scene.execution().over
    assert "cancel" in scene.provider.calls
    assert scene.provider.erased == ["vs_1"]
    assert scene.bus.decided == ["unfinished"]
    assert scene.standing().state == "none"


def test_a_session_that_is_finished_at_the_last_moment_counts(scene: Scene) -> None:
    waiting(scene)
    scene.now += SESSION_DAYS * DAY
    cancel = scene.provider.cancel

    def too_late(session: str) -> None:
        scene.provider.become(session, "verified")
        cancel(session)

    scene.provider.cancel = too_late  # type: ignore[method-assign]
    scene.machine.time_out(scene.execution())
    scene.machine.run()
    assert scene.standing().tier == 1


def test_who_may_be_listed_waits_for_a_reviewer_and_may_take_nothing_out(scene: Scene) -> None:
    in_review(scene)
    check = scene.record().check
    assert check is not None
    assert [hit.entry for hit in check.hits] == ["SYN-0004"]
    assert (scene.standing().tier, scene.standing().state) == (0, "review")
    assert scene.execution().token is not None
    decide(scene.desk, "mia", 1, "approve", reason="false_hit", note="Another Esteban.", by="rita")
    scene.machine.run()
    assert scene.standing().tier == 1
    assert scene.bus.decided == ["approved"]


def test_who_is_listed_is_refused_by_a_reviewer_and_never_by_the_machine(scene: Scene) -> None:
    waiting(scene)
    scene.provider.who["vs_1"] = LISTED
    scene.tell("verified")
    scene.machine.run()
    assert scene.standing().state == "review"
    decide(scene.desk, "mia", 1, "refuse", reason="listed", note="", by="rita")
    scene.machine.run()
    assert scene.standing().state == "refused"
    assert scene.bus.decided == ["refused"]


def test_the_second_tier_is_always_looked_at(scene: Scene) -> None:
    waiting(scene, tier=2)
    scene.tell("verified")
    scene.machine.run()
    check = scene.record().check
    assert check is not None
    assert (check.phase, check.reason, check.hits) == ("review", "enhanced", ())


def test_a_person_whose_name_cannot_be_compared_is_looked_at(scene: Scene) -> None:
    waiting(scene)
    scene.provider.who["vs_1"] = ALIKE._replace(name="李小龍")
    scene.tell("verified")
    scene.machine.run()
    check = scene.record().check
    assert check is not None
    assert (check.phase, check.reason) == ("review", "name_unreadable")


def test_a_person_whose_identity_was_erased_before_the_screening_is_not_verified(scene: Scene) -> None:
    waiting(scene)
    scene.provider.who["vs_1"] = None
    scene.tell("verified")
    scene.machine.run()
    assert scene.standing().state == "none"
    assert scene.bus.decided == ["gone"]


def test_a_review_that_takes_longer_than_its_state_waits_on(scene: Scene) -> None:
    in_review(scene)
    token = scene.execution().token
    scene.now += 30 * DAY
    scene.machine.time_out(scene.execution())
    scene.machine.run()
    assert scene.execution().token not in (None, token)
    decide(scene.desk, "mia", 1, "again", reason="more_needed", note="", by="rita")
    scene.machine.run()
    assert scene.execution().over
    assert scene.standing().state == "none"


def test_a_decision_that_comes_before_the_execution_waits_is_found_by_it(scene: Scene) -> None:
    waiting(scene)
    scene.provider.who["vs_1"] = ALIKE
    scene.tell("verified")
    scene.machine.run(2)  # Where, Screen: in review, and nobody waits yet
    decide(scene.desk, "mia", 1, "approve", reason="false_hit", note="", by="rita")
    scene.machine.run()
    assert scene.standing().tier == 1


def test_an_execution_that_another_has_followed_ends_by_itself(scene: Scene) -> None:
    waiting(scene)
    scene.machine.start("mia", 1, 2)
    scene.machine.run()
    scene.tell("verified")
    scene.machine.run()
    assert scene.execution(turn=2).over
    assert scene.standing().tier == 1
    scene.machine.time_out(scene.execution(turn=1))
    scene.machine.run()
    assert scene.execution(turn=1).over
    assert scene.bus.decided == ["approved"]


def test_no_name_and_no_date_of_birth_is_kept(scene: Scene) -> None:
    in_review(scene)
    decide(scene.desk, "mia", 1, "approve", reason="false_hit", note="", by="rita")
    scene.machine.run()
    kept = str(scene.model.call("Scan", {"TableName": "test-verifications"}))
    for word in (*ALIKE.name.split(), ALIKE.birth_date, "verify.example"):
        assert word.lower() not in kept.lower()
    told_of = str(scene.bus.told)
    assert "SYN-0004" not in told_of
    assert ALIKE.name not in told_of


def test_a_record_without_a_check_has_nothing_to_open(scene: Scene) -> None:
    scene.desk.store.put(Verification("mia", 1))
    assert shown(scene.desk, "mia").session is None
    assert shown(scene.desk, "noa").session is None


def test_what_was_shown_before_is_erased_once_the_newer_verification_stands(scene: Scene) -> None:
    for erased in ([], ["vs_1"]):  # newer lists are held against the name in the one that stands
        waiting(scene)
        scene.tell("verified")
        scene.machine.run()
        assert scene.provider.erased == erased
    assert (scene.record().session, scene.record().erase) == ("vs_2", ())


def test_who_is_asked_to_verify_anew_is_erased_and_who_is_refused_is_kept(scene: Scene) -> None:
    in_review(scene)
    decide(scene.desk, "mia", 1, "again", reason="document_doubtful", note="", by="rita")
    scene.machine.run()
    assert scene.provider.erased == ["vs_1"]
    begin(scene.desk, "mia", 1)
    scene.machine.run()
    scene.provider.who["vs_2"] = ALIKE
    scene.tell("verified")
    scene.machine.run()
    decide(scene.desk, "mia", 2, "refuse", reason="listed", note="", by="rita")
    scene.machine.run()
    assert scene.provider.erased == ["vs_1"]


def test_a_provider_that_is_down_holds_no_decision_up_and_is_asked_again_until_it_has_erased(scene: Scene) -> None:
    in_review(scene)
    decide(scene.desk, "mia", 1, "again", reason="document_doubtful", note="", by="rita")
    scene.provider.down = True
    scene.machine.run()
    assert (scene.execution().over, scene.record().erase) == (True, ("vs_1",))
    scene.now += DAY
    assert queues(scene.desk).oldest_check_ms == DAY
    assert [type(one.error) for one in sweep(scene.desk, scene.now + DAY)] == [ProviderUnavailable]
    scene.provider.down = False
    assert [one.done for one in sweep(scene.desk, scene.now + DAY)] == ["erased"]
    assert (scene.provider.erased, scene.record().queue) == (["vs_1"], None)
    assert list(sweep(scene.desk, scene.now + DAY)) == []
