"""Fragmented MP4, from the bytes up (ISO/IEC 14496-12): what a segment holds, sample by sample."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

CONTAINERS = frozenset({"moov", "trak", "mdia", "minf", "stbl", "mvex", "moof", "traf", "edts"})
NOT_A_KEY_FRAME = 0x00010000


class Malformed(Exception):
    """The bytes are not what they should be."""


class Box(NamedTuple):
    """One box: its type, and its content without the header."""

    kind: str
    content: bytes


class Sample(NamedTuple):
    """One sample: when it is decoded and shown, how long, in ticks; its size in bytes; whether it stands alone."""

    decode: int
    show: int
    duration: int
    size: int
    is_key: bool


@dataclass(frozen=True)
class Track:
    """What an initial segment says: the codec's RFC 6381 name, ticks a second, width and height (0 for sound).

    ``shift`` is where its edit list starts, in ticks; ``defaults`` are duration, size and flags of samples.
    """

    codec: str
    timescale: int
    width: int
    height: int
    shift: int
    defaults: tuple[int, int, int]


def boxes(data: bytes) -> Iterator[Box]:
    """The boxes in some bytes, which they must fill.

    Raises:
        Malformed: a box is larger than what holds it.
    """
    at = 0
    while at < len(data):
        size, kind = struct.unpack_from(">I4s", data, at)
        start = at + 8
        if size == 1:
            (size,) = struct.unpack_from(">Q", data, start)
            start += 8
        if size < start - at or at + size > len(data):
            raise Malformed(f"box {kind!r} of {size} bytes at {at} of {len(data)}")
        yield Box(kind.decode("latin-1"), data[start : at + size])
        at += size


def find(data: bytes, *path: str) -> list[bytes]:
    """The contents of all boxes at a path."""
    found = [data]
    for kind in path:
        found = [box.content for content in found for box in boxes(content) if box.kind == kind]
    return found


def one(data: bytes, *path: str) -> bytes:
    """The content of the only box at a path.

    Raises:
        Malformed: there is none, or more than one.
    """
    found = find(data, *path)
    if len(found) != 1:
        raise Malformed(f"{len(found)} boxes at {'/'.join(path)}")
    return found[0]


def read_track(initial: bytes) -> Track:
    """The only track of an initial segment.

    Raises:
        Malformed: it is none.
    """
    kinds = [box.kind for box in boxes(initial)]
    if kinds[:1] != ["ftyp"] or "moov" not in kinds or "mdat" in kinds:
        raise Malformed(f"an initial segment of {kinds}")
    media = one(initial, "moov", "trak", "mdia")
    header = one(media, "mdhd")
    timescale = struct.unpack_from(">I", header, 20 if header[0] else 12)[0]
    description = one(media, "minf", "stbl", "stsd")
    (entry,) = boxes(description[8:])
    width, height = struct.unpack_from(">HH", entry.content, 24) if entry.kind == "avc1" else (0, 0)
    extension = one(initial, "moov", "mvex", "trex")
    _, _, duration, size, flags = struct.unpack_from(">IIIII", extension, 4)
    return Track(_codec(entry), timescale, width, height, _shift(initial), (duration, size, flags))


def _codec(entry: Box) -> str:
    if entry.kind == "avc1":
        return "avc1." + one(entry.content[78:], "avcC")[1:4].hex()
    if entry.kind == "mp4a":
        descriptor = one(entry.content[28:], "esds")
        at = descriptor.index(b"\x05", 4)
        while descriptor[at + 1] == 0x80:
            at += 1
        return f"mp4a.40.{descriptor[at + 2] >> 3}"
    return entry.kind


def _shift(initial: bytes) -> int:
    lists = find(initial, "moov", "trak", "edts", "elst")
    if not lists:
        return 0
    version, entries = lists[0][0], struct.unpack_from(">I", lists[0], 4)[0]
    if entries != 1:
        raise Malformed(f"an edit list of {entries} entries")
    return int(struct.unpack_from(">Qq" if version else ">Ii", lists[0], 8)[1])


def read_samples(segment: bytes, track: Track) -> list[Sample]:
    """The samples of a media segment, in the order of their decoding.

    Raises:
        Malformed: it is none, or its samples do not fill its media data.
    """
    samples: list[Sample] = []
    media = 0
    for box in boxes(segment):
        if box.kind == "moof":
            fragment = one(box.content, "traf")
            samples += _fragment(fragment, track)
        elif box.kind == "mdat":
            media += len(box.content)
        elif box.kind not in ("styp", "sidx", "emsg", "prft", "free"):
            raise Malformed(f"box {box.kind!r} in a media segment")
    if not samples or sum(sample.size for sample in samples) != media:
        raise Malformed(f"{len(samples)} samples do not fill {media} bytes")
    return samples


def _fragment(fragment: bytes, track: Track) -> Iterator[Sample]:
    duration, size, flags = _defaults(one(fragment, "tfhd"), track.defaults)
    times = one(fragment, "tfdt")
    decode = struct.unpack_from(">Q" if times[0] else ">I", times, 4)[0]
    for run in find(fragment, "trun"):
        present, count = struct.unpack_from(">I", run)[0] & 0xFFFFFF, struct.unpack_from(">I", run, 4)[0]
        at = 8 + (4 if present & 0x1 else 0)
        first = None
        if present & 0x4:
            (first,) = struct.unpack_from(">I", run, at)
            at += 4
        for index in range(count):
            values = {0x100: duration, 0x200: size, 0x400: flags, 0x800: 0}
            if first is not None and index == 0:
                values[0x400] = first
            for bit in values:
                if present & bit:
                    (values[bit],) = struct.unpack_from(">i" if bit == 0x800 and run[0] else ">I", run, at)
                    at += 4
            key = not values[0x400] & NOT_A_KEY_FRAME
            yield Sample(decode, decode + values[0x800] - track.shift, values[0x100], values[0x200], key)
            decode += values[0x100]


def _defaults(header: bytes, given: tuple[int, int, int]) -> tuple[int, int, int]:
    present = struct.unpack_from(">I", header)[0] & 0xFFFFFF
    at = 8 + (8 if present & 0x1 else 0) + (4 if present & 0x2 else 0)
    found = list(given)
    for index, bit in enumerate((0x8, 0x10, 0x20)):
        if present & bit:
            (found[index],) = struct.unpack_from(">I", header, at)
            at += 4
    return found[0], found[1], found[2]
