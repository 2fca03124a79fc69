"""A viewer who buys, spends, is refunded and disputes, on a ledger in memory that the auditor proves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cliffhanger.errors import InsufficientCoins
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.journal import Retrying, record_once
from cliffhanger.ledger.movements import Spend, spend_coins
from cliffhanger.ledger.names import earned, key_reference, unlock_reference, viewer
from cliffhanger.ledger.planning import Ask, Turn
from cliffhanger.ledger.purchases import Deal
from cliffhanger.ledger.purchasing import Check, OrderChain, record_grant, record_return, record_reversal
from cliffhanger.ledger.settling import settle_images
from cliffhanger.ledger.store import LedgerStore
from cliffhanger.unlocks.reversal import reverse_unlock
from cliffhanger.wallet.service import grant_bonus, set_own_limits
from tests.support.dynamodb import FaultPlan, MemoryDynamoDB, NoFaults, connect
from tests.support.tables import LEDGER
from tests.unit.auditing.forging import Books

DAY = 86_400_000
NOW = 1_795_284_245_123
MIA = viewer("mia")
PACK = Deal(coins=100, cash=99, currency="USD")
GIFTED = Deal(coins=550, cash=499, currency="USD", bonus=50, bonus_days=30)
SERIES = ("the-last-train", "salt")


class Shop:
    """What happens to one viewer, each by its use case; ``now`` is the clock."""

    def __init__(self, faults: FaultPlan | None = None) -> None:
        self.model = MemoryDynamoDB(faults=faults or NoFaults())
        self.model.call("CreateTable", LEDGER)
        self.ledger = LedgerStore(connect(self.model), LEDGER["TableName"])
        self.now = NOW
        self.episode = 1
        self._settled = 0

    @property
    def retrying(self) -> Retrying:
        return Retrying(clock=lambda: self.now, sleep=lambda _: None, jitter=lambda: 0.0)

    @property
    def head(self) -> Entry:
        head = self.ledger.head(MIA)
        assert head is not None
        return head

    def has(self) -> dict[str, int]:
        """What the viewer holds, and owes, of each unit that is not nothing."""
        state = self.head.state
        balances = {unit: amount for unit, amount in state.balances.items() if amount}
        return balances | {f"owed {unit}": amount for unit, amount in state.debt.items() if amount}

    def pays(self, order: str = "o1", deal: Deal = PACK, *, first_only: bool = False) -> Entry:
        on = OrderChain(MIA, order)
        return record_grant(self.ledger, on, deal, first_only=first_only, retrying=self.retrying).entry

    def refund(self, amount: int, name: str = "r1", order: str = "o1", check: Check | None = None) -> Entry:
        on = OrderChain(MIA, order)
        return record_reversal(self.ledger, on, name, amount, kind="refund", check=check, retrying=self.retrying).entry

    def refund_fails(self, name: str = "r1", order: str = "o1") -> Entry:
        on = OrderChain(MIA, order)
        return record_return(self.ledger, on, name, kind="refundFailed", retrying=self.retrying).entry

    def dispute(self, amount: int, name: str = "d1", order: str = "o1") -> Entry:
        on, called = OrderChain(MIA, order), f"dispute-{name}"
        return record_reversal(self.ledger, on, called, amount, kind="dispute", retrying=self.retrying).entry

    def wins(self, name: str = "d1", order: str = "o1") -> Entry:
        on = OrderChain(MIA, order)
        return record_return(self.ledger, on, f"dispute-{name}", kind="disputeWon", retrying=self.retrying).entry

    def spends(self, coins: int, series: str = SERIES[0]) -> Entry | None:
        """Opens the next episode of a series for so many coins, where there are as many."""
        self.episode += 1
        head = self.ledger.head(MIA)
        before = 0 if head is None else sum(
            part.coins for entry in self.chain() if (entry.reference or "").startswith(f"unlock:{series}:")
            and ":rev:" not in (entry.reference or "") and entry.seq not in self.reversed() for part in entry.spent
        )  # fmt: skip
        reference = unlock_reference(series, self.episode, self.episode, 0)
        terms = {"kind": "unlock", "prices": [[self.episode, self.episode, coins]], "share": 5_000}
        spend = Spend(coins, earned(series, MIA, 1), series, before)

        def make(turn: Turn) -> Entry:
            return spend_coins(turn, spend)

        try:
            return record_once(self.ledger, MIA, Ask(reference, bytes(32), terms), make, self.retrying).entry
        except InsufficientCoins:
            return None

    def gives_episode_back(self, unlock: Entry) -> Entry:
        return reverse_unlock(self.ledger, unlock, f"c{unlock.seq}", {}, self.retrying).entry

    def gets_bonus(self, coins: int = 30, days: int = 14) -> Entry:
        reference = key_reference(f"bonus-{self.now}-{coins}", b"test")
        return grant_bonus(
            self.ledger, MIA, coins=coins, lifetime_days=days, reference=reference, retrying=self.retrying
        ).entry

    def sets_limits(self, times: int) -> None:
        """Writes so many entries, which cost the viewer nothing."""
        for time in range(times):
            reference = key_reference(f"limits-{self.head.seq}-{time}", b"test")
            set_own_limits(self.ledger, MIA, {"auto": 1}, reference=reference, retrying=self.retrying)

    def chain(self) -> tuple[Entry, ...]:
        return self.ledger.newest(MIA, 1_000)

    def reversed(self) -> set[int]:
        return {entry.terms["reverses"] for entry in self.chain() if entry.terms.get("kind") == "reversal"}

    def balance(self, account: str) -> dict[str, int]:
        """What another account has by now, with everything settled."""
        self.settle()
        head = self.ledger.head(account)
        return {} if head is None else {unit: amount for unit, amount in head.state.balances.items() if amount}

    def settle(self) -> None:
        """Settles every entry, so that nothing is under way."""
        images = [record["dynamodb"]["NewImage"] for record in self.model.stream(LEDGER["TableName"])]
        settled = settle_images(self.ledger, images, self.retrying)
        assert settled.poison == ()

    def books(self) -> Books:
        """The books as the auditor is shown them."""
        self.settle()
        books = Books()
        items: list[dict[str, Any]] = self.model.call("Scan", {"TableName": LEDGER["TableName"]})["Items"]
        books.items = {(item["account"]["S"], int(item["seq"]["N"])): item for item in items}
        return books

    def findings(self, folder: Path) -> list[tuple[str, str, int]]:
        """What the auditor finds: nothing, as it should be."""
        found = self.books().audited(folder)
        assert not any(found.tally.worth.values())
        return [(each.code, each.detail, each.seq) for each in found.tally.findings.kept]
