"""Partners' endpoints in DynamoDB.

| attribute | type | meaning |
|-----------|------|---------|
| `owner`   | S    | partition key: `{partner}#{mode}`; `sweep` for how far lost messages were looked for; `count` |
| `endpoint` | S   | sort key: the endpoint's id; under `count`, whose endpoints `held` counts: `{partner}#{mode}` |
| `mode`    | S    | `live` or `sandbox`; index `by-mode` |
| `url`, `description` | S | as the partner gave them |
| `types`   | L    | of S: the events that it wants, or `*` |
| `status`, `reason` | S | `active`, `paused` or `disabled`, and why it was disabled |
| `untold`  | BOOL | that it was disabled has not been told yet |
| `generation`, `formerUntil` | N | which secret is in force, and until when the one before is signed with too |
| `failures`, `failingSince`, `notedAt` | N | failures noted in a row, since when, and the last one's time |
| `slowUntil` | N  | until when it goes by the slow lane |
| `createdAt`, `changedAt` | N | milliseconds since the Unix epoch, as every time here |
| `asked`   | S    | a digest of the request that made it |
| `held`    | N    | how many endpoints a partner has in a mode, so that two who make the last one cannot both succeed |
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pynamodb.connection import Connection
from pynamodb.exceptions import GetError, PutError, PynamoDBException, QueryError, TransactWriteError, UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.operand import Path, Value
from pynamodb.expressions.update import Action

from cliffhanger.dynamo import is_refusal, is_unclear, table
from cliffhanger.errors import Unavailable
from cliffhanger.webhooks.domain import MAX_ENDPOINTS, Endpoint, Mode, Reason, owner_of
from cliffhanger.webhooks.items import endpoint_item, endpoint_of

INDEX = "by-mode"
SWEEP = ("sweep", "messages")
COUNT = "count"
_THERE = Path("endpoint").exists()
_HEALTH = ("failures", "failingSince", "notedAt", "slowUntil")


class EndpointsStore:
    """The table of endpoints. Every read is strongly consistent, but for :meth:`every`."""

    def __init__(self, connection: Connection, name: str) -> None:
        connection.add_meta_table(table(name, {"owner": "S", "endpoint": "S"}, {INDEX: {"mode": "S", "endpoint": "S"}}))
        self._connection = connection
        self._name = name

    def find(self, partner: str, mode: Mode, endpoint: str) -> Endpoint | None:
        """An endpoint, or None.

        Raises:
            Unavailable: the table does not answer.
        """
        item = self._item(owner_of(partner, mode), endpoint)
        return None if item is None else endpoint_of(item)

    def of(self, partner: str, mode: Mode) -> tuple[Endpoint, ...]:
        """The endpoints of a partner in one mode, oldest first; they are few.

        Raises:
            Unavailable: the table does not answer.
        """
        try:
            page = self._connection.query(self._name, owner_of(partner, mode), consistent_read=True)
        except QueryError as error:
            raise _failure(error) from error
        return tuple(sorted(map(endpoint_of, page["Items"]), key=lambda each: (each.created_at, each.endpoint)))

    def every(self, mode: Mode) -> Iterator[Endpoint]:
        """All endpoints of a mode, whatever their status; what has just changed may be as it was.

        Raises:
            Unavailable: the table does not answer.
        """
        start: Mapping[str, Any] | None = None
        while True:
            try:
                page = self._connection.query(self._name, mode, index_name=INDEX, exclusive_start_key=start)
            except QueryError as error:
                raise _failure(error) from error
            yield from map(endpoint_of, page["Items"])
            start = page.get("LastEvaluatedKey")
            if not start:
                return

    def add(self, endpoint: Endpoint) -> bool:
        """Writes a new endpoint; False when there is one of that id already, or the partner has as many as it may.

        Raises:
            Unavailable: it may or may not have been written.
        """
        held = Path("held")
        room = held.does_not_exist() | (held < _number(MAX_ENDPOINTS))
        owner = owner_of(endpoint.partner, endpoint.mode)
        put = self._connection.get_operation_kwargs(
            self._name,
            owner,
            endpoint.endpoint,
            key="Item",
            attributes=endpoint_item(endpoint),
            condition=Path("endpoint").does_not_exist(),
        )
        return self._counted(owner, 1, room, puts=[put])

    def change(self, endpoint: Endpoint) -> Endpoint | None:
        """Writes what its partner may change of an endpoint; None when there is none any more.

        One that is active is not disabled any more, and its health begins anew when it was.

        Raises:
            Unavailable: it may or may not have been changed; changing it again is harmless.
        """
        kept = endpoint_item(endpoint)
        actions: list[Action] = [Path(name).set(Value(kept[name])) for name in ("url", "types", "status", "changedAt")]
        absent = [name for name in ("description", "reason", "untold", *_HEALTH) if name not in kept]
        actions += [Path(name).remove() for name in absent]
        if "description" in kept:
            actions.append(Path("description").set(Value(kept["description"])))
        return self._update(endpoint, actions, _THERE)

    def rotate(self, endpoint: Endpoint, former_until: int, now: int) -> Endpoint | None:
        """Puts the next secret in force; None when another rotation was first, or the endpoint is no more.

        Raises:
            Unavailable: it may or may not have been rotated.
        """
        actions: list[Action] = [
            Path("generation").set(_number(endpoint.generation + 1)),
            Path("formerUntil").set(_number(former_until)),
            Path("changedAt").set(_number(now)),
        ]
        return self._update(endpoint, actions, Path("generation") == _number(endpoint.generation))

    def remove(self, partner: str, mode: Mode, endpoint: str) -> None:
        """Ends an endpoint; one that is not there is none already.

        Raises:
            Unavailable: it may or may not have ended.
        """
        owner = owner_of(partner, mode)
        delete = self._connection.get_operation_kwargs(self._name, owner, endpoint, condition=_THERE)
        self._counted(owner, -1, Path("held").exists(), deletes=[delete])

    def note_failure(self, endpoint: Endpoint, at: int, slow_until: int) -> Endpoint | None:
        """Adds a failure to an endpoint's health; returns it with that, or None when there is none any more.

        ``slow_until``: until when it goes by the slow lane; 0 leaves that as it is.

        Raises:
            Unavailable: it may or may not have been noted.
        """
        failures, since = Path("failures"), Path("failingSince")
        actions: list[Action] = [
            failures.add(_number(1)),
            since.set(since | _number(at)),
            Path("notedAt").set(_number(at)),
        ]
        if slow_until:
            actions.append(Path("slowUntil").set(_number(slow_until)))
        return self._update(endpoint, actions, _THERE)

    def note_success(self, endpoint: Endpoint, slow_until: int = 0) -> None:
        """Begins an endpoint's health anew.

        Raises:
            Unavailable: it may or may not have been noted.
        """
        actions: list[Action] = [Path(name).remove() for name in _HEALTH[:3]]
        if slow_until:
            actions.append(Path("slowUntil").set(_number(slow_until)))
        self._update(endpoint, actions, _THERE)

    def note_slow(self, endpoint: Endpoint, slow_until: int) -> None:
        """Has an endpoint's deliveries go by the slow lane until then.

        Raises:
            Unavailable: it may or may not have been noted.
        """
        self._update(endpoint, [Path("slowUntil").set(_number(slow_until))], _THERE)

    def disable(self, endpoint: Endpoint, reason: Reason, at: int) -> Endpoint | None:
        """Disables an endpoint as it is; None when it has had a success since, or is disabled or gone already.

        Raises:
            Unavailable: it may or may not have been disabled.
        """
        actions: list[Action] = [
            Path("status").set(Value({"S": "disabled"})),
            Path("reason").set(Value({"S": reason})),
            Path("untold").set(Value({"BOOL": True})),
            Path("changedAt").set(_number(at)),
        ]
        condition = _THERE & (Path("status") != Value({"S": "disabled"}))
        if reason != "gone":
            condition &= Path("failingSince") == _number(endpoint.health.since)
        return self._update(endpoint, actions, condition)

    def note_told(self, endpoint: Endpoint) -> None:
        """Notes that it has been told that an endpoint was disabled.

        Raises:
            Unavailable: it may or may not have been noted; telling it again is harmless.
        """
        self._update(endpoint, [Path("untold").remove()], Path("changedAt") == _number(endpoint.changed_at))

    def checked_until(self) -> int:
        """Up to which time of events it has been seen that no message was lost; 0 where it never was.

        Raises:
            Unavailable: the table does not answer.
        """
        item = self._item(*SWEEP)
        return 0 if item is None else int(item["checkedUntil"]["N"])

    def note_checked(self, until: int) -> None:
        """Notes up to which time of events it has been seen that no message was lost.

        Raises:
            Unavailable: it may or may not have been noted; looking again is harmless.
        """
        try:
            self._connection.put_item(self._name, *SWEEP, attributes={"checkedUntil": {"N": str(until)}})
        except PutError as error:
            raise _failure(error) from error

    def _counted(self, owner: str, change: int, condition: Condition, **writes: list[dict[str, Any]]) -> bool:
        """Whether it was written, together with how many there are then; not when a condition does not hold."""
        count = self._connection.get_operation_kwargs(
            self._name, COUNT, owner, actions=[Path("held").add(_number(change))], condition=condition
        )
        deletes, puts = writes.get("deletes", []), writes.get("puts", [])
        try:
            self._connection.transact_write_items([], deletes, puts, [count])
        except TransactWriteError as error:
            if any(reason and reason.code == "ConditionalCheckFailed" for reason in error.cancellation_reasons):
                return False
            raise _failure(error) from error
        return True

    def _item(self, owner: str, endpoint: str) -> Mapping[str, Any] | None:
        try:
            answer = self._connection.get_item(self._name, owner, endpoint, consistent_read=True)
        except GetError as error:
            raise _failure(error) from error
        item: Mapping[str, Any] | None = answer.get("Item")
        return item

    def _update(self, endpoint: Endpoint, actions: list[Action], condition: Condition) -> Endpoint | None:
        """The endpoint after a change; None where the condition does not hold."""
        try:
            answer = self._connection.update_item(
                self._name,
                owner_of(endpoint.partner, endpoint.mode),
                endpoint.endpoint,
                actions=actions,
                condition=condition,
                return_values="ALL_NEW",
            )
        except UpdateError as error:
            if is_refusal(error):
                return None
            raise _failure(error) from error
        return endpoint_of(answer["Attributes"])


def _number(number: int) -> Value:
    return Value({"N": str(number)})


def _failure(error: PynamoDBException) -> Exception:
    return Unavailable("The table of endpoints does not answer; try again.") if is_unclear(error) else error
