"""Gifts and what they cost, by date: data, in editions.

An edition is never changed once it is in force: what shall cost otherwise, or be shared otherwise, is a new one with
its first day, and tips that were given before keep what they were given with. A new one comes by a deployment: a gift
needs a drawing in the apps as well.
"""

from __future__ import annotations

from typing import NamedTuple


class Gift(NamedTuple):
    """One gift: what it is called, and its price in coins. Apps draw it by its ``gift``."""

    gift: str
    name: str
    coins: int


class GiftEdition(NamedTuple):
    """The gifts from a first day on, ``since`` 00:00 UTC, cheapest first.

    ``share_bp``: the creator's part of the cash behind the coins, in basis points. ``day_coins``: the most that one
    viewer gives in a day of UTC, whatever their own limit says.
    """

    since: str
    gifts: tuple[Gift, ...]
    share_bp: int
    day_coins: int


EDITIONS: tuple[GiftEdition, ...] = (
    GiftEdition(
        "2026-11-01",
        (
            Gift("rose", "Rose", 5),
            Gift("tea", "Hot tea", 20),
            Gift("popcorn", "Popcorn", 50),
            Gift("ticket", "Golden ticket", 100),
            Gift("fireworks", "Fireworks", 500),
            Gift("night-train", "Night train", 1_000),
        ),
        share_bp=8_000,
        day_coins=5_000,
    ),
)
"""Oldest first. The first is in force before its day as well: there was no other."""
