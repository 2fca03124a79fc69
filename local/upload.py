"""The demo's episodes, put up as a creator would: through the public API, the presigned form and the real pipeline."""

from __future__ import annotations

import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from local.calls import call

PUBLISH_TIMEOUT_S = 240
FIRST_POLL_S, LAST_POLL_S, SLOWER = 0.15, 1.5, 1.25
"""Soon at first, for what is in the cache; then so that two uploads stay within a creator's 120 reads a minute."""


class UploadFailed(RuntimeError):
    """The platform refused a clip, or did not publish it in time."""


class Clip(NamedTuple):
    """A video for one episode, and its captions by language."""

    series: str
    episode: int
    path: Path
    captions: Mapping[str, Path]


def is_published(api: str, series: str, episode: int) -> bool:
    """Whether the public catalog shows the episode as published."""
    page = call("GET", f"{api}/v1/series/{series}")
    return any(line["episode"] == episode and line["published"] for line in page["episodes"])


def publish(api: str, token: str, clip: Clip, percent: Callable[[float], None]) -> str:
    """Uploads a clip and waits until its episode is published; answers with the upload's id.

    Raises:
        CallRefused: the platform refused a call.
        UploadFailed: the platform refused the clip, or did not publish it in time.
    """
    started = call(
        "POST",
        f"{api}/v1/studio/series/{clip.series}/episodes/{clip.episode}/uploads",
        token,
        _announced(clip),
    )
    for part in started.get("parts", ()):
        send_form(part["url"], part["fields"], clip.captions[part["language"]].read_bytes())
    send_form(started["url"], started["fields"], clip.path.read_bytes())
    deadline, pause = time.monotonic() + PUBLISH_TIMEOUT_S, FIRST_POLL_S
    while time.monotonic() < deadline:
        upload = call("GET", f"{api}/v1/studio/uploads/{started['uploadId']}", token)
        percent(upload["percent"])
        if upload["status"] == "published":
            return str(started["uploadId"])
        if upload["status"] == "failed":
            raise UploadFailed(f"episode {clip.episode}: {upload['problem']}")
        time.sleep(pause)
        pause = min(pause * SLOWER, LAST_POLL_S)
    raise UploadFailed(f"episode {clip.episode} was not published in {PUBLISH_TIMEOUT_S} s")


def _announced(clip: Clip) -> dict[str, Any]:
    video: dict[str, Any] = {"contentType": "video/mp4", "sizeBytes": clip.path.stat().st_size}
    captions = [
        {"language": language, "contentType": "text/vtt", "sizeBytes": path.stat().st_size}
        for language, path in clip.captions.items()
    ]
    return {**video, "subtitles": captions} if captions else video


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
