"""What brands and operators are answered about campaigns themselves, and what became of them."""

from __future__ import annotations

from msgspec import Struct

from cliffhanger.campaigns.domain import Campaign, CodeKind, Funding, FundingStatus, Status, Terms
from cliffhanger.campaigns.reporting import Report, Sums
from cliffhanger.clock import rfc3339
from functions.campaigns.answers import sponsored_shapes
from functions.campaigns.schemas import CampaignTerms, WorthShape


class OwnCampaign(Struct, rename="camel"):
    """A campaign as its brand sees it."""

    campaign_id: str
    status: Status
    terms: CampaignTerms
    funded_coins: int
    created_at: str
    changed_at: str


class OwnCampaigns(Struct, rename="camel"):
    """A brand's campaigns, newest first."""

    campaigns: list[OwnCampaign]
    next_cursor: str | None


class CodeAnswer(Struct, rename="camel"):
    """The campaign's code now. One that is shown is good for three minutes: ask each minute."""

    code: str
    kind: CodeKind
    expires_at: str


class NumbersShape(Struct, rename="camel"):
    """Numbers of a day, or of all: claims, confirmations and returns, and bonus coins.

    `claimedCoins` left the budget as pending; `clawedBackCoins` came back, of pending or of confirmed ones.
    """

    claims: int
    confirmations: int
    returns: int
    claimed_coins: int
    confirmed_coins: int
    clawed_back_coins: int
    funded_coins: int
    given_back_coins: int


class ReportDay(Struct, rename="camel"):
    """One day, in UTC, with refusals by reason."""

    day: str
    numbers: NumbersShape
    refused: dict[str, int]


class ReportAnswer(Struct, rename="camel"):
    """What became of a campaign: `leftCoins` in the budget, `pendingCoins`, `spentCoins` for good as it stands.

    While `complete` is false, the newest entries are not in it yet; ask again.
    """

    campaign_id: str
    name: str
    complete: bool
    left_coins: int
    pending_coins: int
    spent_coins: int
    total: NumbersShape
    refused: dict[str, int]
    days: list[ReportDay]


class FundingShape(Struct, rename="camel"):
    """Coins brought to a campaign; `decidedBy` where a second operator was needed."""

    funding_id: str
    coins: int
    status: FundingStatus
    asked_by: str
    asked_at: str
    decided_by: str | None


class CampaignAnswer(Struct, rename="camel"):
    """A campaign as operators see it."""

    campaign_id: str
    status: Status
    revision: int
    terms: CampaignTerms
    fundings: list[FundingShape]
    created_at: str
    changed_at: str
    changed_by: str


class CampaignsAnswer(Struct, rename="camel"):
    """Campaigns that are not closed, oldest first."""

    campaigns: list[CampaignAnswer]


def own_answer(campaign: Campaign) -> OwnCampaign:
    """A campaign as its brand sees it."""
    funded = sum(one.coins for one in campaign.fundings if one.status == "done")
    return OwnCampaign(
        campaign.campaign,
        campaign.status,
        terms_shape(campaign.terms),
        funded,
        rfc3339(campaign.created_at),
        rfc3339(campaign.changed_at),
    )


def report_answer(campaign: Campaign, found: Report) -> ReportAnswer:
    """A campaign's report."""
    total = found.total
    return ReportAnswer(
        campaign.campaign,
        campaign.terms.name,
        found.complete,
        total.left,
        total.pending,
        total.spent,
        _numbers(total),
        dict(found.refused),
        [ReportDay(one.day, _numbers(one.sums), dict(one.refused)) for one in found.days],
    )


def campaign_answer(campaign: Campaign) -> CampaignAnswer:
    """A campaign as operators see it."""
    return CampaignAnswer(
        campaign.campaign,
        campaign.status,
        campaign.revision,
        terms_shape(campaign.terms),
        [funding_shape(one) for one in campaign.fundings],
        rfc3339(campaign.created_at),
        rfc3339(campaign.changed_at),
        campaign.changed_by,
    )


def funding_shape(one: Funding) -> FundingShape:
    """A funding."""
    return FundingShape(one.funding, one.coins, one.status, one.by, rfc3339(one.at), one.decided_by or None)


def terms_shape(terms: Terms) -> CampaignTerms:
    """What a campaign is."""
    return CampaignTerms(
        terms.partner,
        terms.name,
        list(terms.kinds),
        rfc3339(terms.starts_at),
        rfc3339(terms.ends_at),
        terms.return_days,
        terms.slices,
        terms.viewer_times,
        terms.viewer_coins,
        list(terms.countries),
        [WorthShape(*one) for one in terms.worth],
        sponsored_shapes(terms.sponsored),
        terms.code,
    )


def _numbers(sums: Sums) -> NumbersShape:
    return NumbersShape(
        sums.claims,
        sums.confirmations,
        sums.returns,
        sums.claimed,
        sums.confirmed,
        sums.taken,
        sums.funded,
        sums.unspent,
    )
