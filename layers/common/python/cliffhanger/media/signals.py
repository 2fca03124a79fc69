"""What S3 and MediaConvert tell of files and jobs, read leniently. Pure.

Fields that are missing or of another type than documented count as not told.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from cliffhanger.ledger.names import ID
from cliffhanger.texts import LANGUAGE_TAG

_KEY = re.compile(
    rf"uploads/(?P<series>{ID})/(?P<episode>[1-9][0-9]{{0,3}})/(?P<upload>{ID})/"
    rf"(?P<part>source|(?:subtitles|dub)-{LANGUAGE_TAG})(?:\.[a-z0-9]{{3}})?"
)
_S3 = "aws.s3"
_MEDIACONVERT = "aws.mediaconvert"
_STATE_CHANGE = "MediaConvert Job State Change"
_PICTURES = (".jpg", ".jpeg")


class Arrival(NamedTuple):
    """A file that arrived in the uploads bucket under a key of ours; ``part`` names which of its upload's it is."""

    key: str
    series: str
    episode: int
    upload: str
    part: str
    size_bytes: int | None
    etag: str | None


class JobChange(NamedTuple):
    """What MediaConvert told of a job. ``playlists`` and ``pictures`` are S3 addresses.

    ``duration_ms`` is 0 when it was not told. ``at`` is the service's own time of the change, milliseconds since the
    epoch, so that the same change told twice makes the same event of ours.
    """

    upload: str
    job: str
    status: str
    percent: int | None
    playlists: tuple[str, ...]
    pictures: tuple[str, ...]
    duration_ms: int
    error_code: str
    at: int


def arrival_of(event: Mapping[str, Any], bucket: str) -> Arrival | None:
    """The arrival that an EventBridge event from S3 tells, or None when it is about something else.

    Source of the shape: S3 user guide, "EventBridge event message structure".
    """
    if event.get("source") != _S3 or event.get("detail-type") != "Object Created":
        return None
    detail = _mapping(event.get("detail"))
    if _mapping(detail.get("bucket")).get("name") != bucket:
        return None
    stored = _mapping(detail.get("object"))
    etag = stored.get("etag")
    return arrival_at(
        str(stored.get("key", "")), _integer(stored.get("size")), etag if isinstance(etag, str) and etag else None
    )


def arrival_at(key: str, size_bytes: int | None, etag: str | None) -> Arrival | None:
    """The arrival of a file under a key of the uploads bucket, or None when the key is not ours."""
    found = _KEY.fullmatch(key)
    if found is None:
        return None
    return Arrival(key, found["series"], int(found["episode"]), found["upload"], found["part"], size_bytes, etag)


def job_change_of(event: Mapping[str, Any]) -> JobChange | None:
    """The change that a MediaConvert event tells, or None when it is no such event or names no upload.

    Source of the shape: MediaConvert user guide, "Using EventBridge with MediaConvert".
    """
    if event.get("source") != _MEDIACONVERT or event.get("detail-type") != _STATE_CHANGE:
        return None
    detail = _mapping(event.get("detail"))
    upload, job = _mapping(detail.get("userMetadata")).get("version"), detail.get("jobId")
    if not isinstance(upload, str) or not re.fullmatch(ID, upload) or not isinstance(job, str) or not job:
        return None
    groups = [_mapping(group) for group in _sequence(detail.get("outputGroupDetails"))]
    outputs = [_mapping(output) for group in groups for output in _sequence(group.get("outputDetails"))]
    paths = [path for group in groups for path in _sequence(group.get("playlistFilePaths"))]
    files = [path for output in outputs for path in _sequence(output.get("outputFilePaths"))]
    return JobChange(
        upload=upload,
        job=job,
        status=str(detail.get("status", "")),
        percent=_integer(_mapping(detail.get("jobProgress")).get("jobPercentComplete")),
        playlists=tuple(path for path in paths if isinstance(path, str) and path.lower().endswith(".m3u8")),
        pictures=tuple(path for path in files if isinstance(path, str) and path.lower().endswith(_PICTURES)),
        duration_ms=max((_integer(output.get("durationInMs")) or 0 for output in outputs), default=0),
        error_code=str(detail.get("errorCode", "unknown"))[:32],
        at=_integer(detail.get("timestamp")) or 0,
    )


def change_of_job(job: Mapping[str, Any], pictures: tuple[str, ...], at: int) -> JobChange | None:
    """What a job would have told last, from MediaConvert's own description of it; None when it names no upload.

    ``GetJob`` tells no files: the main playlist is called as the job was asked to call it, and ``pictures`` are those
    that lie where its posters belong. Source of the shape: ``Job`` in the service's model.
    """
    settings = _mapping(job.get("Settings"))
    groups = [_mapping(_mapping(group).get("OutputGroupSettings")) for group in _sequence(settings.get("OutputGroups"))]
    bases = [str(_mapping(group.get("CmafGroupSettings")).get("Destination", "")) for group in groups]
    outputs = [
        {"durationInMs": _mapping(output).get("DurationInMs")}
        for group in _sequence(job.get("OutputGroupDetails"))
        for output in _sequence(_mapping(group).get("OutputDetails"))
    ]
    detail = {
        "jobId": job.get("Id"),
        "status": job.get("Status"),
        "userMetadata": job.get("UserMetadata"),
        "jobProgress": {"jobPercentComplete": job.get("JobPercentComplete")},
        "errorCode": job.get("ErrorCode", "unknown"),
        "timestamp": at,
        "outputGroupDetails": [
            {
                "playlistFilePaths": [f"{base}.m3u8" for base in bases if base],
                "outputDetails": [*outputs, {"outputFilePaths": list(pictures)}],
            }
        ],
    }
    return job_change_of({"source": _MEDIACONVERT, "detail-type": _STATE_CHANGE, "detail": detail})


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _sequence(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _integer(value: object) -> int | None:
    return int(value) if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 2**53 else None
