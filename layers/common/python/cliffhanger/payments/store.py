"""Notices in DynamoDB.

| attribute    | type | meaning |
|--------------|------|---------|
| `hour`       | S    | partition key: the hour in which the provider made the event, `2026-11-28T17` |
| `notice`     | S    | sort key: the event's id |
| `kind`       | S    | the event's type |
| `form`, `body` | N, B | the event, packed (:mod:`cliffhanger.payments.packing`), until the notice is done |
| `recordedAt` | N    | when it came, in milliseconds since the Unix epoch |
| `sentAgainAt` | N   | when the sweep let it into the queue once more |
| `doneAt`, `outcome` | N, S | when it was worked off, and what came of it |
| `expiresAt`  | N    | in seconds since the Unix epoch, when DynamoDB may remove it |

An event tells more of a payer than we want to know; of one that is done only its id, its kind and the times remain.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from pynamodb.connection import Connection
from pynamodb.exceptions import DeleteError, GetError, PutError, PynamoDBException, QueryError, UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.operand import Path, Value

from cliffhanger.dynamo import is_refusal, is_unclear, table
from cliffhanger.errors import Unavailable
from cliffhanger.payments.notices import KEPT_S, Key, Notice
from cliffhanger.payments.packing import FORM, packed, unpacked


class Recorded(NamedTuple):
    """A notice as it stands in the table. ``event`` is empty once it is done; times are milliseconds."""

    key: Key
    kind: str
    event: Mapping[str, Any]
    recorded_at: int
    done_at: int | None
    outcome: str


class NoticesStore:
    """The table of notices. Every read is strongly consistent."""

    def __init__(self, connection: Connection, name: str) -> None:
        connection.add_meta_table(table(name, {"hour": "S", "notice": "S"}))
        self._connection = connection
        self._name = name

    def record(self, notice: Notice, now: int) -> bool:
        """Records a notice; whether it was new.

        Raises:
            Unavailable: it may or may not have been recorded; recording it again is harmless.
        """
        key = notice.key
        try:
            self._connection.put_item(
                self._name,
                key.hour,
                key.event,
                attributes={
                    "kind": {"S": notice.kind},
                    "form": {"N": str(FORM)},
                    "body": {"B": packed(notice.event)},
                    "recordedAt": {"N": str(now)},
                    "expiresAt": {"N": str(now // 1_000 + KEPT_S)},
                },
                condition=Path("notice").does_not_exist(),
            )
        except PutError as error:
            if is_refusal(error):
                return False
            raise _failure(error) from error
        return True

    def find(self, key: Key) -> Recorded | None:
        """A notice, or None.

        Raises:
            NoticeUnreadable: what is there of it is no event.
            Unavailable: the table does not answer.
        """
        try:
            answer = self._connection.get_item(self._name, key.hour, key.event, consistent_read=True)
        except GetError as error:
            raise _failure(error) from error
        return _recorded(answer["Item"]) if "Item" in answer else None

    def finish(self, key: Key, outcome: str, now: int) -> None:
        """Notes that a notice is done and what came of it, once; its event is forgotten.

        Raises:
            Unavailable: it may or may not have been noted; working it off again is harmless, and so is this.
        """
        done = Path("doneAt")
        try:
            self._connection.update_item(
                self._name,
                key.hour,
                key.event,
                actions=[
                    done.set(Value({"N": str(now)})),
                    Path("outcome").set(Value({"S": outcome})),
                    Path("body").remove(),
                    Path("form").remove(),
                ],
                condition=Path("notice").exists() & done.does_not_exist(),
            )
        except UpdateError as error:
            if not is_refusal(error):
                raise _failure(error) from error

    def sent_again(self, key: Key, now: int) -> None:
        """Notes that the sweep let a notice into the queue once more.

        Raises:
            Unavailable: it may not have been noted; then the next sweep lets it in again, which is harmless.
        """
        sent = Path("sentAgainAt").set(Value({"N": str(now)}))
        try:
            self._connection.update_item(
                self._name, key.hour, key.event, actions=[sent], condition=Path("notice").exists()
            )
        except UpdateError as error:
            if not is_refusal(error):
                raise _failure(error) from error

    def waiting(self, hour: str, until: int) -> Iterator[Key]:
        """The notices of an hour that were recorded before a time, are not done and were not sent again.

        Raises:
            Unavailable: the table does not answer.
        """
        open_ = Path("doneAt").does_not_exist() & Path("sentAgainAt").does_not_exist()
        return self._keys(hour, open_ & (Path("recordedAt") < Value({"N": str(until)})))

    def done_since(self, hour: str, since: int) -> Iterator[Key]:
        """The notices of an hour that were worked off at a time or later.

        Raises:
            Unavailable: the table does not answer.
        """
        return self._keys(hour, Path("doneAt") >= Value({"N": str(since)}))

    def forget(self, key: Key) -> None:
        """Forgets a notice that is done: the provider's event is new when it comes again. No function may do this.

        Raises:
            Unavailable: it may or may not be forgotten; forgetting it again is harmless.
        """
        try:
            self._connection.delete_item(self._name, key.hour, key.event, condition=Path("doneAt").exists())
        except DeleteError as error:
            if not is_refusal(error):
                raise _failure(error) from error

    def _keys(self, hour: str, wanted: Condition) -> Iterator[Key]:
        start: Mapping[str, Any] | None = None
        while True:
            try:
                answer = self._connection.query(
                    self._name,
                    hour,
                    filter_condition=wanted,
                    attributes_to_get=["hour", "notice"],
                    consistent_read=True,
                    exclusive_start_key=start,
                )
            except QueryError as error:
                raise _failure(error) from error
            for item in answer["Items"]:
                yield Key(item["hour"]["S"], item["notice"]["S"])
            start = answer.get("LastEvaluatedKey")
            if not start:
                return


def _recorded(item: Mapping[str, Any]) -> Recorded:
    body = item["body"]["B"] if "body" in item else None
    return Recorded(
        key=Key(item["hour"]["S"], item["notice"]["S"]),
        kind=item["kind"]["S"],
        event={} if body is None else unpacked(body),
        recorded_at=int(item["recordedAt"]["N"]),
        done_at=int(item["doneAt"]["N"]) if "doneAt" in item else None,
        outcome=item.get("outcome", {}).get("S", ""),
    )


def _failure(error: PynamoDBException) -> Exception:
    return Unavailable("The table of notices does not answer; try again.") if is_unclear(error) else error
