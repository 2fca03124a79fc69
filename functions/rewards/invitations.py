"""Invitations: what is asked and answered. Neither side is ever told who the other is."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from cliffhanger.clock import rfc3339
from cliffhanger.rewards.days import DEFAULT_ZONE
from cliffhanger.rewards.inviting import Invited, Stage, Stand
from cliffhanger.rewards.pending import Status
from cliffhanger.web.fields import Device, whole
from functions.rewards.fields import Zone

Code = Annotated[
    str,
    Meta(
        pattern=whole("[0-9a-hjkmnp-tv-z]{16}"),
        description="An invitation's code; a link to the page may end in `#invite-` and the code",
        examples=["5t0v4h7d9k2m8q1r"],
    ),
]


class InvitationBody(Struct, rename="camel", forbid_unknown_fields=True):
    """Where the viewer opens their invitation."""

    device: Device
    zone: Zone = DEFAULT_ZONE


class RedemptionBody(Struct, rename="camel", forbid_unknown_fields=True):
    """Which invitation is redeemed, and where."""

    code: Code
    device: Device
    zone: Zone = DEFAULT_ZONE


class ReferralItem(Struct, rename="camel"):
    """One invitation that was redeemed, and what the viewer has of it.

    ``stage`` is ``open`` until the friend has bought coins, by ``until`` at the latest, and ``lapsed`` after that;
    ``rewarded`` then, with the ``status`` of the coins; ``barred`` where the rules give nothing, and ``undone`` where
    the friend's purchase went back.
    """

    since: str
    until: str
    stage: Stage
    coins: int
    status: Status | None


class InvitationAnswer(Struct, rename="camel"):
    """The viewer's invitation, null until it is opened for the first time, and who has redeemed it, newest first.

    ``inviterCoins`` and ``friendCoins`` are what each side is given when the friend has bought coins for the first
    time; 0 where the rules give nothing now. ``redeemed`` is the invitation that the viewer has redeemed, or null.
    """

    code: str | None
    inviter_coins: int
    friend_coins: int
    friends: list[ReferralItem]
    redeemed: ReferralItem | None


def invitation_answer(invited: Invited) -> InvitationAnswer:
    """How a viewer stands with invitations."""
    return InvitationAnswer(
        None if invited.invitation is None else invited.invitation.code,
        invited.inviter_coins,
        invited.friend_coins,
        [referral_item(one) for one in invited.friends],
        None if invited.redeemed is None else referral_item(invited.redeemed),
    )


def referral_item(stand: Stand) -> ReferralItem:
    """One side of a referral."""
    referral = stand.referral
    return ReferralItem(rfc3339(referral.redeemed_at), rfc3339(referral.act_by), stand.stage, stand.coins, stand.status)
