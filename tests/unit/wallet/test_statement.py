"""The lines of a statement: they say what each entry is for, and add up."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings

from cliffhanger.ledger.entries import Entry, seal
from cliffhanger.ledger.names import COIN_UNITS
from cliffhanger.ledger.state import State
from cliffhanger.wallet.statement import Cash, Span, kind_of, line_of, lines_of
from tests.unit.receipts.chains import LIVES, NOW, VIEWER, Life, lived_long, of_version_1, story


def before(chain: list[Entry], seq: int) -> State:
    return chain[seq - 2].state if seq > 1 else State()


def added(total: dict[str, int], change: Any) -> dict[str, int]:
    sums = {unit: total.get(unit, 0) + change.get(unit, 0) for unit in {*total, *change}}
    return {unit: amount for unit, amount in sums.items() if amount}


@given(LIVES, LIVES)
@settings(max_examples=200)
def test_the_balance_before_and_the_lines_are_the_balance_after(old: list[Any], new: list[Any]) -> None:
    """Whoever adds up a statement must come to what the wallet says: coins, debt, holds and cash, of every version."""
    chain = lived_long(old, new).chain
    coins: dict[str, int] = {}
    debt: dict[str, int] = {}
    held: dict[str, int] = {}
    cash: dict[str, int] = {}
    for line in reversed(lines_of(chain[::-1], State())):
        coins, debt = added(coins, line.coins), added(debt, line.debt)
        held = added(held, line.held)
        for currency, amount, deferred in line.cash:
            cash = added(cash, {currency + (".deferred" if deferred else ""): amount})
        balances = line.entry.state.balances
        assert coins == {unit: amount for unit, amount in balances.items() if unit in COIN_UNITS}
        assert cash == {unit: amount for unit, amount in balances.items() if unit not in COIN_UNITS}
        assert debt == line.entry.state.debt
        assert held == line.entry.state.held


@given(LIVES, LIVES)
def test_what_a_line_says_is_what_the_postings_moved(old: list[Any], new: list[Any]) -> None:
    """Coins that a reversal took and the viewer no longer had are debt; what expired is a part of the change."""
    chain = lived_long(old, new).chain
    for line in lines_of(chain[::-1], State()):
        moved: dict[str, int] = {}
        for unit, amount, source, destination in line.entry.postings:
            own = {".": unit, ".deferred": unit + ".deferred"}
            moved = added(moved, {own[source]: -amount} if source in own else {})
            moved = added(moved, {own[destination]: amount} if destination in own else {})
        told = added({}, line.coins)
        for currency, amount, deferred in line.cash:
            told = added(told, {currency + (".deferred" if deferred else ""): amount})
        assert added(told, line.held) == added(moved, line.debt)
        assert all(coins > 0 for coins in line.expired.values())


@pytest.mark.parametrize(
    ("seq", "kind"),
    [
        (1, "purchase"),
        (2, "grant"),
        (3, "unlock"),
        (4, "limits"),
        (7, "reversal"),
        (8, "freeze"),
        (9, "thaw"),
        (10, "reversal"),
        (12, "settlement"),
    ],
)
def test_a_line_says_what_its_entry_is_for(seq: int, kind: str) -> None:
    assert kind_of(story().chain[seq - 1]) == kind


def test_entries_of_version_1_say_it_by_their_reference_and_by_what_came_in() -> None:
    life = Life()
    life.buys()
    life.is_granted()
    life.unlocks()
    life.is_sent(5)
    assert [kind_of(entry) for entry in of_version_1(life.chain)] == ["purchase", "grant", "unlock", "settlement"]


def test_an_entry_of_which_nothing_says_what_it_is_for_is_told_all_the_same() -> None:
    """A statement must not fail because of one line."""
    odd = seal(VIEWER, None, NOW, postings=[], state=State(), reference="support:c1", request=b"x", terms={"kind": "x"})
    assert kind_of(odd) == "other"


def test_an_unlock_names_its_episodes_its_coins_and_the_cash_behind_them() -> None:
    chain = story().chain
    line = line_of(chain[2], before(chain, 3))
    assert (line.coins, line.expired, line.debt) == ({"bonus": -30, "coin": -12}, {}, {})
    assert line.cash == (Cash("USD", -12, deferred=True),)
    assert line.span == Span("the-last-train", 2, 4)


def test_a_reversal_names_the_episodes_that_it_locks_and_gives_everything_back() -> None:
    chain = story().chain
    line = line_of(chain[9], before(chain, 10))
    assert line.coins == {"bonus": 20, "coin": 12}
    assert line.debt == {"bonus": -10}
    assert line.span == Span("the-last-train", 2, 4)


def test_coins_that_were_spent_before_they_were_taken_back_are_debt() -> None:
    chain = story().chain
    line = line_of(chain[6], before(chain, 7))
    assert (line.coins, line.debt) == ({"bonus": -15}, {"bonus": 10})


def test_what_expired_is_told_by_the_entry_that_noticed_it_apart_from_what_it_is_for() -> None:
    chain = story().chain
    line = line_of(chain[10], before(chain, 11))
    assert (line.kind, line.coins, line.expired) == ("purchase", {"bonus": -20, "coin": 50}, {"bonus": 20})


def test_cash_that_somebody_sent_is_the_viewers_own_and_not_deferred() -> None:
    chain = story().chain
    assert line_of(chain[11], before(chain, 12)).cash == (Cash("USD", 250, deferred=False),)
