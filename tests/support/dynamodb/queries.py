"""Query and Scan, page by page."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import md5
from typing import Any

from tests.support.dynamodb import capacity
from tests.support.dynamodb.bill import Bill, capacity_wanted
from tests.support.dynamodb.errors import validation
from tests.support.dynamodb.expressions import Expressions
from tests.support.dynamodb.keyconditions import SLOT, key_range
from tests.support.dynamodb.projections import projected
from tests.support.dynamodb.schema import Index, Key
from tests.support.dynamodb.store import Request, Store, check_known
from tests.support.dynamodb.tables import Entry, Row, Table, View, place_in
from tests.support.dynamodb.tree import Path
from tests.support.dynamodb.values import Item, Scalar, canonical, copied, kind_of, scalar

_MANY = frozenset(
    {
        "ProjectionExpression",
        "ExpressionAttributeNames",
        "TableName",
        "IndexName",
        "Select",
        "Limit",
        "ConsistentRead",
        "ExclusiveStartKey",
        "FilterExpression",
        "ExpressionAttributeValues",
        "ReturnConsumedCapacity",
    }
)
_QUERY = _MANY | {SLOT, "ScanIndexForward"}
_SCAN = _MANY | {"Segment", "TotalSegments"}


@dataclass(frozen=True, slots=True)
class _Reading:
    """A checked Query or Scan, short of where it starts."""

    table: Table
    index: Index | None
    view: View
    consistent: bool
    paths: tuple[Path, ...] | None
    filter: Callable[[Item], bool] | None
    limit: int | None
    counts_only: bool
    fetches: bool
    """Whether each item is fetched from the table, because a local index does not hold what is wanted."""

    def key_names(self) -> tuple[str, ...]:
        return self.table.schema.keys if self.index is None else self.index.key_names()


def _reading(store: Store, request: Request, expressions: Expressions, table: Table) -> _Reading:
    parameters = request.parameters
    index = _index(table, parameters)
    consistent = bool(parameters.get("ConsistentRead"))
    if consistent and index is not None and not index.local:
        raise validation("Consistent reads are not supported on global secondary indexes")
    limit = parameters.get("Limit")
    if limit is not None and limit < 1:
        raise validation(
            f"1 validation error detected: Value '{limit}' at 'limit' failed to satisfy constraint: "
            "Member must have value greater than or equal to 1"
        )
    paths = expressions.projection()
    select = _select(parameters, index, paths)
    view = store.view(table, request, consistent=consistent)
    fetches = _fetches(table, index, select, paths)
    test = expressions.condition("FilterExpression")
    return _Reading(table, index, view, consistent, paths, test, limit, select == "COUNT", fetches)


def _index(table: Table, parameters: Mapping[str, Any]) -> Index | None:
    name = parameters.get("IndexName")
    if name is None:
        return None
    index = table.schema.indexes.get(name)
    if index is None:
        raise validation(f"The table does not have the specified index: {name}")
    return index


def _select(parameters: Mapping[str, Any], index: Index | None, paths: tuple[Path, ...] | None) -> str:
    select: str | None = parameters.get("Select")
    if select is None:
        if paths is not None:
            return "SPECIFIC_ATTRIBUTES"
        return "ALL_ATTRIBUTES" if index is None else "ALL_PROJECTED_ATTRIBUTES"
    if select not in ("ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES", "SPECIFIC_ATTRIBUTES", "COUNT"):
        raise validation(f"1 validation error detected: Value '{select}' at 'select' failed to satisfy constraint")
    if paths is not None and select != "SPECIFIC_ATTRIBUTES":
        what = "only the Count" if select == "COUNT" else select
        raise validation(f"Cannot specify the ProjectionExpression when choosing to get {what}")
    if select == "ALL_PROJECTED_ATTRIBUTES" and index is None:
        raise validation("ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName")
    if select == "SPECIFIC_ATTRIBUTES" and paths is None:
        raise validation("Must specify the AttributesToGet when choosing to get SPECIFIC_ATTRIBUTES")
    return select


def _fetches(table: Table, index: Index | None, select: str, paths: tuple[Path, ...] | None) -> bool:
    if index is None or index.included is None or select in ("COUNT", "ALL_PROJECTED_ATTRIBUTES"):
        return False
    held = index.included.union(table.schema.keys, index.key_names())
    missing = sorted({str(path.parts[0]) for path in paths or ()} - held)
    if not index.local and (select == "ALL_ATTRIBUTES" or missing):
        raise validation(
            "One or more parameter values were invalid: Global secondary index "
            f"{index.name} does not project {missing or 'all attributes'}"
        )
    return select == "ALL_ATTRIBUTES" or bool(missing)


def query(store: Store, request: Request) -> dict[str, Any]:
    parameters = request.parameters
    check_known("Query", parameters, _QUERY)
    kind = capacity_wanted(parameters)
    table = store.table(parameters.get("TableName"))
    expressions = Expressions(parameters, (SLOT, "FilterExpression", "ProjectionExpression"))
    condition = expressions.parsed(SLOT)
    if condition is None:
        raise validation(
            "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request."
        )
    reading = _reading(store, request, expressions, table)
    expressions.finish()
    asked = key_range(table.schema, reading.key_names(), condition.tree, expressions.values)
    _check_filter(reading, parameters, expressions)
    entries = reading.view.entries(reading.index, asked.hash)
    low, high = asked.stretch(entries)
    forward = parameters.get("ScanIndexForward", True)
    start = parameters.get("ExclusiveStartKey")
    if start is not None:
        hash_value, entry = _start(reading, start)
        if hash_value != asked.hash or not asked.admits(entry[0]):
            raise validation("The provided starting key does not match the range key predicate")
        if forward:
            low = max(low, bisect_right(entries, entry))
        else:
            high = min(high, bisect_left(entries, entry))
    chosen = entries[low:high] if forward else entries[low:high][::-1]
    return _page(store, reading, chosen, kind)


def _check_filter(reading: _Reading, parameters: Mapping[str, Any], expressions: Expressions) -> None:
    """A query's filter must leave the key of what is queried alone."""
    text = parameters.get("FilterExpression")
    if text is None:
        return
    for name in _names_in(expressions.parsed("FilterExpression")):
        if name in reading.key_names():
            raise validation(
                f"Filter Expression can only contain non-primary key attributes: Primary key attribute: {name}"
            )


def _names_in(node: Any) -> Iterator[str]:
    if isinstance(node, Path):
        yield str(node.parts[0])
    elif isinstance(node, tuple):
        for part in node:
            yield from _names_in(part)


def scan(store: Store, request: Request) -> dict[str, Any]:
    parameters = request.parameters
    check_known("Scan", parameters, _SCAN)
    kind = capacity_wanted(parameters)
    table = store.table(parameters.get("TableName"))
    expressions = Expressions(parameters, ("FilterExpression", "ProjectionExpression"))
    reading = _reading(store, request, expressions, table)
    expressions.finish()
    segment, total = parameters.get("Segment", 0), parameters.get("TotalSegments", 1)
    if ("Segment" in parameters) != ("TotalSegments" in parameters) or not 0 <= segment < total:
        raise validation("The Segment parameter is zero-based and must be less than parameter TotalSegments")
    hashes = sorted(reading.view.hashes(reading.index), key=_scattered)
    hashes = [one for one in hashes if int.from_bytes(_scattered(one)[:4], "big") % total == segment]
    start = parameters.get("ExclusiveStartKey")
    after = None if start is None else _start(reading, start)
    return _page(store, reading, _scanned(reading, hashes, after), kind)


@lru_cache(maxsize=65536)
def _scattered(hash_value: Scalar) -> bytes:
    """The place of a hash value in a scan: no order that anyone could come to rely on."""
    return md5(repr(hash_value).encode(), usedforsecurity=False).digest()


def _scanned(reading: _Reading, hashes: list[Scalar], after: tuple[Scalar, Entry] | None) -> Iterator[Entry]:
    first = None if after is None else _scattered(after[0])
    for hash_value in hashes:
        if first is not None and _scattered(hash_value) < first:
            continue
        entries = reading.view.entries(reading.index, hash_value)
        if after is not None and hash_value == after[0]:
            entries = entries[bisect_right(entries, after[1]) :]
        yield from entries


def _start(reading: _Reading, start: Mapping[str, Any]) -> tuple[Scalar, Entry]:
    """Hash and entry that an ExclusiveStartKey names; the item itself may be gone."""
    schema, index = reading.table.schema, reading.index
    wanted = set(schema.keys) | set(reading.key_names())
    if start.keys() != wanted:
        raise validation("The provided starting key is invalid")
    item = {name: canonical(value) for name, value in start.items()}
    if any(kind_of(item[name]) != schema.types[name] for name in wanted):
        raise validation("The provided starting key is invalid")
    key: Key = (scalar(item[schema.hash]), scalar(item[schema.range]) if schema.range else 0)
    if index is None:
        return key[0], (key[1], *key)
    place = place_in(index, item, key)
    if place is None:
        raise validation("The provided starting key is invalid")
    return place


def _page(store: Store, reading: _Reading, entries: Iterable[Entry], kind: str | None) -> dict[str, Any]:
    """Read entries until the limit or 1 MB is reached; capacity is that of all that was read, filtered out or not."""
    schema, index = reading.table.schema, reading.index
    items: list[Item] = []
    scanned = matched = size = 0
    fetched = 0.0
    last: Row | None = None
    stopped = False
    for entry in entries:
        row = reading.view.row(entry[1:])
        if row is None:
            raise RuntimeError(f"the order of {schema.name} names a row that is not there: {entry}")
        held, held_size = (row.item, row.size) if index is None else row.view(index, schema.keys)
        if scanned and size + held_size > capacity.PAGE_BYTES:
            stopped = True
            break
        scanned, size, last = scanned + 1, size + held_size, row
        if reading.fetches:
            held = row.item
            fetched += capacity.read_units(row.size, consistent=reading.consistent)
        if reading.filter is None or reading.filter(held):
            matched += 1
            if not reading.counts_only:
                items.append(projected(held, reading.paths))
        if scanned == reading.limit:
            stopped = True
            break
    bill = Bill(schema.name)
    units = capacity.read_units(size, consistent=reading.consistent)
    if index is None:
        bill.read += units
    else:
        bill.add_index_read(index, units)
        bill.read += fetched
    bill.charge(store.meter)
    answer: dict[str, Any] = {"Count": matched, "ScannedCount": scanned}
    if not reading.counts_only:
        answer["Items"] = items
    if stopped and last is not None:
        names = dict.fromkeys((*schema.keys, *reading.key_names()))
        answer["LastEvaluatedKey"] = {name: copied(last.item[name]) for name in names}
    if kind:
        answer["ConsumedCapacity"] = bill.told(kind)
    return answer
