"""Cases of Query and Scan: key conditions, order, pages, indexes, filters."""

from __future__ import annotations

from typing import Any

from tests.support.dynamodb.cases.case import Case, Step, entry, key, put, query

_A = {":a": {"S": "a"}}


def _n(number: int | str) -> dict[str, Any]:
    return {"N": str(number)}


_CHAIN: tuple[Step, ...] = (
    *(
        put(entry("a", seq, reference={"S": reference}, even={"BOOL": seq % 2 == 0}, pad={"S": "x" * seq}))
        for seq, reference in [
            (1, "unlock:x:1"),
            (2, "checkin:1"),
            (3, "unlock:x:2"),
            (10, "unlock:y:1"),
            (-5, "key:q"),
        ]
    ),
    put(entry("a", 11)),
    put(entry("b", 1, reference={"S": "unlock:x:1"})),
)

_BYTES: tuple[Step, ...] = tuple(
    ("put_item", {"TableName": "bytes", "Item": {"h": _n("1.0"), "r": {"B": content}}})
    for content in (b"\x80", b"\x01", b"\x7f\x00", b"\xff", b"\x7f")
)


def _shelf(name: str, at: int | None, shelf: str = "s") -> Step:
    item: dict[str, Any] = {"id": {"S": name}, "shelf": {"S": shelf}, "title": {"S": name.upper()}, "more": {"S": "m"}}
    if at is not None:
        item["at"] = _n(at)
    return "put_item", {"TableName": "shelf", "Item": item}


_SHELVES: tuple[Step, ...] = (_shelf("one", 1), _shelf("two", 2), _shelf("three", 3, "t"), _shelf("four", None))


def _by_shelf(**more: Any) -> Step:
    parameters = {"IndexName": "by-shelf", "KeyConditionExpression": "shelf = :s", **more}
    values = {"ExpressionAttributeValues": {":s": {"S": "s"}}}
    return "query", {"TableName": "shelf", **values, **parameters}


def _on(name: str, *steps: Step, **known: Any) -> Case:
    return Case(name, (*_CHAIN, *steps), **known)


_PAGE_KEY = {**key("a", 2)}
_INDEX_KEY = {**key("a", 3), "reference": {"S": "unlock:x:2"}}

QUERIES: tuple[Case, ...] = (
    _on(
        "a query takes one hash, in the order of its numbers",
        query("account = :a", values=_A),
        query("account = :a", values=_A, ScanIndexForward=False),
        query("account = :a", values={":a": {"S": "nobody"}}),
    ),
    _on(
        "conditions on the sort key",
        *(query(f"account = :a AND seq {sign} :n", values={**_A, ":n": _n(3)}) for sign in ("=", "<", "<=", ">", ">=")),
        query("account = :a AND seq BETWEEN :n AND :m", values={**_A, ":n": _n(2), ":m": _n("10.0")}),
        query("(account = :a) AND (seq > :n)", values={**_A, ":n": _n(2)}),
        query("seq > :n AND account = :a", values={**_A, ":n": _n(2)}),
    ),
    _on(
        "the last entry is one query",
        query("account = :a", values=_A, ScanIndexForward=False, Limit=1, ConsistentRead=True),
    ),
    _on(
        "an index orders by its own key and holds its own attributes",
        query("account = :a", values=_A, IndexName="by-reference"),
        query("account = :a", values=_A, IndexName="by-reference", ScanIndexForward=False, Limit=2),
        query(
            "account = :a AND #r = :r",
            names={"#r": "reference"},
            values={**_A, ":r": {"S": "checkin:1"}},
            IndexName="by-reference",
        ),
        query(
            "account = :a AND begins_with(#r, :r)",
            names={"#r": "reference"},
            values={**_A, ":r": {"S": "unlock:x:"}},
            IndexName="by-reference",
            ConsistentRead=True,
        ),
    ),
    _on(
        "a local index fetches what it does not hold",
        query("account = :a", values=_A, IndexName="by-reference", Select="ALL_ATTRIBUTES"),
        query("account = :a", values=_A, IndexName="by-reference", ProjectionExpression="pad, seq"),
        emulator="never fetches",
        moto="never fetches",
    ),
    _on(
        "pages go on where they stopped",
        query("account = :a", values=_A, Limit=2),
        query("account = :a", values=_A, Limit=2, ExclusiveStartKey=_PAGE_KEY),
        query("account = :a", values=_A, Limit=2, ExclusiveStartKey=_PAGE_KEY, ScanIndexForward=False),
        query("account = :a", values=_A, ExclusiveStartKey=key("a", 7)),
        query("account = :a", values=_A, IndexName="by-reference", Limit=1, ExclusiveStartKey=_INDEX_KEY),
        moto="starts over when the key to go on from is gone",
    ),
    _on(
        "a page that ends with the last item still gives a key",
        query("account = :a", values={":a": {"S": "b"}}, Limit=1),
        query("account = :a", values={":a": {"S": "b"}}, Limit=1, ExclusiveStartKey=key("b", 1)),
        moto="looks ahead and gives no key",
    ),
    _on(
        "a start key with parts missing is refused",
        query("account = :a", values=_A, ExclusiveStartKey={"account": {"S": "a"}}),
        moto="fails within itself",
    ),
    _on(
        "a start key outside the condition is refused",
        query("account = :a AND seq > :n", values={**_A, ":n": _n(5)}, ExclusiveStartKey=key("a", 2)),
        moto="takes any key",
    ),
    _on(
        "a filter thins out what was read",
        query("account = :a", values={**_A, ":t": {"BOOL": True}}, FilterExpression="even = :t"),
        query("account = :a", values={**_A, ":t": {"BOOL": True}}, FilterExpression="even = :t", Limit=3),
        query("account = :a", values={**_A, ":t": {"BOOL": True}}, FilterExpression="even = :t", Select="COUNT"),
    ),
    _on(
        "a filter leaves the key alone",
        query("account = :a", values={**_A, ":n": _n(1)}, FilterExpression="seq = :n"),
        emulator="filters by the key",
        moto="filters by the key",
    ),
    _on("a count gives no items", query("account = :a", values=_A, Select="COUNT")),
    _on(
        "a limit is at least one",
        query("account = :a", values=_A, Limit=0),
        words="leaves the value out",
        moto="fails within itself",
    ),
    Case("a query without its hash key is refused", (query("seq = :n", values={":n": _n(1)}),)),
    Case("a query without a condition is refused", (query(None),), words="asks for the hash key"),
    Case("the hash key is only equalled", (query("account > :a", values=_A),), words="says that the key is missing"),
    Case(
        "a query on another attribute is refused",
        (query("account = :a AND pad = :n", values={**_A, ":n": _n(1)}),),
        words="names the other attribute",
    ),
    Case(
        "one condition per key",
        (query("account = :a AND seq > :n AND seq < :m", values={**_A, ":n": _n(1), ":m": _n(2)}),),
        moto="takes them",
    ),
    Case(
        "no OR in a key condition",
        (query("account = :a OR account = :a", values=_A),),
        emulator="serves it",
        moto="fails within itself",
    ),
    Case(
        "no inequality in a key condition",
        (query("account = :a AND seq <> :n", values={**_A, ":n": _n(1)}),),
        emulator="serves it",
        moto="fails within itself",
    ),
    Case(
        "a key condition of another type is refused",
        (query("account = :a", values={":a": _n(1)}),),
        moto="finds nothing",
    ),
    Case(
        "a sort key of numbers has no beginnings",
        (query("account = :a AND begins_with(seq, :n)", values={**_A, ":n": _n(1)}),),
        moto="finds nothing",
    ),
    Case("an empty key condition value is refused", (query("account = :a", values={":a": {"S": ""}}),)),
    Case(
        "an upside-down range of keys is refused",
        (query("account = :a AND seq BETWEEN :n AND :m", values={**_A, ":n": _n(2), ":m": _n(1)}),),
        moto="finds nothing",
    ),
    Case(
        "an unknown index is refused",
        (query("account = :a", values=_A, IndexName="by-nothing"),),
        moto="raises ResourceNotFoundException",
    ),
    Case("a query's unused value is refused", (query("account = :a", values={**_A, ":b": _n(1)}),), moto="takes it"),
    Case(
        "bytes are ordered unsigned",
        (
            *_BYTES,
            (
                "query",
                {"TableName": "bytes", "KeyConditionExpression": "h = :h", "ExpressionAttributeValues": {":h": _n(1)}},
            ),
            (
                "query",
                {
                    "TableName": "bytes",
                    "KeyConditionExpression": "h = :h AND begins_with(r, :r)",
                    "ExpressionAttributeValues": {":h": _n(1), ":r": {"B": b"\x7f"}},
                },
            ),
        ),
        moto="orders the base64 text",
    ),
    Case(
        "strings are ordered by UTF-8",
        (
            *(
                put(entry("a", n, reference={"S": text}))
                for n, text in enumerate(["é", "z", "Z", "\U0001d4b5", "\uffee", "a"])
            ),
            query("account = :a", values=_A, IndexName="by-reference"),
        ),
    ),
    Case(
        "a global index holds items that have its keys, with what it includes",
        (*_SHELVES, _by_shelf(), _by_shelf(ScanIndexForward=False, Limit=1)),
    ),
    Case(
        "a global index goes on from its key and the table's",
        (
            *_SHELVES,
            _by_shelf(Limit=1),
            _by_shelf(Limit=1, ExclusiveStartKey={"id": {"S": "one"}, "shelf": {"S": "s"}, "at": _n(1)}),
        ),
        moto="looks ahead and gives no key",
    ),
    Case("a global index is never read consistently", (*_SHELVES, _by_shelf(ConsistentRead=True))),
    Case(
        "a global index does not fetch",
        (*_SHELVES, _by_shelf(Select="ALL_ATTRIBUTES"), _by_shelf(ProjectionExpression="more")),
        emulator="serves it",
        moto="serves it",
    ),
    Case(
        "an item moves within a global index",
        (
            _shelf("one", 1),
            _shelf("one", 5, "s"),
            _by_shelf(),
            _shelf("one", 5, "t"),
            _by_shelf(),
        ),
    ),
    _on(
        "a scan finds everything, in no order",
        ("scan", {"TableName": "ledger"}),
        (
            "scan",
            {
                "TableName": "ledger",
                "FilterExpression": "even = :t",
                "ExpressionAttributeValues": {":t": {"BOOL": True}},
            },
        ),
        ("scan", {"TableName": "ledger", "Select": "COUNT"}),
        ("scan", {"TableName": "ledger", "ProjectionExpression": "seq"}),
        ("scan", {"TableName": "ledger", "IndexName": "by-reference"}),
    ),
    Case(
        "a query stops at 1 MB",
        (
            *(put(entry("a", n, x={"S": "x" * 300_000})) for n in range(5)),
            query("account = :a", values=_A, ProjectionExpression="seq"),
            query("account = :a", values=_A, ProjectionExpression="seq", ExclusiveStartKey=key("a", 2)),
        ),
    ),
)
