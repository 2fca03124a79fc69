"""Attribute values: checked, brought into one canonical form, compared, copied.

A value is botocore's own form, ``{"S": "x"}`` with bytes for B. Once canonical, two equal values are equal dicts:
numbers are plain decimal strings, sets are sorted. So equality in conditions is Python's ``==``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

from tests.support.dynamodb.errors import Refusal, invalid_parameter, serialization, validation

AttributeValue = dict[str, Any]
Item = dict[str, AttributeValue]
Scalar = Any
"""A key value (int, Decimal, str or bytes) as Python orders it, which is how DynamoDB does: numbers by size, strings
by UTF-8, bytes unsigned. Any, because the types of one key are one by the table's schema, which mypy cannot see."""

MAX_NESTING = 32
MAX_DIGITS = 38
SCALAR_TYPES = frozenset("SNB")
TYPES = frozenset({"S", "N", "B", "BOOL", "NULL", "M", "L", "SS", "NS", "BS"})
_PLAIN_INTEGER = re.compile(r"0|-?[1-9][0-9]{0,37}")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,10})?")


def canonical_number(text: object) -> str:
    """A number as DynamoDB gives it back: no exponent, no needless zeros.

    Raises:
        Refusal: not a number, more than 38 significant digits, or outside 1E-130 .. 9.99…E+125.
    """
    if not isinstance(text, str):
        raise serialization("NUMBER_VALUE cannot be converted to String")
    if _PLAIN_INTEGER.fullmatch(text):
        return str(text)
    return _canonical_decimal(text)


@lru_cache(maxsize=4096)
def _canonical_decimal(text: str) -> str:
    if not _NUMBER.fullmatch(text):
        detail = f": {text}" if text else ""
        raise validation(f"The parameter cannot be converted to a numeric value{detail}")
    return canonical_decimal(Decimal(text))


def canonical_decimal(number: Decimal) -> str:
    """As canonical_number, for a result of arithmetic."""
    if number == 0:
        return "0"
    sign, digits, exponent = number.as_tuple()
    if not isinstance(exponent, int):  # NaN and infinities have letters here
        raise validation(f"The parameter cannot be converted to a numeric value: {number}")
    significant = "".join(map(str, digits)).lstrip("0")
    exponent += len(significant) - len(significant.rstrip("0"))
    significant = significant.rstrip("0")
    magnitude = exponent + len(significant) - 1
    if magnitude > 125:
        raise validation("Number overflow. Attempting to store a number with magnitude larger than supported range")
    if magnitude < -130:
        raise validation("Number underflow. Attempting to store a number with magnitude smaller than supported range")
    if len(significant) > MAX_DIGITS:
        raise validation("Attempting to store more than 38 significant digits in a Number")
    return format(Decimal((sign, tuple(map(int, significant)), exponent)), "f")


def as_number(text: str) -> int | Decimal:
    """A canonical number as Python's; an integer where it is one, because those are faster."""
    return Decimal(text) if "." in text else int(text)


def as_bytes(content: object) -> bytes:
    """Binary content as botocore takes it: text stands for its UTF-8 bytes."""
    if isinstance(content, bytes):
        return content
    if isinstance(content, bytearray | memoryview):
        return bytes(content)
    if isinstance(content, str):
        return content.encode()
    raise serialization("Binary value expected")


def canonical(value: object, depth: int = 1) -> AttributeValue:
    """A checked copy of a value in canonical form.

    Raises:
        Refusal: what DynamoDB raises for a value that is none.
    """
    if not isinstance(value, Mapping):
        raise serialization("Start of structure or map found where not expected.")
    if len(value) != 1:
        fault = "has more than one datatypes set" if value else "is empty"
        raise validation(f"Supplied AttributeValue {fault}, must contain exactly one of the supported datatypes")
    ((kind, content),) = value.items()
    if kind == "S":
        if not isinstance(content, str):
            raise serialization("STRING_VALUE expected")
        return {"S": content}
    if kind == "N":
        return {"N": canonical_number(content)}
    if kind == "B":
        return {"B": as_bytes(content)}
    if kind == "BOOL":
        if not isinstance(content, bool):
            raise serialization("Unexpected token for BOOL")
        return {"BOOL": content}
    if kind == "NULL":
        if content is not True:
            raise invalid_parameter("Null attribute value types must have the value of true")
        return {"NULL": True}
    if depth >= MAX_NESTING and kind in ("M", "L") and content:
        raise validation("Nesting Levels have exceeded supported limits")
    if kind == "M":
        return {"M": {name: canonical(inner, depth + 1) for name, inner in content.items()}}
    if kind == "L":
        return {"L": [canonical(inner, depth + 1) for inner in content]}
    return {kind: _canonical_set(kind, content)}


_SET_WORDS = {
    "SS": "An string set  may not be empty",
    "NS": "An number set  may not be empty",
    "BS": "Binary sets should not be empty",
}


def _canonical_set(kind: str, content: Any) -> list[Any]:
    if kind not in _SET_WORDS:
        raise validation("Supplied AttributeValue is empty, must contain exactly one of the supported datatypes")
    if not content:
        raise invalid_parameter(_SET_WORDS[kind])
    members: list[Any]
    if kind == "SS":
        if not all(isinstance(member, str) for member in content):
            raise serialization("STRING_VALUE expected")
        members = sorted(content)
    elif kind == "NS":
        members = sorted((canonical_number(member) for member in content), key=as_number)
    else:
        members = sorted(as_bytes(member) for member in content)
    if len(set(members)) != len(members):
        raise _duplicates(kind, content)
    return members


def _duplicates(kind: str, content: Any) -> Refusal:
    if kind == "NS":
        return invalid_parameter("Input collection contains duplicates.")
    shown = ", ".join(str(member) for member in content)
    return invalid_parameter(f"Input collection [{shown}]{'of type BS' if kind == 'BS' else ''} contains duplicates.")


def canonical_item(item: object) -> Item:
    """A checked copy of an item in canonical form."""
    if not isinstance(item, Mapping):
        raise serialization("Start of structure or map found where not expected.")
    if "" in item:
        raise validation("Empty attribute name")
    return {name: canonical(value) for name, value in item.items()}


def copied(value: AttributeValue) -> AttributeValue:
    """A deep copy of a canonical value, so that no caller can reach what is stored."""
    ((kind, content),) = value.items()
    if kind == "M":
        return {"M": {name: copied(inner) for name, inner in content.items()}}
    if kind == "L":
        return {"L": [copied(inner) for inner in content]}
    if len(kind) == 2:
        return {kind: list(content)}
    return {kind: content}


def copied_item(item: Item) -> Item:
    """A deep copy of a canonical item."""
    return {name: copied(value) for name, value in item.items()}


def scalar(value: AttributeValue) -> Scalar:
    """A canonical S, N or B as something Python orders as DynamoDB does."""
    ((kind, content),) = value.items()
    if kind == "N":
        return as_number(content)
    return content


def kind_of(value: AttributeValue) -> str:
    """The type letter or letters of a value."""
    return next(iter(value))
