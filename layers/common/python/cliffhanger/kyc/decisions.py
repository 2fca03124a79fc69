"""What was decided of a check, and the note beside it. Pure."""

from __future__ import annotations

from typing import NamedTuple

from cliffhanger.kyc.domain import Hit, Outcome
from cliffhanger.kyc.tiers import Tier


class Decision(NamedTuple):
    """What was decided of a check, by whom (a person, or a policy of ours), when and why. Never changed.

    ``final`` is False of an approval that waits for a second one.
    """

    person: str
    check: int
    record: int
    outcome: Outcome
    by: str
    at: int
    reason: str
    tier: Tier
    edition: int
    hits: tuple[Hit, ...] = ()
    final: bool = True


class Noted(NamedTuple):
    """A decision, and the note beside it; empty where none was written, or it was erased."""

    decision: Decision
    note: str = ""
