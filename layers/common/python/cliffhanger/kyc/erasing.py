"""Erasing what the provider holds of people and we need no more: documents, faces, names.

One session of a person stays, the one that what stands rests on: newer lists are held against the name in it. All
others are noted in the record with the change that has made them needless, so that none is forgotten when the provider
is down.
"""

from __future__ import annotations

from cliffhanger.kyc.desk import Desk, change
from cliffhanger.kyc.domain import Verification, erased


def erase_left(desk: Desk, verification: Verification | None) -> int:
    """Has the provider erase the sessions that a record names for it; how many. Asked again, it is harmless.

    Raises:
        ProviderUnavailable, ProviderRejected, Busy, Unavailable: the record still names those that are left.
    """
    sessions = () if verification is None else verification.erase
    for session in sessions:
        desk.identity().erase(session)
    if verification is not None and sessions:
        change(desk, verification.person, lambda one: erased(one, sessions) if one.erase else None)
    return len(sessions)
