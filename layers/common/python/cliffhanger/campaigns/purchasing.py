"""Purchases at a brand, as its servers tell them, and what comes back of them.

A brand knows a viewer only by the claim token that the viewer's app got for this campaign. The brand's own order id is
what makes a purchase one, and its return id what makes a return one: whatever else is told under them later, the first
word stands. An order is one viewer's.
"""

from __future__ import annotations

from typing import NamedTuple

from cliffhanger.campaigns.claiming import Claimed, claim, count_refusal, place_of
from cliffhanger.campaigns.confirming import note
from cliffhanger.campaigns.deciding import Deed, Desk
from cliffhanger.campaigns.domain import LATE_MS, Campaign, Claimant, Kind, fact_of, worth_of
from cliffhanger.errors import ClaimTokenInvalid, OrderClaimed, RewardRefused
from cliffhanger.ledger.cashback import Standing
from cliffhanger.ledger.cashing import find_cashback, return_goods

KIND: Kind = "cashback"


class Purchase(NamedTuple):
    """A purchase: the brand's order id, and what was paid, in the currency's smallest unit, of it with cashback."""

    order: str
    currency: str
    amount: int
    by_cashback: int = 0


class Return(NamedTuple):
    """A return of an order by the brand's return id, and the ``amount`` that came back by it of all that was paid."""

    order: str
    name: str
    amount: int


class Returned(NamedTuple):
    """A return: how it stands after it, and how many coins this one has undone."""

    standing: Standing
    coins: int
    repeated: bool


def claimant_of(desk: Desk, campaign: Campaign, token: str) -> Claimant:
    """Whom a claim token stands for.

    Raises:
        ClaimTokenInvalid: it was not made for this campaign, or its time is over.
        Unavailable: try again.
    """
    found = desk.campaigns.claimant(campaign.campaign, token)
    if found is None or found.until <= desk.clock():
        raise ClaimTokenInvalid("Ask the viewer's app for a claim token of this campaign.")
    return found


def purchase(desk: Desk, campaign: Campaign, token: str, bought: Purchase) -> Claimed:
    """Sets cashback aside for a purchase, once per order; none for what was paid with cashback.

    Raises:
        ClaimTokenInvalid, OrderClaimed: nothing changed.
        CampaignClosed, RewardRefused, BudgetExhausted, BudgetCapReached: nothing is given, and that is counted.
        SwitchedOff: operators have stopped campaigns.
        Busy, Undecided, Unavailable: try again.
    """
    claimant = claimant_of(desk, campaign, token)
    _check_owner(desk, campaign, claimant, bought.order)
    worth = worth_of(campaign.terms, bought.currency, bought.amount - bought.by_cashback)
    if worth is None:
        refused = RewardRefused("The campaign takes other currencies.", reasons=["currency_refused"])
        if find_cashback(desk.ledger, place_of(campaign, claimant.person, _deed(bought, 0))).claim is None:
            count_refusal(desk, campaign, refused)
            raise refused
    return claim(desk, campaign, claimant, _deed(bought, worth or 0))


def give_back_purchase(desk: Desk, campaign: Campaign, token: str, back: Return) -> Returned:
    """Takes back a purchase's cashback in proportion to what was returned, once per return; it may come before it.

    Operators' switch does not stop it: what is owed to a brand's budget does not wait.

    Raises:
        ClaimTokenInvalid, OrderClaimed, ReturnTooLarge, NotReversible: nothing changed.
        Busy, Undecided, Unavailable: try again.
    """
    claimant = claimant_of(desk, campaign, token)
    _check_owner(desk, campaign, claimant, back.order)
    cashback = place_of(campaign, claimant.person, Deed(KIND, back.order, "partner"))
    name = fact_of(campaign.campaign, "return", back.name)
    recorded = return_goods(desk.ledger, cashback, name, lambda _: back.amount, retrying=desk.pace)
    standing = find_cashback(desk.ledger, cashback)
    row = desk.claims.find(claimant.person, f"{KIND}.{cashback.fact}")
    if row is not None:
        note(desk.claims, row, standing, desk.clock())
    moved = sum(line.amount for line in recorded.entry.postings)
    return Returned(standing, moved, recorded.repeated)


def token_lasts_until(campaign: Campaign) -> int:
    """Until when claim tokens of a campaign are good: returns name them too, and may come late."""
    return campaign.settles_at + LATE_MS


def _deed(bought: Purchase, worth: int) -> Deed:
    return Deed(KIND, bought.order, "partner", worth, bought.amount, {"order": bought.order})


def _check_owner(desk: Desk, campaign: Campaign, claimant: Claimant, order: str) -> None:
    fact = fact_of(campaign.campaign, KIND, order)
    until = token_lasts_until(campaign)
    if desk.campaigns.owner_of(campaign.campaign, fact, claimant.person, until) != claimant.person:
        raise OrderClaimed("The order has another viewer's claim token.")
