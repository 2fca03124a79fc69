"""Versions: the newest upload plays, and what it replaced goes when nobody can be watching it any more."""

from __future__ import annotations

import pytest

from cliffhanger.catalog.service import current_version
from cliffhanger.errors import EventsRefused
from cliffhanger.functions import FUNCTIONS
from cliffhanger.media.transitions import IN_FLIGHT_S, RETIRED_AFTER_S
from cliffhanger.playback.domain import LIFETIME_S
from functions.sweep.handler import handler as sweep
from functions.transcode.handler import handler
from tests.support.media_platform import BUCKETS, media_platform
from tests.support.media_samples import CREATED_AT, arrival, complete, upload


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


def test_what_failed_is_left_until_nobody_can_be_submitting_or_publishing_it():
    assert max(spec.timeout_s for spec in FUNCTIONS if "transcoder:submit" in spec.access) < IN_FLIGHT_S


def test_the_only_version_is_never_retired(platform, waiting, monkeypatch):
    platform.receive(waiting)
    files(platform, waiting)
    take(finished(waiting))
    swept(platform, monkeypatch, 10**6)
    swept(platform, monkeypatch, 10**6)
    assert platform.status(waiting) == ("published", 100)
    assert len(platform.keys(BUCKETS.media)) == 2


def published_by_half(platform, of):
    """The catalog plays the version; whoever published it died before the upload knew."""
    platform.put(of)
    platform.receive(of)
    files(platform, of)
    platform.bus.refuses = True
    with pytest.raises(EventsRefused):
        take(finished(of, job=of.upload))
    platform.bus.refuses = False
    assert platform.published(1).version == of.version


def test_a_version_that_plays_is_kept_though_its_file_was_replaced_meanwhile(platform, waiting, monkeypatch):
    published_by_half(platform, waiting)
    assert take(arrival(waiting, BUCKETS.uploads, etag="another")) == "replaced"

    assert swept(platform, monkeypatch, IN_FLIGHT_S) == {"published": 1}
    found = platform.uploads.find(waiting.upload)
    assert (found.status, found.percent, found.problem) == ("published", 100, None)
    assert len(platform.keys(BUCKETS.media)) == 2
    assert [told["type"] for told in platform.bus.envelopes] == ["EpisodePublished"]
    assert swept(platform, monkeypatch, RETIRED_AFTER_S) == {"retired": 1}
    assert len(platform.keys(BUCKETS.media)) == 2


def test_a_version_that_played_for_a_while_goes_after_its_last_grant(platform, waiting, monkeypatch):
    """Its publication was not recorded before a newer version was published; some are watching it."""
    newer = upload(upload="newer", created_at=CREATED_AT + 1)
    platform.uploads.create(newer)
    published_by_half(platform, waiting)
    publish(platform, newer)
    assert take(finished(waiting, job=waiting.upload)) == "failed"

    platform.clock.after(RETIRED_AFTER_S - 1)
    swept(platform, monkeypatch, 0)
    assert len(platform.keys(BUCKETS.media)) == 4
    expected = platform.mediaconvert.add_client_error
    expected("get_job", "NotFoundException", http_status_code=404)
    assert swept(platform, monkeypatch, 1)["cleared"] == 1
    assert all(newer.upload in key for key in platform.keys(BUCKETS.media))


def test_a_version_that_begins_to_play_during_a_sweep_is_not_retired_by_it(platform, waiting, monkeypatch):
    newer = upload(upload="newer", created_at=CREATED_AT + 1)
    platform.uploads.create(newer)
    publish(platform, waiting)

    def asked_just_before(*place):
        found = current_version(*place)
        if found == waiting.version:
            publish(platform, newer)
        return found

    monkeypatch.setattr("cliffhanger.media.sweeping.current_version", asked_just_before)
    assert swept(platform, monkeypatch, RETIRED_AFTER_S) == {"retired": 1}
    assert platform.status(newer) == ("published", 100)
    assert sum(newer.upload in key for key in platform.keys(BUCKETS.media)) == 2
