"""What the ledger's entries say of orders' money. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.names import COIN_UNITS
from cliffhanger.reconciling.domain import Kind, Movement

PREFIX = "purchase:"
KIND_OF_TERMS: Mapping[str, Kind] = {
    "purchase": "payment",
    "refund": "refund",
    "dispute": "dispute",
    "refundFailed": "refund_failure",
    "disputeWon": "dispute_won",
}
_REFERENCE = re.compile(r"purchase:([^:]+):(?:grant|(?:rev|back):[^:]+)")


def movement_of(entry: Entry) -> Movement | None:
    """The money of an order that an entry tells of; None for every other entry.

    What a purchase was for stands in its terms even where a refund has overtaken it and nothing was granted.
    """
    found = _REFERENCE.fullmatch(entry.reference or "")
    kind = KIND_OF_TERMS.get(str(entry.terms.get("kind", "")))
    if found is None or kind is None:
        return None
    terms = entry.terms
    amount = terms.get("cash" if kind == "payment" else "amount")
    units = {line.unit for line in entry.postings if line.unit not in COIN_UNITS}
    currency = str(terms.get("currency") or (units.pop() if len(units) == 1 else ""))
    where = f"{entry.account}#{entry.seq}"
    return Movement("ledger", kind, found[1], int(amount) if amount is not None else None, currency, entry.at, where)
