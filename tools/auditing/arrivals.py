"""Coins that arrive at a viewer are the lots that their sources sealed: of that unit, so many, until that day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import NamedTuple

from tools.auditing.entries import Read
from tools.auditing.findings import Finding
from tools.auditing.runs import Writer, partition_of
from tools.verify_receipt import COIN_UNITS, Lot

MOST_LOTS = 128
"""Of so many lots two may have become one, with the later date: what came is not told from the lots any more."""
SEALED, BROUGHT = 0, 1

Coins = list[tuple[str, int, int]]
"""Unit, day of expiry, and how many coins."""


class Arrival(NamedTuple):
    """One side of what a batch brought to a viewer, as it is sorted: the terms that a source sealed, or the batch.

    ``coins`` of a source that takes coins back are negative; those of the batch are what its lots have become more.
    ``senders`` says of the batch how many of its sources move coins.
    """

    account: str
    number: int
    role: int
    at: int
    senders: int
    coins: Coins


ArrivalRecord = tuple[str, int, int, int, int, Coins]


def note(writer: Writer, partitions: int, read: Read, marks: dict[str, int], before: tuple[Lot, ...] | None) -> None:
    """Leaves what an entry says of arrivals: of those that it sends, and where it is a batch, of those it took in.

    ``marks`` are the batches that have settled it, by account; ``before`` are the lots before it, where they are known.
    """
    entry = read.entry
    for account in sorted({viewer for viewer, *_ in read.lots}):
        if marks.get(account):
            sign = {unit: 1 if amount > 0 else -1 for unit, amount in read.legs.get(account, {}).items()}
            sealed = [(unit, day, coins * sign.get(unit, 1)) for to, unit, coins, day in read.lots if to == account]
            _write(writer, partitions, Arrival(account, marks[account], SEALED, entry.at, 0, sealed))
    if not entry.batch or not entry.account.startswith("viewer:") or before is None or len(entry.lots) >= MOST_LOTS:
        return
    coins = {place for place, unit in enumerate(read.units) if unit in COIN_UNITS}
    senders = sum(any(amount for place, amount in enumerate(moved) if place in coins) for *_, moved in read.sources)
    if senders:
        grown = _by_terms(entry.lots)
        grown.subtract(_by_terms(before))
        brought = [(unit, day, amount) for (unit, day), amount in sorted(grown.items()) if amount]
        _write(writer, partitions, Arrival(entry.account, entry.seq, BROUGHT, entry.at, senders, brought))


def judge(records: Iterable[ArrivalRecord]) -> Iterator[Finding]:
    """Holds the batches of a partition, whose records come in order, against the terms of their sources.

    Where the terms of a source are not at hand, it is in flight, or found elsewhere.
    """
    for (account, number), group in groupby(records, key=lambda record: record[:2]):
        sides = [Arrival(*record) for record in group]
        sealed = [side for side in sides if side.role == SEALED]
        for batch in sides[len(sealed) :]:
            if len(sealed) == batch.senders:
                for said in _faults(sealed, batch):
                    yield Finding("lots_otherwise", said, account, number, "", batch.at)


def _faults(sealed: list[Arrival], batch: Arrival) -> Iterator[str]:
    """No more coins until a day than were sealed for it: the rest has repaid debt, or was taken back since."""
    due: Counter[tuple[str, int]] = Counter()
    for side in sealed:
        for unit, day, coins in side.coins:
            due[unit, day] += max(0, coins)
    for unit, day, coins in batch.coins:
        if coins > due[unit, day]:
            yield f"{coins} {unit} until day {day}, and its sources sealed {due[unit, day]}"


def _by_terms(lots: tuple[Lot, ...]) -> Counter[tuple[str, int]]:
    found: Counter[tuple[str, int]] = Counter()
    for lot in lots:
        found[lot.unit, lot.expires] += lot.coins
    return found


def _write(writer: Writer, partitions: int, arrival: Arrival) -> None:
    writer.add(partition_of(arrival.account, partitions), tuple(arrival), 80 + 40 * len(arrival.coins))
