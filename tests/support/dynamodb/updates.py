"""Update expressions applied to an item: every right-hand side is read from the item as it was."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Context, Decimal
from typing import Any

from tests.support.dynamodb.conditions import value_at
from tests.support.dynamodb.errors import Refusal, validation
from tests.support.dynamodb.tree import Action, Arithmetic, Operand, Path, SetFunction, Value
from tests.support.dynamodb.values import (
    AttributeValue,
    Item,
    as_number,
    canonical_decimal,
    copied,
    copied_item,
    kind_of,
)

Values = Mapping[str, AttributeValue]
_EXACT = Context(prec=400)
_ADDABLE = frozenset({"N", "SS", "NS", "BS"})
_TYPE_NAMES = {
    "S": "STRING",
    "N": "NUMBER",
    "B": "BINARY",
    "BOOL": "BOOLEAN",
    "NULL": "NULL",
    "M": "MAP",
    "L": "LIST",
    "SS": "STRING SET",
    "NS": "NUMBER SET",
    "BS": "BINARY SET",
}


def _wrong_type() -> Refusal:
    return validation("An operand in the update expression has an incorrect data type")


def _no_such_attribute() -> Refusal:
    return validation("The provided expression refers to an attribute that does not exist in the item")


def _no_such_place() -> Refusal:
    return validation("The document path provided in the update expression is invalid for update")


def check_actions(actions: tuple[Action, ...], values: Values) -> None:
    """Refuse constants that ADD, DELETE, + and - or list_append can never take, before any item is read."""
    for action in actions:
        if action.clause in ("ADD", "DELETE") and isinstance(action.operand, Value):
            kind = kind_of(values[action.operand.reference])
            if kind not in (_ADDABLE if action.clause == "ADD" else _ADDABLE - {"N"}):
                raise _incorrect(f"operator: {action.clause}, operand type: {_TYPE_NAMES[kind]}") from None
        elif action.operand is not None:
            _check_set(action.operand, values)


def _check_set(node: Operand, values: Values) -> None:
    if isinstance(node, Arithmetic):
        for side in (node.left, node.right):
            _check_set(side, values)
            if isinstance(side, Value) and (kind := kind_of(values[side.reference])) != "N":
                raise _incorrect(f"operator or function: {node.operator}, operand type: {kind}", typed=False)
    elif isinstance(node, SetFunction):
        for argument in node.arguments:
            _check_set(argument, values)
            is_list = not isinstance(argument, Value) or kind_of(values[argument.reference]) == "L"
            if node.function == "list_append" and not is_list:
                kind = kind_of(values[argument.reference])  # type: ignore[union-attr]
                raise _incorrect(f"operator or function: list_append, operand type: {kind}", typed=False)


def _incorrect(detail: str, *, typed: bool = True) -> Refusal:
    suffix = ", typeSet: ALLOWED_FOR_ADD_OPERAND" if typed else ""
    return validation(f"Invalid UpdateExpression: Incorrect operand type for operator or function; {detail}{suffix}")


def updated(item: Item, actions: tuple[Action, ...], values: Values) -> Item:
    """A new item with the actions applied; the given one is left as it is.

    Raises:
        Refusal: a path or a type that does not fit the item.
    """
    results = [_result(action, item, values) for action in actions]
    changed = copied_item(item)
    removals: list[Path] = []
    for action, result in zip(actions, results, strict=True):
        if result is None:
            removals.append(action.path)
        elif result is not _KEEP:
            _place(changed, action.path, result)
    for path in sorted(removals, key=_removal_order, reverse=True):  # positions are those before the update
        _remove(changed, path)
    return changed


_KEEP: AttributeValue = {}


def _removal_order(path: Path) -> list[tuple[int, int, str]]:
    return [(1, part, "") if isinstance(part, int) else (0, 0, part) for part in path.parts]


def _result(action: Action, item: Item, values: Values) -> AttributeValue | None:
    """The value to store, None to remove the attribute, _KEEP to leave it."""
    if action.clause == "REMOVE":
        return None
    operand = action.operand
    if operand is None:
        raise TypeError(f"{action.clause} without an operand")
    if action.clause == "SET":
        return copied(_evaluated(operand, item, values))
    given = _evaluated(operand, item, values)
    present = value_at(item, action.path)
    if present is None:
        return copied(given) if action.clause == "ADD" else _KEEP
    kind = kind_of(given)
    if kind_of(present) != kind:
        raise _wrong_type()
    if kind == "N":
        return {"N": _added("+", present["N"], given["N"])}
    if action.clause == "ADD":
        return {kind: _sorted_set(kind, set(present[kind]) | set(given[kind]))}
    left = set(present[kind]) - set(given[kind])
    return {kind: _sorted_set(kind, left)} if left else None


def _sorted_set(kind: str, members: set[Any]) -> list[Any]:
    return sorted(members, key=as_number) if kind == "NS" else sorted(members)


def _added(sign: str, left: str, right: str) -> str:
    one, two = Decimal(left), Decimal(right)
    return canonical_decimal(_EXACT.add(one, two) if sign == "+" else _EXACT.subtract(one, two))


def _evaluated(node: Operand, item: Item, values: Values) -> AttributeValue:
    if isinstance(node, Value):
        return values[node.reference]
    if isinstance(node, Path):
        found = value_at(item, node)
        if found is None:
            raise _no_such_attribute()
        return found
    if isinstance(node, Arithmetic):
        left, right = _evaluated(node.left, item, values), _evaluated(node.right, item, values)
        if "N" not in left or "N" not in right:
            raise _wrong_type()
        return {"N": _added(node.operator, left["N"], right["N"])}
    if not isinstance(node, SetFunction):
        raise TypeError(f"not an operand of an update: {node!r}")
    if node.function == "if_not_exists":
        path, default = node.arguments
        present = value_at(item, path) if isinstance(path, Path) else None
        return _evaluated(default, item, values) if present is None else present
    head, tail = (_evaluated(argument, item, values) for argument in node.arguments)
    if "L" not in head or "L" not in tail:
        raise _wrong_type()
    return {"L": head["L"] + tail["L"]}


def _container(item: Item, path: Path) -> Any:
    """The dict or list that holds the last part of a path."""
    last = path.parts[-1]
    if len(path.parts) == 1:
        return item
    parent = value_at(item, Path(path.parts[:-1]))
    held = None if parent is None else parent.get("L" if isinstance(last, int) else "M")
    if held is None:
        raise _no_such_place()
    return held


def _place(item: Item, path: Path, value: AttributeValue) -> None:
    holder, last = _container(item, path), path.parts[-1]
    if isinstance(last, int) and last >= len(holder):
        holder.append(value)  # a position past the end appends
    else:
        holder[last] = value


def _remove(item: Item, path: Path) -> None:
    holder, last = _container(item, path), path.parts[-1]
    if isinstance(last, int):
        if last < len(holder):
            del holder[last]
    else:
        holder.pop(last, None)
