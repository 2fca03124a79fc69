"""Conditions and filters as functions of an item."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any

from tests.support.dynamodb.errors import validation
from tests.support.dynamodb.tree import (
    Among,
    And,
    Between,
    Compare,
    Condition,
    Not,
    Operand,
    Or,
    Path,
    Predicate,
    Size,
    Value,
)
from tests.support.dynamodb.values import SCALAR_TYPES, TYPES, AttributeValue, Item, kind_of, scalar

Values = Mapping[str, AttributeValue]
Test = Callable[[Item, Values], bool]
Getter = Callable[[Item, Values], AttributeValue | None]

_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def getter(node: Operand) -> Getter:
    """A function that finds an operand's value, or None where the item has none."""
    if isinstance(node, Value):
        reference = node.reference
        return lambda item, values: values[reference]
    if isinstance(node, Path):
        if len(node.parts) == 1:
            name = node.parts[0]
            return lambda item, values: item.get(name)  # type: ignore[arg-type]
        return lambda item, values: value_at(item, node)
    if isinstance(node, Size):
        path = node.path
        return lambda item, values: _size(value_at(item, path))
    raise TypeError(f"not an operand of a condition: {node!r}")


def value_at(item: Item, path: Path) -> AttributeValue | None:
    """The value that a path leads to, or None."""
    found: AttributeValue | None = item.get(path.parts[0])  # type: ignore[arg-type]
    for part in path.parts[1:]:
        if found is None:
            return None
        if isinstance(part, int):
            elements = found.get("L")
            found = elements[part] if elements is not None and part < len(elements) else None
        else:
            found = found["M"].get(part) if "M" in found else None
    return found


def _size(value: AttributeValue | None) -> AttributeValue | None:
    if value is None:
        return None
    ((kind, content),) = value.items()
    if kind == "S":
        return {"N": str(len(content.encode("utf-16-le")) // 2)}  # the service counts UTF-16 units
    return None if kind in ("N", "BOOL", "NULL") else {"N": str(len(content))}


def compiled(tree: Condition) -> Test:
    """The condition as a function. A missing value is like no other: every comparison is false, except <>.

    Two missing values are equal. AWS documents neither; MiniStack, moto and dynalite agree on it.
    """
    if isinstance(tree, And):
        left, right = compiled(tree.left), compiled(tree.right)
        return lambda item, values: left(item, values) and right(item, values)
    if isinstance(tree, Or):
        one, other = compiled(tree.left), compiled(tree.right)
        return lambda item, values: one(item, values) or other(item, values)
    if isinstance(tree, Not):
        test = compiled(tree.condition)
        return lambda item, values: not test(item, values)
    if isinstance(tree, Compare):
        return _comparison(tree)
    if isinstance(tree, Between):
        operand, low, high = getter(tree.operand), getter(tree.low), getter(tree.high)
        return lambda item, values: (
            _ordered("<=", low(item, values), operand(item, values))
            and _ordered("<=", operand(item, values), high(item, values))
        )
    if isinstance(tree, Among):
        wanted, options = getter(tree.operand), [getter(option) for option in tree.options]
        return lambda item, values: any(_equal(wanted(item, values), option(item, values)) for option in options)
    return _predicate(tree)


def _comparison(tree: Compare) -> Test:
    left, right, sign = getter(tree.left), getter(tree.right), tree.operator
    if sign == "=":
        return lambda item, values: _equal(left(item, values), right(item, values))
    if sign == "<>":
        return lambda item, values: not _equal(left(item, values), right(item, values))
    return lambda item, values: _ordered(sign, left(item, values), right(item, values))


def _equal(left: AttributeValue | None, right: AttributeValue | None) -> bool:
    return left == right


def _ordered(sign: str, left: AttributeValue | None, right: AttributeValue | None) -> bool:
    if left is None or right is None or (kind := kind_of(left)) != kind_of(right) or kind not in SCALAR_TYPES:
        return False
    return _ORDER[sign](scalar(left), scalar(right))


def _predicate(tree: Predicate) -> Test:
    first = getter(tree.arguments[0])
    if tree.function == "attribute_exists":
        return lambda item, values: first(item, values) is not None
    if tree.function == "attribute_not_exists":
        return lambda item, values: first(item, values) is None
    second = getter(tree.arguments[1])
    if tree.function == "attribute_type":
        return lambda item, values: _has_type(first(item, values), second(item, values))
    if tree.function == "begins_with":
        return lambda item, values: _begins(first(item, values), second(item, values))
    return lambda item, values: _contains(first(item, values), second(item, values))


def _has_type(value: AttributeValue | None, wanted: AttributeValue | None) -> bool:
    return value is not None and wanted is not None and kind_of(value) == wanted.get("S")


def _begins(value: AttributeValue | None, prefix: AttributeValue | None) -> bool:
    if value is None or prefix is None or (kind := kind_of(value)) != kind_of(prefix) or kind not in ("S", "B"):
        return False
    return bool(value[kind].startswith(prefix[kind]))


def _contains(value: AttributeValue | None, part: AttributeValue | None) -> bool:
    if value is None or part is None:
        return False
    ((kind, content),), ((part_kind, part_content),) = value.items(), part.items()
    if kind == "L":
        return part in content
    if kind in ("S", "B"):
        return kind == part_kind and part_content in content
    return kind == part_kind + "S" and part_content in content


def check_operands(slot: str, tree: Condition, values: Values) -> None:
    """Refuse constants of a type that an operator can never take, as DynamoDB does before it reads an item."""
    if isinstance(tree, And | Or):
        check_operands(slot, tree.left, values)
        check_operands(slot, tree.right, values)
    elif isinstance(tree, Not):
        check_operands(slot, tree.condition, values)
    elif isinstance(tree, Compare) and tree.operator in _ORDER:
        _check(slot, tree.operator, SCALAR_TYPES, (tree.left, tree.right), values)
    elif isinstance(tree, Between):
        _check(slot, "BETWEEN", SCALAR_TYPES, (tree.operand, tree.low, tree.high), values)
        _check_bounds(slot, tree, values)
    elif isinstance(tree, Predicate) and tree.function == "begins_with":
        _check(slot, "begins_with", frozenset("SB"), tree.arguments, values)
    elif isinstance(tree, Predicate) and tree.function == "attribute_type":
        _check(slot, "attribute_type", frozenset("S"), tree.arguments[1:], values)
        _check_type_name(slot, tree.arguments[1], values)


def _check(slot: str, name: str, allowed: frozenset[str], operands: tuple[Operand, ...], values: Values) -> None:
    for operand in operands:
        if isinstance(operand, Value) and (kind := kind_of(values[operand.reference])) not in allowed:
            raise validation(
                f"Invalid {slot}: Incorrect operand type for operator or function; "
                f"operator or function: {name}, operand type: {kind}"
            )


def _check_type_name(slot: str, operand: Operand, values: Values) -> None:
    if isinstance(operand, Value) and (name := values[operand.reference]["S"]) not in TYPES:
        raise validation(f"Invalid {slot}: Invalid attribute type name found; type: {name}, valid types: {TYPES_SHOWN}")


TYPES_SHOWN = "{B,NULL,SS,BOOL,L,BS,N,NS,S,M}"


def _check_bounds(slot: str, tree: Between, values: Values) -> None:
    if not (isinstance(tree.low, Value) and isinstance(tree.high, Value)):
        return
    low, high = values[tree.low.reference], values[tree.high.reference]
    if kind_of(low) != kind_of(high):
        raise validation(
            f"Invalid {slot}: The BETWEEN operator requires same data type for lower and upper bounds; "
            f"lower bound operand: AttributeValue: {_shown(low)}, upper bound operand: AttributeValue: {_shown(high)}"
        )
    if scalar(low) > scalar(high):
        raise validation(
            f"Invalid {slot}: The BETWEEN operator requires upper bound to be greater than or equal to lower bound; "
            f"lower bound operand: AttributeValue: {_shown(low)}, upper bound operand: AttributeValue: {_shown(high)}"
        )


def _shown(value: AttributeValue) -> str:
    ((kind, content),) = value.items()
    return f"{{{kind}:{content}}}"
