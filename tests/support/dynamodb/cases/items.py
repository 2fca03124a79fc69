"""Cases of single items: keys, values, limits, what is given back."""

from __future__ import annotations

from typing import Any

from tests.support.dynamodb.cases.case import Case, delete, entry, get, key, put


def _value(name: str, value: dict[str, Any], **known: Any) -> Case:
    return Case(name, (put(entry("a", 1, v=value)), get(key("a", 1))), **known)


_EVERY_TYPE = entry(
    "a",
    1,
    s={"S": ""},
    n={"N": "-1.50"},
    b={"B": b"\x00\xff"},
    e={"B": b""},
    t={"BOOL": True},
    f={"BOOL": False},
    z={"NULL": True},
    m={"M": {"x": {"L": [{"N": "1"}, {"M": {}}, {"S": "é"}]}}},
    l={"L": []},
    ss={"SS": ["b", "a"]},
    ns={"NS": ["10", "9", "1.0"]},
    bs={"BS": [b"2", b"1"]},
)

ITEMS: tuple[Case, ...] = (
    Case(
        "every type comes back as it was put",
        (put(_EVERY_TYPE), get(key("a", 1))),
        moto="keeps numbers as they were written",
    ),
    Case("a missing item is no Item", (get(key("a", 1)),)),
    Case(
        "put replaces whole items",
        (put(entry("a", 1, x={"S": "1"})), put(entry("a", 1, y={"S": "2"})), get(key("a", 1))),
    ),
    Case(
        "put gives back what it replaced",
        (put(entry("a", 1, x={"S": "1"}), ReturnValues="ALL_OLD"), put(entry("a", 1), ReturnValues="ALL_OLD")),
    ),
    Case(
        "put cannot give back the new item",
        (put(entry("a", 1), ReturnValues="ALL_NEW"),),
        words="lists the values it takes",
    ),
    Case(
        "delete gives back what it removed, and does nothing twice",
        (
            put(entry("a", 1, x={"S": "1"})),
            delete(key("a", 1), ReturnValues="ALL_OLD"),
            delete(key("a", 1), ReturnValues="ALL_OLD"),
            get(key("a", 1)),
        ),
    ),
    # Numbers
    _value("a number loses needless zeros", {"N": "007.10"}, moto="keeps numbers as they were written"),
    _value("a number's exponent is written out", {"N": "1.5e3"}, moto="keeps numbers as they were written"),
    _value("a number's negative exponent is written out", {"N": "15E-3"}, moto="keeps numbers as they were written"),
    _value("zero has one form", {"N": "-0.000"}, moto="keeps numbers as they were written"),
    _value("a plus sign goes", {"N": "+5"}, moto="keeps numbers as they were written"),
    _value(
        "the largest number",
        {"N": "9.9999999999999999999999999999999999999E+125"},
        moto="keeps numbers as they were written",
    ),
    _value("the smallest number", {"N": "1E-130"}, moto="keeps numbers as they were written"),
    _value("38 digits are kept", {"N": "12345678901234567890123456789012345678"}),
    _value("39 digits are refused", {"N": "123456789012345678901234567890123456789"}, moto="takes any number"),
    _value("39 digits of which the last is zero are kept", {"N": "123456789012345678901234567890123456780"}),
    _value("too large a number is refused", {"N": "1E126"}, moto="takes any number"),
    _value("too small a number is refused", {"N": "1E-131"}),
    _value("no number is refused", {"N": "twelve"}),
    _value("an empty number is refused", {"N": ""}, words="ends with a colon"),
    _value("a number with a space is refused", {"N": " 1"}),
    _value("infinity is refused", {"N": "Infinity"}),
    # Values
    _value("an empty set is refused", {"SS": []}),
    _value(
        "a set with a repeated member is refused", {"SS": ["a", "a"]}, words="quotes the members", moto="takes any set"
    ),
    _value("a set of numbers that are equal is refused", {"NS": ["1", "1.0"]}, moto="takes any set"),
    _value("NULL must be true", {"NULL": False}),
    _value("a value of two types is refused", {"S": "a", "N": "1"}, moto="takes the first type"),
    _value("a value of no type is refused", {}, words="speaks of too many types", moto="fails within itself"),
    # Keys
    Case("a put without its sort key is refused", (put({"account": {"S": "a"}}),)),
    Case("a put without its hash key is refused", (put({"seq": {"N": "1"}}),)),
    Case("a put with a key of another type is refused", (put({"account": {"S": "a"}, "seq": {"S": "1"}}),)),
    Case("a put with an empty key is refused", (put(entry("", 1)),)),
    Case("a get with part of a key is refused", (get({"account": {"S": "a"}}),)),
    Case("a get with more than a key is refused", (get(entry("a", 1, x={"S": "x"})),)),
    Case(
        "a get with a key of another type is refused",
        (get({"account": {"N": "1"}, "seq": {"N": "1"}}),),
        moto="finds nothing",
    ),
    Case("a get with an empty key is refused", (get(key("", 1)),)),
    Case(
        "keys are equal when their numbers are",
        (put(entry("a", "1.0")), get(key("a", "1e0"))),
        emulator="compares the text of a key that is asked for",
        moto="keeps numbers as they were written",
    ),
    Case("a hash key of 2048 bytes is kept", (put(entry("a" * 2048, 1)), get(key("a" * 2048, 1)))),
    Case("a hash key of 2049 bytes is refused", (put(entry("a" * 2049, 1)),)),
    Case("a key's bytes count, not its letters", (put(entry("é" * 1025, 1)),)),
    Case(
        "a sort key of 1025 bytes is refused",
        (("put_item", {"TableName": "bytes", "Item": {"h": {"N": "1"}, "r": {"B": b"x" * 1025}}}),),
    ),
    Case("an index key of another type is refused", (put(entry("a", 1, reference={"N": "1"})),), moto="takes it"),
    Case("an empty index key is refused", (put(entry("a", 1, reference={"S": ""})),)),
    # Sizes
    Case(
        "an item of exactly 400 KB is kept",
        (put(entry("a", 1, x={"S": "x" * (409600 - 7 - 1 - 3 - 2 - 1)})),),
        moto="draws the line at 405,000 bytes of JSON",
    ),
    Case("an item of one byte more is refused", (put(entry("a", 1, x={"S": "x" * (409600 - 7 - 1 - 3 - 2)})),)),
    # Tables
    Case("a table that is not there", (("get_item", {"TableName": "nowhere", "Key": key("a", 1)}),)),
    Case("describing a table that is not there", (("describe_table", {"TableName": "nowhere"}),)),
    # Projections
    Case(
        "a projection gives what is there",
        (
            put(_EVERY_TYPE),
            get(key("a", 1), ProjectionExpression="s, #n, missing", names={"#n": "n"}),
            get(key("a", 1), ProjectionExpression="m.x[2], m.x[0], m.x[9]"),
            get(key("a", 1), ProjectionExpression="missing"),
        ),
        moto="gives an empty NULL for a position past the end of a list",
    ),
    Case(
        "a projection of overlapping paths is refused",
        (get(key("a", 1), ProjectionExpression="m, m.x"),),
        moto="takes them",
    ),
    Case("a projection of a reserved word is refused", (get(key("a", 1), ProjectionExpression="name"),)),
    Case(
        "an empty projection is refused", (get(key("a", 1), ProjectionExpression=""),), emulator="gives an empty item"
    ),
    Case("a projection's unused name is refused", (get(key("a", 1), ProjectionExpression="s", names={"#x": "x"}),)),
    # Batches
    Case(
        "a batch writes and deletes",
        (
            put(entry("a", 1)),
            (
                "batch_write_item",
                {
                    "RequestItems": {
                        "ledger": [
                            {"DeleteRequest": {"Key": key("a", 1)}},
                            {"PutRequest": {"Item": entry("a", 2, x={"S": "x"})}},
                        ],
                        "shelf": [{"PutRequest": {"Item": {"id": {"S": "i"}}}}],
                    }
                },
            ),
            get(key("a", 1)),
            ("batch_get_item", {"RequestItems": {"ledger": {"Keys": [key("a", 2), key("a", 1)]}}}),
        ),
    ),
    Case(
        "a batch names no item twice",
        (
            (
                "batch_write_item",
                {"RequestItems": {"ledger": [{"DeleteRequest": {"Key": key("a", 1)}}] * 2}},
            ),
            ("batch_get_item", {"RequestItems": {"ledger": {"Keys": [key("a", 1), key("a", 1)]}}}),
        ),
    ),
    Case(
        "a batch of 26 is refused",
        (
            (
                "batch_write_item",
                {"RequestItems": {"ledger": [{"DeleteRequest": {"Key": key("a", n)}} for n in range(26)]}},
            ),
        ),
        words="lists every item of the request",
        moto="takes it",
    ),
    # Capacity of writes
    Case(
        "a write costs by the larger of before and after, its index by what changes",
        (
            put(entry("a", 1, x={"S": "x" * 3000}, reference={"S": "r"}), ReturnConsumedCapacity="INDEXES"),
            put(entry("a", 1, x={"S": "x"}, reference={"S": "r"}), ReturnConsumedCapacity="INDEXES"),
            put(entry("a", 1, x={"S": "x"}, reference={"S": "q"}), ReturnConsumedCapacity="INDEXES"),
            put(entry("a", 1), ReturnConsumedCapacity="INDEXES"),
            delete(key("a", 1), ReturnConsumedCapacity="INDEXES"),
            delete(key("a", 1), ReturnConsumedCapacity="TOTAL"),
        ),
        capacity=True,
    ),
    Case(
        "a kilobyte is 1024 bytes of names and values",
        (
            put(entry("a", 1, x={"S": "x" * (1024 - 7 - 1 - 3 - 2 - 1)}), ReturnConsumedCapacity="TOTAL"),
            put(entry("a", 1, x={"S": "x" * (1024 - 7 - 1 - 3 - 2)}), ReturnConsumedCapacity="TOTAL"),
        ),
        capacity=True,
    ),
    Case(
        "numbers cost by pairs of digits aligned on the point",
        tuple(
            put(
                {"account": {"S": "a"}, "seq": {"N": "1"}, "n": {"N": number}, "x": {"S": "x" * filler}},
                ReturnConsumedCapacity="TOTAL",
            )
            for number in ("1", "10", "100", "-1", "0.1", "12.345", "1000000", "0.001", "-123.4", "0", "12345678")
            for filler in range(1001, 1010)
        ),
        capacity=True,
    ),
)
