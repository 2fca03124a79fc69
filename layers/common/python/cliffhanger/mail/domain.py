"""A receipt, as an event tells it. Pure.

Amounts are whole numbers in the currency's smallest unit, currencies ISO 4217 codes, times milliseconds since 1970.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from cliffhanger.clock import ms_of
from cliffhanger.ledger.names import is_id

Kind = Literal["purchase", "refund"]
KINDS: Mapping[str, Kind] = {"CoinsBought": "purchase", "PurchaseRefunded": "refund"}
"""The events that a receipt is sent for."""

_REFERENCE = re.compile(r"purchase:([^:]+):(?:grant|rev:[^:]+)")


class Receipt(NamedTuple):
    """What a receipt says. ``seq`` is the entry that proves it, on the person's own chain.

    ``withheld`` are bonus coins of an offer for a first purchase: another purchase came before this one.
    """

    kind: Kind
    order: str
    seq: int
    bought: int
    bonus: int
    amount: int
    currency: str
    at_ms: int
    withheld: int = 0


class Told(NamedTuple):
    """A receipt, of whom, and the id of the event that tells it: the same however often it is told."""

    event: str
    person: str
    receipt: Receipt


class Recipient(NamedTuple):
    """Where a person's mail goes, and in which language (BCP 47), if one was told. Kept nowhere, logged nowhere."""

    address: str
    language: str | None


class Mail(NamedTuple):
    """A mail: subject, plain text, and the same as HTML."""

    subject: str
    text: str
    html: str


def told_by(detail: Mapping[str, Any]) -> Told | None:
    """The receipt that an event of the product's bus asks for; None where it asks for none.

    Coins that were granted by support or brought into a test stage are bought without an order, and have no receipt.

    Raises:
        LookupError, TypeError, ValueError: it is no event of ours, or not of its schema.
    """
    kind = KINDS.get(detail["type"])
    if kind is None:
        return None
    data = detail["data"]
    order = _REFERENCE.fullmatch(data["reference"])
    if order is None:
        return None
    (cash,) = data["cash"]
    coins = data["coins"]
    receipt = Receipt(
        kind=kind,
        order=order[1],
        seq=int(data["seq"]),
        bought=int(coins.get("bought", 0)),
        bonus=int(coins.get("bonus", 0)),
        amount=int(cash["amount"]),
        currency=str(cash["currency"]),
        at_ms=ms_of(detail["occurredAt"]),
        withheld=int(data.get("withheldBonus", 0)),
    )
    person = str(data["personId"])
    if not is_id(person):
        raise ValueError("no person")
    return Told(str(detail["id"]), person, receipt)
