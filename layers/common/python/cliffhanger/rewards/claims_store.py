"""Rewards that wait, or were held or refused, in DynamoDB.

| attribute   | type | meaning |
|-------------|------|---------|
| `person`    | S    | partition key: the viewer's pseudonym |
| `claim`     | S    | sort key: `{kind}.{fact}` |
| `status`    | S    | `waiting`, `held`, `paid` or `refused`; of campaigns also `asked` and `returned` |
| `dueAt`     | N    | when it vests, or since when it is held, in milliseconds since the Unix epoch |
| `againAt`   | N    | when it is tried again, where it could not be paid, in milliseconds |
| `queue`     | S    | partition key of the index `by-due` while it is open: `waiting`, `cashback` or `held` |
| `told`      | S    | all else, as JSON |
| `untold`    | S    | partition key of the index `by-untold` until the bus is told that it is held or refused: which |
| `decidedBy`, `decidedAt` | S, N | the operator who decided it, if one did, and when |
| `taken`, `seen` | N | of campaigns: coins clawed back, and the entry of the slice up to which it is told |
| `expiresAt` | N    | when DynamoDB forgets it, in seconds since the Unix epoch; absent while it is open |
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pynamodb.connection import Connection
from pynamodb.exceptions import GetError, PutError, PynamoDBException, QueryError, UpdateError
from pynamodb.expressions.operand import Path, Value

from cliffhanger.dynamo import is_refusal, is_unclear, table
from cliffhanger.errors import RewardRefused, Unavailable
from cliffhanger.rewards.pending import Pending, Queue, RuleCaps, Status

INDEX, UNTOLD = "by-due", "by-untold"
KEPT_FOR_S = 400 * 86_400
"""How long what was decided is shown."""
REFUSED_FOR_S = 7 * 86_400
"""How long what its score refused stays refused."""
AT_ONCE = 1_000
MOST_LISTED = 10_000
"""Of one viewer: two dozen a day for as long as they are kept. Sums are made of all that is listed, or not at all."""

_INDEXES = {INDEX: {"queue": "S", "dueAt": "N"}, UNTOLD: {"untold": "S", "dueAt": "N"}}


class ClaimsStore:
    """The table of rewards that wait. Reads of a viewer's are strongly consistent; the index may be a second behind."""

    def __init__(self, connection: Connection, name: str) -> None:
        connection.add_meta_table(table(name, {"person": "S", "claim": "S"}, _INDEXES))
        self._connection = connection
        self._name = name

    def of(self, person: str) -> tuple[Pending, ...]:
        """What waits of a viewer's, and what became of it.

        Raises:
            RewardRefused: it is more than anybody comes to.
            Unavailable: the read did not succeed.
        """
        found: list[Pending] = []
        start = None
        while len(found) <= MOST_LISTED:
            try:
                answer = self._connection.query(
                    self._name, person, consistent_read=True, limit=AT_ONCE, exclusive_start_key=start
                )
            except QueryError as error:
                raise unavailable(error) from error
            found += (_pending(item) for item in answer["Items"])
            start = answer.get("LastEvaluatedKey")
            if start is None:
                return tuple(found)
        raise RewardRefused("The rules give nothing for it.", signals=["viewer_velocity"])

    def find(self, person: str, name: str) -> Pending | None:
        """One of a viewer's by its name, or None.

        Raises:
            Unavailable: the read did not succeed.
        """
        try:
            item = self._connection.get_item(self._name, person, name, consistent_read=True).get("Item")
        except GetError as error:
            raise unavailable(error) from error
        return None if item is None else _pending(item)

    def add(self, pending: Pending) -> bool:
        """Keeps what is to wait, or what its score refused; False where it does already, or has been decided.

        Raises:
            Unavailable: it may or may not have been written; adding it again is harmless.
        """
        try:
            self._connection.put_item(
                self._name,
                pending.person,
                pending.name,
                attributes=kept_of(pending),
                condition=Path("person").does_not_exist(),
            )
        except PutError as error:
            if is_refusal(error):
                return False
            raise unavailable(error) from error
        return True

    def decide(self, pending: Pending, status: Status, *, by: str, at: int) -> bool:
        """Notes what became of one that is open, when it is paid with how many coins; False where something did before.

        What a reviewer refuses of a campaign's is due to its budget from then on, until that has it (``given_back``).

        Raises:
            Unavailable: it may or may not have been written; noting it again is harmless.
        """
        was = Path("status") == Value({"S": pending.status})
        owed = bool(pending.campaign and by and status == "refused")
        try:
            self._connection.update_item(
                self._name,
                pending.person,
                pending.name,
                actions=[
                    Path("status").set(Value({"S": status})),
                    Path("queue").set(Value({"S": "cashback"})) if owed else Path("queue").remove(),
                    Path("decidedAt").set(Value(_n(at))),
                    Path("expiresAt").set(Value(_n(at // 1000 + KEPT_FOR_S))),
                    *([Path("untold").set(Value({"S": status}))] if status == "refused" and by else []),
                    *([Path("told").set(Value({"S": told_of(pending)}))] if status == "paid" else []),
                    *([Path("decidedBy").set(Value({"S": by}))] if by else []),
                    *([Path("dueAt").set(Value(_n(at)))] if owed else []),
                ],
                condition=was,
            )
        except UpdateError as error:
            if is_refusal(error):
                return False
            raise unavailable(error) from error
        return True

    def given_back(self, pending: Pending) -> None:
        """Notes that a budget has back what a reviewer has refused.

        Raises:
            Unavailable: it may or may not have been written; noting it again is harmless.
        """
        refused = Path("status") == Value({"S": "refused"})
        try:
            self._connection.update_item(
                self._name, pending.person, pending.name, actions=[Path("queue").remove()], condition=refused
            )
        except UpdateError as error:
            if not is_refusal(error):
                raise unavailable(error) from error

    def release(self, pending: Pending, *, by: str, at: int) -> bool:
        """Lets one that is held wait for nothing but its payment; False where it was decided before.

        Raises:
            Unavailable: it may or may not have been written; noting it again is harmless.
        """
        try:
            self._connection.update_item(
                self._name,
                pending.person,
                pending.name,
                actions=[
                    Path("status").set(Value({"S": "waiting"})),
                    Path("queue").set(Value({"S": "cashback" if pending.campaign else "waiting"})),
                    Path("dueAt").set(Value(_n(max(at, int(pending.terms.get("until", 0)))))),
                    Path("decidedBy").set(Value({"S": by})),
                    Path("decidedAt").set(Value(_n(at))),
                ],
                condition=Path("status") == Value({"S": "held"}),
            )
        except UpdateError as error:
            if is_refusal(error):
                return False
            raise unavailable(error) from error
        return True

    def put_off(self, pending: Pending, again_at: int) -> None:
        """Notes when one that could not be paid is tried again, in milliseconds, unless something has become of it.

        Raises:
            Unavailable: it may or may not have been written; writing it again is harmless.
        """
        unchanged = (Path("dueAt") == Value(_n(pending.due_at))) & (Path("status") == Value({"S": pending.status}))
        try:
            self._connection.update_item(
                self._name,
                pending.person,
                pending.name,
                actions=[Path("againAt").set(Value(_n(again_at)))],
                condition=unchanged & Path("queue").exists(),
            )
        except UpdateError as error:
            if not is_refusal(error):
                raise unavailable(error) from error

    def untold(self, status: Status, limit: int) -> tuple[Pending, ...]:
        """Those that were held, or refused, and nobody was told of yet; longest first.

        Raises:
            Unavailable: the read did not succeed.
        """
        try:
            answer = self._connection.query(self._name, status, index_name=UNTOLD, limit=limit)
        except QueryError as error:
            raise unavailable(error) from error
        return tuple(_pending(item) for item in answer["Items"])

    def told(self, pending: Pending, status: Status) -> None:
        """Notes that the bus was told that it is held, or refused; what it has become since is still to be told.

        Raises:
            Unavailable: it may or may not have been written; telling again is harmless.
        """
        try:
            self._connection.update_item(
                self._name,
                pending.person,
                pending.name,
                actions=[Path("untold").remove()],
                condition=Path("untold") == Value({"S": status}),
            )
        except UpdateError as error:
            if not is_refusal(error):
                raise unavailable(error) from error

    def due(
        self, queue: Queue, until: int, limit: int, after: tuple[str, str, int] | None = None
    ) -> tuple[Pending, ...]:
        """Those of a queue that are due by a time in milliseconds, longest first; those after a person, name and time.

        Raises:
            Unavailable: the read did not succeed.
        """
        start = None
        if after is not None:
            person, name, due_at = after
            start = {"person": {"S": person}, "claim": {"S": name}, "queue": {"S": queue}, "dueAt": _n(due_at)}
        try:
            answer = self._connection.query(
                self._name,
                queue,
                range_key_condition=Path("dueAt") <= Value(_n(until)),
                index_name=INDEX,
                limit=limit,
                exclusive_start_key=start,
            )
        except QueryError as error:
            raise unavailable(error) from error
        return tuple(_pending(item) for item in answer["Items"])


_TOLD = ("kind", "fact", "day", "at", "coins", "lifetime_days", "rule", "version", "score", "reasons", "terms", "caps")


def kept_of(pending: Pending) -> dict[str, Any]:
    """What is kept of a claim that is new, or has just been refused because of its score."""
    return {
        "status": {"S": pending.status},
        "dueAt": _n(pending.due_at),
        "told": {"S": told_of(pending)},
        **({"queue": {"S": pending.queue}} if pending.queue else {}),
        **({} if pending.queue else {"expiresAt": _n(pending.at // 1000 + REFUSED_FOR_S)}),
        **({"untold": {"S": pending.status}} if pending.status not in ("waiting", "asked") else {}),
    }


def told_of(pending: Pending) -> str:
    """What is kept of a claim beside its own attributes."""
    return json.dumps({name: getattr(pending, name) for name in _TOLD}, separators=(",", ":"))


def _pending(item: Mapping[str, Any]) -> Pending:
    told = json.loads(item["told"]["S"])
    return Pending(
        person=item["person"]["S"],
        status=item["status"]["S"],
        due_at=int(item["dueAt"]["N"]),
        decided_by=item.get("decidedBy", {}).get("S", ""),
        decided_at=int(item.get("decidedAt", {}).get("N", 0)),
        taken=int(item.get("taken", {}).get("N", 0)),
        again_at=int(item.get("againAt", {}).get("N", 0)),
        **{**told, "reasons": tuple(told["reasons"]), "caps": RuleCaps(*told.get("caps", ()))},
    )


def _n(value: int) -> dict[str, str]:
    return {"N": str(value)}


def unavailable(error: PynamoDBException) -> Exception:
    """What a failed call is to those who asked: try again, or a fault of ours."""
    return Unavailable("The table of claims does not answer.") if is_unclear(error) else error
