"""Settlement both ways: each leg in exactly one batch and marked with it, each batch line a leg that stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import NamedTuple

from tools.auditing.again import Again
from tools.auditing.entries import Wrong, read
from tools.auditing.findings import Finding
from tools.auditing.legs import Settling, SettlingRecord, lines_of
from tools.auditing.tables import Live
from tools.auditing.tally import Tally


class Bounds(NamedTuple):
    """By when something must have been settled (ms), and whether the whole ledger is at hand or a window of it.

    ``restored_to`` as of :class:`tools.auditing.losses.Anchored`. ``live`` is the table where it was read from one:
    while it was read, others have written.
    """

    due_before: int
    whole: bool
    restored_to: int = 0
    live: Live | None = None

    def again(self) -> Again | None:
        """What looks at the live table once more."""
        return None if self.live is None else Again(self.live)


def reconcile(records: Iterable[SettlingRecord], bounds: Bounds, told: Iterator[None]) -> tuple[Tally, Counter[str]]:
    """Holds legs and lines of a partition, which come in order, against each other; also what is still open, per unit.

    A pair that only one side of has been seen, and that is younger than the bound, is in flight: an export reads its
    partitions at slightly different moments (LEDGER rule 16).
    """
    tally, again = Tally(), bounds.again()
    open_: Counter[str] = Counter()
    for _, group in groupby(records, key=lambda record: record[:3]):
        next(told, None)
        sides = [Settling(*record) for record in group]
        legs = [side for side in sides if side.role == 0]
        lines = [side for side in sides if side.role == 1]
        if legs and lines:
            tally.counts["settled"] += 1
            found = list(_pair(legs[0], lines))
        elif legs:
            found = list(_leg_alone(legs[0], bounds, open_, tally))
            if again is not None and any(finding.code == "mark_without_batch" for finding in found):
                found = list(_looked_at_again(legs[0], found, again, tally))
        else:
            found = list(_line_alone(lines, bounds, open_, tally))
        for finding in found:
            if finding.code == "batch_without_mark" and finding.since >= bounds.due_before:
                tally.counts["in flight"] += 1
            else:
                tally.findings.add(finding)
    return tally, open_


def _pair(leg: Settling, lines: list[Settling]) -> Iterator[Finding]:
    numbers = [line.number for line in lines]
    where = f"on {leg.destination}"
    if len(lines) > 1:
        yield _at(leg, "settled_twice", f"{where} by batches {', '.join(map(str, numbers))}")
    for line in lines:
        if line.amounts != leg.amounts:
            yield _at(leg, "settled_otherwise", f"{where} #{line.number} as {line.amounts}, it moves {leg.amounts}")
    if not leg.number:
        found = _at(leg, "batch_without_mark", f"{where} by batch {numbers[0]}")
        yield found._replace(since=max(line.at for line in lines), other=leg.destination, other_seq=numbers[0])
    elif leg.number not in numbers:
        yield _at(leg, "mark_elsewhere", f"{where} the mark says batch {leg.number}, batch {numbers[0]} has it")


def _leg_alone(leg: Settling, bounds: Bounds, open_: Counter[str], tally: Tally) -> Iterator[Finding]:
    for unit, amount in leg.amounts:
        open_[unit] += amount
    if leg.at >= bounds.due_before:
        tally.counts["in flight"] += 1
    elif not leg.number:
        yield _at(leg, "settlement_overdue", f"{leg.amounts} on {leg.destination}")
    elif bounds.whole:
        found = _at(leg, "mark_without_batch", f"{leg.destination} #{leg.number} does not name it")
        yield found._replace(other=leg.destination, other_seq=leg.number)
    else:
        tally.counts["settled before"] += 1


def _looked_at_again(leg: Settling, found: list[Finding], again: Again, tally: Tally) -> Iterator[Finding]:
    """What was found of a leg, unless the batch of its mark was written once the destination had been read."""
    record = again.entry(leg.destination, leg.number)
    try:
        lines = [] if record is None else list(lines_of(read(record), leg.destination))
    except Wrong:
        lines = []
    named = [line for line in lines if (line.source, line.seq) == (leg.source, leg.seq)]
    if named:
        tally.counts["in flight"] += 1
        yield from _pair(leg, named)
    else:
        yield from found


def _line_alone(lines: list[Settling], bounds: Bounds, open_: Counter[str], tally: Tally) -> Iterator[Finding]:
    for line in lines:
        if line.at >= bounds.due_before:
            tally.counts["in flight"] += 1
            for unit, amount in line.amounts:
                open_[unit] -= amount
        else:
            said = f"it names {line.source} #{line.seq} with {line.amounts}"
            yield Finding("batch_of_nothing", said, line.destination, line.number, "", line.at)


def _at(leg: Settling, code: str, detail: str) -> Finding:
    return Finding(code, detail, leg.source, leg.seq, leg.reference, leg.at)


def conserved(worth: Counter[str], open_: Counter[str]) -> Iterator[Finding]:
    """Over all heads, and the legs that are open, every unit is zero (LEDGER rule 9)."""
    for unit in sorted({*worth, *open_}):
        if worth[unit] + open_[unit]:
            said = f"{unit}: heads {worth[unit]}, open legs {open_[unit]}, together {worth[unit] + open_[unit]}"
            yield Finding("not_conserved", said)
