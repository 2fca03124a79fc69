"""Budgets as use cases, over everything that stands in for DynamoDB: no slice is overspent, no grant is made twice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from cliffhanger.errors import AmountInvalid, BudgetCapReached, BudgetExhausted, BudgetMissing, CliffhangerError
from cliffhanger.ledger.budgeting import (
    BudgetGrant,
    fund_budget,
    grant_from_budget,
    open_budget,
    rebalance,
    slices_of,
)
from cliffhanger.ledger.budgets import Budget
from cliffhanger.ledger.journal import Recorded
from cliffhanger.ledger.settling import settle
from cliffhanger.ledger.store import LedgerStore
from tests.contracts.stand_ins import ALL, tables_of
from tests.support.tables import LEDGER
from tests.support.world import give

SPRING = Budget("spring", "2026-11")
SLICES = 4
GIFT = BudgetGrant("mia", "day-1", "game", 20, 30)
HERS = SPRING.slice_of("mia", SLICES)


@pytest.fixture(params=ALL)
def ledger(request: pytest.FixtureRequest) -> Iterator[LedgerStore]:
    """A ledger with a budget of 202 coins on four slices."""
    with tables_of(request, LEDGER) as connect:
        store = LedgerStore(connect(), LEDGER["TableName"])
        assert open_budget(store, SPRING, SLICES) == SLICES
        funded(store)
        yield store


def funded(ledger: LedgerStore, name: str = "f1", coins: Any = 202) -> tuple[Recorded, ...]:
    return fund_budget(ledger, SPRING, funding=name, unit="game", coins=coins, source="external:brand")


def granted(ledger: LedgerStore, grant: BudgetGrant = GIFT) -> Recorded:
    return grant_from_budget(ledger, SPRING, grant, slices=SLICES)


def balance(ledger: LedgerStore, account: str) -> int:
    head = ledger.head(account)
    return 0 if head is None else head.state.balances.get("game", 0)


def balances(ledger: LedgerStore) -> list[int]:
    return [balance(ledger, SPRING.slice(number)) for number in range(SLICES)]


def test_how_many_slices_there_are_is_frozen_by_the_first_who_opens_the_budget(ledger: LedgerStore) -> None:
    """LEDGER rule 18: under another number, a viewer would be granted to twice."""
    assert open_budget(ledger, SPRING, 64) == slices_of(ledger, SPRING) == SLICES


def test_a_budget_that_was_not_opened_is_neither_funded_nor_counted(ledger: LedgerStore) -> None:
    autumn = Budget("autumn", "2026-11")
    for act in (
        lambda: slices_of(ledger, autumn),
        lambda: fund_budget(ledger, autumn, funding="f1", unit="game", coins=5, source="external:brand"),
    ):
        with pytest.raises(BudgetMissing):
            act()
    assert ledger.head(autumn.slice(0)) is None


def test_a_funding_reaches_every_slice_once_however_often_it_is_asked_for(ledger: LedgerStore) -> None:
    assert balances(ledger) == [51, 51, 50, 50]
    assert all(recorded.repeated for recorded in funded(ledger))
    assert balances(ledger) == [51, 51, 50, 50]


def test_a_funding_that_was_cut_short_goes_on_as_it_began_whatever_is_asked_now(ledger: LedgerStore) -> None:
    """Slice 0 tells how much it was; another amount under the same name never mixes with it."""
    late = Budget("late", "2026-11")
    open_budget(ledger, late, 2)
    (first, *_) = fund_budget(ledger, late, funding="f1", unit="game", coins=1, source="external:brand")
    assert len(fund_budget(ledger, late, funding="f1", unit="game", coins=99, source="external:other")) == 1
    assert [balance(ledger, late.slice(number)) for number in (0, 1)] == [1, 0]
    assert first.entry.terms == {"kind": "funding", "coins": 1}


def test_a_grant_is_in_the_wallet_when_it_is_answered(ledger: LedgerStore) -> None:
    """LEDGER rule 14: inline first."""
    give(ledger, "mia", bought=10, bonus=0)
    made = granted(ledger)
    head = ledger.head("viewer:mia")
    assert head is not None
    assert [(lot.lot, lot.unit, lot.coins) for lot in head.state.lots] == [("1", "coin", 10), ("2.1", "game", 20)]
    assert head.state.lots[1].expires_day == made.entry.lots[0].expires_day
    assert settle(ledger, [made.entry]) == (0, ())


def test_a_grant_is_made_once_for_one_fact_however_often_it_is_asked_for(ledger: LedgerStore) -> None:
    first = granted(ledger)
    assert granted(ledger) == Recorded(first.entry, True)
    assert granted(ledger, GIFT._replace(coins=45)) == Recorded(first.entry, True)
    assert (balance(ledger, HERS), balance(ledger, "viewer:mia")) == (50 - 20 + (HERS in tops()), 20)


def tops() -> list[str]:
    """The slices that hold 51."""
    return [SPRING.slice(0), SPRING.slice(1)]


def test_a_slice_that_is_used_up_refuses_whatever_the_others_hold(ledger: LedgerStore) -> None:
    granted(ledger)
    granted(ledger, GIFT._replace(fact="day-2"))
    before = balances(ledger)
    with pytest.raises(BudgetExhausted):
        granted(ledger, GIFT._replace(fact="day-3"))
    assert balances(ledger) == before


def test_the_cap_counts_a_viewer_s_grants_and_no_one_else_s(ledger: LedgerStore) -> None:
    small = GIFT._replace(coins=1, cap=2)
    for fact in ("a", "b"):
        granted(ledger, small._replace(fact=fact))
    with pytest.raises(BudgetCapReached) as refused:
        granted(ledger, small._replace(fact="c"))
    assert refused.value.members == {"cap": 2}
    assert granted(ledger, small._replace(fact="a")).repeated  # a retry never hears no
    assert not granted(ledger, small._replace(person="mia2")).repeated


def test_rebalancing_moves_coins_once_and_nothing_is_lost_on_the_way(ledger: LedgerStore) -> None:
    made = rebalance(ledger, SPRING, rebalancing="t1", unit="game", coins=30, between=(0, 3))
    assert balances(ledger) == [21, 51, 50, 80]
    assert rebalance(ledger, SPRING, rebalancing="t1", unit="game", coins=30, between=(0, 3)) == Recorded(
        made.entry, True
    )
    assert settle(ledger, [made.entry]) == (0, ())
    assert sum(balances(ledger)) == 202


BAD: dict[str, tuple[type[CliffhangerError], Any]] = {
    "a funding of nothing": (AmountInvalid, lambda ledger: funded(ledger, "f2", 0)),
    "a funding of less than nothing": (AmountInvalid, lambda ledger: funded(ledger, "f2", -1)),
    "a funding of half a coin": (AmountInvalid, lambda ledger: funded(ledger, "f2", 0.5)),
    "a funding by no name": (CliffhangerError, lambda ledger: funded(ledger, "F2", 1)),
    "a grant of nothing": (AmountInvalid, lambda ledger: granted(ledger, GIFT._replace(coins=0))),
    "a grant of more than the slice": (BudgetExhausted, lambda ledger: granted(ledger, GIFT._replace(coins=52))),
    "a grant of money": (CliffhangerError, lambda ledger: granted(ledger, GIFT._replace(unit="USD"))),
    "a grant to nobody": (CliffhangerError, lambda ledger: granted(ledger, GIFT._replace(person=""))),
    "a grant for no fact": (CliffhangerError, lambda ledger: granted(ledger, GIFT._replace(fact=""))),
    "a grant for ever": (AmountInvalid, lambda ledger: granted(ledger, GIFT._replace(lifetime_days=367))),
    "a transfer of more than the slice": (
        BudgetExhausted,
        lambda ledger: rebalance(ledger, SPRING, rebalancing="t1", unit="game", coins=52, between=(0, 1)),
    ),
    "a transfer to itself": (
        CliffhangerError,
        lambda ledger: rebalance(ledger, SPRING, rebalancing="t1", unit="game", coins=5, between=(1, 1)),
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_refused_changes_nothing(ledger: LedgerStore, name: str) -> None:
    heads = [ledger.head(SPRING.slice(number)) for number in range(SLICES)]
    error, act = BAD[name]
    with pytest.raises(error):
        act(ledger)
    assert [ledger.head(SPRING.slice(number)) for number in range(SLICES)] == heads
    assert ledger.head("viewer:mia") is None
