"""Cases of conditions: operators, functions, absent attributes, malformed expressions."""

from __future__ import annotations

from typing import Any

from tests.support.dynamodb.cases.case import Case, entry, get, key, put

_ITEM = entry(
    "a",
    1,
    n={"N": "10"},
    s={"S": "hello"},
    b={"B": b"\x01\x02"},
    t={"BOOL": True},
    z={"NULL": True},
    m={"M": {"x": {"N": "1"}, "l": {"L": [{"S": "p"}, {"N": "2"}]}}},
    l={"L": [{"N": "1"}, {"S": "two"}]},
    ss={"SS": ["a", "b"]},
    ns={"NS": ["1", "2"]},
)
_N9, _N10, _N11 = {"N": "9"}, {"N": "10.0"}, {"N": "11"}


def _asks(name: str, expressions: list[tuple[str, dict[str, Any]]], **known: Any) -> Case:
    """Each expression as the condition of a put of the same item: it succeeds, fails, or is refused."""
    steps = [put(_ITEM)]
    for expression, values in expressions:
        more = {"values": values} if values else {}
        steps.append(put(_ITEM, expression, **more))
    return Case(name, tuple(steps), **known)


CONDITIONS: tuple[Case, ...] = (
    Case(
        "an item is put once",
        (
            put(entry("a", 1, x={"S": "1"}), "attribute_not_exists(seq)"),
            put(entry("a", 1, x={"S": "2"}), "attribute_not_exists(seq)"),
            put(entry("a", 2), "attribute_not_exists(seq)"),
            get(key("a", 1)),
        ),
    ),
    Case(
        "a failed condition gives the item back when asked",
        (
            put(entry("a", 1, x={"S": "1"})),
            put(entry("a", 1), "attribute_not_exists(seq)", ReturnValuesOnConditionCheckFailure="ALL_OLD"),
            put(entry("a", 2), "attribute_exists(seq)", ReturnValuesOnConditionCheckFailure="ALL_OLD"),
        ),
    ),
    _asks(
        "numbers compare by size",
        [
            ("n = :v", {":v": _N10}),
            ("n <> :v", {":v": _N10}),
            ("n < :v", {":v": _N9}),
            ("n < :v", {":v": _N11}),
            ("n <= :v", {":v": _N10}),
            ("n > :v", {":v": _N9}),
            ("n >= :v", {":v": _N11}),
            (":v > n", {":v": _N11}),
        ],
    ),
    _asks(
        "values of different types are never equal nor ordered",
        [
            ("n = :v", {":v": {"S": "10"}}),
            ("n <> :v", {":v": {"S": "10"}}),
            ("n < :v", {":v": {"S": "99"}}),
            ("t = :v", {":v": {"BOOL": True}}),
            ("z = :v", {":v": {"NULL": True}}),
            ("l = :v", {":v": {"L": [{"N": "1.0"}, {"S": "two"}]}}),
            ("ss = :v", {":v": {"SS": ["b", "a"]}}),
            ("ns = :v", {":v": {"NS": ["2.0", "1"]}}),
        ],
        moto="compares lists by the text of their numbers and sets by their order",
    ),
    _asks(
        "what is missing fails every comparison but <>",
        [
            ("absent = :v", {":v": _N9}),
            ("absent <> :v", {":v": _N9}),
            ("absent < :v", {":v": _N9}),
            ("NOT absent = :v", {":v": _N9}),
            ("absent BETWEEN :v AND :v", {":v": _N9}),
            ("absent IN (:v)", {":v": _N9}),
            ("begins_with(absent, :v)", {":v": {"S": "x"}}),
            ("contains(absent, :v)", {":v": {"S": "x"}}),
        ],
    ),
    _asks("two missing attributes are equal", [("absent = absent2", {}), ("absent <> absent2", {})]),
    _asks("what is missing has no size", [("size(absent) = :v", {":v": _N9})], moto="fails within itself"),
    _asks(
        "between, in and logic",
        [
            ("n BETWEEN :a AND :b", {":a": _N9, ":b": _N11}),
            ("n BETWEEN :a AND :b", {":a": _N10, ":b": _N10}),
            ("n between :a and :b", {":a": _N11, ":b": {"N": "12"}}),
            ("n IN (:a, :b)", {":a": _N9, ":b": _N10}),
            ("n IN (:a)", {":a": _N9}),
            ("n = :a OR n = :b AND s = :a", {":a": _N10, ":b": _N9}),
            ("(n = :a OR n = :b) AND s = :a", {":a": _N10, ":b": _N9}),
            ("NOT n = :a AND n = :b", {":a": _N10, ":b": _N9}),
            ("NOT (n = :a AND n = :b)", {":a": _N10, ":b": _N9}),
            ("not attribute_exists(absent)", {}),
        ],
    ),
    _asks(
        "functions",
        [
            ("begins_with(s, :v)", {":v": {"S": "hel"}}),
            ("begins_with(s, :v)", {":v": {"S": "lo"}}),
            ("begins_with(b, :v)", {":v": {"B": b"\x01"}}),
            ("contains(s, :v)", {":v": {"S": "ell"}}),
            ("contains(ss, :v)", {":v": {"S": "a"}}),
            ("contains(ns, :v)", {":v": {"N": "2"}}),
            ("contains(l, :v)", {":v": {"S": "two"}}),
            ("contains(l, :v)", {":v": {"N": "2"}}),
            ("attribute_type(s, :v)", {":v": {"S": "S"}}),
            ("attribute_type(m, :v)", {":v": {"S": "L"}}),
            ("size(s) = :v", {":v": {"N": "5"}}),
            ("size(b) = :v", {":v": {"N": "2"}}),
            ("size(l) = :v", {":v": {"N": "2"}}),
            ("size(m) > :v", {":v": {"N": "1"}}),
            ("size(ss) < :v", {":v": {"N": "2"}}),
        ],
        moto="finds no beginnings of bytes",
    ),
    _asks(
        "paths lead into maps and lists",
        [
            ("m.x = :v", {":v": {"N": "1"}}),
            ("m.l[1] = :v", {":v": {"N": "2"}}),
            ("m.l[0] = :v", {":v": {"N": "2"}}),
            ("attribute_exists(m.l[2])", {}),
            ("attribute_exists(m.x.y)", {}),
            ("attribute_exists(l[0])", {}),
        ],
    ),
    _asks("size counts UTF-16 units", [("size(s) = :v", {":v": {"N": "5"}})]),
    _asks(
        "a syntax error is refused",
        [("n == :v", {":v": _N9}), ("n =", {}), ("(n = :v", {":v": _N9})],
        moto="fails within itself",
    ),
    _asks(
        "words after the end are refused",
        [("n = :v n", {":v": _N9}), ("n = :v)", {":v": _N9})],
        moto="fails within itself",
    ),
    _asks("a bare attribute is no condition", [("n", {})], moto="fails within itself"),
    _asks("an unknown function is refused", [("exists(n)", {})], words="names no function but the token after it"),
    _asks(
        "a function of sets is refused in a condition",
        [("n = if_not_exists(n, :v)", {":v": _N9})],
        emulator="takes it for an attribute",
        moto="fails within itself",
    ),
    _asks(
        "a wrong count of operands is refused",
        [("begins_with(s)", {}), ("attribute_exists(s, n)", {})],
        words="tells its own tokens",
        moto="fails within itself",
    ),
    _asks("an undefined value is refused", [("n = :v", {})], moto="fails within itself"),
    _asks("an unused value is refused", [("attribute_exists(n)", {":v": _N9})], moto="takes it"),
    _asks("redundant parentheses are refused", [("((n = :v))", {":v": _N9})]),
    _asks("a reserved word is refused", [("status = :v", {":v": _N9})], words="speaks of an update expression"),
    _asks("an empty condition is refused", [("", {})], moto="takes it"),
    _asks(
        "a type that has no order is refused",
        [("n < :v", {":v": {"BOOL": True}})],
        emulator="fails the condition",
        moto="fails the condition",
    ),
    _asks("begins_with takes no number", [("begins_with(s, :v)", {":v": {"N": "1"}})], moto="fails the condition"),
    _asks(
        "an upside-down range is refused",
        [("n BETWEEN :a AND :b", {":a": _N11, ":b": _N9})],
        words="leaves the bounds out",
        moto="fails the condition",
    ),
    _asks(
        "attribute_type knows its types",
        [("attribute_type(s, :v)", {":v": {"S": "X"}})],
        emulator="fails the condition",
        moto="fails the condition",
    ),
    _asks("contains needs two different operands", [("contains(s, s)", {})], moto="takes them"),
    Case(
        "an undefined name is refused",
        (put(_ITEM, "#n = :v", names={"#m": "n"}, values={":v": _N9}),),
        words="sees the unused name first",
        moto="fails within itself",
    ),
    Case(
        "an unused name is refused",
        (put(_ITEM, "n = :v", names={"#m": "n"}, values={":v": _N9}),),
    ),
    Case(
        "placeholders without an expression are refused",
        (put(_ITEM, names={"#m": "n"}), put(_ITEM, values={":v": _N9})),
        words="leaves out which expression is missing",
        moto="takes them",
    ),
    Case(
        "names stand for any attribute, dots included",
        (
            put(entry("a", 1, **{"a.b": {"S": "x"}, "name": {"S": "y"}})),
            put(
                entry("a", 1),
                "#d = :x AND #n = :y",
                names={"#d": "a.b", "#n": "name"},
                values={":x": {"S": "x"}, ":y": {"S": "y"}},
            ),
        ),
    ),
)
