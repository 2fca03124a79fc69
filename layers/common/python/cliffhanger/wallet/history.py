"""Use cases that look back: a viewer's statement, and single entries with what proves them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from cliffhanger.dynamo import Unclear
from cliffhanger.errors import Busy, NotFound
from cliffhanger.ledger.entries import Entry, foreign_legs
from cliffhanger.ledger.names import viewer
from cliffhanger.ledger.state import State
from cliffhanger.ledger.store import LedgerStore
from cliffhanger.wallet.statement import Line, lines_of

AGAIN = "Try again in a moment."


class Statement(NamedTuple):
    """A page of a statement, newest first; ``before`` is the seq that the next page precedes, None on the last."""

    lines: tuple[Line, ...]
    before: int | None


class Proven(NamedTuple):
    """An entry, and where its legs have been settled by now: the seq of the batch, by account."""

    entry: Entry
    settled: Mapping[str, int]


def statement(ledger: LedgerStore, person: str, limit: int, before: int | None = None) -> Statement:
    """The last so many entries of a viewer, or those that precede a seq: what comes in meanwhile moves none of them.

    Raises:
        Busy: the ledger does not answer now.
    """
    try:
        # One more than is shown: what a line changed is the difference to the entry before it.
        found = ledger.newest(viewer(person), limit + 1, before)
    except Unclear as error:
        raise Busy(AGAIN) from error
    shown, rest = found[:limit], found[limit:]
    lines = lines_of(shown, rest[0].state if rest else State())
    return Statement(lines, shown[-1].seq if rest else None)


def proven(ledger: LedgerStore, person: str, seq: int) -> Proven:
    """One entry of the viewer's own chain; nobody else's can be asked for.

    Raises:
        NotFound: the chain has no such entry.
        Busy: the ledger does not answer now.
    """
    try:
        found = ledger.newest(viewer(person), 1, before=seq + 1)
        if not found or found[0].seq != seq:
            raise NotFound(f"There is no entry {seq}.")
        entry = found[0]
        return Proven(entry, ledger.settlements(entry) if foreign_legs(entry) else {})
    except Unclear as error:
        raise Busy(AGAIN) from error
