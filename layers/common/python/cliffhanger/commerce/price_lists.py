"""What coins cost, by currency and date: data, in editions.

Amounts are in the currency's smallest unit; ``digits`` are ISO 4217's minor units of it (0 for JPY and KRW). Larger
packs cost less a coin. An edition is never changed once it is in force: what shall cost otherwise is a new one, with
its first day, and orders that were made before keep what they were made with.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

PACKS: dict[str, int] = {
    "taste": 100,
    "evening": 320,
    "weekend": 550,
    "season": 1_150,
    "marathon": 2_400,
    "library": 6_200,
}
"""Coins in each pack, smallest first."""

BONUS: dict[str, int] = {"weekend": 25, "season": 100, "marathon": 300, "library": 1_000}
"""Bonus coins that come with a pack, as a lot of their own, which expires."""
BONUS_DAYS = 60

WELCOME = "welcome"
WELCOME_OF, WELCOME_BONUS = "taste", 50
"""The offer for a first purchase: the coins and the price of a pack, with so many bonus coins."""

AMOUNTS: dict[str, tuple[int, tuple[int, ...]]] = {
    "AUD": (2, (149, 449, 749, 1_499, 2_999, 7_499)),
    "BRL": (2, (490, 1_490, 2_490, 4_990, 9_990, 24_990)),
    "CAD": (2, (139, 419, 699, 1_399, 2_799, 6_999)),
    "EUR": (2, (99, 299, 499, 999, 1_999, 4_999)),
    "GBP": (2, (89, 269, 449, 899, 1_799, 4_499)),
    "INR": (2, (7_900, 23_900, 39_900, 79_900, 159_900, 399_900)),
    "JPY": (0, (150, 450, 750, 1_500, 3_000, 7_500)),
    "KRW": (0, (1_300, 3_900, 6_500, 13_000, 26_000, 65_000)),
    "MXN": (2, (1_900, 5_700, 9_500, 19_000, 38_000, 95_000)),
    "USD": (2, (99, 299, 499, 999, 1_999, 4_999)),
}
"""By ISO 4217 code: the digits after the point, and the price of each pack in the order above."""

LEAST_CHARGES: dict[str, int] = {
    "AUD": 50, "BRL": 50, "CAD": 50, "EUR": 50, "GBP": 30, "INR": 50, "JPY": 50, "KRW": 1_000, "MXN": 1_000, "USD": 50
}  # fmt: skip
"""No payment is smaller: Stripe, "Minimum and maximum charge amounts". For KRW, which it does not list, half a US
dollar and something for its rate."""

MOST_EXACT_COINS = 6_200
"""Somebody who lacks more for an episode buys a pack."""

UNTAXED_COUNTRIES, UNTAXED_CURRENCIES = frozenset({"CA", "US"}), frozenset({"CAD", "USD"})
"""Where prices are shown without sales tax, as is usual there; everywhere else it is included. By the country where
that is known, else by the currency."""


class Edition(NamedTuple):
    """A price list from its first day on, ``since`` 00:00 UTC."""

    since: str
    packs: Mapping[str, int]
    amounts: Mapping[str, tuple[int, tuple[int, ...]]]
    bonus: Mapping[str, int]


EDITIONS: tuple[Edition, ...] = (Edition("2026-11-01", PACKS, AMOUNTS, BONUS),)
"""Oldest first. The first is in force before its day as well: there was no other."""
