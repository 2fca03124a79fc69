"""Batches: which entries they name, what they add up to, which marks they claim."""

from __future__ import annotations

import pytest

from cliffhanger.ledger.entries import mark_of
from cliffhanger.ledger.settlement import MAX_SOURCES, by_destination, plan_batch
from tests.unit.ledger.chains import DAY, EXPIRED, NOW, SERIES, bought, granted, unlocked

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
