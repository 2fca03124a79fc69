"""Use cases of a creator: asking for forms, and asking how it went. What follows from files is ``pipeline``'s."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from cliffhanger.catalog.service import own_series
from cliffhanger.clock import Clock
from cliffhanger.errors import CursorInvalid, NotFound, NotOwner, ValidationFailed
from cliffhanger.media import policy
from cliffhanger.media.domain import Part, Upload, VideoType
from cliffhanger.media.forms import Form, UploadForms
from cliffhanger.media.store import Position, UploadsStore
from cliffhanger.media.transitions import ARRIVAL_DUE_S

if TYPE_CHECKING:
    from cliffhanger.catalog.store import CatalogStore


class Wanted(NamedTuple):
    """The files that a creator is going to send; the parts are subtitles and dubs."""

    content_type: VideoType
    size_bytes: int
    parts: tuple[Part, ...] = ()


class Uploads(NamedTuple):
    """A piece of an episode's uploads, and where the rest begins; None when there is no rest."""

    uploads: tuple[Upload, ...]
    after: Position | None


class Budget(NamedTuple):
    """What a creator may spend on transcoding in a month, and what is promised of it, in micro-USD."""

    month: str
    budget_micro_usd: int
    reserved_micro_usd: int


def create_upload(
    uploads: UploadsStore,
    catalog: CatalogStore,
    forms: UploadForms,
    *,
    person: str,
    series: str,
    episode: int,
    wanted: Wanted,
    new_id: Callable[[], str],
    clock: Clock,
) -> tuple[Upload, tuple[Form, ...]]:
    """A new upload, and a form for each of its parts, the video's first.

    Raises:
        NotFound: there is no such series or episode.
        NotOwner: the series is another creator's.
        ValidationFailed: two parts are of one kind and language, or a dub is of the original one.
        Unavailable: a table does not answer.
    """
    # As it is now: the episode may have been added a moment ago.
    page = own_series(catalog, person, series)
    line = page.episode(episode)
    _check_parts(wanted.parts, page.language)
    now = clock()
    upload = Upload(
        upload=new_id(),
        series=page.series,
        episode=line.number,
        owner=person,
        language=page.language,
        parts=(Part("video", page.language, wanted.content_type, wanted.size_bytes), *wanted.parts),
        created_at=now,
        due_at=now + ARRIVAL_DUE_S * 1000,
    )
    uploads.create(upload)
    return upload, tuple(forms.sign(upload, part) for part in upload.parts)


def get_upload(uploads: UploadsStore, *, person: str, upload: str) -> Upload:
    """An upload of the caller's.

    Raises:
        NotFound: there is none, or it is forgotten.
        NotOwner: it is another's.
        Unavailable: the table does not answer.
    """
    found = uploads.find(upload)
    if found is None:
        raise NotFound("There is no such upload.")
    if found.owner != person:
        raise NotOwner("The upload belongs to another creator.")
    return found


def list_uploads(
    uploads: UploadsStore, catalog: CatalogStore, *, person: str, series: str, episode: int, limit: int, after: object
) -> Uploads:
    """An episode's uploads, newest first: at most ``limit`` after a position, and the next position.

    Raises:
        NotFound: there is no such series or episode.
        NotOwner: the series is another creator's.
        CursorInvalid: it is no position of this list.
        Unavailable: a table does not answer.
    """
    page = own_series(catalog, person, series)
    place = f"{page.series}/{page.episode(episode).number}"
    # One more than is asked for tells whether there is a rest.
    found = uploads.of_place(place, limit + 1, _position(after))
    shown = found[:limit]
    return Uploads(shown, (shown[-1].created_at, shown[-1].upload) if len(found) > limit else None)


def get_budget(uploads: UploadsStore, *, person: str, clock: Clock) -> Budget:
    """What the caller may spend on transcoding in the present month.

    Raises:
        Unavailable: the table does not answer.
    """
    month = policy.month_of(clock())
    return Budget(month, uploads.budgets.creator_micro_usd, uploads.reserved(month, person))


def _check_parts(parts: Sequence[Part], original: str) -> None:
    names = [part.name for part in parts]
    if len(set(names)) < len(names):
        raise ValidationFailed("Expected each language once.", where="subtitles, dubs")
    if any(part.kind == "dub" and part.language == original for part in parts):
        raise ValidationFailed("Expected dubs in other languages than the series' own.", where="dubs")


def _position(after: object) -> Position | None:
    match after:
        case None:
            return None
        case [int(made), str(upload)]:
            return made, upload
    raise CursorInvalid("Begin the list anew.")
