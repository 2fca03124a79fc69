"""How much a rule pays: the same each time, by a ladder, at milestones, by the time, or a share. Pure."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

MOST_COINS = 100_000
"""No number of coins in a rule set is larger; what may be paid is bounded far below (:mod:`.bounds`)."""
Coins = Annotated[int, Meta(ge=1, le=MOST_COINS, description="Bonus coins")]


class Part(Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """A part of a rule set: frozen, camelCase outside, and nothing in it that is not known."""


class Flat(Part, frozen=True, tag_field="type", tag="flat"):
    """The same each time."""

    coins: Coins


class Repair(Part, frozen=True):
    """Mending a run of check-ins that was missed: what the viewer pays for it, how late, and how often in 30 days."""

    coins: Annotated[int, Meta(ge=0, le=MOST_COINS)]
    within_days: Annotated[int, Meta(ge=1, le=7)]
    times: Annotated[int, Meta(ge=0, le=10)]


class Ladder(Part, frozen=True, tag_field="type", tag="ladder"):
    """By the day of a run of check-ins, from its first; after the last rung the ladder begins anew."""

    coins: Annotated[tuple[Coins, ...], Meta(min_length=1, max_length=31)]
    repair: Repair | None = None


class Milestone(Part, frozen=True):
    """Coins for a run that has come to so many days."""

    days: Annotated[int, Meta(ge=2, le=3660)]
    coins: Coins


class Milestones(Part, frozen=True, tag_field="type", tag="milestones"):
    """Coins on the days on which a run reaches a length, in rising order."""

    steps: Annotated[tuple[Milestone, ...], Meta(min_length=1, max_length=31)]

    def __post_init__(self) -> None:
        """Sees that the days rise."""
        days = [step.days for step in self.steps]
        if days != sorted(set(days)):
            raise ValueError("The days of milestones rise.")


class Metered(Part, frozen=True, tag_field="type", tag="metered"):
    """Coins for every so many whole seconds."""

    coins: Coins
    every_s: Annotated[int, Meta(ge=30, le=86_400)]


class Proportion(Part, frozen=True, tag_field="type", tag="proportion"):
    """A share of what was paid, where that is told in coins."""

    per_mille: Annotated[int, Meta(ge=1, le=500)]


Amount = Flat | Ladder | Milestones | Metered | Proportion


def worth(amount: Amount, measure: int) -> int:
    """The coins that an amount comes to for what the claim measures; 0 where that is less than it asks for."""
    if measure < 1:
        return 0
    if isinstance(amount, Flat):
        return amount.coins
    if isinstance(amount, Metered):
        return measure // amount.every_s * amount.coins
    if isinstance(amount, Ladder):
        return amount.coins[(measure - 1) % len(amount.coins)]
    if isinstance(amount, Milestones):
        return next((step.coins for step in amount.steps if step.days == measure), 0)
    return measure * amount.per_mille // 1000


def most_once(amount: Amount) -> int | None:
    """The most coins that an amount comes to at once; None where that grows with what is claimed."""
    if isinstance(amount, Flat):
        return amount.coins
    if isinstance(amount, Ladder):
        return max(amount.coins)
    if isinstance(amount, Milestones):
        return max(step.coins for step in amount.steps)
    return None
