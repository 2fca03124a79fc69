"""Subtitles: whatever came in, what goes out holds times and text and nothing else."""

from __future__ import annotations

import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cliffhanger.errors import MediaRefused
from cliffhanger.media.subtitles import MAX_CUE_CHARS, MAX_CUES, clean

VTT, SRT = "text/vtt", "application/x-subrip"
LENGTH_MS = 60_000
WRITTEN = re.compile(
    r"WEBVTT\n(?:\n\d\d:\d\d:\d\d\.\d{3} --> \d\d:\d\d:\d\d\.\d{3}\n(?:(?:[^<>&\n]|&amp;|&lt;|&gt;|</?[ib]>)+\n)+)+"
)


def vtt(*cues: str) -> bytes:
    return ("WEBVTT\n\n" + "\n\n".join(cues) + "\n").encode()


def refused(data: bytes, kind: str = VTT, duration_ms: int = LENGTH_MS) -> tuple[str, str]:
    with pytest.raises(MediaRefused) as error:
        clean(data, kind, duration_ms)
    return str(error.value.members["reason"]), error.value.detail


def test_webvtt_is_written_anew_with_nothing_but_times_and_text() -> None:
    data = (
        "\ufeffWEBVTT - The Last Train\r\nKind: captions\r\n\r\nNOTE for the mix\r\n\r\n"
        "intro\r\n00:01.000 --> 00:02.500 line:80% align:start\r\nWho &amp; <i>what</i>?\r\n\r\n"
        "00:00:03.000 --> 00:00:04.000\r\n1 < 2\r\nNo.\r\n"
    )
    assert clean(data.encode(), VTT, LENGTH_MS) == (
        "WEBVTT\n\n00:00:01.000 --> 00:00:02.500\nWho &amp; <i>what</i>?\n\n"
        "00:00:03.000 --> 00:00:04.000\n1 &lt; 2\nNo.\n"
    )


def test_subrip_becomes_webvtt() -> None:
    data = b"1\n00:00:01,000 --> 00:00:02,500\nR&B <b>now</b>\n\n2\n00:00:02,500 --> 00:00:03,000  X1:10 X2:20\nYes.\n"
    assert clean(data, SRT, LENGTH_MS) == (
        "WEBVTT\n\n00:00:01.000 --> 00:00:02.500\nR&amp;B <b>now</b>\n\n00:00:02.500 --> 00:00:03.000\nYes.\n"
    )


def test_the_last_cue_is_cut_off_at_the_end_of_the_video() -> None:
    assert "--> 00:01:00.000" in clean(vtt("00:59.000 --> 01:00.400\nBye."), VTT, LENGTH_MS)


@pytest.mark.parametrize(
    ("data", "reason", "line"),
    [
        (b"", "subtitles_malformed", 1),
        (b"1\n00:01.000 --> 00:02.000\nx", "subtitles_malformed", 1),
        (b"WEBVTTX\n\n00:01.000 --> 00:02.000\nx", "subtitles_malformed", 1),
        (b"WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:900000,LOCAL:0\n\n00:01.000 --> 00:02.000\nx", "subtitles_malformed", 2),
        (b"WEBVTT\n00:01.000 --> 00:02.000\nx", "subtitles_malformed", 2),
        (b"WEBVTT\n\nhello\nworld", "subtitles_malformed", 3),
        (b"WEBVTT\n\n1 --> 2\nx", "subtitles_malformed", 3),
        (b"WEBVTT\n\n00:61.000 --> 00:62.000\nx", "subtitles_malformed", 3),
        (b"WEBVTT\n\n00:02.000 --> 00:01.000\nx", "subtitles_malformed", 3),
        (b"WEBVTT\n\n00:01.000 --> 00:02.000\nx\n00:03.000 --> 00:04.000\ny", "subtitles_malformed", 5),
        (b"WEBVTT\n\n00:01.000 --> 00:02.000\n\x00", "subtitles_malformed", 4),
        (b"WEBVTT\n\n00:01.000 --> 00:02.000\n\xff", "subtitles_not_utf8", 4),
        ("WEBVTT\n\n00:01.000 --> 00:02.000\nx".encode("utf-16"), "subtitles_not_utf8", 1),
        (b"WEBVTT\n", "subtitles_empty", 1),
        (b"WEBVTT\n\n00:01.000 --> 00:02.000\n<i> </i>", "subtitles_empty", 1),
        (b"WEBVTT\n\nSTYLE\n::cue { background: url(x) }", "subtitles_markup", 3),
        (b"WEBVTT\n\nREGION\nid:x", "subtitles_markup", 3),
        (b"WEBVTT\n\n00:01.000 --> 00:02.000\n<script>x</script>", "subtitles_markup", 4),
        (b"WEBVTT\n\n00:01.000 --> 00:02.000\n<v Mia>x", "subtitles_markup", 4),
        (b"WEBVTT\n\n00:01.000 --> 00:02.000\nx <00:01.500> y", "subtitles_markup", 4),
        (b"WEBVTT\n\n00:01.000 --> 00:02.000\n<i>x", "subtitles_markup", 4),
        (b"WEBVTT\n\n00:01.000 --> 00:02.000\n<i><b>x</i></b>", "subtitles_markup", 4),
        (b"WEBVTT\n\n00:01.000 --> 00:02.000\n<i onclick=x>x</i>", "subtitles_markup", 4),
        (b"WEBVTT\n\n00:01.000 --> 00:02.000 onclick:x\nx", "subtitles_markup", 3),
        (b"WEBVTT\n\n00:01.000 --> 00:03.000\nx\n\n00:02.000 --> 00:04.000\ny", "subtitles_overlap", 6),
        (b"WEBVTT\n\n00:03.000 --> 00:04.000\nx\n\n00:01.000 --> 00:02.000\ny", "subtitles_overlap", 6),
        (b"WEBVTT\n\n00:59.000 --> 01:00.501\nx", "subtitles_past_end", 3),
        (b"WEBVTT\n\n01:00.000 --> 01:00.100\nx", "subtitles_past_end", 3),
        (b"WEBVTT\n\n00:01.000 --> 00:02.000\na\nb\nc\nd\ne", "subtitles_too_long", 4),
        (vtt(f"00:01.000 --> 00:02.000\n{'x' * (MAX_CUE_CHARS + 1)}"), "subtitles_too_long", 4),
    ],
)
def test_what_cannot_be_taken_is_refused_with_its_line(data: bytes, reason: str, line: int) -> None:
    found, detail = refused(data)
    assert (found, detail.split(":")[0]) == (reason, f"Line {line}")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"one\n00:00:01,000 --> 00:00:02,000\nx", "subtitles_malformed"),
        (b"1\n00:00:01,000 -> 00:00:02,000\nx", "subtitles_malformed"),
        (b"1\n00:00:01,000 --> 00:00:02,000\n{\\an8}x", "subtitles_markup"),
        (b"1\n00:00:01,000 --> 00:00:02,000\n<font color=red>x</font>", "subtitles_markup"),
        (b"PK\x03\x04 a zip", "subtitles_malformed"),
    ],
)
def test_subrip_that_cannot_be_taken_is_refused(data: bytes, reason: str) -> None:
    assert refused(data, SRT)[0] == reason


def test_more_cues_than_a_film_can_hold_are_refused() -> None:
    starts = [f"00:{n // 100:02}.{n % 100 * 10:03}" for n in range(MAX_CUES + 2)]
    times = [f"{start} --> {end}" for start, end in itertools.pairwise(starts)]
    cues = [f"{time}\nx" for time in times]
    assert refused(vtt(*cues))[0] == "subtitles_too_many"
    assert clean(vtt(*cues[:MAX_CUES]), VTT, LENGTH_MS).count("-->") == MAX_CUES


def test_a_reference_cannot_end_a_cue_and_begin_another() -> None:
    """``&#10;&#10;`` would be an empty line for whoever reads it after us."""
    made = clean(vtt("00:01.000 --> 00:02.000\na&#10;&#10;00:00 --&gt; 00:09&#x2028;&lt;script&gt;"), VTT, LENGTH_MS)
    assert made == "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\na  00:00 --&gt; 00:09 &lt;script&gt;\n"


def outcome(data: bytes, kind: str) -> str:
    """What was written, or the reason of the refusal."""
    try:
        return clean(data, kind, LENGTH_MS)
    except MediaRefused as error:
        return f"{error.members['reason']} {error.detail}"


@given(st.text(alphabet="ab<>/i b&;#10x\n-:.,0123456789WEBVTSR{\\", max_size=120), st.sampled_from([VTT, SRT]))
def test_whatever_is_sent_is_refused_or_leaves_as_plain_text(text: str, kind: str) -> None:
    head = "WEBVTT\n\n00:01.000 --> 00:02.000\n" if kind == VTT else "1\n00:00:01,000 --> 00:00:02,000\n"
    made = outcome((head + text).encode(), kind)
    assert WRITTEN.fullmatch(made) or re.match(r"subtitles_\w+ Line \d+: ", made)


@given(st.binary(max_size=200), st.sampled_from([VTT, SRT]))
def test_any_bytes_are_refused_or_taken_and_never_crash(data: bytes, kind: str) -> None:
    made = outcome(data, kind)
    assert WRITTEN.fullmatch(made) or re.match(r"subtitles_\w+ Line \d+: ", made)
