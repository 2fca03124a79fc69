"""The canary: a posting of ours that is timed from end to end, so that a settlement that stands still is seen.

It moves one unit of XTS, the code that ISO 4217 reserves for tests, between two accounts of the platform: it is an
entry like any other, settled by the same stream, and moves nobody's money (LEDGER rule 15).
"""

from __future__ import annotations

from typing import NamedTuple

from cliffhanger.dynamo import Unclear
from cliffhanger.errors import Busy
from cliffhanger.ledger.canonical import digest
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.journal import Retrying, record_once
from cliffhanger.ledger.names import OWN
from cliffhanger.ledger.planning import Ask, Turn, living, next_entry
from cliffhanger.ledger.state import Posting
from cliffhanger.ledger.store import LedgerStore

ACCOUNT = "platform:canary"
SINK = "platform:canary-sink"
UNIT = "XTS"
SLOT_MS = 60_000
"""One posting a minute at most, however often the clock calls."""


class Timed(NamedTuple):
    """The posting that was sent last: how long it took to be settled, or has waited so far, in milliseconds."""

    lag_ms: int
    settled: bool


def time_posting(ledger: LedgerStore, retrying: Retrying | None = None) -> Timed | None:
    """Times the last posting and, once it is settled, sends the next; None where there was none to time.

    While it waits no other is sent, so that what is told is the age of the oldest.

    Raises:
        Busy, Undecided: the ledger does not answer; try again.
    """
    now = (retrying or Retrying()).clock()
    try:
        last = ledger.head(ACCOUNT)
        timed = None if last is None else _timed(ledger, last, now)
    except Unclear as error:
        raise Busy("Try again in a moment.") from error
    if timed is None or timed.settled:
        ask = Ask(f"canary:{now // SLOT_MS}", digest("canary"), {"kind": "canary"})
        record_once(ledger, ACCOUNT, ask, _send, retrying)
    return timed


def _timed(ledger: LedgerStore, last: Entry, now: int) -> Timed:
    seq = ledger.settlements(last).get(SINK)
    if seq is None:
        return Timed(max(0, now - last.at), settled=False)
    return Timed(max(0, ledger.entry(SINK, seq).at - last.at), settled=True)


def _send(turn: Turn) -> Entry:
    alive = living(turn)
    return next_entry(turn, alive, postings=[Posting(UNIT, 1, OWN, SINK)], state=alive.state)
