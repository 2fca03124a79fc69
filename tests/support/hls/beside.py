"""What stands beside picture and sound: subtitles, and thumbnails for scrubbing."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

from tests.support.hls.boxes import Malformed
from tests.support.hls.presentation import Presentation

NEAR_S = 0.05
MPEG_CLOCK = 90_000
_MAP = re.compile(r"X-TIMESTAMP-MAP=LOCAL:(\d\d:\d\d:\d\d\.\d{3}),MPEGTS:(\d+)")
_CUE = re.compile(r"(\d\d:\d\d:\d\d\.\d{3}) --> (\d\d:\d\d:\d\d\.\d{3})")


def _seconds(clock: str) -> float:
    hours, minutes, seconds = clock.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + float(seconds)


def cues_of(data: bytes) -> list[tuple[float, float, str]]:
    """Start, end (both in seconds of presentation time) and text of each cue of a segment.

    Raises:
        Malformed: it is no WebVTT segment with a map of its times (RFC 8216, section 3.5).
    """
    head, *blocks = data.decode("utf-8").rstrip("\n").split("\n\n")
    lines = head.split("\n")
    found = _MAP.fullmatch(lines[1]) if len(lines) == 2 and lines[0] == "WEBVTT" else None
    if found is None:
        raise Malformed(f"a head of {head!r}")
    shift = int(found[2]) / MPEG_CLOCK - _seconds(found[1])
    cues = []
    for block in blocks:
        timing, _, text = block.partition("\n")
        match = _CUE.fullmatch(timing)
        if match is None or not text:
            raise Malformed(f"a cue of {block!r}")
        cues.append((_seconds(match[1]) + shift, _seconds(match[2]) + shift, text))
    return cues


def length_of(shown: Presentation) -> float:
    """Seconds of the picture."""
    return sum(shown.renditions[shown.main.variants[0]["URI"]].lengths)


def subtitle_problems(shown: Presentation) -> Iterator[str]:
    """Subtitles are as long as the film, and every cue shows in a segment of its time."""
    for one in shown.kind("SUBTITLES"):
        media = shown.lists[one["URI"]]
        if abs(media.seconds - length_of(shown)) > NEAR_S:
            yield f"{one['URI']}: lasts {media.seconds} s beside {length_of(shown):.3f} s of film"
        begin = 0.0
        for segment in media.segments:
            try:
                cues = cues_of(shown.files[segment.uri])
            except (Malformed, UnicodeDecodeError) as fault:
                yield f"{segment.uri}: {fault}"
                continue
            for start, end, _ in cues:
                if not begin - NEAR_S <= start < end <= begin + segment.seconds + NEAR_S:
                    yield f"{segment.uri}: a cue from {start} to {end} s"
            if cues != sorted(cues):
                yield f"{segment.uri}: cues out of order"
            begin += segment.seconds


def jpeg_size(data: bytes) -> tuple[int, int]:
    """Width and height of a JPEG image, by its frame header (ITU-T T.81, B.2.2).

    Raises:
        Malformed: it is none.
    """
    at = 2
    while data[:2] == b"\xff\xd8" and at + 9 < len(data) and data[at] == 0xFF:
        marker, length = data[at + 1], struct.unpack_from(">H", data, at + 2)[0]
        if 0xC0 <= marker <= 0xC3:
            height, width = struct.unpack_from(">HH", data, at + 5)
            return width, height
        at += 2 + length
    raise Malformed("no JPEG image")


def tile_problems(shown: Presentation) -> Iterator[str]:
    """Tiles are images of their declared size, whole thumbnails across and down, and cover the film."""
    shape = shown.renditions[shown.main.variants[0]["URI"]].track
    for one in shown.main.images:
        media = shown.lists[one["URI"]]
        if not media.images_only:
            yield f"{one['URI']}: does not say that it holds images only"
        if abs(media.seconds - length_of(shown)) > NEAR_S:
            yield f"{one['URI']}: lasts {media.seconds} s beside {length_of(shown):.3f} s of film"
        for segment in media.segments:
            if not segment.tiles:
                yield f"{segment.uri}: tells no layout"
                continue
            columns, rows = map(int, segment.tiles["LAYOUT"].split("x"))
            try:
                width, height = jpeg_size(shown.files[segment.uri])
            except Malformed as fault:
                yield f"{segment.uri}: {fault}"
                continue
            across, down = map(int, segment.tiles["RESOLUTION"].split("x"))
            if (width, height) != (across * columns, down * rows) or one["RESOLUTION"] != segment.tiles["RESOLUTION"]:
                yield f"{segment.uri}: is {width}x{height}, not {columns}x{rows} of {across}x{down}"
            if abs(across / down - shape.width / shape.height) > 0.01:
                yield f"{segment.uri}: thumbnails are of another shape than the film"
            room = columns * rows * float(segment.tiles["DURATION"])
            if segment.seconds > room + NEAR_S:
                yield f"{segment.uri}: lasts {segment.seconds} s and shows {room}"
