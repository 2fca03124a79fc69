"""The table of uploads: a transition is applied to the state it was planned from, or to none."""

from __future__ import annotations

import pytest
from botocore.exceptions import EndpointConnectionError

from cliffhanger.errors import Unavailable
from cliffhanger.media.domain import KEPT_FOR_S, Problem
from cliffhanger.media.transitions import NEWS_DUE_S, RECEIVED, REPLACED, Transition, refused, submitted
from tests.support.media_platform import media_platform
from tests.support.media_samples import JOB, upload

PROBLEM = Problem("media_refused", "no_video", "The file has no video track.")
DONE = Transition(("received", "transcoding"), "published", percent=100, job=JOB)
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
    assert platform.uploads.apply(waiting, submitted(JOB)._replace(due_in_s=None))
    assert platform.uploads.apply(waiting, HALF)
    assert platform.uploads.find(waiting.upload) == upload(status="transcoding", percent=50, job=JOB)

    assert platform.uploads.apply(waiting, DONE)
    assert platform.uploads.find(waiting.upload) == upload(status="published", percent=100, job=JOB)


@pytest.mark.parametrize("call", ["find", "create", "apply"])
def test_a_table_that_does_not_answer_is_told_as_such(platform, monkeypatch, call):
    def silent(*_args, **_kwargs):
        raise EndpointConnectionError(endpoint_url="https://dynamodb")

    monkeypatch.setattr("botocore.endpoint.Endpoint.make_request", silent)
    arguments = {"find": ("x",), "create": (upload(),), "apply": (upload(), RECEIVED)}

    with pytest.raises(Unavailable):
        getattr(platform.uploads, call)(*arguments[call])


def test_what_plays_is_never_forgotten_and_everything_else_is(platform, waiting):
    """A version is retired by its upload: a table that forgot it would leave its files for ever."""
    platform.uploads.apply(waiting, RECEIVED)
    platform.clock.after(60)
    platform.uploads.apply(waiting, submitted(JOB))
    assert platform.stored(waiting)["expiresAt"] == {"N": str(platform.clock.now // 1000 + KEPT_FOR_S)}

    platform.uploads.apply(waiting, DONE)
    assert "expiresAt" not in platform.stored(waiting)


def test_what_waits_for_something_is_due_and_what_is_over_is_not(platform, waiting):
    platform.uploads.apply(waiting, RECEIVED)
    platform.uploads.apply(waiting, submitted(JOB))
    due = platform.clock.now + NEWS_DUE_S * 1000
    assert platform.uploads.due(due - 1, 9) == ()
    assert platform.uploads.due(due, 9) == (waiting.upload,)

    platform.uploads.apply(waiting, DONE)
    assert platform.uploads.due(due * 2, 9) == ()


def test_one_of_two_sweeps_takes_what_is_due(platform, waiting):
    platform.uploads.apply(waiting, RECEIVED)
    due = platform.uploads.find(waiting.upload)

    assert platform.uploads.take(due, due.due_at + 1)
    assert not platform.uploads.take(due, due.due_at + 2)


def test_a_creation_that_is_repeated_does_not_set_an_upload_back(platform, waiting):
    """A lost answer makes botocore send the put again, perhaps after the file has arrived."""
    platform.uploads.apply(waiting, RECEIVED)

    platform.uploads.create(waiting)
    assert platform.status(waiting) == ("received", 0)


def test_everything_about_an_upload_is_read_back_as_written(platform):
    made = upload(upload="whole", job=JOB, percent=7, status="failed", etag="b1946ac9", due_at=5)
    platform.uploads.create(made)

    assert platform.uploads.find("whole") == made
    assert platform.uploads.find("nobody") is None
