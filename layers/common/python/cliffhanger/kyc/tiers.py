"""What each tier of verification allows to leave, by currency. Data.

Tier 0 is nobody's identity, 1 a verified document, 2 a document with a matching face that a reviewer has looked at.
The amounts follow the risk that a tier bears, not a rate of exchange: about 2,500 and 10,000 US dollars on a day and in
a month of tier 1, ten times as much of tier 2 (FATF Recommendation 10: measures follow the risk).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

Tier = Literal[0, 1, 2]


class Limit(NamedTuple):
    """The most that may leave on one day and in one calendar month (UTC), in the currency's smallest unit."""

    day: int
    month: int


_FIRST: Mapping[str, Limit] = {
    "AUD": Limit(380_000, 1_500_000),
    "BRL": Limit(1_250_000, 5_000_000),
    "CAD": Limit(340_000, 1_350_000),
    "EUR": Limit(230_000, 920_000),
    "GBP": Limit(200_000, 790_000),
    "INR": Limit(20_000_000, 80_000_000),
    "JPY": Limit(375_000, 1_500_000),
    "KRW": Limit(3_400_000, 13_500_000),
    "MXN": Limit(4_500_000, 18_000_000),
    "USD": Limit(250_000, 1_000_000),
}
_SECOND = {currency: Limit(limit.day * 10, limit.month * 10) for currency, limit in _FIRST.items()}
LIMITS: Mapping[Tier, Mapping[str, Limit]] = {0: {}, 1: _FIRST, 2: _SECOND}
"""By tier and ISO 4217 code. Nothing leaves in a currency that is not named."""

DAYS: Mapping[Tier, int] = {0: 0, 1: 730, 2: 365}
"""How long a verification holds. What allows more is looked at more often."""

NOTICE_DAYS = 30
"""So many days before it ends its person is told, and can verify anew."""

FOUR_EYES_ABOVE: Mapping[str, int] = {currency: limit.month for currency, limit in _FIRST.items()}
"""A reviewer alone approves up to so much a month; what allows more needs a second one."""


def needs_two(tier: Tier) -> bool:
    """Whether a tier allows so much that two reviewers must approve it."""
    return any(limit.month > FOUR_EYES_ABOVE.get(currency, 0) for currency, limit in LIMITS[tier].items())
