"""How much money people of an age may spend on coins in their country. Data, with the source of each rule; pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone
from typing import NamedTuple

from cliffhanger.clock import rfc3339
from cliffhanger.commerce.domain import PriceList
from cliffhanger.errors import PurchaseLimitReached
from cliffhanger.ledger.entries import Entry


class Rule(NamedTuple):
    """In ``country``, below ``age`` years: at most ``amount`` of ``currency`` in a calendar month of its zone.

    ``unknown``: whoever has told no age counts as below it. ``hours`` is the zone's offset from UTC, where no clocks
    are put forward.
    """

    rule: str
    country: str
    age: int
    amount: int
    currency: str
    hours: int
    unknown: bool


RULES: tuple[Rule, ...] = (
    # Japan Online Game Association, guideline on minors: 5,000 yen a month below 16, 20,000 yen below 18 (of age since
    # April 2022); services ask for the age before a first purchase, and take the lowest where it is not told.
    Rule("jp-joga-under-16", "JP", 16, 5_000, "JPY", 9, unknown=True),
    Rule("jp-joga-under-18", "JP", 18, 20_000, "JPY", 9, unknown=False),
)
"""Strictest first within a country."""


class Buyer(NamedTuple):
    """Who buys, as far as a rule asks: an ISO 3166-1 country and the age in whole years; None for what is not known."""

    country: str | None = None
    age: int | None = None


class Limit(NamedTuple):
    """A rule as it is for somebody: amounts in the smallest unit of the currency they ask in, times in milliseconds.

    ``since`` is when its month began, ``resets_at`` when the next one does.
    """

    rule: str
    amount: int
    spent: int
    since: int
    resets_at: int

    def check(self, amount: int) -> None:
        """Lets an amount pass that the limit leaves.

        Raises:
            PurchaseLimitReached: with ``rule``, ``limitAmount``, ``spentAmount`` and ``resetsAt``.
        """
        if self.spent + amount > self.amount:
            raise PurchaseLimitReached(
                f"At most {self.amount} a month by the rule {self.rule}.",
                rule=self.rule,
                limitAmount=self.amount,
                spentAmount=self.spent,
                resetsAt=rfc3339(self.resets_at),
            )


def rule_for(buyer: Buyer) -> Rule | None:
    """The strictest rule that holds for somebody, if any does."""
    for rule in RULES:
        below = rule.unknown if buyer.age is None else buyer.age < rule.age
        if rule.country == buyer.country and below:
            return rule
    return None


def limit_of(rule: Rule, prices: PriceList, own: PriceList, now: int) -> Limit:
    """A rule in the currency of ``prices``, for the month of a time, with nothing spent yet.

    ``own`` are the prices in the rule's currency: the two lists' dearest packs say how amounts compare.
    """
    amount = rule.amount * prices.packs[-1].price.amount // own.packs[-1].price.amount
    zone = timezone(timedelta(hours=rule.hours))
    day = datetime.fromtimestamp(now / 1_000, UTC).astimezone(zone)
    month = day.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    following = (month + timedelta(days=32)).replace(day=1)
    return Limit(rule.rule, amount, 0, int(month.timestamp() * 1_000), int(following.timestamp() * 1_000))


def spent_in(entries: Iterable[Entry], currency: str, rates: dict[str, int]) -> int:
    """What entries paid for coins, less what of it went back, as an amount of one currency.

    ``rates`` say by currency what the dearest pack costs, so that amounts of others can be compared.
    """
    spent = 0
    for entry in entries:
        for unit, amount, source, destination in entry.postings:
            if (entry.reference or "").startswith("purchase:") and unit in rates:
                sign = source.startswith("external:") - destination.startswith("external:")
                spent += sign * (amount * rates[currency] // rates[unit])
    return max(0, spent)
