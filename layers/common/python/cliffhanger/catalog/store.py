"""The catalog in DynamoDB.

| `part`       | what it is |
|--------------|------------|
| `page`       | the series with its price table, at most 4 KB (``packing``) |
| `video:0002` | the published video of episode 2 |

The index `by-shelf` lists series by `listedAt`, the index `by-owner` a creator's, listed or not. Pages are written on
the condition that their `revision` is the one that was read.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Literal, TypeVar

from pynamodb.connection import Connection
from pynamodb.exceptions import GetError, PutError, QueryError, ScanError, TransactWriteError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.operand import Path, Value

from cliffhanger.catalog.domain import SeriesPage, SeriesRow, Video
from cliffhanger.catalog.lists import OwnRow, Position, Rows, place_of
from cliffhanger.catalog.packing import PAGE, SHELF, Item, item_of, page_of
from cliffhanger.dynamo import Unclear, is_refusal, is_unclear, table
from cliffhanger.errors import Unavailable

SHELF_INDEX = "by-shelf"
OWNER_INDEX = "by-owner"
VIDEO = "video:"

Outcome = Literal["published", "superseded", "moved"]
"""Written; a later upload is the episode's already; the page is of another revision by now."""

Row = TypeVar("Row")


class CatalogStore:
    """The catalog's table.

    Reads are eventually consistent unless asked otherwise: a price is checked against the one the client showed.
    """

    def __init__(self, connection: Connection, name: str) -> None:
        connection.add_meta_table(
            table(
                name,
                {"series": "S", "part": "S"},
                {
                    SHELF_INDEX: {"shelf": "S", "listedAt": "N"},
                    OWNER_INDEX: {"owner": "S", "listedAt": "N"},
                },
            )
        )
        self._connection = connection
        self._name = name

    def page(self, series: str, *, consistent: bool = False) -> SeriesPage | None:
        """The page of a series, or None; whoever is going to change it reads strongly consistent.

        Raises:
            Unavailable: the read did not succeed.
        """
        item = self._item(series, PAGE, consistent=consistent)
        return None if item is None else page_of(item)

    def video(self, series: str, number: int, *, consistent: bool = False) -> Video | None:
        """The published video of an episode, or None.

        Raises:
            Unavailable: the read did not succeed.
        """
        item = self._item(series, _video_part(number), consistent=consistent)
        if item is None:
            return None
        return _video(item)

    def posters(self, series: str) -> dict[int, str]:
        """The names of a series' posters among the series', by episode.

        Raises:
            Unavailable: the read did not succeed.
        """
        found: dict[int, str] = {}
        start = None
        while True:
            try:
                answer = self._connection.query(
                    self._name,
                    series,
                    range_key_condition=Path("part").startswith(VIDEO),
                    attributes_to_get=["part", "poster"],
                    exclusive_start_key=start,
                )
            except QueryError as error:
                raise _unavailable(error) from error
            for item in answer["Items"]:
                if "poster" in item:
                    number = int(item["part"]["S"].removeprefix(VIDEO))
                    found[number] = f"{number}/{item['poster']['S']}"
            start = answer.get("LastEvaluatedKey")
            if start is None:
                return found

    def listed(self, limit: int, after: Position | None = None) -> Rows[SeriesRow]:
        """The next ``limit`` listed series after a position, newest first.

        Raises:
            CursorInvalid: it is no position of this list.
            Unavailable: the read did not succeed.
        """
        return self._rows(SHELF_INDEX, {"shelf": {"S": SHELF}}, limit, after, _row)

    def owned(self, owner: str, limit: int, after: Position | None = None) -> Rows[OwnRow]:
        """The next ``limit`` series of a creator after a position, newest first, listed or not.

        Raises:
            CursorInvalid: it is no position of this list.
            Unavailable: the read did not succeed.
        """
        return self._rows(OWNER_INDEX, {"owner": {"S": owner}}, limit, after, _own_row)

    def every(self, limit: int, after: str | None = None) -> tuple[tuple[tuple[str, str], ...], str | None]:
        """Some of all series, listed or not, in no order that means anything, with their owners; and the next place.

        Raises:
            CursorInvalid: it is no place of this list.
            Unavailable: the read did not succeed.
        """
        start: Any = None
        if after is not None:
            owner, _, place = after.partition("/")
            start = {"owner": {"S": owner}, **_row_key(*place_of(json.loads(place)))}
        try:
            answer = self._connection.scan(self._name, index_name=OWNER_INDEX, limit=limit, exclusive_start_key=start)
        except ScanError as error:
            raise _unavailable(error) from error
        last = answer.get("LastEvaluatedKey")
        following = None
        if last is not None:
            position = {"series": last["series"]["S"], "listedAt": int(last["listedAt"]["N"])}
            following = f"{last['owner']['S']}/{json.dumps(position)}"
        return tuple((item["series"]["S"], item["owner"]["S"]) for item in answer["Items"]), following

    def create(self, page: SeriesPage) -> bool:
        """Writes a new series; False when there is one of that id already, and nothing is written.

        Raises:
            PageTooLarge: it does not fit into its item; nothing is written.
            Unclear: it may or may not have been written.
        """
        return self._put(page, Path("series").does_not_exist())

    def replace(self, page: SeriesPage) -> bool:
        """Writes the next revision of a page; False when that is not the next one any more, and nothing is written.

        Raises:
            PageTooLarge: it does not fit into its item; nothing is written.
            Unclear: it may or may not have been written.
        """
        return self._put(page, _follows(page))

    def publish(self, page: SeriesPage, number: int, video: Video) -> Outcome:
        """Writes an episode's video and the next revision of its page together, or neither.

        Raises:
            PageTooLarge: the page does not fit into its item; nothing is written.
            Unclear: they may or may not have been written.
        """
        connection, at = self._connection, Value({"N": str(video.uploaded_at)})
        put_video = connection.get_operation_kwargs(
            self._name,
            page.series,
            _video_part(number),
            key="Item",
            attributes={
                "version": {"S": video.version},
                "playlist": {"S": video.playlist},
                "durationMs": {"N": str(video.duration_ms)},
                "uploadedAt": {"N": str(video.uploaded_at)},
                **({"poster": {"S": video.poster}} if video.poster else {}),
            },
            condition=Path("uploadedAt").does_not_exist() | (Path("uploadedAt") <= at),
        )
        put_page = connection.get_operation_kwargs(
            self._name, page.series, PAGE, key="Item", attributes=item_of(page), condition=_follows(page)
        )
        try:
            connection.transact_write_items([], [], [put_video, put_page], [])
        except TransactWriteError as error:
            if is_unclear(error):
                raise Unclear(str(error)) from error
            codes = [reason.code if reason else "" for reason in error.cancellation_reasons]
            if "ConditionalCheckFailed" not in codes:
                raise
            return "moved" if codes[1] == "ConditionalCheckFailed" else "superseded"
        return "published"

    def _item(self, series: str, part: str, *, consistent: bool) -> Item | None:
        try:
            answer = self._connection.get_item(self._name, series, part, consistent_read=consistent)
        except GetError as error:
            raise _unavailable(error) from error
        item: Item | None = answer.get("Item")
        return item

    def _rows(
        self,
        index: str,
        partition: Mapping[str, Mapping[str, str]],
        limit: int,
        after: Position | None,
        row: Callable[[Item], Row],
    ) -> Rows[Row]:
        ((_, key),) = partition.items()
        start = None
        if after is not None:
            series, listed_at = place_of(after)
            start = {**partition, **_row_key(series, listed_at)}
        try:
            # One more than is asked for tells whether there is a rest.
            answer = self._connection.query(
                self._name,
                key["S"],
                index_name=index,
                limit=limit + 1,
                scan_index_forward=False,
                exclusive_start_key=start,
            )
        except QueryError as error:
            raise _unavailable(error) from error
        items: list[Item] = answer["Items"][:limit]
        more = len(answer["Items"]) > limit or "LastEvaluatedKey" in answer
        last = items[-1] if items and more else None
        position = None if last is None else {"series": last["series"]["S"], "listedAt": int(last["listedAt"]["N"])}
        return Rows(tuple(row(item) for item in items), position)

    def _put(self, page: SeriesPage, condition: Condition) -> bool:
        try:
            self._connection.put_item(self._name, page.series, PAGE, attributes=item_of(page), condition=condition)
        except PutError as error:
            if is_refusal(error):
                return False
            if is_unclear(error):
                raise Unclear(str(error)) from error
            raise
        return True


def _follows(page: SeriesPage) -> Condition:
    """That what is stored is the revision before; a page of the oldest layout counts as the first."""
    revision = Path("revision")
    before: Condition = revision == Value({"N": str(page.revision - 1)})
    if page.revision == 2:
        before |= revision.does_not_exist() & Path("titles").exists()
    return before


def _row_key(series: str, listed_at: int) -> dict[str, dict[str, str]]:
    return {"listedAt": {"N": str(listed_at)}, "series": {"S": series}, "part": {"S": PAGE}}


def _video_part(number: int) -> str:
    return f"{VIDEO}{number:04}"


def _video(item: Item) -> Video:
    return Video(
        version=item["version"]["S"],
        playlist=item["playlist"]["S"],
        duration_ms=int(item["durationMs"]["N"]),
        uploaded_at=int(item["uploadedAt"]["N"]),
        poster=item["poster"]["S"] if "poster" in item else "",
    )


def _row(item: Item) -> SeriesRow:
    return SeriesRow(
        item["series"]["S"],
        item["title"]["S"],
        item["synopsis"]["S"],
        int(item["episodeCount"]["N"]),
        int(item["freeEpisodes"]["N"]),
        item["poster"]["S"] if "poster" in item else "",
    )


def _own_row(item: Item) -> OwnRow:
    return OwnRow(_row(item), item.get("listed", {"BOOL": True})["BOOL"])


def _unavailable(error: GetError | QueryError | ScanError) -> Exception:
    return Unavailable("The catalog does not answer.") if is_unclear(error) else error
