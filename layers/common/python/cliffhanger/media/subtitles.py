"""Subtitles as creators send them, WebVTT or SubRip, checked and written anew as plain WebVTT. Pure.

What leaves here holds times and text and nothing else: every character of it was written by this module, so that a
player can be handed it whatever came in. Of markup only ``<i>`` and ``<b>``, properly closed, are kept. Identifiers,
comments and where a cue would stand (``line``, ``align`` ...) are dropped, because a phone's player places captions
itself; style sheets, regions and every other tag are refused, because they change what the text says or who sees it.

Cues follow one another and end within the video. Each refusal names the line, counted from 1.

Sources: WebVTT (W3C Candidate Recommendation, 4 April 2019), sections 4 and 6. SubRip has no specification: blocks of
a number, ``00:00:01,000 --> 00:00:02,000`` and text, as its own program writes them.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from cliffhanger.errors import MediaRefused

MAX_CUES = 2_000
MAX_CUE_LINES, MAX_CUE_CHARS = 4, 300
"""Two lines of 42 characters are what a viewer can read at once; this is far beyond."""

END_SLACK_MS = 500
"""By how much the last cue may outlast the video, whose length is rounded; it is cut off at its end."""

_TIME = r"(?:(\d{1,3}):)?(\d{1,2}):(\d{2})[.,](\d{3})"
_TIMING = re.compile(rf"\s*{_TIME}\s*-->\s*{_TIME}(?:\s+(.*))?")
_SETTING = re.compile(r"(?:vertical|line|position|size|align):[\w.,%-]+|[XY][12]:\d+")
_TAG = re.compile(r"<(/?)([ib])>")
_MARKUP = re.compile(r"<[A-Za-z/!?0-9]|\{\\")
_ENDING = frozenset({"Cc", "Zl", "Zp"})
"""Unicode's categories of what controls, or ends a line or a paragraph."""
_SIGNATURE = re.compile(r"WEBVTT(?:[ \t].*)?")


class Cue(NamedTuple):
    """What is shown from ``start_ms`` until ``end_ms``; ``line`` is that of its times."""

    start_ms: int
    end_ms: int
    text: str
    line: int


class _Block(NamedTuple):
    """Lines up to the next empty one, and the number of the first."""

    line: int
    lines: list[str]


def clean(data: bytes, content_type: str, duration_ms: int) -> str:
    """Plain WebVTT of what was sent, for a video of that length.

    Raises:
        MediaRefused: with ``reason`` ``subtitles_not_utf8``, ``subtitles_malformed``, ``subtitles_markup``,
            ``subtitles_overlap``, ``subtitles_past_end``, ``subtitles_too_many``, ``subtitles_too_long`` or
            ``subtitles_empty``; the detail names the line.
    """
    lines = _lines(data)
    blocks = list(_blocks(_after_signature(lines) if content_type == "text/vtt" else lines))
    cues = [cue for block in blocks if (cue := _cue(block, web=content_type == "text/vtt"))]
    if not cues:
        raise _refusal("subtitles_empty", 1, "there is no text in the file")
    if len(cues) > MAX_CUES:
        raise _refusal("subtitles_too_many", cues[MAX_CUES].line, f"at most {MAX_CUES:,} cues are taken")
    _check_times(cues, duration_ms)
    last = cues[-1]
    cues[-1] = last._replace(end_ms=min(last.end_ms, duration_ms))
    body = "".join(f"\n{_stamp(cue.start_ms)} --> {_stamp(cue.end_ms)}\n{cue.text}\n" for cue in cues)
    return f"WEBVTT\n{body}"


def _lines(data: bytes) -> list[str]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        place = data.count(b"\n", 0, error.start) + 1
        raise _refusal("subtitles_not_utf8", place, "the file is not UTF-8; save it as such") from error
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for number, line in enumerate(lines, 1):
        if any(unicodedata.category(char) == "Cc" and char != "\t" for char in line):
            raise _refusal("subtitles_malformed", number, "there is a control character")
    return lines


def _after_signature(lines: Sequence[str]) -> list[str]:
    """The lines of a WebVTT file with its header left blank, so that their numbers stay."""
    if not _SIGNATURE.fullmatch(lines[0]):
        raise _refusal("subtitles_malformed", 1, "a WebVTT file begins with WEBVTT")
    kept = list(lines)
    for place, text in enumerate(lines):
        if not text.strip():
            break
        if "-->" in text or text.startswith("X-TIMESTAMP-MAP"):
            raise _refusal("subtitles_malformed", place + 1, "the header is not followed by an empty line")
        kept[place] = ""
    return kept


def _blocks(lines: Sequence[str]) -> Iterator[_Block]:
    block: list[str] = []
    for number, line in enumerate((*lines, ""), 1):
        if line.strip():
            block.append(line)
        elif block:
            yield _Block(number - len(block), block)
            block = []


def _cue(block: _Block, *, web: bool) -> Cue | None:
    """The cue of a block; None for comments, and for cues that show nothing."""
    first = block.lines[0]
    if web and re.match(r"NOTE(?:\s|$)", first):
        return None
    if web and re.match(r"(?:STYLE|REGION)\s*$", first):
        raise _refusal("subtitles_markup", block.line, "styles and regions are not taken")
    skipped = 0 if "-->" in first else 1
    number = block.line + skipped
    if skipped == len(block.lines) or "-->" not in block.lines[skipped]:
        raise _refusal("subtitles_malformed", block.line, "expected times like 00:00:01.000 --> 00:00:02.500")
    if not web and skipped and not first.strip().isdigit():
        raise _refusal("subtitles_malformed", block.line, "expected the number of a subtitle")
    start, end = _times(block.lines[skipped], number)
    payload = block.lines[skipped + 1 :]
    text = _text(payload, number + 1, web=web)
    return Cue(start, end, text, number) if text else None


def _times(line: str, number: int) -> tuple[int, int]:
    found = _TIMING.fullmatch(line)
    if found is None:
        raise _refusal("subtitles_malformed", number, "expected times like 00:00:01.000 --> 00:00:02.500")
    if not all(_SETTING.fullmatch(word) for word in (found[9] or "").split()):
        raise _refusal("subtitles_markup", number, "something else than times and where the text stands")
    start, end = _ms(found.groups()[:4], number), _ms(found.groups()[4:8], number)
    if start >= end:
        raise _refusal("subtitles_malformed", number, "it ends before it begins")
    return start, end


def _ms(parts: Sequence[str | None], number: int) -> int:
    hours, minutes, seconds, milliseconds = (int(part or 0) for part in parts)
    if minutes > 59 or seconds > 59:
        raise _refusal("subtitles_malformed", number, "a minute or an hour has sixty parts")
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + milliseconds


def _text(lines: Sequence[str], number: int, *, web: bool) -> str:
    """The payload of a cue with nothing in it but text and ``i`` and ``b``."""
    for offset, line in enumerate(lines):
        if "-->" in line:
            raise _refusal("subtitles_malformed", number + offset, "an empty line is missing before these times")
        if _MARKUP.search(_TAG.sub("", line)):
            raise _refusal("subtitles_markup", number + offset, "of tags only <i> and <b> are taken")
    written = unicodedata.normalize("NFC", "\n".join(line.strip() for line in lines))
    if len(lines) > MAX_CUE_LINES or len(written) > MAX_CUE_CHARS:
        why = f"a cue has at most {MAX_CUE_LINES} lines and {MAX_CUE_CHARS} characters"
        raise _refusal("subtitles_too_long", number, why)
    made, open_tags, at = [], list[str](), 0
    for tag in _TAG.finditer(written):
        made += [_escaped(written[at : tag.start()], web=web), tag[0]]
        at = tag.end()
        if not tag[1]:
            open_tags.append(tag[2])
        elif not open_tags or open_tags.pop() != tag[2]:
            raise _refusal("subtitles_markup", number, "a tag is closed that is not open")
    if open_tags:
        raise _refusal("subtitles_markup", number, "a tag is not closed")
    made.append(_escaped(written[at:], web=web))
    return "".join(made) if _TAG.sub("", written).strip() else ""


def _escaped(text: str, *, web: bool) -> str:
    lines = [html.unescape(line) if web else line for line in text.split("\n")]
    # A reference may stand for what ends a line, and a cue with it.
    shown = ("".join(" " if unicodedata.category(char) in _ENDING else char for char in line) for line in lines)
    return "\n".join(shown).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _check_times(cues: Sequence[Cue], duration_ms: int) -> None:
    end = 0
    for cue in cues:
        if cue.start_ms < end:
            raise _refusal("subtitles_overlap", cue.line, "it begins before the one before it has ended")
        if cue.start_ms >= duration_ms or cue.end_ms > duration_ms + END_SLACK_MS:
            why = f"it lies past the end of the video, at {_stamp(duration_ms)}"
            raise _refusal("subtitles_past_end", cue.line, why)
        end = cue.end_ms


def _stamp(ms: int) -> str:
    seconds, milliseconds = divmod(ms, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{milliseconds:03}"


def _refusal(reason: str, line: int, why: str) -> MediaRefused:
    return MediaRefused(f"Line {line}: {why}.", reason=reason)
