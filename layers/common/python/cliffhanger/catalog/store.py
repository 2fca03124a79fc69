"""The catalog in DynamoDB.

| `part`       | what it is |
|--------------|------------|
| `page`       | the series with its price table: `titles`, `prices` and `durations` are maps by episode number |
| `video:0002` | the published video of episode 2 |

A page stays within 4 KB for a hundred episodes, so that an unlock reads half a unit for it. The index `by-shelf`
lists published series by `listedAt`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pynamodb.connection import Connection
from pynamodb.exceptions import GetError, PutError, QueryError, TransactWriteError
from pynamodb.expressions.operand import Path, Value

from cliffhanger.catalog.domain import EpisodeLine, Published, SeriesPage, SeriesRow, Video
from cliffhanger.dynamo import is_refusal, is_unclear, table
from cliffhanger.errors import Unavailable

PAGE = "page"
SHELF = "published"
SHELF_INDEX = "by-shelf"
MAX_LISTED = 50
_NONE = {"N": "0"}


class CatalogStore:
    """The catalog's table. Reads are eventually consistent: a price is checked against the one the client showed."""

    def __init__(self, connection: Connection, name: str) -> None:
        connection.add_meta_table(
            table(name, {"series": "S", "part": "S"}, {SHELF_INDEX: {"shelf": "S", "listedAt": "N"}})
        )
        self._connection = connection
        self._name = name

    def page(self, series: str) -> SeriesPage | None:
        """The page of a series, or None.

        Raises:
            Unavailable: the read did not succeed.
        """
        try:
            answer = self._connection.get_item(self._name, series, PAGE)
        except GetError as error:
            raise _unavailable(error) from error
        return _page(answer["Item"]) if "Item" in answer else None

    def listed(self) -> tuple[SeriesRow, ...]:
        """The newest published series, at most 50, newest first.

        Raises:
            Unavailable: the read did not succeed.
        """
        try:
            answer = self._connection.query(
                self._name, SHELF, index_name=SHELF_INDEX, limit=MAX_LISTED, scan_index_forward=False
            )
        except QueryError as error:
            raise _unavailable(error) from error
        return tuple(
            SeriesRow(
                item["series"]["S"],
                item["title"]["S"],
                item["synopsis"]["S"],
                int(item["episodeCount"]["N"]),
                int(item["freeEpisodes"]["N"]),
            )
            for item in answer["Items"]
        )

    def create(self, page: SeriesPage) -> bool:
        """Writes a new series; False when there is one of that id already, and nothing is written.

        Raises:
            Unavailable: the write did not succeed.
        """
        try:
            self._connection.put_item(
                self._name, page.series, PAGE, attributes=_page_item(page), condition=Path("series").does_not_exist()
            )
        except PutError as error:
            if is_refusal(error):
                return False
            raise _unavailable(error) from error
        return True

    def video(self, series: str, number: int) -> Video | None:
        """The published video of an episode, or None.

        Raises:
            Unavailable: the read did not succeed.
        """
        try:
            answer = self._connection.get_item(self._name, series, _video_part(number))
        except GetError as error:
            raise _unavailable(error) from error
        item = answer.get("Item")
        if item is None:
            return None
        return Video(
            version=item["version"]["S"],
            playlist=item["playlist"]["S"],
            duration_ms=int(item["durationMs"]["N"]),
            uploaded_at=int(item["uploadedAt"]["N"]),
        )

    def publish(self, series: str, number: int, video: Video) -> Published:
        """Makes a video an episode's, on its page too, unless a later upload is already; repeating changes nothing.

        Raises:
            Unavailable: the write did not succeed, or met another; try again.
        """
        connection = self._connection
        at = Value({"N": str(video.uploaded_at)})
        duration = Value({"N": str(video.duration_ms)})
        put = connection.get_operation_kwargs(
            self._name,
            series,
            _video_part(number),
            key="Item",
            attributes={
                "version": {"S": video.version},
                "playlist": {"S": video.playlist},
                "durationMs": {"N": str(video.duration_ms)},
                "uploadedAt": {"N": str(video.uploaded_at)},
            },
            condition=Path("uploadedAt").does_not_exist() | (Path("uploadedAt") <= at),
        )
        page = connection.get_operation_kwargs(
            self._name,
            series,
            PAGE,
            actions=[Path(["durations", str(number)]).set(duration)],
            condition=Path(["titles", str(number)]).exists(),
        )
        try:
            connection.transact_write_items([], [], [put], [page])
        except TransactWriteError as error:
            if is_unclear(error):
                raise _unavailable(error) from error
            codes = [reason.code if reason else "" for reason in error.cancellation_reasons]
            if "ConditionalCheckFailed" not in codes:
                raise
            # pynamodb sends puts before updates, so the second reason is the page's.
            return "no_episode" if codes[1] == "ConditionalCheckFailed" else "superseded"
        return "published"


def _video_part(number: int) -> str:
    return f"video:{number:04}"


def _page_item(page: SeriesPage) -> dict[str, Any]:
    return {
        "shelf": {"S": SHELF},
        "listedAt": {"N": str(page.listed_at)},
        "title": {"S": page.title},
        "synopsis": {"S": page.synopsis},
        "language": {"S": page.language},
        "owner": {"S": page.owner},
        "freeEpisodes": {"N": str(page.free_episodes)},
        "episodeCount": {"N": str(len(page.episodes))},
        "titles": {"M": {str(line.number): {"S": line.title} for line in page.episodes}},
        "prices": {"M": {str(line.number): {"N": str(line.price_coins)} for line in page.episodes}},
        "durations": {
            "M": {str(line.number): {"N": str(line.duration_ms)} for line in page.episodes if line.published}
        },
    }


def _page(item: Mapping[str, Any]) -> SeriesPage:
    titles, prices, durations = (item[name]["M"] for name in ("titles", "prices", "durations"))
    return SeriesPage(
        series=item["series"]["S"],
        title=item["title"]["S"],
        synopsis=item["synopsis"]["S"],
        language=item["language"]["S"],
        owner=item["owner"]["S"],
        free_episodes=int(item["freeEpisodes"]["N"]),
        listed_at=int(item["listedAt"]["N"]),
        episodes=tuple(
            EpisodeLine(int(key), titles[key]["S"], int(prices[key]["N"]), int(durations.get(key, _NONE)["N"]))
            for key in sorted(titles, key=int)
        ),
    )


def _unavailable(error: GetError | PutError | QueryError | TransactWriteError) -> Exception:
    return Unavailable("The catalog does not answer.") if is_unclear(error) else error
