"""Cases of UpdateItem: clauses, functions, arithmetic, lists, what is given back."""

from __future__ import annotations

from typing import Any

from tests.support.dynamodb.cases.case import Case, entry, get, key, put, update

_K = key("a", 1)
_ONE = {":v": {"N": "1"}}


def _changes(
    name: str, item: dict[str, Any], expression: str, values: dict[str, Any] | None = None, **known: Any
) -> Case:
    more: dict[str, Any] = {"values": values} if values else {}
    step = update(_K, expression, ReturnValues="ALL_NEW", **more)
    return Case(name, (put(entry("a", 1, **item)), step, get(_K)), **known)


_LISTS = {"l": {"L": [{"N": "0"}, {"N": "1"}, {"N": "2"}, {"N": "3"}]}, "m": {"M": {"x": {"N": "1"}}}}

UPDATES: tuple[Case, ...] = (
    Case("an update makes the item", (update(_K, "SET x = :v", values=_ONE), get(_K))),
    Case("an update without an expression makes the item", (update(_K, None), get(_K)), moto="fails within itself"),
    Case("removing from nothing makes the item", (update(_K, "REMOVE x"), get(_K))),
    Case(
        "an update's condition guards it",
        (
            update(_K, "SET x = :v", "attribute_exists(seq)", values=_ONE),
            get(_K),
            put(entry("a", 1)),
            update(_K, "SET x = :v", "attribute_exists(seq)", values=_ONE),
            update(
                _K,
                "SET x = :v",
                "x = :w",
                values={**_ONE, ":w": {"N": "2"}},
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            ),
        ),
    ),
    _changes("SET adds and subtracts", {"n": {"N": "10"}}, "SET n = n + :v, o = n - :v", {":v": {"N": "2.5"}}),
    _changes("SET reads the item as it was", {"x": {"N": "1"}, "y": {"N": "2"}}, "SET x = y, y = x"),
    _changes("if_not_exists takes what is there", {"n": {"N": "10"}}, "SET n = if_not_exists(n, :v) + :v", _ONE),
    _changes("if_not_exists takes the default", {}, "SET n = if_not_exists(n, :v) + :v", _ONE),
    _changes(
        "list_append joins",
        {"l": {"L": [{"N": "1"}]}},
        "SET l = list_append(l, :v), k = list_append(:v, l)",
        {":v": {"L": [{"S": "x"}]}},
    ),
    _changes("SET of a missing attribute is refused", {}, "SET x = y"),
    _changes("arithmetic on text is refused", {"s": {"S": "x"}}, "SET s = s + :v", _ONE, emulator="changes nothing"),
    _changes(
        "adding text is refused", {"n": {"N": "1"}}, "SET n = n + :v", {":v": {"S": "x"}}, emulator="changes nothing"
    ),
    _changes("SET within a map", _LISTS, "SET m.y = :v", _ONE),
    _changes("SET within a missing map is refused", {}, "SET m.y = :v", _ONE, words="names the path"),
    _changes("SET at a position", _LISTS, "SET l[1] = :v", {":v": {"S": "x"}}),
    _changes("SET past the end appends", _LISTS, "SET l[9] = :v", {":v": {"S": "x"}}),
    _changes(
        "REMOVE takes positions as they were",
        _LISTS,
        "REMOVE l[0], l[2]",
        emulator="removes the second position from the list that the first has already shortened",
    ),
    _changes("REMOVE of what is missing does nothing", _LISTS, "REMOVE nothing, l[9], m.z"),
    _changes("REMOVE within what is missing is refused", {}, "REMOVE m.x", emulator="does nothing"),
    _changes("ADD counts up", {"n": {"N": "10"}}, "ADD n :v, o :v", _ONE),
    _changes("ADD joins sets", {"s": {"SS": ["a"]}}, "ADD s :v, t :v", {":v": {"SS": ["b", "a"]}}),
    _changes("DELETE takes members", {"s": {"SS": ["a", "b", "c"]}}, "DELETE s :v, t :v", {":v": {"SS": ["b", "z"]}}),
    _changes(
        "DELETE of the last member removes the set",
        {"s": {"NS": ["1"]}},
        "DELETE s :v",
        {":v": {"NS": ["1.0"]}},
        emulator="compares numbers in sets by their text",
        moto="compares numbers in sets by their text",
    ),
    _changes("ADD of text is refused", {}, "ADD n :v", {":v": {"S": "x"}}),
    _changes("ADD of another type is refused", {"n": {"S": "x"}}, "ADD n :v", _ONE),
    _changes("DELETE of a number is refused", {}, "DELETE n :v", _ONE),
    _changes(
        "four clauses at once",
        {"n": {"N": "1"}, "s": {"SS": ["a", "b"]}, "gone": {"S": "x"}},
        "SET x = :v REMOVE gone ADD n :v DELETE s :w",
        {":v": {"N": "5"}, ":w": {"SS": ["a"]}},
    ),
    _changes("a clause stands once", {}, "SET x = :v SET y = :v", _ONE, emulator="takes the last", moto=""),
    _changes("overlapping paths are refused", _LISTS, "SET m.x = :v, m = :v", _ONE, emulator="does both"),
    _changes("the same path twice is refused", {}, "SET x = :v, x = :v", _ONE, emulator="does both"),
    _changes("a path that is list and map is refused", _LISTS, "SET m.x = :v, m[0] = :v", _ONE, emulator="does both"),
    _changes("a key is not updated", {}, "SET seq = :v", _ONE),
    _changes("a key is not removed", {}, "REMOVE account"),
    _changes("a malformed update is refused", {}, "CHANGE x = :v", _ONE),
    _changes("an update that ends early is refused", {}, "SET x =", emulator="does nothing"),
    _changes("an empty update is refused", {}, ""),
    _changes("an index key updated to another type is refused", {}, "SET reference = :v", _ONE),
    _changes(
        "a sum of more than 38 digits is refused",
        {"n": {"N": "1E38"}},
        "SET n = n + :v",
        {":v": {"N": "0.1"}},
        emulator="rounds it silently",
        moto="fails within itself",
    ),
    Case(
        "what an update gives back",
        tuple(
            step
            for kind in ("NONE", "ALL_OLD", "ALL_NEW", "UPDATED_OLD", "UPDATED_NEW")
            for step in (
                put(entry("a", 1, x={"N": "1"}, y={"N": "2"}, m={"M": {"p": {"N": "1"}, "q": {"N": "2"}}})),
                update(_K, "SET x = :v, z = :v, m.p = :v REMOVE y", values={":v": {"N": "9"}}, ReturnValues=kind),
            )
        ),
        moto="gives whole maps back",
    ),
    Case(
        "an update costs by the larger of before and after",
        (
            put(entry("a", 1, x={"S": "x" * 2000}, reference={"S": "r"})),
            update(_K, "SET x = :v", values={":v": {"S": ""}}, ReturnConsumedCapacity="INDEXES"),
            update(_K, "SET x = :v", values={":v": {"S": "x" * 1200}}, ReturnConsumedCapacity="INDEXES"),
            update(_K, "REMOVE reference", ReturnConsumedCapacity="INDEXES"),
        ),
        capacity=True,
    ),
)
