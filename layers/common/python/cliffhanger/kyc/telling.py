"""What is told of verifications: that one was decided, and that one will end. Pure.

No reason and no hit is told: who is named by a list, or may be, is for reviewers alone.
"""

from __future__ import annotations

from cliffhanger.clock import rfc3339
from cliffhanger.events.envelope import Event
from cliffhanger.kyc.domain import DAY_MS, KycStanding, Verification, midnight_ms
from cliffhanger.kyc.tiers import NOTICE_DAYS


def decided_event(verification: Verification, after: KycStanding) -> Event:
    """A check of a person was decided; ``after`` is how the person stands from then on."""
    check = verification.check
    if check is None:
        raise ValueError("there is no check")
    return _event(verification.person, check.outcome, check.decided_at, after, str(check.number))


def ended_event(verification: Verification, at: int) -> Event:
    """A verification holds no more."""
    return _event(verification.person, "expired", at, KycStanding(0, None, "expired", {}), verification.until)


def ending_event(verification: Verification) -> Event:
    """A verification will end within days."""
    ends = midnight_ms(verification.until)
    return Event(
        type="VerificationExpiring",
        version=1,
        subject=f"person:{verification.person}",
        occurred_at=ends - NOTICE_DAYS * DAY_MS,
        data={"personId": verification.person, "tier": verification.tier, "until": verification.until},
        fact=(verification.person, verification.until),
    )


def _event(person: str, outcome: str, at: int, after: KycStanding, fact: str) -> Event:
    until = rfc3339(at)[:10] if after.until is None else after.until.isoformat()
    return Event(
        type="VerificationDecided",
        version=1,
        subject=f"person:{person}",
        occurred_at=at,
        data={"personId": person, "outcome": outcome, "tier": after.tier, "until": until},
        fact=(person, outcome, fact),
    )
