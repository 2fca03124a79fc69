"""What the studio is asked and what it answers."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from cliffhanger.clock import rfc3339
from cliffhanger.media.domain import MAX_UPLOAD_BYTES, ContentType, Status, Upload
from cliffhanger.media.forms import Form
from cliffhanger.web.fields import EpisodeNumber, SeriesId

UploadId = Annotated[
    str, Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,31}$", description="An upload", examples=["7k2m9x4q0v5t8w1z"])
]
SizeBytes = Annotated[
    int,
    Meta(ge=1, le=MAX_UPLOAD_BYTES, description="The file's exact size; the form takes no other", examples=[8_000_000]),
]


class EpisodePath(Struct, rename="camel"):
    """The path of one episode's uploads."""

    series_id: SeriesId
    episode: EpisodeNumber


class UploadPath(Struct, rename="camel"):
    """The path of one upload."""

    upload_id: UploadId


class UploadBody(Struct, rename="camel", forbid_unknown_fields=True):
    """What will be uploaded."""

    content_type: ContentType
    size_bytes: SizeBytes


class FormAnswer(Struct, rename="camel"):
    """Post the fields, then the file as the last field ``file``, to ``url``, as multipart/form-data."""

    upload_id: str
    url: str
    fields: dict[str, str]
    expires_at: str


class ProblemAnswer(Struct, rename="camel"):
    """Why an upload failed: a stable code, a stable word for the reason, and a sentence."""

    code: str
    reason: str
    detail: str


class UploadAnswer(Struct, rename="camel"):
    """How far an upload has come; 100 percent when the episode plays."""

    upload_id: str
    status: Status
    percent: int
    problem: ProblemAnswer | None


def form_answer(upload: Upload, form: Form) -> FormAnswer:
    """A new upload as it leaves the API."""
    return FormAnswer(upload.upload, form.url, dict(form.fields), rfc3339(form.expires_at))


def upload_answer(upload: Upload) -> UploadAnswer:
    """An upload as it leaves the API."""
    problem = None if upload.problem is None else ProblemAnswer(*upload.problem)
    return UploadAnswer(upload.upload, upload.status, upload.percent, problem)
