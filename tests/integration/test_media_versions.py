"""Versions: the newest upload plays, and what it replaced goes when nobody can be watching it any more."""

from __future__ import annotations

import pytest

from functions.transcode.handler import handler
from tests.support.media_platform import BUCKETS, media_platform
from tests.support.media_samples import CREATED_AT, complete, upload


@pytest.fixture
def platform(monkeypatch):
    with media_platform(monkeypatch) as made:
        yield made


@pytest.fixture
def waiting(platform):
    made = upload()
    platform.uploads.create(made)
    return made


def finished(of, **changes):
    return complete(of, BUCKETS.media, **changes)


def take(event):
    return handler(event, None)["outcome"]


def test_an_older_upload_that_is_done_later_does_not_replace_a_newer_one(platform, waiting):
    newer = upload(upload="newer", created_at=CREATED_AT + 1)
    platform.uploads.create(newer)
    for made in (waiting, newer):
        platform.receive(made)

    assert take(finished(newer, job="2")) == "published"
    assert take(finished(waiting, job="1")) == "failed"
    assert platform.published(1).version == "newer"
    assert platform.uploads.find(waiting.upload).problem.reason == "superseded"
    assert len(platform.bus.told) == 1


def test_a_newer_upload_replaces_an_older_one(platform, waiting):
    newer = upload(upload="newer", created_at=CREATED_AT + 1)
    platform.uploads.create(newer)
    for made in (waiting, newer):
        platform.receive(made)
        assert take(finished(made)) == "published"

    assert platform.published(1).version == "newer"
    assert len(platform.bus.told) == 2
