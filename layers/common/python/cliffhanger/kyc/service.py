"""How a person stands, and beginning to be verified."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, NamedTuple

from cliffhanger.clock import Clock, system_clock
from cliffhanger.errors import Busy, ProviderRejected, ProviderUnavailable
from cliffhanger.kyc.domain import WORKS_MS, KycStanding, Verification, begun, standing
from cliffhanger.kyc.tiers import Tier

if TYPE_CHECKING:
    from cliffhanger.kyc.desk import Desk
    from cliffhanger.kyc.store import VerificationsStore
    from cliffhanger.payments.identities import Session

ATTEMPTS = 4


class Shown(NamedTuple):
    """What a person sees of their own: how they stand, the record, and where to go on, if anywhere."""

    standing: KycStanding
    verification: Verification | None
    session: Session | None


def standing_of(store: VerificationsStore, person: str, clock: Clock = system_clock) -> KycStanding:
    """How a person stands now: their tier, until when, and what may leave by it.

    Raises:
        Unavailable: the table does not answer; nothing may leave meanwhile.
    """
    return standing(store.find(person), clock())


def begin(desk: Desk, person: str, tier: Tier) -> Shown:
    """Begins to verify a person, or goes on where that was begun; asked again, it is one check and one session.

    The workflow opens the session too, so that nothing is lost where the provider does not answer now.

    Raises:
        VerificationTooSoon: ``retryAt`` is when.
        Busy, Unavailable: try again.
    """
    for _ in range(ATTEMPTS):
        found = desk.store.find(person) or Verification(person)
        made = begun(found, tier, desk.clock(), desk.clock() + WORKS_MS)
        if made.revision == found.revision or desk.store.put(made):
            break
    else:
        raise Busy("Try again in a moment.")
    if made.check is not None and made.check.phase == "identity":
        desk.executions.start(person, made.check.number, made.check.turn)
    return shown(desk, person)


def shown(desk: Desk, person: str) -> Shown:
    """What a person sees of their own verification.

    Raises:
        Busy, Unavailable: try again.
    """
    from cliffhanger.kyc.steps import opened  # noqa: PLC0415 - payouts ask how a person stands, and open nothing

    verification, session = desk.store.find(person), None
    with contextlib.suppress(ProviderUnavailable, ProviderRejected):  # the workflow asks again, and tells of a fault
        session = opened(desk, verification)
    return Shown(standing(verification, desk.clock()), verification, session)
