"""What a payment provider tells us of an order's money, as facts of our own. Pure.

Amounts are whole numbers in the currency's smallest unit, as ISO 4217 counts its digits; currencies are ISO 4217 codes
in upper case; times are milliseconds since the Unix epoch. ``order`` and ``person`` are our own ids, which we gave the
provider with the payment and which it gives back. ``payment`` and ``charge`` are the provider's ids: to look a thing up
there, never to know it by. A fact may come twice, late, or before what led to it.
"""

from __future__ import annotations

import hashlib
from typing import Literal, NamedTuple, get_args

from cliffhanger.ledger.names import base32

Failure = Literal[
    "card_declined",
    "insufficient_funds",
    "authentication_failed",
    "expired_card",
    "processing_error",
    "canceled",
    "expired",
]
"""Why a payment did not come about: stable codes of ours. ``canceled``: given up by us or the payer. ``expired``:
nobody paid in time. What has no code of its own is ``card_declined``: banks say little more."""
FAILURES: tuple[Failure, ...] = get_args(Failure)

Transition = Literal["opened", "funds_withdrawn", "funds_reinstated", "won", "lost", "warning"]
"""What became of a dispute. ``warning``: the bank asks, and has taken nothing yet."""


class PaymentPaid(NamedTuple):
    """An order's money is with the provider.

    ``method`` is what the payer knows the means of payment by, such as ``visa 4242``; empty where that is not told.
    """

    order: str
    person: str
    payment: str
    charge: str
    amount: int
    currency: str
    method: str
    at_ms: int


class PaymentFailed(NamedTuple):
    """A try to pay an order came to nothing. Another one may follow, unless it was canceled or has expired."""

    order: str
    person: str
    payment: str
    code: Failure
    at_ms: int


class RefundMade(NamedTuple):
    """Money of an order goes back to who paid it.

    ``refund`` is our own id where we asked for it, else derived from the provider's (:func:`derived_id`). ``amount`` is
    this refund's, ``refunded_total`` all refunds' of the payment so far, ``paid_total`` what was paid.
    """

    order: str
    person: str
    payment: str
    refund: str
    amount: int
    refunded_total: int
    paid_total: int
    currency: str
    at_ms: int


class RefundFailed(NamedTuple):
    """A refund that was made did not reach who paid; the money is with us again."""

    order: str
    person: str
    payment: str
    refund: str
    amount: int
    currency: str
    at_ms: int


class DisputeMoved(NamedTuple):
    """The payer's bank took a payment back, wholly or in part, asks about it, or has decided.

    ``dispute`` is derived from the provider's id (:func:`derived_id`); one dispute moves several times under it.
    ``reason`` is the bank's code. ``evidence_due_ms``: until when evidence is taken; None when it no longer is.
    """

    order: str
    person: str
    payment: str
    dispute: str
    transition: Transition
    amount: int
    paid_total: int
    currency: str
    reason: str
    evidence_due_ms: int | None
    at_ms: int


Fact = PaymentPaid | PaymentFailed | RefundMade | RefundFailed | DisputeMoved


def derived_id(provider_id: str) -> str:
    """An id of our form for an object that only the provider has named: 16 characters of its SHA-256.

    It stands in references of the ledger, so the rule is for ever.
    """
    return base32(hashlib.sha256(provider_id.encode()).digest()[:10])
