"""What an object of the provider's shows, member by member. Pure.

Each raises ``KeyError`` or ``TypeError`` where the member is missing or of another form.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cliffhanger.payments.facts import Failure

Shown = Mapping[str, Any]
"""An object of the provider's, as JSON."""


def text_of(shown: Shown, name: str) -> str:
    """A text that is not empty."""
    value = shown[name]
    if not isinstance(value, str) or not value:
        raise TypeError(f"{name} is no text")
    return value


def id_of(value: object) -> str:
    """The id of an object that is shown, or only named."""
    return text_of(value, "id") if isinstance(value, Mapping) else text_of({"id": value}, "id")


def amount_of(shown: Shown, name: str, least: int = 1) -> int:
    """A whole number that is at least so much."""
    value = shown[name]
    if type(value) is not int or value < least:
        raise TypeError(f"{name} is no amount")
    return value


def currency_of(shown: Shown) -> str:
    """A currency as ISO 4217 writes it."""
    return text_of(shown, "currency").upper()


def method_of(charge: Shown) -> str:
    """What the payer knows the card by: ``visa 4242``; empty for what is no card."""
    card = (charge.get("payment_method_details") or {}).get("card") or {}
    return f"{card['brand']} {card['last4']}" if card.get("brand") and card.get("last4") else ""


def failure_of(code: str | None, decline_code: str | None) -> Failure:
    """Our code for why a payment failed, from the provider's and the bank's.

    Source: Stripe, "Error codes" and "Card declines".
    """
    for told in (decline_code, code):
        if told is not None and told in _FAILURES:
            return _FAILURES[told]
    return "card_declined"


_FAILURES: Mapping[str, Failure] = {
    "insufficient_funds": "insufficient_funds",
    "withdrawal_count_limit_exceeded": "insufficient_funds",
    "card_velocity_exceeded": "insufficient_funds",
    "expired_card": "expired_card",
    "processing_error": "processing_error",
    "try_again_later": "processing_error",
    "issuer_not_available": "processing_error",
    "authentication_required": "authentication_failed",
    "payment_intent_authentication_failure": "authentication_failed",
    "authentication_not_handled": "authentication_failed",
}
