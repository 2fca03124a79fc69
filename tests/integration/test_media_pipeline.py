"""From an arrived file to a published episode, whatever order the events come in."""

from __future__ import annotations

import itertools

import pytest
from botocore.exceptions import ClientError
from botocore.stub import ANY

from cliffhanger.catalog.domain import Video
from cliffhanger.errors import EventsRefused, Unavailable
from cliffhanger.media.signals import arrival_of
from cliffhanger.media.transitions import arrived
from functions.transcode.handler import handler
from tests.support.media_platform import BUCKETS, media_platform
from tests.support.media_samples import (
    CREATED_AT,
    JOB,
    QUEUE,
    ROLE,
    arrival,
    complete,
    job_event,
    probe,
    progress,
    upload,
)


@pytest.fixture
def platform(monkeypatch):
    with media_platform(monkeypatch) as made:
        yield made


@pytest.fixture
def waiting(platform):
    made = upload()
    platform.uploads.create(made)
    return made


def expect_probe(platform, answer=None):
    expected = {"InputFiles": [{"FileUrl": f"s3://{BUCKETS.uploads}/{upload().source_prefix}source"}]}
    platform.mediaconvert.add_response("probe", answer or probe(), expected)


def expect_job(platform, job=JOB):
    expected = {
        "Role": ROLE,
        "Queue": QUEUE,
        "ClientRequestToken": "transcode-7k2m9x4q0v5t8w1z",
        "StatusUpdateInterval": "SECONDS_10",
        "AccelerationSettings": {"Mode": "DISABLED"},
        "UserMetadata": {"series": "the-last-train", "episode": "1", "version": "7k2m9x4q0v5t8w1z"},
        "Settings": ANY,
    }
    platform.mediaconvert.add_response("create_job", {"Job": {"Id": job, "Role": ROLE, "Settings": {}}}, expected)


def expect_jobs(platform, *jobs):
    expected = {"Queue": QUEUE, "Order": "DESCENDING"}
    platform.mediaconvert.add_response("list_jobs", {"Jobs": list(jobs)}, expected)


def tell(of):
    return take(arrival(of, BUCKETS.uploads))


def finished(of, **changes):
    return complete(of, BUCKETS.media, **changes)


def take(event):
    return handler(event, None)["outcome"]


def submit(platform, of):
    expect_probe(platform)
    expect_job(platform)
    assert tell(of) == "submitted"
    platform.mediaconvert.assert_no_pending_responses()


def test_a_video_becomes_an_episode(platform, waiting):
    submit(platform, waiting)
    assert platform.status(waiting) == ("transcoding", 0)

    assert take(job_event(waiting, "PROGRESSING")) == "nothing"
    assert take(progress(waiting, 40)) == "transcoding"
    assert platform.status(waiting) == ("transcoding", 40)
    assert platform.published(1) is None

    assert take(finished(waiting)) == "published"
    assert platform.status(waiting) == ("published", 100)
    assert platform.published(1) == Video(
        waiting.version, "master.m3u8", 8_021, CREATED_AT, f"{waiting.version}.0000001.jpg"
    )


def test_the_world_is_told_once_in_the_published_form(platform, waiting):
    submit(platform, waiting)
    take(finished(waiting))

    (entry,) = platform.bus.told
    (envelope,) = platform.bus.envelopes
    assert (entry["EventBusName"], entry["DetailType"]) == ("test-bus", "EpisodePublished")
    assert envelope["data"] == {
        "seriesId": "the-last-train",
        "episode": 1,
        "version": waiting.version,
        "durationMs": 8_021,
    }
    assert envelope["occurredAt"] == "2025-11-21T04:41:00.000Z"


def test_a_file_that_arrives_twice_is_submitted_once(platform, waiting):
    submit(platform, waiting)
    before = platform.stored(waiting)

    assert tell(waiting) == "repeated"
    assert platform.stored(waiting) == before


def test_a_file_that_is_replaced_while_its_job_runs_is_not_published(platform, waiting):
    """The form can be posted again for a quarter of an hour: what MediaConvert reads need not be what was probed."""
    submit(platform, waiting)

    assert take(arrival(waiting, BUCKETS.uploads, etag="another")) == "replaced"
    failed = platform.stored(waiting)
    assert (failed["status"], failed["problemReason"]) == ({"S": "failed"}, {"S": "replaced"})

    assert take(finished(waiting)) == "nothing"
    assert platform.stored(waiting) == failed
    assert platform.published(1) is None
    assert platform.bus.told == []


def test_a_file_that_is_replaced_and_put_back_is_not_published(platform, waiting):
    submit(platform, waiting)
    take(arrival(waiting, BUCKETS.uploads, etag="another"))

    assert tell(waiting) == "repeated"
    assert take(finished(waiting)) == "nothing"
    assert platform.published(1) is None


def test_a_file_that_is_replaced_during_its_probe_is_not_even_submitted(platform, waiting, monkeypatch):
    expect_probe(platform)
    real_probe = platform.pipeline.transcoder.probe

    def slow_probe(address):
        assert take(arrival(waiting, BUCKETS.uploads, etag="another")) == "replaced"
        return real_probe(address)

    monkeypatch.setattr(platform.pipeline.transcoder, "probe", slow_probe)

    assert tell(waiting) == "repeated"
    assert platform.uploads.find(waiting.upload).problem.reason == "replaced"


def test_of_two_files_that_arrive_at_once_none_is_published(platform, waiting, monkeypatch):
    """Both were told of before either was recorded: the one that is recorded second finds the first."""
    real_apply = platform.uploads.apply

    def overtaken(upload, transition):
        monkeypatch.setattr(platform.uploads, "apply", real_apply)
        other = arrival_of(arrival(waiting, BUCKETS.uploads, etag="another"), BUCKETS.uploads)
        assert other is not None
        assert real_apply(waiting, arrived(other))
        return real_apply(upload, transition)

    monkeypatch.setattr(platform.uploads, "apply", overtaken)

    assert tell(waiting) == "replaced"
    assert platform.status(waiting) == ("failed", 0)


def test_a_file_that_is_replaced_after_publication_changes_nothing(platform, waiting):
    submit(platform, waiting)
    take(finished(waiting))
    before = platform.stored(waiting)

    assert take(arrival(waiting, BUCKETS.uploads, etag="another")) == "repeated"
    assert platform.stored(waiting) == before


def test_an_arrival_that_tells_no_etag_is_no_replacement(platform, waiting):
    submit(platform, waiting)
    before = platform.stored(waiting)

    assert take(arrival(waiting, BUCKETS.uploads, etag=None)) == "repeated"
    assert platform.stored(waiting) == before


@pytest.mark.parametrize(
    ("duration_ms", "reason"), [(181_501, "too_long"), (7_200_000, "too_long"), (499, "too_short")]
)
def test_an_output_of_another_length_than_an_episodes_is_not_published(platform, waiting, duration_ms, reason):
    submit(platform, waiting)

    assert take(finished(waiting, outputGroupDetails=lasting(waiting, duration_ms))) == "failed"
    assert platform.uploads.find(waiting.upload).problem.reason == reason
    assert platform.published(1) is None
    assert platform.bus.told == []


@pytest.mark.parametrize("duration_ms", [500, 181_500])
def test_an_output_that_is_longer_or_shorter_than_its_source_by_a_frame_is_published(platform, waiting, duration_ms):
    submit(platform, waiting)

    assert take(finished(waiting, outputGroupDetails=lasting(waiting, duration_ms))) == "published"


def lasting(of, duration_ms):
    """One output group of that length."""
    playlist = f"s3://{BUCKETS.media}/{of.output_prefix}master.m3u8"
    return [{"playlistFilePaths": [playlist], "outputDetails": [{"durationInMs": duration_ms}]}]


EVENTS = {
    "begun": lambda of: job_event(of, "PROGRESSING"),
    "early": lambda of: progress(of, 20),
    "late": lambda of: progress(of, 80),
    "done": finished,
}


@pytest.mark.parametrize("order", list(itertools.permutations(EVENTS)))
def test_in_whatever_order_a_job_tells_of_itself_the_episode_is_published_once(platform, waiting, order):
    submit(platform, waiting)

    for name in order:
        take(EVENTS[name](waiting))
        take(EVENTS[name](waiting))

    assert platform.status(waiting) == ("published", 100)
    assert platform.published(1).version == waiting.version
    assert len(platform.bus.told) == 1


@pytest.mark.parametrize("status", ["ERROR", "CANCELED", "COMPLETE", "PROGRESSING", "STATUS_UPDATE", "NEW_WARNING"])
def test_what_comes_after_publication_changes_nothing(platform, waiting, status):
    submit(platform, waiting)
    take(finished(waiting))
    before, episode = platform.stored(waiting), platform.published(1)

    assert take(job_event(waiting, status)) == "nothing"
    assert tell(waiting) == "repeated"
    assert (platform.stored(waiting), platform.published(1)) == (before, episode)


@pytest.mark.parametrize("status", ["COMPLETE", "ERROR", "STATUS_UPDATE"])
def test_what_comes_after_failure_changes_nothing(platform, waiting, status):
    submit(platform, waiting)
    take(job_event(waiting, "ERROR", errorCode=1040))
    before = platform.stored(waiting)

    event = finished(waiting) if status == "COMPLETE" else job_event(waiting, status)
    assert take(event) == "nothing"
    assert platform.stored(waiting) == before
    assert platform.published(1) is None


def test_another_job_of_the_same_upload_changes_nothing(platform, waiting):
    submit(platform, waiting)
    before = platform.stored(waiting)

    assert take(finished(waiting, job="1763700000001-rival")) == "nothing"
    assert platform.stored(waiting) == before


def test_a_job_that_is_done_before_its_submission_is_recorded_is_published(platform, waiting):
    """The service may tell of a job before our own call has returned, and the call's function may die."""
    platform.receive(waiting)

    assert take(finished(waiting)) == "published"
    assert platform.published(1).version == waiting.version


def test_a_job_that_tells_of_itself_is_not_submitted_again(platform, waiting):
    """The first try died after submitting; its job's event comes before the second delivery of the file's event."""
    platform.receive(waiting)
    assert take(job_event(waiting, "PROGRESSING")) == "transcoding"

    assert tell(waiting) == "repeated"
    found = platform.uploads.find(waiting.upload)
    assert found is not None
    assert found.job == JOB


def test_a_rival_delivery_that_submits_during_our_probe_is_left_alone(platform, waiting, monkeypatch):
    ours = platform.pipeline.transcoder
    expect_probe(platform)
    real_probe = ours.probe

    def slow_probe(address):
        take(job_event(waiting, "PROGRESSING"))
        return real_probe(address)

    monkeypatch.setattr(ours, "probe", slow_probe)

    assert tell(waiting) == "repeated"


def test_a_submission_that_failed_is_taken_up_by_the_next_delivery(platform, waiting):
    expect_probe(platform)
    platform.mediaconvert.add_client_error("create_job", "TooManyRequestsException", http_status_code=429)
    with pytest.raises(ClientError):
        tell(waiting)
    assert platform.status(waiting) == ("received", 0)

    expect_probe(platform)
    expect_jobs(platform)
    expect_job(platform)
    assert tell(waiting) == "submitted"
    platform.mediaconvert.assert_no_pending_responses()


def test_a_probe_that_the_service_cannot_do_now_is_tried_again(platform, waiting):
    platform.mediaconvert.add_client_error("probe", "InternalServerErrorException", http_status_code=500)
    with pytest.raises(ClientError):
        tell(waiting)

    submit(platform, waiting)


@pytest.mark.parametrize("code", ["UnprocessableEntityException", "BadRequestException"])
def test_a_body_that_is_no_video_fails_with_words(platform, waiting, code):
    platform.mediaconvert.add_client_error("probe", code, "Failed to probe", http_status_code=422)

    assert tell(waiting) == "unreadable"

    found = platform.uploads.find(waiting.upload)
    assert found is not None
    assert (found.status, found.problem) == (
        "failed",
        ("media_refused", "unreadable", "The file cannot be read as audio or video."),
    )
    assert platform.published(1) is None


def test_a_horizontal_video_is_never_submitted(platform, waiting):
    expect_probe(platform, probe(Width=1920, Height=1080))

    assert tell(waiting) == "not_vertical"
    assert platform.status(waiting) == ("failed", 0)


def test_a_file_of_another_size_than_declared_is_not_even_probed(platform, waiting):
    assert take(arrival(waiting, BUCKETS.uploads, size=waiting.video.size_bytes + 1)) == "wrong_size"
    assert platform.status(waiting) == ("failed", 0)


def test_a_crash_before_the_bus_publishes_at_the_next_delivery(platform, waiting):
    submit(platform, waiting)
    platform.bus.refuses = True
    with pytest.raises(EventsRefused):
        take(finished(waiting))
    assert platform.status(waiting) == ("transcoding", 0)

    platform.bus.refuses = False
    assert take(finished(waiting)) == "published"
    assert len(platform.bus.told) == 1


def test_an_event_told_twice_carries_one_id(platform, waiting, monkeypatch):
    """A crash after the bus and before the record: the second telling must be recognisable as the same fact."""
    submit(platform, waiting)
    with monkeypatch.context() as broken:
        broken.setattr(platform.uploads, "apply", unanswered)
        with pytest.raises(Unavailable):
            take(finished(waiting))

    assert take(finished(waiting)) == "published"
    first, second = platform.bus.envelopes
    assert first == second


def unanswered(*_args):
    raise Unavailable("The table does not answer.")


def test_a_job_without_a_playlist_publishes_nothing(platform, waiting):
    submit(platform, waiting)

    assert take(finished(waiting, outputGroupDetails=[])) == "failed"
    assert platform.published(1) is None
    assert platform.bus.told == []


def test_an_episode_that_is_gone_is_not_published(platform):
    made = upload(episode=3)
    platform.uploads.create(made)
    platform.receive(made)

    assert take(finished(made)) == "failed"
    assert platform.bus.told == []


@pytest.mark.parametrize(
    "event",
    [
        arrival(upload(upload="unknown"), BUCKETS.uploads),
        arrival(upload(episode=2), BUCKETS.uploads),
        arrival(upload(series="another"), BUCKETS.uploads),
        complete(upload(upload="unknown"), BUCKETS.media),
    ],
)
def test_an_event_about_an_upload_that_is_not_there_changes_nothing(platform, waiting, event):
    before = platform.stored(waiting)

    assert take(event) == "unknown"
    assert platform.stored(waiting) == before


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"source": "aws.s3", "detail-type": "Object Deleted", "detail": {}},
        {"source": "aws.mediaconvert", "detail-type": "MediaConvert Queue Hop", "detail": {"status": "QUEUE_HOP"}},
        {"source": "aws.health", "detail-type": "AWS Health Event", "detail": []},
        {"source": "aws.s3", "detail-type": "Object Created", "detail": None},
    ],
)
def test_an_event_about_something_else_is_ignored(platform, event):
    assert take(event) == "ignored"
