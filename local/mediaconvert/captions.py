"""WebVTT: read as MediaConvert reads a sidecar file, and written as it writes a rendition. Pure."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from local.mediaconvert.model import JobFailed

TIMESTAMP_MAP: Final = "X-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:0"
"""Cue times count from the start of the film, whose first decode time is 0 (RFC 8216, section 3.5)."""

_TIME: Final = r"(?:(\d{2,}):)?([0-5]\d):([0-5]\d)\.(\d{3})"
_TIMING: Final = re.compile(rf"{_TIME}[ \t]+-->[ \t]+{_TIME}(?:[ \t].*)?")
_TAG: Final = re.compile(r"<[^>]*>")


class Cue(NamedTuple):
    """Lines of text, and when they show, in milliseconds from the start of the film."""

    start_ms: int
    end_ms: int
    text: str


def read_cues(content: bytes, uri: str) -> tuple[Cue, ...]:
    """The cues of a WebVTT file, without styles, positions and markup; ``uri`` only names it in errors.

    Raises:
        JobFailed: 1010, when it is no WebVTT.
    """
    try:
        text = content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        raise _unreadable(uri, "it is not UTF-8") from error
    first, *blocks = re.split(r"\n{2,}", text.strip("\n"))
    if not re.fullmatch(r"WEBVTT(?:[ \t].*)?", first.partition("\n")[0]):
        raise _unreadable(uri, "it does not begin with WEBVTT")
    return tuple(cue for block in blocks if (cue := _cue(block, uri)) is not None)


def _cue(block: str, uri: str) -> Cue | None:
    """The cue of a block; None for a comment, a style or a region."""
    lines = block.split("\n")
    if re.match(r"(?:NOTE|STYLE|REGION)(?:[ \t]|$)", lines[0]):
        return None
    place = next((index for index, line in enumerate(lines[:2]) if "-->" in line), None)
    found = _TIMING.fullmatch(lines[place].strip()) if place is not None else None
    if place is None or found is None:
        raise _unreadable(uri, f"it has no time at {lines[0]!r}")
    times = [int(part or 0) for part in found.groups()]
    start, end = (
        ((hours * 60 + minutes) * 60 + seconds) * 1000 + milliseconds
        for hours, minutes, seconds, milliseconds in (times[:4], times[4:])
    )
    return Cue(start, end, "\n".join(_TAG.sub("", line) for line in lines[place + 1 :]))


def _unreadable(uri: str, why: str) -> JobFailed:
    return JobFailed(1010, f"Unable to open captions file [{uri}]: [{why}]")


def write_cues(cues: tuple[Cue, ...], length_ms: int) -> str:
    """A segment that holds all cues of a film of that length; none shows after its end."""
    blocks = [f"WEBVTT\n{TIMESTAMP_MAP}"]
    for cue in cues:
        end = min(cue.end_ms, length_ms)
        if cue.start_ms < end:
            blocks.append(f"{_clock(cue.start_ms)} --> {_clock(end)}\n{cue.text}")
    return "\n\n".join(blocks) + "\n"


def _clock(milliseconds: int) -> str:
    seconds, rest = divmod(milliseconds, 1000)
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours:02}:{minute:02}:{second:02}.{rest:03}"
