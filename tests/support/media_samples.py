"""Uploads, probes and events as the media pipeline meets them."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from cliffhanger.media.domain import Part, Upload
from cliffhanger.media.job import Order

ROLE = "arn:aws:iam::123456789012:role/transcode"
QUEUE = "arn:aws:mediaconvert:us-east-1:123456789012:queues/Default"
JOB = "1763700000000-abc123"
CREATED_AT = 1_763_700_000_000


def upload(*parts: Part, **changes: Any) -> Upload:
    """An upload of a video and of these other files; ``size_bytes`` and ``etag`` are the video's."""
    video = Part("video", "en", "video/mp4", changes.pop("size_bytes", 1_000), changes.pop("etag", None))
    values: dict[str, Any] = {
        "upload": "7k2m9x4q0v5t8w1z",
        "series": "the-last-train",
        "episode": 1,
        "owner": "cleo",
        "language": "en",
        "parts": (video, *parts),
        "created_at": CREATED_AT,
    }
    return Upload(**(values | changes))


def order(**changes: Any) -> Order:
    values: dict[str, Any] = {
        "source": "s3://uploads/uploads/the-last-train/1/7k2m9x4q0v5t8w1z/source",
        "destination": "s3://media/media/the-last-train/1/7k2m9x4q0v5t8w1z/",
        "poster_destination": "s3://media/posters/the-last-train/1/7k2m9x4q0v5t8w1z",
        "series": "the-last-train",
        "episode": 1,
        "version": "7k2m9x4q0v5t8w1z",
        "language": "en",
        "source_width": 1080,
        "frame_rate": Fraction(30),
        "to_bt709": False,
        "has_audio": True,
        "role": ROLE,
        "queue": QUEUE,
    }
    return Order(**(values | changes))


def probe(*, audio: bool = True, seconds: float = 8.0, form: str = "mp4", **picture: Any) -> dict[str, Any]:
    """A ``Probe`` answer; ``picture`` replaces members of the video track's properties."""
    tracks: list[dict[str, Any]] = [
        {
            "Index": 1,
            "TrackType": "video",
            "Codec": "AVC",
            "Duration": seconds,
            "VideoProperties": {
                "Width": 1080,
                "Height": 1920,
                "FrameRate": {"Numerator": 30, "Denominator": 1},
                **picture,
            },
        }
    ]
    if audio:
        tracks.append({"Index": 2, "TrackType": "audio", "Codec": "AAC", "AudioProperties": {"Channels": 2}})
    return {"ProbeResults": [{"Container": {"Format": form, "Duration": seconds, "Tracks": tracks}}]}


def arrival(of: Upload, bucket: str = "uploads", *, part: str = "source", **stored: Any) -> dict[str, Any]:
    """S3's event that a file of an upload has arrived (S3 user guide, "EventBridge event message structure")."""
    file = of.part(part) or of.video
    return {
        "version": "0",
        "id": "17793124-05d4-b198-2fde-7ededc63b103",
        "detail-type": "Object Created",
        "source": "aws.s3",
        "account": "123456789012",
        "time": "2025-11-21T05:20:00Z",
        "region": "us-east-1",
        "resources": [f"arn:aws:s3:::{bucket}"],
        "detail": {
            "version": "0",
            "bucket": {"name": bucket},
            "object": {
                "key": of.key_of(file),
                "size": file.size_bytes,
                "etag": "b1946ac9",
                "sequencer": "61",
                **stored,
            },
            "request-id": "N4N7GDK58NMKJ12R",
            "requester": "123456789012",
            "reason": "PostObject",
        },
    }


def job_event(of: Upload, status: str, *, job: str = JOB, **detail: Any) -> dict[str, Any]:
    """MediaConvert's event of a job's state (MediaConvert user guide, "Using EventBridge with MediaConvert")."""
    return {
        "version": "0",
        "id": "1234abcd-12ab-34cd-56ef-1234567890ab",
        "detail-type": "MediaConvert Job State Change",
        "source": "aws.mediaconvert",
        "account": "123456789012",
        "time": "2025-11-21T05:21:00Z",
        "region": "us-east-1",
        "resources": [f"arn:aws:mediaconvert:us-east-1:123456789012:jobs/{job}"],
        "detail": {
            "timestamp": CREATED_AT + 60_000,
            "accountId": "123456789012",
            "queue": QUEUE,
            "jobId": job,
            "status": status,
            "userMetadata": {"series": of.series, "episode": str(of.episode), "version": of.upload},
            **detail,
        },
    }


def progress(of: Upload, percent: int, **changes: Any) -> dict[str, Any]:
    return job_event(
        of, "STATUS_UPDATE", jobProgress={"jobPercentComplete": percent, "currentPhase": "TRANSCODING"}, **changes
    )


def complete(of: Upload, bucket: str = "media", **changes: Any) -> dict[str, Any]:
    base = f"s3://{bucket}/{of.output_prefix}master"
    groups = [
        {
            "type": "CMAF_GROUP",
            "playlistFilePaths": [f"{base}.mpd", f"{base}.m3u8"],
            "outputDetails": [
                {
                    "durationInMs": 8_000,
                    "outputFilePaths": [f"{base}_video_360.m3u8"],
                    "videoDetails": {"widthInPx": 360, "heightInPx": 640},
                },
                {"durationInMs": 8_021},
            ],
        },
        {
            "type": "FILE_GROUP",
            "outputDetails": [
                {
                    "durationInMs": 8_000,
                    "outputFilePaths": [f"s3://{bucket}/{of.poster_prefix}.0000001.jpg"],
                    "videoDetails": {"widthInPx": 540},
                }
            ],
        },
    ]
    return job_event(of, "COMPLETE", **({"outputGroupDetails": groups} | changes))
