"""Uploads: what they are made of, and where their files lie. Pure; what becomes of them stands in ``transitions``.

An upload's id is the episode's version. It has parts: the video, and any number of subtitles and dubs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

Status = Literal["awaiting", "received", "transcoding", "published", "failed", "retired"]
"""Waiting for files; all are there; a job runs; the episode plays; it ended without an episode; a newer one plays."""

Kind = Literal["video", "subtitles", "dub"]

FORM_LIFETIME_S = 900
"""How long an upload form may be used. S3 checks it when a request begins, so a slow upload still ends well."""

MAX_UPLOAD_BYTES = 2 * 1024**3
"""Three minutes of a phone's 4K video at 60 frames (about 400 MB a minute by Apple's own table), and as much again."""

MAX_SUBTITLES, MAX_SUBTITLES_BYTES = 8, 256 * 1024
"""As many languages as a series may name besides its own; 2,000 cues of two full lines take about 200 KB."""

MAX_DUBS, MAX_DUB_BYTES = 4, 64 * 1024**2
"""Three minutes of uncompressed stereo at 48 kHz and 32 bits take 66 MB."""

VideoType = Literal["video/mp4", "video/quicktime", "video/webm", "video/x-matroska"]
"""Media types of the containers that phones and editors export and that MediaConvert's Probe reads."""

SubtitlesType = Literal["text/vtt", "application/x-subrip"]
DubType = Literal["audio/mp4", "audio/mpeg", "audio/wav"]

EXTENSIONS = {
    "text/vtt": ".vtt",
    "application/x-subrip": ".srt",
    "audio/mp4": ".m4a",
    "audio/mpeg": ".mp3",
    "audio/wav": ".wav",
}
"""How a part's file is called, by its media type; the video's has no extension."""

ABANDONED_AFTER_S = 86_400
KEPT_FOR_S = 90 * 86_400
"""Seconds after which an upload that did not arrive has failed, and after which the table forgets one that is over."""


class Problem(NamedTuple):
    """Why an upload failed: a stable code, a stable word for the reason, and a sentence for the creator."""

    code: str
    reason: str
    detail: str


class Part(NamedTuple):
    """One file of an upload: what the creator declared, and S3's tag of the file once it is there.

    ``etag`` is None before it arrives, and empty when its arrival told no tag.
    """

    kind: Kind
    language: str
    content_type: str
    size_bytes: int
    etag: str | None = None

    @property
    def name(self) -> str:
        """What tells it from the other parts, for example ``subtitles-pt-BR``; ``source`` is the video."""
        return "source" if self.kind == "video" else f"{self.kind}-{self.language}"


class Film(NamedTuple):
    """What the probe told of the video, as it is shown. ``frame_rate_milli``: frames in a thousand seconds.

    ``rungs_px`` are the widths of the renditions that it becomes.
    """

    width_px: int
    height_px: int
    duration_ms: int
    frame_rate_milli: int
    has_audio: bool
    rungs_px: tuple[int, ...]


class PriceLine(NamedTuple):
    """What one output of a job costs; its size is 0 where there is no picture."""

    kind: str
    width_px: int
    height_px: int
    seconds: int
    micro_usd: int


class Price(NamedTuple):
    """What a job costs, by the table of a date (ISO 8601)."""

    micro_usd: int
    table: str
    lines: tuple[PriceLine, ...]


class Approval(NamedTuple):
    """What was known, and decided, before a job: the film, its price, the budget's month, and the policy's name."""

    film: Film
    price: Price
    month: str
    policy: str


@dataclass(frozen=True, slots=True)
class Upload:
    """One upload. Times are milliseconds since the Unix epoch.

    ``parts`` begins with the video. ``held``: its price is reserved, and comes back unless the job completes.
    ``due_at`` is when the sweep looks at it, None while there is nothing to look for.
    """

    upload: str
    series: str
    episode: int
    owner: str
    language: str
    parts: tuple[Part, ...]
    created_at: int
    status: Status = "awaiting"
    percent: int = 0
    job: str | None = None
    problem: Problem | None = None
    approval: Approval | None = None
    held: bool = False
    due_at: int | None = None

    @property
    def version(self) -> str:
        """The version of the episode that this upload becomes."""
        return self.upload

    @property
    def video(self) -> Part:
        """The file that is transcoded."""
        return self.parts[0]

    @property
    def complete(self) -> bool:
        """Whether every part has arrived."""
        return all(part.etag is not None for part in self.parts)

    @property
    def place(self) -> str:
        """The episode that it is for, among all."""
        return f"{self.series}/{self.episode}"

    @property
    def source_prefix(self) -> str:
        """Where the creator's files lie in the uploads bucket; ends with a slash."""
        return f"uploads/{self.place}/{self.upload}/"

    @property
    def clean_prefix(self) -> str:
        """Where the subtitles that we wrote lie in the uploads bucket; ends with a slash."""
        return f"clean/{self.place}/{self.upload}/"

    @property
    def output_prefix(self) -> str:
        """Where the episode's files lie in the media bucket; ends with a slash."""
        return f"media/{self.place}/{self.version}/"

    @property
    def poster_prefix(self) -> str:
        """What the keys of the version's posters begin with in the media bucket; MediaConvert adds ``.0000000.jpg``."""
        return f"posters/{self.place}/{self.version}"

    def part(self, name: str) -> Part | None:
        """The part of that name, or None."""
        return next((part for part in self.parts if part.name == name), None)

    def key_of(self, part: Part) -> str:
        """Where a part's file lies in the uploads bucket."""
        return self.source_prefix + part.name + EXTENSIONS.get(part.content_type, "")
