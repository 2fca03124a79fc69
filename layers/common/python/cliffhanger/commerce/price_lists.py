"""What coin packs cost, by currency, from 2026-11-01 on.

Data: amounts in the currency's smallest unit, taxes included where it is usual.

``digits`` are ISO 4217's minor units of the currency (0 for JPY and KRW). Larger packs cost less a coin.
"""

from __future__ import annotations

PACKS: dict[str, int] = {
    "taste": 100,
    "evening": 320,
    "weekend": 550,
    "season": 1_150,
    "marathon": 2_400,
    "library": 6_200,
}
"""Coins in each pack, smallest first."""

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
