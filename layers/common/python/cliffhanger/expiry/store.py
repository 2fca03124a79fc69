"""What accounts wait for in DynamoDB, so that what is due is one query of each shard.

| attribute   | type | meaning |
|-------------|------|---------|
| `shard`     | S    | partition key: the account's, of :data:`SHARDS` |
| `due`       | S    | sort key: `{time}/{account}`, the time in milliseconds since the Unix epoch, in sixteen digits |
| `seq`       | N    | the newest entry on whose account it waits |
| `noticed`   | BOOL | notice has been given of what expires then |
| `expiresAt` | N    | when DynamoDB may forget it, in seconds since the Unix epoch |
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pynamodb.connection import Connection
from pynamodb.exceptions import DeleteError, GetError, PynamoDBException, QueryError, UpdateError
from pynamodb.expressions.operand import Path, Value

from cliffhanger.dynamo import is_refusal, is_unclear, table
from cliffhanger.errors import Unavailable
from cliffhanger.expiry.domain import Due
from cliffhanger.ledger.names import lane_of

SHARDS = 16
"""Coins expire on Mondays, all at once: so many partitions take what becomes due then. Never fewer than once was."""
KEPT_S = 90 * 86_400
"""For how long what nobody came to is kept beyond its time."""

_LAST = "~"
"""Sorts after every character of an account's address."""


class DueStore:
    """The table of what is due. Every read is strongly consistent."""

    def __init__(self, connection: Connection, name: str) -> None:
        connection.add_meta_table(table(name, {"shard": "S", "due": "S"}))
        self._connection = connection
        self._name = name

    def wait(self, due: Due) -> bool:
        """Notes that an account waits; False where it does already, on account of that entry or of a later one.

        Raises:
            Unavailable: it may or may not have been noted; noting it again is harmless.
        """
        seq = Value({"N": str(due.seq)})
        expires_at = Value({"N": str(due.at // 1000 + KEPT_S)})
        try:
            self._connection.update_item(
                self._name,
                *_key(due.account, due.at),
                actions=[Path("seq").set(seq), Path("expiresAt").set(expires_at)],
                condition=Path("seq").does_not_exist() | (Path("seq") < seq),
            )
        except UpdateError as error:
            if is_refusal(error):
                return False
            raise _failure(error) from error
        return True

    def due(self, shard: int, now: int, limit: int) -> tuple[Due, ...]:
        """At most so many of a shard's accounts that wait for somebody to come by now, longest first.

        Raises:
            Unavailable: the table does not answer.
        """
        try:
            answer = self._connection.query(
                self._name,
                str(shard),
                range_key_condition=Path("due") <= Value({"S": f"{_digits(now)}/{_LAST}"}),
                consistent_read=True,
                limit=limit,
            )
        except QueryError as error:
            raise _failure(error) from error
        return tuple(_due(item) for item in answer["Items"])

    def noticed(self, account: str, at: int) -> bool:
        """Whether notice has been given of what expires on an account at that time.

        Raises:
            Unavailable: the table does not answer.
        """
        try:
            answer = self._connection.get_item(self._name, *_key(account, at), consistent_read=True)
        except GetError as error:
            raise _failure(error) from error
        return bool(answer.get("Item", {}).get("noticed", {}).get("BOOL", False))

    def note_notice(self, due: Due) -> None:
        """Notes that notice has been given of what expires on an account at its time, for which it waits from now on.

        Raises:
            Unavailable: it may or may not have been noted; noting it again is harmless.
        """
        self.wait(due)
        noticed = Path("noticed").set(Value({"BOOL": True}))
        waits = Path("seq").exists()  # or nothing is left to tell: its time has come meanwhile, and somebody with it
        try:
            self._connection.update_item(self._name, *_key(due.account, due.at), actions=[noticed], condition=waits)
        except UpdateError as error:
            if not is_refusal(error):
                raise _failure(error) from error

    def remove(self, due: Due, seen: int) -> None:
        """Ends a wait after somebody has seen the account's chain up to an entry, unless it waits for a later one.

        Raises:
            Unavailable: it may or may not have ended; ending it again is harmless.
        """
        unchanged = Path("seq") <= Value({"N": str(seen)})
        try:
            self._connection.delete_item(self._name, *_key(due.account, due.at), condition=unchanged)
        except DeleteError as error:
            if not is_refusal(error):
                raise _failure(error) from error


def _key(account: str, at: int) -> tuple[str, str]:
    return str(lane_of(account, SHARDS)), f"{_digits(at)}/{account}"


def _digits(at: int) -> str:
    return f"{at:016d}"


def _due(item: Mapping[str, Any]) -> Due:
    at, _, account = item["due"]["S"].partition("/")
    return Due(account, int(at), int(item["seq"]["N"]))


def _failure(error: PynamoDBException) -> Exception:
    return Unavailable("The table of what is due does not answer; try again.") if is_unclear(error) else error
