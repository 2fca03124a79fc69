"""The rules of payouts, as data: currencies, minimums, fees, the reserve, the cooling-off. Pure.

Amounts are whole numbers in the currency's smallest unit; parts are basis points, hundredths of a per cent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.names import OWN
from cliffhanger.payouts.domain import Speed

DAY_MS = 86_400_000
WHOLE = 10_000


class Fee(NamedTuple):
    """A fee: so many basis points of the amount, rounded up, and no less than ``least``."""

    basis_points: int
    least: int

    def of(self, amount: int) -> int:
        """The fee of an amount."""
        return max(self.least, -(-amount * self.basis_points // WHOLE)) if self.basis_points or self.least else 0


class Terms(NamedTuple):
    """What holds in one currency: the smallest payout, and the fee of each speed that there is."""

    minimum: int
    fees: Mapping[Speed, Fee]


class Arrival(NamedTuple):
    """When a payout arrives, at the earliest and at the latest, in milliseconds after it was sent."""

    earliest_ms: int
    latest_ms: int


FREE = Fee(0, 0)
CURRENCIES: Mapping[str, Terms] = {
    "AUD": Terms(1_500, {"standard": FREE, "instant": Fee(100, 75)}),
    "BRL": Terms(5_000, {"standard": FREE}),
    "CAD": Terms(1_500, {"standard": FREE, "instant": Fee(100, 60)}),
    "EUR": Terms(1_000, {"standard": FREE, "instant": Fee(100, 40)}),
    "GBP": Terms(1_000, {"standard": FREE, "instant": Fee(100, 40)}),
    "INR": Terms(80_000, {"standard": FREE}),
    "JPY": Terms(1_500, {"standard": FREE}),
    "KRW": Terms(13_000, {"standard": FREE}),
    "MXN": Terms(20_000, {"standard": FREE}),
    "USD": Terms(1_000, {"standard": FREE, "instant": Fee(100, 50)}),
}
"""By ISO 4217 code. Where Stripe pays out at once: "Instant payouts", its countries and fees."""

RESERVE_BASIS_POINTS, RESERVE_DAYS = 1_000, 14
"""The rolling reserve: a tenth of what came in within two weeks stays, for what is taken back of it. Of what came in
within the hold window, which each stage sets and which is no longer, all stays: until then nobody has complained yet
whose card was stolen."""
COOLING_OFF_MS = 72 * 3_600_000
"""After a bank was changed nothing is paid out to it for so long, and its owner is told: whoever has taken over an
account changes that first."""
MOST_IN_A_MONTH = 60
"""Payouts of one creator in one currency."""
MOST_ASKED_IN_A_DAY = 20
"""Requests of one creator, whatever becomes of them: what failed or was called off gives its room back, and stays."""
ARRIVALS: Mapping[Speed, Arrival] = {
    "instant": Arrival(0, 30 * 60_000),
    "standard": Arrival(2 * DAY_MS, 5 * DAY_MS),
}


def terms_of(currency: str, speed: str) -> tuple[int, Fee] | None:
    """The smallest payout and the fee, or None where there is no such payout."""
    found = CURRENCIES.get(currency)
    if found is None or speed not in found.fees:
        return None
    return found.minimum, next(fee for name, fee in found.fees.items() if name == speed)


def reserved(income: int) -> int:
    """What stays of the income of the last :data:`RESERVE_DAYS` days, rounded up."""
    return -(-income * RESERVE_BASIS_POINTS // WHOLE)


def income_of(entries: Iterable[Entry], currency: str, since_ms: int) -> int:
    """What came in of a currency since a time, by an account's entries, newest first; what came back is none.

    Of what is divided in an entry, the others' shares only pass through.
    """
    income = 0
    for entry in entries:
        if entry.at < since_ms:
            break
        if not (entry.reference or "").startswith("payout:"):
            income += max(0, _change(entry, currency))
    return income


def _change(entry: Entry, currency: str) -> int:
    """By how much an entry changes an account in a currency."""
    return sum(
        posting.amount * ((posting.destination == OWN) - (posting.source == OWN))
        for posting in entry.postings
        if posting.unit == currency
    )
