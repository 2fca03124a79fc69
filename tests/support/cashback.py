"""A brand's budget on slices, and a viewer who claims cashback of it; a clock that only a test moves."""

from __future__ import annotations

from cliffhanger.ledger.budgeting import fund_budget, open_budget
from cliffhanger.ledger.budgets import Budget
from cliffhanger.ledger.cashback import Pledge
from cliffhanger.ledger.cashing import Cashback, cashback_of, claim_cashback, confirm_cashback, return_goods
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.journal import Recorded, Retrying
from cliffhanger.ledger.movements import Spend, spend_coins
from cliffhanger.ledger.names import platform, viewer
from cliffhanger.ledger.planning import Ask, Turn
from cliffhanger.ledger.settling import settle
from cliffhanger.ledger.store import LedgerStore
from tests.support.dynamodb import MemoryDynamoDB, connect
from tests.support.tables import LEDGER

COATS = Budget("winter-coats", "1")
BRAND = "external:brands-3"
SLICES = 2
COINS, PAID = 50, 4_999
DAY = 86_400_000
NOW = 1_795_284_245_123
UNTIL = NOW + 14 * DAY


class World:
    """A budget of 200 coins on two slices, and a clock that only a test moves."""

    def __init__(self, ledger: LedgerStore, model: MemoryDynamoDB | None = None) -> None:
        self.ledger = ledger
        self.model = model
        self.now = NOW
        self.pace = Retrying(clock=lambda: self.now, sleep=lambda _seconds: None)
        open_budget(ledger, COATS, SLICES, self.pace)
        fund_budget(ledger, COATS, funding="f1", unit="bonus", coins=200, source=BRAND, retrying=self.pace)

    def of(self, fact: str = "order-1", person: str = "mia") -> Cashback:
        return cashback_of(COATS, person, fact, SLICES)

    def claim(self, fact: str = "order-1", coins: int = COINS, person: str = "mia") -> Recorded:
        pledge = Pledge(coins, PAID, UNTIL, 30)
        return claim_cashback(self.ledger, self.of(fact, person), lambda *_: (pledge, {}), retrying=self.pace)

    def back(self, amount: int, name: str = "r1", fact: str = "order-1") -> Recorded:
        return return_goods(self.ledger, self.of(fact), name, lambda _: amount, retrying=self.pace)

    def confirm(self, fact: str = "order-1") -> Recorded:
        return confirm_cashback(self.ledger, self.of(fact), retrying=self.pace)

    def settle(self) -> None:
        """What the stream does, in the order in which the entries came."""
        for account in (*map(COATS.slice, range(SLICES)), viewer("mia")):
            settle(self.ledger, self.ledger.newest(account, 1_000)[::-1], self.pace)

    def holds(self, account: str) -> int:
        head = self.ledger.head(account)
        return 0 if head is None else head.state.balances.get("bonus", 0)

    def owes(self, person: str = "mia") -> int:
        head = self.ledger.head(viewer(person))
        return 0 if head is None else head.state.debt.get("bonus", 0)

    @property
    def slice(self) -> str:
        return self.of().account

    @property
    def sums(self) -> tuple[int, int, int]:
        """What the slice holds, what is pending, and what mia has, once all is settled."""
        self.settle()
        return self.holds(self.slice), self.holds(platform("pending", self.slice)), self.holds(viewer("mia"))

    def entries(self) -> list[Entry]:
        """Of the slice, oldest first."""
        return list(self.ledger.newest(self.slice, 1_000))[::-1]

    def spend(self, coins: int) -> None:
        """Mia unlocks an episode with coins that she has."""
        account = viewer("mia")
        terms = {"kind": "unlock", "prices": [[2, 2, coins]], "share": 5_000}
        ask = Ask("unlock:the-last-train:2-2.0", bytes(32), terms)
        wish = Spend(coins, "series:the-last-train:earned:0", "the-last-train", 0, ranged=False, automatic=False)
        assert self.ledger.append(spend_coins(Turn(account, self.ledger.head(account), self.now, ask), wish))


def remembered() -> World:
    """The world over the in-memory model."""
    model = MemoryDynamoDB()
    model.call("CreateTable", LEDGER)
    return World(LedgerStore(connect(model), LEDGER["TableName"]), model)
