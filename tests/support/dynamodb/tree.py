"""What an expression means: the nodes that the parser makes and that the rest evaluates."""

from __future__ import annotations

from typing import NamedTuple


class Path(NamedTuple):
    """Where a value stands in an item: attribute and map names, list positions."""

    parts: tuple[str | int, ...]

    def __str__(self) -> str:
        shown = [f"[{part}]" if isinstance(part, int) else part for part in self.parts]
        return "[" + ", ".join(shown) + "]"


class Value(NamedTuple):
    """A placeholder of ExpressionAttributeValues."""

    reference: str


class Size(NamedTuple):
    path: Path


class Compare(NamedTuple):
    operator: str
    left: Operand
    right: Operand


class Between(NamedTuple):
    operand: Operand
    low: Operand
    high: Operand


class Among(NamedTuple):
    operand: Operand
    options: tuple[Operand, ...]


class Predicate(NamedTuple):
    function: str
    arguments: tuple[Operand, ...]


class Not(NamedTuple):
    condition: Condition


class And(NamedTuple):
    left: Condition
    right: Condition


class Or(NamedTuple):
    left: Condition
    right: Condition


class Arithmetic(NamedTuple):
    operator: str
    left: Operand
    right: Operand


class SetFunction(NamedTuple):
    function: str
    arguments: tuple[Operand, ...]


class Action(NamedTuple):
    """One change of an update expression; REMOVE has no operand."""

    clause: str
    path: Path
    operand: Operand | None


Operand = Path | Value | Size | Arithmetic | SetFunction
Condition = Compare | Between | Among | Predicate | Not | And | Or
