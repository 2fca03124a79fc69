"""What the studio is asked and answers about uploads."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct, field

from cliffhanger.clock import rfc3339
from cliffhanger.media.domain import (
    MAX_DUB_BYTES,
    MAX_DUBS,
    MAX_SUBTITLES,
    MAX_SUBTITLES_BYTES,
    MAX_UPLOAD_BYTES,
    DubType,
    Kind,
    Part,
    Price,
    Status,
    SubtitlesType,
    Upload,
    VideoType,
)
from cliffhanger.media.forms import Form
from cliffhanger.media.service import Budget, Wanted
from cliffhanger.texts import LANGUAGE_TAG
from cliffhanger.web.fields import EpisodeNumber, SeriesId, whole

UploadId = Annotated[
    str, Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,31}$", description="An upload", examples=["7k2m9x4q0v5t8w1z"])
]
SizeBytes = Annotated[
    int,
    Meta(ge=1, le=MAX_UPLOAD_BYTES, description="The file's exact size; the form takes no other", examples=[8_000_000]),
]
Language = Annotated[
    str,
    Meta(pattern=whole(LANGUAGE_TAG), max_length=12, description="BCP 47: language, script, region", examples=["es"]),
]


class EpisodePath(Struct, rename="camel"):
    """The path of one episode's uploads."""

    series_id: SeriesId
    episode: EpisodeNumber


class UploadPath(Struct, rename="camel"):
    """The path of one upload."""

    upload_id: UploadId


class SubtitlesBody(Struct, rename="camel", forbid_unknown_fields=True):
    """Subtitles that will be uploaded, in UTF-8; of their markup only ``<i>`` and ``<b>`` are taken."""

    language: Language
    content_type: SubtitlesType
    size_bytes: Annotated[int, Meta(ge=1, le=MAX_SUBTITLES_BYTES)]


class DubBody(Struct, rename="camel", forbid_unknown_fields=True):
    """A dub that will be uploaded: sound as long as the video, in another language than the series' own."""

    language: Language
    content_type: DubType
    size_bytes: Annotated[int, Meta(ge=1, le=MAX_DUB_BYTES)]


class UploadBody(Struct, rename="camel", forbid_unknown_fields=True):
    """What will be uploaded: the video, and what goes with it."""

    content_type: VideoType
    size_bytes: SizeBytes
    subtitles: Annotated[list[SubtitlesBody], Meta(max_length=MAX_SUBTITLES)] = field(default_factory=list)
    dubs: Annotated[list[DubBody], Meta(max_length=MAX_DUBS)] = field(default_factory=list)


class PartFormAnswer(Struct, rename="camel"):
    """Where to post one of the other files, and how: as the video's."""

    kind: Kind
    language: str
    url: str
    fields: dict[str, str]


class FormAnswer(Struct, rename="camel"):
    """Post the fields, then the file as the last field ``file``, to ``url``, as multipart/form-data.

    So with each of ``parts``. Nothing begins before all files have arrived.
    """

    upload_id: str
    url: str
    fields: dict[str, str]
    expires_at: str
    parts: list[PartFormAnswer]


class ProblemAnswer(Struct, rename="camel"):
    """Why an upload failed: a stable code, a stable word for the reason, and a sentence."""

    code: str
    reason: str
    detail: str


class PartAnswer(Struct, rename="camel"):
    """One file of an upload, and whether it is there."""

    kind: Kind
    language: str
    arrived: bool


class SourceAnswer(Struct, rename="camel"):
    """What was found in the video, as it is shown."""

    width_px: int
    height_px: int
    duration_ms: int
    frame_rate: float
    has_audio: bool


class PriceLineAnswer(Struct, rename="camel"):
    """What one output costs; its size is 0 where there is no picture."""

    output: str
    width_px: int
    height_px: int
    seconds: int
    micro_usd: int


class PriceAnswer(Struct, rename="camel"):
    """What transcoding costs, in millionths of a US dollar, by the price table of a date.

    ``policy`` approved it; ``month`` is that of the budget which it counts against.
    """

    micro_usd: int
    table_date: str
    policy: str
    month: str
    lines: list[PriceLineAnswer]


class UploadAnswer(Struct, rename="camel"):
    """How far an upload has come; 100 percent when the episode plays.

    ``source``, ``price`` and ``renditionsPx``, the widths of the renditions, are known once all files were looked at.
    """

    upload_id: str
    version: str
    status: Status
    percent: int
    parts: list[PartAnswer]
    source: SourceAnswer | None
    price: PriceAnswer | None
    renditions_px: list[int]
    problem: ProblemAnswer | None
    created_at: str


class UploadList(Struct, rename="camel"):
    """An episode's uploads, newest first; ``nextCursor`` is null on the last page."""

    uploads: list[UploadAnswer]
    next_cursor: str | None


class BudgetAnswer(Struct, rename="camel"):
    """What the creator may spend on transcoding in a month (UTC), and what is promised of it.

    In millionths of a US dollar. All creators together have a budget besides.
    """

    month: str
    budget_micro_usd: int
    reserved_micro_usd: int


def wanted(body: UploadBody) -> Wanted:
    """The files that a request names."""
    parts = [
        *(Part("subtitles", each.language, each.content_type, each.size_bytes) for each in body.subtitles),
        *(Part("dub", each.language, each.content_type, each.size_bytes) for each in body.dubs),
    ]
    return Wanted(body.content_type, body.size_bytes, tuple(parts))


def form_answer(upload: Upload, forms: tuple[Form, ...]) -> FormAnswer:
    """A new upload as it leaves the API; the forms are those of its parts, in order."""
    video, *others = forms
    parts = [
        PartFormAnswer(part.kind, part.language, form.url, dict(form.fields))
        for part, form in zip(upload.parts[1:], others, strict=True)
    ]
    return FormAnswer(upload.upload, video.url, dict(video.fields), rfc3339(video.expires_at), parts)


def upload_answer(upload: Upload) -> UploadAnswer:
    """An upload as it leaves the API."""
    approval = upload.approval
    film = None if approval is None else approval.film
    return UploadAnswer(
        upload_id=upload.upload,
        version=upload.version,
        status=upload.status,
        percent=upload.percent,
        parts=[PartAnswer(part.kind, part.language, part.etag is not None) for part in upload.parts],
        source=None
        if film is None
        else SourceAnswer(
            film.width_px, film.height_px, film.duration_ms, film.frame_rate_milli / 1000, film.has_audio
        ),
        price=None if approval is None else _price(approval.price, approval.policy, approval.month),
        renditions_px=[] if film is None else list(film.rungs_px),
        problem=None if upload.problem is None else ProblemAnswer(*upload.problem),
        created_at=rfc3339(upload.created_at),
    )


def upload_list(uploads: tuple[Upload, ...], cursor: str | None) -> UploadList:
    """A piece of an episode's uploads as it leaves the API."""
    return UploadList([upload_answer(upload) for upload in uploads], cursor)


def budget_answer(budget: Budget) -> BudgetAnswer:
    """A creator's budget as it leaves the API."""
    return BudgetAnswer(*budget)


def _price(price: Price, policy: str, month: str) -> PriceAnswer:
    lines = [PriceLineAnswer(*line) for line in price.lines]
    return PriceAnswer(price.micro_usd, price.table, policy, month, lines)
