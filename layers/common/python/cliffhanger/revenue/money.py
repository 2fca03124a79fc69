"""Amounts as people read them. Pure."""

from __future__ import annotations

from cliffhanger.commerce.price_lists import AMOUNTS

USUAL_DIGITS = 2
"""After the point, of a currency that nothing is sold in."""


def shown(amount: int, currency: str) -> str:
    """An amount in the currency's smallest unit, with its point: ``1 234.56``, ``-750``; its name is left out."""
    digits = AMOUNTS[currency][0] if currency in AMOUNTS else USUAL_DIGITS
    whole, part = divmod(abs(amount), 10**digits)
    sign = "-" if amount < 0 else ""
    return f"{sign}{whole:,}".replace(",", " ") + (f".{part:0{digits}d}" if digits else "")
