"""The money: one line for each movement of each account's balance, and fees where Stripe takes one.

Sources: "Reporting categories and types" for the kinds; 2.9 % and 30 of the smallest unit for a payment by card, 15.00
for a dispute, which is not given back: Stripe's prices in the USA.
"""

from __future__ import annotations

from typing import Final

from local.stripe.errors import invalid
from local.stripe.store import Object, Store

FEE_PER_MILLE: Final = 29
FEE_FIXED: Final = 30
DISPUTE_FEE: Final = 1_500
"""Of the smallest unit, whatever the currency."""

ZERO_DECIMAL: Final = frozenset(
    {
        *("bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "ugx"),
        *("vnd", "vuv", "xaf", "xof", "xpf"),
    }
)
"""Currencies without a smaller unit: docs.stripe.com/currencies."""

CURRENCIES: Final = ZERO_DECIMAL | {
    *("aed", "ars", "aud", "brl", "cad", "chf", "cny", "cop", "czk", "dkk", "egp", "eur", "gbp", "hkd", "huf"),
    *("idr", "ils", "inr", "mxn", "myr", "ngn", "nok", "nzd", "pen", "php", "pln", "ron", "sar", "sek", "sgd"),
    *("thb", "try", "twd", "uah", "usd", "zar"),
}
"""Currencies that are taken here."""

LEAST: Final = {"usd": 50, "eur": 50, "gbp": 30, "jpy": 50, "aud": 50, "cad": 50, "chf": 50, "inr": 50, "mxn": 1_000}
"""The smallest payment, where it is more than one unit: "Minimum and maximum charge amounts"."""
MOST: Final = 99_999_999

_CATEGORIES: Final = {
    "charge": "charge",
    "refund": "refund",
    "refund_failure": "refund_failure",
    "transfer": "transfer",
    "transfer_refund": "transfer_reversal",
    "payment": "charge",
    "payment_refund": "refund",
    "payout": "payout",
    "payout_failure": "payout_reversal",
}


def digits_of(currency: str) -> int:
    """How many digits the smallest unit stands behind the point."""
    return 0 if currency in ZERO_DECIMAL else 2


def card_fee(amount: int) -> int:
    """Stripe's fee of a payment, in the amount's unit; halves are rounded up."""
    return (amount * FEE_PER_MILLE + 500) // 1000 + FEE_FIXED


def check_amount(amount: int, currency: str) -> None:
    """Refuses a payment that is too small or too large.

    Raises:
        StripeError: it is.
    """
    if amount < LEAST.get(currency, 1):
        raise invalid("Amount must be at least the minimum charge amount", "amount_too_small", "amount")
    if amount > MOST:
        raise invalid(f"Amount must be no more than {MOST}", "amount_too_large", "amount")


class Balance:
    """Lines in the store, and the sums of them."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def move(
        self,
        kind: str,
        amount: int,
        currency: str,
        source: str,
        *,
        fee: int = 0,
        account: str = "",
        category: str = "",
        words: str | None = None,
    ) -> Object:
        """One line: ``amount`` less ``fee`` comes to an account's balance; what leaves it is negative."""
        now = self._store.now()
        details = [
            {
                "amount": fee,
                "application": None,
                "currency": currency,
                "description": "Stripe processing fees" if kind == "charge" else "Dispute fee",
                "type": "stripe_fee",
            }
        ]
        return self._store.add(
            {
                "id": self._store.name("txn"),
                "object": "balance_transaction",
                "amount": amount,
                "available_on": now,
                "balance_type": "payments",
                "created": now,
                "currency": currency,
                "description": words,
                "exchange_rate": None,
                "fee": fee,
                "fee_details": details if fee else [],
                "net": amount - fee,
                "reporting_category": category or _CATEGORIES[kind],
                "source": source,
                "status": "available",
                "type": kind,
            },
            {"payout": None},
            account,
        )

    def sums(self, account: str) -> dict[str, int]:
        """What an account has, by currency."""
        found: dict[str, int] = {}
        for line in self._store.newest("balance_transaction", account):
            found[line["currency"]] = found.get(line["currency"], 0) + line["net"]
        return found

    def require(self, amount: int, currency: str, account: str) -> None:
        """Refuses to take more than there is.

        Raises:
            StripeError: ``balance_insufficient``.
        """
        if self.sums(account).get(currency, 0) < amount:
            words = "You have insufficient available funds in your Stripe account."
            raise invalid(words, "balance_insufficient")

    def document(self, account: str) -> Object:
        """The balance, as Stripe shows it."""
        found = sorted(self.sums(account).items()) or [("usd", 0)]
        available = [
            {"amount": amount, "currency": currency, "source_types": {"card": amount}} for currency, amount in found
        ]
        pending = [{**line, "amount": 0, "source_types": {"card": 0}} for line in available]
        instant = [line for line in available if line["currency"] == "usd"]
        return {
            "object": "balance",
            "available": available,
            "instant_available": instant,
            "livemode": False,
            "pending": pending,
            "refund_and_dispute_prefunding": {"available": pending, "pending": pending},
        }
