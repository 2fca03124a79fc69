"""Any sequence of grants, purchases, spends and waiting keeps the books, whatever the amounts."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from cliffhanger.errors import InsufficientCoins
from cliffhanger.ledger.entries import MAX_LOTS, Entry, foreign_legs, parse
from cliffhanger.ledger.lots import Lot, allocate
from tests.unit.ledger.chains import DAY, NOW, bought, granted, unlocked

COINS = st.integers(1, 10**6)
STEPS = st.one_of(
    st.tuples(st.just("buy"), COINS, st.integers(1, 10**7)),
    st.tuples(st.just("grant"), COINS, st.integers(1, 60)),
    st.tuples(st.just("spend"), COINS, st.just(0)),
    st.tuples(st.just("wait"), st.integers(0, 40), st.just(0)),
)


def run(steps: list[tuple[str, int, int]]) -> list[Entry]:
    chain: list[Entry] = []
    now = NOW
    for kind, amount, other in steps:
        head = chain[-1] if chain else None
        try:
            if kind == "buy":
                chain.append(bought(head, coins=amount, cash=other, at=now))
            elif kind == "grant":
                chain.append(granted(head, coins=amount, days=other, at=now))
            elif kind == "spend":
                chain.append(unlocked(head, price=amount, at=now))
            else:
                now += amount * DAY
        except InsufficientCoins:
            continue
    return chain


@given(st.lists(STEPS, max_size=MAX_LOTS - 4))
@settings(max_examples=150, deadline=None)
def test_every_unit_adds_up_to_zero_over_the_account_and_its_counterparties(steps: list[tuple[str, int, int]]) -> None:
    chain = run(steps)
    total: dict[str, int] = {}
    for entry in chain:
        for legs in foreign_legs(entry).values():
            for unit, amount in legs.items():
                total[unit] = total.get(unit, 0) + amount
    if chain:
        for key, amount in chain[-1].state.balances.items():
            unit = key.removesuffix(".deferred")
            total[unit] = total.get(unit, 0) + amount
    assert not any(total.values())


@given(st.lists(STEPS, max_size=MAX_LOTS - 4))
@settings(max_examples=100, deadline=None)
def test_every_entry_reads_back_from_its_bytes_and_is_never_overdrawn(steps: list[tuple[str, int, int]]) -> None:
    for entry in run(steps):
        assert parse(entry.body, entry.hash) == entry
        assert min(entry.state.balances.values(), default=0) >= 0
        assert all(lot.coins > 0 and lot.cash >= 0 for lot in entry.state.lots)


LOTS = st.lists(st.tuples(st.integers(1, 500), st.integers(0, 10_000)), min_size=1, max_size=8).map(
    lambda rows: [Lot(str(i + 1), "coin", coins, 0, cash, "USD", "web") for i, (coins, cash) in enumerate(rows)]
)


@given(LOTS, st.data())
def test_spending_in_any_portions_gives_out_exactly_the_cash_that_was_paid(
    lots: list[Lot], data: st.DataObject
) -> None:
    paid, given_out = sum(lot.cash for lot in lots), 0
    while lots:
        left = sum(lot.coins for lot in lots)
        portions, remaining = allocate(lots, data.draw(st.integers(1, left)), frozenset({"coin"}))
        given_out += sum(portion.cash for portion in portions)
        assert given_out + sum(lot.cash for lot in remaining) == paid
        lots = list(remaining)
    assert given_out == paid
