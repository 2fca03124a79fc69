"""Packs of coins and what coins are worth in a viewer's currency. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from cliffhanger.commerce.price_lists import AMOUNTS, PACKS
from cliffhanger.errors import ValidationFailed


class Money(NamedTuple):
    """An amount in the smallest unit of an ISO 4217 currency, and how many digits that unit stands behind the point."""

    amount: int
    currency: str
    digits: int


class Pack(NamedTuple):
    """Coins sold together, and their price."""

    pack: str
    coins: int
    price: Money


class PriceList(NamedTuple):
    """The packs of one currency, smallest first."""

    currency: str
    packs: tuple[Pack, ...]

    def worth(self, coins: int) -> Money:
        """What that many coins cost, at the price a coin of the smallest pack, rounded up to the smallest unit."""
        first = self.packs[0]
        return first.price._replace(amount=-(-coins * first.price.amount // first.coins))

    def smallest_for(self, missing_coins: int) -> Pack | None:
        """The smallest pack that covers a shortfall; None where there is no shortfall, or none that large."""
        if missing_coins <= 0:
            return None
        return next((pack for pack in self.packs if pack.coins >= missing_coins), None)


def price_list(
    currency: str,
    packs: Mapping[str, int] = PACKS,
    amounts: Mapping[str, tuple[int, tuple[int, ...]]] = AMOUNTS,
) -> PriceList:
    """The price list of a currency.

    Raises:
        ValidationFailed: coins are not sold in that currency; ``currencies`` are those that they are sold in.
    """
    if currency not in amounts:
        raise ValidationFailed("Coins are not sold in that currency.", where="currency", currencies=sorted(amounts))
    digits, prices = amounts[currency]
    return PriceList(
        currency,
        tuple(
            Pack(pack, coins, Money(price, currency, digits))
            for (pack, coins), price in zip(packs.items(), prices, strict=True)
        ),
    )
