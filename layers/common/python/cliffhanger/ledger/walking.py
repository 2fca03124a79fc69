"""A chain, read back from one of its entries."""

from __future__ import annotations

from collections.abc import Iterator

from cliffhanger.errors import Busy
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.store import LedgerStore

MOST_ENTRIES = 100_000
"""So many entries are walked through at most. Some cost nothing, but 30 a minute at most: that takes over two days."""
PAGE_ENTRIES = 100


def entries_back(ledger: LedgerStore, head: Entry, first: int = 1) -> Iterator[Entry]:
    """The entries of a chain from ``head`` back to number ``first``, in pages, as far as somebody asks for them.

    It never ends short of that: what is counted over a part of a chain is money that somebody else would bear.

    Raises:
        Unclear: a read did not succeed.
        Busy: there are more than :data:`MOST_ENTRIES`. Who works for a queue lets it be parked, where it is seen.
    """
    yield head
    seq, left = head.seq, MOST_ENTRIES - 1
    while seq > first:
        if not left:
            raise Busy(f"More than {MOST_ENTRIES} entries stand since then; somebody has to look.")
        page = ledger.newest(head.account, min(PAGE_ENTRIES, seq - first, left), before=seq)
        yield from page
        seq, left = page[-1].seq, left - len(page)
