"""Verifications that do not begin, and what stands in the way of a decision."""

from __future__ import annotations

from cliffhanger.errors.faults import Unavailable
from cliffhanger.errors.states import StateError


class VerificationTooSoon(StateError):
    """A refusal is too recent, or too many checks were begun; ``retryAt`` is from when on another can be."""

    code = "verification_too_soon"


class ListsMissing(Unavailable):
    """No real list of sanctions is in force: nobody is cleared until operators have put one there."""

    code = "sanctions_lists_missing"
