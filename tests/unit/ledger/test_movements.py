"""Movements: pure plans of the next entry."""

from __future__ import annotations

import pytest

from cliffhanger.errors import AccountFrozen, InsufficientCoins, NameInvalid
from cliffhanger.ledger.entries import State, foreign_legs, seal
from cliffhanger.ledger.movements import spend_coins
from tests.unit.ledger.chains import DAY, EXPIRED, NOW, REQUEST, SERIES, VIEWER, bought, granted, unlocked


def test_spending_records_each_lot_it_used_and_what_the_coins_had_cost() -> None:
    entry = unlocked(granted(bought(), coins=5))
    assert [(p.unit, p.coins, p.cash, p.currency) for p in entry.spent] == [("bonus", 5, 0, ""), ("coin", 7, 69, "USD")]


def test_the_cash_of_spent_coins_moves_to_the_series_and_the_rest_stays_deferred() -> None:
    entry = unlocked(bought())
    assert foreign_legs(entry) == {SERIES: {"coin": 12, "USD": 118}}
    assert entry.state.balances == {"coin": 88, "USD.deferred": 990 - 118}


def test_free_coins_never_mint_money_for_a_creator() -> None:
    assert foreign_legs(unlocked(granted())) == {SERIES: {"bonus": 12}}


def test_an_unlock_has_one_counterparty_so_that_it_carries_one_mark() -> None:
    assert list(foreign_legs(unlocked(granted(bought(), coins=5)))) == [SERIES]


def test_too_few_coins_say_what_is_missing() -> None:
    with pytest.raises(InsufficientCoins) as refused:
        unlocked(granted(coins=5))
    assert refused.value.members == {"priceCoins": 12, "balanceCoins": 5, "missingCoins": 7}


def test_an_empty_chain_holds_nothing() -> None:
    with pytest.raises(InsufficientCoins):
        unlocked(None)


def test_the_last_coin_can_be_spent_and_not_one_more() -> None:
    assert unlocked(granted(coins=12)).state.balances.get("bonus", 0) == 0
    with pytest.raises(InsufficientCoins):
        unlocked(granted(coins=11))


def test_expired_coins_cannot_be_spent() -> None:
    with pytest.raises(InsufficientCoins):
        unlocked(granted(days=14), at=NOW + 30 * DAY)


def test_the_entry_that_first_notices_an_expiry_records_it() -> None:
    entry = unlocked(bought(granted(days=14), at=NOW), at=NOW + 30 * DAY)
    assert foreign_legs(entry)[EXPIRED] == {"bonus": 30}
    assert entry.state.balances.get("bonus", 0) == 0
    assert [lot.unit for lot in entry.state.lots] == ["coin"]


def test_a_slow_clock_does_not_revive_expired_coins() -> None:
    head = bought(granted(days=14), at=NOW + 30 * DAY)
    with pytest.raises(InsufficientCoins):
        unlocked(head, price=101, at=NOW)


def test_a_frozen_account_spends_nothing() -> None:
    head = bought()
    state = State(head.state.balances, head.state.lots, ("frozen",))
    frozen = seal(VIEWER, head, NOW, postings=[], state=state, reference="refund:x", request=REQUEST)
    with pytest.raises(AccountFrozen):
        unlocked(frozen)


def test_coins_that_nothing_tells_apart_become_one_lot() -> None:
    """LEDGER rule 7: or a daily grant would fill an entry with lots."""
    head = granted(bought(), coins=5)
    for _ in range(100):
        head = granted(head, coins=5)
    assert [(lot.unit, lot.coins) for lot in head.state.lots] == [("coin", 100), ("bonus", 505)]
    again = bought(head, coins=50, cash=495)
    assert [(lot.coins, lot.cash) for lot in again.state.lots if lot.unit == "coin"] == [(150, 1_485)]


def test_coins_at_another_price_stay_a_lot_of_their_own() -> None:
    head = bought(bought(), coins=100, cash=991)
    assert [(lot.coins, lot.cash) for lot in head.state.lots] == [(100, 990), (100, 991)]


def test_coins_that_cost_nothing_can_be_credited() -> None:
    head = bought(cash=0)
    assert (head.state.balances, foreign_legs(head)) == ({"coin": 100}, {"external:stripe": {"coin": -100}})


def test_a_movement_with_a_reference_of_no_kind_is_not_made() -> None:
    with pytest.raises(NameInvalid):
        spend_coins(VIEWER, bought(), NOW, amount=1, destination=SERIES, reference="pi_123", request=REQUEST)
