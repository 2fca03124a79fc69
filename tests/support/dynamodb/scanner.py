"""Expressions as text: tokens, and faults worded as DynamoDB words them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from tests.support.dynamodb.errors import Refusal, validation

MAX_EXPRESSION_BYTES = 4096

_TOKEN = re.compile(
    r"\s*(?:(?P<word>[A-Za-z][A-Za-z0-9_]*)|(?P<name>#[A-Za-z0-9_]+)|(?P<value>:[A-Za-z0-9_]+)"
    r"|(?P<number>[0-9]+)|(?P<sign><>|<=|>=|[=<>()\[\],.+-]))"
)
_SPACE = re.compile(r"\s*")


class Token(NamedTuple):
    kind: str
    text: str
    start: int
    end: int


class Scanner:
    """Walks the tokens of one expression; remembers which placeholders were used."""

    def __init__(self, slot: str, text: str, names: Mapping[str, str]) -> None:
        self.slot = slot
        self.text = text
        self.names = names
        self.used_names: set[str] = set()
        self.used_values: set[str] = set()
        if not text.strip():
            raise self.fault("The expression can not be empty;")
        if len(text.encode()) > MAX_EXPRESSION_BYTES:
            raise self.fault("Expression size has exceeded the maximum allowed size;")
        self.at = 0
        self.tokens = self._tokens()

    def fault(self, message: str) -> Refusal:
        return validation(f"Invalid {self.slot}: {message}")

    def _tokens(self) -> list[Token]:
        tokens: list[Token] = []
        position = 0
        while (position := _end_of_space(self.text, position)) < len(self.text):
            match = _TOKEN.match(self.text, position)
            if match is None:
                raise self._syntax_error(self.text[position], tokens, position + 1)
            kind = match.lastgroup or ""
            tokens.append(Token(kind, match[kind], match.start(kind), match.end(kind)))
            position = match.end()
        tokens.append(Token("end", "<EOF>", len(self.text), len(self.text)))
        return tokens

    def _syntax_error(self, shown: str, before: list[Token], end: int) -> Refusal:
        start = before[-1].start if before else 0
        return self.fault(f'Syntax error; token: "{shown}", near: "{self.text[start:end]}"')

    def unexpected(self) -> Refusal:
        following = self.tokens[min(self.at + 1, len(self.tokens) - 1)]
        return self._syntax_error(self.tokens[self.at].text, self.tokens[: self.at], following.end)

    def peek(self, ahead: int = 0) -> Token:
        return self.tokens[min(self.at + ahead, len(self.tokens) - 1)]

    def take(self, text: str | None = None) -> Token:
        token = self.peek()
        if token.kind == "end" or (text is not None and token.text != text):
            raise self.unexpected()
        self.at += 1
        return token

    def taken(self, text: str) -> bool:
        if self.peek().kind == "sign" and self.peek().text == text:
            self.at += 1
            return True
        return False

    def keyword(self, word: str) -> bool:
        token = self.peek()
        if token.kind == "word" and token.text.upper() == word:
            self.at += 1
            return True
        return False

    def finish(self) -> None:
        if self.peek().kind != "end":
            raise self.unexpected()


def _end_of_space(text: str, position: int) -> int:
    match = _SPACE.match(text, position)
    return match.end() if match else position
