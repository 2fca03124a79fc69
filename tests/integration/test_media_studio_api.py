"""The studio over HTTP: a form for one file of one size, and how far it has come."""

from __future__ import annotations

import base64
import datetime as dt
import json

import pytest
import requests

from cliffhanger import bootstrap
from cliffhanger.media.domain import MAX_UPLOAD_BYTES, Problem
from cliffhanger.media.transitions import Transition
from cliffhanger.web.cursors import Cursors
from functions.studio.handler import handler
from tests.support.http import access_token, body_of, event
from tests.support.media_platform import BUCKETS, media_platform
from tests.support.media_samples import CREATED_AT, upload

UPLOADS = "POST /v1/studio/series/{seriesId}/episodes/{episode}/uploads"
UPLOAD = "GET /v1/studio/uploads/{uploadId}"
BODY = {"contentType": "video/mp4", "sizeBytes": 1_000}


@pytest.fixture
def platform(monkeypatch):
    monkeypatch.setattr("functions.studio.handler.system_clock", lambda: CREATED_AT)
    with media_platform(monkeypatch) as made:
        yield made


def ask(body=BODY, *, person="cleo", groups=("creator",), series="the-last-train", episode="1"):
    return handler(
        event(
            "POST",
            "/v1/studio/...",
            route=UPLOADS,
            path_parameters={"seriesId": series, "episode": episode},
            body=body,
            token=access_token(person, groups=groups),
        ),
        None,
    )


def look(upload_id, *, person="cleo", groups=("creator",)):
    return handler(
        event(
            "GET",
            "/v1/studio/...",
            route=UPLOAD,
            path_parameters={"uploadId": upload_id},
            token=access_token(person, groups=groups),
        ),
        None,
    )


def problem_of(answer):
    return answer["statusCode"], body_of(answer)["code"]


def policy_of(form):
    return json.loads(base64.b64decode(form["fields"]["policy"]))


def count(platform):
    return platform.dynamodb.scan(TableName="test-uploads")["Count"]


def test_a_creator_gets_a_form_for_one_file_of_one_size(platform):
    answer = ask()
    form = body_of(answer)

    assert answer["statusCode"] == 201
    assert form["expiresAt"] == "2025-11-21T04:55:00.000Z"
    conditions = policy_of(form)["conditions"]
    assert {"Content-Type": "video/mp4"} in conditions
    assert ["content-length-range", 1_000, 1_000] in conditions
    assert {"bucket": BUCKETS.uploads} in conditions
    assert {"key": f"uploads/the-last-train/1/{form['uploadId']}/source"} in conditions
    assert not any("starts-with" in condition for condition in conditions)


def test_a_form_is_signed_by_the_newest_version_for_the_regions_own_host(platform):
    """By default botocore signs by version 2 in us-east-1, and elsewhere names a host that redirects a form."""
    form = body_of(ask())

    assert form["url"] == f"https://{BUCKETS.uploads}.s3.eu-central-1.amazonaws.com/"
    assert form["fields"]["x-amz-algorithm"] == "AWS4-HMAC-SHA256"


def test_a_form_soon_ends(platform):
    ends = dt.datetime.fromisoformat(policy_of(body_of(ask()))["expiration"])
    left = ends - dt.datetime.now(dt.UTC)

    assert dt.timedelta(0) < left <= dt.timedelta(minutes=15)


def test_the_form_takes_the_file_to_its_place(platform):
    form = body_of(ask())

    posted = requests.post(form["url"], data=form["fields"], files={"file": b"x" * 1_000}, timeout=5)

    assert posted.status_code == 204
    stored = platform.s3.get_object(Bucket=BUCKETS.uploads, Key=form["fields"]["key"])
    assert stored["Body"].read() == b"x" * 1_000


def test_every_form_is_another_version(platform):
    assert body_of(ask())["uploadId"] != body_of(ask())["uploadId"]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"person": "mallory"}, (403, "not_owner")),
        ({"groups": ()}, (403, "group_required")),
        ({"groups": ("viewer",)}, (403, "group_required")),
        ({"series": "no-such-series"}, (404, "not_found")),
        ({"episode": "3"}, (404, "not_found")),
        ({"episode": "0"}, (422, "validation_failed")),
        ({"episode": "one"}, (422, "validation_failed")),
        ({"series": "../../etc"}, (422, "validation_failed")),
        ({"body": "{"}, (400, "malformed_json")),
        ({"body": {}}, (422, "validation_failed")),
        ({"body": BODY | {"contentType": "text/html"}}, (422, "validation_failed")),
        ({"body": BODY | {"sizeBytes": 0}}, (422, "validation_failed")),
        ({"body": BODY | {"sizeBytes": -1}}, (422, "validation_failed")),
        ({"body": BODY | {"sizeBytes": "1000"}}, (422, "validation_failed")),
        ({"body": BODY | {"sizeBytes": MAX_UPLOAD_BYTES + 1}}, (422, "validation_failed")),
        ({"body": BODY | {"key": "uploads/other"}}, (422, "validation_failed")),
        ({"body": BODY | {"contentType": "x" * 20_000}}, (413, "body_too_large")),
    ],
)
def test_what_does_not_fit_gets_no_form_and_leaves_nothing(platform, changes, expected):
    assert problem_of(ask(**changes)) == expected
    assert count(platform) == 0


SEEN = {
    "status": "awaiting",
    "percent": 0,
    "parts": [{"kind": "video", "language": "en", "arrived": False}],
    "source": None,
    "price": None,
    "renditionsPx": [],
    "problem": None,
    "createdAt": "2025-11-21T04:40:00.000Z",
}


def test_a_creator_sees_how_far_an_upload_has_come(platform):
    upload_id = body_of(ask())["uploadId"]
    seen = SEEN | {"uploadId": upload_id, "version": upload_id}

    assert body_of(look(upload_id)) == seen

    made = platform.uploads.find(upload_id)
    platform.receive(made)
    platform.uploads.apply(made, Transition(("received",), "transcoding", percent=40, job="j"))
    arrived = [{"kind": "video", "language": "en", "arrived": True}]
    assert body_of(look(upload_id)) == seen | {"status": "transcoding", "percent": 40, "parts": arrived}


def test_a_creator_is_told_why_an_upload_failed(platform):
    made = upload(status="failed", problem=Problem("media_refused", "no_video", "The file has no video track."))
    platform.uploads.create(made)

    assert body_of(look(made.upload))["problem"] == {
        "code": "media_refused",
        "reason": "no_video",
        "detail": "The file has no video track.",
    }


@pytest.mark.parametrize(
    ("upload_id", "changes", "expected"),
    [
        ("7k2m9x4q0v5t8w1z", {"person": "mallory"}, (403, "not_owner")),
        ("7k2m9x4q0v5t8w1z", {"groups": ()}, (403, "group_required")),
        ("nobodys", {}, (404, "not_found")),
        ("UPPER", {}, (422, "validation_failed")),
        ("x" * 33, {}, (422, "validation_failed")),
    ],
)
def test_an_upload_is_its_owners_alone(platform, upload_id, changes, expected):
    platform.uploads.create(upload())

    assert problem_of(look(upload_id, **changes)) == expected


def test_nobody_uploads_without_signing_in(platform):
    answer = handler(event("GET", "/", route=UPLOAD, path_parameters={"uploadId": "x"}), None)

    assert problem_of(answer) == (401, "token_missing")


def uploads(query=None, *, person="cleo", episode="1"):
    return handler(
        event(
            "GET",
            "/v1/studio/...",
            route=UPLOADS.replace("POST", "GET"),
            path_parameters={"seriesId": "the-last-train", "episode": episode},
            query=query,
            token=access_token(person, groups=("creator",)),
        ),
        None,
    )


@pytest.fixture
def sealed(monkeypatch):
    cursors = Cursors(lambda: b"the-secret-of-these-tests-only-32b")
    monkeypatch.setattr(bootstrap, "cursors", lambda: cursors)


@pytest.mark.usefixtures("sealed")
def test_a_creator_lists_an_episodes_uploads_newest_first(platform):
    for number in range(5):
        platform.uploads.create(upload(upload=f"u{number}", created_at=CREATED_AT + number))
    platform.uploads.create(upload(upload="elsewhere", episode=2))

    first = body_of(uploads({"limit": "2"}))
    second = body_of(uploads({"limit": "2", "cursor": first["nextCursor"]}))
    third = body_of(uploads({"limit": "2", "cursor": second["nextCursor"]}))
    names = [each["uploadId"] for page in (first, second, third) for each in page["uploads"]]
    assert (names, third["nextCursor"]) == (["u4", "u3", "u2", "u1", "u0"], None)
    assert first["uploads"][0] == body_of(look("u4"))


@pytest.mark.usefixtures("sealed")
def test_an_episodes_uploads_are_its_creators_alone_and_so_are_their_cursors(platform):
    for number in range(2):
        platform.uploads.create(upload(upload=f"u{number}", created_at=CREATED_AT + number))
    cursor = body_of(uploads({"limit": "1"}))["nextCursor"]

    assert problem_of(uploads(person="mallory")) == (403, "not_owner")
    assert problem_of(uploads(episode="3")) == (404, "not_found")
    assert problem_of(uploads({"cursor": cursor}, episode="2")) == (400, "cursor_invalid")
    assert problem_of(uploads({"cursor": "x"})) == (400, "cursor_invalid")
