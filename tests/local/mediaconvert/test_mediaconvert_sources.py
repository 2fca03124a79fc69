"""Sources as they come: what is no episode is told by its own word, and what is odd becomes a right ladder."""

from __future__ import annotations

import io

import av
import numpy as np
import pytest

from cliffhanger.errors import MediaRefused
from cliffhanger.media.probe import examine
from cliffhanger.media.transcoder import Transcoder
from tests.support.hls.beside import jpeg_size
from tests.support.hls.presentation import read
from tests.support.hls.rules import problems_of


def probed(bench, source):
    """What the product makes of a source that it has MediaConvert probe."""
    bench.put(f"probed-{source}", source)
    transcoder = Transcoder(bench.client, "role", "queue")
    return examine(transcoder.probe(f"s3://uploads/uploads/s/1/probed-{source}/source"))


def made(bench, source):
    """The files of a source's own job, from its probe to the bucket."""
    found = probed(bench, source)
    version = f"made-{source}"
    request = bench.job(
        version,
        source,
        source_width=found.width,
        frame_rate=found.frame_rate,
        to_bt709=not found.is_bt709,
        has_audio=found.has_audio,
    )
    told = bench.run(request)
    assert told[-1]["status"] == "COMPLETE", told[-1].get("errorMessage")
    return {name: content for name, (content, _) in bench.files(version).items()}


def picture(files, name="master_video_360.m3u8", at=0):
    """One decoded frame of a rendition, and what it says of its colours."""
    rendition = read(files).renditions[name]
    data = files[rendition.media.initial] + files[rendition.media.segments[0].uri]
    with av.open(io.BytesIO(data), mode="r") as container:
        frame = list(container.decode(video=0))[at]
        context = container.streams.video[0].codec_context
        return frame, (context.pix_fmt, context.color_primaries, context.color_trc, context.colorspace)


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("text", "unreadable"),
        ("zip", "unreadable"),
        ("empty", "unreadable"),
        ("headless", "unreadable"),
        ("playlist", "unreadable"),
        ("png", "unreadable"),
        ("jpeg", "unreadable"),
        ("sound", "no_video"),
        ("flat", "not_vertical"),
        ("eight_k", "too_large"),
        ("over_long", "too_long"),
        ("four_frames", "frame_rate_too_low"),
    ],
)
def test_what_is_no_episode_is_refused_by_its_own_word(bench, source, reason):
    with pytest.raises(MediaRefused) as caught:
        probed(bench, source)
    assert caught.value.members["reason"] == reason


@pytest.mark.parametrize(
    ("source", "rate"), [("variable", 30), ("fast", 60), ("ten_bit", 25), ("wide", 25), ("turned", 25), ("silent", 25)]
)
def test_what_is_odd_becomes_a_ladder_that_breaks_no_rule(bench, source, rate):
    files = made(bench, source)
    assert problems_of(files) == []
    assert {round(float(one["FRAME-RATE"])) for one in read(files).main.variants} == {rate}


def test_ten_bits_become_eight(bench):
    assert probed(bench, "ten_bit").is_bt709
    _, (pixels, *_) = picture(made(bench, "ten_bit"))
    assert pixels == "yuv420p"


def test_high_dynamic_range_becomes_bt709(bench):
    """Code points of H.273: 9 and 16 are BT.2020 and PQ, 1 is BT.709 thrice. A grey of 100 nits stays a light grey."""
    assert not probed(bench, "wide").is_bt709
    frame, told = picture(made(bench, "wide"))
    assert told == ("yuv420p", 1, 1, 1)
    assert 120 < np.median(frame.to_ndarray(format="gray")) < 240


def test_a_variable_rate_becomes_a_constant_one_without_losing_its_time(bench):
    shown = read(made(bench, "variable"))
    (rendition,) = (shown.renditions[shown.main.variants[0]["URI"]],)
    steps = {sample.duration for segment in rendition.segments for sample in segment}
    assert len(steps) == 1
    assert sum(rendition.lengths) == pytest.approx(5, abs=0.1)


def test_a_turned_picture_stands_upright_in_thumbnails_and_poster_too(bench):
    """Its top is dark and its bottom bright once it is turned as its metadata says."""
    files = made(bench, "leaning")
    posters = bench.posters("made-leaning")
    tile = files["master_thumbnails_000000001.jpg"]
    assert jpeg_size(tile) == (720, 1280)
    for data, height in ((posters[".0000000.jpg"][0], 640), (tile, 256)):
        with av.open(io.BytesIO(data), mode="r") as container:
            grey = next(container.decode(video=0)).to_ndarray(format="gray")[:height, :144]
        assert grey[: height // 3].mean() < 60
        assert grey[-height // 3 :].mean() > 180
    frame, _ = picture(files)
    assert frame.to_ndarray(format="gray")[:200].mean() < 60
