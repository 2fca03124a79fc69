"""A score for fraud: points by signal, with the reasons, and what the rule set makes of it. Pure."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal, NamedTuple

from cliffhanger.rewards.claims import Reason, Signals
from cliffhanger.rewards.rules import Evidence, Scoring, Signal

REASONS: dict[Signal, Reason] = {
    "account_hours": "account_new",
    "viewer_claims_hour": "viewer_velocity",
    "device_claims_hour": "device_velocity",
    "device_viewers_month": "device_shared",
    "block_viewers_day": "block_crowded",
    "block_new_viewers_day": "block_new_viewers",
    "referral_same_block": "referral_same_block",
    "referral_device_viewers": "referral_device_shared",
    "evidence": "evidence_weak",
}
FRAUD = frozenset(REASONS.values())
"""Reasons that speak of fraud; the others are of the rules."""
MOST_POINTS = 100


def speaks_of_fraud(reasons: Collection[Reason]) -> bool:
    """Whether what was refused for these reasons was refused because of its score, and of nothing else."""
    return bool(reasons) and FRAUD.issuperset(reasons)


class Score(NamedTuple):
    """Points from 0 to 100, what is done for them, and the signals that brought some, by what they mean."""

    points: int
    verdict: Literal["pay", "hold", "refuse"]
    reasons: tuple[Reason, ...]


def score(scoring: Scoring, signals: Signals, evidence: Evidence) -> Score:
    """The score of a claim. Of each signal the weight with the most points counts, and all signals add up."""
    points: dict[Signal, int] = {}
    for weight in scoring.weights:
        if weight.points and weight.from_ <= signals.of(weight.signal, evidence) <= weight.up_to:
            points[weight.signal] = max(points.get(weight.signal, 0), weight.points)
    total = min(sum(points.values()), MOST_POINTS)
    verdict: Literal["pay", "hold", "refuse"] = (
        "refuse" if total >= scoring.refuse_at else "hold" if total >= scoring.hold_at else "pay"
    )
    return Score(total, verdict, tuple(REASONS[signal] for signal in points))
