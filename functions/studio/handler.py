"""Serves the studio."""

from __future__ import annotations

from cliffhanger import bootstrap
from cliffhanger.catalog.authoring import Written, put_episode, put_series
from cliffhanger.catalog.service import list_own_series, own_series, posters_of
from cliffhanger.clock import system_clock
from cliffhanger.errors import (
    CursorInvalid,
    EpisodeOutOfOrder,
    NotFound,
    NotOwner,
    PageTooLarge,
    SeriesChanged,
    Unavailable,
    Undecided,
    ValidationFailed,
)
from cliffhanger.ledger.journal import Retrying
from cliffhanger.ledger.names import new_id
from cliffhanger.media import service
from cliffhanger.web.api import Answer, Call, Operation, build_api
from cliffhanger.web.fields import ListQuery
from functions.studio.schemas import (
    BudgetAnswer,
    EpisodePath,
    FormAnswer,
    UploadAnswer,
    UploadBody,
    UploadList,
    UploadPath,
    budget_answer,
    form_answer,
    upload_answer,
    upload_list,
    wanted,
)
from functions.studio.series import (
    EpisodeBody,
    SeriesBody,
    StudioEpisodePath,
    StudioSeriesAnswer,
    StudioSeriesList,
    StudioSeriesPath,
    episode_terms,
    series_terms,
    studio_answer,
    studio_list,
)

LIST, UPLOADS = "listOwnSeries", "listUploads"


def get_list(call: Call) -> Answer:
    """The caller's series, newest first, listed or not."""
    cursor = call.query.cursor
    after = bootstrap.cursors().open(LIST, call.person, cursor) if cursor else None
    found = list_own_series(bootstrap.catalog_store(), call.person, call.query.limit, after)
    rest = None if found.after is None else bootstrap.cursors().seal(LIST, call.person, found.after)
    return Answer(200, studio_list(found.rows, rest))


def get_series(call: Call) -> Answer:
    """One of the caller's series with all that is written of it."""
    store = bootstrap.catalog_store()
    page = own_series(store, call.person, call.path.series_id)
    return Answer(200, studio_answer(page, posters_of(store, page), system_clock()))


def write_series(call: Call) -> Answer:
    """Makes a series, or changes it as a whole; what stands already is answered again, whatever the revision."""
    body = call.body
    written = put_series(
        bootstrap.catalog_store(),
        person=call.person,
        series=call.path.series_id,
        terms=series_terms(body),
        revision=body.revision,
        retrying=Retrying(clock=system_clock),
    )
    return _written(written)


def write_episode(call: Call) -> Answer:
    """Adds the next episode, or changes one; what stands already is answered again, whatever the revision."""
    written = put_episode(
        bootstrap.catalog_store(),
        person=call.person,
        series=call.path.series_id,
        number=call.path.episode,
        terms=episode_terms(call.body),
        revision=call.body.revision,
        retrying=Retrying(clock=system_clock),
    )
    return _written(written)


def _written(written: Written) -> Answer:
    posters = posters_of(bootstrap.catalog_store(), written.page)
    return Answer(201 if written.made else 200, studio_answer(written.page, posters, system_clock()))


def create_upload(call: Call) -> Answer:
    """Presigned forms for one episode's files; asked again, other forms for another version."""
    upload, forms = service.create_upload(
        bootstrap.uploads_store(),
        bootstrap.catalog_store(),
        bootstrap.upload_forms(),
        person=call.person,
        series=call.path.series_id,
        episode=call.path.episode,
        wanted=wanted(call.body),
        new_id=new_id,
        clock=system_clock,
    )
    return Answer(201, form_answer(upload, forms))


def get_upload(call: Call) -> Answer:
    """How far the caller's upload has come, or why it failed."""
    upload = service.get_upload(bootstrap.uploads_store(), person=call.person, upload=call.path.upload_id)
    return Answer(200, upload_answer(upload))


def get_uploads(call: Call) -> Answer:
    """The uploads of one of the caller's episodes, newest first. A cursor holds for its episode alone."""
    path, cursor = call.path, call.query.cursor
    name = f"{UPLOADS}:{path.series_id}/{path.episode}"
    found = service.list_uploads(
        bootstrap.uploads_store(),
        bootstrap.catalog_store(),
        person=call.person,
        series=path.series_id,
        episode=path.episode,
        limit=call.query.limit,
        after=bootstrap.cursors().open(name, call.person, cursor) if cursor else None,
    )
    rest = None if found.after is None else bootstrap.cursors().seal(name, call.person, list(found.after))
    return Answer(200, upload_list(found.uploads, rest))


def get_budget(call: Call) -> Answer:
    """What the caller may spend on transcoding in this month, and what is promised of it."""
    budget = service.get_budget(bootstrap.uploads_store(), person=call.person, clock=system_clock)
    return Answer(200, budget_answer(budget))


WRITTEN = {200: StudioSeriesAnswer, 201: StudioSeriesAnswer}
REFUSED_WRITES = (NotFound, NotOwner, SeriesChanged, PageTooLarge, Unavailable, Undecided)

handler = build_api(
    "studio",
    {
        LIST: Operation(
            get_list, query=ListQuery, answers={200: StudioSeriesList}, problems=(CursorInvalid, Unavailable)
        ),
        "getOwnSeries": Operation(
            get_series,
            path=StudioSeriesPath,
            answers={200: StudioSeriesAnswer},
            problems=(NotFound, NotOwner, Unavailable),
        ),
        "putSeries": Operation(
            write_series, path=StudioSeriesPath, body=SeriesBody, answers=WRITTEN, problems=REFUSED_WRITES
        ),
        "putEpisode": Operation(
            write_episode,
            path=StudioEpisodePath,
            body=EpisodeBody,
            answers=WRITTEN,
            problems=(*REFUSED_WRITES, EpisodeOutOfOrder),
        ),
        "createUpload": Operation(
            create_upload,
            path=EpisodePath,
            body=UploadBody,
            answers={201: FormAnswer},
            problems=(NotFound, NotOwner, ValidationFailed, Unavailable),
        ),
        UPLOADS: Operation(
            get_uploads,
            path=EpisodePath,
            query=ListQuery,
            answers={200: UploadList},
            problems=(NotFound, NotOwner, CursorInvalid, Unavailable),
        ),
        "getBudget": Operation(get_budget, answers={200: BudgetAnswer}, problems=(Unavailable,)),
        "getUpload": Operation(
            get_upload, path=UploadPath, answers={200: UploadAnswer}, problems=(NotFound, NotOwner, Unavailable)
        ),
    },
    bootstrap.rate_limiter,
)
