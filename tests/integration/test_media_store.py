"""The table of uploads: a transition is applied to the state it was planned from, or to none."""

from __future__ import annotations

import pytest
from botocore.exceptions import EndpointConnectionError

from cliffhanger.errors import Unavailable
from cliffhanger.media.domain import (
    ABANDONED_AFTER_S,
    FORM_LIFETIME_S,
    KEPT_FOR_S,
    REPLACED,
    Problem,
    Transition,
    received,
    refused,
    submitted,
)
from tests.support.media_platform import media_platform
from tests.support.media_samples import CREATED_AT, JOB, upload

PROBLEM = Problem("media_refused", "no_video", "The file has no video track.")
DONE = Transition(("received", "transcoding"), "published", percent=100, job=JOB)
RECEIVED = received("b1946ac9")
HALF = Transition(("transcoding",), "transcoding", percent=50, job=JOB, rising=True)


@pytest.fixture
def platform(monkeypatch):
    with media_platform(monkeypatch) as made:
        yield made


@pytest.fixture
def waiting(platform):
    made = upload()
    platform.uploads.create(made)
    return made


@pytest.mark.parametrize(
    ("state", "transition"),
    [
        ({"status": "received"}, RECEIVED),
        ({"status": "transcoding", "job": JOB}, RECEIVED),
        ({"status": "published", "job": JOB}, RECEIVED),
        ({"status": "awaiting"}, submitted(JOB)),
        ({"status": "transcoding", "job": JOB}, submitted(JOB)),
        ({"status": "received", "job": "another"}, submitted(JOB)),
        ({"status": "transcoding", "job": JOB}, refused(PROBLEM)),
        ({"status": "awaiting"}, REPLACED),
        ({"status": "published", "job": JOB}, REPLACED),
        ({"status": "failed"}, REPLACED),
        ({"status": "awaiting"}, DONE),
        ({"status": "failed"}, DONE),
        ({"status": "published", "job": JOB, "percent": 100}, DONE),
        ({"status": "transcoding", "job": "another"}, DONE),
        ({"status": "transcoding", "job": JOB, "percent": 50}, HALF),
        ({"status": "transcoding", "job": JOB, "percent": 80}, HALF),
        ({"status": "transcoding", "job": "another", "percent": 10}, HALF),
        ({"status": "published", "job": JOB, "percent": 10}, HALF),
    ],
)
def test_a_transition_planned_from_a_state_that_is_over_changes_not_one_byte(platform, state, transition):
    """Between our read and our write another delivery may have gone on; only the condition sees that."""
    made = upload(**state)
    platform.uploads.create(made)
    before = platform.stored(made)

    assert platform.uploads.apply(made, transition) is False
    assert platform.stored(made) == before


def test_a_transition_of_an_upload_that_is_forgotten_does_not_bring_it_back(platform):
    assert platform.uploads.apply(upload(), RECEIVED) is False
    assert platform.stored(upload()) is None


def test_each_transition_is_read_back_as_applied(platform, waiting):
    assert platform.uploads.apply(waiting, RECEIVED)
    assert platform.uploads.apply(waiting, submitted(JOB))
    assert platform.uploads.apply(waiting, HALF)
    assert platform.uploads.find(waiting.upload) == upload(status="transcoding", percent=50, job=JOB, etag="b1946ac9")

    assert platform.uploads.apply(waiting, DONE)
    assert platform.uploads.find(waiting.upload) == upload(status="published", percent=100, job=JOB, etag="b1946ac9")


@pytest.mark.parametrize("call", ["find", "create", "apply"])
def test_a_table_that_does_not_answer_is_told_as_such(platform, monkeypatch, call):
    def silent(*_args, **_kwargs):
        raise EndpointConnectionError(endpoint_url="https://dynamodb")

    monkeypatch.setattr("botocore.endpoint.Endpoint.make_request", silent)
    arguments = {"find": ("x",), "create": (upload(),), "apply": (upload(), RECEIVED)}

    with pytest.raises(Unavailable):
        getattr(platform.uploads, call)(*arguments[call])


def test_an_upload_that_never_came_is_forgotten_and_one_that_did_is_kept(platform, waiting):
    created = CREATED_AT // 1000
    assert platform.stored(waiting)["expiresAt"] == {"N": str(created + FORM_LIFETIME_S + ABANDONED_AFTER_S)}

    platform.uploads.apply(waiting, RECEIVED)
    assert platform.stored(waiting)["expiresAt"] == {"N": str(created + KEPT_FOR_S)}


def test_a_creation_that_is_repeated_does_not_set_an_upload_back(platform, waiting):
    """A lost answer makes botocore send the put again, perhaps after the file has arrived."""
    platform.uploads.apply(waiting, RECEIVED)

    platform.uploads.create(waiting)
    assert platform.status(waiting) == ("received", 0)


def test_everything_about_an_upload_is_read_back_as_written(platform):
    made = upload(upload="whole", job=JOB, percent=7, status="failed", etag="b1946ac9")
    platform.uploads.create(made)

    assert platform.uploads.find("whole") == made
    assert platform.uploads.find("nobody") is None
