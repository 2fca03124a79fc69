"""A recursive-descent parser of DynamoDB's expressions.

Grammar: Amazon DynamoDB Developer Guide, "Condition and filter expressions, operators, and functions",
"Update expressions", "Projection expressions". What does not fit it raises as DynamoDB does; nothing is skipped.
"""

from __future__ import annotations

from collections.abc import Mapping

from tests.support.dynamodb.reserved import RESERVED_WORDS
from tests.support.dynamodb.scanner import Scanner
from tests.support.dynamodb.tree import (
    Action,
    Among,
    And,
    Arithmetic,
    Between,
    Compare,
    Condition,
    Not,
    Operand,
    Or,
    Path,
    Predicate,
    SetFunction,
    Size,
    Value,
)

COMPARATORS = frozenset({"=", "<>", "<", "<=", ">", ">="})
PREDICATES = {"attribute_exists": 1, "attribute_not_exists": 1, "attribute_type": 2, "begins_with": 2, "contains": 2}
SET_FUNCTIONS = {"if_not_exists": 2, "list_append": 2}
FUNCTIONS = PREDICATES.keys() | SET_FUNCTIONS.keys() | {"size"}
CLAUSES = ("SET", "REMOVE", "ADD", "DELETE")


class Parser(Scanner):
    """Reads one expression into its tree."""

    # Conditions

    def condition(self) -> Condition:
        """A whole condition, filter or key condition."""
        tree = self._either()
        self.finish()
        return tree

    def _either(self) -> Condition:
        tree = self._both()
        while self.keyword("OR"):
            tree = Or(tree, self._both())
        return tree

    def _both(self) -> Condition:
        tree = self._negated()
        while self.keyword("AND"):
            tree = And(tree, self._negated())
        return tree

    def _negated(self) -> Condition:
        return Not(self._negated()) if self.keyword("NOT") else self._simple()

    def _simple(self) -> Condition:
        if self.taken("("):
            doubled = self.peek().text == "("
            inner_start = self.at
            tree = self._either()
            if doubled and self._closes_at(inner_start) == self.at - 1:
                raise self.fault("The expression has redundant parentheses;")
            self.take(")")
            return tree
        token = self.peek()
        if token.kind == "word" and self.peek(1).text == "(" and token.text != "size":
            return self._predicate()
        left = self.operand()
        if self.keyword("BETWEEN"):
            low = self.operand()
            if not self.keyword("AND"):
                raise self.unexpected()
            return Between(left, low, self.operand())
        if self.keyword("IN"):
            return Among(left, self._arguments())
        if self.peek().text not in COMPARATORS:
            raise self.unexpected()
        return Compare(self.take().text, left, self.operand())

    def _closes_at(self, opening: int) -> int:
        depth = 0
        for at in range(opening, len(self.tokens)):
            depth += (self.tokens[at].text == "(") - (self.tokens[at].text == ")")
            if depth == 0:
                return at
        return -1

    def _predicate(self) -> Predicate:
        name = self._function_name(PREDICATES)
        arguments = self._arguments()
        self._count(name, arguments, PREDICATES[name])
        if not isinstance(arguments[0], Path) and name != "begins_with" and name != "contains":
            raise self.fault(f"Operator or function requires a document path; operator or function: {name}")
        if name == "contains" and arguments[0] == arguments[1]:
            raise self.fault(
                "The first operand must be distinct from the remaining operands for this operator or function; "
                f"operator: contains, first operand: {arguments[0]}"
            )
        return Predicate(name, arguments)

    def _function_name(self, allowed: Mapping[str, int]) -> str:
        name = self.take().text
        if name not in FUNCTIONS:
            raise self.fault(f"Invalid function name; function: {name}")
        if name not in allowed:
            raise self.fault(f"The function is not allowed to be used this way in an expression; function: {name}")
        return name

    def _count(self, name: str, arguments: tuple[Operand, ...], wanted: int) -> None:
        if len(arguments) != wanted:
            raise self.fault(
                "Incorrect number of operands for operator or function; "
                f"operator or function: {name}, number of operands: {len(arguments)}"
            )

    def _arguments(self) -> tuple[Operand, ...]:
        self.take("(")
        arguments = [self.operand()]
        while self.taken(","):
            arguments.append(self.operand())
        self.take(")")
        return tuple(arguments)

    # Operands

    def operand(self) -> Operand:
        token = self.peek()
        if token.kind == "value":
            self.at += 1
            self.used_values.add(token.text)
            return Value(token.text)
        if token.kind == "word" and self.peek(1).text == "(":
            self._function_name({"size": 1})
            arguments = self._arguments()
            self._count("size", arguments, 1)
            if not isinstance(arguments[0], Path):
                raise self.fault("Operator or function requires a document path; operator or function: size")
            return Size(arguments[0])
        return self.path()

    def path(self) -> Path:
        parts: list[str | int] = [self._name()]
        while True:
            if self.taken("."):
                parts.append(self._name())
            elif self.taken("["):
                if self.peek().kind != "number":
                    raise self.unexpected()
                parts.append(int(self.take().text))
                self.take("]")
            else:
                return Path(tuple(parts))

    def _name(self) -> str:
        token = self.peek()
        if token.kind == "name":
            self.at += 1
            self.used_names.add(token.text)
            if token.text not in self.names:
                raise self.fault(
                    "An expression attribute name used in the document path is not defined; "
                    f"attribute name: {token.text}"
                )
            return self.names[token.text]
        if token.kind != "word":
            raise self.unexpected()
        if token.text.upper() in RESERVED_WORDS:
            raise self.fault(f"Attribute name is a reserved keyword; reserved keyword: {token.text}")
        self.at += 1
        return token.text

    # Projections and updates

    def projection(self) -> tuple[Path, ...]:
        """Paths between commas."""
        paths = [self.path()]
        while self.taken(","):
            paths.append(self.path())
        self.finish()
        check_apart(self, paths)
        return tuple(paths)

    def update(self) -> tuple[Action, ...]:
        """SET, REMOVE, ADD and DELETE, each at most once."""
        actions: list[Action] = []
        seen: set[str] = set()
        while self.peek().kind != "end":
            clause = self.peek().text.upper()
            if self.peek().kind != "word" or clause not in CLAUSES:
                raise self.unexpected()
            self.at += 1
            if clause in seen:
                raise self.fault(f'The "{clause}" section can only be used once in an update expression;')
            seen.add(clause)
            actions.append(self._action(clause))
            while self.taken(","):
                actions.append(self._action(clause))
        check_apart(self, [action.path for action in actions])
        return tuple(actions)

    def _action(self, clause: str) -> Action:
        path = self.path()
        if clause == "REMOVE":
            return Action(clause, path, None)
        if clause == "SET":
            self.take("=")
            return Action(clause, path, self._sum())
        if self.peek().kind != "value":
            raise self.unexpected()
        return Action(clause, path, self.operand())

    def _sum(self) -> Operand:
        left = self._addend()
        if self.peek().text in ("+", "-"):
            return Arithmetic(self.take().text, left, self._addend())
        return left

    def _addend(self) -> Operand:
        if self.taken("("):
            inner = self._sum()
            self.take(")")
            return inner
        token = self.peek()
        if token.kind == "word" and self.peek(1).text == "(":
            name = self._function_name(SET_FUNCTIONS)
            self.take("(")
            arguments = [self._addend()]
            while self.taken(","):
                arguments.append(self._addend())
            self.take(")")
            self._count(name, tuple(arguments), SET_FUNCTIONS[name])
            if name == "if_not_exists" and not isinstance(arguments[0], Path):
                raise self.fault(f"Operator or function requires a document path; operator or function: {name}")
            return SetFunction(name, tuple(arguments))
        return self.operand()


def check_apart(parser: Parser, paths: list[Path]) -> None:
    """Refuse two paths of which one leads through the other, or which need one place to be both list and map."""
    for at, one in enumerate(paths):
        for other in paths[:at]:
            for left, right in zip(one.parts, other.parts, strict=False):
                if left == right and type(left) is type(right):
                    continue
                if type(left) is not type(right):
                    raise parser.fault(_clash("conflict with each other; must remove or rewrite", other, one))
                break
            else:
                raise parser.fault(_clash("overlap with each other; must remove or rewrite", other, one))


def _clash(how: str, one: Path, two: Path) -> str:
    return f"Two document paths {how} one of these paths; path one: {one}, path two: {two}"
