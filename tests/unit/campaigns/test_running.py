"""Campaigns as operators run them: made, changed, funded by two where it is much, paused."""

from __future__ import annotations

from typing import Any

import pytest

from cliffhanger.campaigns import running
from cliffhanger.campaigns.domain import ALONE_COINS, DAY_MS, MOST_FUNDINGS, MOST_OPEN, Sponsored, Worth
from cliffhanger.campaigns.running import Wanted, decide, find, fund, go_on, put
from cliffhanger.errors import (
    Busy,
    CampaignChanged,
    CampaignFunded,
    CampaignsFull,
    CaseClosed,
    FourEyesRequired,
    FundingsFull,
    KeyReused,
    NotFound,
    ValidationFailed,
)
from tests.support.campaigns import COATS, TERMS, CampaignWorld


@pytest.fixture
def world() -> CampaignWorld:
    return CampaignWorld(budget=0)


def statuses(world: CampaignWorld) -> list[str]:
    return [one.status for one in world.campaign.fundings]


def test_a_campaign_is_made_once_and_changed_as_its_maker_knows_it(world: CampaignWorld) -> None:
    changed, new = put(world.office, COATS, Wanted(TERMS._replace(name="Coats"), "paused", 1), "otto")
    assert (changed.revision, changed.status, new) == (2, "paused", False)
    assert put(world.office, COATS, Wanted(TERMS._replace(name="Coats"), "paused", 1), "otto") == (changed, False)
    for revision in (0, 1, 3):
        with pytest.raises(CampaignChanged) as refused:
            put(world.office, COATS, Wanted(TERMS, "live", revision), "olga")
        assert refused.value.members == {"revision": 2}
    with pytest.raises(NotFound):
        find(world.office, "no-such")


def test_a_funding_reaches_the_slices_once_however_often_it_is_asked_for(world: CampaignWorld) -> None:
    for _ in range(2):
        _, funding = fund(world.office, COATS, "f1", 1_001, "olga")
        assert funding.status == "done"
    assert world.sums[0] == 1_001
    with pytest.raises(KeyReused):
        fund(world.office, COATS, "f1", 1_002, "olga")


def test_much_awaits_a_second_operator_however_it_is_cut(world: CampaignWorld) -> None:
    fund(world.office, COATS, "f1", ALONE_COINS - 1, "olga")
    _, funding = fund(world.office, COATS, "f2", 2, "otto")
    assert (funding.status, world.sums[0]) == ("awaiting", ALONE_COINS - 1)
    with pytest.raises(FourEyesRequired):
        decide(world.office, COATS, "f2", "otto", approved=True)
    for _ in range(2):
        _, funding = decide(world.office, COATS, "f2", "olga", approved=True)
        assert (funding.status, funding.decided_by) == ("done", "olga")
    assert world.sums[0] == ALONE_COINS + 1
    with pytest.raises(CaseClosed):
        decide(world.office, COATS, "f2", "olga", approved=False)
    with pytest.raises(CaseClosed):
        decide(world.office, COATS, "f1", "otto", approved=True)


def test_a_funding_that_is_refused_brings_nothing(world: CampaignWorld) -> None:
    fund(world.office, COATS, "f1", ALONE_COINS + 1, "olga")
    assert decide(world.office, COATS, "f1", "olga", approved=False)[1].status == "refused"
    assert decide(world.office, COATS, "f1", "olga", approved=False)[1].status == "refused"
    assert world.sums[0] == 0
    with pytest.raises(NotFound):
        decide(world.office, COATS, "f9", "olga", approved=True)


def test_a_funding_that_was_cut_short_goes_on_with_the_next_sweep(world: CampaignWorld) -> None:
    whole, world.office = world.office, world.office._replace(ledger=None)  # type: ignore[arg-type]
    with pytest.raises(AttributeError):
        fund(world.office, COATS, "f1", 100, "olga")
    world.office = whole
    assert statuses(world) == ["approved"]
    go_on(world.office, world.campaign)
    assert (statuses(world), world.sums[0]) == (["done"], 100)


def test_what_was_funded_keeps_its_partner_and_its_slices(world: CampaignWorld) -> None:
    fund(world.office, COATS, "f1", 100, "olga")
    for terms in (TERMS._replace(slices=3), TERMS._replace(partner="other")):
        with pytest.raises(CampaignFunded):
            put(world.office, COATS, Wanted(terms, "live", world.campaign.revision), "olga")
    assert put(world.office, COATS, Wanted(TERMS, "paused", world.campaign.revision), "olga")[0].status == "paused"


def test_what_was_funded_keeps_when_it_began_and_begins_another_time_only_before(world: CampaignWorld) -> None:
    later = TERMS._replace(starts_at=world.now + DAY_MS)
    put(world.office, COATS, Wanted(later, "live", 1), "olga")
    fund(world.office, COATS, "f1", 100, "olga")
    soon = later._replace(starts_at=world.now + 1)
    put(world.office, COATS, Wanted(soon, "live", world.campaign.revision), "olga")
    world.now += 1
    for start in (TERMS.starts_at, world.now + 1):
        with pytest.raises(CampaignFunded):
            put(world.office, COATS, Wanted(soon._replace(starts_at=start), "live", world.campaign.revision), "olga")
    assert world.campaign.terms == soon


def test_the_newest_of_however_many_open_campaigns_is_looked_at(world: CampaignWorld) -> None:
    for number in range(MOST_OPEN + 1):
        world.campaigns.put(world.campaign._replace(campaign=f"more-{number}", created_at=world.now + 1 + number))
    assert world.campaigns.opened()[-1].campaign == f"more-{MOST_OPEN}"


def test_no_more_campaigns_are_made_than_may_be_open_until_one_of_them_is_closed(
    world: CampaignWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "MOST_OPEN", 3)
    for number in range(2):
        put(world.office, f"more-{number}", Wanted(TERMS, "paused", 0), "olga")
    with pytest.raises(CampaignsFull) as refused:
        put(world.office, "one-more", Wanted(TERMS, "paused", 0), "olga")
    assert refused.value.members == {"most": 3}
    assert put(world.office, "more-1", Wanted(TERMS, "paused", 0), "olga")[1] is False  # asked again
    put(world.office, "more-1", Wanted(TERMS, "live", 1), "olga")
    world.now = TERMS.ends_at
    world.wind_up()
    assert put(world.office, "one-more", Wanted(TERMS, "paused", 0), "olga")[1]


def test_fundings_are_bounded(world: CampaignWorld) -> None:
    for number in range(MOST_FUNDINGS):
        fund(world.office, COATS, f"f{number}", 1, "olga")
    with pytest.raises(FundingsFull):
        fund(world.office, COATS, "more", 1, "olga")


def test_who_is_always_slower_than_others_hears_so(world: CampaignWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(world.campaigns, "put", lambda _campaign: False)
    with pytest.raises(Busy):
        fund(world.office, COATS, "f1", 100, "olga")


WRONG: dict[str, dict[str, Any]] = {
    "ends before it begins": {"ends_at": TERMS.starts_at},
    "lasts for years": {"ends_at": TERMS.starts_at + 367 * DAY_MS},
    "names a kind twice": {"kinds": ("scan", "scan"), "worth": (), "sponsored": ()},
    "gives cashback of no currency": {"worth": ()},
    "says what money is worth and gives no cashback": {"kinds": ("scan", "watch.episode")},
    "names a currency twice": {"worth": (Worth("EUR", 1, 1), Worth("EUR", 2, 1))},
    "sponsors nothing": {"sponsored": ()},
    "sponsors and gives nothing for it": {"kinds": ("cashback",), "sponsored": (Sponsored("s"),)},
}


@pytest.mark.parametrize("name", WRONG)
def test_a_campaign_whose_parts_do_not_go_together_is_refused(name: str, world: CampaignWorld) -> None:
    with pytest.raises(ValidationFailed):
        put(world.office, "other", Wanted(TERMS._replace(**WRONG[name]), "paused", 0), "olga")
    with pytest.raises(NotFound):
        find(world.office, "other")
