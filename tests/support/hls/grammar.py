"""The grammar of playlists: lines, tags, attributes and their types (RFC 8216, section 4)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from tests.support.hls.boxes import Malformed

INTEGER, DECIMAL, TEXT, WORD, SIZE = "integer", "decimal", "text", "word", "size"
_FORMS = {
    INTEGER: re.compile(r"(?:0|[1-9][0-9]{0,19})"),
    DECIMAL: re.compile(r"[0-9]+(?:\.[0-9]+)?"),
    TEXT: re.compile(r'"[^"\r\n]*"'),
    WORD: re.compile(r'[^",\s]+'),
    SIZE: re.compile(r"[1-9][0-9]*x[1-9][0-9]*"),
}

STREAM = {
    "BANDWIDTH": INTEGER,
    "AVERAGE-BANDWIDTH": INTEGER,
    "CODECS": TEXT,
    "RESOLUTION": SIZE,
    "FRAME-RATE": DECIMAL,
    "VIDEO-RANGE": WORD,
    "AUDIO": TEXT,
    "SUBTITLES": TEXT,
    "CLOSED-CAPTIONS": WORD,
}
RENDITION = {
    "TYPE": WORD,
    "GROUP-ID": TEXT,
    "NAME": TEXT,
    "LANGUAGE": TEXT,
    "DEFAULT": WORD,
    "AUTOSELECT": WORD,
    "FORCED": WORD,
    "CHANNELS": TEXT,
    "URI": TEXT,
}
IMAGES = {"BANDWIDTH": INTEGER, "RESOLUTION": SIZE, "CODECS": TEXT, "URI": TEXT}
TILES = {"RESOLUTION": SIZE, "LAYOUT": SIZE, "DURATION": DECIMAL}
MAP = {"URI": TEXT}
"""The attributes that our playlists may have, and their types; any other is a fault."""

_ATTRIBUTE = re.compile(r'([A-Z0-9-]+)=("[^"\r\n]*"|[^",\s]*)(?:,|$)')
_EXTINF = re.compile(r"([0-9]+(?:\.[0-9]+)?),.*")


class Segment(NamedTuple):
    """A segment of a media playlist; ``tiles`` is the size, layout and interval of its thumbnails."""

    uri: str
    seconds: float
    tiles: dict[str, str]


@dataclass
class Main:
    """A main playlist: variants, renditions and image streams, in their order, each by its attributes and URI."""

    version: int = 1
    independent: bool = False
    variants: list[dict[str, str]] = field(default_factory=list)
    renditions: list[dict[str, str]] = field(default_factory=list)
    images: list[dict[str, str]] = field(default_factory=list)


@dataclass
class Media:
    """A media playlist."""

    version: int = 1
    target: int = 0
    sequence: int = 0
    kind: str = ""
    independent: bool = False
    images_only: bool = False
    initial: str = ""
    ended: bool = False
    segments: list[Segment] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        return sum(segment.seconds for segment in self.segments)


def attributes(text: str, types: dict[str, str], required: tuple[str, ...]) -> dict[str, str]:
    """An attribute list's values without quotes.

    Raises:
        Malformed: it does not parse, repeats a name, has an unknown one or a value of another type, or lacks one.
    """
    found: dict[str, str] = {}
    at = 0
    while at < len(text):
        match = _ATTRIBUTE.match(text, at)
        if match is None:
            raise Malformed(f"attributes {text[at:]!r}")
        name, value = match.groups()
        if name in found or name not in types:
            raise Malformed(f"attribute {name} is {'repeated' if name in found else 'unknown'}")
        if not _FORMS[types[name]].fullmatch(value):
            raise Malformed(f"attribute {name}={value} is no {types[name]}")
        found[name] = value.strip('"')
        at = match.end()
    missing = [name for name in required if name not in found]
    if missing or text.endswith(","):
        raise Malformed(f"attributes lack {missing}" if missing else "attributes end in a comma")
    return found


def _lines(data: bytes) -> list[str]:
    if data.startswith(b"\xef\xbb\xbf") or not data.endswith(b"\n") or b"\r" in data:
        raise Malformed("a playlist has no byte order mark and lines that end in a line feed")
    lines = data.decode("utf-8").split("\n")[:-1]
    if lines[0] != "#EXTM3U":
        raise Malformed(f"the first line is {lines[0]!r}")
    if any(line != line.strip() for line in lines):
        raise Malformed("white space around a line")
    return [line for line in lines[1:] if line and (not line.startswith("#") or line.startswith("#EXT"))]


def read_main(data: bytes) -> Main:
    """A main playlist.

    Raises:
        Malformed: it is none.
    """
    main = Main()
    pending: dict[str, str] | None = None
    for line in _lines(data):
        tag, _, value = line.partition(":")
        if pending is not None and line.startswith("#"):
            raise Malformed(f"{line!r} stands between a variant and its URI")
        if tag == "#EXT-X-VERSION":
            main.version = _once(main.version, 1, value, tag)
        elif line == "#EXT-X-INDEPENDENT-SEGMENTS":
            main.independent = True
        elif tag == "#EXT-X-MEDIA":
            main.renditions.append(attributes(value, RENDITION, ("TYPE", "GROUP-ID", "NAME")))
        elif tag == "#EXT-X-STREAM-INF":
            pending = attributes(value, STREAM, ("BANDWIDTH",))
        elif tag == "#EXT-X-IMAGE-STREAM-INF":
            main.images.append(attributes(value, IMAGES, ("BANDWIDTH", "URI")))
        elif pending is not None:
            main.variants.append({**pending, "URI": line})
            pending = None
        else:
            raise Malformed(f"{line!r} has no place in a main playlist")
    if pending is not None or not main.variants:
        raise Malformed("a variant without URI, or none at all")
    return main


def read_media(data: bytes) -> Media:
    """A media playlist.

    Raises:
        Malformed: it is none.
    """
    media = Media()
    seconds: float | None = None
    tiles: dict[str, str] = {}
    for line in _lines(data):
        tag, _, value = line.partition(":")
        if media.ended:
            raise Malformed(f"{line!r} after the end")
        if line.startswith("#EXTINF"):
            match = _EXTINF.fullmatch(value)
            if match is None or seconds is not None:
                raise Malformed(f"{line!r}")
            seconds = float(match[1])
        elif tag == "#EXT-X-TILES":
            tiles = attributes(value, TILES, ("RESOLUTION", "LAYOUT", "DURATION"))
        elif line.startswith("#"):
            _header(media, line, tag, value)
        elif seconds is None:
            raise Malformed(f"{line!r} without a duration")
        else:
            media.segments.append(Segment(line, seconds, tiles))
            seconds, tiles = None, {}
    if seconds is not None or not media.segments or media.target < 1:
        raise Malformed("no target duration, no segment, or a last one without URI")
    return media


def _header(media: Media, line: str, tag: str, value: str) -> None:
    if line == "#EXT-X-ENDLIST":
        media.ended = True
    elif media.segments:
        raise Malformed(f"{line!r} after the first segment")
    elif tag == "#EXT-X-VERSION":
        media.version = _once(media.version, 1, value, tag)
    elif tag == "#EXT-X-TARGETDURATION":
        media.target = _once(media.target, 0, value, tag)
    elif tag == "#EXT-X-MEDIA-SEQUENCE":
        media.sequence = _once(media.sequence, 0, value, tag)
    elif tag == "#EXT-X-PLAYLIST-TYPE":
        media.kind = value
    elif tag == "#EXT-X-MAP":
        media.initial = attributes(value, MAP, ("URI",))["URI"]
    elif line == "#EXT-X-INDEPENDENT-SEGMENTS":
        media.independent = True
    elif line == "#EXT-X-IMAGES-ONLY":
        media.images_only = True
    else:
        raise Malformed(f"{line!r} has no place in a media playlist")


def _once(known: int, default: int, value: str, tag: str) -> int:
    if known != default or not _FORMS[INTEGER].fullmatch(value):
        raise Malformed(f"{tag}:{value} is repeated or no integer")
    return int(value)
