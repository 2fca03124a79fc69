"""Repair: settles what settlement has missed, and reconciles marks with batches both ways (LEDGER rule 16).

First the batches: each names its sources, and a source that lost its mark in a restore gets it back, or it would be
settled twice. Only then the sources: what has legs without marks is settled. In that order both are safe while
consumers run, and safe to repeat. In a restored table that nobody writes to, a batch whose source was lost is retracted
before both, and a mark whose batch was lost is taken away between the two. What does not agree otherwise is named and
left as it is, and nothing of it is settled. Memory grows with what does not agree, and not with the table.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, Literal, NamedTuple, Protocol

from cliffhanger.errors import LedgerCorrupt, NameInvalid, NotCanonical
from cliffhanger.ledger.entries import Entry, foreign_legs, mark_of
from cliffhanger.ledger.journal import Retrying
from cliffhanger.ledger.names import volume_of
from cliffhanger.ledger.packing import key_of
from cliffhanger.ledger.retracting import Place, retract
from cliffhanger.ledger.rolling import mend_roll, stored_at
from cliffhanger.ledger.scan import LedgerScan
from cliffhanger.ledger.settlement import MAX_SOURCES
from cliffhanger.ledger.settling import Poison, settle
from cliffhanger.ledger.store import LedgerStore, Stored, entry_of_image

GRACE_MS = 15 * 60_000
"""What is younger is under way: the stream settles it."""
CHUNK = 5 * MAX_SOURCES
_BATCHES_KEPT = 512

TornReason = Literal[
    "batch_of_nothing", "settled_otherwise", "marked_elsewhere", "mark_without_batch", "unreadable", "rolled_otherwise"
]
"""Why marks and batches do not agree, as the auditor names it; or two volumes do not."""


class Images(Protocol):
    """Where entries come from: the table, or an export of it."""

    def images(self, segment: int = 0, segments: int = 1) -> Iterator[Mapping[str, Any]]:
        """Every item of one of so many segments, in DynamoDB's JSON."""
        ...


class Torn(NamedTuple):
    """An entry that a person has to look at: its key, with which account, and why; nothing of it was changed."""

    account: str
    seq: int
    counterparty: str
    reason: TornReason


class Repaired(NamedTuple):
    """What a repair has seen and done.

    ``marked``: marks that were set again; ``rolls``: rolls of which one half was written again; ``freed``: marks of
    lost batches that were taken away; ``legs``: legs that were settled; in a dry run each is what would be.
    ``waiting``: legs too young to judge; ``oldest_at``: the time of the oldest entry that was missed, milliseconds, 0
    for none; ``retracted``: batches whose sources were lost.
    """

    entries: int = 0
    marked: int = 0
    rolls: int = 0
    freed: int = 0
    legs: int = 0
    waiting: int = 0
    oldest_at: int = 0
    poison: tuple[Poison, ...] = ()
    torn: tuple[Torn, ...] = ()
    retracted: int = 0

    @property
    def whole(self) -> bool:
        """Whether nothing is left for a person to look at."""
        return not self.poison and not self.torn


class Repair:
    """One run over a table; ``dry`` changes nothing. Loops wait and tell the time as ``retrying`` says.

    ``restored``: the table was restored, and nobody else writes to it. Marks without batches are taken away then, and
    nothing is too young to be settled, because no stream tells of it.
    """

    def __init__(
        self,
        ledger: LedgerStore,
        scan: LedgerScan,
        *,
        dry: bool = False,
        restored: bool = False,
        grace_ms: int = GRACE_MS,
        retrying: Retrying | None = None,
    ) -> None:
        self._ledger = ledger
        self._scan = scan
        self._dry = dry
        self.restored = restored
        self._grace_ms = 0 if restored else grace_ms
        self._pace = retrying or Retrying()
        self._doubtful: set[tuple[str, int]] = set()
        self._mended: set[tuple[str, int, str]] = set()
        """Marks that a dry run would have set: their legs are settled."""
        self._freed: set[tuple[str, int, str]] = set()
        """Marks that a dry run would have taken away: their legs are open."""
        self._retracted: set[Place] = set()
        self._named = lru_cache(_BATCHES_KEPT)(self._sources_of)

    def retract_batches(self, images: Iterable[Mapping[str, Any]]) -> Repaired:
        """Retracts the batches whose sources were lost; before the others, and only where nobody else writes.

        Raises:
            Unclear: a read or a write did not succeed; begin again.
        """
        before = len(self._retracted)
        for entry in _readable(images, []):
            self._retracted.update(retract(self._ledger, self._scan, entry, dry=self._dry))
        return Repaired(retracted=len(self._retracted) - before)

    def mend_marks(self, images: Iterable[Mapping[str, Any]]) -> Repaired:
        """Sets the marks that batches have and their sources lack, and completes rolls; over all of the table first.

        Raises:
            Unclear: a read or a write did not succeed; begin again.
        """
        entries, marked, rolls, torn = 0, 0, 0, list[Torn]()
        for entry in _readable(images, torn):
            entries += 1
            roll = self._mend_roll(entry)
            if roll == "rolled_otherwise":
                torn.append(Torn(entry.account, entry.seq, "", roll))
            rolls += roll is True
            if (volume_of(entry.account)[0], entry.seq) in self._retracted:
                continue  # a dry run still sees it
            for account, seq, amounts in entry.sources:
                moved = {unit: amount for unit, amount in zip(entry.units, amounts, strict=True) if amount}
                outcome = self._mend(entry, account, seq, moved)
                if outcome is True:
                    marked += 1
                    if self._dry:
                        self._mended.add((account, seq, volume_of(entry.account)[0]))
                elif outcome is not None:
                    self._doubtful.add((account, seq))
                    torn.append(Torn(account, seq, entry.account, outcome))
        return Repaired(entries=entries, marked=marked, rolls=rolls, torn=tuple(torn))

    def free_marks(self, images: Iterable[Mapping[str, Any]]) -> Repaired:
        """Takes away the marks whose batches were lost; between the two others, and only where nobody else writes.

        Raises:
            Unclear: a read or a write did not succeed; begin again.
        """
        entries, freed = 0, 0
        for entry in _readable(images, []):  # what is not was named by the step before
            entries += 1
            standing = self._as_told(entry)
            if standing is None or (entry.account, entry.seq) in self._doubtful:
                continue
            for counterparty, seq in self._strays(entry, standing).items():
                freed += self._free(entry, counterparty, seq)
        self._named.cache_clear()  # where a batch was lost, the next step may write another
        return Repaired(entries=entries, freed=freed)

    def settle_missed(self, images: Iterable[Mapping[str, Any]]) -> Repaired:
        """Settles the legs that have no mark and are older than the grace; to be done once all marks are mended.

        Raises:
            Busy: an account is written by too many at once; begin again.
            Unclear: a read did not succeed; begin again.
        """
        before = self._pace.clock() - self._grace_ms
        done, unsettled = Repaired(), list[Entry]()
        torn: list[Torn] = []
        for entry in _readable(images, torn):
            done = done._replace(entries=done.entries + 1)
            missing, elsewhere = self._judge(entry)
            torn += elsewhere
            if (entry.account, entry.seq) in self._doubtful:
                continue
            if missing and entry.at > before:
                done = done._replace(waiting=done.waiting + missing)
            elif missing:
                unsettled.append(entry)
                oldest = min(done.oldest_at or entry.at, entry.at)
                done = done._replace(oldest_at=oldest, legs=done.legs + (missing if self._dry else 0))
            if len(unsettled) >= CHUNK:
                done = self._settled(done, unsettled)
        done = self._settled(done, unsettled)
        return done._replace(torn=tuple(torn))

    def _settled(self, done: Repaired, unsettled: list[Entry]) -> Repaired:
        if not self._dry:
            settled = settle(self._ledger, unsettled, self._pace)
            done = done._replace(legs=done.legs + settled.legs, poison=(*done.poison, *settled.poison))
        unsettled.clear()
        return done

    def _mend(
        self, batch: Entry, account: str, seq: int, moved: Mapping[str, int]
    ) -> Literal[True] | TornReason | None:
        """Whether a batch's source got its mark back, or why it cannot; None where it has it."""
        standing, destination = stored_at(self._ledger, account, seq), volume_of(batch.account)[0]
        if standing is None:
            return "batch_of_nothing"
        source = standing.entry
        if source is None:
            return "unreadable"
        legs = foreign_legs(source).get(destination)
        if legs is None or {unit: amount for unit, amount in legs.items() if amount} != moved:
            return "settled_otherwise"
        mark = standing.settled.get(destination)
        if mark is not None:
            return None if mark == batch.seq else "marked_elsewhere"
        return True if self._dry or self._scan.mark(source, mark_of(source, destination), batch.seq) else None

    def _mend_roll(self, entry: Entry) -> Literal[True, "rolled_otherwise"] | None:
        """Whether a half of a roll was written again, or cannot be; None where there is nothing to do."""
        try:
            return mend_roll(self._ledger, entry, dry=self._dry) or None
        except (LedgerCorrupt, NameInvalid, NotCanonical):
            return "rolled_otherwise"

    def _free(self, entry: Entry, counterparty: str, seq: int) -> bool:
        """Whether a mark was taken away, or in a dry run would be."""
        if not self._dry:
            return self._scan.unmark(entry, mark_of(entry, counterparty), seq)
        self._freed.add((entry.account, entry.seq, counterparty))
        return True

    def _judge(self, entry: Entry) -> tuple[int, list[Torn]]:
        """How many legs of an entry lack their mark, and which marks name a batch that does not name the entry."""
        standing = self._as_told(entry)
        if standing is None:
            return 0, []
        strays = [one for one in self._strays(entry, standing) if (entry.account, entry.seq, one) not in self._freed]
        torn = [Torn(entry.account, entry.seq, counterparty, "mark_without_batch") for counterparty in strays]
        settled = sum(
            (entry.account, entry.seq, one) in self._mended
            or (one in standing.settled and (entry.account, entry.seq, one) not in self._freed)
            for one in foreign_legs(entry)
        )
        return len(foreign_legs(entry)) - settled, torn

    def _as_told(self, entry: Entry) -> Stored | None:
        """What stands in an entry's place, read anew; None if it moves nothing elsewhere, or another one stands."""
        standing = stored_at(self._ledger, entry.account, entry.seq) if foreign_legs(entry) else None
        there = standing is not None and standing.entry is not None and standing.entry.hash == entry.hash
        return standing if there else None

    def _strays(self, entry: Entry, standing: Stored) -> dict[str, int]:
        """The marks that name a batch which does not name the entry: the batch's seq, by account."""
        return {
            counterparty: seq
            for counterparty, seq in standing.settled.items()
            if (entry.account, entry.seq) not in self._named(counterparty, seq)
        }

    def _sources_of(self, account: str, seq: int) -> frozenset[tuple[str, int]]:
        standing = stored_at(self._ledger, account, seq)
        if standing is None or standing.entry is None or (account, seq) in self._retracted:
            return frozenset()
        return frozenset((source.account, source.seq) for source in standing.entry.sources)


def repair(run: Repair, source: Images, segments: int = 1) -> Repaired:
    """All steps, each over all of the table or of an export's window, segment by segment.

    Raises:
        Busy, Unclear: as the steps; what was mended stays so, and a second run goes on from there.
    """
    total = Repaired()
    steps = [run.mend_marks, *([run.free_marks] if run.restored else []), run.settle_missed]
    for step in [run.retract_batches, *steps] if run.restored else steps:
        total = total._replace(entries=0)  # each step sees them all once more
        for segment in range(segments):
            total = _together(total, step(source.images(segment, segments)))
    return total


def _together(one: Repaired, other: Repaired) -> Repaired:
    times = [at for at in (one.oldest_at, other.oldest_at) if at]
    summed: dict[str, Any] = {name: getattr(one, name) + getattr(other, name) for name in Repaired._fields}
    return Repaired(**{**summed, "oldest_at": min(times, default=0), "torn": tuple(dict.fromkeys(summed["torn"]))})


def _readable(images: Iterable[Mapping[str, Any]], torn: list[Torn]) -> Iterator[Entry]:
    for image in images:
        try:
            yield entry_of_image(image)
        except LedgerCorrupt:
            torn.append(Torn(*key_of(image), "", "unreadable"))
