"""One chain after another: links, numbers, references, arithmetic; and what is left for settlement to prove."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import NamedTuple

from tools import verify_receipt
from tools.auditing import arrivals, entries, legs
from tools.auditing.again import Again
from tools.auditing.entries import GUARDED, Read, Wrong, reference_fits, worth_of
from tools.auditing.findings import Finding
from tools.auditing.histories import History
from tools.auditing.items import ANCHORED, DELETED, LOST, ItemRecord, address_of
from tools.auditing.losses import Anchored
from tools.auditing.runs import Writer
from tools.auditing.settlements import Bounds
from tools.auditing.shares import share_faults
from tools.auditing.tally import Tally
from tools.auditing.volumes import Volumes, carried_beyond
from tools.verify_receipt import Lot, Refuted, between, within

CODE_OF_FIELD = {
    "entry.prev": "link_broken",
    "entry.at": "time_backwards",
    "entry.state.balances": "balance_wrong",
    "entry.state.lots": "lots_wrong",
    "entry.spent": "spending_wrong",
    "entry.postings": "postings_wrong",
    "entry.state.limits": "declaration_wrong",
    "entry.state.flags": "declaration_wrong",
    "entry.state.day": "tally_wrong",
    "entry.state.series": "tally_wrong",
    "entry.reference": "terms_wrong",
}
"""The code of what the receipt verifier finds in a field; in terms ``terms_wrong``, anywhere else ``rule_broken``."""


class Chain:
    """One account's chain, entry by entry over all its volumes; ``whole`` is False where only a window is at hand.

    What is younger than ``due_before`` (ms) may be half of a roll that an export has torn.
    """

    def __init__(self, account: str, tally: Tally, *, whole: bool, due_before: int) -> None:
        self.account = account
        self._tally = tally
        self._whole = whole
        self._due_before = due_before
        self._volumes = Volumes(account)
        self._guarded = account.partition(":")[0] in GUARDED
        self._expected = 1
        self._at = 0
        self._before: Read | None = None
        """The entry directly before, if it could be read."""
        self._last: Read | None = None
        self._history = History()

    def lots_before(self, seq: int) -> tuple[Lot, ...] | None:
        """The lots before the entry that is taken next; None where the one directly before it is not at hand."""
        if seq == 1:
            return ()
        return None if self._before is None or seq != self._expected else self._before.entry.lots

    def unseen(self, record: ItemRecord, again: Again | None) -> Iterator[ItemRecord]:
        """What stands before a record and has not been read: written after its page was, by who came in between."""
        if again is not None and record[1] > self._expected:
            volumes = range(self._volumes.number, record[8] + 1)
            yield from again.between(self.account, volumes, self._expected, record[1] - 1)

    def take(self, record: ItemRecord) -> Read | None:
        """The next entry; what it leaves to settle, or None where it cannot be read."""
        seq, volume = record[1], record[8]
        if self._volumes.passed(volume):
            self._find("entry_after_closed", f"{address_of(record)} was closed before it", record)
            return self._read(record)
        if seq != self._expected and (self._whole or seq < self._expected) and not self._torn(record):
            missing = f"{self._expected}" if seq == self._expected + 1 else f"{self._expected} to {seq - 1}"
            self._find("chain_gap", f"missing: {missing}", record)
        if seq != self._expected:
            self._before = None
        first = self._expected == 1 and seq == 1
        self._expected = seq + 1
        read = self._read(record)
        if read is None:
            self._before = None
            return None
        for code, detail in self._volumes.faults(read, volume, whole=self._whole):
            self._tally.findings.add(_finding(code, detail, read))
        for code, detail in self._faults(read, first=first):
            self._tally.findings.add(_finding(code, detail, read))
        self._at = max(self._at, read.entry.at)
        self._before = self._last = read
        return read

    def end(self) -> None:
        """No entry follows: what the account is worth. A closed volume is no end."""
        self._tally.counts["accounts"] += 1
        if self._volumes.closed and self._whole and self._last is not None:
            if self._last.entry.at < self._due_before:
                said = f"{self._last.entry.terms.get('next')} is not there"
                self._tally.findings.add(_finding("volume_missing", said, self._last))
            else:
                self._tally.counts["in flight"] += 1
        if self._last is not None:
            for unit, amount in worth_of(self._last.entry.state).items():
                self._tally.worth[unit] += amount

    def _read(self, record: ItemRecord) -> Read | None:
        try:
            return entries.read(record)
        except Wrong as wrong:
            self._find(wrong.args[0], wrong.args[1], record)
            return None

    def _torn(self, record: ItemRecord) -> bool:
        """Whether the gap before a record is the other half of a roll that is under way."""
        if not self._volumes.follows(record, self._expected):
            return False
        try:
            young = entries.read(record).entry.at >= self._due_before
        except Wrong:
            return False
        if young:
            self._volumes.closed = True
            self._tally.counts["in flight"] += 1
        return young

    def _find(self, code: str, detail: str, record: ItemRecord) -> None:
        self._tally.findings.add(Finding(code, detail, address_of(record), record[1], record[4], self._at))

    def _faults(self, read: Read, *, first: bool) -> Iterator[tuple[str, str]]:
        entry, before = read.entry, self._before.entry if self._before else None
        yield from self._rules(entry, before, first=first)
        if self._guarded and any(amount < 0 for amount in entry.state.get("balances", {}).values()):
            yield "overdrawn", str({key: n for key, n in entry.state["balances"].items() if n < 0})
        if entry.batch:
            yield from _batch_faults(read)
        else:
            if not reference_fits(entry.reference, entry.account):
                yield "reference_wrong", entry.reference
            yield from self._history.faults(entry, before, whole=self._whole)

    def _rules(
        self, entry: verify_receipt.Entry, before: verify_receipt.Entry | None, *, first: bool
    ) -> Iterator[tuple[str, str]]:
        """The receipt verifier's rules, which share no code with the product."""
        if first and entry.prev:
            yield "link_broken", "the first entry names one before it"
        try:
            if not entry.batch or entry.lots:
                yield from map(_coded, within(entry))
            if before is not None or first:
                yield from map(_coded, between(before, entry))
        except Refuted as refuted:
            yield "form_wrong", " ".join(refuted.args)
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            yield "form_wrong", f"{type(error).__name__}: {error}"


def _coded(finding: verify_receipt.Finding) -> tuple[str, str]:
    field = finding.field
    code = "terms_wrong" if field.startswith("entry.terms") else CODE_OF_FIELD.get(field, "rule_broken")
    return code, f"{field} {finding.says}"


def _batch_faults(read: Read) -> Iterator[tuple[str, str]]:
    """A batch's postings are the sum of its sources, per unit."""
    total = dict.fromkeys(read.units, 0)
    for account, seq, amounts in read.sources:
        if len(amounts) != len(read.units) or not all(type(n) is int for n in (seq, *amounts)):
            yield "form_wrong", f"source {account} #{seq}"
            return
        for unit, amount in zip(read.units, amounts, strict=True):
            total[unit] += amount
    yield from carried_beyond(read, total)
    yield from share_faults(read)
    moved = {unit: n if source == "*" else -n for unit, n, source, _ in read.entry.postings}
    if {unit: n for unit, n in total.items() if n} != moved:
        yield "postings_wrong", f"the sources sum to {total}, the postings to {moved}"


def _finding(code: str, detail: str, read: Read) -> Finding:
    entry = read.entry
    return Finding(code, detail, entry.account, entry.seq, entry.reference, entry.at)


class Left(NamedTuple):
    """What is left to prove over several chains: legs and lines of settlement, and coins that arrive."""

    settling: Writer
    arrivals: Writer


def prove(
    records: Iterable[ItemRecord],
    left: Left,
    partitions: int,
    *,
    bounds: Bounds,
    told: Iterator[None],
) -> Tally:
    """Proves the chains of a partition, whose records come in order; what several chains must prove is ``left``.

    ``told`` is advanced once an entry, to show progress. What a live table's pages lack of a chain is read again.
    """
    tally, again = Tally(), bounds.again()
    for account, of_account in groupby(records, key=lambda record: record[0]):
        chain = Chain(account, tally, whole=bounds.whole, due_before=bounds.due_before)
        anchored = Anchored(tally, whole=bounds.whole, restored_to=bounds.restored_to)
        begun = False
        for _, of_place in groupby(sorted_by_place(of_account), key=lambda record: (record[1], record[8])):
            several = list(of_place)
            standing, read = _newest(several, tally), None
            if standing is not None:
                next(told, None)
                begun = True
                for record in chain.unseen(standing, again):
                    _take(chain, record, left, partitions, tally)
                read = _take(chain, standing, left, partitions, tally)
            anchored.hold(several, standing, 0 if read is None else read.entry.at)
        anchored.end()
        if begun:
            chain.end()
    return tally


def _take(chain: Chain, record: ItemRecord, left: Left, partitions: int, tally: Tally) -> Read | None:
    """Proves the next entry of a chain, and leaves what only several chains tell; None where it cannot be read."""
    tally.counts["entries"] += 1
    before = chain.lots_before(record[1])
    read = chain.take(record)
    if read is not None:
        legs.leave(read, record, left.settling, partitions, tally)
        marked = dict(record[7])
        marks = {account: marked.get(place, 0) for place, account in enumerate(read.legs)}
        arrivals.note(left.arrivals, partitions, read, marks, before)
    return read


def sorted_by_place(records: Iterable[ItemRecord]) -> Iterator[ItemRecord]:
    """A chain's records, which come in order of number, those of one number in order of volume."""
    for _, several in groupby(records, key=lambda record: record[1]):
        yield from sorted(several, key=lambda record: record[8])


def _newest(several: list[ItemRecord], tally: Tally) -> ItemRecord | None:
    """What stands under a key: of several exports the newest image counts."""
    images = [record for record in several if record[3] not in (ANCHORED, LOST)]
    if not images:
        return None
    newest = max(images, key=lambda record: record[2])
    if newest[3] == DELETED:
        detail = "deleted, by the incremental export"
        tally.findings.add(Finding("entry_deleted", detail, address_of(newest), newest[1], "", newest[2] // 1000))
        return None
    return newest
