"""Retracts what a restore has left of a transaction of which it has lost the rest: a batch whose source is not there.

A table that is restored, or exported, while a transaction's changes still spread may hold some of them and not all
(Amazon DynamoDB Developer Guide, "DynamoDB Transactions: How it works"). A carry stands or falls with the batches that
settle it: where the carry was lost, its lane would be short of what nobody has.
"""

from __future__ import annotations

from collections.abc import Iterator

from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.names import volume_of
from cliffhanger.ledger.rolling import tail
from cliffhanger.ledger.scan import LedgerScan
from cliffhanger.ledger.store import LedgerStore

Place = tuple[str, int]
"""An account, whatever volume it is in, and a number."""


def retract(ledger: LedgerStore, scan: LedgerScan, batch: Entry, *, dry: bool = False) -> Iterator[Place]:
    """Takes the last batches of a chain away whose sources were lost, newest first, where ``batch`` may be one of them.

    Only in a restored table that nobody else writes to. What has something else after it stays, or the chain would
    break. With ``dry`` nothing is changed.

    Raises:
        Unclear: a read or a write did not succeed; begin again.
    """
    if not _has_lost(ledger, batch):
        return
    account, _ = volume_of(batch.account)
    end = tail(ledger, account)
    while end is not None and _has_lost(ledger, end):
        if not dry:
            scan.remove(end)
        yield account, end.seq
        before = ledger.stored(end.account, 1, before=end.seq)
        end = before[0].entry if before else None


def _has_lost(ledger: LedgerStore, batch: Entry) -> bool:
    """Whether a source of a batch is beyond the end of its chain."""
    for account, seq, _ in batch.sources:
        end = tail(ledger, volume_of(account)[0])
        if end is None or end.seq < seq:
            return True
    return False
