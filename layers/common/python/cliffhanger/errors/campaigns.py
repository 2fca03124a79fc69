"""Campaigns of brands, and cashback that is not as a request needs it."""

from __future__ import annotations

from cliffhanger.errors.access import AccessError
from cliffhanger.errors.states import StateError


class ClaimTokenInvalid(AccessError):
    """The claim token was not made for this campaign, or its time is over."""

    code = "claim_token_invalid"


class CodeInvalid(AccessError):
    """The code was not made for a campaign that is running, or its time is over."""

    code = "code_invalid"


class CampaignChanged(StateError):
    """The campaign is not the revision that the request was made from; ``revision`` is the present one."""

    code = "campaign_changed"


class CampaignClosed(StateError):
    """The campaign gives nothing now; ``reason`` says why: ``not_begun``, ``over`` or ``paused``."""

    code = "campaign_closed"


class CampaignFunded(StateError):
    """The campaign has been funded: its partner, the number of its slices and when it began stay as they are."""

    code = "campaign_funded"


class CampaignsFull(StateError):
    """As many campaigns as may be are open; ``most`` is how many. One that is over closes by itself."""

    code = "campaigns_full"


class FundingsFull(StateError):
    """The campaign has been funded as often as may be; ``most`` is how many times."""

    code = "fundings_full"


class OrderClaimed(StateError):
    """The order is another viewer's already."""

    code = "order_claimed"


class ReturnTooLarge(StateError):
    """All returns of a purchase together are more than was bought; ``most`` is what may still come back."""

    code = "return_too_large"


class CashbackNotDue(StateError):
    """Goods may still be returned ``until`` then, in milliseconds: nothing is confirmed before."""

    code = "cashback_not_due"
