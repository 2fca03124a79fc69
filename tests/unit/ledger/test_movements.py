"""Movements: pure plans of the next entry."""

from __future__ import annotations

from typing import Any

import pytest

from cliffhanger.errors import AccountFrozen, AmountInvalid, InsufficientCoins, NameInvalid
from cliffhanger.ledger.entries import foreign_legs
from cliffhanger.ledger.lots import MAX_LIFETIME_DAYS, Portion, expiry_day
from cliffhanger.ledger.movements import Spend, spend_coins
from cliffhanger.ledger.planning import Ask, Turn
from cliffhanger.ledger.state import RANGES
from tests.unit.ledger.chains import (
    DAY,
    EXPIRED,
    ISSUED,
    NOW,
    RECOVERED,
    REQUEST,
    SERIES,
    STORY,
    TODAY,
    VIEWER,
    bought,
    frozen,
    granted,
    indebted,
    limited,
    lot_of,
    lots_of,
    unlocked,
)
from tests.unit.ledger.test_holds import BAD_AMOUNTS


def test_spending_records_each_lot_it_used_and_what_the_coins_had_cost_and_when_they_would_have_expired() -> None:
    entry = unlocked(granted(bought(), coins=5))
    assert entry.spent == (
        Portion("2", "bonus", 5, 0, "", expiry_day(NOW, 14)),
        Portion("1", "coin", 7, 69, "USD"),
    )


def test_the_cash_of_spent_coins_moves_to_the_series_and_the_rest_stays_deferred() -> None:
    entry = unlocked(bought())
    assert foreign_legs(entry) == {SERIES: {"coin": 12, "USD": 118}}
    assert entry.state.balances == {"coin": 88, "USD.deferred": 990 - 118}


def test_the_cash_of_each_currency_moves_as_itself() -> None:
    head = bought(bought(coins=10, cash=99), coins=10, cash=150, currency="JPY")
    entry = unlocked(head, price=15)
    assert foreign_legs(entry) == {SERIES: {"coin": 15, "USD": 99, "JPY": 75}}
    assert entry.state.balances == {"coin": 5, "JPY.deferred": 75}


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


def test_a_game_s_coins_open_no_episode() -> None:
    """They are a partner's, for its own game."""
    head = granted(granted(coins=5), coins=100, unit="game")
    with pytest.raises(InsufficientCoins) as refused:
        unlocked(head)
    assert refused.value.members["balanceCoins"] == 5
    assert unlocked(head, price=5).state.balances == {"game": 100}


def test_a_price_of_nothing_is_an_entry_that_moves_nothing_and_opens_all_the_same() -> None:
    """A ceiling is reached: the entry is the entitlement."""
    head = unlocked(bought(), 2)
    entry = unlocked(head, 3, price=0, prices=[[3, 3, 12]])
    assert (entry.postings, entry.spent, foreign_legs(entry)) == ((), (), {})
    assert (entry.state.balances, entry.state.lots) == (head.state.balances, head.state.lots)
    assert (entry.state.day, entry.state.series) == (head.state.day, head.state.series)


def test_a_price_of_nothing_needs_no_wallet() -> None:
    entry = unlocked(None, 3, price=0)
    assert (entry.seq, entry.state.series, entry.state.day) == (1, (STORY, 0), (0, 0))


def test_expired_coins_cannot_be_spent() -> None:
    with pytest.raises(InsufficientCoins):
        unlocked(granted(days=14), at=NOW + 30 * DAY)


def test_coins_can_be_spent_until_the_last_millisecond_before_they_expire() -> None:
    head = granted(coins=12)
    ends = expiry_day(NOW, 14) * DAY
    assert unlocked(head, at=ends - 1).spent[0].coins == 12
    with pytest.raises(InsufficientCoins):
        unlocked(head, at=ends)


def test_the_entry_that_first_notices_an_expiry_records_it() -> None:
    entry = unlocked(bought(granted(days=14), at=NOW), at=NOW + 30 * DAY)
    assert foreign_legs(entry)[EXPIRED] == {"bonus": 30}
    assert entry.state.balances.get("bonus", 0) == 0
    assert [lot.unit for lot in entry.state.lots] == ["coin"]


@pytest.mark.parametrize("make", [bought, granted, frozen, limited])
def test_whatever_comes_first_after_an_expiry_records_it_once(make: object) -> None:
    head = bought(granted(days=14))
    first = make(head, at=NOW + 30 * DAY)  # type: ignore[operator]
    second = bought(first, at=NOW + 31 * DAY)
    assert foreign_legs(first)[EXPIRED] == {"bonus": 30}
    assert EXPIRED not in foreign_legs(second)


def test_a_price_of_nothing_records_an_expiry_too() -> None:
    head = bought(granted(days=14))
    assert foreign_legs(unlocked(head, price=0, at=NOW + 30 * DAY)) == {EXPIRED: {"bonus": 30}}


def test_a_slow_clock_does_not_revive_expired_coins() -> None:
    head = bought(granted(days=14), at=NOW + 30 * DAY)
    with pytest.raises(InsufficientCoins):
        unlocked(head, price=101, at=NOW)


@pytest.mark.parametrize("minutes", [-5, 5])
def test_a_clock_five_minutes_off_moves_no_entry_before_the_one_before(minutes: int) -> None:
    head = bought(at=NOW)
    entry = unlocked(head, at=NOW + minutes * 60_000)
    assert entry.at == max(NOW, NOW + minutes * 60_000)


def test_a_frozen_account_spends_nothing_not_even_what_is_free() -> None:
    for price in (12, 0):
        with pytest.raises(AccountFrozen):
            unlocked(frozen(bought()), price=price)


def test_a_frozen_account_still_receives() -> None:
    head = granted(bought(frozen(None)))
    assert (head.state.frozen, head.state.balances["coin"], head.state.balances["bonus"]) == (True, 100, 30)


def test_a_thawed_account_spends_again() -> None:
    head = frozen(frozen(bought()), on=False)
    assert head.state.flags == ()
    assert unlocked(head).state.balances["coin"] == 88


def test_what_was_once_unlocked_as_a_range_is_told_for_ever() -> None:
    """Whoever looks for one episode must then read the whole series."""
    head = unlocked(bought(), 2, 9, price=40)
    for entry in (head, unlocked(head, 10), granted(head), frozen(frozen(head), on=False), limited(head, day=5)):
        assert RANGES in entry.state.flags


def test_who_unlocks_one_by_one_is_not_told_of_ranges() -> None:
    assert unlocked(unlocked(bought(), 2), 3).state.flags == ()


def test_each_unlock_tells_what_the_series_has_had_and_another_series_counts_for_itself() -> None:
    first = unlocked(bought(), 2)
    second = unlocked(first, 3)
    other = unlocked(second, 2, price=7, series="other")
    assert [entry.state.series for entry in (first, second, other)] == [(STORY, 12), (STORY, 24), ("other", 7)]
    assert granted(other).state.series == ("other", 7)
    assert unlocked(other, 4, spent_before=24).state.series == (STORY, 36)


def test_a_day_s_coins_are_counted_over_all_series_and_begin_anew_at_midnight() -> None:
    first = unlocked(bought(), 2)
    second = unlocked(first, 2, price=7, series="other")
    midnight = (TODAY + 1) * DAY
    last, next_day = unlocked(second, 3, at=midnight - 1), unlocked(second, 3, at=midnight)
    assert [entry.state.day for entry in (first, second)] == [(TODAY, 12), (TODAY, 19)]
    assert (last.state.day, next_day.state.day) == ((TODAY, 31), (TODAY + 1, 12))
    assert next_day.state.spent_on(TODAY + 1) == 12
    assert next_day.state.spent_on(TODAY) == next_day.state.spent_on(TODAY + 2) == 0


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


def test_a_grant_first_repays_what_is_owed_and_only_the_rest_is_a_lot() -> None:
    head = granted(indebted(granted(coins=10, days=30), coins=25), coins=30)
    assert (head.state.debt, head.state.balances, lots_of(head)[-1][:3]) == ({}, {"bonus": 15}, ("3", "bonus", 5))
    # The whole grant is posted; that it repaid, the state tells.
    assert head.postings == (("bonus", 30, ISSUED, "."),)


def test_a_grant_smaller_than_what_is_owed_leaves_no_lot() -> None:
    head = granted(indebted(None, coins=25), coins=10)
    assert (head.state.debt, head.state.balances, head.state.lots) == ({"bonus": 15}, {}, ())


def test_what_is_owed_in_one_class_is_not_repaid_by_another() -> None:
    """Bonus coins must not pay for bought ones, nor the other way round."""
    assert granted(indebted(None, "coin", 25)).state.debt == {"coin": 25}
    assert bought(indebted(None, "bonus", 25)).state.debt == {"bonus": 25}


def test_a_purchase_first_repays_what_is_owed_and_its_cash_goes_to_who_had_carried_it() -> None:
    """The house had paid the creator for coins that came back as a dispute."""
    head = bought(indebted(None, "coin", 30), coins=100, cash=991)
    assert foreign_legs(head)[RECOVERED] == {"USD": 297}
    assert foreign_legs(head)["external:stripe"] == {"coin": -100, "USD": -991}
    assert (head.state.debt, head.state.balances) == ({}, {"coin": 70, "USD.deferred": 694})
    assert (lot_of(head, "2").coins, lot_of(head, "2").cash) == (70, 694)


def test_a_purchase_that_repays_with_its_last_coin_keeps_no_cent() -> None:
    head = bought(indebted(None, "coin", 100), coins=100, cash=991)
    assert foreign_legs(head)[RECOVERED] == {"USD": 991}
    assert (head.state.debt, head.state.lots) == ({}, ())
    assert not any(head.state.balances.values())


def test_who_owes_may_spend_what_is_there() -> None:
    """Debt blocks what leaves the platform, not watching (LEDGER rule 20)."""
    head = indebted(granted(coins=12), coins=5)
    assert unlocked(head).state.debt == {"bonus": 5}


@pytest.mark.parametrize("reference", ["pi_123", "", "unlock:s:9-2.0", "key:short"])
def test_a_movement_with_a_reference_of_no_kind_is_not_made(reference: str) -> None:
    turn = Turn(VIEWER, bought(), NOW, Ask(reference, REQUEST, {}))
    with pytest.raises(NameInvalid):
        spend_coins(turn, Spend(1, SERIES, STORY, 0))


def test_an_unlock_is_not_made_on_a_creator_s_chain() -> None:
    turn = Turn("creator:a", None, NOW, Ask("unlock:s:2-2.0", REQUEST, {}))
    with pytest.raises(NameInvalid):
        spend_coins(turn, Spend(0, SERIES, STORY, 0))


@pytest.mark.parametrize("amount", BAD_AMOUNTS)
def test_no_amount_that_is_negative_zero_huge_or_no_whole_number_is_granted_or_bought(amount: Any) -> None:
    for act in (lambda: granted(coins=amount), lambda: granted(days=amount), lambda: bought(coins=amount)):
        with pytest.raises(AmountInvalid):
            act()
    if amount != 0:  # nothing was paid
        with pytest.raises(AmountInvalid):
            bought(cash=amount)


def test_granted_coins_live_a_year_at_most() -> None:
    granted(days=MAX_LIFETIME_DAYS)
    with pytest.raises(AmountInvalid):
        granted(days=MAX_LIFETIME_DAYS + 1)


@pytest.mark.parametrize("unit", ["coin", "USD", "gold", ""])
def test_what_was_bought_is_not_granted_nor_what_is_no_coin(unit: str) -> None:
    with pytest.raises(NameInvalid):
        granted(unit=unit)


@pytest.mark.parametrize("currency", ["coin", "bonus", "usd", ""])
def test_coins_are_bought_with_a_currency(currency: str) -> None:
    with pytest.raises(NameInvalid):
        bought(currency=currency)
