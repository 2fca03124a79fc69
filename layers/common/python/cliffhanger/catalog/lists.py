"""Lists of series, a piece at a time. Pure."""

from __future__ import annotations

from typing import Any, Generic, NamedTuple, TypeVar

from cliffhanger.catalog.domain import SeriesRow
from cliffhanger.errors import CursorInvalid

Row = TypeVar("Row")

Position = dict[str, Any]
"""Where a list goes on: ``series`` and ``listedAt`` of the last row that was given."""


class OwnRow(NamedTuple):
    """A series in its creator's list, listed for everybody or not."""

    row: SeriesRow
    listed: bool


class Rows(NamedTuple, Generic[Row]):
    """A piece of a list, and where the rest begins; None when there is no rest."""

    rows: tuple[Row, ...]
    after: Position | None


def place_of(position: Position) -> tuple[str, int]:
    """The series and the time of a position.

    Raises:
        CursorInvalid: it is none, as when another release of ours gave it.
    """
    match position:
        case {"series": str(series), "listedAt": int(listed_at)}:
            return series, listed_at
    raise CursorInvalid("Begin the list anew.")
