"""What each episode of a range cost: the parts are the whole, whatever the discount and the ceiling left of it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cliffhanger.unlocks.pricing import Run, shares


@st.composite
def runs(draw: st.DrawFn) -> tuple[Run, ...]:
    first, made = 2, []
    for _ in range(draw(st.integers(1, 8))):
        first += draw(st.integers(0, 5))
        length = draw(st.integers(1, 6))
        made.append(Run(first, first + length - 1, draw(st.integers(1, 1_000))))
        first += length
    return tuple(made)


@given(runs(), st.data())
def test_the_parts_sum_to_exactly_what_was_paid_and_each_is_its_proportion_to_a_coin(
    listed: tuple[Run, ...], data: st.DataObject
) -> None:
    prices = {number: run.list_coins for run in listed for number in range(run.first, run.last + 1)}
    total = sum(prices.values())
    coins = data.draw(st.integers(0, total))
    parts = shares(listed, coins)
    assert sum(part for _, part in parts) == coins
    assert [number for number, _ in parts] == list(prices)
    for number, part in parts:
        exact = coins * prices[number]
        assert 0 <= part <= prices[number]
        assert abs(part * total - exact) < total


@given(runs())
def test_at_the_list_price_each_episode_costs_its_own(listed: tuple[Run, ...]) -> None:
    prices = [(number, run.list_coins) for run in listed for number in range(run.first, run.last + 1)]
    assert list(shares(listed, sum(price for _, price in prices))) == prices
