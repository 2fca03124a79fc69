"""Rewards that are not given, or not yet, and watching that earns none."""

from __future__ import annotations

from collections.abc import Sequence

from cliffhanger.errors.access import AccessError
from cliffhanger.errors.requests import RequestError
from cliffhanger.errors.states import StateError

UNUSUAL = "unusual_activity"
"""Unusual activity is all that whoever is refused for signals of fraud is told of them."""


class WatchForged(AccessError):
    """The watch session was not given to this viewer."""

    code = "watch_forged"


class WatchEnded(StateError):
    """The watch session is over, ``because`` a newer one ``followed`` it, or it was ``silent`` for too long."""

    code = "watch_ended"


class RewardRefused(AccessError):
    """The rules of rewards give nothing for it; ``reasons`` says why, ``rule`` and ``version`` by which.

    Which ``signals`` of fraud spoke is not told, for a farm would try until none does: where nothing else refused, they
    are ``unusual_activity``. ``because`` is all of it, for us.
    """

    code = "reward_refused"

    def __init__(
        self, detail: str = "", *, reasons: Sequence[str] = (), signals: Sequence[str] = (), **members: object
    ) -> None:
        super().__init__(detail, reasons=list(reasons or [UNUSUAL]), **members)
        self.because = (*reasons, *signals)


class InvitationRefused(AccessError):
    """The invitation cannot be redeemed by this viewer; ``reasons`` says why."""

    code = "invitation_refused"


class RewardPending(StateError):
    """The reward is not paid at once: it waits for its time, ``vestsAt``, or for somebody to look at it."""

    code = "reward_pending"


class RepairUnavailable(StateError):
    """Nothing can be mended on that date: it was not missed, or too much was, too long ago; ``date`` can be, if any."""

    code = "repair_unavailable"


class CheckinTooSoon(StateError):
    """The viewer has moved to another zone, and the last check-in is less than twenty hours ago; ``nextAt`` is when."""

    code = "checkin_too_soon"


class AdCallbackRefused(RequestError):
    """The callback is not an ad network's for an ad that was offered to a viewer; no answer says why not.

    ``doubt`` says it, for the log.
    """

    code = "ad_callback_refused"

    def __init__(self, doubt: str = "") -> None:
        super().__init__("This callback is not taken.")
        self.doubt = doubt
