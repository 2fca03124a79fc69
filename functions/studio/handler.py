"""Serves the studio."""

from __future__ import annotations

from cliffhanger import bootstrap
from cliffhanger.clock import system_clock
from cliffhanger.errors import NotFound, NotOwner, Unavailable
from cliffhanger.ledger.names import new_id
from cliffhanger.media import service
from cliffhanger.web.api import Answer, Call, Operation, build_api
from functions.studio.schemas import (
    EpisodePath,
    FormAnswer,
    UploadAnswer,
    UploadBody,
    UploadPath,
    form_answer,
    upload_answer,
)


def create_upload(call: Call) -> Answer:
    """A presigned form for one episode's video; asked again, another form for another version."""
    upload, form = service.create_upload(
        bootstrap.uploads_store(),
        bootstrap.catalog_store(),
        bootstrap.upload_forms(),
        person=call.person,
        series=call.path.series_id,
        episode=call.path.episode,
        content_type=call.body.content_type,
        size_bytes=call.body.size_bytes,
        new_id=new_id,
        clock=system_clock,
    )
    return Answer(201, form_answer(upload, form))


def get_upload(call: Call) -> Answer:
    """How far the caller's upload has come, or why it failed."""
    upload = service.get_upload(bootstrap.uploads_store(), person=call.person, upload=call.path.upload_id)
    return Answer(200, upload_answer(upload))


handler = build_api(
    "studio",
    {
        "createUpload": Operation(
            create_upload,
            path=EpisodePath,
            body=UploadBody,
            answers={201: FormAnswer},
            problems=(NotFound, NotOwner, Unavailable),
        ),
        "getUpload": Operation(
            get_upload, path=UploadPath, answers={200: UploadAnswer}, problems=(NotFound, NotOwner, Unavailable)
        ),
    },
)
