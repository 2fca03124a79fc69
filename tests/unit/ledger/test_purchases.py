"""Coins for money, and the money going back: whatever comes twice, late or first, nobody has a coin too many."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path

import pytest

from cliffhanger.errors import NotRefundable, NotReversible
from cliffhanger.ledger.consequences import MOST_REVERSALS
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.lots import Lot
from cliffhanger.ledger.names import external, platform
from cliffhanger.ledger.planning import Turn
from cliffhanger.ledger.purchases import Deal, Story, check_left, check_unspent
from tests.unit.ledger.shop import DAY, GIFTED, MIA, SERIES, Shop

STRIPE, HOUSE, ISSUED = external("stripe", MIA), platform("losses", MIA), platform("issued", MIA)
EARNED = "series:the-last-train:earned:0"


@pytest.fixture
def shop() -> Shop:
    return Shop()


def test_what_was_paid_is_granted_once_with_its_bonus_beside_it(shop: Shop, tmp_path: Path) -> None:
    first = shop.pays(deal=GIFTED)
    assert shop.pays(deal=GIFTED) == first
    assert shop.has() == {"coin": 550, "bonus": 50, "USD.deferred": 499}
    assert [lot.lot for lot in shop.head.state.lots] == ["1", "1.1"]
    assert shop.balance(STRIPE) == {"coin": -550, "USD": -499}
    assert shop.findings(tmp_path) == []


def test_a_purchase_repays_what_is_owed_and_the_house_gets_its_money(shop: Shop, tmp_path: Path) -> None:
    shop.pays()
    shop.spends(100)
    shop.dispute(99)
    assert shop.has() == {"owed coin": 100}
    shop.pays("o2", Deal(200, 198, "USD"))
    assert shop.has() == {"coin": 100, "USD.deferred": 99}
    assert shop.balance(platform("recovered", MIA)) == {"USD": 99}
    assert shop.findings(tmp_path) == []


def test_a_whole_refund_takes_coins_bonus_and_money_back(shop: Shop, tmp_path: Path) -> None:
    shop.pays(deal=GIFTED)
    shop.refund(499)
    assert shop.has() == {}
    assert shop.balance(STRIPE) == shop.balance(ISSUED) == {}
    assert shop.findings(tmp_path) == []


@pytest.mark.parametrize("order", list(itertools.permutations(("pays", "first", "second"))))
def test_partial_refunds_and_the_payment_come_to_the_same_in_every_order(
    order: tuple[str, ...], tmp_path: Path
) -> None:
    shop = Shop()
    acts: dict[str, Callable[[], Entry]] = {
        "pays": lambda: shop.pays(deal=GIFTED),
        "first": lambda: shop.refund(100, "r1"),
        "second": lambda: shop.refund(250, "r2"),
    }
    for name in (*order, *order):
        acts[name]()
    undone = 550 * 350 // 499
    assert shop.has() == {"coin": 550 - undone, "bonus": 50 - 50 * 350 // 499, "USD.deferred": 149}
    assert shop.balance(STRIPE) == {"coin": -(550 - undone), "USD": -149}
    assert shop.findings(tmp_path) == []


def test_refunds_that_add_up_to_the_price_take_every_coin(shop: Shop, tmp_path: Path) -> None:
    shop.pays(deal=Deal(3, 10, "USD"))
    for number, (amount, coins) in enumerate([(3, 3), (3, 2), (3, 1), (1, 0)]):
        shop.refund(amount, f"r{number}")
        assert shop.has().get("coin", 0) == coins
    assert shop.has() == {}
    assert shop.findings(tmp_path) == []


def test_a_refund_that_overtakes_its_payment_leaves_nothing_behind(shop: Shop, tmp_path: Path) -> None:
    shop.refund(99)
    granted = shop.pays()
    assert (granted.postings, shop.has()) == ((), {})
    assert shop.findings(tmp_path) == []


def test_the_creator_gives_back_what_spent_coins_had_brought(shop: Shop, tmp_path: Path) -> None:
    shop.pays()
    shop.spends(40)
    assert shop.balance(EARNED) == {"coin": 40, "USD": 39}
    shop.refund(99)
    assert shop.has() == {"owed coin": 40}
    assert shop.balance(EARNED) == {"coin": 40}
    assert (shop.balance(STRIPE), shop.balance(HOUSE)) == ({}, {})
    assert shop.findings(tmp_path) == []


def test_what_an_episode_gave_back_is_not_asked_of_its_creator_again(shop: Shop, tmp_path: Path) -> None:
    shop.pays()
    returned, kept = shop.spends(30), shop.spends(20, SERIES[1])
    assert returned is not None
    assert kept is not None
    shop.gives_episode_back(returned)
    shop.refund(99)
    assert shop.has() == {"owed coin": 20}
    assert shop.balance("series:salt:earned:0") == {"coin": 20}
    assert shop.balance(EARNED) == {}
    assert shop.findings(tmp_path) == []


def test_two_refunds_ask_a_creator_for_the_same_cent_once(shop: Shop, tmp_path: Path) -> None:
    shop.pays()
    shop.spends(50)
    shop.spends(50, SERIES[1])
    shop.refund(50, "r1")
    shop.refund(49, "r2")
    assert shop.has() == {"owed coin": 100}
    assert shop.balance(EARNED).get("USD", 0) == shop.balance("series:salt:earned:0").get("USD", 0) == 0
    assert shop.balance(HOUSE) == {}
    assert shop.findings(tmp_path) == []


def test_own_coins_go_first_then_those_of_the_same_price_then_it_is_owed(shop: Shop, tmp_path: Path) -> None:
    shop.pays("o1")
    shop.spends(60)
    shop.pays("o2")
    shop.pays("o3", Deal(320, 299, "USD"))
    assert [(lot.lot, lot.coins) for lot in shop.head.state.lots] == [("1", 40), ("3", 100), ("4", 320)]
    taken = shop.refund(99, order="o1").terms["taken"]
    assert [(name, coins) for name, coins, _ in taken] == [("1", 40), ("3", 60)]
    assert shop.has()["coin"] == 360
    shop.refund(99, "r2", order="o2")
    assert shop.has()["owed coin"] == 60
    assert shop.has()["coin"] == 320
    assert shop.findings(tmp_path) == []


def test_a_merged_lot_gives_each_order_its_own(shop: Shop, tmp_path: Path) -> None:
    shop.pays("o1")
    shop.pays("o2")
    assert len(shop.head.state.lots) == 1
    shop.refund(99, order="o2")
    assert shop.head.state.lots == (Lot("1", "coin", 100, 0, 99, "USD", "web"),)
    shop.refund(99, order="o1")
    assert shop.has() == {}
    assert shop.findings(tmp_path) == []


def test_bonus_that_was_spent_is_owed_and_bonus_that_expired_is_not(shop: Shop, tmp_path: Path) -> None:
    shop.pays("o1", GIFTED)
    shop.spends(30)
    shop.refund(499, order="o1")
    assert shop.has() == {"owed bonus": 30}
    shop.gets_bonus(30)
    shop.pays("o2", GIFTED)
    shop.now += 60 * DAY
    shop.refund(499, order="o2")
    assert shop.has() == {}
    assert shop.findings(tmp_path) == []


def test_a_dispute_that_is_won_gives_exactly_back_what_it_took(shop: Shop, tmp_path: Path) -> None:
    shop.pays(deal=GIFTED)
    shop.spends(150)
    before, earned = shop.head.state, shop.balance(EARNED)
    shop.dispute(499)
    shop.dispute(499)
    assert shop.has() == {"owed coin": 100, "owed bonus": 50}
    shop.wins()
    shop.wins()
    state = shop.head.state
    assert (state.lots, state.debt, state.balances) == (before.lots, before.debt, before.balances)
    assert shop.balance(EARNED) == earned
    assert shop.findings(tmp_path) == []


def test_a_dispute_won_after_its_debt_was_repaid_gives_the_coins_again(shop: Shop, tmp_path: Path) -> None:
    shop.pays()
    shop.spends(100)
    shop.dispute(99)
    shop.pays("o2")
    assert shop.has() == {}
    shop.wins()
    assert shop.has() == {"coin": 100, "USD.deferred": 99}
    assert shop.balance(EARNED)["USD"] == 99
    assert shop.balance(platform("recovered", MIA)) == {}
    assert shop.findings(tmp_path) == []


@pytest.mark.parametrize("order", list(itertools.permutations(("pays", "dispute", "wins"))))
def test_a_dispute_won_comes_to_the_same_in_every_order(order: tuple[str, ...], tmp_path: Path) -> None:
    shop = Shop()
    acts = {"pays": shop.pays, "dispute": lambda: shop.dispute(99), "wins": shop.wins}
    for name in (*order, *order):
        acts[name]()
    assert shop.has() == {"coin": 100, "USD.deferred": 99}
    assert shop.findings(tmp_path) == []


def test_a_refund_and_a_dispute_of_the_same_money_undo_it_once(shop: Shop, tmp_path: Path) -> None:
    shop.pays()
    shop.dispute(99)
    shop.refund(33)
    assert shop.has() == {}
    shop.wins()
    assert shop.has() == {"coin": 67, "USD.deferred": 66}
    shop.refund_fails()
    assert shop.has() == {"coin": 100, "USD.deferred": 99}
    assert shop.findings(tmp_path) == []


def test_coins_that_a_dispute_has_taken_cannot_be_spent(shop: Shop) -> None:
    shop.pays()
    shop.dispute(99)
    assert shop.spends(1) is None


def left(amount: int) -> Callable[[Turn, Story], None]:
    return lambda _, story: check_left(story, amount)


def test_no_more_is_refunded_than_was_paid(shop: Shop) -> None:
    with pytest.raises(NotRefundable) as none:
        shop.refund(1, check=left(1))
    assert none.value.members["rule"] == "not_paid"
    shop.pays()
    shop.refund(60, "r1", check=left(60))
    before = shop.chain()
    with pytest.raises(NotRefundable) as more:
        shop.refund(40, "r2", check=left(40))
    assert (more.value.members, shop.chain()) == ({"rule": "more_than_paid", "leftAmount": 39}, before)


def whole(turn: Turn, story: Story) -> None:
    check_unspent(turn, story, days=14)


def later(shop: Shop, by: int) -> None:
    shop.now += by


TAKEN_BACK: dict[str, tuple[Callable[[Shop], object], str | None]] = {
    "untouched": (lambda _: None, None),
    "spent": (lambda shop: shop.spends(1), "coins_spent"),
    "partly refunded": (lambda shop: shop.refund(1, "r0"), "refunded_before"),
    "after 14 days": (lambda shop: later(shop, 14 * DAY), "too_late"),
    "just within 14 days": (lambda shop: later(shop, 14 * DAY - 1), None),
    "by a slow clock": (lambda shop: later(shop, -DAY), None),
}


@pytest.mark.parametrize("name", TAKEN_BACK)
def test_a_viewer_has_all_of_an_order_again_in_time_and_with_nothing_of_it_used(name: str, shop: Shop) -> None:
    act, rule = TAKEN_BACK[name]
    shop.pays(deal=GIFTED)
    act(shop)
    if rule is None:
        shop.refund(499, check=whole)
        assert shop.has() == {}
    else:
        with pytest.raises(NotRefundable) as refused:
            shop.refund(499, check=whole)
        assert refused.value.members["rule"] == rule


def test_what_the_house_cannot_find_it_bears(shop: Shop, tmp_path: Path) -> None:
    """More series than one entry names have had a part of the coins."""
    shop.pays(deal=Deal(100, 200, "USD"))
    for number in range(20):
        shop.spends(5, f"story-{number}")
    entry = shop.refund(200)
    payees = [line for line in entry.postings if line.source.startswith("series:")]
    assert (len(payees), shop.balance(HOUSE)) == (12, {"USD": -80})
    assert shop.findings(tmp_path) == []


def test_an_order_is_undone_in_so_many_steps_at_most(shop: Shop) -> None:
    shop.pays(deal=Deal(1_000, 1_000, "USD"))
    for number in range(MOST_REVERSALS):
        shop.refund(1, f"r{number}")
    with pytest.raises(NotReversible):
        shop.refund(1, "more")
