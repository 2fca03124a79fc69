"""Settles entries on the accounts that they move money on: the use case behind the stream consumer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, NamedTuple

from cliffhanger.dynamo import Unclear
from cliffhanger.errors import Busy, LedgerCorrupt, NameInvalid, NotCanonical
from cliffhanger.ledger.entries import Entry, foreign_legs
from cliffhanger.ledger.journal import Retrying
from cliffhanger.ledger.names import GUARDED_KINDS, account_kind
from cliffhanger.ledger.packing import key_of
from cliffhanger.ledger.rolling import end_to_write, roll_if_full
from cliffhanger.ledger.settlement import MAX_SOURCES, Claim, by_destination, plan_batch
from cliffhanger.ledger.store import LedgerStore, entry_of_image

PoisonReason = Literal["unreadable", "not_plannable", "not_as_delivered"]
"""Its bytes are no entry; no batch can be made of it; what stands in the table is not what was delivered."""

BUSY_FOR_S = 30.0
"""Once an account was busy, none is begun after that: a table that answers nobody would use up the function's time."""

_NOT_PLANNABLE = (LedgerCorrupt, NameInvalid, NotCanonical)


class Poison(NamedTuple):
    """An entry that cannot be settled as it stands: its key, why, and in words for the log.

    It stands unmarked in the table, from which it is settled again once mended.
    """

    account: str
    seq: int
    reason: PoisonReason
    detail: str


class Settled(NamedTuple):
    """How many legs were settled here, and which entries cannot be."""

    legs: int
    poison: tuple[Poison, ...] = ()


def settle_images(store: LedgerStore, images: Iterable[Mapping[str, Any]], retrying: Retrying | None = None) -> Settled:
    """Settles the entries of a stream's new images, in DynamoDB's JSON; as :func:`settle`.

    Raises:
        Busy: as :func:`settle`.
    """
    entries: list[Entry] = []
    unreadable: list[Poison] = []
    for image in images:
        try:
            entries.append(entry_of_image(image))
        except LedgerCorrupt as error:
            unreadable.append(Poison(*key_of(image), "unreadable", error.detail))
    settled = settle(store, entries, retrying)
    return Settled(settled.legs, (*settled.poison, *unreadable))


def settle(store: LedgerStore, entries: Iterable[Entry], retrying: Retrying | None = None) -> Settled:
    """Settles each entry on each account it has legs on, exactly once.

    What another worker has settled already is passed over. An entry whose claim cannot hold (its stored hash is
    another, or it is gone), or whose batch cannot be planned, blocks nobody: it is named and the others are settled.
    So does an account that is written by too many: the others come first, and then it is told of.

    Raises:
        Busy: attempts are used up for an account; delivering the entries again goes on from there.
    """
    pace = retrying or Retrying()
    legs, began = 0, pace.timer()
    poison: list[Poison] = []
    busy: Busy | None = None
    for destination, sources in by_destination(entries).items():
        if busy is not None and pace.timer() - began > BUSY_FOR_S:
            break
        try:
            for start in range(0, len(sources), MAX_SOURCES):
                settled = _settle_some(store, destination, sources[start : start + MAX_SOURCES], pace)
                legs += settled.legs
                poison += settled.poison
        except Busy as error:
            busy = busy or error
    if busy is not None:
        raise busy
    return Settled(legs, tuple(poison))


def settle_inline(store: LedgerStore, entry: Entry, retrying: Retrying | None = None) -> bool:
    """Settles an entry's legs on guarded accounts at once, so that who is paid sees it in the answer (LEDGER rule 14).

    Best effort, by the same claims: the stream settles what is left. Legs on intake accounts and on the other side of
    the world wait for their batch. Returns whether every guarded leg is settled.
    """
    pace = retrying or Retrying()
    for destination in foreign_legs(entry):
        if account_kind(destination) in GUARDED_KINDS:
            try:
                _, broken = _settle_batch(store, destination, [entry], pace)
            except (Busy, *_NOT_PLANNABLE):
                return False
            if broken:
                return False
    return True


def _settle_some(store: LedgerStore, destination: str, sources: Sequence[Entry], pace: Retrying) -> Settled:
    """Settles sources on one account in one batch; where no batch can be made of them all, each in one of its own."""
    try:
        legs, broken = _settle_batch(store, destination, sources, pace)
    except _NOT_PLANNABLE as error:
        if len(sources) > 1:
            alone = [_settle_some(store, destination, [entry], pace) for entry in sources]
            return Settled(sum(one.legs for one in alone), tuple(poison for one in alone for poison in one.poison))
        detail = f"on {destination}: {error.detail}"
        return Settled(0, tuple(Poison(entry.account, entry.seq, "not_plannable", detail) for entry in sources))
    detail = f"on {destination}: not as it was delivered"
    return Settled(legs, tuple(Poison(claim.account, claim.seq, "not_as_delivered", detail) for claim in broken))


def _settle_batch(
    store: LedgerStore, destination: str, sources: Sequence[Entry], pace: Retrying
) -> tuple[int, list[Claim]]:
    pending = {(entry.account, entry.seq): entry for entry in sources}
    broken: list[Claim] = []
    for _ in pace.attempts():
        if not pending:
            return 0, broken
        try:
            head = end_to_write(store, destination)
            batch = plan_batch(destination, head, list(pending.values()), pace.clock())
            outcome = store.settle(batch)
        except Unclear:
            continue
        if outcome.written:
            roll_if_full(store, batch.entry, pace.clock())
            return len(pending), broken
        broken += outcome.broken
        for claim in (*outcome.settled, *outcome.broken):
            del pending[claim.account, claim.seq]
    if not pending:
        return 0, broken
    raise Busy(f"{destination} is written by too many at once.")
