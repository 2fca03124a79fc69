"""Serves viewers' progress."""

from __future__ import annotations

from cliffhanger import bootstrap
from cliffhanger.clock import system_clock
from cliffhanger.errors import Busy, CursorInvalid, NotFound, Unavailable
from cliffhanger.progress import service
from cliffhanger.web.api import Answer, Call, Operation, build_api
from cliffhanger.web.fields import ListQuery
from functions.progress.schemas import (
    ContinueAnswer,
    EpisodePath,
    ProgressAnswer,
    ProgressBody,
    continue_item,
    progress_answer,
)

LIST = "continue"


def save_progress(call: Call) -> Answer:
    """Saves where the viewer is in an episode; sent again within half a minute, answers what stands."""
    bookmark = service.save_progress(
        bootstrap.catalog_store(),
        bootstrap.progress_store(),
        person=call.person,
        series=call.path.series_id,
        episode=call.path.episode,
        position_ms=call.body.position_ms,
        version=call.body.version,
        clock=system_clock,
    )
    return Answer(200, progress_answer(bookmark))


def list_continue(call: Call) -> Answer:
    """What the viewer has begun, a series once, with the episode watched last."""
    cursors, cursor = bootstrap.cursors(), call.query.cursor
    after = cursors.open(LIST, call.person, cursor) if cursor else None
    continued = service.continue_watching(bootstrap.progress_store(), call.person, call.query.limit, after)
    following = None if continued.after is None else cursors.seal(LIST, call.person, list(continued.after))
    return Answer(200, ContinueAnswer([continue_item(watched) for watched in continued.series], following))


handler = build_api(
    "progress",
    {
        "saveProgress": Operation(
            save_progress,
            path=EpisodePath,
            body=ProgressBody,
            answers={200: ProgressAnswer},
            problems=(NotFound, Busy, Unavailable),
        ),
        "listContinue": Operation(
            list_continue, query=ListQuery, answers={200: ContinueAnswer}, problems=(CursorInvalid, Unavailable)
        ),
    },
    bootstrap.rate_limiter,
)
