"""How a creator's money comes in, in histories of payouts, and how it is taken back: orders, disputes, the daily round.

One series earns on one lane. Amounts are whole thousands, so that every share of them is exact.
"""

from __future__ import annotations

import collections
import contextlib
import random
from collections.abc import Callable
from typing import NamedTuple, TypeVar

from cliffhanger.errors import NothingToCarry
from cliffhanger.ledger.carrying import Carriage, carry_lane
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.journal import record_once
from cliffhanger.ledger.movements import Spend, spend_coins
from cliffhanger.ledger.names import earned_lane, platform, unlock_reference, viewer
from cliffhanger.ledger.planning import Ask, Turn, living, next_entry
from cliffhanger.ledger.purchases import Deal
from cliffhanger.ledger.purchasing import OrderChain, record_grant, record_return, record_reversal
from cliffhanger.ledger.recovering import recover_lane
from cliffhanger.ledger.settling import settle
from cliffhanger.ledger.splits import Part
from cliffhanger.ledger.state import Posting
from cliffhanger.payouts.domain import creator
from cliffhanger.payouts.policy import DAY_MS
from cliffhanger.payouts.stakes import STAKE_MS, Heeding, heed
from cliffhanger.revenue.domain import day_of
from tests.support.dynamodb import NoFaults
from tests.support.payouts import CLEO, SERIES, House

SHARED = (Part("platform", 3_000), Part("creator:cleo", 5_000), Part("house:dora", 2_000))
COINS = 10
"""Of each order; half of one can be disputed."""

Seen = TypeVar("Seen")


class Order(NamedTuple):
    """Coins that somebody bought and spent on the series."""

    chain: OrderChain
    cash: int

    @property
    def dispute(self) -> str:
        """The name of the one dispute that there may be of it."""
        return f"dispute-{self.chain.order}"


class Incomes(House):
    """A creator with income, of which some is taken back: at once, or a month later from who had shared in it."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        self.seed = seed
        self.random = random.Random(seed)
        self.parts = self.random.choice(((), SHARED))
        self.orders: list[Order] = []
        self.lost: dict[str, int] = {}
        """What disputes have taken, by name, of those that are not won."""
        self.untold: list[Entry] = []
        """What disputes have written and the worker of notices has not heeded."""
        self.unsettled: list[Entry] = []
        self.stakes: dict[str, tuple[int, int]] = {}
        """What is set apart for each dispute, and until when."""
        self.incoming = self.taken = self.cases = self.rounds = 0
        self.happened = {"over_payable", "over_day_limit"}
        """The rules by which a payout may have failed: of two at once one does, whatever else happens."""
        self.reached: collections.Counter[str] = collections.Counter()
        """How often came about what histories are for, in words."""

    # --- looking on --------------------------------------------------------------------------------------------------

    def quietly(self, act: Callable[[], Seen]) -> Seen:
        """What is not looked at here: it happens at once, and wholly."""
        faults, hook = self.model.faults, self.model.hook
        self.model.faults, self.model.hook = NoFaults(), None
        try:
            return act()
        finally:
            self.model.faults, self.model.hook = faults, hook

    @property
    def debt(self) -> int:
        """What the creator owes."""
        head = self.quietly(lambda: self.ledger.head(creator(CLEO)))
        return 0 if head is None else head.state.debt.get("USD", 0)

    @property
    def at_stake(self) -> int:
        """What is set apart of the creator's for disputes."""
        return sum(amount for amount, until in self.stakes.values() if self.now < until)

    def share(self, amount: int) -> int:
        """The creator's part of it."""
        mine = [part.bp for part in self.parts if part.party == creator(CLEO)] or [10_000]
        return amount * mine[0] // 10_000

    # --- money comes in ----------------------------------------------------------------------------------------------

    def come_in(self) -> None:
        """Coins are bought and spent on the series; what that comes to is carried, most often."""
        cash = self.random.choice((20_000, 30_000, 50_000)) * (2 if self.parts else 1)
        name = f"o{len(self.orders) + 1}"
        order = Order(OrderChain(viewer(f"payer-{name}"), name), cash)
        self.quietly(lambda: self._spend(order))
        self.orders.append(order)
        self.incoming += cash
        if self.random.random() < 0.8:
            owed = self.debt
            self.quietly(self.carry)
            self.reached["debt repaid by income"] += self.debt < owed

    def _spend(self, order: Order) -> None:
        record_grant(self.ledger, order.chain, Deal(COINS, order.cash, "USD"), retrying=self.pace)
        spend = Spend(COINS, earned_lane(SERIES, 0), SERIES, 0)

        def make(turn: Turn) -> Entry:
            return spend_coins(turn, spend)

        terms = {"kind": "unlock", "prices": [[2, 2, COINS]], "share": 5_000}
        ask = Ask(unlock_reference(SERIES, 2, 2, 0), bytes(32), terms)
        settle(self.ledger, [record_once(self.ledger, order.chain.account, ask, make, self.pace).entry], self.pace)

    def carry(self, ago_ms: int = 0) -> None:
        """What the lane holds is divided; the reserve is kept of it, unless it was long ago."""
        self.rounds += 1
        carriage = Carriage(SERIES, creator(CLEO), f"r{self.rounds}", parts=self.parts)
        terms = {"income": "earned", "series": SERIES, "day": day_of(self.now), "split": 1}
        pace = self.pace._replace(clock=lambda: self.now - ago_ms)
        with contextlib.suppress(NothingToCarry):
            carry_lane(self.ledger, carriage, 0, terms=terms, retrying=pace)

    def daily_round(self) -> None:
        """What the lane holds is carried; what it has been short of for a month, who had shared in it gives back."""
        self.quietly(self.settle_late)
        self.carry()
        recovered = recover_lane(self.ledger, SERIES, 0, day_of(self.now), retrying=self.pace)
        if recovered is not None and not recovered.repeated:
            self.happened.add("debt")
            self.reached["recovered after a month"] += 1
            self.reached["recovered from who has it no more"] += self.debt > 0

    def settle_late(self) -> None:
        """What was written reaches the lane."""
        settle(self.ledger, self.unsettled, self.pace)
        self.unsettled.clear()

    # --- and is taken back -------------------------------------------------------------------------------------------

    def dispute(self) -> None:
        """A payer's bank takes the money of an order back, or half of it; the lane hears of it soon."""
        open_to_it = [order for order in self.orders if order.dispute not in self.lost]
        if not open_to_it:
            return
        order = self.random.choice(open_to_it)
        amount = self.random.choice((order.cash, order.cash // 2))
        self._write(
            lambda: (
                record_reversal(
                    self.ledger, order.chain, order.dispute, amount, kind="dispute", retrying=self.pace
                ).entry
            )
        )
        self.lost[order.dispute] = amount
        self.happened.add("disputed")

    def win(self) -> None:
        """One dispute is won: the money comes again."""
        lost = [order for order in self.orders if self.lost.get(order.dispute)]
        if lost:
            order = self.random.choice(lost)
            self._write(
                lambda: (
                    record_return(self.ledger, order.chain, order.dispute, kind="disputeWon", retrying=self.pace).entry
                )
            )
            self.lost[order.dispute] = 0

    def _write(self, make: Callable[[], Entry]) -> None:
        entry = self.quietly(make)
        self.untold.append(entry)
        self.unsettled.append(entry)
        if self.random.random() < 0.7:
            self.quietly(self.settle_late)

    def hear_of_disputes(self) -> None:
        """The worker of notices heeds what is to be heeded, in any order; who was broken off is told again."""
        self.random.shuffle(self.untold)
        while self.untold:
            entry = self.untold[-1]
            name = str(entry.reference).rpartition(":")[2]
            opened = entry.terms["kind"] == "dispute"
            concerned = heed(Heeding(self.ledger, self.store), entry.account, entry.seq)
            self.untold.remove(entry)
            if not self.lost[name]:
                self.stakes.pop(name, None)
            elif opened and concerned:
                self.stakes[name] = (self.share(self.lost[name]), entry.at + STAKE_MS)
                self.reached["a share set apart"] += 1
            self.reached["a dispute that was won"] += not opened

    def take_back(self) -> None:
        """Support takes back what is not there any more, or is: it is owed."""
        amount = self.random.choice((8_000, 25_000))

        def make(turn: Turn) -> object:
            state = living(turn).state
            has = state.balances.get("USD", 0)
            owed = {**state.debt, "USD": state.debt.get("USD", 0) + max(0, amount - has)}
            postings = [Posting("USD", amount, ".", platform("recovered", turn.account))]
            debt = {unit: count for unit, count in owed.items() if count}
            return next_entry(turn, living(turn), postings=postings, state=state._replace(debt=debt))

        self.happened.add("debt")
        self.case("reversal", make)
        self.taken += amount

    def case(self, kind: str, make: Callable[[Turn], object]) -> None:
        """One entry that support asks for, on a quiet table."""
        self.cases += 1
        name = f"c{self.cases}"
        ask = Ask(f"support:{name}", bytes(32), {"kind": kind, "by": "op", "case": name, "reason": "fraud"})
        self.quietly(lambda: record_once(self.ledger, creator(CLEO), ask, make, self.pace))  # type: ignore[arg-type]

    def come_to_its_end(self) -> None:
        """All that was told is heeded; what the lane holds is divided, and what it is short of is recovered."""
        self.settle_late()
        self.hear_of_disputes()
        self.now += 31 * DAY_MS
        self.daily_round()
