"""What happens seldom and is worst: a table restored to an earlier point, an outage longer than the stream keeps."""

from __future__ import annotations

import base64
from collections.abc import Callable, Collection
from typing import Any

from cliffhanger.dynamo import Unclear
from cliffhanger.errors import Busy
from cliffhanger.ledger.entries import Entry, mark_of
from cliffhanger.ledger.repairing import Repair, Repaired, repair
from cliffhanger.ledger.scan import LedgerScan
from cliffhanger.ledger.settling import settle_images
from cliffhanger.ledger.store import LedgerStore, entry_of_image
from tests.simulation.audit import Audit
from tests.simulation.intake_rules import account_of
from tests.simulation.replay import DAY_MS
from tests.simulation.sweeping import ATTEMPTS, Sweeping
from tests.simulation.world import LONGEST_LAG_MS, SKEW_MS, VOLUME_ENTRIES, Crashed
from tests.support.dynamodb import NoFaults, connect
from tests.support.tables import DUE, LEDGER

NAME = LEDGER["TableName"]
GRACE_MS = 900_000
"""What is older has missed its settlement."""
MOST_LOST = 40
"""Changes of the table that a restore loses at most."""
TORN = 4
"""So many of the newest settlements may be torn by a restore."""
TRIES = 30

Item = dict[str, Any]
Key = tuple[str, int]


class Disasters(Sweeping):
    """Each is followed by what the operations guide says, carried out by the commands' own code."""

    def __init__(self, seed: int, calm: Collection[int], tell: Callable[[str], None]) -> None:
        super().__init__(seed, calm, tell)
        self.missed = False
        """Records are gone that settlement has not taken."""
        self.restored_from: dict[Key, Item] = {}
        self.restored_at = 0
        self.old: list[Any] = []
        """Records of tables from before a restore."""

    def disasters(self) -> list[tuple[Callable[[str], None], int]]:
        """What may happen, and how often."""
        return [(self.outage, 1), (self.mend, 2), (self.restore, 1), (self.replay_old, 2)]

    # --- an outage ---------------------------------------------------------------------------------------------------

    def outage(self, _person: str) -> None:
        """No consumer runs for longer than the stream keeps: what was not taken by then is gone."""
        self.now += DAY_MS + self.random.randint(0, DAY_MS)
        self.missed = self.missed or bool(self.pending or self.records()[self.seen :])
        self.holes = self.holes or bool(self.unnoted or self.records()[self.noted_to :])
        self.forget_stream()

    def forget_stream(self) -> None:
        self.records().clear()
        self.pending, self.seen = [], 0
        self.unnoted, self.noted_to = [], 0

    def mend(self, _person: str) -> None:
        """The repair, beside running consumers. What is old enough is settled, whoever had missed it."""
        self.check()
        due = set(self.audit.overdue(self.now - GRACE_MS - SKEW_MS))
        self.now += LONGEST_LAG_MS  # what stands by now, its scan sees, however late that was written
        repaired = self.repaired()
        if repaired is None:
            return  # whoever repairs begins again
        self.check()
        assert repaired.whole, f"repair has left {repaired.torn or repaired.poison}"
        # What an old request brought while it ran, the next one finds.
        late = due.intersection(self.audit.overdue(self.now))
        assert not late, f"repair has missed {late}"
        self.missed = self.missed and repaired.waiting > 0
        self.note_anew(_person)

    def repaired(self, **how: Any) -> Repaired | None:
        """One run of the repair; None if it was stopped."""
        connection = connect(self.model, attempts=ATTEMPTS)
        ledger, scan = LedgerStore(connection, NAME, VOLUME_ENTRIES), LedgerScan(connection, NAME)
        run = Repair(ledger, scan, retrying=self.pace(), **how)
        try:
            return repair(run, scan, self.random.choice((1, 3)))
        except (Busy, Unclear):
            return None

    # --- a restore ---------------------------------------------------------------------------------------------------

    def restore(self, _person: str) -> None:
        """The table as it was some changes ago, but for halves of settlements; then mended, with consumers off."""
        self.model.deliver_delayed()
        items = self.as_of_some_point()
        tear(items, self.random.random)
        self.old = [*self.old, *self.records()][-200:]
        self.model.load(NAME, items.values())
        self.restored_from, self.restored_at = items, self.model.stream_length(NAME)
        self.read = self.restored_at
        self.forget_stream()
        self.now += self.random.randint(1, 4) * 3_600_000
        if self.random.random() < 0.5:
            self.keep_waits([row for row in self.model.items(DUE["TableName"]) if self.random.random() < 0.9])
        self.holes = True
        self.go_back()
        self.acting, self.second_worker = None, True  # nobody else writes
        self.reconcile()
        self.missed = False
        while self.holes:
            self.note_anew("")

    def as_of_some_point(self) -> dict[Key, Item]:
        """Every item as it was before the last so many changes."""
        items = {key: dict(item) for key, item in self.restored_from.items()}
        records = self.model.stream(NAME, self.restored_at)
        for record in records[: max(0, len(records) - self.random.randint(0, MOST_LOST))]:
            image = {name: unworded(value) for name, value in record["dynamodb"]["NewImage"].items()}
            items[key_of(image)] = image
        return items

    def go_back(self) -> None:
        """The second model and everybody's memory go back to the same point."""
        self.audit = Audit(self.stories)
        self.audit.torn = True
        hashes = self.hashes()
        self.answers.go_back(self.audit, hashes)
        self.check()
        self.first = {key: known for key, known in self.first.items() if known in hashes}
        self.given = {name: (make, known if known in hashes else None) for name, (make, known) in self.given.items()}
        if not any("opening" in str(entry.get("terms")) for chain in self.audit.chains.values() for entry in chain):
            self.opened, self.sent = 0, []

    def hashes(self) -> set[bytes]:
        return {item.hash for item in self.stored()}

    def reconcile(self) -> None:
        """Repair, until it comes through: whoever runs it may die the first time."""
        for _ in range(TRIES):
            try:
                repaired = self.repaired(restored=True)
            except Crashed:
                self.crashes += 1
                repaired = None
            self.mortal = False
            self.now += self.random.randint(1, 60) * 1000
            if repaired is not None:
                break
        else:
            self.model.faults = NoFaults()
            repaired = self.repaired(restored=True)
        assert repaired is not None
        assert repaired.whole, f"repair has left {repaired.torn or repaired.poison}"
        self.audit.torn = False
        self.check()
        assert self.audit.open_legs() == 0, "repair has missed a posting of the restored table"

    def replay_old(self, _person: str) -> None:
        """Records of a table from before a restore come once more: what is not there any more comes to nothing."""
        if not self.old:
            return
        try:
            settled = settle_images(self.ledger, self.random.choices(self.old, k=6), self.pace())
        except (Busy, Unclear):
            return
        self.check()
        others = {key_of(one) for one in self.old if hash_of(one) not in self.hashes()}
        standing = {key_of(one) for one in self.old} - others
        for account, seq, reason, detail in settled.poison:
            assert reason in ("not_as_delivered", "not_plannable"), f"{account}/{seq}: {detail}"
            assert (account, seq) not in standing, f"{account}/{seq} stands and was not settled: {detail}"

    # --- at the end --------------------------------------------------------------------------------------------------

    def settle_all(self) -> None:
        """With the faults gone, everything is settled, once."""
        settle_images(self.ledger, self.pending + self.records()[self.seen :], self.pace())
        if self.missed:
            repaired = self.repaired(grace_ms=-2 * SKEW_MS)
            assert repaired is not None
            assert repaired.whole, f"repair has left {repaired.torn or repaired.poison}"
        self.check()
        assert self.audit.open_legs() == 0, "a posting was left unsettled"


def tear(items: dict[Key, Item], chance: Callable[[], float]) -> None:
    """Takes away halves of the newest settlements: a batch that is the last of its chain, or marks of its sources."""
    entries = {key: entry_of_image(item) for key, item in items.items()}
    batches = [key for key, entry in entries.items() if entry.sources][-TORN:]
    for account, seq in reversed(batches):
        half = chance()
        if half < 0.3 and (account, seq + 1) not in items:
            del items[account, seq]
        if half < 0.1 or 0.3 <= half < 0.6:
            lose_marks(items, entries, entries[account, seq], chance)


def lose_marks(items: dict[Key, Item], entries: dict[Key, Entry], batch: Entry, chance: Callable[[], float]) -> None:
    for source in batch.sources:
        key = (source.account, source.seq)
        if chance() < 0.5:
            items[key].pop(mark_of(entries[key], account_of(batch.account)), None)


def unworded(value: dict[str, Any]) -> dict[str, Any]:
    """A value of a stream record, as a table holds it."""
    return {"B": base64.b64decode(value["B"])} if "B" in value else dict(value)


def key_of(item: Item) -> Key:
    return item["account"]["S"], int(item["seq"]["N"])


def hash_of(record: Item) -> bytes:
    return base64.b64decode(record["hash"]["B"])
