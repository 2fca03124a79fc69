from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cliffhanger.media.publication import Publication, publication_of, published_event
from cliffhanger.media.signals import Arrival, arrival_of, job_change_of
from cliffhanger.media.transitions import belongs, plan_change
from tests.support.media_samples import CREATED_AT, JOB, arrival, complete, job_event, progress, upload


def change_of(event):
    change = job_change_of(event)
    assert change is not None
    return change


def plan(event, **state):
    return plan_change(upload(**state), change_of(event))


def test_an_arrival_is_known_by_its_key():
    found = arrival_of(arrival(upload()), "uploads")

    key = "uploads/the-last-train/1/7k2m9x4q0v5t8w1z/source"
    assert found == Arrival(key, "the-last-train", 1, "7k2m9x4q0v5t8w1z", "source", 1_000, "b1946ac9")
    assert belongs(upload(), found)


@pytest.mark.parametrize(
    "key",
    [
        "uploads/the-last-train/1/7k2m9x4q0v5t8w1z/source/more",
        "uploads/the-last-train/1/7k2m9x4q0v5t8w1z/poster",
        "uploads/the-last-train/0/7k2m9x4q0v5t8w1z/source",
        "uploads/the-last-train/01/7k2m9x4q0v5t8w1z/source",
        "uploads/../1/7k2m9x4q0v5t8w1z/source",
        "uploads/The-Last-Train/1/7k2m9x4q0v5t8w1z/source",
        "media/the-last-train/1/7k2m9x4q0v5t8w1z/source",
        "uploads/the-last-train/1/7k2m9x4q0v5t8w1z/source\n",
        "",
    ],
)
def test_a_key_that_is_not_ours_is_no_arrival(key):
    assert arrival_of(arrival(upload(), key=key), "uploads") is None


def test_a_file_in_another_bucket_is_no_arrival():
    assert arrival_of(arrival(upload(), bucket="someone-elses"), "uploads") is None


def test_a_file_for_another_episode_does_not_belong():
    found = arrival_of(arrival(upload(episode=2)), "uploads")

    assert found is not None
    assert not belongs(upload(episode=1), found)


def test_a_change_picks_playlists_by_extension_and_the_longest_output():
    change = change_of(complete(upload()))

    assert change.playlists == ("s3://media/media/the-last-train/1/7k2m9x4q0v5t8w1z/master.m3u8",)
    assert change.duration_ms == 8_021
    assert (change.job, change.status, change.at) == (JOB, "COMPLETE", CREATED_AT + 60_000)


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"source": "aws.mediaconvert", "detail-type": "MediaConvert Job State Change"},
        job_event(upload(), "COMPLETE") | {"source": "aws.elsewhere"},
        job_event(upload(), "COMPLETE") | {"detail-type": "MediaConvert Queue Hop"},
        job_event(upload(), "COMPLETE", userMetadata={}),
        job_event(upload(), "COMPLETE", userMetadata={"version": "../../etc"}),
        job_event(upload(), "COMPLETE", job=""),
    ],
)
def test_an_event_about_something_else_is_no_change(event):
    assert job_change_of(event) is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=10,
)


@given(
    st.dictionaries(
        st.sampled_from(["status", "jobProgress", "outputGroupDetails", "userMetadata", "timestamp", "errorCode"]), JSON
    )
)
def test_whatever_a_job_tells_is_read_and_never_crashes(detail):
    event = job_event(upload(), "COMPLETE")
    event["detail"] |= detail
    change = job_change_of(event)

    if change is not None:
        plan_change(upload(status="transcoding", job=JOB), change)
        publication_of(upload(), change, "media")


def test_progress_only_rises():
    assert plan(progress(upload(), 50), status="transcoding", job=JOB, percent=20).percent == 50
    assert plan(progress(upload(), 20), status="transcoding", job=JOB, percent=50) is None
    assert plan(progress(upload(), 50), status="transcoding", job=JOB, percent=50) is None


def test_progress_never_says_that_the_episode_plays():
    assert plan(progress(upload(), 100), status="transcoding", job=JOB).percent == 99


def test_a_job_may_tell_of_itself_before_its_submission_is_recorded():
    adopted = plan(job_event(upload(), "PROGRESSING"), status="received")

    assert (adopted.status, adopted.job) == ("transcoding", JOB)
    assert plan(complete(upload()), status="received").status == "published"


@pytest.mark.parametrize("status", ["awaiting", "published", "failed"])
@pytest.mark.parametrize("event", [complete(upload()), progress(upload(), 50), job_event(upload(), "ERROR")])
def test_a_late_event_changes_nothing(status, event):
    assert plan(event, status=status, job=None if status == "awaiting" else JOB) is None


def test_another_jobs_event_changes_nothing():
    assert plan(complete(upload(), job="1763700000000-other"), status="transcoding", job=JOB) is None


def test_a_status_that_nobody_knows_changes_nothing():
    assert plan(job_event(upload(), "QUEUE_HOP"), status="transcoding", job=JOB) is None


@pytest.mark.parametrize(
    ("event", "reason"),
    [(job_event(upload(), "ERROR", errorCode=1040, errorMessage="secret path"), "1040"),
     (job_event(upload(), "CANCELED"), "canceled")],
)  # fmt: skip
def test_a_failed_job_says_why_without_the_services_words(event, reason):
    failed = plan(event, status="transcoding", job=JOB)

    assert failed.status == "failed"
    assert (failed.problem.code, failed.problem.reason) == ("transcode_failed", reason)
    assert "secret" not in failed.problem.detail


def test_the_main_playlist_is_published_wherever_it_stands_in_the_list():
    folder = f"s3://media/{upload().output_prefix}"
    names = ["master_video_360.m3u8", "master_audio_en.m3u8", "master.m3u8"]
    groups = [{"playlistFilePaths": [folder + name for name in names], "outputDetails": [{"durationInMs": 8_000}]}]

    found = publication_of(upload(), change_of(complete(upload(), outputGroupDetails=groups)), "media")

    assert found == Publication("the-last-train", 1, "7k2m9x4q0v5t8w1z", "master.m3u8", 8_000, CREATED_AT + 60_000)


@pytest.mark.parametrize(
    "path",
    [
        "s3://media/media/the-last-train/10/7k2m9x4q0v5t8w1z/master.m3u8",
        "s3://other/media/the-last-train/1/7k2m9x4q0v5t8w1z/master.m3u8",
        "s3://media/media/the-last-train/1/7k2m9x4q0v5t8w1z/../master.m3u8",
        "s3://media/media/the-last-train/1/7k2m9x4q0v5t8w1z/.m3u8",
    ],
)
def test_a_playlist_that_lies_elsewhere_is_not_published(path):
    groups = [{"playlistFilePaths": [path], "outputDetails": [{"durationInMs": 8_000}]}]

    assert publication_of(upload(), change_of(complete(upload(), outputGroupDetails=groups)), "media") is None


def test_an_episode_without_a_length_is_not_published():
    groups = [{"playlistFilePaths": [f"s3://media/{upload().output_prefix}master.m3u8"]}]

    assert publication_of(upload(), change_of(complete(upload(), outputGroupDetails=groups)), "media") is None


def test_the_same_publication_is_the_same_event():
    found = publication_of(upload(), change_of(complete(upload())), "media")
    assert found is not None

    assert published_event(found) == published_event(found)
    assert published_event(found).fact == ("the-last-train", "1", "7k2m9x4q0v5t8w1z")
