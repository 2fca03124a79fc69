"""Serves the catalog, and every path that no route has."""

from __future__ import annotations

from cliffhanger import bootstrap
from cliffhanger.catalog.service import list_series, series_page
from cliffhanger.errors import NotFound, Unavailable
from cliffhanger.web.api import Answer, Call, Operation, build_api
from functions.catalog.schemas import SeriesAnswer, SeriesList, SeriesPath, SeriesSummary, series_answer


def get_list(_call: Call) -> Answer:
    """Published series, newest first."""
    rows = list_series(bootstrap.catalog_store())
    return Answer(200, SeriesList([SeriesSummary(*row) for row in rows]))


def get_series(call: Call) -> Answer:
    """One series with its episodes and prices."""
    return Answer(200, series_answer(series_page(bootstrap.catalog_store(), call.path.series_id)))


handler = build_api(
    "catalog",
    {
        "listSeries": Operation(get_list, answers={200: SeriesList}, problems=(Unavailable,)),
        "getSeries": Operation(
            get_series, path=SeriesPath, answers={200: SeriesAnswer}, problems=(NotFound, Unavailable)
        ),
    },
)
