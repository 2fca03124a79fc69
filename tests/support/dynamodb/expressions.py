"""The expressions of one request, bound to its placeholders. Parsing is cached: the simulation repeats few texts."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from tests.support.dynamodb.conditions import Test, check_operands, compiled
from tests.support.dynamodb.errors import Refusal, validation
from tests.support.dynamodb.parser import Parser
from tests.support.dynamodb.tree import Action, Condition, Path
from tests.support.dynamodb.updates import check_actions, updated
from tests.support.dynamodb.values import AttributeValue, Item, canonical

Names = tuple[tuple[str, str], ...]
_NAME_KEY = re.compile(r"#[A-Za-z0-9_]+")
_VALUE_KEY = re.compile(r":[A-Za-z0-9_]+")


class ParsedCondition(NamedTuple):
    tree: Condition
    test: Test
    names: frozenset[str]
    values: frozenset[str]


class ParsedUpdate(NamedTuple):
    actions: tuple[Action, ...]
    names: frozenset[str]
    values: frozenset[str]


class ParsedProjection(NamedTuple):
    paths: tuple[Path, ...]
    names: frozenset[str]


@lru_cache(maxsize=4096)
def parse_condition(slot: str, text: str, names: Names) -> ParsedCondition:
    """A condition, filter or key condition; ``slot`` is the request's name for it."""
    parser = Parser(slot, text, dict(names))
    tree = parser.condition()
    return ParsedCondition(tree, compiled(tree), frozenset(parser.used_names), frozenset(parser.used_values))


@lru_cache(maxsize=4096)
def parse_update(text: str, names: Names) -> ParsedUpdate:
    """An update expression."""
    parser = Parser("UpdateExpression", text, dict(names))
    return ParsedUpdate(parser.update(), frozenset(parser.used_names), frozenset(parser.used_values))


@lru_cache(maxsize=4096)
def parse_projection(text: str, names: Names) -> ParsedProjection:
    """A projection expression."""
    parser = Parser("ProjectionExpression", text, dict(names))
    return ParsedProjection(parser.projection(), frozenset(parser.used_names))


class Expressions:
    """Placeholders of one request, and the expressions that use them.

    Args:
        parameters: the request, or one action of a transaction.
        slots: the expressions this operation takes.

    Raises:
        Refusal: a placeholder's name or value is malformed, or there are placeholders and no expression.
    """

    def __init__(self, parameters: Mapping[str, Any], slots: tuple[str, ...]) -> None:
        self._parameters = parameters
        self._slots = slots
        names = parameters.get("ExpressionAttributeNames")
        values = parameters.get("ExpressionAttributeValues")
        self.names: Names = () if names is None else self._checked_names(names)
        self.values: dict[str, AttributeValue] = {} if values is None else self._checked_values(values)
        self._used_names: set[str] = set()
        self._used_values: set[str] = set()

    def _given(self) -> bool:
        return any(self._parameters.get(slot) is not None for slot in self._slots)

    def _checked_names(self, names: Mapping[str, str]) -> Names:
        if not self._given():
            raise validation("ExpressionAttributeNames can only be specified when using expressions")
        if not names:
            raise validation("ExpressionAttributeNames must not be empty")
        for key in names:
            if not _NAME_KEY.fullmatch(key):
                raise validation(f'ExpressionAttributeNames contains invalid key: Syntax error; key: "{key}"')
        return tuple(names.items())

    def _checked_values(self, values: Mapping[str, Any]) -> dict[str, AttributeValue]:
        if not self._given():
            slots = [slot for slot in ("UpdateExpression", "ConditionExpression") if slot in self._slots]
            reason = f": {' and '.join(slots)} {'is' if len(slots) == 1 else 'are'} null" if slots else ""
            raise validation(f"ExpressionAttributeValues can only be specified when using expressions{reason}")
        if not values:
            raise validation("ExpressionAttributeValues must not be empty")
        checked = {}
        for key, value in values.items():
            if not _VALUE_KEY.fullmatch(key):
                raise validation(f'ExpressionAttributeValues contains invalid key: Syntax error; key: "{key}"')
            try:
                checked[key] = canonical(value)
            except Refusal as refusal:
                if refusal.code != "ValidationException":
                    raise
                message = f"ExpressionAttributeValues contains invalid value: {refusal.message} for key {key}"
                raise validation(message) from None
        return checked

    def _use(self, slot: str, names: frozenset[str], values: frozenset[str]) -> None:
        for reference in values:
            if reference not in self.values:
                raise validation(
                    f"Invalid {slot}: An expression attribute value used in expression is not defined; "
                    f"attribute value: {reference}"
                )
        self._used_names |= names
        self._used_values |= values

    def parsed(self, slot: str) -> ParsedCondition | None:
        """A condition's tree and test, its placeholders checked."""
        text = self._parameters.get(slot)
        if text is None:
            return None
        parsed = parse_condition(slot, text, self.names)
        self._use(slot, parsed.names, parsed.values)
        check_operands(slot, parsed.tree, self.values)
        return parsed

    def condition(self, slot: str) -> Callable[[Item], bool] | None:
        """A condition as a test of an item; None when the request has none."""
        parsed = self.parsed(slot)
        if parsed is None:
            return None
        test, values = parsed.test, self.values
        return lambda item: test(item, values)

    def update(self) -> tuple[tuple[Action, ...], Callable[[Item], Item]]:
        """The actions of the update expression, and a function that applies them."""
        text = self._parameters.get("UpdateExpression")
        if text is None:
            return (), lambda item: item
        parsed = parse_update(text, self.names)
        self._use("UpdateExpression", parsed.names, parsed.values)
        check_actions(parsed.actions, self.values)
        return parsed.actions, lambda item: updated(item, parsed.actions, self.values)

    def projection(self) -> tuple[Path, ...] | None:
        """The paths of the projection expression."""
        text = self._parameters.get("ProjectionExpression")
        if text is None:
            return None
        parsed = parse_projection(text, self.names)
        self._use("ProjectionExpression", parsed.names, frozenset())
        return parsed.paths

    def finish(self) -> None:
        """Refuse placeholders that no expression used."""
        if len(self._used_names) != len(self.names):
            unused = ", ".join(key for key, _ in self.names if key not in self._used_names)
            raise validation(f"Value provided in ExpressionAttributeNames unused in expressions: keys: {{{unused}}}")
        if len(self._used_values) != len(self.values):
            unused = ", ".join(key for key in self.values if key not in self._used_values)
            raise validation(f"Value provided in ExpressionAttributeValues unused in expressions: keys: {{{unused}}}")
