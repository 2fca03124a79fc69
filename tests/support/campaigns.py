"""A brand with a campaign: prefunded, live, in Germany and Austria; viewers with claim tokens; a clock of its own."""

from __future__ import annotations

import json
from typing import Any

from cliffhanger.campaigns.claiming import Claimed, claim
from cliffhanger.campaigns.claims import CampaignClaims
from cliffhanger.campaigns.codes import token_of
from cliffhanger.campaigns.confirming import Cashier
from cliffhanger.campaigns.deciding import Deed, Desk
from cliffhanger.campaigns.domain import DAY_MS, Campaign, Claimant, Sponsored, Terms, Worth
from cliffhanger.campaigns.purchasing import Purchase, Return, Returned, give_back_purchase, purchase, token_lasts_until
from cliffhanger.campaigns.running import Office, Wanted, find, fund, put, wind_up
from cliffhanger.campaigns.store import CampaignsStore
from cliffhanger.clock import ms_of
from cliffhanger.ledger.journal import Retrying
from cliffhanger.ledger.names import platform, viewer
from cliffhanger.ledger.settling import settle
from cliffhanger.ledger.store import LedgerStore
from cliffhanger.rewards.blocks_store import BlocksStore
from cliffhanger.rewards.devices_store import DevicesStore
from cliffhanger.rewards.paying import Till
from cliffhanger.rewards.pending import Pending
from cliffhanger.rewards.rules import RuleSet, rule_set_of
from cliffhanger.rewards.vesting import confirm
from tests.support.campaign_tables import CAMPAIGNS
from tests.support.dynamodb import MemoryDynamoDB, connect
from tests.support.tables import BLOCKS, CLAIMS, DEVICES, LEDGER

NOON = ms_of("2026-11-28T12:00:00Z")
KEY = b"the-key-of-campaigns-in-tests-32"
COATS = "winter-coats"
TERMS = Terms(
    partner="north-coats",
    name="Winter coats",
    kinds=("cashback", "scan", "watch.episode"),
    starts_at=NOON - DAY_MS,
    ends_at=NOON + 30 * DAY_MS,
    return_days=14,
    slices=2,
    viewer_times=5,
    viewer_coins=400,
    countries=("AT", "DE"),
    worth=(Worth("EUR", 100, 100),),
    sponsored=(Sponsored("the-last-train", (1, 2)),),
)
BUDGET = 2_000


def rules_of(**changed: Any) -> RuleSet:
    """Rules by which the campaign gives a tenth of a purchase, five coins for a scan, three for an episode.

    ``besides`` are rules of others; ``days`` is how long the coins live.
    """
    campaign = changed.pop("campaign", COATS)
    caps = {"viewerDayCoins": 300, **changed.pop("caps", {})}
    days = changed.pop("days", 60)

    def rule(name: str, kind: str, amount: dict[str, Any], **evidence: Any) -> dict[str, Any]:
        return {
            "name": name,
            "kind": kind,
            "campaign": campaign,
            "amount": amount,
            "caps": caps,
            "evidence": evidence,
            "lifetimeDays": days,
        }

    document = {
        "schema": "rule-set.v1",
        "name": "house",
        "version": "v-1",
        "dayCaps": {"houseViewerCoins": 100, "houseDeviceCoins": 200, "campaignsViewerCoins": 400},
        "rules": [
            rule("coats-bought", "cashback", {"type": "proportion", "perMille": 100}, partner={}),
            rule("coats-scanned", "scan", {"type": "flat", "coins": 5}, client={}, partner={}),
            rule("coats-watched", "watch.episode", {"type": "flat", "coins": 3}, server={}),
            *changed.pop("besides", ()),
        ],
        "scoring": {"holdAt": 50, "refuseAt": 80},
        **changed,
    }
    return rule_set_of(json.dumps(document))


class CampaignWorld:
    """The shipped stores over the in-memory model, with the campaign funded."""

    def __init__(
        self,
        terms: Terms = TERMS,
        budget: int = BUDGET,
        rules: RuleSet | None = None,
        *,
        now: int = NOON,
        name: str = COATS,
    ) -> None:
        self.now = now
        self.name = name
        self.rules = rules or rules_of(campaign=name)
        self.stopped = False
        self.model = MemoryDynamoDB()
        for table in (LEDGER, CLAIMS, CAMPAIGNS, DEVICES, BLOCKS):
            self.model.call("CreateTable", table)
        connection = connect(self.model)
        self.ledger = LedgerStore(connection, LEDGER["TableName"])
        self.claims = CampaignClaims(connection, CLAIMS["TableName"])
        self.campaigns = CampaignsStore(connection, CAMPAIGNS["TableName"])
        self.devices = DevicesStore(connection, DEVICES["TableName"])
        self.blocks = BlocksStore(connection, BLOCKS["TableName"])
        self.pace = Retrying(clock=self.clock, sleep=lambda _seconds: None)
        self.desk = Desk(
            self.ledger,
            self.claims,
            self.campaigns,
            self.devices,
            lambda: self.blocks,
            lambda: self.rules,
            self.check_open,
            clock=self.clock,
            retrying=self.pace,
        )
        self.office = Office(self.campaigns, self.ledger, self.clock, self.pace)
        self.cashier = Cashier(self.ledger, self.claims, self.check_open, self.clock, self.pace)
        self.till = Till(self.ledger, self.claims, lambda: None, self.clock, self.pace, self.cashier)
        put(self.office, name, Wanted(terms, "live", 0), "olga")
        if budget:
            fund(self.office, name, "f1", budget, "olga")

    def clock(self) -> int:
        """The server's time, in milliseconds."""
        return self.now

    def check_open(self) -> None:
        """What the switch does."""
        if self.stopped:
            from cliffhanger.errors import SwitchedOff

            raise SwitchedOff("Campaigns are stopped.")

    @property
    def campaign(self) -> Campaign:
        """As it stands."""
        return find(self.office, self.name)

    def token(self, person: str = "mia", **known: Any) -> str:
        """The claim token of a viewer, from Germany unless told otherwise."""
        made = token_of(self.name, person, KEY)
        told = {"country": "DE", "age": 30, "until": token_lasts_until(self.campaign), **known}
        self.campaigns.keep_claimant(self.name, made, Claimant(person, **told))
        return made

    def buy(self, order: str = "A-1", amount: int = 5_000, person: str = "mia", **bought: Any) -> Claimed:
        """A purchase of fifty euros, unless told otherwise, as the brand tells it."""
        told = Purchase(order, **{"currency": "EUR", "amount": amount, **bought})
        return purchase(self.desk, self.campaign, self.token(person), told)

    def back(self, amount: int, name: str = "R-1", order: str = "A-1", person: str = "mia") -> Returned:
        """A return, as the brand tells it."""
        return give_back_purchase(self.desk, self.campaign, self.token(person), Return(order, name, amount))

    def did(self, kind: Any, name: str, evidence: Any = "server", person: str = "mia") -> Claimed:
        """Something else that a viewer from Germany did."""
        return claim(self.desk, self.campaign, Claimant(person, "DE", 30), Deed(kind, name, evidence))

    def sweep(self) -> list[tuple[str, str]]:
        """What the scheduled step confirms, by fact, with the code of what went wrong."""
        done = confirm(self.till, 10**15)
        return [(one.pending.fact, one.error.code if one.error else "") for one in done]

    def wind_up(self) -> int:
        """What the scheduled step does when it is over."""
        return wind_up(self.office, self.campaign)

    def rows(self, person: str = "mia") -> list[Pending]:
        """What a viewer's claims are listed as."""
        return list(self.claims.of(person))

    def settle(self) -> None:
        """What the stream does."""
        campaign = self.campaign
        slices = [campaign.budget.slice(number) for number in range(campaign.terms.slices)]
        for account in (*slices, viewer("mia"), viewer("noa")):
            settle(self.ledger, self.ledger.newest(account, 1_000)[::-1], self.pace)

    def holds(self, account: str) -> int:
        """The bonus coins of an account."""
        head = self.ledger.head(account)
        return 0 if head is None else head.state.balances.get("bonus", 0)

    @property
    def sums(self) -> tuple[int, int, int]:
        """What the budget holds, what is pending, and what mia has, once all is settled."""
        self.settle()
        campaign = self.campaign
        slices = [campaign.budget.slice(number) for number in range(campaign.terms.slices)]
        lanes = {platform("pending", account) for account in slices}
        return sum(map(self.holds, slices)), sum(map(self.holds, lanes)), self.holds(viewer("mia"))
