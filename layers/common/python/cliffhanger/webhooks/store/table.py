"""The delivery log in DynamoDB: deliveries, and the replays that send them again.

| attribute | type | meaning |
|-----------|------|---------|
| `endpoint` | S   | partition key: the endpoint's id |
| `delivery` | S   | sort key: `{time of the event, 13 digits}-{its id}`; `replay-{id}` of a replay |
| `owner`   | S    | `{partner}#{mode}` |
| `type`, `body` | S, B | the event's type, and its bytes, compressed |
| `state`   | S    | `pending`, `delivered`, `failed`, `held` or `dropped` |
| `made`, `since` | N | attempts in all, and how many there were before the present run of the schedule |
| `attempts` | L   | the last ones: `at`, `ms`, `s` status or `c` code, `b` first bytes of the answer |
| `nextAt`  | N    | when the next attempt is due |
| `shard`, `dueAt` | S, N | when somebody has to look at it; index `by-due`, only while somebody has to |
| `test`    | BOOL | it was asked for to try the endpoint |
| `replay`  | S    | the last replay that sent it |
| `from`, `until`, `only`, `position`, `found`, `sent`, `doneAt` | N, S | of a replay |
| `createdAt`, `endedAt` | N | milliseconds since the Unix epoch, as every time here |
| `expiresAt` | N  | in seconds: when DynamoDB may remove it |

A delivery that succeeds at once is written twice and never enters the index; a lost message of it is found by reading,
which costs a hundredth of what an index would.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pynamodb.connection import Connection
from pynamodb.exceptions import GetError, PutError, PynamoDBException, UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.operand import Path
from pynamodb.expressions.update import Action

from cliffhanger.dynamo import is_refusal, is_unclear, table
from cliffhanger.errors import Unavailable

INDEX = "by-due"


class LogTable:
    """The table of deliveries and replays. Every read is strongly consistent, but for the index of what is due."""

    def __init__(self, connection: Connection, name: str) -> None:
        keys = {"endpoint": "S", "delivery": "S"}
        connection.add_meta_table(table(name, keys, {INDEX: {"shard": "S", "dueAt": "N"}}))
        self._connection = connection
        self._name = name

    def _item(self, endpoint: str, key: str) -> Mapping[str, Any] | None:
        try:
            answer = self._connection.get_item(self._name, endpoint, key, consistent_read=True)
        except GetError as error:
            raise failure(error) from error
        item: Mapping[str, Any] | None = answer.get("Item")
        return item

    def _put(self, endpoint: str, key: str, attributes: dict[str, Any]) -> bool:
        try:
            self._connection.put_item(
                self._name, endpoint, key, attributes=attributes, condition=Path("delivery").does_not_exist()
            )
        except PutError as error:
            if is_refusal(error):
                return False
            raise failure(error) from error
        return True

    def _update(self, endpoint: str, key: str, actions: list[Action], condition: Condition) -> bool:
        try:
            self._connection.update_item(self._name, endpoint, key, actions=actions, condition=condition)
        except UpdateError as error:
            if is_refusal(error):
                return False
            raise failure(error) from error
        return True


def failure(error: PynamoDBException) -> Exception:
    """What a failed call means to the caller."""
    return Unavailable("The delivery log does not answer; try again.") if is_unclear(error) else error
