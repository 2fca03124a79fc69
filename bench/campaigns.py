"""Can a campaign's budget be overspent? 64 viewers race for the end of it, on a model whose conflicts are real."""

from __future__ import annotations

import random
from typing import NamedTuple

from bench.conflicts import CALL_MS, LOCK_MS, SEED, Timeline
from bench.figures import Figure
from cliffhanger.errors import BudgetExhausted, Busy, Undecided
from cliffhanger.ledger.budgeting import fund_budget, open_budget
from cliffhanger.ledger.budgets import Budget
from cliffhanger.ledger.cashback import Pledge
from cliffhanger.ledger.cashing import cashback_of, claim_cashback
from cliffhanger.ledger.journal import Retrying
from cliffhanger.ledger.store import LedgerStore
from tests.support.dynamodb import Call, MemoryDynamoDB, Moment, connect
from tests.support.tables import LEDGER

CLAIMANTS = 64
CLAIMS = 3
COINS = 50
DAY_MS = 86_400_000
RACE = Budget("race", "1")
PATIENT_S = 600.0


class Outcome(NamedTuple):
    """What a race came to, in coins: funded, set aside, left; claims that were given and refused, and puts lost."""

    funded: int
    claimed: int
    left: int
    given: int
    refused: int
    again: int

    @property
    def overspent(self) -> int:
        """Coins set aside beyond what was funded."""
        return max(0, self.claimed - self.funded, -self.left)


class Race:
    """Viewers who claim at once from a budget that holds half of what they want."""

    def __init__(self, claimants: int = CLAIMANTS, slices: int = 1, seed: int = SEED) -> None:
        self._random = random.Random(seed)
        self._timeline = Timeline()
        self._model = MemoryDynamoDB(clock=lambda: self._timeline.now, item_lock_ms=LOCK_MS)
        self._model.call("CreateTable", LEDGER)
        self._slices = slices
        self._funded = claimants * CLAIMS * COINS // 2
        self._given = self._refused = self._again = 0
        open_budget(self._ledger(), RACE, slices, self._pace())
        fund_budget(
            self._ledger(), RACE, funding="f1", unit="bonus", coins=self._funded, source="external:brand",
            retrying=self._pace(),
        )  # fmt: skip
        for number in range(claimants):
            self._timeline.add(lambda person=f"viewer{number:010d}": self._claim(person))  # type: ignore[misc]

    def run(self) -> Outcome:
        """Everybody to the end."""
        self._model.hook = self._take_time
        self._timeline.play()
        self._model.hook = None
        ledger = self._ledger()
        entries = [entry for n in range(self._slices) for entry in ledger.newest(RACE.slice(n), 10_000)]
        heads = [ledger.head(RACE.slice(n)) for n in range(self._slices)]
        claimed = sum(line.amount for entry in entries for line in entry.postings if entry.terms["kind"] == "claim")
        left = sum(head.state.balances.get("bonus", 0) for head in heads if head is not None)
        return Outcome(self._funded, claimed, left, self._given, self._refused, self._again)

    def _claim(self, person: str) -> None:
        ledger = self._ledger()
        for number in range(CLAIMS):
            cashback = cashback_of(RACE, person, f"order-{number}", self._slices)
            pledge = Pledge(COINS, 4_999, self._timeline.now + 14 * DAY_MS, 30)
            while True:
                try:
                    claim_cashback(ledger, cashback, lambda *_, pledge=pledge: (pledge, {}), retrying=self._pace())
                    self._given += 1
                except BudgetExhausted:
                    self._refused += 1
                except (Busy, Undecided):  # as a brand's server does: again
                    self._again += 1
                    continue
                break

    def _ledger(self) -> LedgerStore:
        return LedgerStore(connect(self._model), LEDGER["TableName"])

    def _pace(self) -> Retrying:
        return Retrying(
            clock=lambda: self._timeline.now,
            sleep=lambda seconds: self._timeline.wait(max(1, int(seconds * 1000))),
            jitter=self._random.random,
            timer=lambda: self._timeline.now / 1000,
            patience_s=PATIENT_S,
        )

    def _take_time(self, moment: Moment, _call: Call) -> None:
        if moment is Moment.BEFORE:
            self._timeline.wait(self._random.randint(*CALL_MS))
        elif moment is Moment.HELD:
            self._timeline.wait(LOCK_MS)


def measure() -> list[Figure]:
    """What was overspent: nothing, on one slice or on several."""
    outcomes = [Race(slices=slices).run() for slices in (1, 4)]
    told = "; ".join(
        f"{CLAIMANTS} claimants at once, {one.given} of {CLAIMANTS * CLAIMS} claims given, {one.left} coins left"
        for one in outcomes
    )
    return [Figure("campaign.overspend", sum(one.overspent for one in outcomes), 0, told)]
