"""Holds: an amount set aside, and its one resolution. Pure plans of the next entry."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from cliffhanger.errors import (
    AccountFrozen,
    AmountInvalid,
    CliffhangerError,
    DebtOutstanding,
    HoldExceeded,
    HoldExpired,
    HoldMissing,
    HoldPending,
    HoldsFull,
    InsufficientCoins,
    InsufficientFunds,
    NameInvalid,
    SpendLimitReached,
)
from cliffhanger.ledger.canonical import MAX_INTEGER
from cliffhanger.ledger.debts import check_no_debt
from cliffhanger.ledger.entries import Entry, foreign_legs
from cliffhanger.ledger.holds import MAX_LIFETIME_MS, hold_cash
from cliffhanger.ledger.invariants import MAX_HOLDS
from cliffhanger.ledger.lots import DAY_MS, MAX_LOTS, Lot, Portion
from cliffhanger.ledger.names import hold_references
from cliffhanger.ledger.state import Hold
from tests.unit.ledger.chains import (
    DAY,
    EXPIRED,
    NOW,
    RECOVERED,
    TODAY,
    VIEWER,
    bought,
    frozen,
    granted,
    held_cash,
    held_coins,
    indebted,
    lapsed,
    limited,
    lots_of,
    posted,
    sent,
    taken_back,
    turn,
    undone,
    unlocked,
    voided,
)

CLEO = "creator:cleo"
BAD_AMOUNTS: list[Any] = [0, -1, -(2**60), MAX_INTEGER + 1, 2**80, 1.0, 1.5, "5", None, True]


def wallet() -> Entry:
    """100 bought coins for USD 9.90, 5 bonus that expire first, 8 of a game."""
    return granted(granted(bought(), coins=5), coins=8, days=30, unit="game")


def test_what_is_held_leaves_the_balances_and_the_lots_in_the_order_of_spending() -> None:
    entry = held_coins(wallet(), 20)
    assert entry.state.balances == {"coin": 93, "USD.deferred": 921}
    assert entry.state.held == {"coin": 7, "bonus": 5, "game": 8, "USD.deferred": 69}
    (hold,) = entry.state.holds
    assert (hold.hold, hold.until, hold.coins) == ("h1", NOW + 7 * DAY, 20)
    assert [(lot.lot, lot.coins, lot.cash) for lot in hold.lots] == [("2", 5, 0), ("3", 8, 0), ("1", 7, 69)]
    assert lots_of(entry) == [("1", "coin", 93, 0)]
    assert (entry.postings, foreign_legs(entry)) == ((), {})


def test_only_coins_of_the_units_that_are_asked_for_are_held() -> None:
    entry = held_coins(wallet(), 7, units=frozenset({"coin"}))
    assert entry.state.held == {"coin": 7, "USD.deferred": 69}
    with pytest.raises(InsufficientCoins):
        held_coins(wallet(), 9, units=frozenset({"game"}))


def test_what_is_held_cannot_be_spent_or_held_again() -> None:
    head = held_coins(bought(), 95)
    for again in (lambda: unlocked(head), lambda: held_coins(head, 6, hold="h2")):
        with pytest.raises(InsufficientCoins) as refused:
            again()
        assert refused.value.members["balanceCoins"] == 5


def test_a_post_of_all_moves_what_was_held_with_the_cash_that_it_stands_for() -> None:
    head = held_coins(wallet(), 20)
    entry = posted(head, 20)
    assert foreign_legs(entry) == {CLEO: {"bonus": 5, "game": 8, "coin": 7, "USD": 69}}
    assert [portion[:4] for portion in entry.spent] == [
        ("2", "bonus", 5, 0),
        ("3", "game", 8, 0),
        ("1", "coin", 7, 69),
    ]
    assert (entry.state.holds, entry.state.held) == ((), {})
    assert entry.state.balances["coin"] == 93


def test_a_post_of_a_part_releases_the_rest_to_the_lots_it_came_from() -> None:
    entry = posted(held_coins(wallet(), 20), 15)
    assert foreign_legs(entry) == {CLEO: {"bonus": 5, "game": 8, "coin": 2, "USD": 19}}
    assert entry.state.lots == (Lot("1", "coin", 98, 0, 971, "USD", "web"),)
    assert (entry.state.holds, entry.state.held) == ((), {})


def test_a_void_leaves_the_account_as_it_was() -> None:
    head = wallet()
    back = voided(held_coins(head, 20))
    assert back.postings == ()
    assert sorted(back.state.lots) == sorted(head.state.lots)
    assert dict(back.state.balances) == dict(head.state.balances)
    assert (back.state.held, back.state.holds) == ({}, ())


def test_cash_is_held_posted_in_part_and_released() -> None:
    head = held_cash(sent(None, 500), 400)
    assert (head.state.balances, head.state.held) == ({"USD": 100}, {"USD": 400})
    entry = posted(head, 150, destination="external:stripe")
    assert foreign_legs(entry) == {"external:stripe": {"USD": 150}}
    assert (entry.state.balances, entry.state.held, entry.spent) == ({"USD": 350}, {}, ())
    assert voided(head).state.balances == lapsed(head, at=NOW + 7 * DAY).state.balances == {"USD": 500}


def test_cash_that_unspent_coins_stand_for_is_not_held() -> None:
    """It is a liability, not the viewer's to take out."""
    with pytest.raises(InsufficientFunds) as refused:
        held_cash(bought(), 1)
    assert refused.value.members == {"currency": "USD", "amount": 1, "balance": 0}


@pytest.mark.parametrize("currency", ["coin", "bonus", "game", "usd", "", "USD.deferred"])
def test_only_a_currency_is_held_as_cash(currency: str) -> None:
    with pytest.raises(NameInvalid):
        held_cash(sent(bought()), 1, currency=currency)


# --- time ------------------------------------------------------------------------------------------------------------


def test_a_hold_is_posted_until_its_time_is_over_and_not_a_millisecond_longer() -> None:
    head = held_coins(bought(), 20)
    assert posted(head, 20, at=NOW + 7 * DAY - 1).spent
    with pytest.raises(HoldExpired):
        posted(head, 20, at=NOW + 7 * DAY)


def test_a_hold_expires_when_its_time_is_over_and_not_a_millisecond_sooner() -> None:
    head = held_coins(bought(), 20)
    with pytest.raises(HoldPending) as refused:
        lapsed(head, at=NOW + 7 * DAY - 1)
    assert refused.value.members == {"until": NOW + 7 * DAY}
    assert lapsed(head, at=NOW + 7 * DAY).state.balances["coin"] == 100


def test_a_slow_clock_cannot_post_what_has_expired_by_the_time_of_the_chain() -> None:
    """LEDGER rule 6: time is that of the head, if that is later."""
    late = granted(held_coins(bought(), 20), at=NOW + 8 * DAY)
    with pytest.raises(HoldExpired):
        posted(late, 20, at=NOW)
    assert lapsed(late, at=NOW).at == NOW + 8 * DAY


def test_a_hold_begins_at_the_time_of_the_chain_so_that_a_slow_clock_does_not_shorten_it() -> None:
    head = granted(bought(), at=NOW + DAY)
    assert held_coins(head, 5, at=NOW).state.holds[0].until == NOW + 8 * DAY


def test_a_void_may_be_late() -> None:
    assert voided(held_coins(bought(), 20), at=NOW + 30 * DAY).state.balances["coin"] == 100


def test_a_hold_keeps_coins_from_expiring_until_it_is_posted() -> None:
    head = held_coins(granted(coins=30, days=7), 30, days=60)
    entry = posted(head, 30, at=NOW + 50 * DAY)
    assert foreign_legs(entry) == {CLEO: {"bonus": 30}}


@pytest.mark.parametrize("how", [voided, lapsed])
def test_coins_that_are_released_after_their_day_expire_in_the_same_entry(how: Callable[..., Entry]) -> None:
    head = held_coins(granted(bought(), coins=30, days=7), 40, days=20)
    entry = how(head, at=NOW + 40 * DAY)
    assert foreign_legs(entry) == {EXPIRED: {"bonus": 30}}
    assert (entry.state.lots, entry.state.held) == (bought().state.lots, {})


def test_what_a_post_leaves_of_coins_that_have_expired_expires_with_it() -> None:
    head = held_coins(granted(bought(), coins=30, days=7), 40, days=60)
    entry = posted(head, 12, at=NOW + 40 * DAY)
    assert foreign_legs(entry) == {CLEO: {"bonus": 12}, EXPIRED: {"bonus": 18}}
    assert entry.state.lots == bought().state.lots


def test_lots_that_expired_beside_a_hold_and_in_it_are_told_as_one() -> None:
    head = held_coins(granted(coins=30, days=7), 10, days=20)
    entry = voided(head, at=NOW + 40 * DAY)
    assert [tuple(line) for line in entry.postings] == [("bonus", 30, ".", EXPIRED)]


# --- debt ------------------------------------------------------------------------------------------------------------


def test_what_is_released_repays_debt_first() -> None:
    """LEDGER rule 9: coins that come back while some are owed."""
    grant = granted(bought(), coins=30)
    head = taken_back(held_coins(grant, 30), grant, bought())
    assert head.state.debt == {"bonus": 30}
    back = voided(head)
    assert (back.state.debt, back.state.held, back.state.lots) == ({}, {}, bought().state.lots)


def test_the_cash_behind_released_coins_that_repay_debt_goes_to_the_house() -> None:
    head = indebted(held_coins(bought(), 20), "coin", 5)
    back = voided(head)
    assert foreign_legs(back) == {RECOVERED: {"USD": 49}}
    assert (back.state.balances["coin"], back.state.debt) == (95, {})


def test_debt_stands_in_the_way_of_setting_anything_aside() -> None:
    """LEDGER rule 20: no cash-out, no gift, no transfer; what is set aside is to leave."""
    head = indebted(sent(bought()), "bonus", 7)
    for act in (lambda: held_cash(head, 1), lambda: held_coins(head, 1)):
        with pytest.raises(DebtOutstanding) as refused:
            act()
        assert refused.value.members == {"debt": {"bonus": 7}}
    with pytest.raises(DebtOutstanding):
        check_no_debt(head.state)
    check_no_debt(granted(head, coins=7).state)


def test_coins_that_come_back_to_a_lot_that_lives_longer_by_now_are_a_lot_of_their_own() -> None:
    """Its rest was held while its spent part came back with a second life: two expiries, two names."""
    head = granted(coins=30, days=7)
    paid = unlocked(head, price=10)
    held = held_coins(paid, 20, days=30)
    undo = undone(held, paid, head, at=NOW + 6 * DAY)
    assert [lot[:3] for lot in lots_of(undo)] == [("1", "bonus", 10)]
    back = voided(undo, at=NOW + 6 * DAY)
    assert [lot[:3] for lot in lots_of(back)] == [("1", "bonus", 10), ("5.1", "bonus", 20)]
    assert len({lot.expires_day for lot in back.state.lots}) == 2


# --- refusals --------------------------------------------------------------------------------------------------------


def test_a_frozen_account_sets_nothing_aside_and_posts_nothing_but_gets_back_what_is_released() -> None:
    stopped = frozen(held_coins(sent(bought()), 20))
    for act in (
        lambda: held_coins(stopped, 1, hold="h2"),
        lambda: held_cash(stopped, 1, hold="h2"),
        lambda: posted(stopped, 1),
    ):
        with pytest.raises(AccountFrozen):
            act()
    assert voided(stopped).state.balances["coin"] == 100
    assert lapsed(stopped, at=NOW + 7 * DAY).state.balances["coin"] == 100


def test_what_is_set_aside_counts_against_the_limit_of_the_day_whatever_becomes_of_it() -> None:
    head = held_coins(limited(bought(), day=30), 20)
    assert head.state.day == (TODAY, 20)
    for again in (lambda: held_coins(head, 11, hold="h2"), lambda: unlocked(head, price=11)):
        with pytest.raises(SpendLimitReached):
            again()
    assert voided(head).state.day == (TODAY, 20)
    assert posted(head, 20).state.day == (TODAY, 20)
    assert held_coins(head, 30, hold="h2", at=NOW + DAY).state.day == (TODAY + 1, 30)


def test_so_many_holds_are_open_and_no_more() -> None:
    head = bought()
    for number in range(MAX_HOLDS):
        head = held_coins(head, 1, hold=f"h{number}")
    with pytest.raises(HoldsFull):
        held_coins(head, 1, hold="more")
    assert held_coins(voided(head, hold="h3"), 1, hold="more").state.holds[-1].hold == "more"


def test_holds_are_of_so_many_lots_all_together_and_no_more() -> None:
    """Each stands in every entry until its hold is resolved."""

    def with_lots(head: Entry | None) -> Entry:
        for number in range(MAX_LOTS // 2):
            head = bought(head, coins=1, cash=100 + number)
        assert head is not None
        return head

    half = held_coins(with_lots(None), MAX_LOTS // 2)
    full = held_coins(with_lots(half), MAX_LOTS // 2, hold="h2")
    with pytest.raises(HoldsFull):
        held_coins(bought(full, coins=1), 1, hold="h3")
    assert held_coins(bought(voided(full, hold="h2"), coins=1), 1, hold="h3").state.holds[-1].hold == "h3"


def test_what_is_not_open_is_not_resolved() -> None:
    head = bought()
    for act in (lambda: posted(head, 1), lambda: voided(head), lambda: lapsed(head), lambda: voided(None)):
        with pytest.raises(HoldMissing):
            act()
    done = voided(held_coins(head, 5))
    with pytest.raises(HoldMissing):
        posted(done, 5)


def test_no_more_is_posted_than_is_held() -> None:
    for head in (held_coins(bought(), 20), held_cash(sent(None), 20)):
        with pytest.raises(HoldExceeded) as refused:
            posted(head, 21)
        assert refused.value.members == {"held": 20}


@pytest.mark.parametrize("amount", BAD_AMOUNTS)
def test_no_amount_that_is_negative_zero_huge_or_no_whole_number_is_held_or_posted(amount: Any) -> None:
    coins, cash = bought(), sent(None)
    for act in (
        lambda: held_coins(coins, amount),
        lambda: held_cash(cash, amount),
        lambda: posted(held_coins(coins, 20), amount),
        lambda: posted(held_cash(cash, 20), amount),
    ):
        with pytest.raises(AmountInvalid):
            act()


@pytest.mark.parametrize("lifetime", [0, -1, MAX_LIFETIME_MS + 1, 1.5])
def test_no_hold_is_open_for_no_time_or_for_ever(lifetime: Any) -> None:
    asked = turn(sent(None), hold_references("h1")[0])
    with pytest.raises(AmountInvalid):
        hold_cash(asked, hold="h1", currency="USD", amount=1, lifetime_ms=lifetime)
    assert MAX_LIFETIME_MS == 90 * DAY_MS


@pytest.mark.parametrize("destination", ["bank:a", "", "creator:", VIEWER, "viewer:noa"])
def test_nothing_is_posted_to_what_is_no_account_or_could_not_say_which_lot_the_coins_are(destination: str) -> None:
    head = held_coins(bought(), 20)
    with pytest.raises(CliffhangerError):
        posted(head, 20, destination=destination)


@pytest.mark.parametrize("name", ["", "H1", "h:1", "a" * 33, "h1:placed"])
def test_a_hold_is_named_by_an_id(name: str) -> None:
    with pytest.raises(NameInvalid):
        hold_references(name)


def test_hundreds_of_lots_under_sixteen_holds_come_back_to_the_last_cent() -> None:
    head = bought(coins=1, cash=1)
    for number in range(2, 60):
        head = bought(head, coins=number, cash=1_000 - number)
    cash, coins = head.state.balances["USD.deferred"], head.state.balances["coin"]
    for number in range(MAX_HOLDS):
        head = held_coins(head, 37, hold=f"h{number}")
    for number in range(MAX_HOLDS):
        head = voided(head, hold=f"h{MAX_HOLDS - 1 - number}")
    assert (head.state.balances["USD.deferred"], head.state.balances["coin"]) == (cash, coins)


def test_a_hold_keeps_the_terms_of_its_pieces() -> None:
    hold = Hold("h1", NOW, (Lot("2", "bonus", 5, 20_430), Lot("1", "coin", 7, 0, 69, "USD", "web")))
    assert hold.packed() == ["h1", NOW, ["2", "bonus", 5, 20_430], ["1", "coin", 7, 0, 69, "USD", "web"]]
    assert Hold("h2", NOW, (), "USD", 5).packed() == ["h2", NOW, ["USD", 5]]


def test_the_allocation_of_a_post_is_kept_with_the_day_its_coins_would_have_expired() -> None:
    entry = posted(held_coins(granted(bought(), coins=5), 8), 8)
    assert entry.spent == (Portion("2", "bonus", 5, 0, "", 20_430), Portion("1", "coin", 3, 29, "USD"))
