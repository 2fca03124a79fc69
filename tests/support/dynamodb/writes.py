"""PutItem, UpdateItem, DeleteItem and BatchWriteItem."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from tests.support.dynamodb.bill import Bill, capacity_wanted
from tests.support.dynamodb.capacity import MAX_ITEM_BYTES
from tests.support.dynamodb.conditions import value_at
from tests.support.dynamodb.errors import (
    UnsupportedByModel,
    condition_failed,
    invalid_parameter,
    transaction_conflict,
    validation,
)
from tests.support.dynamodb.expressions import Expressions
from tests.support.dynamodb.schema import Key
from tests.support.dynamodb.store import Request, Store, check_known
from tests.support.dynamodb.tables import Row, Table
from tests.support.dynamodb.tree import Action
from tests.support.dynamodb.values import AttributeValue, Item, canonical_item, copied, copied_item

_COMMON = frozenset(
    {
        "TableName",
        "ConditionExpression",
        "ExpressionAttributeNames",
        "ExpressionAttributeValues",
        "ReturnValuesOnConditionCheckFailure",
    }
)
_SINGLE = frozenset({"ReturnValues", "ReturnConsumedCapacity", "ReturnItemCollectionMetrics"})
KNOWN = {
    "PutItem": _COMMON | {"Item"},
    "UpdateItem": _COMMON | {"Key", "UpdateExpression"},
    "DeleteItem": _COMMON | {"Key"},
}
_RETURNS = {
    "PutItem": frozenset({"NONE", "ALL_OLD"}),
    "DeleteItem": frozenset({"NONE", "ALL_OLD"}),
    "UpdateItem": frozenset({"NONE", "ALL_OLD", "ALL_NEW", "UPDATED_OLD", "UPDATED_NEW"}),
}
MAX_BATCH_WRITES = 25


class Write(NamedTuple):
    """One checked write: what it asks of the row that stands there, and what it makes of it."""

    table: Table
    key: Key
    test: Callable[[Item], bool] | None
    result: Callable[[Row | None], Row | None]
    tells_item: bool
    """Whether a failed condition gives the item back."""
    actions: tuple[Action, ...] = ()

    def passes(self, row: Row | None) -> bool:
        return self.test is None or self.test(row.item if row else {})


def prepared_put(store: Store, parameters: Mapping[str, Any]) -> Write:
    """A PutItem, or a Put of a transaction, checked."""
    table = store.table(parameters.get("TableName"))
    item = canonical_item(parameters.get("Item"))
    expressions = Expressions(parameters, ("ConditionExpression",))
    test = expressions.condition("ConditionExpression")
    expressions.finish()
    key = table.schema.key_of_item(item)
    row = Row(item)
    if row.size > MAX_ITEM_BYTES:
        raise validation("Item size has exceeded the maximum allowed size")
    return Write(table, key, test, lambda before: row, _tells_item(parameters))


def prepared_delete(store: Store, parameters: Mapping[str, Any]) -> Write:
    """A DeleteItem, or a Delete of a transaction, checked."""
    table = store.table(parameters.get("TableName"))
    expressions = Expressions(parameters, ("ConditionExpression",))
    test = expressions.condition("ConditionExpression")
    expressions.finish()
    key, _ = table.schema.key_of_request(parameters.get("Key"))
    return Write(table, key, test, lambda before: None, _tells_item(parameters))


def prepared_update(store: Store, parameters: Mapping[str, Any]) -> Write:
    """An UpdateItem, or an Update of a transaction, checked as far as no item is needed."""
    table = store.table(parameters.get("TableName"))
    expressions = Expressions(parameters, ("UpdateExpression", "ConditionExpression"))
    actions, change = expressions.update()
    test = expressions.condition("ConditionExpression")
    expressions.finish()
    key, attributes = table.schema.key_of_request(parameters.get("Key"))
    for action in actions:
        if action.path.parts[0] in table.schema.keys:
            raise invalid_parameter(
                f"Cannot update attribute {action.path.parts[0]}. This attribute is part of the key"
            )

    def result(before: Row | None) -> Row:
        item = change(before.item if before else attributes)
        table.schema.check_index_keys(item, by_update=True)
        row = Row(item)
        if row.size > MAX_ITEM_BYTES:
            raise validation("Item size to update has exceeded the maximum allowed size")
        return row

    return Write(table, key, test, result, _tells_item(parameters), actions)


PREPARED = {"PutItem": prepared_put, "UpdateItem": prepared_update, "DeleteItem": prepared_delete}


def _tells_item(parameters: Mapping[str, Any]) -> bool:
    wanted = parameters.get("ReturnValuesOnConditionCheckFailure", "NONE")
    if wanted not in ("NONE", "ALL_OLD"):
        raise validation(f"Value '{wanted}' at 'returnValuesOnConditionCheckFailure' failed to satisfy constraint")
    return bool(wanted == "ALL_OLD")


def single_write(operation: str) -> Callable[[Store, Request], dict[str, Any]]:
    """PutItem, UpdateItem or DeleteItem as a function of store and request."""
    prepare, known = PREPARED[operation], KNOWN[operation] | _SINGLE

    def serve(store: Store, request: Request) -> dict[str, Any]:
        parameters = request.parameters
        check_known(operation, parameters, known)
        _check_metrics(operation, parameters)
        returned = _return_values(operation, parameters)
        kind = capacity_wanted(parameters)
        write = prepare(store, parameters)
        target = (write.table.schema.name, write.key)
        if store.locks.in_transaction(target, store.clock()):
            raise transaction_conflict()
        before = write.table.rows.get(write.key)
        bill = Bill(write.table.schema.name)
        if not write.passes(before):
            bill.add_write(write.table, before, before)
            bill.charge(store.meter)
            raise condition_failed(copied_item(before.item) if before and write.tells_item else None)
        after = write.result(before)
        store.write(write.table, write.key, after)
        store.locks.written(target, store.clock())
        bill.add_write(write.table, before, after)
        bill.charge(store.meter)
        answer = _returned(returned, write.actions, before, after)
        if kind:
            answer["ConsumedCapacity"] = bill.told(kind)
        return answer

    return serve


def _check_metrics(operation: str, parameters: Mapping[str, Any]) -> None:
    if parameters.get("ReturnItemCollectionMetrics", "NONE") != "NONE":
        raise UnsupportedByModel(f"{operation}: ReturnItemCollectionMetrics")


def _return_values(operation: str, parameters: Mapping[str, Any]) -> str:
    returned: str = parameters.get("ReturnValues", "NONE")
    if returned not in _RETURNS[operation]:
        if operation != "UpdateItem":
            raise validation("ReturnValues can only be ALL_OLD or NONE")
        raise validation(
            f"1 validation error detected: Value '{returned}' at 'returnValues' failed to satisfy constraint"
        )
    return returned


def _returned(kind: str, actions: tuple[Action, ...], before: Row | None, after: Row | None) -> dict[str, Any]:
    row = before if kind.endswith("OLD") else after
    if kind == "NONE" or row is None:
        return {}
    if kind.startswith("ALL"):
        return {"Attributes": copied_item(row.item)}
    touched = _touched(row.item, actions)
    return {"Attributes": touched} if touched else {}


def _touched(item: Item, actions: tuple[Action, ...]) -> Item:
    """Of an item, what an update's paths lead to; whole attributes where a path goes through a list."""
    found: Item = {}
    for action in actions:
        parts = action.path.parts
        if len(parts) == 1 or any(isinstance(part, int) for part in parts):
            name = str(parts[0])
            if name in item:
                found[name] = copied(item[name])
            continue
        value = value_at(item, action.path)
        if value is None:
            continue
        holder: AttributeValue = found.setdefault(str(parts[0]), {"M": {}})
        for part in parts[1:-1]:
            holder = holder["M"].setdefault(part, {"M": {}})
        holder["M"][parts[-1]] = copied(value)
    return found


def batch_write_item(store: Store, request: Request) -> dict[str, Any]:
    """BatchWriteItem: up to 25 puts and deletes, each by itself; what a transaction holds comes back unprocessed."""
    parameters = request.parameters
    known = frozenset({"RequestItems", "ReturnConsumedCapacity", "ReturnItemCollectionMetrics"})
    check_known("BatchWriteItem", parameters, known)
    _check_metrics("BatchWriteItem", parameters)
    kind = capacity_wanted(parameters)
    writes = _batch(store, parameters.get("RequestItems") or {})
    served = len(writes) - (len(writes) + 1) // 2 if request.partial else len(writes)
    bills: dict[str, Bill] = {}
    unprocessed: dict[str, list[Any]] = {}
    for at, (name, asked, write) in enumerate(writes):
        target = (write.table.schema.name, write.key)
        if at >= served or store.locks.in_transaction(target, store.clock()):
            unprocessed.setdefault(name, []).append(asked)
            continue
        after = write.result(None)
        before = store.write(write.table, write.key, after)
        store.locks.written(target, store.clock())
        bills.setdefault(name, Bill(target[0])).add_write(write.table, before, after)
    for bill in bills.values():
        bill.charge(store.meter)
    answer: dict[str, Any] = {"UnprocessedItems": unprocessed}
    if kind:
        answer["ConsumedCapacity"] = [bill.told(kind) for bill in bills.values()]
    return answer


def _batch(store: Store, items: Mapping[str, Any]) -> list[tuple[str, Any, Write]]:
    count = sum(len(requests) for requests in items.values())
    if not 1 <= count <= MAX_BATCH_WRITES:
        raise validation(
            "1 validation error detected: Value at 'requestItems' failed to satisfy constraint: Map value must satisfy "
            "constraint: [Member must have length less than or equal to 25, "
            "Member must have length greater than or equal to 1]"
        )
    writes: list[tuple[str, Any, Write]] = []
    for name, requests in items.items():
        for asked in requests:
            if asked.keys() == {"PutRequest"}:
                write = prepared_put(store, {"TableName": name, **asked["PutRequest"]})
            elif asked.keys() == {"DeleteRequest"}:
                write = prepared_delete(store, {"TableName": name, **asked["DeleteRequest"]})
            else:
                raise validation("Supplied AttributeValue has more than one datatypes set")
            writes.append((name, asked, write))
    if len({(write.table.schema.name, write.key) for _, _, write in writes}) != count:
        raise validation("Provided list of item keys contains duplicates")
    return writes
