"""What viewers are answered about campaigns, and brands about purchases."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from cliffhanger.campaigns.claiming import Claimed
from cliffhanger.campaigns.domain import Campaign, Kind, Sponsored
from cliffhanger.campaigns.purchasing import Returned
from cliffhanger.campaigns.sandbox import Tried
from cliffhanger.clock import rfc3339
from cliffhanger.ledger.cashback import Standing
from cliffhanger.rewards.pending import Pending
from functions.campaigns.schemas import SponsoredShape

Stands = Literal["pending", "confirmed", "returned", "ahead"]
"""``returned``: nothing is left; ``ahead``: returns have come before their purchase."""


class RunningCampaign(Struct, rename="camel"):
    """A campaign that a viewer may take part in."""

    campaign_id: str
    name: str
    kinds: list[Kind]
    ends_at: str
    return_days: int
    sponsored: list[SponsoredShape]


class RunningAnswer(Struct, rename="camel"):
    """Campaigns that are running where the viewer is, oldest first."""

    campaigns: list[RunningCampaign]


class ClaimTokenAnswer(Struct, rename="camel"):
    """A claim token to hand to the brand, and until when it is good."""

    claim_token: str
    expires_at: str


class CashbackItem(Struct, rename="camel"):
    """Cashback: `coins` for the whole, of which `clawedBackCoins` have gone again; pending until `confirmsAt`."""

    campaign_id: str
    campaign_name: str
    kind: str
    status: Literal["pending", "confirmed", "returned"]
    coins: int
    clawed_back_coins: int
    since: str
    confirms_at: str | None


class CashbackAnswer(Struct, rename="camel"):
    """A viewer's cashback: what is pending first, soonest first, then what was decided, newest first."""

    pending_coins: int
    cashback: list[CashbackItem]


class ScanAnswer(Struct, rename="camel"):
    """What a scanned code brought."""

    cashback: CashbackItem


class PurchaseAnswer(Struct, rename="camel"):
    """How the cashback of a purchase stands, and by which rule it was given."""

    order_id: str
    status: Stands
    coins: int
    clawed_back_coins: int
    confirms_at: str | None
    rule: str
    version: str


class ReturnAnswer(Struct, rename="camel"):
    """How it stands after a return: coins that this one took back, and what is left of the purchase's."""

    order_id: str
    return_id: str
    status: Stands
    coins: int
    remaining_coins: int


def running_answer(campaigns: list[Campaign]) -> RunningAnswer:
    """Campaigns as viewers see them."""
    return RunningAnswer(
        [
            RunningCampaign(
                one.campaign,
                one.terms.name,
                list(one.terms.kinds),
                rfc3339(one.terms.ends_at),
                one.terms.return_days,
                sponsored_shapes(one.terms.sponsored),
            )
            for one in campaigns
        ]
    )


def cashback_answer(rows: list[Pending]) -> CashbackAnswer:
    """A viewer's cashback."""
    shown = [cashback_item(one) for one in rows]
    waiting = sorted((one for one in shown if one.status == "pending"), key=lambda one: one.confirms_at or "9")
    decided = sorted((one for one in shown if one.status != "pending"), key=lambda one: one.since, reverse=True)
    pending = sum(one.coins - one.clawed_back_coins for one in waiting)
    return CashbackAnswer(pending, [*waiting, *decided])


def cashback_item(one: Pending) -> CashbackItem:
    """Cashback as its viewer sees it; what waits for a reviewer is pending without a date."""
    status: Literal["pending", "confirmed", "returned"] = "pending"
    if one.status not in ("waiting", "held"):
        status = "confirmed" if one.status == "paid" else "returned"
    date = rfc3339(one.due_at) if one.status == "waiting" else None
    return CashbackItem(
        one.campaign, str(one.terms["name"]), one.kind, status, one.coins, one.taken, rfc3339(one.at), date
    )


def purchase_answer(order: str, claimed: Claimed) -> PurchaseAnswer:
    """A purchase as its brand sees it; what waits for a reviewer is pending without a date, as for its viewer."""
    standing, terms = claimed.standing, claimed.entry.terms
    dated = stands(standing) == "pending" and "held" not in terms
    until = rfc3339(int(terms["until"])) if dated else None
    return PurchaseAnswer(
        order, stands(standing), standing.coins, standing.undone, until, terms["rule"], terms["version"]
    )


def tried_answer(order: str, tried: Tried) -> PurchaseAnswer:
    """A purchase that did not happen."""
    status: Stands = "pending" if tried.coins > tried.taken else "returned"
    until = rfc3339(tried.until) if status == "pending" else None
    return PurchaseAnswer(order, status, tried.coins, tried.taken, until, tried.rule, tried.version)


def return_answer(order: str, return_id: str, returned: Returned) -> ReturnAnswer:
    """A return as its brand sees it."""
    standing = returned.standing
    return ReturnAnswer(order, return_id, stands(standing), returned.coins, standing.remaining)


def tried_return(order: str, return_id: str, tried: Tried, coins: int) -> ReturnAnswer:
    """A return that did not happen."""
    left = tried.coins - tried.taken
    status: Stands = "ahead" if not tried.rule else "pending" if left else "returned"
    return ReturnAnswer(order, return_id, status, coins, left)


def stands(standing: Standing) -> Stands:
    """How a purchase's cashback stands, in a word."""
    if standing.claim is None:
        return "ahead"
    if not standing.remaining:
        return "returned"
    return "pending" if standing.confirmation is None else "confirmed"


def sponsored_shapes(sponsored: tuple[Sponsored, ...]) -> list[SponsoredShape]:
    """What a campaign sponsors."""
    return [SponsoredShape(one.series, list(one.episodes)) for one in sponsored]
