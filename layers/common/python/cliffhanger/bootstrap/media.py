"""What uploads become videos with."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from cliffhanger.aws import aws_client
from cliffhanger.bootstrap.foundation import catalog_store, connection, event_publisher
from cliffhanger.clock import system_clock
from cliffhanger.settings import read

if TYPE_CHECKING:
    from cliffhanger.media.forms import UploadForms
    from cliffhanger.media.pipeline import Pipeline
    from cliffhanger.media.store import UploadsStore


@functools.cache
def uploads_store() -> UploadsStore:
    """The tables of uploads and of what is promised to them."""
    from cliffhanger.media import policy, store

    budgets = policy.Budgets(int(read("TRANSCODE_BUDGET")), int(read("TRANSCODE_CREATOR_BUDGET")))
    return store.UploadsStore(connection(), read("UPLOADS_TABLE"), read("BUDGETS_TABLE"), budgets)


@functools.cache
def upload_forms() -> UploadForms:
    """Signs upload forms."""
    from cliffhanger.media.forms import S3_CONFIG, UploadForms

    return UploadForms(aws_client("s3", S3_CONFIG), read("UPLOADS_BUCKET"))


@functools.cache
def media_pipeline() -> Pipeline:
    """What the events of uploads and jobs work with."""
    from cliffhanger.media import files, pipeline, preparing, transcoder

    client = aws_client("mediaconvert", transcoder.CONFIG)
    return pipeline.Pipeline(
        uploads=uploads_store(),
        catalog=catalog_store(),
        transcoder=transcoder.Transcoder(client, read("TRANSCODE_ROLE"), read("TRANSCODE_QUEUE")),
        files=files.Files(aws_client("s3")),
        buckets=preparing.Buckets(read("UPLOADS_BUCKET"), read("MEDIA_BUCKET")),
        events=event_publisher(),
        clock=system_clock,
    )
