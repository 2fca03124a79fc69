"""Batches: which entries they name, what they add up to, which marks they claim."""

from __future__ import annotations

import pytest

from cliffhanger.errors import LedgerCorrupt
from cliffhanger.ledger.entries import Entry, mark_of, seal
from cliffhanger.ledger.settlement import MAX_SOURCES, by_destination, plan_batch
from cliffhanger.ledger.state import LotTerms, Posting, State
from tests.unit.ledger.chains import (
    DAY,
    EXPIRED,
    NOW,
    SERIES,
    VIEWER,
    bought,
    frozen,
    funded,
    granted,
    granted_from_budget,
    held_coins,
    indebted,
    limited,
    lots_of,
    sent,
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


# --- coins for viewers -----------------------------------------------------------------------------------------------


def taken(coins: int, expires_day: int, unit: str = "game") -> Entry:
    """Coins that a budget takes back from the viewer."""
    back = [Posting(unit, coins, VIEWER, ".")]
    terms = (LotTerms(VIEWER, unit, coins, expires_day),)
    return seal("budget:a:b:0", None, NOW, postings=back, state=State({unit: coins}), lots=terms)


def test_coins_from_a_budget_become_the_lots_that_were_sealed_with_them() -> None:
    grants = [granted_from_budget(funded(), coins, days=days) for coins, days in ((5, 14), (7, 30))]
    entry = plan_batch(VIEWER, bought(), grants, NOW + DAY).entry
    expiries = [grant.lots[0].expires_day for grant in grants]
    assert lots_of(entry)[1:] == [("2.1", "game", 5, expiries[0]), ("2.2", "game", 7, expiries[1])]
    assert entry.state.balances["game"] == 12


def test_coins_of_one_week_become_one_lot() -> None:
    """LEDGER rule 7: bounds on lots hold for what others send too."""
    grant = granted_from_budget(funded(), 5)
    once = plan_batch(VIEWER, None, [grant], NOW).entry
    again = plan_batch(VIEWER, once, [granted_from_budget(funded(), 7, fact="d2")], NOW).entry
    assert [lot[:3] for lot in lots_of(again)] == [("1.1", "game", 12)]


def test_coins_that_arrive_after_their_day_are_expired_by_the_next_entry() -> None:
    grant = granted_from_budget(funded(), 5, days=7)
    late = plan_batch(VIEWER, bought(), [grant], NOW + 60 * DAY).entry
    assert late.state.balances["game"] == 5
    after = granted(late, at=NOW + 60 * DAY)
    assert ("game", 5, ".", EXPIRED) in [tuple(line) for line in after.postings]


def test_coins_that_arrive_repay_what_is_owed_of_their_unit_first() -> None:
    """LEDGER rule 9: credits repay debt in their own entry."""
    owing = indebted(bought(), "game", 8)
    entry = plan_batch(VIEWER, owing, [granted_from_budget(funded(), 5)], NOW).entry
    assert (entry.state.debt, entry.state.balances.get("game", 0)) == ({"game": 3}, 0)
    more = plan_batch(VIEWER, entry, [granted_from_budget(funded(), 5, fact="d2")], NOW).entry
    assert (more.state.debt, more.state.balances["game"]) == ({}, 2)


def test_cash_that_arrives_repays_what_is_owed_of_its_currency_first() -> None:
    owing = indebted(None, "USD", 300)
    entry = sent(owing, 200)
    assert (entry.state.debt, entry.state.balances) == ({"USD": 100}, {})
    assert (sent(entry, 250).state.debt, sent(entry, 250).state.balances) == ({}, {"USD": 150})
    other = sent(owing, 200, currency="EUR")
    assert (other.state.debt, other.state.balances) == ({"USD": 300}, {"EUR": 200})


def test_coins_are_taken_back_from_their_own_lot_first_and_what_is_gone_is_owed() -> None:
    """LEDGER rule 20."""
    head = granted(granted(coins=10, days=14, unit="game"), coins=10, days=60, unit="game")
    first, second = (lot.expires_day for lot in head.state.lots)
    assert [lot[:3] for lot in lots_of(plan_batch(VIEWER, head, [taken(4, second)], NOW).entry)] == [
        ("1", "game", 10),
        ("2", "game", 6),
    ]
    entry = plan_batch(VIEWER, head, [taken(14, first), taken(9, second)], NOW).entry
    assert (entry.state.lots, entry.state.debt) == ((), {"game": 3})


def test_coins_in_a_hold_are_owed_until_they_are_released() -> None:
    head = held_coins(granted(coins=10, unit="game"), 10)
    entry = plan_batch(VIEWER, head, [taken(10, head.state.holds[0].lots[0].expires_day)], NOW).entry
    assert (entry.state.debt, entry.state.held, entry.state.balances) == ({"game": 10}, {"game": 10}, {})


def test_coins_that_come_and_go_in_one_batch_leave_nothing_behind() -> None:
    grant = granted_from_budget(funded(), 5)
    entry = plan_batch(VIEWER, bought(), [grant, taken(5, grant.lots[0].expires_day)], NOW).entry
    assert (entry.postings, entry.state) == ((), bought().state)


def test_coins_that_do_not_say_which_lots_they_are_cannot_be_settled() -> None:
    grant = granted_from_budget(funded(), 5)
    for lots in ((), (grant.lots[0]._replace(viewer="viewer:noa"),), (grant.lots[0]._replace(unit="bonus"),)):
        with pytest.raises(LedgerCorrupt):
            plan_batch(VIEWER, bought(), [grant._replace(lots=lots)], NOW)


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
