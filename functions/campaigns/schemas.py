"""What viewers, brands and operators ask of campaigns."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from cliffhanger.campaigns.codes import MAX_CODE_CHARS
from cliffhanger.campaigns.domain import MOST_SLICES, CodeKind, Kind
from cliffhanger.clock import MAX_TIME_CHARS
from cliffhanger.web.fields import ID, Device, EpisodeNumber, SeriesId, whole

_NAMED = whole("[A-Za-z0-9._~-]{1,64}")
MOST_COINS = 1_000_000_000
MOST_MONEY = 1_000_000_000_000

CampaignId = Annotated[str, Meta(pattern=whole(ID), description="A campaign", examples=["winter-coats"])]
PartnerId = Annotated[str, Meta(pattern=whole(ID), description="The brand, a partner", examples=["north-coats"])]
FundingId = Annotated[
    str, Meta(pattern=whole("[0-9a-hjkmnp-tv-z]{16}"), description="A funding", examples=["5e7d9k2m8q1r5t0v"])
]
OrderId = Annotated[str, Meta(pattern=_NAMED, description="The brand's own order id", examples=["A-10023"])]
ReturnId = Annotated[str, Meta(pattern=_NAMED, description="The brand's own return id", examples=["R-551"])]
ClaimToken = Annotated[
    str,
    Meta(
        pattern=whole("[0-9a-hjkmnp-tv-z]{26}"),
        description="What the viewer's app got for this campaign and handed to the brand: all that names the viewer",
        examples=["7k2m9x4q0v5t8w1z3c6b9n2d4f"],
    ),
]
CodeText = Annotated[
    str,
    Meta(
        pattern=whole("[0-9a-z.-]+"),
        max_length=MAX_CODE_CHARS,
        description="A brand's code, as it was scanned",
        examples=["winter-coats.0.3m9x4q0v5t8w1z6c"],
    ),
]
Money = Annotated[int, Meta(ge=1, le=MOST_MONEY, description="In the currency's smallest unit", examples=[4_999])]
Currency = Annotated[str, Meta(pattern=whole("[A-Z]{3}"), description="ISO 4217", examples=["EUR"])]
Coins = Annotated[int, Meta(ge=1, le=MOST_COINS, description="Bonus coins", examples=[5_000])]
Time = Annotated[str, Meta(max_length=MAX_TIME_CHARS, description="RFC 3339", examples=["2026-12-01T00:00:00.000Z"])]
CampaignName = Annotated[
    str, Meta(min_length=1, max_length=80, description="What viewers are shown", examples=["Winter coats"])
]


class CampaignPath(Struct, rename="camel"):
    """The path of a campaign."""

    campaign_id: CampaignId


class ModePath(Struct, rename="camel"):
    """The path of a brand's campaigns in a mode."""

    mode: Literal["live", "sandbox"]


class OwnPath(Struct, rename="camel"):
    """The path of one of a brand's campaigns in a mode."""

    mode: Literal["live", "sandbox"]
    campaign_id: CampaignId


class OrderPath(Struct, rename="camel"):
    """The path of a purchase."""

    mode: Literal["live", "sandbox"]
    campaign_id: CampaignId
    order_id: OrderId


class FundingPath(Struct, rename="camel"):
    """The path of a funding."""

    campaign_id: CampaignId
    funding_id: FundingId


class TokenBody(Struct, rename="camel", forbid_unknown_fields=True):
    """On which device the viewer asks for a claim token."""

    device: Device


class ScanBody(Struct, rename="camel", forbid_unknown_fields=True):
    """What was scanned, and on which device."""

    code: CodeText
    device: Device


class PurchaseBody(Struct, rename="camel", forbid_unknown_fields=True):
    """What a viewer bought. ``paidWithCashback`` is the part of ``amountPaid`` that gives none."""

    claim_token: ClaimToken
    order_id: OrderId
    currency: Currency
    amount_paid: Money
    paid_with_cashback: Annotated[
        int, Meta(ge=0, le=MOST_MONEY, description="In the currency's smallest unit", examples=[0])
    ] = 0


class ReturnBody(Struct, rename="camel", forbid_unknown_fields=True):
    """What came back by one return, of all that was paid for the order; it may be told before the purchase."""

    claim_token: ClaimToken
    return_id: ReturnId
    amount_returned: Money


class WorthShape(Struct, rename="camel", forbid_unknown_fields=True):
    """What money is worth: so many ``coins`` for each ``amount`` of a currency, in its smallest unit."""

    currency: Currency
    amount: Annotated[int, Meta(ge=1, le=1_000_000, examples=[100])]
    coins: Annotated[int, Meta(ge=1, le=1_000_000, examples=[100])]


class SponsoredShape(Struct, rename="camel", forbid_unknown_fields=True):
    """A series that is sponsored: of it these episodes, or all where none is named."""

    series_id: SeriesId
    episodes: Annotated[list[EpisodeNumber], Meta(max_length=100)] = []


class CampaignTerms(Struct, rename="camel", forbid_unknown_fields=True):
    """What a campaign is. Caps are of one viewer over the whole of it; without countries it is for all of them.

    ``slices`` is in how many parts the budget is cut, and is frozen with the first funding, as the partner is.
    """

    partner_id: PartnerId
    name: CampaignName
    kinds: Annotated[list[Kind], Meta(min_length=1, max_length=3)]
    starts_at: Time
    ends_at: Time
    return_days: Annotated[int, Meta(ge=0, le=180, description="Days in which goods may go back", examples=[14])]
    slices: Annotated[int, Meta(ge=1, le=MOST_SLICES, examples=[4])]
    viewer_times: Annotated[int, Meta(ge=1, le=100, description="Claims of one viewer", examples=[3])]
    viewer_coins: Annotated[int, Meta(ge=1, le=100_000, description="Coins of one viewer", examples=[500])]
    countries: Annotated[list[Annotated[str, Meta(pattern=whole("[A-Z]{2}"))]], Meta(max_length=100)] = []
    worth: Annotated[list[WorthShape], Meta(max_length=10)] = []
    sponsored: Annotated[list[SponsoredShape], Meta(max_length=20)] = []
    code: CodeKind = "printed"


class CampaignBody(Struct, rename="camel", forbid_unknown_fields=True):
    """A campaign as it is to be; ``revision`` is the one it is changed from, 0 for a new one."""

    terms: CampaignTerms
    status: Literal["paused", "live"]
    revision: Annotated[int, Meta(ge=0, le=1_000_000, examples=[0])]


class FundingBody(Struct, rename="camel", forbid_unknown_fields=True):
    """How many coins the brand has paid for."""

    coins: Coins
