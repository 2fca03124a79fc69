"""What a simulation comes to: sums by kind of viewer, a line for each day, and what each farm took and paid."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

from tools.rewarding.assumptions import Assumptions, FarmShape
from tools.rewarding.brand import Budget

MB_PER_GB = 1024


@dataclass(slots=True)
class Sums:
    """What viewers of one kind did and had, over all days. Coins are bonus coins unless they are called bought."""

    viewers: int = 0
    viewer_days: int = 0
    visits: int = 0
    paid: Counter[str] = field(default_factory=Counter)
    """Coins by kind of claim, when they were decided."""
    claims: int = 0
    held: int = 0
    refused: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    vested: int = 0
    spent: int = 0
    expired: int = 0
    outstanding: int = 0
    pending: int = 0
    unlocks_bonus: int = 0
    unlocks_bought: int = 0
    displaced: int = 0
    repairs: int = 0
    """Days of a run that were paid for."""
    purchases: int = 0
    """At the brand."""
    set_aside: int = 0
    taken_back: int = 0
    """Coins of the brand's budget: for all purchases, and of what was returned or a reviewer has refused."""

    @property
    def coins(self) -> int:
        """All that was paid."""
        return sum(self.paid.values())

    @property
    def house(self) -> int:
        """What the house has paid; the rest is the brand's."""
        return self.coins - self.paid["cashback"]

    def a_day(self, coins: float) -> float:
        """So many coins by viewer and day."""
        return coins / self.viewer_days if self.viewer_days else 0.0


class DayLine(NamedTuple):
    """Coins at the end of a day, honest viewers' alone: in all vested, spent and expired, and what is left."""

    day: int
    vested: int
    spent: int
    expired: int
    outstanding: int
    pending: int


@dataclass(slots=True)
class Farm:
    """What a farm of one shape did and had."""

    shape: FarmShape
    devices: int
    accounts: int
    days: int
    sums: Sums = field(default_factory=Sums)
    packs: int = 0
    """Packs of coins that it has bought, so that invitations count."""
    returns: int = 0
    """Purchases at the brand that it has sent back."""
    ads: int = 0
    """Ads that it was paid for."""
    empty: set[str] = field(default_factory=set)
    """Accounts that it has left."""

    @property
    def sees_ads(self) -> bool:
        """Whether it has phones to see them on: their network signs for them, and a script cannot."""
        return self.shape.by_hand or not self.shape.script

    def leave(self, account: str) -> None:
        """Leaves an account that brings nothing any more."""
        self.empty.add(account)

    def left(self, account: str) -> bool:
        """Whether it has left an account."""
        return account in self.empty

    def sold(self, known: Assumptions) -> int:
        """Coins that it can sell: what it took, and what it has bought."""
        return self.sums.coins + self.packs * known.pack.coins

    def revenue_usd(self, known: Assumptions) -> float:
        """What its coins sell for, were they all sold before they expire."""
        costs = known.costs
        return self.sold(known) * known.coin_usd * costs.resale * (1 - costs.resale_fee)

    def costs_usd(self, known: Assumptions) -> dict[str, float]:
        """What it pays, by what for."""
        costs, script = known.costs, self.shape.script
        device_days = (self.sees_ads if script else self.devices) * self.days
        mb_a_day = costs.script_mb_per_account_day if script else costs.traffic_mb_per_account_day
        traffic_gb = self.sums.viewer_days * mb_a_day / MB_PER_GB
        return {
            "devices": device_days * costs.device_usd_per_day[self.shape.device],
            "identities": self.accounts * costs.identity_usd,
            "proxies": traffic_gb * costs.traffic_usd_per_gb,
            "labour": self._labour_s(known) / 3_600 * costs.labour_usd_per_hour,
            "packs": self.packs * known.pack.usd,
            "returns": self.returns * costs.return_usd,
        }

    def _labour_s(self, known: Assumptions) -> float:
        """Seconds of somebody's labour: at phones, each day; of a script, with each ad, and with each account sold."""
        costs = known.costs
        if self.shape.script:
            return self.ads * costs.script_seconds_per_ad + self.accounts * costs.script_seconds_per_account
        return self.devices * self.days * costs.labour_minutes_per_device_day * 60

    def result_usd(self, known: Assumptions) -> float:
        """What is left of its revenue; below zero where it loses."""
        return self.revenue_usd(known) - sum(self.costs_usd(known).values())

    def break_even(self, known: Assumptions) -> float | None:
        """The share of the list price that a buyer would have to pay; None where it took nothing."""
        whole = self.sold(known) * known.coin_usd * (1 - known.costs.resale_fee)
        return sum(self.costs_usd(known).values()) / whole if whole else None


@dataclass(slots=True)
class Outcome:
    """All of it."""

    version: str
    seed: int
    days: int
    kinds: dict[str, Sums]
    farms: list[Farm]
    budget: Budget
    """The brand's."""
    lines: list[DayLine] = field(default_factory=list)
    arms: dict[str, Counter[str]] = field(default_factory=dict)
    """By arm: ``coins`` paid and ``claims`` decided by its rules."""
    shadow: Counter[str] = field(default_factory=Counter)
    """Coins that rules in shadow would have paid, by rule."""

    @property
    def viewer_days(self) -> int:
        """How many days of viewers and farms' accounts were lived."""
        return sum(one.viewer_days for one in (*self.kinds.values(), *(farm.sums for farm in self.farms)))
