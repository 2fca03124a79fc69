"""The latest gifts of episodes in DynamoDB: a projection that is forgotten after a day, and can be lost without harm.

| attribute | type | meaning |
|-----------|------|---------|
| `place`   | S    | partition key: `{series}/{episode}` |
| `gift`    | S    | sort key: when it was given, 13 digits of milliseconds, and `-` and its id |
| `kind`, `count` | S, N | which gift, and how many; absent of one that was reversed |
| `name`    | S    | who gave it, where they want it told |
| `expiresAt` | N  | when the table may forget it, in seconds since the Unix epoch |
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pynamodb.connection import Connection
from pynamodb.exceptions import PutError, QueryError
from pynamodb.expressions.operand import Path, Value

from cliffhanger.dynamo import is_refusal, is_unclear, table
from cliffhanger.errors import Unavailable
from cliffhanger.tips.showing import Place, Shown


class GiftsStore:
    """The table of the latest gifts."""

    def __init__(self, connection: Connection, name: str) -> None:
        connection.add_meta_table(table(name, {"place": "S", "gift": "S"}))
        self._connection = connection
        self._name = name

    def add(self, place: Place, shown: Shown, expires_at: int) -> bool:
        """Keeps a gift; False where it is kept already, or has been reversed.

        Raises:
            Unavailable: it may or may not have been kept; to keep it again is harmless.
        """
        attributes = {
            "kind": {"S": shown.gift},
            "count": {"N": str(shown.times)},
            "expiresAt": {"N": str(expires_at)},
            **({"name": {"S": shown.name}} if shown.name else {}),
        }
        try:
            self._connection.put_item(
                self._name, *_key(place), attributes=attributes, condition=Path("place").does_not_exist()
            )
        except PutError as error:
            if is_refusal(error):
                return False
            raise _unavailable(error) from error
        return True

    def withdraw(self, place: Place, expires_at: int) -> None:
        """Shows a gift no more; where it comes later than its reversal, it finds its place taken.

        Raises:
            Unavailable: it may or may not be shown still; to withdraw it again is harmless.
        """
        try:
            self._connection.put_item(self._name, *_key(place), attributes={"expiresAt": {"N": str(expires_at)}})
        except PutError as error:
            raise _unavailable(error) from error

    def latest(self, series: str, episode: int, since: int, limit: int) -> tuple[Shown, ...]:
        """At most so many gifts of an episode that were given after a time, newest first.

        Raises:
            Unavailable: the table does not answer.
        """
        try:
            answer = self._connection.query(
                self._name,
                f"{series}/{episode}",
                range_key_condition=Path("gift") > Value({"S": f"{since:013d}-~"}),
                scan_index_forward=False,
                limit=limit,
            )
        except QueryError as error:
            raise _unavailable(error) from error
        return tuple(_shown(item) for item in answer["Items"] if "kind" in item)


def _key(place: Place) -> tuple[str, str]:
    return f"{place.series}/{place.episode}", f"{place.at:013d}-{place.gift_id}"


def _shown(item: Mapping[str, Any]) -> Shown:
    at, _, gift_id = item["gift"]["S"].partition("-")
    name = item.get("name")
    return Shown(int(at), gift_id, item["kind"]["S"], int(item["count"]["N"]), None if name is None else name["S"])


def _unavailable(error: PutError | QueryError) -> Exception:
    return Unavailable("The table of gifts does not answer.") if is_unclear(error) else error
