"""The stage of a history: the tables, the clock, what was asked, and what stands."""

from __future__ import annotations

import collections
import contextlib
import random
from collections.abc import Callable, Collection, Iterator
from typing import Any

from cliffhanger.catalog.store import CatalogStore
from cliffhanger.errors import Busy, CliffhangerError, Unavailable, Undecided
from cliffhanger.ledger.entries import Entry, parse
from cliffhanger.ledger.journal import Recorded, Retrying
from cliffhanger.ledger.names import viewer
from cliffhanger.ledger.packing import stored_text
from cliffhanger.ledger.state import Known
from cliffhanger.ledger.store import LedgerStore
from cliffhanger.unlocks.domain import open_spans, unlocks_of
from cliffhanger.unlocks.service import UnlockRequest, is_unlocked
from cliffhanger.wallet.service import (
    get_wallet,
)
from tests.simulation.answers import Answers
from tests.simulation.audit import Audit, Stored
from tests.simulation.replay import DAY_MS, Replay
from tests.simulation.running import Tell, untold
from tests.simulation.stories import START, page_of, stories
from tests.support.dynamodb import (
    FaultPlan,
    MemoryDynamoDB,
    NoFaults,
    connect,
)
from tests.support.tables import CATALOG, LEDGER

VIEWERS = ("ana", "ben", "cy")
SKEW_MS = 300_000
VOLUME_ENTRIES = 4
"""Volumes are full soon."""
LONGEST_LAG_MS = 30_000
"""By how much a read that may be stale is at most."""
UNSURE = (Busy, Undecided, Unavailable)
"""The caller does not know; a later retry decides."""


class Crashed(BaseException):
    """Whoever acted is gone, and nobody hears of it; no code of the product may catch this."""


class World:
    """One seeded run's tables, clock and books: what was asked, what was answered, and what stands.

    ``calm`` are steps without faults, crashes and rivals; ``tell`` is told what happens, a line at a time.
    """

    def __init__(self, seed: int, *, calm: Collection[int] = (), tell: Tell = untold) -> None:
        self.seed = seed
        self.calm = calm
        self.tell = tell
        self.random = random.Random(seed)
        self.now = START
        self.model = MemoryDynamoDB(clock=lambda: self.now, transaction_lock_ms=5, item_lock_ms=5)
        for table in (LEDGER, CATALOG):
            self.model.call("CreateTable", table)
        self.ledger = LedgerStore(connect(self.model), LEDGER["TableName"], VOLUME_ENTRIES)
        self.lanes = 1
        self.catalog = CatalogStore(connect(self.model), CATALOG["TableName"])
        self.stories = stories(self.random)
        self.pages = {name: page_of(name, story) for name, story in self.stories.items()}
        for page in self.pages.values():
            assert self.catalog.create(page)
        self.audit = Audit(self.stories)
        self.answers = Answers(self.audit)
        self.texts: dict[bytes, str] = {}
        self.shown: dict[int, tuple[Any, Stored]] = {}
        """What has been shown of the table's items, by the identity of each: the model never changes one in place."""
        self.asked: list[UnlockRequest] = []
        self.given: dict[str, tuple[Callable[[], Recorded], bytes | None]] = {}
        self.names = 0
        self.acting: str | None = None
        self.mortal = False
        self.crashes = 0
        self.second_worker = False
        self.meetings = 0
        """How often somebody else, a second sweep or worker among them, has acted between somebody's calls."""
        self.inserts: list[Any] = []
        self.read = 0
        self.pending: list[Any] = []
        self.seen = 0
        self.faults: FaultPlan = NoFaults()
        self.struck: collections.Counter[str] = collections.Counter()

    def pace(self) -> Retrying:
        """Callers' clocks are up to five minutes off."""
        skew = self.random.randint(-SKEW_MS, SKEW_MS)
        return Retrying(
            clock=lambda: self.now + skew,
            sleep=self.wait,
            jitter=self.random.random,
            timer=lambda: self.now / 1000,
        )

    def wait(self, seconds: float) -> None:
        self.now += max(1, int(seconds * 1000))

    def name(self, kind: str) -> str:
        self.names += 1
        return f"{kind}{self.names}"

    def pick(self, person: str, kind: str) -> Entry | None:
        """An entry of that kind on a viewer's chain, reversed or not."""
        self.check()
        replay = self.replay(person)
        found = [seq for seq, document in replay.entries.items() if document["terms"]["kind"] == kind]
        if not found:
            return None
        # Lately bought is lately regretted; what a later range spans is worth a try; what was reversed is asked again.
        under = replay.spanned() if kind == "unlock" and self.random.random() < 0.8 else []
        return self.entries[viewer(person), self.random.choice(under or found[-4:])]

    # --- what stands -------------------------------------------------------------------------------------------------

    def records(self) -> list[Any]:
        new = self.model.stream(LEDGER["TableName"], self.read)
        self.read += len(new)
        self.inserts += [record["dynamodb"]["NewImage"] for record in new if record["eventName"] == "INSERT"]
        return self.inserts

    def replay(self, person: str) -> Replay:
        return self.audit.replay(viewer(person))

    def stored(self) -> Iterator[Stored]:
        for item in self.model.peek(LEDGER["TableName"]):
            shown = self.shown.get(id(item))
            if shown is not None:
                yield shown[1]
                continue
            packed = item["body"]["B"]
            if packed not in self.texts:
                self.texts[packed] = stored_text(item)
            marks = {name: int(value["N"]) for name, value in item.items() if name[0] == "m"}
            reference = item.get("reference", {}).get("S")
            key = item["account"]["S"], int(item["seq"]["N"])
            stored = Stored(*key, reference, self.texts[packed], item["hash"]["B"], marks)
            self.shown[id(item)] = item, stored
            yield stored

    @contextlib.contextmanager
    def unchanged_if_refused(self) -> Iterator[None]:
        """Whatever is refused inside leaves the ledger byte-identical: its items are the ones that stood before.

        The model changes none in place. Where somebody else has acted meanwhile, or a late request may still have
        landed, nothing is said.
        """
        stood, late, met = list(self.model.peek(LEDGER["TableName"])), self.model.delayed, self.meetings
        try:
            yield
        except UNSURE:
            raise
        except CliffhangerError as refusal:
            stands = {id(item) for item in self.model.peek(LEDGER["TableName"])}
            alone = not late and not self.model.delayed and met == self.meetings
            if alone and stands != {id(item) for item in stood}:
                raise AssertionError(f"a refusal changed something: {refusal.code}") from refusal
            raise

    def check(self) -> None:
        """The audit of everything that stands, and of what was said not to."""
        for account in self.audit.feed(self.stored()):
            if account.startswith("viewer:"):
                self.check_open(self.audit.replay(account))
        self.answers.check_refusals()

    def check_open(self, replay: Replay) -> None:
        unlocks = unlocks_of(Known(entry["reference"], seq) for seq, entry in replay.entries.items())
        for series in self.stories:
            spans = open_spans([unlock for unlock in unlocks if unlock.series == series])
            opened = {number for first, last, _ in spans for number in range(first, last + 1)}
            assert opened == replay.open(series), "entitlements are other than the plain model's"

    @property
    def entries(self) -> dict[tuple[str, int], Entry]:
        return {(one.account, one.seq): parse(one.body, one.hash) for one in self.stored()}

    def compare(self, person: str) -> None:
        """What the product says of a viewer is what the replayed chain says."""
        replay = self.replay(person)
        for series, story in self.stories.items():
            for number in story.now:
                assert is_unlocked(self.ledger, person, series, number) == (number in replay.open(series))
        wallet = get_wallet(self.ledger, person, lambda: self.now)
        spendable = [lot for lot in replay.lots if lot.unit in ("bonus", "coin")]
        living = [lot for lot in spendable if not lot.expires or self.now < lot.expires * DAY_MS]
        assert wallet.total == sum(lot.coins for lot in living), "the wallet shows other coins"
