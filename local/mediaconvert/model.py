"""The words of the local transcoder: what a source is, what a job makes of it, and how a job fails."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple


class JobFailed(Exception):
    """A job that ends in ``ERROR``.

    ``code`` is MediaConvert's where its guide names one for the case ("Error codes"): 1010 the input cannot be opened,
    1030 no usable video, 1040 a selector that fits nothing, 1076 the container breaks off, 1404 the input is not
    there, 1999 everything else.
    """

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class JobCanceled(Exception):
    """A job that was called off while it ran."""


class ObjectAddress(NamedTuple):
    """Where an object, or a family of objects with one prefix, stands in S3."""

    bucket: str
    key: str

    @property
    def uri(self) -> str:
        """As MediaConvert spells it."""
        return f"s3://{self.bucket}/{self.key}"

    def with_ending(self, ending: str) -> ObjectAddress:
        """The address of one of the family's objects."""
        return self._replace(key=self.key + ending)

    @classmethod
    def parse(cls, uri: str) -> ObjectAddress:
        """The address in an ``s3://bucket/key``.

        Raises:
            ValueError: it is not one.
        """
        scheme, _, rest = uri.partition("://")
        bucket, _, key = rest.partition("/")
        if scheme != "s3" or not bucket or not key:
            raise ValueError(f"{uri!r} is not an s3://bucket/key")
        return cls(bucket, key)


@dataclass(frozen=True)
class VideoTrack:
    """The picture of a source, as it is stored: rotation is still to be applied. ``rotation`` is clockwise degrees.

    ``primaries``, ``transfer`` and ``matrix`` are code points of H.273; 2 is untold.
    """

    index: int
    codec: str
    width: int
    height: int
    frame_rate: Fraction
    rotation: int
    bit_rate: int
    bit_depth: int
    duration_s: float
    frames: int
    sample_aspect: Fraction
    pixel_format: str
    primaries: int = 2
    transfer: int = 2
    matrix: int = 2


@dataclass(frozen=True)
class AudioTrack:
    """One sound track of a source."""

    index: int
    codec: str
    channels: int
    layout: str
    sample_rate: int
    bit_rate: int
    language: str
    duration_s: float


@dataclass(frozen=True)
class Source:
    """What a file holds. ``truncated`` says that fewer frames can be read than its index promises."""

    container: str
    duration_s: float
    bit_rate: int
    video: VideoTrack | None
    audio: tuple[AudioTrack, ...]
    truncated: bool


@dataclass(frozen=True)
class VideoRendition:
    """One rung of the ladder: its size in pixels, ffmpeg's filters and encoder options, the sound it plays with."""

    name: str
    width: int
    height: int
    filters: str
    encoder: tuple[tuple[str, str], ...]
    audio_group: str


@dataclass(frozen=True)
class AudioRendition:
    """One sound rendition of a streaming group: a track of the film, or of a file beside it.

    ``file`` is the address of the file beside it, or nothing.
    """

    name: str
    file: str
    track: int
    group: str
    title: str
    language: str
    is_default: bool
    autoselect: bool
    channels: int
    filters: str
    encoder: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class SubtitleRendition:
    """One subtitle rendition of a streaming group; ``file`` is the address of its cues."""

    name: str
    file: str
    title: str
    language: str
    is_default: bool


@dataclass(frozen=True)
class Tiles:
    """Thumbnails for scrubbing, one for each group of pictures, side by side in images of ``columns`` by ``rows``.

    ``width`` and ``height`` are a thumbnail's, in pixels; ``every`` counts frames.
    """

    width: int
    height: int
    columns: int
    rows: int
    every: int
    filters: str


@dataclass(frozen=True)
class Stream:
    """A CMAF group: renditions of one picture, cut alike, its sounds, its subtitles, and its thumbnails.

    ``segment_s`` is the length of a segment in seconds; a last one shorter than ``min_last_s`` is joined to the one
    before it.
    """

    destination: ObjectAddress
    segment_s: float
    min_last_s: float
    frame_rate: Fraction
    video: tuple[VideoRendition, ...]
    audio: tuple[AudioRendition, ...]
    subtitles: tuple[SubtitleRendition, ...]
    tiles: Tiles | None

    @property
    def base(self) -> str:
        """The name that every file of the group starts with."""
        return self.destination.key.rpartition("/")[2]


@dataclass(frozen=True)
class Stills:
    """A frame capture: one picture each ``1 / rate`` seconds, at most ``limit``."""

    destination: ObjectAddress
    name: str
    width: int
    height: int
    rate: Fraction
    limit: int
    quality: int
    filters: str


@dataclass(frozen=True)
class Plan:
    """What one ffmpeg process is to make of one source. ``groups`` keeps the job's order: the stream or some stills.

    ``rotate`` says that the source's own rotation is to be applied, ``colours`` are the filters that convert all
    pictures alike; ``warnings`` are sentences for the job's messages.
    """

    rotate: bool
    colours: str
    duration_s: float
    stream: Stream
    stills: tuple[Stills, ...]
    groups: tuple[Stream | Stills, ...]
    warnings: tuple[str, ...]
