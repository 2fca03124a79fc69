"""Jobs as a client sees them: taken or refused, told of, done once."""

from __future__ import annotations

import json
import threading
import urllib.error
import urllib.request

import pytest
from botocore.exceptions import ClientError

from cliffhanger.media.job import Track, build_job
from cliffhanger.media.probe import examine
from cliffhanger.media.signals import job_change_of
from local.mediaconvert import engine
from local.mediaconvert.cachedir import Cache, cache_key
from local.mediaconvert.jobs import JobBook
from local.mediaconvert.model import JobFailed
from local.mediaconvert.packaging import Package, PackagedFile
from tests.local.fake_aws import FakeAws
from tests.local.mediaconvert.conftest import OVER, Bench, order
from tests.local.programs import running


def code_of(caught):
    return caught.value.response["Error"]["Code"]


def test_a_job_tells_its_whole_story_in_order(bench, told):
    words = [detail["status"] for detail in told]
    assert words[:2] == ["PROGRESSING", "INPUT_INFORMATION"]
    assert words[-1] == "COMPLETE"
    assert set(words[2:-1]) == {"STATUS_UPDATE"}
    percents = [detail["jobProgress"]["jobPercentComplete"] for detail in told if "jobProgress" in detail]
    assert percents == sorted(percents)
    assert all(0 <= percent < 100 for percent in percents)
    event = bench.aws.events[0]
    assert (event["Source"], event["DetailType"]) == ("aws.mediaconvert", "MediaConvert Job State Change")
    assert event["Resources"] == [f"arn:aws:mediaconvert:us-east-1:000000000000:jobs/{told[0]['jobId']}"]


def test_the_product_understands_the_last_event(told):
    event = {"source": "aws.mediaconvert", "detail-type": "MediaConvert Job State Change", "detail": told[-1]}
    change = job_change_of(event)
    assert change is not None
    assert (change.status, change.upload, change.duration_ms) == ("COMPLETE", "plain", 8400)
    assert change.playlists == ("s3://media/media/s/1/plain/master.m3u8",)


def test_the_last_event_has_the_form_of_the_documentation(told):
    stream, poster = told[-1]["outputGroupDetails"]
    assert stream["type"] == "CMAF_GROUP"
    assert [one.get("videoDetails", {}).get("widthInPx") for one in stream["outputDetails"]] == [360, 540, None]
    assert poster["type"] == "FILE_GROUP"
    assert poster["outputDetails"][0]["outputFilePaths"] == ["s3://media/posters/s/1/plain.0000001.jpg"]
    assert told[-1]["userMetadata"] == {"series": "s", "episode": "1", "version": "plain"}


def test_a_finished_job_can_be_read(bench, told):
    job = bench.client.get_job(Id=told[-1]["jobId"])["Job"]
    assert (job["Status"], job["JobPercentComplete"]) == ("COMPLETE", 100)
    assert job["Settings"] == build_job(order("plain"))["Settings"]
    assert job["Timing"]["SubmitTime"] <= job["Timing"]["StartTime"] <= job["Timing"]["FinishTime"]
    assert job["OutputGroupDetails"][0]["OutputDetails"][0]["VideoDetails"] == {"WidthInPx": 360, "HeightInPx": 640}


def test_the_same_token_gives_the_same_job(bench):
    request = bench.job("twice", "silent", has_audio=False)
    first, second = (bench.client.create_job(**request)["Job"]["Id"] for _ in range(2))
    assert first == second
    other = bench.client.create_job(**(request | {"ClientRequestToken": "another"}))["Job"]["Id"]
    assert other != first
    bench.aws.wait_for(lambda: any(detail["status"] == "COMPLETE" for detail in bench.aws.details(other)))


def test_a_token_is_forgotten_after_a_minute():
    """MediaConvert's own bound: what relies on more would work here and fail there."""
    now = [1_000_000]
    book = JobBook(region="us-east-1", account="000000000000", clock=lambda: now[0])
    request = {"ClientRequestToken": "t", "Settings": {}}
    first = book.add(request).id
    now[0] += 59_999
    assert book.add(request).id == first
    now[0] += 1
    assert book.add(request).id != first


def test_jobs_are_listed_newest_first_and_in_pages(bench, told):
    everything = [job["Id"] for page in bench.client.get_paginator("list_jobs").paginate() for job in page["Jobs"]]
    assert told[-1]["jobId"] in everything
    assert everything == sorted(everything, key=lambda name: int(name.split("-")[0]), reverse=True)
    page = bench.client.list_jobs(MaxResults=1)
    rest = bench.client.list_jobs(MaxResults=20, NextToken=page["NextToken"])["Jobs"] if "NextToken" in page else []
    assert page["Jobs"][0]["Id"] not in [job["Id"] for job in rest]
    assert {job["Status"] for job in bench.client.list_jobs(Status="COMPLETE")["Jobs"]} == {"COMPLETE"}


def test_what_is_not_there_is_not_found(bench):
    with pytest.raises(ClientError) as caught:
        bench.client.get_job(Id="nothing")
    assert code_of(caught) == "NotFoundException"
    assert isinstance(caught.value, bench.client.exceptions.NotFoundException)


def spoil(path, value):
    """A change of the product's job: the member at a path set to a value."""

    def change(request):
        place = request
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = value

    return change


GROUP = ("Settings", "OutputGroups", 0)
H264 = (*GROUP, "Outputs", 0, "VideoDescription", "CodecSettings", "H264Settings")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (spoil((*H264, "Bitrate"), 1_000_000), "Bitrate"),
        (spoil((*H264, "GopSize"), 3.0), "GopSize"),
        (spoil((*H264, "RateControlMode"), "MAGIC"), "MAGIC"),
        (spoil((*H264, "QvbrSettings", "QvbrQualityLevel"), 11), "11"),
        (spoil((*GROUP, "Outputs", 1, "NameModifier"), "_video_360"), "NameModifier"),
        (spoil((*GROUP, "OutputGroupSettings", "Type"), "HLS_GROUP_SETTINGS"), "HLS_GROUP_SETTINGS"),
        (
            spoil((*GROUP, "OutputGroupSettings", "CmafGroupSettings", "Destination"), "file:///elsewhere/x"),
            "file:///elsewhere/x",
        ),
        (spoil(("Settings", "Inputs", 0, "FileInput"), "/etc/passwd"), "/etc/passwd"),
        (spoil(("Settings", "Inputs", 0, "InputClippings"), [{"StartTimecode": "00:00:01:00"}]), "inputClippings"),
    ],
)
def test_a_job_that_would_not_run_is_refused_with_what_is_wrong(bench, change, words):
    request = build_job(order("refused"))
    change(request)
    before = len(bench.aws.events)
    with pytest.raises(ClientError) as caught:
        bench.client.create_job(**request)
    assert code_of(caught) == "BadRequestException"
    assert words in caught.value.response["Error"]["Message"]
    assert len(bench.aws.events) == before


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("text", 1010),
        ("zip", 1010),
        ("empty", 1010),
        ("headless", 1010),
        ("playlist", 1010),
        ("truncated", 1076),
        ("sound", 1030),
    ],
)
def test_a_file_that_is_no_whole_film_ends_in_an_error(bench, source, code):
    told = bench.run(bench.job(f"bad-{source}", source))
    assert (told[-1]["status"], told[-1]["errorCode"]) == ("ERROR", code)
    assert told[-1]["errorMessage"]
    assert bench.files(f"bad-{source}") == {}
    assert bench.client.get_job(Id=told[-1]["jobId"])["Job"]["ErrorCode"] == code


def test_a_source_that_is_not_there_ends_in_an_error(bench):
    last = bench.run(build_job(order("missing")))[-1]
    assert (last["status"], last["errorCode"]) == ("ERROR", 1404)


def test_the_queue_goes_on_after_an_error(bench):
    bench.put("after", "silent")
    bench.run(bench.job("before", "text"))
    assert bench.run(build_job(order("after", has_audio=False)))[-1]["status"] == "COMPLETE"


def test_probe_answers_in_the_products_terms(bench):
    bench.put("probed", "turned")
    answer = bench.client.probe(InputFiles=[{"FileUrl": "s3://uploads/uploads/s/1/probed/source"}])
    probed = examine(answer)
    assert (probed.width, probed.height, probed.has_audio) == (360, 640, True)
    assert probed.duration_ms == pytest.approx(2000, abs=60)
    assert answer["ProbeResults"][0]["Metadata"]["FileSize"] == len(bench.sources("turned").read_bytes())


@pytest.mark.parametrize("source", ["text", "zip", "headless", "playlist"])
def test_probe_refuses_what_holds_no_media(bench, source):
    bench.put("unknown", source)
    with pytest.raises(ClientError) as caught:
        bench.client.probe(InputFiles=[{"FileUrl": "s3://uploads/uploads/s/1/unknown/source"}])
    assert code_of(caught) == "BadRequestException"


def test_a_job_that_waits_can_be_called_off(bench):
    first = bench.client.create_job(**bench.job("running", "plain", language="de"))["Job"]["Id"]
    second = bench.client.create_job(**bench.job("waiting", "plain", language="fr"))["Job"]["Id"]
    bench.client.cancel_job(Id=second)
    bench.aws.wait_for(lambda: any(detail["status"] == "CANCELED" for detail in bench.aws.details(second)))
    bench.aws.wait_for(lambda: any(detail["status"] == "COMPLETE" for detail in bench.aws.details(first)))
    assert bench.files("waiting") == {}
    with pytest.raises(ClientError) as caught:
        bench.client.cancel_job(Id=first)
    assert code_of(caught) == "ConflictException"


def test_a_job_that_runs_can_be_called_off_and_leaves_nothing(bench):
    job = bench.client.create_job(**bench.job("called-off", "plain", language="it"))["Job"]["Id"]
    bench.aws.wait_for(lambda: any(detail["status"] == "STATUS_UPDATE" for detail in bench.aws.details(job)))
    bench.client.cancel_job(Id=job)
    bench.aws.wait_for(lambda: any(detail["status"] in OVER for detail in bench.aws.details(job)))
    assert bench.aws.details(job)[-1]["status"] == "CANCELED"
    assert bench.client.get_job(Id=job)["Job"]["Status"] == "CANCELED"
    assert bench.files("called-off") == bench.posters("called-off") == {}


def test_an_encoder_that_is_killed_midway_is_an_error():
    seen: list[float] = []
    with pytest.raises(JobFailed) as caught:
        engine.run(
            ["sh", "-c", "echo out_time_us=1500000; kill -9 $$"], progress=seen.append, canceled=threading.Event()
        )
    assert (seen, caught.value.code) == ([1.5], 1999)


@pytest.mark.parametrize(
    ("content", "code"),
    [(None, 1404), (b"", 1010), (b"1\n00:00:01,000 --> 00:00:02,000\nNo.", 1010), (b"WEBVTT\n\n\xff", 1010)],
)
def test_subtitles_that_are_not_there_or_do_not_parse_end_the_job(bench, content, code):
    version = f"mute-{code}-{len(content or b'')}"
    where = bench.beside(version, "en.vtt", content) if content is not None else "s3://uploads/nowhere/en.vtt"
    told = bench.run(bench.job(version, "silent", has_audio=False, subtitles=(Track("en", where),)))
    assert (told[-1]["status"], told[-1]["errorCode"]) == ("ERROR", code)
    assert bench.files(version) == {}


@pytest.mark.parametrize(("dub", "code"), [("silent", 1040), ("text", 1010), ("truncated", 1076)])
def test_a_dub_that_holds_no_whole_sound_ends_the_job(bench, dub, code):
    version = f"dubbed-{dub}"
    where = bench.beside(version, "en", bench.sources(dub).read_bytes())
    told = bench.run(bench.job(version, "silent", has_audio=False, dubs=(Track("en", where),)))
    assert (told[-1]["status"], told[-1]["errorCode"]) == ("ERROR", code)
    assert bench.files(version) == {}


def test_an_unsigned_request_is_not_answered(bench):
    """A page in a browser can send a plain POST to a port of this machine; it cannot send a signature."""
    request = urllib.request.Request(f"{bench.program.url}/2017-08-29/jobs", data=b"{}", method="POST")
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(request, timeout=10)
    assert caught.value.code == 403
    caught.value.close()
    with urllib.request.urlopen(f"{bench.program.url}/_local/health", timeout=10) as answer:
        assert json.load(answer) == {"ready": True}


def test_a_crash_of_the_encoder_is_an_error_with_its_last_words(tmp_path):
    with pytest.raises(JobFailed) as caught:
        engine.run(
            [engine.executable(), "-v", "error", "-i", str(tmp_path / "none"), str(tmp_path / "out.mp4")],
            progress=lambda _seconds: None,
            canceled=threading.Event(),
        )
    assert caught.value.code == 1999
    assert "No such file" in caught.value.message


def test_a_second_start_does_not_transcode_again(tmp_path, sources):
    """The same bytes and the same settings come out of the cache, wherever they are to go."""
    cache = tmp_path / "cache"
    made = []
    for version in ("one", "two"):
        aws = FakeAws()
        with running("local.mediaconvert", "--port", 0, "--endpoint", aws.url, "--cache", cache) as program:
            bench = Bench(program, aws, sources)
            told = bench.run(bench.job(version, "silent", has_audio=False))
            phases = {detail["jobProgress"]["currentPhase"] for detail in told if "jobProgress" in detail}
            made.append((told[-1]["status"], "TRANSCODING" in phases, bench.files(version)))
            assert program.stop() == 0
        aws.close()
    assert [(status, transcoded) for status, transcoded, _ in made] == [("COMPLETE", True), ("COMPLETE", False)]
    assert made[0][2] == made[1][2]


def test_the_cache_knows_what_matters():
    plain = build_job(order("a"))
    key = cache_key(plain, {order("a").source: "digest"})
    assert cache_key(build_job(order("b")), {order("b").source: "digest"}) == key
    assert cache_key(plain, {order("a").source: "other digest"}) != key
    changed = build_job(order("a"))
    spoil((*H264, "MaxBitrate"), 1)(changed)
    assert cache_key(changed, {order("a").source: "digest"}) != key
    dubbed = build_job(order("a", dubs=(Track("de", "s3://uploads/de"),)))
    kinds = [cache_key(dubbed, {order("a").source: "digest", "s3://uploads/de": dub}) for dub in ("one", "two")]
    assert len({key, *kinds}) == 3
    assert "FileInput" in plain["Settings"]["Inputs"][0]


def test_a_damaged_package_is_made_again(tmp_path):
    cache = Cache(tmp_path)

    def build(folder):
        (folder / "0-.x.jpg").write_bytes(b"x")
        package = Package((PackagedFile(0, ".x.jpg", "image/jpeg"),), ())
        package.save(folder)
        return package

    folder, _ = cache.make("key", build)
    assert cache.find("key") is not None
    (folder / "0-.x.jpg").unlink()
    assert cache.find("key") is None
    assert not folder.exists()


def test_it_stops_while_it_works(tmp_path, sources):
    aws = FakeAws()
    with running("local.mediaconvert", "--port", 0, "--endpoint", aws.url, "--cache", tmp_path / "cache") as program:
        bench = Bench(program, aws, sources)
        job = bench.client.create_job(**bench.job("stopped", "plain"))["Job"]["Id"]
        aws.wait_for(lambda: any(detail["status"] == "STATUS_UPDATE" for detail in aws.details(job)))
        assert program.stop() == 0
        assert aws.details(job)[-1]["status"] == "STATUS_UPDATE"
    aws.close()
