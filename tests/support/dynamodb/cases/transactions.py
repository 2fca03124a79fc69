"""Cases of TransactWriteItems and TransactGetItems: order of reasons, atomicity, tokens, capacity."""

from __future__ import annotations

from typing import Any

from tests.support.dynamodb.cases.case import Case, Step, act, entry, get, key, put, transact

_V = {":v": {"N": "1"}}


def _fetch(*keys: dict[str, Any], **more: Any) -> Step:
    return "transact_get_items", {
        "TransactItems": [{"Get": {"TableName": "ledger", "Key": one, **more}} for one in keys]
    }


_MARKS = tuple(
    act(
        "Update",
        key("a", n),
        "#h = :h AND attribute_not_exists(m)",
        UpdateExpression="SET m = :m",
        names={"#h": "hash"},
        values={":h": {"B": b"h"}, ":m": {"N": "1"}},
    )
    for n in (1, 2)
)

TRANSACTIONS: tuple[Case, ...] = (
    Case(
        "all kinds of action apply together",
        (
            put(entry("a", 1, x={"N": "1"})),
            put(entry("a", 2)),
            transact(
                act("ConditionCheck", key("a", 1), "x = :v", values=_V),
                act("Put", entry("a", 3), "attribute_not_exists(seq)"),
                act("Update", key("a", 4), UpdateExpression="SET x = :v", values=_V),
                act("Delete", key("a", 2)),
            ),
            *(get(key("a", n)) for n in (1, 2, 3, 4)),
        ),
    ),
    Case(
        "a settlement marks its sources once",
        (
            put(entry("a", 1, hash={"B": b"h"})),
            put(entry("a", 2, hash={"B": b"h"})),
            transact(act("Put", entry("d", 1), "attribute_not_exists(seq)"), *_MARKS),
            transact(act("Put", entry("d", 2), "attribute_not_exists(seq)"), *_MARKS),
            get(key("d", 2)),
            get(key("a", 1)),
        ),
    ),
    Case(
        "reasons stand in the order of the call, and nothing is written",
        (
            put(entry("a", 1, x={"S": "old"})),
            transact(
                act("Put", entry("a", 9)),
                act("Put", entry("a", 1), "attribute_not_exists(seq)", ReturnValuesOnConditionCheckFailure="ALL_OLD"),
                act("Delete", key("a", 8), "attribute_exists(seq)", ReturnValuesOnConditionCheckFailure="ALL_OLD"),
                act("ConditionCheck", key("a", 1), "attribute_exists(seq)"),
                act("Update", key("a", 7), "attribute_exists(seq)", UpdateExpression="SET x = :v", values=_V),
            ),
            get(key("a", 9)),
            get(key("a", 1)),
        ),
    ),
    Case(
        "an update that does not fit its item is a reason",
        (
            put(entry("a", 1, x={"S": "text"})),
            transact(
                act("Put", entry("a", 2)),
                act("Update", key("a", 1), UpdateExpression="SET x = x + :v", values=_V),
            ),
            get(key("a", 2)),
        ),
        emulator="changes nothing",
        moto="raises ValidationException",
    ),
    Case(
        "a key of another type is a reason",
        (transact(act("Put", entry("a", 2)), act("Put", {"account": {"S": "a"}, "seq": {"S": "x"}})),),
        moto="raises ValidationException",
    ),
    Case(
        "an item stands once",
        (transact(act("Put", entry("a", 1)), act("ConditionCheck", key("a", "1.0"), "attribute_exists(seq)")),),
        emulator="compares the text of keys",
        moto="compares the text of keys",
    ),
    Case("an empty transaction is refused", (transact(),), moto="takes it"),
    Case(
        "101 items are refused",
        (transact(*(act("Put", entry("a", n)) for n in range(101))),),
        words="lists every item of the request",
    ),
    Case("100 items are served", (transact(*(act("Put", entry("a", n)) for n in range(100))), get(key("a", 99)))),
    Case(
        "a transaction's condition is parsed first",
        (transact(act("Put", entry("a", 1), "nonsense(x)")), get(key("a", 1))),
        emulator="takes an unknown function for an attribute",
        moto="fails within itself",
    ),
    Case(
        "a transaction's unused value is refused",
        (transact(act("Put", entry("a", 1), "attribute_exists(x)", values=_V)),),
        moto="takes it",
    ),
    Case("a transaction's empty key is refused", (transact(act("Put", entry("", 1))),)),
    Case(
        "a missing table is refused",
        (transact({"Put": {"TableName": "nowhere", "Item": entry("a", 1)}}),),
    ),
    Case(
        "a token is served once",
        (
            transact(act("Update", key("a", 1), UpdateExpression="ADD x :v", values=_V), ClientRequestToken="token-1"),
            transact(act("Update", key("a", 1), UpdateExpression="ADD x :v", values=_V), ClientRequestToken="token-1"),
            get(key("a", 1)),
            transact(act("Update", key("a", 2), UpdateExpression="ADD x :v", values=_V), ClientRequestToken="token-1"),
            get(key("a", 2)),
        ),
        moto="forgets tokens",
    ),
    Case(
        "a token of a cancelled transaction is free",
        (
            transact(act("Put", entry("a", 2), "attribute_exists(seq)"), ClientRequestToken="token-2"),
            put(entry("a", 2)),
            transact(act("Put", entry("a", 2, x={"S": "x"}), "attribute_exists(seq)"), ClientRequestToken="token-2"),
            get(key("a", 2)),
        ),
    ),
    Case(
        "transactional reads stand in the order of the call",
        (
            put(entry("a", 1, x={"S": "x"})),
            _fetch(key("a", 2), key("a", 1)),
            _fetch(key("a", 1), ProjectionExpression="x"),
        ),
        moto="gives whole items",
    ),
    Case("transactional reads name an item once", (_fetch(key("a", 1), key("a", 1)),), moto="serves it"),
    Case(
        "a transaction costs twice, its index once",
        (
            put(entry("a", 1, x={"S": "x" * 1500})),
            transact(
                act("Put", entry("a", 2, reference={"S": "r"})),
                act("Update", key("a", 1), UpdateExpression="SET m = :v", values=_V),
                act("Delete", key("a", 3)),
                act("ConditionCheck", key("a", 4), "attribute_not_exists(seq)"),
                ReturnConsumedCapacity="TOTAL",
            ),
        ),
        capacity=True,
    ),
    Case(
        "a repeated token costs reads",
        tuple(
            transact(
                act("Put", entry("a", 2, x={"S": "x" * 5000})),
                act("Put", entry("a", 3)),
                ClientRequestToken="token-3",
                ReturnConsumedCapacity="TOTAL",
            )
            for _ in range(2)
        ),
        capacity=True,
    ),
)
