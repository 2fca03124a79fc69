"""The sides of settlement, as they are sorted: legs of entries, and lines of batches."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from tools.auditing.entries import Read
from tools.auditing.findings import Finding
from tools.auditing.items import ItemRecord
from tools.auditing.runs import Writer, partition_of
from tools.auditing.tally import Tally


class Settling(NamedTuple):
    """One side of a settlement, as it is sorted: a leg of an entry (``role`` 0) or a line of a batch (1).

    ``number`` is the batch's seq: what the leg's mark says (0: none), or where the line stands.
    """

    source: str
    seq: int
    destination: str
    role: int
    number: int
    at: int
    reference: str
    amounts: list[tuple[str, int]]


SettlingRecord = tuple[str, int, str, int, int, int, str, list[tuple[str, int]]]


def leave(read: Read, record: ItemRecord, writer: Writer, partitions: int, tally: Tally) -> None:
    """Leaves the legs and the lines of an entry to be held against each other; says which marks belong to nothing."""
    entry = read.entry
    marks = dict(record[7])
    for place, (destination, amounts) in enumerate(read.legs.items()):
        tally.counts["legs"] += 1
        number = marks.pop(place, 0)
        kept = sorted((unit, n) for unit, n in amounts.items() if n)
        _write(
            writer,
            partitions,
            Settling(entry.account, entry.seq, destination, 0, number, entry.at, entry.reference, kept),
        )
    for place in marks:
        said = f"m{place} of {len(read.legs)} counterparties"
        tally.findings.add(Finding("mark_unknown", said, entry.account, entry.seq, entry.reference, entry.at))
    if entry.batch:
        tally.counts["batches"] += 1
        for line in lines_of(read, record[0]):
            _write(writer, partitions, line)


def lines_of(read: Read, account: str) -> Iterator[Settling]:
    """The lines of a batch on an account, one for each of its sources."""
    for source, seq, moved in read.sources:
        named = sorted((unit, n) for unit, n in zip(read.units, moved, strict=False) if n)
        yield Settling(source, seq, account, 1, read.entry.seq, read.entry.at, "", named)


def _write(writer: Writer, partitions: int, settling: Settling) -> None:
    writer.add(partition_of(settling.source, partitions), tuple(settling), 120 + len(settling.source))
