"""What is told of a tip, and of its reversal. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from cliffhanger.clock import rfc3339
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.names import OWN, OWN_DEFERRED
from cliffhanger.ledger.tipping import tipped_series


def gift_given(entry: Entry) -> dict[str, Any]:
    """The facts of a tip; ``named`` says whether its giver wants to be shown to others.

    Raises:
        KeyError, TypeError, ValueError: it is none.
    """
    terms = entry.terms
    return {
        **_where(entry),
        "gift": str(terms["gift"]),
        "count": int(terms["count"]),
        "coins": {"bought": sum(portion.coins for portion in entry.spent)},
        "cash": _amounts((portion.currency, portion.cash) for portion in entry.spent),
        "named": bool(terms.get("named")),
    }


def gift_back(entry: Entry) -> dict[str, Any]:
    """The facts of a tip's reversal; ``givenAt`` is when the tip was given.

    Raises:
        KeyError, TypeError, ValueError: it is none.
    """
    back = [line for line in entry.postings if line.source.startswith(("series:", "platform:"))]
    return {
        **_where(entry),
        "coins": {"bought": sum(line.amount for line in back if (line.unit, line.destination) == ("coin", OWN))},
        "cash": _amounts((line.unit, line.amount) for line in back if line.destination == OWN_DEFERRED),
        "givenAt": rfc3339(int(entry.terms["given"])),
        "reverses": int(entry.terms["reverses"]),
    }


def _where(entry: Entry) -> dict[str, Any]:
    series = tipped_series(entry)
    if series is None:
        raise ValueError(entry.reference)
    return {"seriesId": series, "episode": int(entry.terms["episode"])}


def _amounts(parts: Iterable[tuple[str, int]]) -> list[dict[str, Any]]:
    cash: dict[str, int] = {}
    for currency, amount in parts:
        cash[currency] = cash.get(currency, 0) + amount
    return [{"currency": currency, "amount": amount} for currency, amount in sorted(cash.items()) if amount]
