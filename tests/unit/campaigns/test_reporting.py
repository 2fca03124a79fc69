"""A campaign's report is what the ledger says, whatever was told twice, and however often it is added up."""

from __future__ import annotations

import random
from typing import Any

import pytest

from cliffhanger.campaigns import reporting
from cliffhanger.campaigns.domain import DAY_MS
from cliffhanger.campaigns.reporting import Report, report
from cliffhanger.errors import BudgetCapReached, BudgetExhausted, CampaignClosed, ReturnTooLarge, RewardRefused
from cliffhanger.ledger.entries import Entry
from tests.support.campaigns import COATS, TERMS, CampaignWorld


def reported(world: CampaignWorld) -> Report:
    return report(world.campaigns, world.ledger, world.campaign)


PEOPLE = [f"v{number}" for number in range(12)]


def lived(seed: int = 7, days: int = 50) -> CampaignWorld:
    """Days in which viewers buy and return by chance, things are told twice, and the budget runs out."""
    world = CampaignWorld(budget=900)
    chance = random.Random(seed)
    orders: list[tuple[str, str, int]] = []
    for day in range(days):
        for number in range(4):
            person = chance.choice(PEOPLE)
            order = (f"A-{day}-{number}", person, chance.randrange(100, 3_000))
            try:
                for _ in range(chance.choice((1, 1, 2))):
                    world.buy(order[0], order[2], person)
            except (BudgetExhausted, BudgetCapReached, RewardRefused, CampaignClosed):
                continue
            orders.append(order)
        for name, person, amount in chance.sample(orders, min(2, len(orders))):
            try:
                world.back(chance.randrange(1, amount + 1), f"R-{day}", name, person)
            except ReturnTooLarge:
                continue
        world.sweep()
        world.wind_up()
        if chance.random() < 0.3:
            reported(world)
        world.now += DAY_MS
    return world


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("days", [20, 50])
def test_the_numbers_of_the_report_are_those_of_the_ledger(seed: int, days: int) -> None:
    world = lived(seed, days)
    total = reported(world).total
    budget, pending, _ = world.sums
    viewers = [world.ledger.head(f"viewer:{person}") for person in PEOPLE]
    had = sum(h.state.balances.get("bonus", 0) - h.state.debt.get("bonus", 0) for h in viewers if h is not None)
    assert (total.left, total.pending) == (budget, pending)
    assert total.spent == had
    assert total.funded == total.left + total.pending + total.spent + total.unspent == 900
    assert total.claims >= total.confirmations > 0
    assert total.taken_pending > 0
    assert (total.pending > 0, total.unspent > 0) == (days == 20, days == 50)


def test_a_report_that_is_added_up_bit_by_bit_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    world = lived()
    whole = reported(CampaignWorldAgain(world))
    monkeypatch.setattr(reporting, "MOST_ENTRIES", 7)
    monkeypatch.setattr(reporting, "AT_ONCE", 3)
    again = CampaignWorldAgain(world)
    last = reported(again)
    for _ in range(200):
        last = last if last.complete else reported(again)
    assert last == whole


def test_an_entry_is_added_up_once_though_two_do_it_at_once() -> None:
    world = lived()
    campaign = world.campaign
    before = world.campaigns.tallied(campaign.campaign, 0)
    first = reported(world)
    after = world.campaigns.tallied(campaign.campaign, 0)
    assert after.seq >= before.seq
    assert not world.campaigns.tally(campaign.campaign, 0, after, before.seq) or before.seq == after.seq
    assert reported(world) == first


def test_what_was_added_up_is_not_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    world = CampaignWorld(TERMS._replace(slices=1))
    for number in range(20):
        world.did("scan", "printed", "client", f"v{number}")
    before, last = reported(world), world.campaigns.tallied(COATS, 0).seq
    read: list[int] = []
    newest = world.ledger.newest

    def counted(*asked: Any, **more: Any) -> tuple[Entry, ...]:
        page = newest(*asked, **more)
        read.append(len(page))
        return page

    monkeypatch.setattr(world.ledger, "newest", counted)
    assert reported(world) == before
    assert read == []
    for number in range(3):
        world.did("scan", "printed", "client", f"w{number}")
    read.clear()
    assert reported(world).total.claims == before.total.claims + 3
    assert sum(read) == world.campaigns.tallied(COATS, 0).seq - last


def test_refusals_are_told_by_reason_and_day() -> None:
    world = CampaignWorld(TERMS._replace(slices=1), budget=100)
    for order, expected in (("A-1", None), ("A-2", BudgetExhausted), ("A-3", BudgetExhausted)):
        if expected is None:
            world.buy(order, 1_000)
        else:
            with pytest.raises(expected):
                world.buy(order, 1_000)
    with pytest.raises(RewardRefused):
        world.buy("A-4", 1_000, currency="USD")
    found = reported(world)
    assert found.refused == {"budget_exhausted": 2, "currency_refused": 1}
    assert [(day.day, day.refused) for day in found.days] == [("2026-11-28", found.refused)]


def test_a_campaign_without_a_budget_has_an_empty_report() -> None:
    found = reported(CampaignWorld(budget=0))
    assert (found.days, found.complete, found.total.left) == ((), True, 0)


class CampaignWorldAgain(CampaignWorld):
    """The same ledger, of which nothing has been added up yet."""

    def __init__(self, lived: CampaignWorld) -> None:
        super().__init__(budget=0)
        self.ledger = lived.ledger
        self.office = self.office._replace(campaigns=lived.campaigns)
        for day, reasons in lived.campaigns.refusals("winter-coats").items():
            for reason, count in reasons.items():
                for _ in range(count):
                    self.campaigns.count_refusal("winter-coats", day, reason)
