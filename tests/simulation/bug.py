"""A deliberate fault."""

from __future__ import annotations

from typing import NamedTuple

LEDGER = "cliffhanger.ledger."
UNLOCKS = "cliffhanger.unlocks."
EXPIRY = "cliffhanger.expiry."
REVENUE = "cliffhanger.revenue."
REWARDS = "cliffhanger.rewards."
PAYOUTS = "cliffhanger.payouts."
KYC = "cliffhanger.kyc."


class Bug(NamedTuple):
    """A piece of a module's text and what stands there instead, and the ``histories`` that are to find it."""

    module: str
    right: str
    wrong: str
    histories: str = "tests.simulation.histories"
