"""Lots under any sequence of spends, returns, merges and take-backs: no coin and no cent is lost or made."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from cliffhanger.ledger.lots import Lot, Portion, add, allocate, bounded, restore, spend_order, take_back

COIN = frozenset({"coin"})
BOTH = frozenset({"bonus", "coin"})

BOUGHT = st.lists(st.tuples(st.integers(1, 500), st.integers(0, 10_000)), min_size=1, max_size=8).map(
    lambda rows: [Lot(str(i + 1), "coin", coins, 0, cash, "USD", "web") for i, (coins, cash) in enumerate(rows)]
)
CASH = st.sampled_from([("USD", "web"), ("USD", "app"), ("EUR", "web")])
ANY_LOT = st.one_of(
    st.builds(
        lambda coins, cash, paid: Lot("", "coin", coins, 0, cash, *paid), st.integers(1, 50), st.integers(0, 900), CASH
    ),
    st.builds(
        lambda unit, coins, week: Lot("", unit, coins, 20_000 + 7 * week),
        st.sampled_from(["bonus", "game"]),
        st.integers(1, 50),
        st.integers(0, 6),
    ),
)
WALLETS = st.lists(ANY_LOT, min_size=1, max_size=14).map(
    lambda lots: tuple(lot._replace(lot=str(number)) for number, lot in enumerate(lots, start=1))
)


def worth(lots: object) -> dict[tuple[str, str, str], tuple[int, int]]:
    """Coins and cash by class, currency and channel."""
    sums: dict[tuple[str, str, str], tuple[int, int]] = {}
    for lot in lots:  # type: ignore[attr-defined]
        coins, cash = sums.get((lot.unit, lot.currency, lot.channel), (0, 0))
        sums[lot.unit, lot.currency, lot.channel] = coins + lot.coins, cash + lot.cash
    return sums


@given(BOUGHT, st.data())
def test_spending_in_any_portions_gives_out_exactly_the_cash_that_was_paid(
    lots: list[Lot], data: st.DataObject
) -> None:
    paid, given_out = sum(lot.cash for lot in lots), 0
    while lots:
        left = sum(lot.coins for lot in lots)
        portions, remaining = allocate(lots, data.draw(st.integers(1, left)), COIN)
        given_out += sum(portion.cash for portion in portions)
        assert given_out + sum(lot.cash for lot in remaining) == paid
        lots = list(remaining)
    assert given_out == paid


@given(WALLETS, st.data())
def test_each_portion_is_its_lot_s_cash_by_the_floor_and_goes_in_the_order_of_spending(
    lots: tuple[Lot, ...], data: st.DataObject
) -> None:
    available = sum(lot.coins for lot in lots if lot.unit in BOTH)
    if not available:
        return
    amount = data.draw(st.integers(1, available))
    portions, remaining = allocate(lots, amount, BOTH)
    by_name = {lot.lot: lot for lot in lots}
    order = [lot.lot for lot in spend_order([lot for lot in lots if lot.unit in BOTH])]
    assert [portion.lot for portion in portions] == order[: len(portions)]
    for place, (name, unit, coins, cash, currency, expires) in enumerate(portions):
        lot = by_name[name]
        assert (unit, currency, expires) == (lot.unit, lot.currency, lot.expires_day)
        assert cash == lot.cash * coins // lot.coins
        assert coins == lot.coins or place == len(portions) - 1
    assert sum(portion.coins for portion in portions) == amount
    assert sum(lot.coins for lot in remaining) == sum(lot.coins for lot in lots) - amount


@settings(max_examples=200)
@given(BOUGHT, st.data())
def test_any_sequence_of_spends_and_reversals_keeps_every_cent_and_all_reversed_is_all_as_before(
    lots: list[Lot], data: st.DataObject
) -> None:
    start, now = {lot.lot: lot for lot in lots}, tuple(lots)
    spends: list[tuple[Portion, ...]] = []
    for _ in range(data.draw(st.integers(0, 12))):
        available = sum(lot.coins for lot in now)
        if spends and (not available or data.draw(st.booleans())):
            for portion in spends.pop(data.draw(st.integers(0, len(spends) - 1))):
                now = restore(now, start[portion.lot]._replace(coins=portion.coins, cash=portion.cash))
        elif available:
            portions, now = allocate(now, data.draw(st.integers(1, available)), COIN)
            spends.append(portions)
        out = [portion for portions in spends for portion in portions]
        assert sum(lot.cash for lot in now) + sum(one.cash for one in out) == sum(lot.cash for lot in lots)
        assert sum(lot.coins for lot in now) + sum(one.coins for one in out) == sum(lot.coins for lot in lots)
        assert len({lot.lot for lot in now}) == len(now)
    for portions in spends:
        for portion in portions:
            now = restore(now, start[portion.lot]._replace(coins=portion.coins, cash=portion.cash))
    assert {lot.lot: lot for lot in now} == start


@given(WALLETS, st.integers(1, 10))
def test_making_lots_fewer_loses_nothing_and_lets_nothing_expire_earlier(lots: tuple[Lot, ...], most: int) -> None:
    fewer = bounded(lots, most)
    kinds = {(lot.unit, lot.currency, lot.channel) for lot in lots}
    assert worth(fewer) == worth(lots)
    assert len(fewer) <= max(most, len(kinds))
    assert bounded(fewer, most) == fewer
    assert {lot.lot for lot in fewer} <= {lot.lot for lot in lots}
    for unit in ("bonus", "game"):
        before = sorted(day for lot in lots if lot.unit == unit for day in [lot.expires_day] * lot.coins)
        after = sorted(day for lot in fewer if lot.unit == unit for day in [lot.expires_day] * lot.coins)
        assert all(later >= sooner for sooner, later in zip(before, after, strict=True))
        assert after[-1:] == before[-1:]


@given(WALLETS)
def test_what_is_few_enough_is_left_alone(lots: tuple[Lot, ...]) -> None:
    assert bounded(lots, len(lots)) is lots


@given(WALLETS, ANY_LOT)
def test_a_new_lot_adds_exactly_itself(lots: tuple[Lot, ...], new: Lot) -> None:
    after = add(lots, new._replace(lot="99"))
    assert worth(after) == worth((*lots, new))
    assert len(after) - len(lots) in (0, 1)
    assert len({lot.lot for lot in after}) == len(after)


@given(WALLETS, st.sampled_from(["bonus", "game"]), st.integers(1, 200), st.integers(1, 14))
def test_taking_back_takes_what_is_there_and_of_no_other_class(
    lots: tuple[Lot, ...], unit: str, coins: int, first: int
) -> None:
    taken, remaining = take_back(lots, unit, coins, str(first))
    had = sum(lot.coins for lot in lots if lot.unit == unit)
    assert taken == min(coins, had)
    assert sum(lot.coins for lot in remaining if lot.unit == unit) == had - taken
    assert [lot for lot in remaining if lot.unit != unit] == [lot for lot in lots if lot.unit != unit]
    own = [lot for lot in lots if lot.lot == str(first) and lot.unit == unit]
    if own and coins >= own[0].coins:
        assert all(lot.lot != own[0].lot for lot in remaining)
