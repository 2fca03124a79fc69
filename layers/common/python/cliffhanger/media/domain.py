"""Uploads: their states, the events that move them, and the plans that follow. Pure.

    awaiting ──> received ──> transcoding ──> published
                    └──────────────┴────────> failed

An upload's id is the episode's version. S3 and EventBridge deliver at least once and in any order, so a plan is made
from the stored state and applied on the condition that this state still stands: an event that was doubled, that is
late or that belongs to another job plans nothing.

A form can be posted again while it holds, and MediaConvert reads whatever lies there when its job begins. So the file
that is checked is remembered by its ETag; another one under the same key fails the upload, whatever becomes of its job.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from cliffhanger.errors import MediaRefused, TranscodeFailed
from cliffhanger.ledger.names import ID

Status = Literal["awaiting", "received", "transcoding", "published", "failed"]
"""Waiting for the file; the file is there; a job runs; the episode plays; it ended without an episode."""

FORM_LIFETIME_S = 900
"""How long an upload form may be used. S3 checks it when a request begins, so a slow upload still ends well."""

MAX_UPLOAD_BYTES = 2 * 1024**3
"""Three minutes of a phone's 4K video at 60 frames (about 400 MB a minute by Apple's own table), and as much again."""

ContentType = Literal["video/mp4", "video/quicktime", "video/webm", "video/x-matroska"]
"""Media types of the containers that phones and editors export and that MediaConvert's Probe reads."""

ABANDONED_AFTER_S = 86_400
KEPT_FOR_S = 90 * 86_400
"""Seconds after which the table forgets an upload that never came, and one that did."""

_SOURCE_KEY = re.compile(rf"uploads/(?P<series>{ID})/(?P<episode>[1-9][0-9]{{0,3}})/(?P<upload>{ID})/source")
_S3 = "aws.s3"
_MEDIACONVERT = "aws.mediaconvert"
_COMPLETE_PERCENT = 100


class Problem(NamedTuple):
    """Why an upload failed: a stable code, a stable word for the reason, and a sentence for the creator."""

    code: str
    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class Upload:
    """One upload. Times are milliseconds since the Unix epoch; ``size_bytes`` is what the creator declared.

    ``etag`` is S3's tag of the file that arrived first, which is the one that is checked.
    """

    upload: str
    series: str
    episode: int
    owner: str
    language: str
    content_type: str
    size_bytes: int
    created_at: int
    status: Status = "awaiting"
    percent: int = 0
    job: str | None = None
    problem: Problem | None = None
    etag: str | None = None

    @property
    def version(self) -> str:
        """The version of the episode that this upload becomes."""
        return self.upload

    @property
    def source_key(self) -> str:
        """Where the creator's file lies in the uploads bucket."""
        return f"uploads/{self.series}/{self.episode}/{self.upload}/source"

    @property
    def output_prefix(self) -> str:
        """Where the episode's files lie in the media bucket; ends with a slash."""
        return f"media/{self.series}/{self.episode}/{self.version}/"

    @property
    def poster_prefix(self) -> str:
        """What the name of the episode's poster in the media bucket begins with; anybody may see posters."""
        return f"posters/{self.series}/{self.episode}/{self.version}"


class Arrival(NamedTuple):
    """A file that arrived in the uploads bucket under a key of ours."""

    series: str
    episode: int
    upload: str
    size_bytes: int | None
    etag: str | None


class JobChange(NamedTuple):
    """What MediaConvert told of a job. ``playlists`` are S3 addresses; ``duration_ms`` is 0 when it was not told.

    ``at`` is the service's own time of the change, milliseconds since the epoch, so that the same change told twice
    makes the same event of ours.
    """

    upload: str
    job: str
    status: str
    percent: int | None
    playlists: tuple[str, ...]
    duration_ms: int
    error_code: str
    at: int


class Transition(NamedTuple):
    """A change of an upload's state, applied only while the state is one of ``sources`` and the job is ours.

    With ``job`` given, the stored job must be that one or none yet; with ``rising``, the stored percentage must be
    lower than ``percent``.
    """

    sources: tuple[Status, ...]
    status: Status
    percent: int | None = None
    job: str | None = None
    problem: Problem | None = None
    rising: bool = False
    etag: str | None = None


REPLACED = Transition(
    ("received", "transcoding"),
    "failed",
    problem=Problem(
        MediaRefused.code, "replaced", "Another file was sent while the first was being checked; start a new upload."
    ),
)
"""A second file arrived before the first was an episode. Its job goes on, and what it tells finds the upload failed."""


def arrival_of(event: Mapping[str, Any], bucket: str) -> Arrival | None:
    """The arrival that an EventBridge event from S3 tells, or None when it is about something else.

    Source of the shape: S3 user guide, "EventBridge event message structure".
    """
    if event.get("source") != _S3 or event.get("detail-type") != "Object Created":
        return None
    detail = _mapping(event.get("detail"))
    stored = _mapping(detail.get("object"))
    found = _SOURCE_KEY.fullmatch(str(stored.get("key", "")))
    if _mapping(detail.get("bucket")).get("name") != bucket or found is None:
        return None
    size, etag = _integer(stored.get("size")), stored.get("etag")
    return Arrival(
        found["series"], int(found["episode"]), found["upload"], size, etag if isinstance(etag, str) and etag else None
    )


def job_change_of(event: Mapping[str, Any]) -> JobChange | None:
    """The change that a MediaConvert event tells, or None when it is no such event or names no upload.

    Read leniently: fields that are missing or of another type than documented count as not told. Source of the
    shape: MediaConvert user guide, "Using EventBridge with MediaConvert".
    """
    if event.get("source") != _MEDIACONVERT or event.get("detail-type") != "MediaConvert Job State Change":
        return None
    detail = _mapping(event.get("detail"))
    upload, job = _mapping(detail.get("userMetadata")).get("version"), detail.get("jobId")
    if not isinstance(upload, str) or not re.fullmatch(ID, upload) or not isinstance(job, str) or not job:
        return None
    groups = [_mapping(group) for group in _sequence(detail.get("outputGroupDetails"))]
    outputs = [_mapping(output) for group in groups for output in _sequence(group.get("outputDetails"))]
    paths = [path for group in groups for path in _sequence(group.get("playlistFilePaths"))]
    return JobChange(
        upload=upload,
        job=job,
        status=str(detail.get("status", "")),
        percent=_integer(_mapping(detail.get("jobProgress")).get("jobPercentComplete")),
        playlists=tuple(path for path in paths if isinstance(path, str) and path.lower().endswith(".m3u8")),
        duration_ms=max((_integer(output.get("durationInMs")) or 0 for output in outputs), default=0),
        error_code=str(detail.get("errorCode", "unknown"))[:32],
        at=_integer(detail.get("timestamp")) or 0,
    )


def belongs(upload: Upload, arrival: Arrival) -> bool:
    """Whether an arrived file is the one that an upload waits for."""
    return (upload.upload, upload.series, upload.episode) == (arrival.upload, arrival.series, arrival.episode)


def received(etag: str | None) -> Transition:
    """The file is there; the first of two wins."""
    return Transition(("awaiting",), "received", etag=etag)


def is_replacement(upload: Upload, arrival: Arrival) -> bool:
    """Whether an arrived file is another than the one that is being checked or transcoded."""
    known = upload.etag is not None and arrival.etag is not None
    return known and upload.etag != arrival.etag and upload.status in REPLACED.sources


def submitted(job: str) -> Transition:
    """The job is accepted."""
    return Transition(("received",), "transcoding", percent=0, job=job)


def refused(problem: Problem) -> Transition:
    """The file is not a video that can be published."""
    return Transition(("received",), "failed", problem=problem)


def plan_change(upload: Upload, change: JobChange) -> Transition | None:
    """What a job's change does to its upload, or None when it does nothing.

    A job may tell of itself before the answer to its own submission has been recorded, so ``received`` is a state to
    start from as well. Whether a completed job has an episode to show for it is :mod:`publication`'s matter.
    """
    if upload.status not in ("received", "transcoding") or upload.job not in (None, change.job):
        return None
    sources: tuple[Status, ...] = ("received", "transcoding")
    if change.status == "COMPLETE":
        return Transition(sources, "published", percent=_COMPLETE_PERCENT, job=change.job)
    if change.status == "ERROR":
        detail = f"The video could not be transcoded (MediaConvert error {change.error_code})."
        problem = Problem(TranscodeFailed.code, change.error_code, detail)
        return Transition(sources, "failed", job=change.job, problem=problem)
    if change.status == "CANCELED":
        problem = Problem(TranscodeFailed.code, "canceled", "The transcoding was cancelled; upload the video again.")
        return Transition(sources, "failed", job=change.job, problem=problem)
    if change.status in ("PROGRESSING", "STATUS_UPDATE", "INPUT_INFORMATION"):
        # 100 % is for what plays; a job at 100 % still has its files to write.
        percent = min(max(change.percent or 0, 0), _COMPLETE_PERCENT - 1)
        if upload.status == "received":
            return Transition(("received",), "transcoding", percent=percent, job=change.job)
        if percent > upload.percent:
            return Transition(("transcoding",), "transcoding", percent=percent, job=change.job, rising=True)
    return None


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _sequence(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _integer(value: object) -> int | None:
    return int(value) if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 2**53 else None
