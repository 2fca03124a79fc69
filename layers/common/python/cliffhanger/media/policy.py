"""Who approves a job: a named policy, not a person. Pure.

A policy is data: its name, which is recorded with the upload, and what it allows. The first that allows a job approves
it; when none does, the refusal names the last one asked. Whether the month's budgets still hold the price is decided by
the table that counts them, in the write that reserves it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from cliffhanger.clock import rfc3339
from cliffhanger.errors import TranscodeBudgetReached, TranscodeRefused
from cliffhanger.media.domain import Price


class Policy(NamedTuple):
    """Approves what costs at most so much and fits into both budgets of the month."""

    name: str
    most_micro_usd: int


WITHIN_BUDGET = Policy("within-budget", most_micro_usd=1_000_000)
"""The dearest episode that can be uploaded today, three minutes at 120 frames with four dubs, costs two thirds of it: a
price above it comes of a mistake in a ladder or a table."""

POLICIES: tuple[Policy, ...] = (WITHIN_BUDGET,)


class Budgets(NamedTuple):
    """What may be spent on transcoding in a month, in micro-USD: by the stage as a whole, and by each creator."""

    stage_micro_usd: int
    creator_micro_usd: int


def approve(price: Price, policies: Sequence[Policy] = POLICIES) -> Policy:
    """The policy that approves a job of that price.

    Raises:
        TranscodeRefused: none does; ``reason`` is the name of the last that was asked.
    """
    for policy in policies:
        if price.micro_usd <= policy.most_micro_usd:
            return policy
    refusing = policies[-1]
    raise TranscodeRefused(
        f"Transcoding this video would cost {usd(price.micro_usd)}; the policy {refusing.name} approves a single job"
        f" of up to {usd(refusing.most_micro_usd)}.",
        reason=refusing.name,
    )


def month_of(at_ms: int) -> str:
    """The month of a time, as ``2026-11``; budgets begin anew with each, in UTC."""
    return rfc3339(at_ms)[:7]


def day_of(at_ms: int) -> str:
    """The day of a time, as ``2026-11-28``, in UTC."""
    return rfc3339(at_ms)[:10]


def reached(whose: str, month: str, price: Price, budget_micro_usd: int) -> TranscodeBudgetReached:
    """The refusal for a budget that does not hold a price any more; ``whose`` is ``stage`` or ``creator``."""
    owner = "The budget of all creators together" if whose == "stage" else "Your budget"
    return TranscodeBudgetReached(
        f"{owner} for transcoding in {month}, {usd(budget_micro_usd)}, does not hold the {usd(price.micro_usd)}"
        " that this video would cost. Upload it again next month, or ask for a larger budget.",
        reason=whose,
        month=month,
    )


def usd(micro_usd: int) -> str:
    """An amount for people, rounded up to a hundredth of a cent."""
    parts = -(-micro_usd // 100)
    return f"{parts // 10_000}.{parts % 10_000:04} USD"
