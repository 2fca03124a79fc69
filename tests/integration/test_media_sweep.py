"""The sweep: what nobody told of is found out, and what is over leaves nothing behind."""

from __future__ import annotations

import datetime as dt

import pytest
from botocore.stub import ANY

from cliffhanger.media.domain import ABANDONED_AFTER_S, Part
from cliffhanger.media.transitions import IN_FLIGHT_S, NEWS_DUE_S, SETTLING_S
from functions.sweep.handler import handler as sweep
from functions.transcode.handler import handler as transcode
from tests.support.media_platform import BUCKETS, media_platform
from tests.support.media_samples import CREATED_AT, JOB, QUEUE, ROLE, arrival, complete, job_event, probe, upload

SPANISH = Part("subtitles", "es", "text/vtt", 100)


class Context:
    """An invocation with all its time before it."""

    def get_remaining_time_in_millis(self):
        return 240_000


@pytest.fixture
def platform(monkeypatch):
    with media_platform(monkeypatch) as made:
        monkeypatch.setattr("functions.sweep.handler.system_clock", made.clock)
        yield made


@pytest.fixture
def waiting(platform):
    made = upload(due_at=CREATED_AT + 1_200_000)
    platform.uploads.create(made)
    return made


def swept(platform, seconds=0):
    platform.clock.after(seconds)
    return sweep({}, Context())


def tell(of, **changes):
    return transcode(arrival(of, BUCKETS.uploads, **changes), None)["outcome"]


def expect_probe(platform, answer=None):
    platform.mediaconvert.add_response("probe", answer or probe(), {"InputFiles": ANY})


def expect_job(platform):
    names = ("Role", "Queue", "ClientRequestToken", "StatusUpdateInterval", "AccelerationSettings", "UserMetadata")
    answer = {"Job": {"Id": JOB, "Role": ROLE, "Settings": {}}}
    platform.mediaconvert.add_response("create_job", answer, dict.fromkeys((*names, "Settings"), ANY))


def submit(platform, of):
    expect_probe(platform)
    expect_job(platform)
    assert tell(of) == "submitted"


def expect_asked(platform, of, status, **told):
    """MediaConvert's own description of the job, which names no files."""
    base = f"s3://{BUCKETS.media}/{of.output_prefix}master"
    group = {"OutputGroupSettings": {"CmafGroupSettings": {"Destination": base}}}
    job = {
        "Id": JOB,
        "Role": ROLE,
        "Queue": QUEUE,
        "Status": status,
        "UserMetadata": {"version": of.upload},
        "Settings": {"OutputGroups": [group]},
        "OutputGroupDetails": [{"OutputDetails": [{"DurationInMs": 8_021}]}],
        "Timing": {"FinishTime": dt.datetime.fromtimestamp(CREATED_AT / 1000 + 60, dt.UTC)},
        **told,
    }
    platform.mediaconvert.add_response("get_job", {"Job": job}, {"Id": JOB})


def outputs(platform, of):
    for key in (f"{of.output_prefix}master.m3u8", f"{of.output_prefix}master_video_360_001.cmfv"):
        platform.s3.put_object(Bucket=BUCKETS.media, Key=key, Body=b"x")
    for number in (0, 1):
        platform.s3.put_object(Bucket=BUCKETS.media, Key=f"{of.poster_prefix}.000000{number}.jpg", Body=b"x")


def nothing_left(platform):
    return platform.keys(BUCKETS.uploads) == platform.keys(BUCKETS.media) == []


def test_nothing_that_is_not_due_is_looked_at(platform, waiting):
    before = platform.stored(waiting)
    assert swept(platform) == {}
    assert platform.stored(waiting) == before


def test_files_whose_arrival_nobody_told_of_are_found(platform, waiting):
    platform.put(waiting)
    expect_probe(platform)
    expect_job(platform)
    assert swept(platform, 1_200) == {"submitted": 1}
    assert platform.status(waiting) == ("transcoding", 0)


def test_a_file_of_another_size_is_not_found_to_be_right(platform, waiting):
    platform.put(waiting, content=b"short")
    swept(platform, 1_200)
    assert platform.uploads.find(waiting.upload).problem.reason == "wrong_size"


def test_files_that_do_not_come_are_waited_for_and_then_the_upload_has_failed(platform):
    made = upload(SPANISH, due_at=CREATED_AT + 1_200_000)
    platform.uploads.create(made)
    platform.put(made)
    tell(made)
    assert swept(platform, 3_600) == {"awaiting": 1}

    assert swept(platform, ABANDONED_AFTER_S) == {"expired": 1}
    problem = platform.uploads.find(made.upload).problem
    assert (problem.code, problem.reason) == ("upload_expired", "parts_missing")
    assert "subtitles-es" in problem.detail
    assert swept(platform, 1) == {"cleared": 1}
    assert nothing_left(platform)


def test_files_that_do_not_come_are_looked_for_ever_less_often(platform, waiting):
    """Forms that nobody uses must not keep the sweep from what is urgent."""
    every_s, outcomes = 1_200, []
    for _ in range(ABANDONED_AFTER_S // every_s):
        outcomes += swept(platform, every_s)
    assert outcomes == ["awaiting"] * 7 + ["expired"]


def test_an_upload_that_should_have_a_job_begins_again(platform, waiting):
    platform.receive(waiting)
    expect_probe(platform)
    expect_job(platform)
    assert swept(platform, 600) == {"submitted": 1}


def test_a_job_that_was_completed_without_a_word_is_published_with_its_poster(platform, waiting):
    submit(platform, waiting)
    outputs(platform, waiting)
    expect_asked(platform, waiting, "COMPLETE")

    assert swept(platform, NEWS_DUE_S) == {"published": 1}
    video = platform.published(1)
    assert (video.version, video.playlist, video.duration_ms) == (waiting.version, "master.m3u8", 8_021)
    assert video.poster == f"{waiting.version}.0000001.jpg"
    assert platform.bus.envelopes[0]["occurredAt"] == "2025-11-21T04:41:00.000Z"
    assert transcode(complete(waiting, BUCKETS.media), None) == {"outcome": "nothing"}
    assert len(platform.bus.told) == 1


def test_a_job_that_failed_without_a_word_has_failed_and_its_price_comes_back(platform, waiting):
    submit(platform, waiting)
    expect_asked(platform, waiting, "ERROR", ErrorCode=1076)
    assert swept(platform, NEWS_DUE_S) == {"failed": 1}
    assert platform.uploads.find(waiting.upload).problem.reason == "1076"
    assert set(platform.reserved().values()) == {0}


def test_a_job_that_works_is_left_alone(platform, waiting):
    submit(platform, waiting)
    for percent in (10, 10):
        expect_asked(platform, waiting, "PROGRESSING", JobPercentComplete=percent)
    assert swept(platform, NEWS_DUE_S) == {"transcoding": 1}
    assert platform.status(waiting) == ("transcoding", 10)
    assert swept(platform, NEWS_DUE_S) == {"nothing": 1}


def test_a_job_that_mediaconvert_does_not_know_is_lost(platform, waiting):
    submit(platform, waiting)
    platform.mediaconvert.add_client_error("get_job", "NotFoundException", http_status_code=404)
    assert swept(platform, NEWS_DUE_S) == {"failed": 1}
    assert platform.uploads.find(waiting.upload).problem.reason == "lost"


def test_a_job_that_never_ends_is_called_off_and_its_price_comes_back(platform, waiting):
    submit(platform, waiting)
    expect_asked(platform, waiting, "PROGRESSING")
    assert swept(platform, 86_401) == {"failed": 1}

    expect_asked(platform, waiting, "PROGRESSING")
    platform.mediaconvert.add_response("cancel_job", {}, {"Id": JOB})
    assert swept(platform, 1) == {"cancelled": 1}
    expect_asked(platform, waiting, "CANCELED")
    assert swept(platform, 301) == {"cleared": 1}
    assert set(platform.reserved().values()) == {0}


def test_what_failed_leaves_nothing_and_is_not_looked_at_again(platform, waiting):
    platform.put(waiting)
    submit(platform, waiting)
    outputs(platform, waiting)
    other = upload(upload="other")
    outputs(platform, other)
    transcode(job_event(waiting, "ERROR", errorCode=1040), None)

    expect_asked(platform, waiting, "ERROR")
    assert swept(platform, 1) == {"cleared": 1}
    left = platform.keys(BUCKETS.uploads) + platform.keys(BUCKETS.media)
    assert left
    assert all("/other" in key for key in left)
    assert swept(platform, 10**6) == {}


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (probe(Width=1920, Height=1080), "not_vertical"),
        (probe(seconds=400.0), "too_long"),
        (probe(FrameRate={"Numerator": 4, "Denominator": 1}), "frame_rate_too_low"),
        ({"ProbeResults": [{"Container": {"Format": "zip", "Tracks": []}}]}, "unreadable"),
    ],
)
def test_what_was_refused_leaves_nothing(platform, waiting, answer, reason):
    platform.put(waiting)
    expect_probe(platform, answer)
    assert tell(waiting) == reason
    assert swept(platform, SETTLING_S) == {"cleared": 1}
    assert nothing_left(platform)
    assert platform.reserved() == {}


def test_a_file_that_comes_after_its_upload_has_failed_does_not_stay(platform, waiting):
    swept(platform, ABANDONED_AFTER_S + 1)
    swept(platform, 1)
    platform.put(waiting)
    assert tell(waiting) == "repeated"
    assert swept(platform, 1) == {"cleared": 1}
    assert nothing_left(platform)


def test_a_job_whose_file_was_replaced_is_called_off(platform, waiting):
    submit(platform, waiting)
    assert tell(waiting, etag="another") == "replaced"
    expect_asked(platform, waiting, "PROGRESSING")
    platform.mediaconvert.add_response("cancel_job", {}, {"Id": JOB})
    assert swept(platform, IN_FLIGHT_S) == {"cancelled": 1}
    expect_asked(platform, waiting, "CANCELED")
    assert swept(platform, 301) == {"cleared": 1}
    assert set(platform.reserved().values()) == {0}


def test_a_job_that_was_completed_for_nothing_stays_paid_for(platform, waiting):
    """MediaConvert charges for it, so the budget must not forget it."""
    submit(platform, waiting)
    tell(waiting, etag="another")
    expect_asked(platform, waiting, "COMPLETE")
    assert swept(platform, IN_FLIGHT_S) == {"cleared": 1}
    assert min(platform.reserved().values()) > 0
    assert "held" not in platform.stored(waiting)


def test_what_cannot_be_dealt_with_comes_up_again_behind_all_others(platform, waiting, capsys):
    other = upload(upload="other", due_at=CREATED_AT + 1_200_001)
    platform.uploads.create(other)
    platform.put(waiting)
    platform.put(other)
    platform.mediaconvert.add_client_error("probe", "InternalServerErrorException", http_status_code=500)
    expect_probe(platform)
    expect_job(platform)

    assert swept(platform, 1_201) == {"left": 1, "submitted": 1}
    assert '"UploadsLeft":[1.0]' in capsys.readouterr().out
    assert swept(platform, 1) == {}
    expect_probe(platform)
    expect_job(platform)
    assert swept(platform, 600) == {"submitted": 1}


def test_a_sweep_ends_before_its_time_does(platform, waiting, monkeypatch):
    monkeypatch.setattr(Context, "get_remaining_time_in_millis", lambda _self: 60_000)
    assert swept(platform, 10**6) == {}
