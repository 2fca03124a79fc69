"""Copies the pages from the deployed archive to the bucket that the distribution serves them from.

A CloudFormation custom resource (``Custom::Pages``). Properties:
    SourceBucket, SourceKey  the archive of ``web/``
    Bucket                   where the pages go
    Settings                 JSON text of ``config.json``, which tells the pages their stage and sign-in

Scripts and styles are written before the pages that name them, and what is no longer shipped is deleted last, so that
a viewer never meets a page without its parts. Runs again safely: the same archive gives the same objects. The
distribution need not be told: it keeps what may change for one second (its cache policy's minimum).
"""

from __future__ import annotations

import io
import json
import logging
import re
import urllib.request
import zipfile
from typing import Any

import boto3

SETTINGS = "config.json"
FOREVER = "public, max-age=31536000, immutable"
ASK_EACH_TIME = "no-cache"
NEVER_KEEP = "no-store"

VERSIONED = re.compile(r"vendor/.*-\d+\.\d+\.\d+\.")
"""For example ``vendor/hls-1.6.2.min.js``."""

CONTENT_TYPES = {
    "css": "text/css; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "ico": "image/x-icon",
    "jpg": "image/jpeg",
    "js": "text/javascript; charset=utf-8",
    "json": "application/json",
    "map": "application/json",
    "mjs": "text/javascript; charset=utf-8",
    "png": "image/png",
    "svg": "image/svg+xml",
    "txt": "text/plain; charset=utf-8",
    "vtt": "text/vtt; charset=utf-8",
    "wasm": "application/wasm",
    "webmanifest": "application/manifest+json",
    "webp": "image/webp",
    "woff2": "font/woff2",
}
"""By the name's ending. What is not listed is offered as a download rather than guessed."""

ANSWER_TIMEOUT_S = 10
DELETE_BATCH = 1000
"""Keys that S3 deletes in one call at most."""

log = logging.getLogger(__name__)
log.setLevel(logging.INFO)


def handler(event: dict[str, Any], _context: Any) -> None:
    """Publish on create and update; leave the pages alone on delete, since the bucket outlives this stack."""
    reason = ""
    try:
        if event["RequestType"] != "Delete":
            publish(event["ResourceProperties"])
    except Exception as error:
        # CloudFormation waits an hour for an answer: it must get one, whatever went wrong.
        log.exception("publishing failed")
        reason = f"{type(error).__name__}: {error}"
    answer(event, reason)


def publish(properties: dict[str, Any]) -> None:
    """Make the bucket hold exactly the archive's files and the settings.

    Raises:
        ValueError: the archive has no first page.
        botocore.exceptions.ClientError: S3 refused.
    """
    s3 = boto3.client("s3")
    body = s3.get_object(Bucket=properties["SourceBucket"], Key=properties["SourceKey"])["Body"].read()
    files = pages_of(body)
    files[SETTINGS] = properties["Settings"].encode()
    bucket = properties["Bucket"]
    for key in sorted(files, key=lambda key: (key.endswith(".html"), key)):
        s3.put_object(
            Bucket=bucket,
            Key=key,
            Body=files[key],
            ContentType=content_type(key),
            CacheControl=cache_control(key),
        )
    stale = [key for key in keys_of(s3, bucket) if key not in files]
    for start in range(0, len(stale), DELETE_BATCH):
        batch = stale[start : start + DELETE_BATCH]
        s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": key} for key in batch], "Quiet": True})
    log.info("published %d files, deleted %d", len(files), len(stale))


def pages_of(archive: bytes) -> dict[str, bytes]:
    """The archive's files by key.

    Raises:
        ValueError: there is no ``index.html``: publishing would empty the site.
    """
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        files = {name: opened.read(name) for name in opened.namelist() if not name.endswith("/")}
    if "index.html" not in files:
        raise ValueError("the archive has no index.html")
    return files


def keys_of(s3: Any, bucket: str) -> list[str]:
    """Every key in the bucket."""
    listing = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    return [item["Key"] for page in listing for item in page.get("Contents", ())]


def content_type(key: str) -> str:
    """The type that browsers are told; with ``nosniff`` they believe nothing else."""
    return CONTENT_TYPES.get(key.rsplit(".", 1)[-1].lower(), "application/octet-stream")


def cache_control(key: str) -> str:
    """A vendored file that carries its version in its name never changes; everything else may, with the next deploy."""
    if key == SETTINGS:
        return NEVER_KEEP
    return FOREVER if VERSIONED.match(key) else ASK_EACH_TIME


def answer(event: dict[str, Any], reason: str) -> None:
    """Tell CloudFormation how it went. The physical id never changes, so an update replaces nothing."""
    body = json.dumps(
        {
            "Status": "FAILED" if reason else "SUCCESS",
            "Reason": reason or "done",
            "PhysicalResourceId": event.get("PhysicalResourceId", "pages"),
            "StackId": event["StackId"],
            "RequestId": event["RequestId"],
            "LogicalResourceId": event["LogicalResourceId"],
        }
    ).encode()
    request = urllib.request.Request(  # noqa: S310 - the address is CloudFormation's own
        event["ResponseURL"], data=body, method="PUT", headers={"content-type": ""}
    )
    with urllib.request.urlopen(request, timeout=ANSWER_TIMEOUT_S) as response:  # noqa: S310 - as above
        response.read()
