"""One viewer's gifts over the desk of unlocks: the shipped ledger store and a DynamoDB in memory."""

from __future__ import annotations

from typing import Any

from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.journal import Recorded
from cliffhanger.ledger.purchases import Deal
from cliffhanger.ledger.purchasing import OrderChain, record_grant, record_reversal
from cliffhanger.tips.domain import Giver, TipRequest
from cliffhanger.tips.reversal import reverse_tip
from cliffhanger.tips.service import Allowance, Books, allowance, change_limit, give
from tests.support.dynamodb.faults import Call, Fault, NoFaults
from tests.support.world import SERIES
from tests.unit.unlocks.desk import ACCOUNT, Desk

LANE = f"series:{SERIES}:tips:0"
ORDER = "9k3m1q8v4t6x0b2c"
PRICES = {"rose": 5, "tea": 20, "popcorn": 50, "ticket": 100, "fireworks": 500, "night-train": 1_000}


class LosesTheNextReply(NoFaults):
    """The next write happens, and nobody hears of it."""

    done = False

    def strike(self, call: Call) -> Fault | None:
        if self.done or call.operation != "PutItem":
            return None
        self.done = True
        return Fault.LOST_REPLY


class Counter(Desk):
    """A viewer, mia, who gives gifts."""

    def give(self, gift: str = "rose", times: int = 1, *, key: str = "", **changes: Any) -> Recorded:
        """Gives at the present price, under a new key where none is named."""
        request = TipRequest(Giver("mia"), SERIES, 2, gift, times, PRICES.get(gift, 1))._replace(**changes)
        books = Books(self.ledger, self.shelf, self.open)  # type: ignore[arg-type]
        return give(books, request, self.key(key), self.pace)

    def undo(self, seq: int, case: str = "") -> Recorded:
        self.cases += not case
        return reverse_tip(self.ledger, self.entry(seq), case or f"c{self.cases}", {"reason": "mistake"}, self.pace)

    def allow(self, coins: int | None, key: str = "") -> Allowance:
        return change_limit(self.ledger, "mia", coins, reference=self.key(key), retrying=self.pace)

    @property
    def allowed(self) -> Allowance:
        return allowance(self.ledger, "mia", lambda: self.now)

    def order(self, coins: int = 100, cash: int = 990) -> Entry:
        """Coins by an order, which may be undone."""
        deal = Deal(coins, cash, "USD")
        return record_grant(self.ledger, OrderChain(ACCOUNT, ORDER), deal, retrying=self.pace).entry

    def dispute(self, cash: int = 990) -> Entry:
        """The bank takes the order's money back."""
        chain = OrderChain(ACCOUNT, ORDER)
        return record_reversal(self.ledger, chain, "dispute-1", cash, kind="dispute", retrying=self.pace).entry
