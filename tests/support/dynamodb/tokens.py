"""Client request tokens of TransactWriteItems.

Source: Amazon DynamoDB API Reference, TransactWriteItems, ClientRequestToken: valid for 10 minutes after the first
request that uses it completed; the same token with other parameters is IdempotentParameterMismatchException; a repeat
reports read units instead of write units.
"""

from __future__ import annotations

import json
from collections import deque
from hashlib import sha256
from typing import Any, NamedTuple

from tests.support.dynamodb.errors import Refusal

TOKEN_MS = 10 * 60 * 1000


class Settled(NamedTuple):
    """A transaction that was applied."""

    digest: bytes
    """Of its TransactItems."""
    completed: int
    sizes: tuple[tuple[str, int], ...]
    """Table and size in bytes of each item it wrote or checked."""


class Tokens:
    """Which tokens were used, for what, and which are under way."""

    def __init__(self) -> None:
        self._settled: dict[str, Settled] = {}
        self._order: deque[tuple[int, str]] = deque()
        self._under_way: set[str] = set()

    def known(self, token: str, items: Any, now: int) -> Settled | None:
        """What an earlier request with this token did, or None when it is new.

        Raises:
            Refusal: the token is another request's, or its request is still under way.
        """
        if token in self._under_way:
            raise Refusal(
                "TransactionInProgressException", "The transaction with the given request token is in progress"
            )
        settled = self._settled.get(token)
        if settled is None or now - settled.completed >= TOKEN_MS:
            return None
        if settled.digest != _digest(items):
            raise Refusal(
                "IdempotentParameterMismatchException",
                "Request token already in use for another request with a different payload",
            )
        return settled

    def begin(self, token: str) -> None:
        self._under_way.add(token)

    def abandon(self, token: str) -> None:
        self._under_way.discard(token)

    def complete(self, token: str, items: Any, now: int, sizes: tuple[tuple[str, int], ...]) -> None:
        """Remember an applied transaction, and forget those whose ten minutes are over."""
        self._under_way.discard(token)
        self._settled[token] = Settled(_digest(items), now, sizes)
        self._order.append((now, token))
        while self._order and now - self._order[0][0] >= TOKEN_MS:
            _, old = self._order.popleft()
            if old in self._settled and now - self._settled[old].completed >= TOKEN_MS:
                del self._settled[old]


def _digest(items: Any) -> bytes:
    text = json.dumps(items, sort_keys=True, default=lambda content: {"bytes": bytes(content).hex()})
    return sha256(text.encode()).digest()
