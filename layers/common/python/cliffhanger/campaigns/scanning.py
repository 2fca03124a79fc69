"""What viewers do at their own hand: get a claim token, and scan a brand's code."""

from __future__ import annotations

from cliffhanger.campaigns.claiming import Claimed, claim
from cliffhanger.campaigns.codes import check_code, read_code, token_of
from cliffhanger.campaigns.deciding import Deed, Desk, lookout_for
from cliffhanger.campaigns.domain import Campaign, Claimant, day_of
from cliffhanger.campaigns.purchasing import token_lasts_until
from cliffhanger.errors import CampaignClosed, CodeInvalid

PRINTED = "printed"


def get_token(desk: Desk, campaign: Campaign, claimant: Claimant, key: bytes) -> tuple[str, int]:
    """A viewer's claim token for a campaign, the same each time, and until when it is good, in milliseconds.

    Raises:
        CampaignClosed: the campaign gives nothing for purchases now.
        SwitchedOff: operators have stopped campaigns.
        Unavailable: try again.
    """
    desk.check_open()
    campaign.check_open(desk.clock())
    if "cashback" not in campaign.terms.kinds:
        raise CampaignClosed("The campaign gives nothing for purchases.", reason="over")
    token, until = token_of(campaign.campaign, claimant.person, key), token_lasts_until(campaign)
    desk.campaigns.keep_claimant(campaign.campaign, token, _as_seen(desk, campaign, claimant, token, until))
    return token, until


def scan(desk: Desk, claimant: Claimant, text: str, key: bytes) -> Claimed:
    """Sets coins aside for a code that was scanned: one on print once, one on a screen once a day.

    Raises:
        CodeInvalid: we have not made it, or its minutes are over.
        CampaignClosed, RewardRefused, BudgetExhausted, BudgetCapReached: nothing is given, and that is counted.
        SwitchedOff: operators have stopped campaigns.
        Busy, Undecided, Unavailable: try again.
    """
    code = read_code(text, key)
    campaign = desk.campaigns.find(code.campaign)
    if campaign is None:
        raise CodeInvalid("It is no code of a campaign.")
    check_code(code, campaign, desk.clock())
    # A picture of what is on print goes round; what is on a screen was seen there a minute ago.
    printed = code.kind == PRINTED
    deed = Deed("scan", PRINTED if printed else day_of(desk.clock()), "client" if printed else "partner")
    return claim(desk, campaign, claimant, deed)


def _as_seen(desk: Desk, campaign: Campaign, claimant: Claimant, token: str, until: int) -> Claimant:
    """A claimant as purchases will find them: brands' servers tell nothing of where a viewer is.

    Of the crowds of all the address blocks that they have asked from the largest stays.
    """
    before = desk.campaigns.claimant(campaign.campaign, token) or claimant
    now, lookout = desk.clock(), lookout_for(desk, claimant)
    crowd, newcomers = lookout.crowd(now, now - (now if claimant.since is None else claimant.since))
    lookout.note(now)
    return claimant._replace(
        until=until, block="", crowd=max(crowd, before.crowd), newcomers=max(newcomers, before.newcomers)
    )
