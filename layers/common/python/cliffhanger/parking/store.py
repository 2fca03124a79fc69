"""Parked entries in DynamoDB.

| attribute  | type | meaning |
|------------|------|---------|
| `consumer` | S    | partition key: which consumer could not take it |
| `entry`    | S    | sort key: `{account}/{seq}` |
| `reason`   | S    | a code of :data:`cliffhanger.parking.domain.Reason`: why, the last time |
| `times`    | N    | how often it was tried in vain |
| `firstAt`, `lastAt` | N | when, in milliseconds since the Unix epoch |
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pynamodb.connection import Connection
from pynamodb.exceptions import DeleteError, GetError, PynamoDBException, QueryError, UpdateError
from pynamodb.expressions.operand import Path, Value

from cliffhanger.dynamo import is_unclear, table
from cliffhanger.errors import Unavailable
from cliffhanger.parking.domain import Consumer, Parked, ParkedPage


class ParkedStore:
    """The table of parked entries. Every read is strongly consistent."""

    def __init__(self, connection: Connection, name: str) -> None:
        connection.add_meta_table(table(name, {"consumer": "S", "entry": "S"}))
        self._connection = connection
        self._name = name

    def park(self, consumer: Consumer, entry: str, reason: str, now: int) -> None:
        """Parks an entry, or notes that it was tried in vain once more, and why.

        Raises:
            Unavailable: it may or may not have been parked; parking it again is harmless.
        """
        first = Path("firstAt")
        try:
            self._connection.update_item(
                self._name,
                consumer,
                entry,
                actions=[
                    Path("reason").set(Value({"S": reason})),
                    first.set(first | Value({"N": str(now)})),
                    Path("lastAt").set(Value({"N": str(now)})),
                    Path("times").add(Value({"N": "1"})),
                ],
            )
        except UpdateError as error:
            raise _failure(error) from error

    def find(self, consumer: Consumer, entry: str) -> Parked | None:
        """A parked entry, or None.

        Raises:
            Unavailable: the table does not answer.
        """
        try:
            answer = self._connection.get_item(self._name, consumer, entry, consistent_read=True)
        except GetError as error:
            raise _failure(error) from error
        return _parked(consumer, answer["Item"]) if "Item" in answer else None

    def page(self, consumer: Consumer, limit: int, after: str | None) -> ParkedPage:
        """At most ``limit`` of a consumer's parked entries, in the order of their keys, that follow a key.

        Raises:
            Unavailable: the table does not answer.
        """
        try:
            answer = self._connection.query(
                self._name,
                consumer,
                range_key_condition=None if after is None else Path("entry") > Value({"S": after}),
                consistent_read=True,
                limit=limit + 1,  # one more tells whether there is a next page
            )
        except QueryError as error:
            raise _failure(error) from error
        found = tuple(_parked(consumer, item) for item in answer["Items"])
        shown = found[:limit]
        return ParkedPage(shown, shown[-1].entry if len(found) > limit else None)

    def remove(self, consumer: Consumer, entry: str) -> None:
        """Parks an entry no more; nothing happens where it is not parked.

        Raises:
            Unavailable: it may or may not be parked still; removing it again is harmless.
        """
        try:
            self._connection.delete_item(self._name, consumer, entry)
        except DeleteError as error:
            raise _failure(error) from error


def _parked(consumer: Consumer, item: Mapping[str, Any]) -> Parked:
    return Parked(
        consumer=consumer,
        entry=item["entry"]["S"],
        reason=item["reason"]["S"],
        times=int(item["times"]["N"]),
        first_at=int(item["firstAt"]["N"]),
        last_at=int(item["lastAt"]["N"]),
    )


def _failure(error: PynamoDBException) -> Exception:
    return Unavailable("The table of parked entries does not answer; try again.") if is_unclear(error) else error
