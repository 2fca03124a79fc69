"""Budgets: slices that cannot be overspent, and coins that say which lots they become. Pure plans."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cliffhanger.errors import AmountInvalid, BudgetExhausted, NameInvalid
from cliffhanger.ledger.budgets import MAX_SLICES, OPENING, Budget, open_slices, shares, transfer
from cliffhanger.ledger.declarations import set_flag
from cliffhanger.ledger.entries import Entry, foreign_legs
from cliffhanger.ledger.lots import expiry_day
from cliffhanger.ledger.planning import Ask, Turn
from cliffhanger.ledger.state import FROZEN, LotTerms
from tests.unit.ledger.chains import (
    BUDGET,
    DAY,
    NOW,
    REQUEST,
    SLICE,
    VIEWER,
    funded,
    granted_from_budget,
)
from tests.unit.ledger.test_holds import BAD_AMOUNTS


def transferred(head: Entry | None, coins: int, destination: str = BUDGET.slice(1)) -> Entry:
    asked = Turn(SLICE, head, NOW, Ask("transfer:t1", REQUEST, {"kind": "transfer"}))
    return transfer(asked, unit="game", coins=coins, destination=destination)


def flagged(head: Entry, *, on: bool) -> Entry:
    asked = Turn(SLICE, head, NOW, Ask(f"support:f{head.seq}", REQUEST, {"kind": "freeze" if on else "thaw"}))
    return set_flag(asked, flag=FROZEN, on=on)


def opened(slices: Any) -> Entry:
    return open_slices(Turn(BUDGET.slice(0), None, NOW, Ask(OPENING, REQUEST, {"kind": "opening", "slices": slices})))


@given(st.integers(1, 10**9), st.integers(1, MAX_SLICES))
def test_a_funding_is_cut_into_parts_that_differ_by_one_at_most_and_add_up(amount: int, slices: int) -> None:
    parts = shares(amount, slices)
    assert (sum(parts), len(parts), max(parts) - min(parts) <= 1) == (amount, slices, True)
    assert parts == sorted(parts, reverse=True)


def test_a_viewer_is_always_granted_from_the_same_slice() -> None:
    slices = [BUDGET.slice_of(f"v{number}", 8) for number in range(400)]
    assert slices == [BUDGET.slice_of(f"v{number}", 8) for number in range(400)]
    assert set(slices) == {BUDGET.slice(number) for number in range(8)}


def test_how_many_slices_there_are_is_what_the_opening_says() -> None:
    assert opened(8).terms["slices"] == 8
    for slices in (0, -1, MAX_SLICES + 1, 1.0, "8", None):
        with pytest.raises(AmountInvalid):
            opened(slices)


def test_a_grant_seals_what_lot_its_coins_become() -> None:
    entry = granted_from_budget(funded(), 30, days=14)
    assert foreign_legs(entry) == {VIEWER: {"game": 30}}
    assert entry.lots == (LotTerms(VIEWER, "game", 30, expiry_day(NOW, 14)),)
    assert entry.state.balances == {"game": 70}


def test_a_slice_grants_to_the_last_coin_and_not_one_more() -> None:
    head = funded(coins=30)
    assert granted_from_budget(head, 30).state.balances == {}
    with pytest.raises(BudgetExhausted) as refused:
        granted_from_budget(head, 31)
    assert refused.value.members == {"available": 30}
    for empty in (None, granted_from_budget(head, 30)):
        with pytest.raises(BudgetExhausted):
            granted_from_budget(empty, 1, fact="d2")


def test_coins_of_another_unit_do_not_cover_a_grant() -> None:
    with pytest.raises(BudgetExhausted):
        granted_from_budget(funded(), 30, unit="bonus")


def test_a_frozen_slice_gives_nothing_and_still_takes_what_comes() -> None:
    """To whoever asks it is empty: they know what to do then."""
    stopped = flagged(funded(), on=True)
    for give in (granted_from_budget, transferred):
        with pytest.raises(BudgetExhausted) as refused:
            give(stopped, 1)
        assert refused.value.members == {"available": 0}
    more = funded(stopped, name="f2")
    assert more.state.balances == {"game": 200}
    assert granted_from_budget(flagged(more, on=False), 101).state.balances == {"game": 99}


def test_coins_move_between_slices_of_one_budget_and_nowhere_else() -> None:
    head = funded()
    assert foreign_legs(transferred(head, 40)) == {BUDGET.slice(1): {"game": 40}}
    for elsewhere in (SLICE, Budget("spring", "2026-12").slice(1), Budget("autumn", "2026-11").slice(1), VIEWER, "x"):
        with pytest.raises(NameInvalid):
            transferred(head, 40, elsewhere)
    with pytest.raises(BudgetExhausted):
        transferred(head, 101)


@pytest.mark.parametrize("amount", BAD_AMOUNTS)
def test_no_amount_that_is_negative_zero_huge_or_no_whole_number_is_funded_granted_or_moved(amount: Any) -> None:
    head = funded()
    for act in (
        lambda: funded(coins=amount),
        lambda: granted_from_budget(head, amount),
        lambda: granted_from_budget(head, 5, days=amount),
        lambda: transferred(head, amount),
    ):
        with pytest.raises(AmountInvalid):
            act()


@pytest.mark.parametrize("unit", ["coin", "USD", "gold", ""])
def test_budgets_grant_what_is_given_and_never_what_was_bought(unit: str) -> None:
    with pytest.raises(NameInvalid):
        granted_from_budget(funded(), 5, unit=unit)


def test_a_grant_is_for_a_viewer() -> None:
    with pytest.raises(NameInvalid):
        Budget("Spring", "2026-11").slice(0)
    with pytest.raises(NameInvalid):
        granted_from_budget(funded(), 5, fact="d:1")


def test_a_grant_by_a_slow_clock_lives_from_the_time_of_the_chain() -> None:
    head = funded(at=NOW + 9 * DAY)
    assert granted_from_budget(head, 5, days=14, at=NOW).lots[0].expires_day == expiry_day(NOW + 9 * DAY, 14)
