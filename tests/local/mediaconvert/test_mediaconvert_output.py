"""What a job leaves in the bucket, measured."""

from __future__ import annotations

import io

import av
import pytest

from tests.local.mediaconvert import streams

VIDEO = ["master_video_360.m3u8", "master_video_540.m3u8"]
SOUND = "master_audio_en.m3u8"


@pytest.fixture(scope="module")
def files(bench, told):
    assert told[-1]["status"] == "COMPLETE", told[-1]
    return bench.files("plain")


def test_content_types(files):
    kinds = {name.rpartition(".")[2]: kind for name, (_, kind) in files.items()}
    assert kinds == {
        "m3u8": "application/vnd.apple.mpegurl",
        "cmfv": "video/mp4",
        "cmfa": "audio/mp4",
        "jpg": "image/jpeg",
    }


def test_the_main_playlist_is_written_last(bench, files):
    """Whoever finds it finds everything it names."""
    names = [key for key in bench.aws.objects if key.startswith("media/media/s/1/plain/")]
    assert names[-1].endswith("/master.m3u8")


def test_the_sound_is_a_rendition_of_its_own(files):
    main = streams.playlist(files, "master.m3u8")
    (sound,) = main.media
    assert (sound.type, sound.language, sound.default, sound.autoselect, sound.channels) == (
        "AUDIO",
        "en",
        "YES",
        "YES",
        "2",
    )
    assert {one.stream_info.audio for one in main.playlists} == {sound.group_id}


def test_key_frames_and_segments_are_aligned_over_renditions(files):
    low, high = (streams.track(files, name)["keys"] for name in VIDEO)
    assert low == high == pytest.approx([0, 2, 4, 6, 8])
    assert streams.starts(files, VIDEO[0]) == streams.starts(files, VIDEO[1]) == [0, 4]


def test_picture_and_sound_start_together(files):
    picture, sound = streams.track(files, VIDEO[0])["times"][0], streams.track(files, SOUND)["times"][0]
    assert abs(picture - sound) <= 0.005
    assert streams.decode_times(files, VIDEO[0])[0] == streams.decode_times(files, SOUND)[0] == 0


def test_no_edit_list_moves_anything(files):
    """Some players honour edit lists and some do not; nothing may depend on it."""
    for name in ("master_video_360init.cmfv", "master_audio_eninit.cmfa"):
        data = files[name][0]
        at = data.find(b"elst")
        if at >= 0:
            assert data[at + 4 : at + 20] == bytes.fromhex("00000000 00000001 00000000 00000000")


def test_picture_and_sound_start_together_with_reordered_frames_too(bench):
    request = bench.job("reordered", "ntsc", source_width=360)
    h264 = request["Settings"]["OutputGroups"][0]["Outputs"][0]["VideoDescription"]["CodecSettings"]["H264Settings"]
    h264["NumberBFramesBetweenReferenceFrames"] = 3
    assert bench.run(request)[-1]["status"] == "COMPLETE"
    files = bench.files("reordered")
    assert streams.track(files, "master_video_360.m3u8")["times"][0] == pytest.approx(0, abs=0.005)
    assert streams.track(files, SOUND)["times"][0] == pytest.approx(0, abs=0.005)


def test_sound_keeps_its_place_to_the_end(files):
    """Clicks at whole seconds stay there. The one at 0 lies in the encoder's delay, 21 ms that nobody hears."""
    assert streams.onsets(files, SOUND)[1:] == pytest.approx([1, 2, 3, 4, 5, 6, 7, 8], abs=0.002)


def test_a_short_last_segment_is_joined_to_the_one_before(files):
    """8.4 s in segments of 4 s would leave 0.4 s, and the job wants none under a second."""
    assert [segment.duration for segment in streams.playlist(files, VIDEO[0]).segments] == pytest.approx([4, 4.4])
    assert len(streams.track(files, VIDEO[0])["times"]) == 210


def test_the_poster_is_the_last_of_two_pictures_and_lies_where_all_may_see_it(bench, files):
    posters = bench.posters("plain")
    assert sorted(posters) == [".0000000.jpg", ".0000001.jpg"]
    with av.open(io.BytesIO(posters[".0000001.jpg"][0]), mode="r") as container:
        frame = next(container.decode(video=0))
        assert (frame.width, frame.height) == (540, 960)


@pytest.mark.parametrize(
    ("source", "changes", "sizes"),
    [
        ("turned", {"source_width": 360}, [(360, 640)]),
        ("odd", {"source_width": 405}, [(360, 640)]),
        ("ntsc", {"source_width": 360}, [(360, 640)]),
    ],
)
def test_unusual_pictures(bench, source, changes, sizes):
    told = bench.run(bench.job(source, source, **changes))
    assert told[-1]["status"] == "COMPLETE", told[-1]
    files = bench.files(source)
    main = streams.playlist(files, "master.m3u8")
    assert [one.stream_info.resolution for one in main.playlists] == sizes
    for one in main.playlists:
        keys = streams.track(files, one.uri)["keys"]
        assert all(min(abs(start - key) for key in keys) < 0.002 for start in streams.starts(files, one.uri))


def test_a_turned_picture_fills_the_frame(bench, sources):
    """Without the turn it would stand between bars: the corners tell."""
    bench.run(bench.job("filled", "turned", source_width=360))
    with av.open(io.BytesIO(bench.posters("filled")[".0000000.jpg"][0]), mode="r") as container:
        frame = next(container.decode(video=0)).to_ndarray(format="gray")
    assert frame[:8].max() > 40
    assert frame[-8:].max() > 40


def test_a_silent_film_has_no_sound_rendition(bench):
    told = bench.run(bench.job("quiet", "silent", has_audio=False))
    assert told[-1]["status"] == "COMPLETE"
    main = streams.playlist(bench.files("quiet"), "master.m3u8")
    assert main.media == []
    assert all("mp4a" not in one.stream_info.codecs for one in main.playlists)


def test_sound_that_was_ordered_but_is_not_there_is_left_out_and_said(bench):
    """The selector names no track: MediaConvert makes the outputs without sound."""
    request = bench.job("hoped", "silent")
    told = bench.run(request)
    assert told[-1]["status"] == "COMPLETE"
    assert streams.playlist(bench.files("hoped"), "master.m3u8").media == []
    job = bench.client.get_job(Id=told[-1]["jobId"])["Job"]
    assert "has no audio" in job["Messages"]["Warning"][0]


def test_a_track_that_was_named_and_is_not_there_ends_the_job(bench):
    request = bench.job("named", "silent")
    request["Settings"]["Inputs"][0]["AudioSelectors"]["Audio Selector 1"]["Tracks"] = [1]
    last = bench.run(request)[-1]
    assert (last["status"], last["errorCode"]) == ("ERROR", 1040)
    assert "Audio track [1] not found in input container" in last["errorMessage"]
