"""Access to uploads, to the transcoder and to published media; a part of :mod:`infra.access`."""

from __future__ import annotations

from collections.abc import Callable

from aws_cdk import aws_s3 as s3

from infra.constructs.buckets import objects_of
from infra.grants import Access, Grant, index, on
from infra.resources import Resources

MICRO = 1_000_000
"""Millionths in one."""


def _media_read(resources: Resources) -> Access:
    """Published playlists and renditions."""
    media = resources.buckets.media
    return Access((Grant(("s3:GetObject",), (objects_of(media, "media/*"),)),), {"MEDIA_BUCKET": media.bucket_name})


def _uploads_write(resources: Resources) -> Access:
    """Uploads and their jobs."""
    uploads = resources.tables.uploads
    return Access((on(uploads, "GetItem", "PutItem", "UpdateItem"),), {"UPLOADS_TABLE": uploads.table_name})


def _uploads_by(name: str) -> Callable[[Resources], Access]:
    """A list of uploads: an episode's, or those that are due."""

    def give(resources: Resources) -> Access:
        uploads = resources.tables.uploads
        return Access((index(uploads, name),), {"UPLOADS_TABLE": uploads.table_name})

    return give


def _transcode_budgets(*operations: str) -> Callable[[Resources], Access]:
    """Operations on what is promised of the month's budgets, and how large they are."""

    def give(resources: Resources) -> Access:
        budgets, config = resources.tables.budgets, resources.config
        settings = {
            "BUDGETS_TABLE": budgets.table_name,
            "TRANSCODE_BUDGET": str(config.transcode_budget_usd * MICRO),
            "TRANSCODE_CREATOR_BUDGET": str(config.transcode_creator_budget_usd * MICRO),
        }
        return Access((on(budgets, *operations),), settings)

    return give


def _uploads_presign(resources: Resources) -> Access:
    """A presigned form can do what its signer can: put a source, nothing else."""
    bucket = resources.buckets.uploads
    return Access(
        (Grant(("s3:PutObject",), (objects_of(bucket, "uploads/*"),)),), {"UPLOADS_BUCKET": bucket.bucket_name}
    )


def _uploads_fetch(resources: Resources) -> Access:
    """Sources, read or probed, and subtitles written anew from them.

    ``mediaconvert:Probe`` knows no resource; it reads with the caller's own permission.
    """
    bucket = resources.buckets.uploads
    return Access(
        (
            Grant(("s3:GetObject",), (objects_of(bucket, "uploads/*"),)),
            Grant(("s3:PutObject",), (objects_of(bucket, "clean/*"),)),
            Grant(("mediaconvert:Probe",), ("*",)),
        ),
        {"UPLOADS_BUCKET": bucket.bucket_name},
    )


def _removing(bucket: s3.Bucket, *prefixes: str) -> tuple[Grant, ...]:
    """Listing a bucket, and deleting what its lists show below some prefixes."""
    return (
        Grant(("s3:ListBucket",), (bucket.bucket_arn,)),
        Grant(("s3:DeleteObject",), tuple(objects_of(bucket, f"{prefix}/*") for prefix in prefixes)),
    )


def _uploads_remove(resources: Resources) -> Access:
    """What creators sent, and what was made of it, once it is of no use."""
    bucket = resources.buckets.uploads
    return Access(_removing(bucket, "uploads", "clean"), {"UPLOADS_BUCKET": bucket.bucket_name})


def _media_remove(resources: Resources) -> Access:
    """Versions that are no episode, or are none any more."""
    bucket = resources.buckets.media
    return Access(_removing(bucket, "media", "posters"), {"MEDIA_BUCKET": bucket.bucket_name})


def _transcoder_submit(resources: Resources) -> Access:
    """Jobs on our queue, run under our role, which only MediaConvert can be given; and whether one is there already."""
    transcoder = resources.transcoder
    return Access(
        (
            Grant(("mediaconvert:CreateJob", "mediaconvert:ListJobs"), (transcoder.queue_arn,)),
            Grant(
                ("iam:PassRole",),
                (transcoder.role_arn,),
                {"StringEquals": {"iam:PassedToService": "mediaconvert.amazonaws.com"}},
            ),
        ),
        {
            "TRANSCODE_QUEUE": transcoder.queue_arn,
            "TRANSCODE_ROLE": transcoder.role_arn,
            "MEDIA_BUCKET": resources.buckets.media.bucket_name,
        },
    )


def _transcoder_ask(resources: Resources) -> Access:
    """What became of a job, and calling it off."""
    return Access((Grant(("mediaconvert:GetJob", "mediaconvert:CancelJob"), (resources.transcoder.jobs_arn,)),))


MEDIA: dict[str, Callable[[Resources], Access]] = {
    "media:read": _media_read,
    "uploads:write": _uploads_write,
    "uploads:list": _uploads_by("by-place"),
    "uploads:due": _uploads_by("by-due"),
    "uploads:presign": _uploads_presign,
    "uploads:fetch": _uploads_fetch,
    "uploads:remove": _uploads_remove,
    "transcode-budgets:read": _transcode_budgets("GetItem"),
    "transcode-budgets:reserve": _transcode_budgets("UpdateItem"),
    "transcoder:submit": _transcoder_submit,
    "transcoder:ask": _transcoder_ask,
    "media:remove": _media_remove,
}
"""By access name."""
