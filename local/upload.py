"""The demo's clips, put up as a creator would: through the public API, the presigned form and the real pipeline."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any, NamedTuple

PUBLISH_TIMEOUT_S = 240
POLL_S = 0.15


class UploadFailed(RuntimeError):
    """The platform refused a clip, or did not publish it in time."""


class Clip(NamedTuple):
    """A video for one episode."""

    series: str
    episode: int
    path: Path


def is_published(api: str, series: str, episode: int) -> bool:
    """Whether the public catalog shows the episode as published."""
    page = _json(urllib.request.Request(f"{api}/v1/series/{series}"))  # noqa: S310 - loopback
    return any(line["episode"] == episode and line["published"] for line in page["episodes"])


def publish(api: str, token: str, clip: Clip, percent: Callable[[float], None]) -> str:
    """Uploads a clip and waits until its episode is published; answers with the upload's id.

    Raises:
        UploadFailed: the platform refused it, or did not publish it in time.
    """
    started = _post(
        f"{api}/v1/studio/series/{clip.series}/episodes/{clip.episode}/uploads",
        {"contentType": "video/mp4", "sizeBytes": clip.path.stat().st_size},
        token,
    )
    send_form(started["url"], started["fields"], clip.path.read_bytes())
    deadline = time.monotonic() + PUBLISH_TIMEOUT_S
    while time.monotonic() < deadline:
        upload = _get(f"{api}/v1/studio/uploads/{started['uploadId']}", token)
        percent(upload["percent"])
        if upload["status"] == "published":
            return str(started["uploadId"])
        if upload["status"] == "failed":
            raise UploadFailed(f"episode {clip.episode}: {upload['problem']}")
        time.sleep(POLL_S)
    raise UploadFailed(f"episode {clip.episode} was not published in {PUBLISH_TIMEOUT_S} s")


def send_form(url: str, fields: Mapping[str, str], content: bytes) -> None:
    """Posts a file by a presigned form, the file last, as S3 wants it.

    Raises:
        UploadFailed: the store refused it; the message holds its answer.
    """
    boundary = uuid.uuid4().hex
    head = "".join(
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    )
    head += f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="source.mp4"\r\n\r\n'
    body = head.encode() + content + f"\r\n--{boundary}--\r\n".encode()
    request = urllib.request.Request(  # noqa: S310 - loopback
        url, data=body, headers={"Content-Type": f"multipart/form-data; boundary={boundary}"}
    )
    try:
        with urllib.request.urlopen(request, timeout=60):  # noqa: S310 - loopback
            return
    except urllib.error.HTTPError as error:
        raise UploadFailed(f"the store answered {error.code}: {error.read().decode(errors='replace')}") from error


def _get(url: str, token: str) -> Any:
    return _json(urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"}))  # noqa: S310 - loopback


def _post(url: str, body: Mapping[str, Any], token: str) -> Any:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    return _json(urllib.request.Request(url, data=json.dumps(body).encode(), headers=headers))  # noqa: S310 - loopback


def _json(request: urllib.request.Request) -> Any:
    """The answer's JSON.

    Raises:
        UploadFailed: the answer is no success; the message holds it.
    """
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - loopback
            return json.load(answer)
    except urllib.error.HTTPError as error:
        words = error.read().decode(errors="replace")
        name = HTTPStatus(error.code).phrase
        raise UploadFailed(f"{request.full_url} answered {error.code} {name}: {words}") from error
