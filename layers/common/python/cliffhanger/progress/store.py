"""Bookmarks in DynamoDB: one item for each viewer and series, at most a kilobyte.

| attribute   | type | meaning |
|-------------|------|---------|
| `person`    | S    | partition key: the viewer's pseudonym |
| `series`    | S    | sort key |
| `bookmarks` | L    | newest first, each `[episode, positionMs, version, durationMs, savedAt]` |
| `savedAt`   | N    | that of the newest; a write names the one that it was made from |
| `expiresAt` | N    | when DynamoDB forgets the item, in seconds since the Unix epoch |
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pynamodb.connection import Connection
from pynamodb.exceptions import GetError, PutError, QueryError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.operand import Path, Value

from cliffhanger.dynamo import is_refusal, is_unclear, table
from cliffhanger.errors import Unavailable
from cliffhanger.progress.domain import KEPT_FOR_S, Bookmark, Watched

MOST_READS = 4
"""Of a megabyte each, for the list of one viewer's series: some four thousand of them."""


class ProgressStore:
    """The table of progress."""

    def __init__(self, connection: Connection, name: str) -> None:
        connection.add_meta_table(table(name, {"person": "S", "series": "S"}))
        self._connection = connection
        self._name = name

    def find(self, person: str, series: str, *, consistent: bool = False) -> Watched | None:
        """A viewer's bookmarks in a series, or None.

        Raises:
            Unavailable: the read did not succeed.
        """
        try:
            answer = self._connection.get_item(self._name, person, series, consistent_read=consistent)
        except GetError as error:
            raise _unavailable(error) from error
        return _watched(answer["Item"]) if "Item" in answer else None

    def every(self, person: str) -> list[Watched]:
        """A viewer's bookmarks in all series, by series.

        Raises:
            Unavailable: a read did not succeed.
        """
        found: list[Watched] = []
        start = None
        for _ in range(MOST_READS):
            try:
                answer = self._connection.query(self._name, person, exclusive_start_key=start)
            except QueryError as error:
                raise _unavailable(error) from error
            found += [_watched(item) for item in answer["Items"]]
            start = answer.get("LastEvaluatedKey")
            if start is None:
                break
        return found

    def put(self, person: str, watched: Watched, *, replaces: Watched | None) -> bool:
        """Writes a viewer's bookmarks in a series; False when what they replace has changed, and nothing is written.

        Raises:
            Unavailable: they may or may not have been written.
        """
        saved_at = watched.newest.saved_at
        condition: Condition = Path("person").does_not_exist()
        if replaces is not None:
            condition = Path("savedAt") == _number(replaces.newest.saved_at)
        try:
            self._connection.put_item(
                self._name,
                person,
                watched.series,
                attributes={
                    "bookmarks": {"L": [_packed(one) for one in watched.bookmarks]},
                    "savedAt": {"N": str(saved_at)},
                    "expiresAt": {"N": str(saved_at // 1000 + KEPT_FOR_S)},
                },
                condition=condition,
            )
        except PutError as error:
            if is_refusal(error):
                return False
            raise _unavailable(error) from error
        return True


def _number(value: int) -> Value:
    return Value({"N": str(value)})


def _packed(bookmark: Bookmark) -> dict[str, Any]:
    return {"L": [{"S": part} if isinstance(part, str) else {"N": str(part)} for part in bookmark]}


def _watched(item: Mapping[str, Any]) -> Watched:
    return Watched(item["series"]["S"], tuple(_bookmark(packed["L"]) for packed in item["bookmarks"]["L"]))


def _bookmark(parts: list[Mapping[str, str]]) -> Bookmark:
    episode, position, version, duration, saved_at = parts
    return Bookmark(int(episode["N"]), int(position["N"]), version["S"], int(duration["N"]), int(saved_at["N"]))


def _unavailable(error: GetError | PutError | QueryError) -> Exception:
    return Unavailable("The table of progress does not answer.") if is_unclear(error) else error
