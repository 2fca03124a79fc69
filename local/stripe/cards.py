"""Test cards, by number and by the names that stand for them, and what happens to whoever pays with one.

Source: "Testing", docs.stripe.com/testing. A number that is not here is no test card, and is declined as one is there.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from local.stripe.errors import StripeError, declined, invalid


class Card(NamedTuple):
    """A card, and how it behaves.

    ``decline`` and ``decline_code`` are Stripe's codes of a refusal; ``authenticate`` is ``always``, ``unless_set_up``
    or empty; ``dispute`` the reason of the dispute that follows a payment; ``inquiry`` makes it one that takes nothing
    yet; ``refund`` is what becomes of its refunds, later.
    """

    brand: str
    last4: str
    funding: str = "credit"
    decline: str = ""
    decline_code: str = ""
    authenticate: str = ""
    dispute: str = ""
    inquiry: bool = False
    refund: str = ""


VISA: Final = Card("visa", "4242")

BY_NUMBER: Final = {
    "4242424242424242": VISA,
    "4000056655665556": Card("visa", "5556", "debit"),
    "5555555555554444": Card("mastercard", "4444"),
    "378282246310005": Card("amex", "0005"),
    "4000000000000002": Card("visa", "0002", decline="card_declined", decline_code="generic_decline"),
    "4000000000009995": Card("visa", "9995", decline="card_declined", decline_code="insufficient_funds"),
    "4000000000009987": Card("visa", "9987", decline="card_declined", decline_code="lost_card"),
    "4000000000009979": Card("visa", "9979", decline="card_declined", decline_code="stolen_card"),
    "4000000000000069": Card("visa", "0069", decline="expired_card", decline_code="expired_card"),
    "4000000000000127": Card("visa", "0127", decline="incorrect_cvc", decline_code="incorrect_cvc"),
    "4000000000000119": Card("visa", "0119", decline="processing_error", decline_code="processing_error"),
    "4000000000000341": Card("visa", "0341", decline="card_declined", decline_code="generic_decline"),
    "4000002760003184": Card("visa", "3184", authenticate="always"),
    "4000002500003155": Card("visa", "3155", authenticate="unless_set_up"),
    "4000000000000259": Card("visa", "0259", dispute="fraudulent"),
    "4000000000002685": Card("visa", "2685", dispute="product_not_received"),
    "4000000000001976": Card("visa", "1976", dispute="fraudulent", inquiry=True),
    "4000000000007726": Card("visa", "7726", refund="pending"),
    "4000000000005126": Card("visa", "5126", refund="failed"),
}

BY_NAME: Final = {
    "visa": "4242424242424242",
    "visa_debit": "4000056655665556",
    "mastercard": "5555555555554444",
    "amex": "378282246310005",
    "visa_chargeDeclined": "4000000000000002",
    "chargeDeclined": "4000000000000002",
    "visa_chargeDeclinedInsufficientFunds": "4000000000009995",
    "chargeDeclinedInsufficientFunds": "4000000000009995",
    "visa_chargeDeclinedLostCard": "4000000000009987",
    "visa_chargeDeclinedStolenCard": "4000000000009979",
    "chargeDeclinedExpiredCard": "4000000000000069",
    "chargeDeclinedIncorrectCvc": "4000000000000127",
    "chargeDeclinedProcessingError": "4000000000000119",
    "chargeCustomerFail": "4000000000000341",
    "authenticationRequired": "4000002760003184",
    "authenticationRequiredOnSetup": "4000002500003155",
    "createDispute": "4000000000000259",
    "createDisputeProductNotReceived": "4000000000002685",
    "createDisputeInquiry": "4000000000001976",
    "pendingRefund": "4000000000007726",
    "refundFail": "4000000000005126",
}
"""What follows ``pm_card_`` or ``tok_``."""

_WORDS: Final = {
    "expired_card": "Your card has expired.",
    "incorrect_cvc": "Your card's security code is incorrect.",
    "processing_error": "An error occurred while processing your card. Try again in a little bit.",
    "insufficient_funds": "Your card has insufficient funds.",
}


def by_name(name: str) -> Card | None:
    """The card behind ``pm_card_visa`` or ``tok_visa``, or None."""
    return BY_NUMBER.get(BY_NAME.get(re.sub(r"^(pm_card|tok)_", "", name), ""))


def by_number(number: str, exp_month: int, exp_year: int, now: tuple[int, int]) -> Card:
    """The card of a number; ``now`` is this year and month.

    Raises:
        StripeError: no number, or none of a test card; a card that is over.
    """
    digits = re.sub(r"[\s-]", "", number)
    if not re.fullmatch(r"[0-9]{12,19}", digits, re.ASCII) or not _checks(digits):
        raise declined("incorrect_number", "Your card number is incorrect.", param="number")
    if not 1 <= exp_month <= 12:
        raise declined("invalid_expiry_month", "Your card's expiration month is invalid.", param="exp_month")
    if not 2000 <= exp_year <= now[0] + 50 or (exp_year, exp_month) < now:
        raise declined("invalid_expiry_year", "Your card's expiration year is invalid.", param="exp_year")
    found = BY_NUMBER.get(digits)
    if found is None:
        words = "Your card was declined. Your request was in test mode, but used a non test card."
        raise declined("card_declined", words, decline_code="test_mode_live_card")
    return found


def _checks(digits: str) -> bool:
    """Whether the last digit fits (ISO/IEC 7812-1, annex B)."""
    odd, even = digits[-1::-2], digits[-2::-2]
    return (sum(map(int, odd)) + sum(sum(divmod(2 * int(digit), 10)) for digit in even)) % 10 == 0


def refusal(card: Card) -> StripeError:
    """What a declining card is answered with."""
    words = _WORDS.get(card.decline_code, "Your card was declined.")
    return declined(card.decline, words, decline_code=card.decline_code)


def not_a_card(name: str) -> StripeError:
    """The refusal of a name that stands for nothing."""
    return invalid(f"No such PaymentMethod: '{name[:255]}'", "resource_missing", "payment_method")
