"""Key conditions: which stretch of an ordered list of entries a query reads."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from operator import itemgetter
from typing import Any, NamedTuple

from tests.support.dynamodb.errors import Refusal, validation
from tests.support.dynamodb.schema import Schema
from tests.support.dynamodb.tables import Entry
from tests.support.dynamodb.tree import And, Between, Compare, Condition, Path, Predicate, Value
from tests.support.dynamodb.values import AttributeValue, Scalar, kind_of, scalar

_RANGE: Any = itemgetter(0)
_SWAPPED = {"=": "=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
SLOT = "KeyConditionExpression"


class KeyRange(NamedTuple):
    """One hash value, and what its entries' range must satisfy; operator None takes them all."""

    hash: Scalar
    operator: str | None = None
    operands: tuple[Scalar, ...] = ()

    def stretch(self, entries: list[Entry]) -> tuple[int, int]:
        """First position and the one after the last."""
        if self.operator is None:
            return 0, len(entries)
        first = self.operands[0]
        if self.operator == "begins_with":
            start = bisect_left(entries, first, key=_RANGE)
            return start, bisect_left(entries, True, lo=start, key=lambda entry: not entry[0].startswith(first))
        low, high = 0, len(entries)
        if self.operator in ("=", ">=", "BETWEEN"):
            low = bisect_left(entries, first, key=_RANGE)
        elif self.operator == ">":
            low = bisect_right(entries, first, key=_RANGE)
        if self.operator in ("=", "<=", "BETWEEN"):
            high = bisect_right(entries, self.operands[-1], key=_RANGE)
        elif self.operator == "<":
            high = bisect_left(entries, first, key=_RANGE)
        return low, max(low, high)

    def admits(self, value: Scalar) -> bool:
        """Whether a range value lies within."""
        low, high = self.stretch([(value, 0, 0)])
        return high > low


def _fault(message: str) -> Refusal:
    return validation(f"Invalid {SLOT}: {message}")


def key_range(schema: Schema, keys: tuple[str, ...], tree: Condition, values: Mapping[str, AttributeValue]) -> KeyRange:
    """What a key condition asks of a table or index with these key attributes.

    Raises:
        Refusal: it is not an equality of the hash key, alone or with one condition on the range key.
    """
    found: dict[str, tuple[str, tuple[AttributeValue, ...]]] = {}
    for condition in _conjuncts(tree):
        name, operator, references = _simple(condition)
        if name in found:
            raise _fault("KeyConditionExpressions must only contain one condition per key")
        found[name] = operator, tuple(values[reference] for reference in references)
    hash_condition = found.pop(keys[0], None)
    if hash_condition is None:
        raise validation(f"Query condition missed key schema element: {keys[0]}")
    if hash_condition[0] != "=":
        raise validation("Query key condition not supported")
    range_name = keys[1] if len(keys) > 1 else None
    if found.keys() - {range_name}:
        if range_name is None or len(found) > 1:
            raise validation("Query key condition not supported")
        raise validation(f"Query condition missed key schema element: {range_name}")
    hash_value = _key_value(schema, keys[0], hash_condition[1][0])
    if range_name is None or range_name not in found:
        return KeyRange(hash_value)
    operator, operands = found[range_name]
    return KeyRange(hash_value, operator, tuple(_key_value(schema, range_name, one) for one in operands))


def _conjuncts(tree: Condition) -> list[Condition]:
    if isinstance(tree, And):
        return [*_conjuncts(tree.left), *_conjuncts(tree.right)]
    return [tree]


def _simple(tree: Condition) -> tuple[str, str, tuple[str, ...]]:
    """Attribute, operator and value placeholders of one part of a key condition."""
    if isinstance(tree, Compare):
        if tree.operator == "<>":
            raise _fault("Invalid operator used in KeyConditionExpression: <>")
        if isinstance(tree.left, Value) and isinstance(tree.right, Path):
            return _attribute(tree.right), _SWAPPED[tree.operator], (_reference(tree.left),)
        return _attribute(tree.left), tree.operator, (_reference(tree.right),)
    if isinstance(tree, Between):
        return _attribute(tree.operand), "BETWEEN", (_reference(tree.low), _reference(tree.high))
    if isinstance(tree, Predicate) and tree.function == "begins_with":
        return _attribute(tree.arguments[0]), "begins_with", (_reference(tree.arguments[1]),)
    shown = (
        tree.function
        if isinstance(tree, Predicate)
        else {"Or": "OR", "Not": "NOT", "Among": "IN"}.get(type(tree).__name__)
    )
    raise _fault(f"Invalid operator used in KeyConditionExpression: {shown}")


def _attribute(node: Any) -> str:
    if not isinstance(node, Path):
        raise _fault("KeyConditionExpressions must have a key attribute on one side of a condition")
    if len(node.parts) != 1:
        raise validation("KeyConditionExpressions cannot have conditions on nested attributes")
    return str(node.parts[0])


def _reference(node: Any) -> str:
    if not isinstance(node, Value):
        raise _fault("The operand of a key condition must be an expression attribute value")
    return node.reference


def _key_value(schema: Schema, name: str, value: AttributeValue) -> Scalar:
    ((kind, content),) = value.items()
    if kind_of(value) != schema.types[name]:
        raise validation(
            "One or more parameter values were invalid: Condition parameter type does not match schema type"
        )
    if kind != "N" and not content:
        words = "string" if kind == "S" else "binary"
        raise validation(
            "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an "
            f"empty {words} value. Key: {name}"
        )
    return scalar(value)
