"""Serves the catalog, and every path that no route has."""

from __future__ import annotations

from cliffhanger import bootstrap
from cliffhanger.catalog.service import list_series, listed_page, posters_of
from cliffhanger.clock import system_clock
from cliffhanger.errors import CursorInvalid, NotFound, Unavailable
from cliffhanger.events.catalogue import catalogue
from cliffhanger.web.api import Answer, Call, Operation, build_api
from cliffhanger.web.etags import etag_answer
from cliffhanger.web.fields import ListQuery
from functions.catalog.schemas import (
    EventTypeList,
    SeriesAnswer,
    SeriesList,
    SeriesPath,
    event_type_list,
    series_answer,
    series_list,
)

LIST = "listSeries"
ANYBODY = ""


def get_list(call: Call) -> Answer:
    """Listed series, newest first; 304 when the caller has this page of the list already."""
    cursor = call.query.cursor
    after = bootstrap.cursors().open(LIST, ANYBODY, cursor) if cursor else None
    found = list_series(bootstrap.catalog_store(), call.query.limit, after)
    rest = None if found.after is None else bootstrap.cursors().seal(LIST, ANYBODY, found.after)
    return etag_answer(call, series_list(found.rows, rest))


def get_series(call: Call) -> Answer:
    """One listed series with its episodes and prices; 304 when the caller has it as it is already."""
    store = bootstrap.catalog_store()
    page = listed_page(store, call.path.series_id)
    return etag_answer(call, series_answer(page, posters_of(store, page), system_clock()))


def get_event_types(call: Call) -> Answer:
    """Every version of every type of event, by name, all at once; 304 when the caller has them already."""
    return etag_answer(call, event_type_list(catalogue()))


handler = build_api(
    "catalog",
    {
        LIST: Operation(
            get_list, query=ListQuery, answers={200: SeriesList, 304: None}, problems=(CursorInvalid, Unavailable)
        ),
        "getSeries": Operation(
            get_series, path=SeriesPath, answers={200: SeriesAnswer, 304: None}, problems=(NotFound, Unavailable)
        ),
        "listEventTypes": Operation(get_event_types, answers={200: EventTypeList, 304: None}),
    },
)
