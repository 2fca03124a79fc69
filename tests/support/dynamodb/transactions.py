"""TransactWriteItems and TransactGetItems.

A write is in two steps, so that others can meet it in between: ``begin`` checks everything and takes the items,
``apply`` writes them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from tests.support.dynamodb import capacity
from tests.support.dynamodb.bill import Bill, capacity_wanted
from tests.support.dynamodb.errors import (
    CONFLICT_MESSAGE,
    Refusal,
    UnsupportedByModel,
    cancelled,
    validation,
)
from tests.support.dynamodb.expressions import Expressions
from tests.support.dynamodb.locks import Target
from tests.support.dynamodb.projections import projected
from tests.support.dynamodb.store import Request, Store, check_known
from tests.support.dynamodb.tables import Row
from tests.support.dynamodb.values import copied_item
from tests.support.dynamodb.writes import KNOWN, Write, prepared_delete, prepared_put, prepared_update

MAX_ITEMS = 100
MAX_BYTES = 4 * 1024 * 1024
_KNOWN = frozenset({"TransactItems", "ClientRequestToken", "ReturnConsumedCapacity", "ReturnItemCollectionMetrics"})
_GET = frozenset({"TableName", "Key", "ProjectionExpression", "ExpressionAttributeNames"})
_NO_REASON = {"Code": "None"}


class Member(NamedTuple):
    """One item of a transaction with what it becomes."""

    write: Write
    target: Target
    checks_only: bool
    before: Row | None
    after: Row | None


class Begun(NamedTuple):
    """A transaction that holds its items, or ``answer`` when there is nothing left to do."""

    members: list[Member]
    token: str | None
    started: int
    kind: str | None
    items: Any
    answer: dict[str, Any] | None = None

    @property
    def targets(self) -> list[Target]:
        return [member.target for member in self.members]


def conflict_reasons(count: int) -> Refusal:
    """A cancellation because of a rival at the first item."""
    first = {"Code": "TransactionConflict", "Message": CONFLICT_MESSAGE}
    return cancelled([first, *[_NO_REASON.copy() for _ in range(count - 1)]])


def throttled_reasons(count: int) -> Refusal:
    """A cancellation because the first item's partition was over its throughput."""
    first = {
        "Code": "ProvisionedThroughputExceeded",
        "Message": "The level of configured provisioned throughput for the table was exceeded. "
        "Consider increasing your provisioning level with the UpdateTable API",
    }
    return cancelled([first, *[_NO_REASON.copy() for _ in range(count - 1)]])


def begin(store: Store, request: Request) -> Begun:
    """Check a TransactWriteItems and take its items.

    Raises:
        Refusal: it is malformed or cancelled; nothing is held then.
    """
    parameters = request.parameters
    check_known("TransactWriteItems", parameters, _KNOWN)
    if parameters.get("ReturnItemCollectionMetrics", "NONE") != "NONE":
        raise UnsupportedByModel("TransactWriteItems: ReturnItemCollectionMetrics")
    kind = capacity_wanted(parameters)
    items = parameters.get("TransactItems") or []
    _check_count(len(items))
    now = store.clock()
    token = parameters.get("ClientRequestToken")
    if token is not None:
        _check_token(token)
        settled = store.tokens.known(token, items, now)
        if settled is not None:
            return Begun([], token, now, kind, items, _replayed(store, settled.sizes, kind))
    prepared = [_prepared(store, item) for item in items]
    writes = [one for one in prepared if not isinstance(one, Refusal)]
    if len({(write.table.schema.name, write.key) for write, _ in writes}) != len(writes):
        raise validation("Transaction request cannot include multiple operations on one item")
    malformed = [one if isinstance(one, Refusal) else None for one in prepared]
    if any(malformed):
        raise cancelled([_reason(refusal) for refusal in malformed])
    members = _members(store, writes, now)
    if sum(max(_size(member.before), _size(member.after)) for member in members) > MAX_BYTES:
        raise validation("Collection of items in the transaction is larger than 4 MB")
    begun = Begun(members, token, now, kind, items)
    store.locks.hold(begun.targets)
    if token is not None:
        store.tokens.begin(token)
    return begun


def apply(store: Store, begun: Begun) -> dict[str, Any]:
    """Write a begun transaction and let go of its items."""
    if begun.answer is not None:
        return begun.answer
    bills: dict[str, Bill] = {}
    for member in begun.members:
        name = member.target[0]
        bill = bills.setdefault(name, Bill(name))
        if member.checks_only:
            bill.write += capacity.transaction_write_units(_size(member.before))
        else:
            store.write(member.write.table, member.write.key, member.after)
            bill.add_write(member.write.table, member.before, member.after, capacity.TRANSACTION_FACTOR)
    store.locks.release(begun.targets, begun.started)
    for bill in bills.values():
        bill.charge(store.meter)
    if begun.token is not None:
        sizes = tuple((one.target[0], max(_size(one.before), _size(one.after))) for one in begun.members)
        store.tokens.complete(begun.token, begun.items, store.clock(), sizes)
    if begun.kind is None:
        return {}
    return {"ConsumedCapacity": [bill.told(begun.kind, in_transaction=True) for bill in bills.values()]}


def _check_count(count: int) -> None:
    if not 1 <= count <= MAX_ITEMS:
        value, bound = ("", "less than or equal to 100") if count else (" '[]'", "greater than or equal to 1")
        raise validation(
            f"1 validation error detected: Value{value} at 'transactItems' failed to satisfy constraint: "
            f"Member must have length {bound}"
        )


def _check_token(token: str) -> None:
    if not 1 <= len(token) <= 36:
        raise validation(
            "1 validation error detected: Value at 'clientRequestToken' failed to satisfy constraint: "
            "Member must have length less than or equal to 36"
        )


def _prepared(store: Store, item: Mapping[str, Any]) -> tuple[Write, bool] | Refusal:
    """An action checked: the write and whether it only checks. A key of the wrong type is told as a reason."""
    if len(item) != 1:
        raise validation("TransactItems can only contain one of Check, Put, Update or Delete")
    ((name, action),) = item.items()
    if name == "Put":
        check_known("TransactWriteItems.Put", action, KNOWN["PutItem"])
        prepare = prepared_put
    elif name == "Update":
        check_known("TransactWriteItems.Update", action, KNOWN["UpdateItem"])
        if action.get("UpdateExpression") is None:
            raise validation(
                "1 validation error detected: Value null at 'updateExpression' failed to satisfy constraint"
            )
        prepare = prepared_update
    elif name in ("Delete", "ConditionCheck"):
        check_known(f"TransactWriteItems.{name}", action, KNOWN["DeleteItem"])
        if name == "ConditionCheck" and action.get("ConditionExpression") is None:
            raise validation(
                "1 validation error detected: Value null at 'conditionExpression' failed to satisfy constraint"
            )
        prepare = prepared_delete
    else:
        raise validation("TransactItems can only contain one of Check, Put, Update or Delete")
    try:
        return prepare(store, action), name == "ConditionCheck"
    except Refusal as refusal:
        if "Type mismatch" in refusal.message or "does not match the schema" in refusal.message:
            return refusal
        raise


def _members(store: Store, writes: list[tuple[Write, bool]], now: int) -> list[Member]:
    """What each item becomes; cancels with a reason for each that may not."""
    members: list[Member] = []
    reasons: list[dict[str, Any]] = []
    for write, checks_only in writes:
        target = (write.table.schema.name, write.key)
        before = after = write.table.rows.get(write.key)
        reason = _NO_REASON
        if store.locks.in_any_write(target, now):
            reason = {"Code": "TransactionConflict", "Message": CONFLICT_MESSAGE}
        elif not write.passes(before):
            reason = {"Code": "ConditionalCheckFailed", "Message": "The conditional request failed"}
            if before is not None and write.tells_item:
                reason["Item"] = copied_item(before.item)  # type: ignore[assignment]
        elif not checks_only:
            try:
                after = write.result(before)
            except Refusal as refusal:
                reason = _reason(refusal)
        members.append(Member(write, target, checks_only, before, after))
        reasons.append(dict(reason))
    if any(reason["Code"] != "None" for reason in reasons):
        for member in members:
            bill = Bill(member.target[0])
            bill.write += capacity.transaction_write_units(_size(member.before))
            bill.charge(store.meter)
        raise cancelled(reasons)
    return members


def _reason(refusal: Refusal | None) -> dict[str, Any]:
    return dict(_NO_REASON) if refusal is None else {"Code": "ValidationError", "Message": refusal.message}


def _size(row: Row | None) -> int:
    return row.size if row else 0


def _replayed(store: Store, sizes: tuple[tuple[str, int], ...], kind: str | None) -> dict[str, Any]:
    """The answer to a repeated token: nothing is written, each item is read."""
    bills: dict[str, Bill] = {}
    for name, size in sizes:
        bills.setdefault(name, Bill(name)).read += capacity.transaction_read_units(size)
    for bill in bills.values():
        bill.charge(store.meter)
    return {"ConsumedCapacity": [bill.told(kind, in_transaction=True) for bill in bills.values()]} if kind else {}


def transact_get_items(store: Store, request: Request) -> dict[str, Any]:
    """TransactGetItems: up to 100 items as of one moment; cancelled when any is under way in a write."""
    parameters = request.parameters
    check_known("TransactGetItems", parameters, frozenset({"TransactItems", "ReturnConsumedCapacity"}))
    kind = capacity_wanted(parameters)
    items = parameters.get("TransactItems") or []
    _check_count(len(items))
    now = store.clock()
    responses: list[dict[str, Any]] = []
    reasons: list[dict[str, Any]] = []
    seen: set[Target] = set()
    bills: dict[str, Bill] = {}
    for item in items:
        asked = item["Get"]
        check_known("TransactGetItems.Get", asked, _GET)
        table = store.table(asked.get("TableName"))
        expressions = Expressions(asked, ("ProjectionExpression",))
        paths = expressions.projection()
        expressions.finish()
        try:
            key, _ = table.schema.key_of_request(asked.get("Key"))
        except Refusal as refusal:
            reasons.append(_reason(refusal))
            continue
        target = (table.schema.name, key)
        if target in seen:
            raise validation("Transaction request cannot include multiple operations on one item")
        seen.add(target)
        conflict = store.locks.in_any_write(target, now)
        reasons.append({"Code": "TransactionConflict", "Message": CONFLICT_MESSAGE} if conflict else dict(_NO_REASON))
        row = table.rows.get(key)
        found = projected(row.item, paths) if row else None
        responses.append({"Item": found} if found else {})
        bills.setdefault(target[0], Bill(target[0])).read += capacity.transaction_read_units(_size(row))
    for bill in bills.values():
        bill.charge(store.meter)
    if any(reason["Code"] != "None" for reason in reasons):
        raise cancelled(reasons)
    answer: dict[str, Any] = {"Responses": responses}
    if kind:
        answer["ConsumedCapacity"] = [bill.told(kind, in_transaction=True) for bill in bills.values()]
    return answer
