"""An office of support: two operators, two viewers with coins, and DynamoDB in memory below the shipped stores."""

from __future__ import annotations

from typing import Any

from cliffhanger.catalog.store import CatalogStore
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.journal import Retrying
from cliffhanger.ledger.names import key_reference
from cliffhanger.ledger.store import LedgerStore
from cliffhanger.support.domain import Case, Kind, Reason, Request, case_id
from cliffhanger.support.service import Casework, open_case
from cliffhanger.support.store import CasesStore
from cliffhanger.tips.domain import Giver, TipRequest
from cliffhanger.tips.service import Books as TipBooks
from cliffhanger.tips.service import give
from cliffhanger.unlocks.domain import Viewer
from cliffhanger.unlocks.service import Books, Unlocked, UnlockRequest, unlock
from cliffhanger.wallet.service import credit_bought, grant_bonus
from tests.support.dynamodb import MemoryDynamoDB, connect
from tests.support.tables import CASES, CATALOG, LEDGER
from tests.support.world import PAGE, PRICE, SERIES

SECRET = b"the request secret of the tests."
MIA = "viewer:mia"
OLA, OTTO = "ola", "otto"
"""Operators."""
START = 1_767_225_600_000


class Office:
    """Everything that a case touches, and a clock that moves when somebody waits."""

    def __init__(self) -> None:
        self.now = START
        self.model = MemoryDynamoDB(clock=lambda: self.now)
        for table in (CASES, CATALOG, LEDGER):
            self.model.call("CreateTable", table)
        self.ledger = LedgerStore(connect(self.model), LEDGER["TableName"])
        self.catalog = CatalogStore(connect(self.model), CATALOG["TableName"])
        self.cases = CasesStore(connect(self.model), CASES["TableName"])
        self.catalog.create(PAGE._replace(episodes=tuple(line._replace(duration_ms=1) for line in PAGE.episodes)))
        self._give(bought=600, bonus=30)
        self.now += 60_000

    def _give(self, *, bought: int, bonus: int) -> None:
        credit_bought(
            self.ledger,
            MIA,
            coins=bought,
            cash=bought * 9,
            currency="USD",
            channel="web",
            source="external:seed",
            reference=key_reference("bought", SECRET),
            retrying=self.pace,
        )
        reference = key_reference("bonus", SECRET)
        grant_bonus(self.ledger, MIA, coins=bonus, lifetime_days=30, reference=reference, retrying=self.pace)

    @property
    def pace(self) -> Retrying:
        return Retrying(clock=lambda: self.now, sleep=self.wait, jitter=lambda: 1.0, timer=lambda: self.now / 1000)

    @property
    def work(self) -> Casework:
        return Casework(self.cases, self.ledger, self.pace)

    def wait(self, seconds: float) -> None:
        self.now += max(1, int(seconds * 1000))

    def request(
        self,
        kind: Kind,
        *,
        operator: str = OLA,
        key: str = "first",
        account: str = MIA,
        reason: Reason = "goodwill",
        **asked: int | bool,
    ) -> Request:
        return Request(case_id(operator, key, SECRET), operator, kind, account, asked, reason)

    def open(self, kind: Kind, **more: Any) -> Case:
        return open_case(self.work, self.request(kind, **more))

    def grant(self, coins: int = 100, **more: Any) -> Case:
        return self.open("grant", **({"coins": coins, "lifetimeDays": 30} | more))

    def reverse(self, seq: int, **more: Any) -> Case:
        return self.open("reversal", **({"seq": seq, "reason": "mistake"} | more))

    def freeze(self, *, frozen: bool = True, **more: Any) -> Case:
        return self.open("freeze", **({"frozen": frozen, "reason": "fraud"} | more))

    def unlock(self, episode: int = 2, *, generation: int = 0, price: int = PRICE) -> Unlocked:
        books = Books(self.ledger, self.catalog, lambda: None)
        return unlock(books, UnlockRequest(Viewer("mia"), SERIES, episode, episode, price, generation), self.pace)

    def give(self, roses: int) -> Entry:
        """Gives so many roses to the series."""
        request = TipRequest(Giver("mia"), SERIES, 2, "rose", roses, 5)
        books = TipBooks(self.ledger, self.catalog, lambda: None)
        return give(books, request, key_reference("roses", SECRET), self.pace).entry

    def head(self, account: str = MIA) -> Entry:
        head = self.ledger.head(account)
        assert head is not None
        return head

    def entries(self, account: str = MIA) -> tuple[Entry, ...]:
        """The chain, newest first."""
        return self.ledger.newest(account, 100)

    def written_for(self, case: str) -> list[Entry]:
        """The entries that a case wrote."""
        return [entry for entry in self.entries() if case in (entry.reference or "")]

    def books(self) -> str:
        """A fingerprint of every byte of the ledger."""
        return self.model.fingerprint(LEDGER["TableName"])

    def row(self, case: str) -> Case:
        """The case as its row has it, whatever the ledger says."""
        row = self.cases.find(case)
        assert row is not None
        return row
