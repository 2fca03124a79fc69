"""GetItem and BatchGetItem."""

from __future__ import annotations

from typing import Any

from tests.support.dynamodb import capacity
from tests.support.dynamodb.bill import Bill, capacity_wanted
from tests.support.dynamodb.errors import validation
from tests.support.dynamodb.expressions import Expressions
from tests.support.dynamodb.projections import projected
from tests.support.dynamodb.schema import Key
from tests.support.dynamodb.store import Request, Store, check_known
from tests.support.dynamodb.tables import Table
from tests.support.dynamodb.tree import Path

MAX_BATCH_READS = 100
_NAMES = frozenset({"ProjectionExpression", "ExpressionAttributeNames"})
_GET = _NAMES | {"TableName", "Key", "ConsistentRead", "ReturnConsumedCapacity"}


def get_item(store: Store, request: Request) -> dict[str, Any]:
    parameters = request.parameters
    check_known("GetItem", parameters, _GET)
    kind = capacity_wanted(parameters)
    table = store.table(parameters.get("TableName"))
    expressions = Expressions(parameters, ("ProjectionExpression",))
    paths = expressions.projection()
    expressions.finish()
    key, _ = table.schema.key_of_request(parameters.get("Key"))
    consistent = bool(parameters.get("ConsistentRead"))
    row = store.view(table, request, consistent=consistent).row(key)
    bill = Bill(table.schema.name)
    bill.read += capacity.read_units(row.size if row else 0, consistent=consistent)
    bill.charge(store.meter)
    answer: dict[str, Any] = {"Item": projected(row.item, paths)} if row else {}
    if kind:
        answer["ConsumedCapacity"] = bill.told(kind)
    return answer


def batch_get_item(store: Store, request: Request) -> dict[str, Any]:
    """BatchGetItem: up to 100 items, each read by itself, in no promised order."""
    parameters = request.parameters
    check_known("BatchGetItem", parameters, frozenset({"RequestItems", "ReturnConsumedCapacity"}))
    kind = capacity_wanted(parameters)
    wanted: list[tuple[str, Any, Table, Key, tuple[Path, ...] | None, bool]] = []
    for name, asked in (parameters.get("RequestItems") or {}).items():
        check_known("BatchGetItem", asked, _NAMES | {"Keys", "ConsistentRead"})
        table = store.table(name)
        expressions = Expressions(asked, ("ProjectionExpression",))
        paths = expressions.projection()
        expressions.finish()
        for given in asked["Keys"]:
            key, _ = table.schema.key_of_request(given)
            wanted.append((name, given, table, key, paths, bool(asked.get("ConsistentRead"))))
    if not 1 <= len(wanted) <= MAX_BATCH_READS:
        raise validation("Too many items requested for the BatchGetItem call")
    if len({(table.schema.name, key) for _, _, table, key, _, _ in wanted}) != len(wanted):
        raise validation("Provided list of item keys contains duplicates")
    served = len(wanted) - (len(wanted) + 1) // 2 if request.partial else len(wanted)
    answer: dict[str, Any] = {"Responses": {name: [] for name, *_ in wanted}, "UnprocessedKeys": {}}
    bills: dict[str, Bill] = {}
    for at, (name, given, table, key, paths, consistent) in enumerate(wanted):
        if at >= served:
            rest = {part: value for part, value in parameters["RequestItems"][name].items() if part != "Keys"}
            answer["UnprocessedKeys"].setdefault(name, {**rest, "Keys": []})["Keys"].append(given)
            continue
        row = store.view(table, request, consistent=consistent).row(key)
        bill = bills.setdefault(name, Bill(table.schema.name))
        bill.read += capacity.read_units(row.size if row else 0, consistent=consistent)
        if row is not None:
            answer["Responses"][name].append(projected(row.item, paths))
    for bill in bills.values():
        bill.charge(store.meter)
    if kind:
        answer["ConsumedCapacity"] = [bill.told(kind) for bill in bills.values()]
    return answer
