"""What a job leaves in the bucket, held against every rule of HLS that matters here; and the rules against mutants."""

from __future__ import annotations

import struct

import pytest

from tests.support.hls.beside import cues_of, jpeg_size
from tests.support.hls.presentation import read
from tests.support.hls.rules import problems_of

MAIN, LOW, HIGH = "master.m3u8", "master_video_360.m3u8", "master_video_540.m3u8"
ENGLISH, SUBTITLES, TILES = "master_audio_en.m3u8", "master_subtitles_en.m3u8", "master_thumbnails.m3u8"


def test_a_film_with_dubs_subtitles_and_thumbnails_breaks_no_rule(story):
    assert problems_of(story) == []


def test_a_plain_film_breaks_no_rule(bench, told):
    assert problems_of({name: content for name, (content, _) in bench.files("plain").items()}) == []


def test_every_language_is_offered_under_its_name(story):
    shown = read(story)
    assert [(one["LANGUAGE"], one["NAME"], one["DEFAULT"]) for one in shown.kind("AUDIO")] == [
        ("en", "English", "YES"),
        ("de", "German", "NO"),
        ("es-MX", "Spanish MX", "NO"),
    ]
    assert [(one["LANGUAGE"], one["NAME"], one["DEFAULT"]) for one in shown.kind("SUBTITLES")] == [
        ("en", "English", "YES"),
        ("es", "Spanish", "NO"),
    ]


def test_subtitles_lose_their_markup_and_end_with_the_film(story):
    assert cues_of(story["master_subtitles_en_000000001.vtt"]) == [
        (0.5, 2.0, "No one ever gets off here."),
        (5.0, 8.4, "Then who is that?\nOn the platform?"),
    ]


def test_a_dub_that_is_too_short_is_filled_and_one_too_long_is_cut(story):
    shown = read(story)
    lengths = {one["LANGUAGE"]: sum(shown.renditions[one["URI"]].lengths) for one in shown.kind("AUDIO")}
    assert lengths == pytest.approx(dict.fromkeys(("en", "de", "es-MX"), 8.4), abs=0.022)


def test_thumbnails_stand_at_the_key_frames(story):
    tiles = read(story).lists[TILES].segments[0]
    assert tiles.tiles == {"RESOLUTION": "144x256", "LAYOUT": "5x5", "DURATION": "2.000000"}
    assert jpeg_size(story[tiles.uri]) == (720, 1280)


def swap(name, old, new):
    """A change of a playlist's text, or of a file's bytes."""

    def change(files):
        old_bytes, new_bytes = (part if isinstance(part, bytes) else part.encode() for part in (old, new))
        assert old_bytes in files[name], files[name][:400]
        files[name] = files[name].replace(old_bytes, new_bytes, 1)

    return change


def drop(name):
    return lambda files: files.pop(name)


def shift_decode_time(name, ticks):
    def change(files):
        data = bytearray(files[name])
        at = data.index(b"tfdt")
        where, form = (at + 8, ">Q") if data[at + 4] else (at + 8, ">I")
        struct.pack_into(form, data, where, struct.unpack_from(form, data, where)[0] + ticks)
        files[name] = bytes(data)

    return change


def no_first_key(name):
    """Marks the first sample of a segment as one that needs others."""

    def change(files):
        data = bytearray(files[name])
        at = data.index(b"trun")
        # Size and flags stand for each sample, after the run's own three words.
        assert int.from_bytes(data[at + 5 : at + 8], "big") == 0x601
        struct.pack_into(">I", data, at + 20, 0x01010000)
        files[name] = bytes(data)

    return change


def declare(name, factor):
    """Another bandwidth of the variant with that playlist."""

    def change(files):
        lines = files[MAIN].decode().split("\n")
        place = lines.index(name) - 1
        told = lines[place].split("BANDWIDTH=")[1].split(",")[0]
        lines[place] = lines[place].replace(f"BANDWIDTH={told}", f"BANDWIDTH={round(int(told) * factor)}", 1)
        files[MAIN] = "\n".join(lines).encode()

    return change


MUTANTS = {
    "no first line": (swap(MAIN, "#EXTM3U\n", ""), "first line"),
    "an unknown tag": (swap(MAIN, "#EXT-X-INDEPENDENT-SEGMENTS", "#EXT-X-INDEPENDENT"), "no place"),
    "an attribute twice": (swap(MAIN, "FRAME-RATE=25.000", "FRAME-RATE=25.000,FRAME-RATE=25.000"), "repeated"),
    "a quoted number": (swap(MAIN, "FRAME-RATE=25.000", 'FRAME-RATE="25.000"'), "no decimal"),
    "a word without quotes": (swap(MAIN, 'GROUP-ID="audio"', "GROUP-ID=audio"), "no text"),
    "no frame rate": (swap(MAIN, ",FRAME-RATE=25.000", ""), "no FRAME-RATE"),
    "a group that is not there": (swap(MAIN, 'AUDIO="audio"', 'AUDIO="sound"'), "not there"),
    "two defaults": (swap(MAIN, "DEFAULT=NO", "DEFAULT=YES"), "only, is the default"),
    "one name for two": (swap(MAIN, 'NAME="German"', 'NAME="English"'), "not distinct"),
    "no language": (swap(MAIN, ',LANGUAGE="de"', ""), "no language"),
    "segments that may not stand alone": (swap(MAIN, "#EXT-X-INDEPENDENT-SEGMENTS\n", ""), "independent"),
    "a peak that is too low": (declare(LOW, 0.99), "of its peak"),
    "a peak that is too high": (declare(HIGH, 1.1), "of its peak"),
    "another codec": (swap(MAIN, "avc1.64001e", "avc1.64001f"), "says 'avc1.64001f"),
    "another size": (swap(MAIN, "RESOLUTION=360x640", "RESOLUTION=362x640"), "and is 360x640"),
    "another rate": (swap(MAIN, "FRAME-RATE=25.000", "FRAME-RATE=24.000"), "25.000 frames a second"),
    "a file that is missing": (drop("master_audio_de_000000002.cmfa"), "listed and not there"),
    "a file that is not listed": (lambda files: files.update({"stray.cmfv": b""}), "not listed"),
    "no end": (swap(LOW, "#EXT-X-ENDLIST\n", ""), "has an end"),
    "a target that is too short": (swap(LOW, "TARGETDURATION:4", "TARGETDURATION:3"), "longer than the target"),
    "targets that differ": (swap(ENGLISH, "TARGETDURATION:4", "TARGETDURATION:5"), "target durations"),
    "no initial segment": (swap(LOW, '#EXT-X-MAP:URI="master_video_360init.cmfv"\n', ""), "no initial segment"),
    "an old version": (swap(LOW, "VERSION:7", "VERSION:5"), "has not what is used"),
    "a segment of another length": (swap(LOW, "EXTINF:4.000000", "EXTINF:4.040000"), "and says 4.04"),
    "a segment out of place": (shift_decode_time("master_video_360_000000002.cmfv", 512), "starts at"),
    "sound out of place": (shift_decode_time("master_audio_en_000000001.cmfa", 480), "10.0 ms apart"),
    "no key frame first": (no_first_key("master_video_360_000000002.cmfv"), "key frame"),
    "a broken box": (swap("master_video_360_000000001.cmfv", b"mdat", b"mdax"), "malformed"),
    "subtitles without a map": (
        swap("master_subtitles_en_000000001.vtt", "X-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:0\n", ""),
        "a head of",
    ),
    "subtitles that are late": (swap("master_subtitles_en_000000001.vtt", "MPEGTS:0", "MPEGTS:900000"), "a cue from"),
    "subtitles that are too short": (swap(SUBTITLES, "EXTINF:8.4", "EXTINF:4.4"), "s of film"),
    "thumbnails without layout": (
        swap(TILES, "#EXT-X-TILES:RESOLUTION=144x256,LAYOUT=5x5,DURATION=2.000000\n", ""),
        "no layout",
    ),
    "thumbnails of another size": (swap(TILES, "RESOLUTION=144x256", "RESOLUTION=144x288"), "is 720x1280"),
    "thumbnails that do not fit": (swap(TILES, "LAYOUT=5x5", "LAYOUT=7x5"), "not 7x5"),
    "thumbnails of another shape": (swap(TILES, "RESOLUTION=144x256", "RESOLUTION=256x144"), "another shape"),
    "too few thumbnails": (swap(TILES, "DURATION=2.0", "DURATION=0.1"), "and shows"),
    "tiles that are no images": (
        lambda files: files.update({"master_thumbnails_000000001.jpg": b"not one"}),
        "no JPEG image",
    ),
}


@pytest.mark.parametrize("name", MUTANTS)
def test_a_broken_rule_is_told(story, name):
    change, words = MUTANTS[name]
    files = dict(story)
    change(files)
    found = problems_of(files)
    assert any(words in line for line in found), found
