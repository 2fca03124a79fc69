"""Exchanges: two units in one entry, each balanced, at a rate that the entry declares. Pure plans."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cliffhanger.errors import (
    AccountFrozen,
    AmountInvalid,
    InsufficientCoins,
    InsufficientFunds,
    NameInvalid,
    QuoteExpired,
)
from cliffhanger.ledger.entries import Entry, foreign_legs
from cliffhanger.ledger.exchanges import Exchange, Rate, exchange
from cliffhanger.ledger.names import platform
from tests.unit.ledger.chains import DAY, NOW, VIEWER, bought, frozen, granted, indebted, lots_of, sent, turn
from tests.unit.ledger.test_holds import BAD_AMOUNTS

HOUSE = platform("exchange", VIEWER)
EURO = Exchange("USD", 300, "EUR", Rate(91, 100, NOW + 60_000))
GAME = Exchange("game", 10, "bonus", Rate(1, 3, NOW + 60_000), lifetime_days=14)


def exchanged(head: Entry | None, wish: Exchange = EURO, *, at: int = NOW) -> Entry:
    asked = turn(head, "exchange:e1", at, kind="exchange", rate=[wish.rate.got, wish.rate.given], until=wish.rate.until)
    return exchange(asked, wish)


def test_cash_of_one_currency_becomes_cash_of_another_at_the_rate_rounded_down() -> None:
    entry = exchanged(sent(None, 500))
    assert entry.state.balances == {"USD": 200, "EUR": 273}
    assert foreign_legs(entry) == {HOUSE: {"USD": 300, "EUR": -273}}
    assert exchanged(sent(None, 500), EURO._replace(amount=299)).state.balances["EUR"] == 272


def test_coins_of_a_game_become_bonus_that_lives_from_now() -> None:
    head = granted(granted(coins=8, days=5, unit="game"), coins=8, days=40, unit="game")
    entry = exchanged(head, GAME)
    assert [lot[:3] for lot in lots_of(entry)] == [("2", "game", 6), ("3", "bonus", 3)]
    assert foreign_legs(entry) == {HOUSE: {"game": 10, "bonus": -3}}


@given(st.integers(1, 10**6), st.integers(1, 10**4), st.integers(1, 10**4))
def test_whatever_the_rate_each_unit_adds_up_to_zero_and_nobody_gets_more_than_it_says(
    amount: int, got: int, given_: int
) -> None:
    wish = Exchange("USD", amount, "EUR", Rate(got, given_, NOW + 1))
    if wish.got:
        entry = exchanged(sent(None, amount), wish)
        assert entry.state.balances == {"EUR": wish.got}
        assert wish.got * given_ <= amount * got < (wish.got + 1) * given_


def test_what_is_got_repays_what_is_owed_of_its_unit_first() -> None:
    """LEDGER rule 9."""
    entry = exchanged(indebted(sent(None, 500), "EUR", 300))
    assert (entry.state.balances, entry.state.debt) == ({"USD": 200}, {"EUR": 27})
    coins = exchanged(indebted(granted(coins=10, unit="game"), "bonus", 2), GAME)
    assert (coins.state.balances, coins.state.debt) == ({"bonus": 1}, {})


def test_a_rate_is_good_until_its_time_by_the_clock_of_the_chain() -> None:
    head = sent(None, 500)
    assert exchanged(head, at=NOW + 59_999).state.balances["EUR"] == 273
    with pytest.raises(QuoteExpired) as refused:
        exchanged(head, at=NOW + 60_000)
    assert refused.value.members == {"until": NOW + 60_000}
    with pytest.raises(QuoteExpired):
        exchanged(sent(head, 1, at=NOW + DAY), at=NOW)


def test_no_more_is_given_than_there_is() -> None:
    with pytest.raises(InsufficientFunds):
        exchanged(sent(None, 299))
    with pytest.raises(InsufficientFunds):
        exchanged(bought())  # what unspent coins stand for is not the viewer's to exchange
    with pytest.raises(InsufficientCoins):
        exchanged(granted(coins=9, unit="game"), GAME)
    with pytest.raises(InsufficientCoins):
        exchanged(
            granted(coins=10, unit="game", days=7), GAME._replace(rate=Rate(1, 3, NOW + 99 * DAY)), at=NOW + 30 * DAY
        )


def test_a_frozen_account_exchanges_nothing() -> None:
    with pytest.raises(AccountFrozen):
        exchanged(frozen(sent(None, 500)))


@pytest.mark.parametrize(
    ("unit", "other"),
    [
        ("coin", "bonus"),
        ("game", "coin"),
        ("coin", "USD"),
        ("USD", "bonus"),
        ("bonus", "USD"),
        ("USD", "USD"),
        ("x", "USD"),
    ],
)
def test_cash_and_what_was_given_never_become_each_other_nor_what_was_bought(unit: str, other: str) -> None:
    with pytest.raises(NameInvalid):
        exchanged(sent(bought()), Exchange(unit, 10, other, Rate(1, 1, NOW + 1), 14))


@pytest.mark.parametrize("amount", BAD_AMOUNTS)
def test_no_amount_or_rate_that_is_negative_zero_huge_or_no_whole_number_is_exchanged(amount: Any) -> None:
    head = granted(sent(None, 500), coins=10, unit="game")
    for wish in (
        EURO._replace(amount=amount),
        EURO._replace(rate=Rate(amount, 100, NOW + 1)),
        EURO._replace(rate=Rate(91, amount, NOW + 1)),
        GAME._replace(lifetime_days=amount),
    ):
        with pytest.raises(AmountInvalid):
            exchanged(head, wish)


def test_what_comes_to_nothing_is_not_exchanged() -> None:
    """The viewer would give something for nothing."""
    with pytest.raises(AmountInvalid):
        exchanged(sent(None, 500), EURO._replace(amount=1))
