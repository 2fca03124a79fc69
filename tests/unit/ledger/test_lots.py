"""Lots: what is spent first, what it had cost, and when it is gone."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from cliffhanger.errors import LedgerCorrupt
from cliffhanger.ledger.lots import (
    DAY_MS,
    MAX_LOTS,
    Lot,
    add,
    allocate,
    bounded,
    expiry_day,
    restore,
    spend_order,
    spendable,
    take_back,
    unpack,
)

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


def test_the_earlier_expiry_goes_first_whatever_the_age() -> None:
    old, young = Lot("1", "bonus", 5, 20_014), Lot("9", "bonus", 5, 20_007)
    (portion,), remaining = allocate([old, young], 5, BOTH)
    assert (portion.lot, portion.expires_day) == ("9", 20_007)
    assert remaining == (old,)


def test_a_lot_that_came_back_beside_another_is_told_from_it_by_its_number() -> None:
    first, second = OLD._replace(lot="10.1"), OLD._replace(lot="10.2")
    assert spend_order([second, first, OLD]) == [OLD, first, second]


def test_a_spend_over_several_lots_takes_each_lot_s_own_cash() -> None:
    portions, remaining = allocate([NEW, OLD, SOON], 16, BOTH)
    assert [(portion.lot, portion.coins, portion.cash) for portion in portions] == [
        ("7", 4, 0),
        ("1", 10, 99),
        ("5", 2, 10),
    ]
    assert remaining == (NEW._replace(coins=8, cash=40),)


def test_coins_that_nothing_tells_apart_become_part_of_the_older_lot() -> None:
    assert add([OLD], NEW._replace(cash=99)) == (OLD._replace(coins=20, cash=198),)
    assert add([SOON], SOON._replace(lot="8", coins=3)) == (SOON._replace(coins=7),)


@pytest.mark.parametrize(
    "other",
    [
        NEW,
        NEW._replace(cash=99, currency="EUR"),
        NEW._replace(cash=99, channel="app"),
        NEW._replace(cash=0, currency="", channel=""),
        Lot("5", "bonus", 10, 20_000),
    ],
)
def test_coins_of_another_price_currency_channel_or_class_stay_apart(other: Lot) -> None:
    assert add([OLD], other) == (OLD, other)


def test_granted_coins_of_another_week_stay_apart() -> None:
    assert add([SOON], LATER) == (SOON, LATER)


def test_a_price_a_coin_that_is_not_whole_is_compared_exactly() -> None:
    third = Lot("1", "coin", 3, 0, 1, "USD", "web")
    assert add([third], Lot("2", "coin", 6, 0, 2, "USD", "web")) == (third._replace(coins=9, cash=3),)
    assert len(add([third], Lot("2", "coin", 7, 0, 2, "USD", "web"))) == 2


def test_of_too_many_lots_the_two_that_expire_closest_become_one_with_the_later_date() -> None:
    near, nearer, far = Lot("1", "bonus", 1, 20_000), Lot("2", "bonus", 2, 20_007), Lot("3", "bonus", 4, 20_070)
    assert bounded((near, nearer, far), 2) == (nearer._replace(coins=3), far)
    assert bounded((near, nearer, far), 3) == (near, nearer, far)
    assert bounded((near, nearer, far), 1) == (far._replace(coins=7),)


def test_the_two_that_expire_closest_need_not_be_the_first_to_expire() -> None:
    soon, late, later = Lot("1", "bonus", 1, 20_000), Lot("2", "bonus", 2, 20_070), Lot("3", "bonus", 4, 20_077)
    assert bounded((soon, late, later), 2) == (soon, later._replace(coins=6))


def test_of_too_many_bought_lots_two_of_one_currency_and_channel_become_one_and_keep_all_their_cash() -> None:
    euro = Lot("3", "coin", 1, 0, 9, "EUR", "web")
    assert bounded((OLD, NEW, euro), 2) == (NEW._replace(coins=20, cash=149), euro)


def test_of_too_many_lots_bought_ones_keep_their_prices_while_granted_ones_can_become_one() -> None:
    """LEDGER rule 7: however far apart those expire."""
    soon, late = Lot("3", "bonus", 1, 20_000), Lot("4", "bonus", 2, 20_350)
    assert bounded((OLD, NEW, soon, late), 3) == (OLD, NEW, late._replace(coins=3))
    assert bounded((OLD, NEW, soon, late), 2) == (NEW._replace(coins=20, cash=149), late._replace(coins=3))


def test_lots_that_may_not_become_one_stay_apart_however_many_they_are() -> None:
    """Their channel decides what they may pay for: a wallet of so many is refused rather than mixed."""
    lots = tuple(Lot(str(number), "coin", 1, 0, 9, "USD", f"shop-{number}") for number in range(5))
    assert bounded(lots, 2) == lots


def test_a_wallet_never_holds_more_lots_than_an_entry_does() -> None:
    lots: tuple[Lot, ...] = ()
    for number in range(1, 3 * MAX_LOTS):
        lots = add(lots, Lot(str(number), "coin", 7, 0, number, "USD", "web"))
    assert len(lots) == MAX_LOTS
    assert (sum(lot.coins for lot in lots), sum(lot.cash for lot in lots)) == (7 * 383, 383 * 384 // 2)


def test_coins_come_back_to_the_lot_that_they_were_taken_from() -> None:
    (portion,), (left,) = allocate([OLD], 3, BOTH)
    back = OLD._replace(coins=portion.coins, cash=portion.cash)
    assert restore([left], back) == (OLD,)


def test_coins_of_a_lot_that_is_used_up_come_back_as_it() -> None:
    assert restore([NEW], OLD) == (NEW, OLD)


def test_coins_of_another_expiry_come_back_beside_their_lot() -> None:
    longer = SOON._replace(expires_day=20_021)
    assert restore([SOON], longer) == (SOON, longer)


def test_what_is_taken_back_comes_from_its_own_lot_before_any_other() -> None:
    taken, remaining = take_back([SOON, LATER, OLD], "bonus", 6, first="3")
    assert (taken, remaining) == (6, (SOON._replace(coins=2), OLD))


def test_what_is_taken_back_of_a_lot_that_is_gone_comes_from_what_expires_first() -> None:
    taken, remaining = take_back([LATER, SOON, OLD], "bonus", 5, first="99")
    assert (taken, remaining) == (5, (LATER._replace(coins=3), OLD))


def test_no_more_is_taken_back_than_there_is_of_that_class() -> None:
    assert take_back([SOON, OLD], "bonus", 30, first="7") == (4, (OLD,))
    assert take_back([OLD], "bonus", 30, first="1") == (0, (OLD,))
    assert take_back([], "bonus", 30, first="1") == (0, ())


def test_a_lot_of_another_shape_is_refused() -> None:
    for stored in ([], ["1", "coin"], [1, 2, 3, 4, 5, 6, 7, 8]):
        with pytest.raises(LedgerCorrupt):
            unpack(stored)


def test_a_lifetime_that_ends_on_a_monday_is_not_made_longer() -> None:
    """Granted at midnight of a Monday for 7 days: gone at the first instant of the next Monday."""
    monday = datetime(2026, 11, 23, tzinfo=UTC)
    day = expiry_day(int(monday.timestamp() * 1_000), 7)
    assert datetime.fromtimestamp(day * 86_400, UTC) == datetime(2026, 11, 30, tzinfo=UTC)
    a_moment_later = expiry_day(int(monday.timestamp() * 1_000) + 1, 7)
    assert datetime.fromtimestamp(a_moment_later * 86_400, UTC) == datetime(2026, 12, 7, tzinfo=UTC)


def test_a_week_of_daily_grants_expires_together() -> None:
    """LEDGER rule 7: so that they are one lot."""
    wednesday = int(datetime(2026, 11, 25, 12, tzinfo=UTC).timestamp() * 1_000)
    days = {expiry_day(wednesday + number * DAY_MS, 5) for number in range(7)}
    assert len(days) == 1
