"""Volumes: how an account that takes in what others send goes on when its partition is full. Pure (LEDGER rule 13).

The account is one chain, in several partitions. The last entry of a volume is `closed`, and says where the chain goes
on; the first of the next is `opened`. Numbers and hashes go on as if nothing had happened, so that a mark, which is
nothing but a number, means one entry of the account, whatever volume it is in (docs/adr/0022).
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from typing import NamedTuple

from cliffhanger.errors import LedgerCorrupt, NameInvalid
from cliffhanger.ledger.entries import CLOSED, OPENED, Entry, next_volume, seal
from cliffhanger.ledger.names import rolls, volume, volume_of

VOLUME_ENTRIES = 200_000
"""So many entries are in a volume, or hardly more.

With a local index a partition holds at most 10 GB (DynamoDB quota). A batch of 99 sources takes 2.1 KB as it is stored,
and twice that where each moves many units: a full volume is below 1 GB, a tenth of the quota."""


class Roll(NamedTuple):
    """The two entries by which an account goes on in its next volume; they are written both or not at all."""

    closed: Entry
    opened: Entry


def entries_in_volume(address: str, seq: int, volume_entries: int = VOLUME_ENTRIES) -> int:
    """How many entries there are in a volume at most, by its newest one's number: none begins before its turn.

    Raises:
        NameInvalid: it is the address of no volume.
    """
    _, number = volume_of(address)
    return seq - (number - 1) * volume_entries


def fullest(places: Iterable[tuple[str, int]]) -> int:
    """How many entries the fullest partition has of those that some entries stand in, by address and number; at most.

    What stands under no address of an account is passed over: its bytes are no entry.
    """
    most = 0
    for address, seq in places:
        with contextlib.suppress(NameInvalid):
            most = max(most, entries_in_volume(address, seq))
    return most


def is_full(head: Entry, volume_entries: int = VOLUME_ENTRIES) -> bool:
    """Whether an account is to go on in its next volume after this entry, the last one of its chain."""
    return (
        rolls(volume_of(head.account)[0])
        and entries_in_volume(head.account, head.seq, volume_entries) >= volume_entries
    )


def plan_roll(head: Entry, now: int) -> Roll:
    """Closes the volume of a last entry and opens the next.

    Raises:
        LedgerCorrupt: the account carries references, holds something, or is closed: it never rolls.
        NameInvalid: it has had as many volumes as there can be.
    """
    account, number = volume_of(head.account)
    if not rolls(account) or head.reference is not None or head.state.holds:
        raise LedgerCorrupt(f"{head.account} does not roll.")
    terms = {"kind": CLOSED, "next": volume(account, number + 1)}
    closed = seal(head.account, head, now, postings=(), state=head.state, terms=terms)
    return Roll(closed, opened_after(closed))


def opened_after(closed: Entry) -> Entry:
    """The first entry of the next volume: it follows from the last one of this, to the byte.

    Raises:
        LedgerCorrupt: that one closes nothing.
    """
    following = next_volume(closed)
    if following is None:
        raise LedgerCorrupt(f"Entry {closed.seq} of {closed.account} closes nothing.")
    terms = {"kind": OPENED, "before": closed.account}
    return seal(following, closed, closed.at, postings=(), state=closed.state, terms=terms)
