"""Serves what viewers earn."""

from __future__ import annotations

from cliffhanger import bootstrap
from cliffhanger.errors import (
    AccountFrozen,
    AgeRestricted,
    Busy,
    CheckinTooSoon,
    EpisodeLocked,
    EpisodeUnavailable,
    InsufficientCoins,
    InvitationRefused,
    NotFound,
    PriceChanged,
    RepairUnavailable,
    RewardRefused,
    SpendLimitReached,
    SwitchedOff,
    Unavailable,
    Undecided,
    WatchEnded,
    WatchForged,
)
from cliffhanger.rewards import ads_offering, checking, inviting, overview, repairing, viewing
from cliffhanger.rewards.blocks import block_digest
from cliffhanger.rewards.days import DEFAULT_ZONE, check_zone
from cliffhanger.rewards.devices import device_hash
from cliffhanger.rewards.earning import Earner
from cliffhanger.web.addresses import block_of
from cliffhanger.web.api import Answer, Call, Operation, build_api
from functions.rewards.invitations import (
    InvitationAnswer,
    InvitationBody,
    RedemptionBody,
    ReferralItem,
    invitation_answer,
    referral_item,
)
from functions.rewards.schemas import (
    AdBody,
    AdOfferAnswer,
    AdViewAnswer,
    AdViewPath,
    BeatBody,
    EpisodePath,
    RewardsAnswer,
    RewardsQuery,
    WatchAnswer,
    WatchBody,
    ad_offer_answer,
    ad_view_answer,
    rewards_answer,
    watch_answer,
)
from functions.rewards.streaks import (
    CheckinAnswer,
    CheckinBody,
    RepairAnswer,
    RepairBody,
    checkin_answer,
    repair_answer,
)


def begin_watching(call: Call) -> Answer:
    """Begins a watch session, or goes on with the one of the episode before. A new session ends any other.

    Send a beat every ``beatEveryMs`` while the episode plays, each with the session that the last one answered.
    """
    watched = viewing.begin_watching(
        bootstrap.watching_room(),
        _earner(call, call.body.device, call.body.zone),
        series=call.path.series_id,
        episode=call.path.episode,
        position_ms=call.body.position_ms,
        token=call.body.session,
    )
    return Answer(200, watch_answer(watched))


def send_beat(call: Call) -> Answer:
    """Tells where the viewer is. What is credited never exceeds the service's own time; sent again, it repeats."""
    watched = viewing.beat(
        bootstrap.watching_room(), _earner(call), token=call.body.session, position_ms=call.body.position_ms
    )
    return Answer(200, watch_answer(watched))


def get_rewards(call: Call) -> Answer:
    """The ladder of check-ins, today's tasks and what they have brought, and what waits."""
    placements = bootstrap.ad_placements()
    seen = overview.overview(bootstrap.rewards_desk(), _earner(call, zone=call.query.zone), ads=bool(placements))
    return Answer(200, rewards_answer(seen, placements))


def check_in(call: Call) -> Answer:
    """Checks in for the viewer's day, once: sent again, it answers with what the first one brought."""
    earner = _earner(call, call.body.device, call.body.zone)
    return Answer(200, checkin_answer(*checking.check_in(bootstrap.rewards_desk(), earner)))


def offer_ad(call: Call) -> Answer:
    """Gives the viewer leave to be paid for one ad, where the rules would give something for it.

    Show the ad of ``adUnit`` with ``customData``; the coins come when its network has told us that it was seen.
    """
    earner = _earner(call, call.body.device, call.body.zone)
    return Answer(200, ad_offer_answer(ads_offering.offer_ad(bootstrap.ad_offering(), earner, call.body.placement)))


def get_ad_view(call: Call) -> Answer:
    """What has come of an ad: nothing as long as its network has not told us, or the rules give nothing by then."""
    standing = ads_offering.ad_standing(bootstrap.rewards_desk(), call.person, call.path.view_id)
    return Answer(200, ad_view_answer(standing))


def repair_run(call: Call) -> Answer:
    """Mends the run on a day that was missed, for the price that was shown; once a date, whatever is asked again."""
    body = call.body
    entry, standing = repairing.repair(
        bootstrap.rewards_desk(), _earner(call, zone=body.zone), body.date, body.price_coins
    )
    return Answer(200, repair_answer(entry, standing))


def get_invitation(call: Call) -> Answer:
    """Whom the viewer has brought, and what came of it; and the invitation that they have redeemed themselves."""
    return Answer(200, invitation_answer(inviting.standing(bootstrap.referral_hall(), _earner(call))))


def open_invitation(call: Call) -> Answer:
    """The viewer's invitation: made when it is first asked for, and the same one ever after."""
    earner = _earner(call, call.body.device, call.body.zone)
    return Answer(200, invitation_answer(inviting.open_invitation(bootstrap.referral_hall(), earner)))


def redeem_invitation(call: Call) -> Answer:
    """Redeems a friend's invitation: by who is new and has bought nothing yet, and once.

    Both sides are rewarded after the viewer's first purchase, or looked at, or not.
    """
    earner = _earner(call, call.body.device, call.body.zone)
    return Answer(200, referral_item(inviting.redeem(bootstrap.referral_hall(), earner, call.body.code)))


def _earner(call: Call, device: str = "", zone: str = DEFAULT_ZONE) -> Earner:
    caller = call.caller
    earner = Earner(call.person, device_hash(device) if device else "", check_zone(zone))
    if call.body is not None:
        block = block_digest(block_of(call.event), bootstrap.request_secret("blocks"))
        earner = earner._replace(block=block)
    if caller is None:
        return earner
    return earner._replace(country=caller.country or "", age=caller.age, member=caller.member, since=caller.joined)


handler = build_api(
    "rewards",
    {
        "beginWatching": Operation(
            begin_watching,
            path=EpisodePath,
            body=WatchBody,
            answers={200: WatchAnswer},
            problems=(
                NotFound,
                EpisodeUnavailable,
                EpisodeLocked,
                AgeRestricted,
                WatchForged,
                SwitchedOff,
                Busy,
                Unavailable,
            ),
        ),
        "sendBeat": Operation(
            send_beat,
            body=BeatBody,
            answers={200: WatchAnswer},
            problems=(WatchForged, WatchEnded, SwitchedOff, Busy, Unavailable),
        ),
        "getRewards": Operation(
            get_rewards, query=RewardsQuery, answers={200: RewardsAnswer}, problems=(RewardRefused, Busy, Unavailable)
        ),
        "checkIn": Operation(
            check_in,
            body=CheckinBody,
            answers={200: CheckinAnswer},
            problems=(RewardRefused, CheckinTooSoon, SwitchedOff, Busy, Undecided, Unavailable),
        ),
        "getInvitation": Operation(
            get_invitation, answers={200: InvitationAnswer}, problems=(RewardRefused, Busy, Unavailable)
        ),
        "openInvitation": Operation(
            open_invitation,
            body=InvitationBody,
            answers={200: InvitationAnswer},
            problems=(RewardRefused, SwitchedOff, Busy, Unavailable),
        ),
        "redeemInvitation": Operation(
            redeem_invitation,
            body=RedemptionBody,
            answers={200: ReferralItem},
            problems=(NotFound, InvitationRefused, RewardRefused, SwitchedOff, Busy, Unavailable),
        ),
        "offerAd": Operation(
            offer_ad,
            body=AdBody,
            answers={200: AdOfferAnswer},
            problems=(NotFound, RewardRefused, SwitchedOff, Busy, Unavailable),
        ),
        "getAdView": Operation(get_ad_view, path=AdViewPath, answers={200: AdViewAnswer}, problems=(Busy, Unavailable)),
        "repairRun": Operation(
            repair_run,
            body=RepairBody,
            answers={200: RepairAnswer},
            problems=(
                *(RepairUnavailable, PriceChanged, InsufficientCoins, SpendLimitReached, AccountFrozen),
                *(RewardRefused, SwitchedOff, Busy, Undecided, Unavailable),
            ),
        ),
    },
    bootstrap.rate_limiter,
)
