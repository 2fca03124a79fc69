"""Granted coins whose day has come: what had been spent of them is owed, what expired is not, each coin once."""

from __future__ import annotations

from pathlib import Path

import pytest

from cliffhanger.errors import NotReversible
from cliffhanger.ledger.consequences import Reward, Undone
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.purchases import Deal
from cliffhanger.ledger.rewarding import Consequence, give_reward, undo_reward
from cliffhanger.wallet.service import take_back_grant
from tests.unit.ledger.shop import DAY, MIA, Shop

PACK = Deal(coins=100, cash=99, currency="USD", bonus=50, bonus_days=30)
LATE = 45 * DAY


@pytest.fixture
def shop() -> Shop:
    return Shop()


def take_back(shop: Shop, grant: Entry, case: str = "c1") -> Entry:
    return take_back_grant(shop.ledger, grant, case, {}, shop.retrying).entry


def owed(shop: Shop) -> int:
    return shop.head.state.debt.get("bonus", 0)


@pytest.mark.parametrize(("spent", "due"), [(0, 0), (20, 20), (50, 50), (60, 50)])
def test_of_a_bonus_that_is_over_what_was_spent_is_owed(shop: Shop, spent: int, due: int, tmp_path: Path) -> None:
    """Bonus goes first, so that who disputes after its date would have had it for nothing."""
    shop.pays(deal=PACK)
    if spent:
        shop.spends(spent)
    shop.now += LATE
    shop.dispute(99)
    assert owed(shop) == due
    assert shop.findings(tmp_path) == []


def test_whether_somebody_noticed_the_expiry_before_makes_no_difference(shop: Shop) -> None:
    shop.pays(deal=PACK)
    shop.spends(20)
    shop.now += LATE
    shop.sets_limits(2)
    shop.dispute(99)
    assert owed(shop) == 20


@pytest.mark.parametrize("parts", [(99,), (33, 66), (66, 33), (33, 33, 33)])
def test_parts_owe_together_what_the_whole_does(shop: Shop, parts: tuple[int, ...], tmp_path: Path) -> None:
    shop.pays(deal=PACK)
    shop.spends(20)
    shop.now += LATE
    for number, cash in enumerate(parts):
        shop.refund(cash, f"r{number}")
    assert owed(shop) == 20
    assert shop.findings(tmp_path) == []


def test_a_part_undone_in_time_leaves_the_rest_for_later(shop: Shop) -> None:
    shop.pays(deal=PACK)
    shop.spends(20)
    shop.refund(33)  # takes 16 of the 30 that are left
    shop.now += LATE
    shop.refund(66, "r2")  # of these 34, 14 have expired
    assert owed(shop) == 20


def test_a_dispute_that_is_won_and_one_that_comes_after_it_owe_no_more(shop: Shop, tmp_path: Path) -> None:
    shop.pays(deal=PACK)
    shop.spends(20)
    shop.now += LATE
    shop.dispute(99)
    shop.wins()
    assert owed(shop) == 0
    shop.dispute(99, "d2")
    assert owed(shop) == 20
    assert shop.findings(tmp_path) == []


def test_grants_that_became_one_lot_let_what_expired_of_it_go_once(shop: Shop, tmp_path: Path) -> None:
    """A farm's grants of a week are one lot: each of them would let the same coins go."""
    grants = [shop.gets_bonus(coins) for coins in (10, 11, 12)]
    assert len(shop.head.state.lots) == 1
    shop.spends(25)
    shop.now += LATE
    assert [take_back(shop, grant).state.debt["bonus"] for grant in grants] == [2, 13, 25]
    assert shop.findings(tmp_path) == []


def test_a_grant_of_which_something_was_spent_is_taken_back_after_its_date(shop: Shop) -> None:
    grant = shop.gets_bonus(30)
    shop.spends(12)
    shop.now += LATE
    assert take_back(shop, grant).state.debt == {"bonus": 12}


def test_a_grant_that_expired_whole_is_not_taken_back_and_lets_nothing_go(shop: Shop) -> None:
    """A refusal writes nothing: what expired is still there for another grant of that lot."""
    grant = shop.gets_bonus(30)
    shop.now += LATE
    with pytest.raises(NotReversible):
        take_back(shop, grant)
    assert shop.head == grant


def test_coins_that_came_back_late_and_expired_then_are_not_owed(shop: Shop, tmp_path: Path) -> None:
    """An unlock that is reversed after the date gives them a week more."""
    shop.pays(deal=PACK)
    unlock = shop.spends(20)
    assert unlock is not None
    shop.now += LATE
    shop.gives_episode_back(unlock)
    assert shop.has()["bonus"] == 20
    shop.now += 30 * DAY
    shop.dispute(99)
    assert shop.has() == {}
    assert shop.findings(tmp_path) == []


def test_coins_that_came_back_late_and_are_there_are_taken(shop: Shop) -> None:
    shop.pays(deal=PACK)
    unlock = shop.spends(20)
    assert unlock is not None
    shop.now += LATE
    shop.gives_episode_back(unlock)
    shop.dispute(99)
    assert shop.has() == {}


@pytest.mark.parametrize("parts", [(4,), (1, 4), (2, 3, 4)])
def test_of_a_reward_that_is_over_what_was_spent_is_owed(shop: Shop, parts: tuple[int, ...], tmp_path: Path) -> None:
    """Its reversals say how much is undone in all."""
    reward = Consequence(MIA, "cashback", "order-7")
    give_reward(shop.ledger, reward, Reward("bonus", 40, 14), retrying=shop.retrying)
    shop.spends(25)
    shop.now += LATE
    for number, part in enumerate(parts):
        undo_reward(shop.ledger, reward, f"r{number}", Undone(part, 4), retrying=shop.retrying)
    assert owed(shop) == 25
    assert shop.findings(tmp_path) == []


def test_the_auditor_finds_an_undoing_that_lets_more_go_than_expired(shop: Shop, tmp_path: Path) -> None:
    shop.pays(deal=PACK)
    shop.spends(20)
    shop.now += LATE
    where = MIA, shop.dispute(99).seq
    books = shop.books()
    books.change(where, lambda document: document["terms"]["lapsed"].__setitem__(1, 31))
    found = [(each.code, each.seq) for each in books.audited(tmp_path).tally.findings.kept]
    assert ("reversal_wrong", where[1]) in found
