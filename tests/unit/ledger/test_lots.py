"""Lots: what is spent first, what it had cost, and when it is gone."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from cliffhanger.ledger.lots import DAY_MS, Lot, allocate, expiry_day, spend_order, spendable, unpack

BOTH = frozenset({"bonus", "coin"})
OLD = Lot("1", "coin", 10, 0, 99, "USD", "web")
NEW = Lot("5", "coin", 10, 0, 50, "USD", "web")
SOON = Lot("7", "bonus", 4, 20_000)
LATER = Lot("3", "bonus", 4, 20_007)


def test_bonus_goes_first_by_earliest_expiry_then_bought_coins_oldest_first() -> None:
    assert spend_order([NEW, LATER, OLD, SOON]) == [SOON, LATER, OLD, NEW]


def test_lots_of_the_tenth_entry_are_younger_than_those_of_the_ninth() -> None:
    nine, ten = OLD._replace(lot="9"), OLD._replace(lot="10")
    assert spend_order([ten, nine]) == [nine, ten]


def test_a_spend_takes_the_floor_of_the_cash_and_the_last_coin_takes_the_rest() -> None:
    (portion,), (left,) = allocate([OLD], 3, BOTH)
    assert (portion.cash, left.cash) == (29, 70)
    (rest,), none = allocate([left], 7, BOTH)
    assert (rest.cash, none) == (70, ())


def test_what_a_spend_does_not_touch_keeps_its_place() -> None:
    _, remaining = allocate([NEW, OLD, SOON], 5, BOTH)
    assert [lot.lot for lot in remaining] == ["5", "1"]


def test_coins_of_other_units_are_not_spent() -> None:
    game = Lot("2", "game", 100, 20_000)
    with pytest.raises(ValueError, match="1"):
        allocate([game], 1, BOTH)


@pytest.mark.parametrize("amount", [0, -1, 29])
def test_an_amount_that_cannot_be_taken_is_the_callers_mistake(amount: int) -> None:
    with pytest.raises(ValueError, match=str(amount)):
        allocate([OLD, NEW, SOON, LATER], amount, BOTH)


def test_a_lot_expires_at_the_first_instant_of_its_day_and_bought_ones_never() -> None:
    assert not SOON.expired(20_000 * DAY_MS - 1)
    assert SOON.expired(20_000 * DAY_MS)
    assert not OLD.expired(10**15)
    assert spendable([SOON, OLD], BOTH, 20_000 * DAY_MS) == 10


def test_a_lot_without_cash_keeps_the_channel_it_came_by() -> None:
    """A game's coins must be known as that game's for ever."""
    game = Lot("1", "game", 5, 20_000, channel="partner-x")
    assert unpack(game.packed()) == game
    assert unpack(SOON.packed()) == SOON
    assert len(SOON.packed()) == 4


def test_expiry_is_rounded_up_to_a_monday_and_never_shortens_the_lifetime() -> None:
    for hour in range(0, 24 * 14, 5):
        now = 1_763_600_000_000 + hour * 3_600_000
        day = expiry_day(now, 14)
        assert datetime.fromtimestamp(day * 86_400, UTC).weekday() == 0
        assert 14 * DAY_MS <= day * DAY_MS - now < 22 * DAY_MS
