"""Purchases that did not happen: what a brand tries its servers against. Nothing here knows the ledger.

They are decided by the rules in force, as for a viewer who has claimed nothing yet, and kept for a week.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from cliffhanger.campaigns.domain import DAY_MS, Campaign, day_of, fact_of, worth_of
from cliffhanger.errors import NotReversible, ReturnTooLarge, RewardRefused
from cliffhanger.ledger.cashback import MOST_RETURNS, undone
from cliffhanger.rewards.claims import Claim, Standing
from cliffhanger.rewards.earning import refusal
from cliffhanger.rewards.planner import decide

if TYPE_CHECKING:
    from cliffhanger.campaigns.deciding import Desk
    from cliffhanger.campaigns.purchasing import Purchase, Return

KEPT_MS = 7 * DAY_MS
NOBODY = "sandbox"


class Tried(NamedTuple):
    """How a purchase stands: coins for the whole of it, until when they are pending, by which rule, and returns by id.

    ``coins`` is 0 and ``rule`` empty where returns have come and the purchase has not.
    """

    coins: int = 0
    whole: int = 1
    until: int = 0
    rule: str = ""
    version: str = ""
    returns: dict[str, int] = {}  # noqa: RUF012 - never changed: a return makes another

    @property
    def taken(self) -> int:
        """Coins that the returns have undone."""
        return undone(self.coins, self.whole, sum(self.returns.values()))


def try_purchase(desk: Desk, campaign: Campaign, bought: Purchase) -> tuple[Tried, bool]:
    """What would come of a purchase, and whether it was told before.

    Raises:
        CampaignClosed, RewardRefused: nothing would be given.
        Unavailable: try again.
    """
    fact, now = fact_of(campaign.campaign, NOBODY, bought.order), desk.clock()
    known = _find(desk, campaign, fact)
    if known.rule:
        return known, True
    campaign.check_open(now)
    worth = worth_of(campaign.terms, bought.currency, bought.amount - bought.by_cashback)
    if worth is None:
        raise RewardRefused("The campaign takes other currencies.", reasons=["currency_refused"])
    country = campaign.terms.countries[0] if campaign.terms.countries else ""
    claim = Claim("cashback", NOBODY, fact, now, day_of(now), worth, "partner", "", country, 99, campaign.campaign)
    decision = decide(desk.rules(), claim, Standing())
    if decision.outcome not in ("pay", "hold"):
        raise refusal(decision.rule, decision.version, decision.reasons)
    coins = min(decision.coins, campaign.terms.viewer_coins)
    until = max(now + campaign.terms.return_days * DAY_MS, decision.vests_at)
    made = Tried(coins, bought.amount, until, decision.rule, decision.version, known.returns)
    desk.campaigns.keep_sandboxed(campaign.campaign, fact, made, now + KEPT_MS)
    return made, False


def try_return(desk: Desk, campaign: Campaign, back: Return) -> tuple[Tried, int, bool]:
    """What would come of a return: how it stands after it, the coins that it undoes, and whether it was told before.

    Raises:
        ReturnTooLarge, NotReversible: it would be refused.
        Unavailable: try again.
    """
    fact = fact_of(campaign.campaign, NOBODY, back.order)
    known = _find(desk, campaign, fact)
    if back.name in known.returns:
        others = {name: part for name, part in known.returns.items() if name != back.name}
        return known, known.taken - known._replace(returns=others).taken, True
    before = sum(known.returns.values())
    if len(known.returns) >= MOST_RETURNS:
        raise NotReversible(f"A purchase is returned in {MOST_RETURNS} parts at most.")
    if known.rule and before + back.amount > known.whole:
        raise ReturnTooLarge("More comes back than was bought.", most=max(0, known.whole - before))
    made = known._replace(returns={**known.returns, back.name: back.amount})
    desk.campaigns.keep_sandboxed(campaign.campaign, fact, made, desk.clock() + KEPT_MS)
    return made, made.taken - known.taken, False


def _find(desk: Desk, campaign: Campaign, fact: str) -> Tried:
    told: Any = desk.campaigns.sandboxed(campaign.campaign, fact)
    return Tried() if told is None else Tried(*told)
