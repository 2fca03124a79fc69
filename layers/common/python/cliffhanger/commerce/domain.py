"""Packs of coins and what coins are worth in a viewer's currency. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from cliffhanger.clock import rfc3339
from cliffhanger.commerce.price_lists import (
    BONUS_DAYS,
    EDITIONS,
    LEAST_CHARGES,
    MOST_EXACT_COINS,
    UNTAXED_COUNTRIES,
    UNTAXED_CURRENCIES,
    WELCOME,
    WELCOME_BONUS,
    WELCOME_OF,
    Edition,
)
from cliffhanger.errors import NotFound, ValidationFailed

RIGHT_DAYS = 14
"""For so long a viewer may have the money of unused coins again: Directive 2011/83/EU, article 9, for everybody."""


class Money(NamedTuple):
    """An amount in the smallest unit of an ISO 4217 currency, and how many digits that unit stands behind the point."""

    amount: int
    currency: str
    digits: int


class Pack(NamedTuple):
    """Coins sold together, and their price; ``bonus`` coins come with them. ``first``: for a first purchase only."""

    pack: str
    coins: int
    price: Money
    bonus: int = 0
    first: bool = False


class PriceList(NamedTuple):
    """The packs of one currency, smallest first; ``as_of`` is the first day of its edition."""

    currency: str
    packs: tuple[Pack, ...]
    as_of: str = ""

    def worth(self, coins: int) -> Money:
        """What that many coins cost, at the price a coin of the smallest pack, rounded up to the smallest unit."""
        first = self.packs[0]
        return first.price._replace(amount=-(-coins * first.price.amount // first.coins))

    def smallest_for(self, missing_coins: int) -> Pack | None:
        """The smallest pack that covers a shortfall with all its coins; None where there is none, of either."""
        if missing_coins <= 0:
            return None
        return next((pack for pack in self.packs if pack.coins + pack.bonus >= missing_coins), None)

    def offers(self, *, first: bool) -> tuple[Pack, ...]:
        """What somebody can buy; before a ``first`` purchase with the offer for it, ahead of all others."""
        found = next((pack for pack in self.packs if pack.pack == WELCOME_OF), None)
        if not first or found is None:
            return self.packs
        return (found._replace(pack=WELCOME, bonus=WELCOME_BONUS, first=True), *self.packs)

    def offer(self, pack: str, *, first: bool) -> Pack:
        """The pack of that name.

        Raises:
            NotFound: it is not sold to this viewer, or not any more.
        """
        for one in self.offers(first=first):
            if one.pack == pack:
                return one
        raise NotFound("There is no such pack.")

    def exact_bounds(self) -> tuple[int, int]:
        """How few and how many coins are sold exactly: none that cost less than a payment must."""
        first = self.packs[0]
        least = -(-LEAST_CHARGES[self.currency] * first.coins // first.price.amount)
        while self.worth(least - 1).amount >= LEAST_CHARGES[self.currency]:
            least -= 1
        return least, MOST_EXACT_COINS

    def exact(self, coins: int) -> Pack:
        """Exactly so many coins, as a pack without a name, at what they are worth.

        Raises:
            ValidationFailed: with ``minCoins`` and ``maxCoins``: they are too few or too many.
        """
        least, most = self.exact_bounds()
        if not least <= coins <= most:
            raise ValidationFailed(
                f"Between {least} and {most} coins are sold exactly.", where="coins", minCoins=least, maxCoins=most
            )
        return Pack("", coins, self.worth(coins))


def edition_at(at: int, editions: Sequence[Edition] = EDITIONS) -> Edition:
    """The edition that is in force at a time, in milliseconds since the Unix epoch."""
    today = rfc3339(at)[:10]
    return next((edition for edition in reversed(editions) if edition.since <= today), editions[0])


def price_list(currency: str, edition: Edition = EDITIONS[0]) -> PriceList:
    """The price list of a currency.

    Raises:
        ValidationFailed: coins are not sold in that currency; ``currencies`` are those that they are sold in.
    """
    if currency not in edition.amounts:
        raise ValidationFailed(
            "Coins are not sold in that currency.", where="currency", currencies=sorted(edition.amounts)
        )
    digits, prices = edition.amounts[currency]
    return PriceList(
        currency,
        tuple(
            Pack(pack, coins, Money(price, currency, digits), edition.bonus.get(pack, 0))
            for (pack, coins), price in zip(edition.packs.items(), prices, strict=True)
        ),
        edition.since,
    )


def smallest_pack(missing_coins: int, edition: Edition) -> str | None:
    """The name of the smallest pack that covers a shortfall with all its coins, the same in every currency, or None."""
    packs, bonus = edition.packs, edition.bonus
    return next((pack for pack, coins in packs.items() if coins + bonus.get(pack, 0) >= missing_coins), None)


def bonus_days(pack: Pack) -> int:
    """How long the bonus coins of a pack live, in days; 0 where it has none."""
    return BONUS_DAYS if pack.bonus else 0


def digits_of(currency: str) -> int:
    """How many digits a currency's smallest unit stands behind the point, in whatever edition knows it."""
    return next((edition.amounts[currency][0] for edition in EDITIONS if currency in edition.amounts), 2)


def tax_included(currency: str, country: str | None) -> bool:
    """Whether prices are shown with sales tax."""
    return currency not in UNTAXED_CURRENCIES if country is None else country not in UNTAXED_COUNTRIES
