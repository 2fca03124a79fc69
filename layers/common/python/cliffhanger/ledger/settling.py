"""Settles entries on the accounts that they move money on: the use case behind the stream consumer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from cliffhanger.dynamo import Unclear
from cliffhanger.errors import Busy, LedgerCorrupt
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.journal import ATTEMPTS, Retrying
from cliffhanger.ledger.settlement import MAX_SOURCES, Claim, by_destination, plan_batch
from cliffhanger.ledger.store import LedgerStore, entry_of_image


def settle_images(store: LedgerStore, images: Iterable[Mapping[str, Any]], retrying: Retrying | None = None) -> int:
    """Settles the entries of a stream's new images, in DynamoDB's JSON; as :func:`settle`.

    Raises:
        LedgerCorrupt: also when an image's bytes contradict their hash.
        Busy: as :func:`settle`.
    """
    return settle(store, [entry_of_image(image) for image in images], retrying)


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
    for destination, sources in by_destination(entries).items():
        for start in range(0, len(sources), MAX_SOURCES):
            count, failed = _settle_batch(store, destination, sources[start : start + MAX_SOURCES], pace)
            settled += count
            broken += failed
    if broken:
        names = ", ".join(f"{claim.account}/{claim.seq}" for claim in broken)
        raise LedgerCorrupt(f"Entries that are not as they were delivered: {names}")
    return settled


def _settle_batch(
    store: LedgerStore, destination: str, sources: Sequence[Entry], pace: Retrying
) -> tuple[int, list[Claim]]:
    pending = {(entry.account, entry.seq): entry for entry in sources}
    broken: list[Claim] = []
    for attempt in range(ATTEMPTS):
        if not pending:
            return 0, broken
        try:
            batch = plan_batch(destination, store.head(destination), list(pending.values()), pace.clock())
            outcome = store.settle(batch)
        except Unclear:
            pace.pause(attempt)
            continue
        if outcome.written:
            return len(pending), broken
        broken += outcome.broken
        for claim in (*outcome.settled, *outcome.broken):
            del pending[claim.account, claim.seq]
        if outcome.head_moved:
            pace.pause(attempt)
    raise Busy(f"{destination} is written by too many at once.")
