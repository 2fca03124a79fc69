"""The catalog in DynamoDB: the page of a series is one item.

Key ``series`` + ``part`` (``page`` is the series page); the index ``by-shelf`` lists published series by ``listedAt``.
Episodes are a map by number, so that publishing one touches one path and never overwrites a neighbour.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pynamodb.connection import Connection
from pynamodb.exceptions import GetError, PutError, QueryError, UpdateError
from pynamodb.expressions.operand import Path, Value

from cliffhanger.catalog.domain import EpisodeLine, SeriesPage, SeriesRow
from cliffhanger.dynamo import is_refusal, is_unclear, table
from cliffhanger.errors import Unavailable

PAGE = "page"
SHELF = "published"
SHELF_INDEX = "by-shelf"
MAX_LISTED = 50


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
        attributes: dict[str, Any] = {
            "shelf": {"S": SHELF},
            "listedAt": {"N": str(page.listed_at)},
            "title": {"S": page.title},
            "synopsis": {"S": page.synopsis},
            "language": {"S": page.language},
            "owner": {"S": page.owner},
            "freeEpisodes": {"N": str(page.free_episodes)},
            "episodeCount": {"N": str(len(page.episodes))},
            "lines": {"M": {str(line.number): {"M": _line_item(line)} for line in page.episodes}},
        }
        try:
            self._connection.put_item(
                self._name, page.series, PAGE, attributes=attributes, condition=Path("series").does_not_exist()
            )
        except PutError as error:
            if is_refusal(error):
                return False
            raise _unavailable(error) from error
        return True

    def publish_episode(self, series: str, number: int, *, version: str, playlist: str, duration_ms: int) -> bool:
        """Sets the published video of one episode; the same again changes nothing. False: there is no such episode.

        Raises:
            Unavailable: the write did not succeed.
        """
        line = Path(["lines", str(number)])
        values = {"version": {"S": version}, "playlist": {"S": playlist}, "durationMs": {"N": str(duration_ms)}}
        try:
            self._connection.update_item(
                self._name,
                series,
                PAGE,
                actions=[Path(["lines", str(number), key]).set(Value(value)) for key, value in values.items()],
                condition=line.exists(),
            )
        except UpdateError as error:
            if is_refusal(error):
                return False
            raise _unavailable(error) from error
        return True


def _line_item(line: EpisodeLine) -> dict[str, Any]:
    item = {"title": {"S": line.title}, "priceCoins": {"N": str(line.price_coins)}}
    if line.version is not None and line.playlist is not None:
        item |= {
            "version": {"S": line.version},
            "playlist": {"S": line.playlist},
            "durationMs": {"N": str(line.duration_ms)},
        }
    return item


def _page(item: Mapping[str, Any]) -> SeriesPage:
    lines = {int(number): line["M"] for number, line in item["lines"]["M"].items()}
    return SeriesPage(
        series=item["series"]["S"],
        title=item["title"]["S"],
        synopsis=item["synopsis"]["S"],
        language=item["language"]["S"],
        owner=item["owner"]["S"],
        free_episodes=int(item["freeEpisodes"]["N"]),
        listed_at=int(item["listedAt"]["N"]),
        episodes=tuple(_line(number, lines[number]) for number in sorted(lines)),
    )


def _line(number: int, line: Mapping[str, Any]) -> EpisodeLine:
    return EpisodeLine(
        number=number,
        title=line["title"]["S"],
        price_coins=int(line["priceCoins"]["N"]),
        version=line["version"]["S"] if "version" in line else None,
        playlist=line["playlist"]["S"] if "playlist" in line else None,
        duration_ms=int(line["durationMs"]["N"]) if "durationMs" in line else 0,
    )


def _unavailable(error: GetError | PutError | QueryError | UpdateError) -> Exception:
    return Unavailable("The catalog does not answer.") if is_unclear(error) else error
