"""Read, plan, append: the loop by which every movement comes onto a chain exactly once.

The order is LEDGER rule 1: the head is read first and completely, then the references; never in parallel, never the
other way round, or a rival's entry could slip between. Rule 2: the references decide before anything is refused.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from typing import NamedTuple

from cliffhanger.clock import Clock, system_clock
from cliffhanger.dynamo import Unclear
from cliffhanger.errors import Busy, CliffhangerError, KeyReused, Undecided
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.names import check_reference, text_of_hash
from cliffhanger.ledger.planning import Ask, Turn
from cliffhanger.ledger.state import Known
from cliffhanger.ledger.store import LedgerStore

ATTEMPTS = 8
FIRST_PAUSE_S = 0.01
LONGEST_PAUSE_S = 0.4
PATIENCE_S = 4.0

Decide = Callable[[tuple[Known, ...]], int | None]
"""Says which entry already answers the request, given the references that stand; None when none does."""
Plan = Callable[[Entry | None, int], Entry | int]
"""Makes the next entry from the head and the time in milliseconds, or raises why it cannot be.

It may also name, by its seq, an entry that answers after all, because only the plan knew all that tells."""
Make = Callable[[Turn], Entry]
"""Makes the next entry, or raises why it cannot be."""
MakeKnowing = Callable[[Turn, tuple[Known, ...]], Entry]
"""Likewise, from the references that stand beside it as well."""
Prefix = str | Callable[[Entry | None], str]
"""Which references decide: those with this prefix, or with the one that follows from the head."""


Append = Callable[[Entry], bool]
"""Writes the planned entry, with whatever must not stand without it; False when another has taken a place."""


class Recorded(NamedTuple):
    """The entry that answers a request, and whether an earlier attempt had written it."""

    entry: Entry
    repeated: bool


class Retrying(NamedTuple):
    """How a loop waits between attempts; replaced in tests and simulations.

    No attempt begins after ``patience_s``: what is under way then may still take its own time, and the function that
    runs it must outlive both.
    """

    clock: Clock = system_clock
    sleep: Callable[[float], None] = time.sleep
    jitter: Callable[[], float] = random.random
    timer: Callable[[], float] = time.monotonic
    patience_s: float = PATIENCE_S

    def attempts(self) -> Iterator[int]:
        """Numbers of attempts from 0, a pause before each but the first, until they or the patience are used up."""
        began = self.timer()
        for attempt in range(ATTEMPTS):
            if attempt:
                # Exponential with full jitter, so that rivals part.
                self.sleep(self.jitter() * min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2**attempt))
                if self.timer() - began > self.patience_s:
                    return
            yield attempt


def record(
    store: LedgerStore,
    account: str,
    prefix: Prefix,
    *,
    decide: Decide,
    plan: Plan,
    append: Append | None = None,
    retrying: Retrying | None = None,
) -> Recorded:
    """Brings a movement onto an account's chain exactly once, however often it is asked for.

    A lost race, a conflict, a timeout, a condition that failed because our own first try had succeeded: all mean
    "read again". While a put of our own is undecided, nothing is refused, nor said to be bought already where only the
    plan says so: it may still land.

    Raises:
        Busy: the attempts are used up and nothing changed.
        Undecided: the attempts are used up and it may have happened; the same request again will tell.
        CliffhangerError: what ``plan`` refuses with; nothing changed.
    """
    pace = retrying or Retrying()
    write = append or store.append
    find = prefix if callable(prefix) else lambda _head: prefix
    undecided: int | None = None
    for _ in pace.attempts():
        try:
            head = store.head(account)
            answered = decide(store.references(account, find(head)))
            if undecided is not None and head is not None and head.seq >= undecided:
                undecided = None
            planned = plan(head, pace.clock()) if answered is None else answered
            if isinstance(planned, int):
                sure = answered is not None or undecided is None
                return _standing(store, account, planned, head, sure=sure)
        except Unclear:
            continue
        except CliffhangerError:
            if undecided is None:
                raise
            continue
        try:
            if write(planned):
                return Recorded(planned, repeated=False)
        except Unclear:
            undecided = planned.seq
    if undecided is not None:
        raise Undecided("Ask again with the same request; it will not happen twice.")
    raise Busy("Try again in a moment.")


def record_once(store: LedgerStore, account: str, ask: Ask, make: Make, retrying: Retrying | None = None) -> Recorded:
    """Records what ``make`` makes, once per reference, which answers with its first entry, whatever is asked now.

    Raises:
        NameInvalid: the reference does not belong on the account; nothing was read.
        Busy, Undecided, CliffhangerError: as :func:`record`.
    """
    check_reference(ask.reference, account)

    def decide(known: tuple[Known, ...]) -> int | None:
        return next((seq for name, seq in known if name == ask.reference), None)

    def plan(head: Entry | None, now: int) -> Entry:
        return make(Turn(account, head, now, ask))

    return record(store, account, ask.reference, decide=decide, plan=plan, retrying=retrying)


def record_keyed(store: LedgerStore, account: str, ask: Ask, make: Make, retrying: Retrying | None = None) -> Recorded:
    """Records what ``make`` makes, once per reference.

    A natural reference answers with its first entry, whatever is asked now; a caller's key for anything else is refused
    (LEDGER rule 4).

    Raises:
        KeyReused: the reference is a key that stands for another request.
        NameInvalid: the reference does not belong on the account; nothing was read.
        Busy, Undecided, CliffhangerError: as :func:`record`.
    """
    recorded = record_once(store, account, ask, make, retrying)
    if ask.reference.startswith("key:") and recorded.entry.request != text_of_hash(ask.request):
        raise KeyReused("It stands for another request already; use a new key.")
    return recorded


def record_beside(
    store: LedgerStore, account: str, prefix: str, ask: Ask, make: MakeKnowing, *, retrying: Retrying | None = None
) -> Recorded:
    """Records once per reference what ``make`` makes of all that stands under a prefix, read after the head.

    That is how a consequence and its reversals know of each other, whichever comes first (LEDGER rules 1, 19).

    Raises:
        NameInvalid: the reference does not belong on the account; nothing was read.
        Busy, Undecided, CliffhangerError: as :func:`record`.
    """
    check_reference(ask.reference, account)
    known: tuple[Known, ...] = ()

    def decide(references: tuple[Known, ...]) -> int | None:
        nonlocal known
        known = references
        return next((seq for name, seq in references if name == ask.reference), None)

    def plan(head: Entry | None, now: int) -> Entry:
        return make(Turn(account, head, now, ask), known)

    return record(store, account, prefix, decide=decide, plan=plan, retrying=retrying)


def _standing(store: LedgerStore, account: str, seq: int, head: Entry | None, *, sure: bool) -> Recorded:
    """The answer with an entry that stands.

    Raises:
        Unclear: it is not sure that nothing of ours will land after it.
    """
    if not sure:
        raise Unclear
    return Recorded(head if head is not None and head.seq == seq else store.entry(account, seq), repeated=True)
