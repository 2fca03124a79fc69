"""A campaign that is over gives back what is left of it, and closes only once no coin of its brand is on it."""

from __future__ import annotations

import pytest

from cliffhanger.campaigns.domain import ALONE_COINS, DAY_MS, LATE_MS
from cliffhanger.campaigns.running import UNDER_WAY_MS, Wanted, decide, fund, go_on, put
from cliffhanger.errors import CampaignClosed
from cliffhanger.rewards.paying import held, refuse
from tests.support.campaigns import COATS, TERMS, CampaignWorld, rules_of


@pytest.fixture
def draft() -> CampaignWorld:
    """A campaign that has not been funded."""
    return CampaignWorld(budget=0)


def statuses(world: CampaignWorld) -> list[str]:
    return [one.status for one in world.campaign.fundings]


def test_a_campaign_closes_only_once_all_its_coins_have_gone_back() -> None:
    world = CampaignWorld(rules=rules_of(days=365))
    world.buy("A-1", 1_000)
    world.now += DAY_MS
    world.buy("A-2", 1_000)
    world.now = TERMS.ends_at + 14 * DAY_MS
    world.sweep()
    assert world.wind_up() == 1_800
    world.settle()
    world.now = world.campaign.settles_at + LATE_MS - 2
    world.back(500, "R-1", "A-1")
    assert world.wind_up() == 50
    world.now += 1
    world.back(500, "R-2", "A-2")
    world.now += UNDER_WAY_MS + 1  # of the same day
    assert (world.wind_up(), world.campaign.status, world.sums[0]) == (0, "live", 50)
    world.now += DAY_MS
    assert world.wind_up() == 50
    assert (world.campaign.status, world.sums[0]) == ("closed", 0)


def test_a_campaign_stays_open_until_the_last_return_that_may_be_told_has_reached_its_slice() -> None:
    world = CampaignWorld(rules=rules_of(days=365))
    world.buy(amount=1_000)
    world.now = TERMS.ends_at + 14 * DAY_MS
    world.sweep()
    world.wind_up()
    world.now += LATE_MS + UNDER_WAY_MS - 1
    assert (world.wind_up(), world.campaign.status) == (0, "live")
    world.now += 1
    world.wind_up()
    assert world.campaign.status == "closed"


def test_a_campaign_that_is_ended_early_takes_back_what_returns_as_long_as_its_tokens_are_good() -> None:
    world = CampaignWorld(rules=rules_of(days=365))
    world.buy(amount=1_000)
    last = world.campaign.settles_at + LATE_MS
    world.now += 1
    for number in range(2):
        early = TERMS._replace(ends_at=world.now, name=f"Over, said {number}")
        put(world.office, COATS, Wanted(early, "live", world.campaign.revision), "olga")
    world.now += 15 * DAY_MS
    world.sweep()
    assert world.wind_up() == 1_900
    world.now = world.campaign.settles_at + LATE_MS + UNDER_WAY_MS
    assert (world.wind_up(), world.campaign.status) == (0, "live")
    world.now = last + UNDER_WAY_MS
    assert (world.wind_up(), world.campaign.status) == (0, "closed")


def test_a_campaign_stays_open_while_a_reviewer_has_not_decided_and_then_gives_that_back_too() -> None:
    weights = [{"signal": "account_hours", "points": 50, "upTo": 24}]
    world = CampaignWorld(rules=rules_of(scoring={"holdAt": 50, "refuseAt": 80, "weights": weights}))
    world.buy()
    world.now = world.campaign.settles_at + LATE_MS + UNDER_WAY_MS
    assert world.wind_up() == 1_700
    world.wind_up()
    assert (world.campaign.status, world.sums) == ("live", (0, 300, 0))
    world.now += DAY_MS
    (row,) = held(world.till, 10)
    refuse(world.till, "mia", row.name, "olga")
    assert world.wind_up() == 300
    assert (world.campaign.status, world.sums) == ("closed", (0, 0, 0))


def test_a_funding_is_not_approved_once_its_campaign_is_closed_and_brings_it_nothing(draft: CampaignWorld) -> None:
    fund(draft.office, COATS, "f1", 100, "olga")
    fund(draft.office, COATS, "f2", ALONE_COINS + 1, "olga")
    draft.now = TERMS.ends_at + 200 * DAY_MS
    draft.wind_up()
    assert draft.campaign.status == "closed"
    with pytest.raises(CampaignClosed):
        decide(draft.office, COATS, "f2", "otto", approved=True)
    assert (statuses(draft), draft.sums[0]) == (["done", "awaiting"], 0)
    assert decide(draft.office, COATS, "f2", "otto", approved=False)[1].status == "refused"


def test_a_funding_that_reached_its_slices_is_answered_the_same_once_its_campaign_is_closed(
    draft: CampaignWorld,
) -> None:
    fund(draft.office, COATS, "f1", ALONE_COINS + 1, "olga")
    done = decide(draft.office, COATS, "f1", "otto", approved=True)[1]
    draft.now = TERMS.ends_at + 200 * DAY_MS
    draft.wind_up()
    assert draft.campaign.status == "closed"
    assert decide(draft.office, COATS, "f1", "otto", approved=True)[1] == done
    assert draft.sums[0] == 0


def test_a_campaign_whose_funding_was_cut_short_is_not_closed_before_it_went_on(draft: CampaignWorld) -> None:
    fund(draft.office, COATS, "f1", 100, "olga")
    whole, draft.office = draft.office, draft.office._replace(ledger=None)  # type: ignore[arg-type]
    with pytest.raises(AttributeError):
        fund(draft.office, COATS, "f2", 100, "olga")
    draft.office = whole
    draft.now = TERMS.ends_at + 200 * DAY_MS
    for _ in range(3):
        draft.wind_up()
    assert draft.campaign.status == "live"
    go_on(draft.office, draft.campaign)
    draft.now += DAY_MS
    draft.wind_up()
    assert (draft.campaign.status, draft.sums[0]) == ("closed", 0)


def test_what_was_never_funded_closes_when_it_ends(draft: CampaignWorld) -> None:
    fund(draft.office, COATS, "f1", ALONE_COINS + 1, "olga")
    draft.now = TERMS.ends_at - 1
    assert (draft.wind_up(), draft.campaign.status) == (0, "live")
    draft.now += 1
    assert (draft.wind_up(), draft.campaign.status) == (0, "closed")
    assert draft.campaigns.opened() == ()
    with pytest.raises(CampaignClosed):
        decide(draft.office, COATS, "f1", "otto", approved=True)


def test_a_closed_campaign_is_neither_changed_nor_funded(draft: CampaignWorld) -> None:
    fund(draft.office, COATS, "f1", 100, "olga")
    draft.now = TERMS.ends_at + 200 * DAY_MS
    draft.wind_up()
    with pytest.raises(CampaignClosed):
        put(draft.office, COATS, Wanted(TERMS._replace(name="Again"), "live", draft.campaign.revision), "olga")
    with pytest.raises(CampaignClosed):
        fund(draft.office, COATS, "f2", 1, "olga")
