"""Settles entries on the accounts that they move money on: the use case behind the stream consumer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from cliffhanger.dynamo import Unclear
from cliffhanger.errors import Busy, LedgerCorrupt
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.journal import Retrying
from cliffhanger.ledger.settlement import MAX_SOURCES, Claim, by_destination, plan_batch
from cliffhanger.ledger.store import LedgerStore, entry_of_image


class Settled(NamedTuple):
    """How many legs were settled here, and what can never be: entries by key, each with its reason.

    Poison is parked by being named: the entry stands unmarked in the table, from which it is settled again once mended.
    """

    legs: int
    poison: tuple[str, ...] = ()


def settle_images(store: LedgerStore, images: Iterable[Mapping[str, Any]], retrying: Retrying | None = None) -> Settled:
    """Settles the entries of a stream's new images, in DynamoDB's JSON; as :func:`settle`.

    Raises:
        Busy: as :func:`settle`.
    """
    entries: list[Entry] = []
    unreadable: list[str] = []
    for image in images:
        try:
            entries.append(entry_of_image(image))
        except LedgerCorrupt as error:
            unreadable.append(f"{_key_of(image)}: {error.detail}")
    settled = settle(store, entries, retrying)
    return Settled(settled.legs, (*settled.poison, *unreadable))


def settle(store: LedgerStore, entries: Iterable[Entry], retrying: Retrying | None = None) -> Settled:
    """Settles each entry on each account it has legs on, exactly once.

    What another worker has settled already is passed over. An entry whose claim cannot hold (its stored hash is
    another, or it is gone), or whose batch cannot be planned, blocks nobody: it is named and the others are settled.

    Raises:
        Busy: attempts are used up; delivering the entries again goes on from there.
    """
    pace = retrying or Retrying()
    legs = 0
    poison: list[str] = []
    for destination, sources in by_destination(entries).items():
        for start in range(0, len(sources), MAX_SOURCES):
            some = sources[start : start + MAX_SOURCES]
            try:
                count, broken = _settle_batch(store, destination, some, pace)
            except LedgerCorrupt as error:
                poison += [f"{entry.account}/{entry.seq} on {destination}: {error.detail}" for entry in some]
                continue
            legs += count
            poison += [f"{claim.account}/{claim.seq} on {destination}: not as it was delivered" for claim in broken]
    return Settled(legs, tuple(poison))


def _key_of(image: Mapping[str, Any]) -> str:
    return f"{image.get('account', {}).get('S')}/{image.get('seq', {}).get('N')}"


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
