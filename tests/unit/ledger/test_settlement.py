"""Batches: which entries they name, what they add up to, which marks they claim."""

from __future__ import annotations

import pytest

from cliffhanger.ledger.entries import mark_of, seal
from cliffhanger.ledger.settlement import MAX_SOURCES, by_destination, plan_batch
from cliffhanger.ledger.state import Posting, State
from tests.unit.ledger.chains import (
    DAY,
    EXPIRED,
    NOW,
    SERIES,
    VIEWER,
    bought,
    frozen,
    granted,
    limited,
    undone,
    unlocked,
)

HEAD = granted(bought(coins=1_000, cash=9_900), coins=5)
FIRST = unlocked(HEAD, 2)
SECOND = unlocked(FIRST, 3)


def test_a_batch_names_every_source_with_its_amounts() -> None:
    batch = plan_batch(SERIES, None, [FIRST, SECOND], NOW)
    assert batch.entry.units == ("USD", "bonus", "coin")
    assert [(s.seq, s.amounts) for s in batch.entry.sources] == [(3, (69, 5, 7)), (4, (118, 0, 12))]
    assert batch.entry.state.balances == {"USD": 187, "bonus": 5, "coin": 19}
    assert batch.entry.reference is None


def test_a_batch_adds_to_what_the_account_holds() -> None:
    head = plan_batch(SERIES, None, [FIRST], NOW).entry
    assert plan_batch(SERIES, head, [SECOND], NOW).entry.state.balances == {"USD": 187, "bonus": 5, "coin": 19}


def test_each_claim_is_bound_to_the_hash_of_its_source() -> None:
    """LEDGER rule 10: without it, a replay after a restore would mark another entry of the same number."""
    (claim,) = plan_batch(SERIES, None, [FIRST], NOW).claims
    assert (claim.account, claim.seq, claim.hash, claim.mark) == (FIRST.account, FIRST.seq, FIRST.hash, "m0")


def test_an_entry_with_two_counterparties_has_a_mark_for_each() -> None:
    entry = unlocked(bought(granted(days=14), at=NOW), at=NOW + 30 * DAY)
    assert mark_of(entry, EXPIRED) == "m0"
    assert mark_of(entry, SERIES) == "m1"


def test_what_is_delivered_twice_in_one_batch_is_settled_once() -> None:
    assert by_destination([FIRST, FIRST]) == {SERIES: [FIRST]}


def test_a_leg_that_comes_to_nothing_is_settled_all_the_same() -> None:
    """Or its mark would be missing for ever."""
    there, back = Posting("USD", 5, ".", SERIES), Posting("USD", 5, SERIES, ".")
    entry = seal("creator:a", None, NOW, postings=[there, back], state=State())
    batch = plan_batch(SERIES, None, [entry], NOW)
    assert (batch.entry.postings, batch.entry.sources, batch.claims[0].mark) == ((), (("creator:a", 1, (0,)),), "m0")


def test_a_reversal_and_its_unlock_in_one_batch_come_to_nothing() -> None:
    back = undone(SECOND, FIRST, HEAD)
    batch = plan_batch(SERIES, None, [FIRST, back], NOW)
    assert (batch.entry.postings, batch.entry.state.balances) == ((), {})
    assert [source.amounts for source in batch.entry.sources] == [(69, 5, 7), (-69, -5, -7)]


def test_a_batch_keeps_what_else_the_account_s_state_says() -> None:
    """Limits, tallies and flags of a viewer who is sent money."""
    head = frozen(limited(unlocked(bought(), 2, 4, price=30), day=50))
    sent = seal("external:stripe", None, NOW, postings=[Posting("USD", 5, ".", VIEWER)], state=State({"USD": -5}))
    state = plan_batch(VIEWER, head, [sent], NOW).entry.state
    assert state == head.state._replace(balances={**head.state.balances, "USD": 5})


def test_debits_settle_as_debits() -> None:
    batch = plan_batch("external:stripe", None, [bought()], NOW)
    assert batch.entry.state.balances == {"coin": -100, "USD": -990}


def test_a_batch_entry_has_no_foreign_legs_of_its_own() -> None:
    """Or settlement would settle itself without end."""
    assert by_destination([plan_batch(SERIES, None, [FIRST], NOW).entry]) == {}


@pytest.mark.parametrize("count", [0, MAX_SOURCES + 1])
def test_a_batch_holds_between_1_and_99_sources(count: int) -> None:
    with pytest.raises(ValueError, match=str(count)):
        plan_batch(SERIES, None, [FIRST] * count, NOW)
