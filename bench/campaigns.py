"""Can a campaign's budget be overspent? 64 viewers race for the end of it, on a model whose conflicts are real.

Once with what the ledger alone sets aside, and once as viewers claim: by the rules, with caps, and listed.
"""

from __future__ import annotations

import random
from collections import Counter
from typing import NamedTuple

from bench.conflicts import CALL_MS, LOCK_MS, SEED, Timeline
from bench.figures import Figure
from cliffhanger.campaigns.claiming import claim
from cliffhanger.campaigns.claims import CampaignClaims
from cliffhanger.campaigns.deciding import Deed, Desk
from cliffhanger.campaigns.domain import DAY_MS, Claimant
from cliffhanger.campaigns.running import Office, Wanted, fund, put
from cliffhanger.campaigns.store import CampaignsStore
from cliffhanger.errors import BudgetCapReached, BudgetExhausted, Busy, Undecided
from cliffhanger.ledger.budgeting import fund_budget, open_budget
from cliffhanger.ledger.budgets import Budget
from cliffhanger.ledger.cashback import Pledge
from cliffhanger.ledger.cashing import cashback_of, claim_cashback
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.journal import Retrying
from cliffhanger.ledger.store import LedgerStore
from cliffhanger.rewards.blocks_store import BlocksStore
from cliffhanger.rewards.devices_store import DevicesStore
from cliffhanger.rewards.pending import Pending
from tests.support.campaign_tables import CAMPAIGNS
from tests.support.campaigns import COATS, TERMS, rules_of
from tests.support.dynamodb import Call, MemoryDynamoDB, Moment, connect
from tests.support.tables import BLOCKS, DEVICES, LEDGER
from tests.support.tables import CLAIMS as CLAIMED

CLAIMANTS = 64
CLAIMS = 3
COINS = 50
CAP = 12
"""Coins that a viewer may have of the campaign by its rules: two scans of five, and two of the third."""
RACE = Budget("race", "1")
PATIENT_S = 600.0


class Outcome(NamedTuple):
    """What a race came to, in coins: funded, set aside, left; claims that were given and refused, and puts lost.

    ``beyond`` are coins that were set aside beyond viewers' caps.
    """

    funded: int
    claimed: int
    left: int
    given: int
    refused: int
    again: int
    beyond: int = 0

    @property
    def overspent(self) -> int:
        """Coins set aside beyond what was funded, or beyond what viewers may have of it."""
        return max(0, self.claimed - self.funded, -self.left) + self.beyond


class Race:
    """Viewers who claim at once from a budget that holds half of what they want."""

    def __init__(self, claimants: int = CLAIMANTS, slices: int = 1, seed: int = SEED) -> None:
        self._random = random.Random(seed)
        self._timeline = Timeline()
        self._model = MemoryDynamoDB(clock=lambda: self._timeline.now, item_lock_ms=LOCK_MS)
        self._slices = slices
        self._given = self._refused = self._again = 0
        self._budget, self._funded = self._open(claimants)
        for number in range(claimants):
            self._timeline.add(lambda person=f"viewer{number:010d}": self._claim(person))  # type: ignore[misc]

    def run(self) -> Outcome:
        """Everybody to the end."""
        self._model.hook = self._take_time
        self._timeline.play()
        self._model.hook = None
        heads = [self._ledger().head(self._budget.slice(n)) for n in range(self._slices)]
        claimed = sum(line.amount for entry in self._claims() for line in entry.postings)
        left = sum(head.state.balances.get("bonus", 0) for head in heads if head is not None)
        return Outcome(self._funded, claimed, left, self._given, self._refused, self._again, self._beyond())

    def _open(self, claimants: int) -> tuple[Budget, int]:
        """The budget that they race for, and the coins on it."""
        self._model.call("CreateTable", LEDGER)
        funded = claimants * CLAIMS * COINS // 2
        open_budget(self._ledger(), RACE, self._slices, self._pace())
        fund_budget(
            self._ledger(), RACE, funding="f1", unit="bonus", coins=funded, source="external:brand",
            retrying=self._pace(),
        )  # fmt: skip
        return RACE, funded

    def _set_aside(self, person: str, number: int) -> None:
        """One claim of a viewer."""
        cashback = cashback_of(RACE, person, f"order-{number}", self._slices)
        pledge = Pledge(COINS, 4_999, self._timeline.now + 14 * DAY_MS, 30)
        claim_cashback(self._ledger(), cashback, lambda *_: (pledge, {}), retrying=self._pace())

    def _beyond(self) -> int:
        """What viewers had beyond their caps: here they have none."""
        return 0

    def _claim(self, person: str) -> None:
        for number in range(CLAIMS):
            while True:
                try:
                    self._set_aside(person, number)
                    self._given += 1
                except (BudgetExhausted, BudgetCapReached):
                    self._refused += 1
                except (Busy, Undecided):  # as a brand's server does: again
                    self._again += 1
                    continue
                break

    def _claims(self) -> list[Entry]:
        """All claims that stand."""
        slices = (self._budget.slice(number) for number in range(self._slices))
        entries = (entry for account in slices for entry in self._ledger().newest(account, 10_000))
        return [entry for entry in entries if entry.terms["kind"] == "claim"]

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


class RuledRace(Race):
    """The same as viewers claim: what the rules give for a scan, of which the last is more than their cap allows."""

    def rows(self) -> list[Pending]:
        """What all viewers' claims are listed as."""
        people = sorted({_person(entry) for entry in self._claims()})
        return [one for person in people for one in self._desk().claims.of(person)]

    def _open(self, claimants: int) -> tuple[Budget, int]:
        for schema in (LEDGER, CLAIMED, CAMPAIGNS, DEVICES, BLOCKS):
            self._model.call("CreateTable", schema)
        self._rules, funded = rules_of(), claimants * CAP - claimants // 2  # it ends where caps are reached
        now = self._timeline.now
        terms = TERMS._replace(
            slices=self._slices, viewer_coins=CAP, starts_at=now - DAY_MS, ends_at=now + 30 * DAY_MS
        )  # fmt: skip
        desk = self._desk()
        office = Office(desk.campaigns, desk.ledger, desk.clock, desk.retrying)
        put(office, COATS, Wanted(terms, "live", 0), "olga")
        self._campaign, _ = fund(office, COATS, "f1", funded, "olga")
        return self._campaign.budget, funded

    def _set_aside(self, person: str, number: int) -> None:
        claim(self._desk(), self._campaign, Claimant(person, "DE", 30), Deed("scan", f"code-{number}", "client"))

    def _beyond(self) -> int:
        had: Counter[str] = Counter()
        for entry in self._claims():
            had[_person(entry)] += sum(line.amount for line in entry.postings)
        return sum(max(0, coins - CAP) for coins in had.values())

    def _desk(self) -> Desk:
        """A desk of its own for each call, as each instance has one."""
        connection = connect(self._model)
        return Desk(
            LedgerStore(connection, LEDGER["TableName"]),
            CampaignClaims(connection, CLAIMED["TableName"]),
            CampaignsStore(connection, CAMPAIGNS["TableName"]),
            DevicesStore(connection, DEVICES["TableName"]),
            lambda: BlocksStore(connection, BLOCKS["TableName"]),
            lambda: self._rules,
            lambda: None,
            clock=lambda: self._timeline.now,
            retrying=self._pace(),
        )


def _person(claimed: Entry) -> str:
    """Whose claim it is."""
    return str(claimed.reference).split(":")[1]


def measure() -> list[Figure]:
    """What was overspent: nothing, on one slice or on several, by the ledger alone and by the rules."""
    races = (("the ledger", Race), ("the rules", RuledRace))
    outcomes = [(by, race(slices=slices).run()) for by, race in races for slices in (1, 4)]
    told = "; ".join(
        f"{CLAIMANTS} claimants at once by {by}, {one.given} of {CLAIMANTS * CLAIMS} claims given, "
        f"{one.left} coins left"
        for by, one in outcomes
    )
    return [Figure("campaign.overspend", sum(one.overspent for _, one in outcomes), 0, told)]
