"""Settles entries on the accounts that they move money on: the use case behind the stream consumer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from cliffhanger.dynamo import Unclear
from cliffhanger.errors import Busy, LedgerCorrupt
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.journal import Retrying
from cliffhanger.ledger.settlement import MAX_SOURCES, Claim, by_destination, plan_batch
from cliffhanger.ledger.store import LedgerStore, entry_of_image


def settle_images(store: LedgerStore, images: Iterable[Mapping[str, Any]], retrying: Retrying | None = None) -> int:
    """Settles the entries of a stream's new images, in DynamoDB's JSON; as :func:`settle`.

    Raises:
        LedgerCorrupt: also when an image's bytes contradict their hash; the others are settled first.
        Busy: as :func:`settle`.
    """
    entries: list[Entry] = []
    unreadable: list[LedgerCorrupt] = []
    for image in images:
        try:
            entries.append(entry_of_image(image))
        except LedgerCorrupt as error:
            unreadable.append(error)
    settled = settle(store, entries, retrying)
    if unreadable:
        raise unreadable[0]
    return settled


def settle(store: LedgerStore, entries: Iterable[Entry], retrying: Retrying | None = None) -> int:
    """Settles each entry on each account it has legs on, exactly once; answers how many legs it settled itself.

    What another worker has settled already is passed over. An entry whose claim cannot hold (its stored hash is
    another, or it is gone) blocks nobody: the others are settled first.

    Raises:
        Busy: attempts are used up; delivering the entries again goes on from there.
        LedgerCorrupt: at least one claim cannot hold; names the entries.
    """
    pace = retrying or Retrying()
    settled = 0
    broken: list[Claim] = []
    refused: list[str] = []
    for destination, sources in by_destination(entries).items():
        for start in range(0, len(sources), MAX_SOURCES):
            try:
                count, failed = _settle_batch(store, destination, sources[start : start + MAX_SOURCES], pace)
            except LedgerCorrupt as error:
                refused.append(f"{destination}: {error.detail}")
                continue
            settled += count
            broken += failed
    if broken:
        names = ", ".join(f"{claim.account}/{claim.seq}" for claim in broken)
        refused.append(f"entries that are not as they were delivered: {names}")
    if refused:
        raise LedgerCorrupt("; ".join(refused))
    return settled


def _settle_batch(
    store: LedgerStore, destination: str, sources: Sequence[Entry], pace: Retrying
) -> tuple[int, list[Claim]]:
    pending = {(entry.account, entry.seq): entry for entry in sources}
    broken: list[Claim] = []
    for _ in pace.attempts():
        if not pending:
            return 0, broken
        try:
            batch = plan_batch(destination, store.head(destination), list(pending.values()), pace.clock())
            outcome = store.settle(batch)
        except Unclear:
            continue
        if outcome.written:
            return len(pending), broken
        broken += outcome.broken
        for claim in (*outcome.settled, *outcome.broken):
            del pending[claim.account, claim.seq]
    if not pending:
        return 0, broken
    raise Busy(f"{destination} is written by too many at once.")
