"""Creators begin to be verified, reviewers decide, operators put lists in force: over HTTP."""

from __future__ import annotations

import io
import json
import time
from typing import Any

import pytest

from cliffhanger import bootstrap
from cliffhanger.errors import Unavailable
from cliffhanger.kyc.adapters import ListBucket
from cliffhanger.kyc.desk import Desk
from functions.kyc.handler import handler
from functions.recheck import handler as recheck
from functions.verify import handler as verify
from tests.support.adapters import replace_in_bootstrap
from tests.support.http import access_token, body_of, event
from tests.unit.kyc.machine import Machine
from tests.unit.kyc.scene import ALIKE, Scene

OWN = "/v1/creator/verification"
REVIEWS, REVIEW = "/v1/reviews", "/v1/reviews/{reviewId}"
SANCTIONS = "/v1/support/sanctions"
NOTE = "Somebody has told me that he is called otherwise."


def ask(
    method: str, path: str, who: str = "mia", group: str = "creator", name: str | None = None, **more: Any
) -> tuple[int, Any]:
    names = None if name is None else {"reviewId": name}
    signed_in_at = int(time.time()) - more.pop("age_s", 60)
    token = access_token(who, groups=(group,) if group else (), auth_time=signed_in_at)
    answer = handler(event(method, "/", route=f"{method} {path}", path_parameters=names, token=token, **more), None)
    return answer["statusCode"], body_of(answer)


@pytest.fixture
def scene(dynamodb: Any, monkeypatch: pytest.MonkeyPatch) -> Scene:
    """A desk over the table of the test, with a provider and a workflow that remember."""
    made = Scene()
    made.desk = Desk(bootstrap.verifications_store(), *made.desk[1:])
    made.now = 1_795_852_800_000
    made.machine = Machine(lambda payload: verify.handler(dict(payload), None))
    made.desk = made.desk._replace(executions=made.machine)
    replace_in_bootstrap(monkeypatch, "verification_desk", lambda: made.desk)
    replace_in_bootstrap(monkeypatch, "request_secret", lambda _purpose: b"the-secret-of-these-tests-only-32b")
    return made


def in_review(scene: Scene, person: str = "mia") -> str:
    ask("POST", OWN, person, body={})
    scene.machine.run()
    scene.provider.who[scene.provider.by_key[person, 1]] = ALIKE
    scene.tell("verified", person)
    scene.machine.run()
    return f"{person}.1"


def test_a_creator_begins_is_led_to_the_provider_and_is_verified(scene: Scene) -> None:
    assert ask("GET", OWN) == (200, {"tier": 0, "state": "none", "until": None, "limits": [], "check": None})
    status, begun = ask("POST", OWN, body={"tier": 1})
    assert (status, begun["state"], begun["check"]["url"]) == (202, "pending", "https://verify.example/vs_1")
    assert ask("POST", OWN, body={"tier": 1}) == (202, begun)
    scene.machine.run()
    scene.tell("open", code="document_expired")
    assert ask("GET", OWN)[1]["check"]["code"] == "document_expired"
    scene.tell("verified")
    scene.machine.run()
    status, stands = ask("GET", OWN)
    assert (stands["tier"], stands["state"], stands["check"]) == (1, "verified", None)
    assert {"currency": "USD", "day": 250_000, "month": 1_000_000} in stands["limits"]


@pytest.mark.parametrize("body", [{"tier": 0}, {"tier": 3}, {"tier": "1"}, {"more": 1}, []])
def test_a_body_that_does_not_fit_begins_nothing(scene: Scene, body: Any) -> None:
    assert ask("POST", OWN, body=body)[0] == 422
    assert scene.machine.executions == {}


def test_only_who_is_of_the_group_is_let_in(scene: Scene) -> None:
    for method, path, group in (
        ("GET", OWN, "reviewer"),
        ("POST", OWN, ""),
        ("GET", REVIEWS, "operator"),
        ("GET", SANCTIONS, "reviewer"),
    ):
        status, problem = ask(method, path, group=group, body={} if method == "POST" else None)
        assert (status, problem["code"]) == (403, "group_required")


def test_a_creator_whose_name_is_on_a_list_is_told_nothing_of_it(scene: Scene) -> None:
    in_review(scene)
    status, stands = ask("GET", OWN)
    assert (status, stands["state"], stands["tier"]) == (200, "review", 0)
    assert "SYN" not in json.dumps(stands)


def test_a_reviewer_looks_and_decides_and_no_name_or_note_is_logged(
    scene: Scene, capsys: pytest.CaptureFixture[str]
) -> None:
    name = in_review(scene)
    status, page = ask("GET", REVIEWS, "rita", "reviewer")
    assert (status, [one["reviewId"] for one in page["items"]]) == (200, [name])
    status, detail = ask("GET", REVIEW, "rita", "reviewer", name)
    assert (status, detail["identity"]["name"]) == (200, ALIKE.name)
    assert detail["entries"][0]["names"][0] == "Esteban Quintanilla Ibarrondo"
    body = {"verdict": "approve", "reason": "false_hit", "note": NOTE}
    for _ in range(2):
        assert ask("POST", REVIEW + "/decision", "rita", "reviewer", name, body=body) == (
            200,
            {"reviewId": name, "status": "decided"},
        )
    scene.machine.run()
    assert ask("GET", OWN)[1]["tier"] == 1
    status, detail = ask("GET", REVIEW, "rita", "reviewer", name)
    assert (detail["review"], detail["decisions"][0]["note"]) == (None, NOTE)
    logged = capsys.readouterr().out
    assert '"verdict":"approve"' in logged.replace(" ", "")
    for secret in (*ALIKE.name.split(), ALIKE.birth_date, NOTE, "verify.example", "token-"):
        assert secret not in logged


def test_a_queue_goes_on_by_cursors(scene: Scene) -> None:
    for person in ("ana", "bo"):
        in_review(scene, person)
        scene.now += 1_000
    _, first = ask("GET", REVIEWS, "rita", "reviewer", query={"limit": "1"})
    assert [one["personId"] for one in first["items"]] == ["ana"]
    _, last = ask("GET", REVIEWS, "rita", "reviewer", query={"limit": "1", "cursor": first["nextCursor"]})
    assert ([one["personId"] for one in last["items"]], last["nextCursor"]) == (["bo"], None)
    assert ask("GET", REVIEWS, "rolf", "reviewer", query={"cursor": first["nextCursor"]})[0] == 400


@pytest.mark.parametrize(
    ("who", "body", "status", "code"),
    [
        ("mia", {"verdict": "approve", "reason": "false_hit"}, 403, "four_eyes_required"),
        ("rita", {"verdict": "approve", "reason": "listed"}, 422, "validation_failed"),
        ("rita", {"verdict": "maybe", "reason": "listed"}, 422, "validation_failed"),
        ("rita", {"verdict": "refuse", "reason": "listed", "note": "x" * 1_001}, 422, "validation_failed"),
        ("rita", {"verdict": "refuse"}, 422, "validation_failed"),
    ],
)
def test_a_decision_that_may_not_be_changes_nothing(
    scene: Scene, who: str, body: dict[str, Any], status: int, code: str
) -> None:
    name = in_review(scene)
    before = scene.record()
    answered, problem = ask("POST", REVIEW + "/decision", who, "reviewer", name, body=body)
    assert (answered, problem["code"]) == (status, code)
    assert scene.record() == before


def test_nobody_decides_by_a_sign_in_that_is_older_than_five_minutes_and_anybody_looks(scene: Scene) -> None:
    """Whoever finds a reviewer's browser open lets nobody's money out."""
    name = in_review(scene)
    before = scene.record()
    body = {"verdict": "approve", "reason": "false_hit"}
    status, problem = ask("POST", REVIEW + "/decision", "rita", "reviewer", name, body=body, age_s=301)
    assert (status, problem["code"], problem["maxAgeSeconds"]) == (403, "sign_in_too_old", 300)
    assert scene.record() == before
    assert ask("GET", REVIEW, "rita", "reviewer", name, age_s=86_400)[0] == 200
    assert ask("POST", REVIEW + "/decision", "rita", "reviewer", name, body=body, age_s=290)[0] == 200


@pytest.mark.parametrize("name", ["mia.7", "noa.1"])
def test_what_is_not_there_is_not_decided(scene: Scene, name: str) -> None:
    in_review(scene)
    body = {"verdict": "refuse", "reason": "listed"}
    assert ask("POST", REVIEW + "/decision", "rita", "reviewer", name, body=body)[0] == 404


def test_a_refused_creator_has_to_wait(scene: Scene) -> None:
    name = in_review(scene)
    ask("POST", REVIEW + "/decision", "rita", "reviewer", name, body={"verdict": "refuse", "reason": "listed"})
    scene.machine.run()
    status, problem = ask("POST", OWN, body={})
    assert (status, problem["code"]) == (409, "verification_too_soon")
    assert problem["retryAt"].startswith("2026-12-2")


def test_an_operator_puts_a_list_in_force(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    entries = [{"id": "1", "names": [{"name": "Some Body"}]}]
    kept = json.dumps({"list": "ofac-sdn", "published": "2026-11-20", "entries": entries}).encode()

    class Bucket:
        def get_object(self, **_: Any) -> dict[str, Any]:
            return {"Body": io.BytesIO(kept)}

    replace_in_bootstrap(monkeypatch, "list_bucket", lambda: ListBucket(Bucket(), "test-sanctions"))
    assert ask("GET", SANCTIONS, "olga", "operator")[1]["lists"] == [{"list": "synthetic", "published": "2026-11-01"}]
    body = {"keys": ["lists/ofac-sdn/2026-11-20.json"]}
    status, edition = ask("PUT", SANCTIONS, "olga", "operator", body=body)
    assert (status, edition["edition"], edition["by"]) == (200, 2, "olga")
    assert ask("GET", SANCTIONS, "olga", "operator")[1] == edition
    assert ask("PUT", SANCTIONS, "olga", "operator", body={"keys": ["lists/../x.json"]})[0] == 422


def test_the_clock_sweeps_and_says_how_long_reviewers_are_waited_for(
    scene: Scene, capsys: pytest.CaptureFixture[str]
) -> None:
    class Context:
        def get_remaining_time_in_millis(self) -> int:
            return 200_000

    in_review(scene)
    assert recheck.handler({}, Context()) == {"reviews": 1}
    logged = capsys.readouterr().out
    assert all(name in logged for name in ("OldestReviewAge", "OldestKycAge", "OldestListAge", "VerificationSweeps"))


def test_a_table_that_does_not_answer_is_a_problem_that_may_be_tried_again(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(_: str) -> None:
        raise Unavailable("no answer")

    monkeypatch.setattr(scene.desk.store, "find", silent)
    assert ask("GET", OWN)[0] == 503
