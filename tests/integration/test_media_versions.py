"""Versions: the newest upload plays, and what it replaced goes when nobody can be watching it any more."""

from __future__ import annotations

import pytest

from cliffhanger.media.transitions import RETIRED_AFTER_S
from cliffhanger.playback.domain import LIFETIME_S
from functions.sweep.handler import handler as sweep
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


class Context:
    def get_remaining_time_in_millis(self):
        return 240_000


def files(platform, of):
    platform.s3.put_object(Bucket=BUCKETS.media, Key=f"{of.output_prefix}master.m3u8", Body=b"x")
    platform.s3.put_object(Bucket=BUCKETS.media, Key=f"{of.poster_prefix}.0000001.jpg", Body=b"x")


def publish(platform, of):
    platform.put(of)
    platform.receive(of)
    files(platform, of)
    assert take(finished(of, job=of.upload)) == "published"


def swept(platform, monkeypatch, seconds):
    monkeypatch.setattr("functions.sweep.handler.system_clock", platform.clock)
    platform.clock.after(seconds)
    return sweep({}, Context())


def test_a_version_that_was_replaced_goes_after_its_last_grant_and_not_before(platform, waiting, monkeypatch):
    newer = upload(upload=f"{waiting.upload}x", created_at=CREATED_AT + 1)
    platform.uploads.create(newer)
    publish(platform, waiting)
    assert swept(platform, monkeypatch, RETIRED_AFTER_S) == {"retired": 1}
    publish(platform, newer)

    assert swept(platform, monkeypatch, RETIRED_AFTER_S - 1) == {}
    assert platform.status(waiting) == ("published", 100)
    assert len(platform.keys(BUCKETS.media)) == 4

    assert swept(platform, monkeypatch, 1) == {"retired": 1}
    assert platform.status(waiting) == ("retired", 100)
    assert platform.status(newer) == ("published", 100)
    assert all(newer.upload in key for key in platform.keys(BUCKETS.media))
    assert len(platform.keys(BUCKETS.media)) == 2
    assert len(platform.keys(BUCKETS.uploads)) == 2, "sources of what was published are kept"
    assert swept(platform, monkeypatch, 10**6) == {}


def test_a_version_outlives_every_grant_of_it():
    """The two numbers stand in two contexts, which do not know each other."""
    assert RETIRED_AFTER_S >= LIFETIME_S + 120


def test_the_only_version_is_never_retired(platform, waiting, monkeypatch):
    platform.receive(waiting)
    files(platform, waiting)
    take(finished(waiting))
    swept(platform, monkeypatch, 10**6)
    swept(platform, monkeypatch, 10**6)
    assert platform.status(waiting) == ("published", 100)
    assert len(platform.keys(BUCKETS.media)) == 2
