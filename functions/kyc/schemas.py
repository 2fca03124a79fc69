"""What verifications answer."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from cliffhanger.kyc.domain import KycStanding, State


class LimitAnswer(Struct, rename="camel"):
    """The most that may leave on a day and in a calendar month (UTC), in the currency's smallest unit."""

    currency: str
    day: int
    month: int


class VerificationAnswer(Struct, rename="camel"):
    """How a creator stands. ``until`` is the first day (UTC) on which the tier does not hold any more."""

    tier: Literal[0, 1, 2]
    state: State
    until: str | None
    limits: list[LimitAnswer]


def verification_answer(standing: KycStanding) -> VerificationAnswer:
    """A standing as its person sees it."""
    limits = [LimitAnswer(currency, *limit) for currency, limit in sorted(standing.limits.items())]
    until = None if standing.until is None else standing.until.isoformat()
    return VerificationAnswer(standing.tier, standing.state, until, limits)
