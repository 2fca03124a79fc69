"""Items under way.

Source: Amazon DynamoDB Developer Guide, "Transaction conflict handling in DynamoDB": a single-item write meets
TransactionConflictException while a TransactWriteItems includes its item; an item of a transaction that is part of
another transaction, or (for TransactGetItems) of any ongoing write, cancels it. Plain reads and plain writes never
conflict with each other: they are served one after the other.
"""

from __future__ import annotations

from collections.abc import Iterable

from tests.support.dynamodb.schema import Key

Target = tuple[str, Key]
"""Table name and key."""

_FOREVER = 1 << 62


class ItemLocks:
    """Who holds which item until when, in milliseconds of the model's clock."""

    def __init__(self) -> None:
        self.transaction_ms = 0
        """How long a transaction holds its items, from its start."""
        self.item_ms = 0
        """How long a single-item write stands in the way of transactions on its item."""
        self._transactions: dict[Target, int] = {}
        self._writes: dict[Target, int] = {}

    def in_transaction(self, target: Target, now: int) -> bool:
        """Whether a transaction holds the item."""
        return _held(self._transactions, target, now)

    def in_any_write(self, target: Target, now: int) -> bool:
        """Whether a transaction or a single-item write holds the item."""
        return _held(self._transactions, target, now) or _held(self._writes, target, now)

    def hold(self, targets: Iterable[Target]) -> None:
        """A transaction takes its items; to be followed by ``release``."""
        self._transactions.update((target, _FOREVER) for target in targets)

    def release(self, targets: Iterable[Target], started: int) -> None:
        """The transaction is applied; its items stay held until its virtual duration is over."""
        for target in targets:
            if self.transaction_ms:
                self._transactions[target] = started + self.transaction_ms
            else:
                self._transactions.pop(target, None)

    def written(self, target: Target, now: int) -> None:
        """A single-item write happened."""
        if self.item_ms:
            self._writes[target] = now + self.item_ms

    def forget(self, table: str) -> None:
        """Let go of every item of a table."""
        for held in (self._transactions, self._writes):
            for target in [target for target in held if target[0] == table]:
                del held[target]


def _held(held: dict[Target, int], target: Target, now: int) -> bool:
    until = held.get(target)
    if until is None:
        return False
    if until <= now:
        del held[target]
        return False
    return True
