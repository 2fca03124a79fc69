"""Reads where a viewer stands with a series: what is unlocked, and what the series has had in coins."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import NamedTuple

from cliffhanger.dynamo import Unclear
from cliffhanger.errors import Busy
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.names import viewer
from cliffhanger.ledger.state import Known
from cliffhanger.ledger.store import LedgerStore
from cliffhanger.unlocks.domain import EVERY_UNLOCK, Unlock, series_prefix, unlocks_of

READ_AT_ONCE = 500
"""References read for a page of entitlements: one kilobyte holds a dozen."""


class Shelf(NamedTuple):
    """A part of everything that is unlocked: by series, in the order of references; ``more``: others follow."""

    series: tuple[tuple[str, tuple[Unlock, ...]], ...]
    more: bool


def spent_in(ledger: LedgerStore, account: str, head: Entry | None, known: Sequence[Known], series: str) -> int:
    """Coins that a series has had from an account, net of reversals, as of the head.

    Each entry that spends on a series, or gives back, states the sum after it. The head carries that of the last
    series; any other's is in the last of its entries, which costs one more read. ``known`` are all references of the
    series, unless the head carries its sum.

    Raises:
        Unclear: a read did not succeed.
    """
    if head is not None and head.state.series[0] == series:
        return head.state.series[1]
    if not known:
        return 0
    last = ledger.entry(account, max(seq for _, seq in known))
    if last.state.series[0] == series:
        return last.state.series[1]
    # Entries of version 1 state no sum: theirs are added up, once, for the next entry will state it.
    standing = (unlock.seq for unlock in unlocks_of(known) if not unlock.reversed)
    return sum(sum(portion.coins for portion in ledger.entry(account, seq).spent) for seq in standing)


def unlocks_in(ledger: LedgerStore, person: str, series: str) -> tuple[Unlock, ...]:
    """The viewer's unlocks of a series, in the order of their entries; reads the references only.

    Raises:
        Busy: the ledger does not answer now.
    """
    try:
        return unlocks_of(ledger.references(viewer(person), series_prefix(series)))
    except Unclear as error:
        raise Busy("Try again in a moment.") from error


def unlocks_everywhere(ledger: LedgerStore, person: str, after: str, limit: int) -> Shelf:
    """The viewer's unlocks of the next ``limit`` series after one, whole series only.

    Raises:
        Busy: the ledger does not answer now.
    """
    account = viewer(person)
    lowest = f"{EVERY_UNLOCK}{after};" if after else EVERY_UNLOCK  # ";" follows ":", and no id contains either
    try:
        known = ledger.references_between(account, lowest, "unlock;", READ_AT_ONCE)
    except Unclear as error:
        raise Busy("Try again in a moment.") from error
    groups = [
        (series, tuple(unlocks)) for series, unlocks in itertools.groupby(_in_order(known), key=lambda one: one.series)
    ]
    cut_off = len(known) == READ_AT_ONCE
    if cut_off:  # the last series may go on beyond what was read
        last = groups.pop()[0]
        if not groups:
            groups = [(last, unlocks_in(ledger, person, last))]
    return Shelf(tuple(groups[:limit]), more=cut_off or len(groups) > limit)


def _in_order(known: Sequence[Known]) -> list[Unlock]:
    # As the index orders them, and pages go on by it: the colon that ends an id follows its hyphens and digits.
    return sorted(unlocks_of(known), key=lambda unlock: (f"{unlock.series}:", unlock.seq))
