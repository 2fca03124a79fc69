"""A chain, read back from one of its entries."""

from __future__ import annotations

from collections.abc import Iterator

from cliffhanger.errors import Busy
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.lapsing import Lapsed, LapsedElsewhere, lapsed_in, lapsed_of
from cliffhanger.ledger.lots import Lot
from cliffhanger.ledger.state import LotTerms
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


def lapses(ledger: LedgerStore, head: Entry | None, first: int) -> Lapsed:
    """Tells what has expired of lots that the entry numbered ``first`` granted, from the chain as of ``head``.

    What it returns raises Unclear and Busy as :func:`entries_back`.
    """

    def lapsed(lot: Lot, at: int) -> int:
        return 0 if head is None else lapsed_in(entries_back(ledger, head, first), lot, at)

    return lapsed


def lapses_elsewhere(ledger: LedgerStore) -> LapsedElsewhere:
    """Tells what has expired of coins that were sent to a viewer, from that viewer's chain as it stands.

    What it returns raises Unclear and Busy as :func:`entries_back`.
    """

    def lapsed(sent: LotTerms, at: int) -> tuple[str, int]:
        head = ledger.head(sent.viewer)
        return ("", 0) if head is None else lapsed_of(entries_back(ledger, head), sent, at)

    return lapsed
