"""Uploads of several files: nothing begins before all are there, and each is looked at before anything is paid for."""

from __future__ import annotations

import itertools

import pytest
from botocore.stub import ANY

from cliffhanger.media.domain import MAX_SUBTITLES_BYTES, Part
from functions.studio.handler import handler as studio
from functions.transcode.handler import handler
from tests.support.http import access_token, body_of, event
from tests.support.media_platform import BUCKETS, media_platform
from tests.support.media_samples import CREATED_AT, JOB, ROLE, arrival, probe, upload

VTT = b"WEBVTT\n\n00:01.000 --> 00:02.000\nHola.\n"
SPANISH = Part("subtitles", "es", "text/vtt", len(VTT))
DUB = Part("dub", "es", "audio/mp4", 500)
NAMES = ("source", "subtitles-es", "dub-es")
UPLOADS = "POST /v1/studio/series/{seriesId}/episodes/{episode}/uploads"
LINE = {"language": "es", "contentType": "text/vtt", "sizeBytes": 200}
SOUND = {"language": "es", "contentType": "audio/mp4", "sizeBytes": 500}
BODY = {"contentType": "video/mp4", "sizeBytes": 1_000, "subtitles": [LINE], "dubs": [SOUND]}


@pytest.fixture
def platform(monkeypatch):
    monkeypatch.setattr("functions.studio.handler.system_clock", lambda: CREATED_AT)
    with media_platform(monkeypatch) as made:
        yield made


@pytest.fixture
def waiting(platform):
    made = upload(SPANISH, DUB)
    platform.uploads.create(made)
    return made


def sound(seconds=8.0):
    track = {"Index": 1, "TrackType": "audio", "Codec": "AAC", "Duration": seconds}
    return {"ProbeResults": [{"Container": {"Format": "mp4", "Duration": seconds, "Tracks": [track]}}]}


def arrive(platform, of, name, content=b"", **changes):
    etag = platform.put(of, name, content or (VTT if name.startswith("subtitles") else b""))
    return handler(arrival(of, BUCKETS.uploads, part=name, **({"etag": etag} | changes)), None)["outcome"]


def expect(platform, *answers, job=True):
    for answer in answers:
        platform.mediaconvert.add_response("probe", answer, {"InputFiles": ANY})
    if job:
        expected = dict.fromkeys(
            ("Role", "Queue", "ClientRequestToken", "StatusUpdateInterval", "AccelerationSettings", "UserMetadata"), ANY
        )
        answer = {"Job": {"Id": JOB, "Role": ROLE, "Settings": {}}}
        platform.mediaconvert.add_response("create_job", answer, {**expected, "Settings": ANY})


def ask(body):
    who = access_token("cleo", groups=("creator",))
    where = {"seriesId": "the-last-train", "episode": "1"}
    return studio(event("POST", "/v1/studio", route=UPLOADS, path_parameters=where, body=body, token=who), None)


def problem(platform, of):
    found = platform.uploads.find(of.upload)
    assert found.status == "failed"
    return found.problem


@pytest.mark.parametrize("order", list(itertools.permutations(NAMES)))
def test_in_whatever_order_the_files_arrive_one_job_begins_with_the_last(platform, waiting, order):
    expect(platform, probe(), sound())
    assert [arrive(platform, waiting, name) for name in order] == ["awaiting", "awaiting", "submitted"]
    platform.mediaconvert.assert_no_pending_responses()
    assert platform.status(waiting) == ("transcoding", 0)


def test_the_job_reads_the_subtitles_that_we_wrote_and_not_those_that_were_sent(platform, waiting, monkeypatch):
    orders = []

    def submit(order):
        orders.append(order)
        return JOB

    monkeypatch.setattr(platform.pipeline.transcoder, "submit", submit)
    expect(platform, probe(), sound(), job=False)
    for name in NAMES:
        arrive(platform, waiting, name)

    [order] = orders
    key = f"clean/the-last-train/1/{waiting.upload}/es.vtt"
    assert order.subtitles == (("es", f"s3://{BUCKETS.uploads}/{key}"),)
    assert order.dubs == (("es", f"s3://{BUCKETS.uploads}/{waiting.source_prefix}dub-es.m4a"),)
    written = platform.s3.get_object(Bucket=BUCKETS.uploads, Key=key)["Body"].read()
    assert written == b"WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nHola.\n"


def test_a_part_that_arrives_twice_counts_once(platform, waiting):
    assert arrive(platform, waiting, "subtitles-es") == "awaiting"
    before = platform.stored(waiting)
    assert arrive(platform, waiting, "subtitles-es") == "awaiting"
    assert platform.stored(waiting)["etags"] == before["etags"]
    assert platform.status(waiting) == ("awaiting", 0)


@pytest.mark.parametrize("name", NAMES)
def test_a_part_that_is_replaced_before_all_are_there_ends_the_upload(platform, waiting, name):
    arrive(platform, waiting, name)
    assert arrive(platform, waiting, name, etag="another") == "replaced"
    assert problem(platform, waiting).reason == "replaced"
    for other in NAMES:
        assert arrive(platform, waiting, other) in ("repeated", "replaced")
    platform.mediaconvert.assert_no_pending_responses()


def test_subtitles_that_are_replaced_after_they_were_told_of_are_not_read(platform, waiting):
    """The event of the second file is still on its way."""
    for name in ("dub-es", "subtitles-es"):
        arrive(platform, waiting, name)
    platform.put(waiting, "subtitles-es", b"x" * len(VTT))
    expect(platform, probe(), sound(), job=False)
    assert arrive(platform, waiting, "source") == "replaced"


def test_a_part_of_another_size_than_declared_ends_the_upload(platform, waiting):
    assert arrive(platform, waiting, "dub-es", size=501) == "wrong_size"
    assert "dub-es" in problem(platform, waiting).detail


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"WEBVTT\n\n00:01.000 --> 00:02.000\n<script>x</script>\n", "subtitles_markup"),
        (b"WEBVTT\n\n00:01.000 -> 00:02.000\nx\n", "subtitles_malformed"),
        (b"WEBVTT\n\n00:01.000 --> 00:03.000\nx\n\n00:02.000 --> 00:04.000\ny\n", "subtitles_overlap"),
        (b"WEBVTT\n\n00:09.000 --> 00:10.000\nx\n", "subtitles_past_end"),
        (b"WEBVTT\n\n00:01.000 --> 00:02.000\n\xff\n", "subtitles_not_utf8"),
    ],
)
def test_subtitles_that_cannot_be_taken_end_the_upload_with_their_line(platform, text, reason):
    made = upload(Part("subtitles", "es", "text/vtt", len(text)))
    platform.uploads.create(made)
    expect(platform, probe(), job=False)
    arrive(platform, made, "source")
    assert arrive(platform, made, "subtitles-es", text) == reason

    told = problem(platform, made)
    assert (told.code, told.reason) == ("media_refused", reason)
    assert told.detail.startswith("Subtitles es: Line ")
    assert platform.reserved() == {}


@pytest.mark.parametrize(
    ("answer", "reason"),
    [(sound(6.9), "dub_length"), (sound(9.1), "dub_length"), ({"ProbeResults": []}, "dub_silent")],
)
def test_a_dub_that_does_not_fit_ends_the_upload(platform, waiting, answer, reason):
    expect(platform, probe(), job=False)
    platform.mediaconvert.add_response("probe", answer, {"InputFiles": ANY})
    for name in ("source", "dub-es"):
        arrive(platform, waiting, name)
    assert arrive(platform, waiting, "subtitles-es") in (reason, "submitted")
    assert problem(platform, waiting).reason == reason
    assert problem(platform, waiting).detail.startswith("Dub es: ")


def test_each_file_has_a_form_for_its_own_key_type_and_size(platform):
    answer = ask(BODY)
    assert answer["statusCode"] == 201
    form = body_of(answer)
    folder = f"uploads/the-last-train/1/{form['uploadId']}/"
    assert form["fields"]["key"] == f"{folder}source"
    kinds = [(part["kind"], part["language"]) for part in form["parts"]]
    assert kinds == [("subtitles", "es"), ("dub", "es")]
    signed = [(part["fields"]["key"], part["fields"]["Content-Type"]) for part in form["parts"]]
    assert signed == [(f"{folder}subtitles-es.vtt", "text/vtt"), (f"{folder}dub-es.m4a", "audio/mp4")]
    found = platform.uploads.find(form["uploadId"])
    assert [part.size_bytes for part in found.parts] == [1_000, 200, 500]


@pytest.mark.parametrize(
    "changes",
    [
        {"subtitles": [LINE] * 2},
        {"subtitles": [LINE | {"language": name} for name in ["de", "es", "fr", "it", "ja", "ko", "pt", "zh", "nl"]]},
        {"subtitles": [LINE | {"sizeBytes": MAX_SUBTITLES_BYTES + 1}]},
        {"subtitles": [LINE | {"sizeBytes": 0}]},
        {"subtitles": [LINE | {"language": "../es"}]},
        {"subtitles": [LINE | {"contentType": "text/html"}]},
        {"subtitles": [LINE | {"key": "x"}]},
        {"dubs": [SOUND | {"language": "en"}]},
        {"dubs": [SOUND | {"language": name} for name in ["de", "es", "fr", "it", "ja"]]},
        {"dubs": [SOUND | {"sizeBytes": 64 * 1024**2 + 1}]},
    ],
)
def test_parts_that_do_not_fit_get_no_form_and_leave_nothing(platform, changes):
    answer = ask(BODY | changes)
    assert (answer["statusCode"], body_of(answer)["code"]) == (422, "validation_failed")
    assert platform.dynamodb.scan(TableName="test-uploads")["Count"] == 0
