"""No entry that breaks a rule of the ledger can be sealed, whatever a planner got wrong."""

from __future__ import annotations

import pytest

from cliffhanger.errors import LedgerCorrupt, NameInvalid
from cliffhanger.ledger.entries import seal
from cliffhanger.ledger.invariants import MAX_POSTINGS
from cliffhanger.ledger.lots import MAX_LOTS, Lot
from cliffhanger.ledger.state import Posting, Source, State
from tests.unit.ledger.chains import NOW, SERIES, VIEWER, bought


def refused(account: str, state: State, *postings: Posting) -> None:
    with pytest.raises(LedgerCorrupt):
        seal(account, None, NOW, postings=postings, state=state)


def test_a_guarded_account_cannot_be_sealed_overdrawn() -> None:
    for account in (VIEWER, "creator:a", "budget:spring:2026-11:3"):
        refused(account, State({"USD": -1}), Posting("USD", 1, ".", SERIES))


def test_the_world_outside_may_go_negative() -> None:
    out = Posting("USD", 1, ".", VIEWER)
    assert seal("external:stripe", None, NOW, postings=[out], state=State({"USD": -1})).state.balances == {"USD": -1}


def test_a_state_that_does_not_follow_from_its_postings_cannot_be_sealed() -> None:
    refused("creator:a", State({"USD": 500}), Posting("USD", 5, SERIES, "."))
    refused("creator:a", State({"USD": 5}))


def test_debt_and_holds_count_as_the_account_s_own() -> None:
    """LEDGER rule 9: available plus held minus debt moves by exactly the account's own legs."""
    five = Posting("USD", 5, SERIES, ".")
    for state in (State({"USD": 5}), State(held={"USD": 5}), State({"USD": 7}, debt={"USD": 2})):
        assert seal("creator:a", None, NOW, postings=[five], state=state).state == state
    refused("creator:a", State({"USD": 5}, debt={"USD": 2}), five)
    refused("creator:a", State({"USD": 5}, held={"USD": 2}), five)


def test_debt_that_appears_or_disappears_by_itself_cannot_be_sealed() -> None:
    refused("creator:a", State(debt={"USD": 2}))
    refused(VIEWER, State(debt={"bonus": 2}))


@pytest.mark.parametrize(
    "state",
    [
        State({"USD": -3}, debt={"USD": -3}),
        State({"USD": 3}, held={"USD": -3}),
        State(limits={"day": -1}),
        State(day=(20_000, -1)),
        State(series=("s", -1)),
    ],
)
def test_what_cannot_be_negative_is_not(state: State) -> None:
    """A tally below zero would let a viewer spend more than the limit."""
    refused("creator:a", state)


def test_a_batch_that_is_not_the_sum_of_its_sources_cannot_be_sealed() -> None:
    with pytest.raises(LedgerCorrupt):
        seal(
            "creator:a",
            None,
            NOW,
            postings=[Posting("USD", 5, "*", ".")],
            state=State({"USD": 5}),
            sources=(Source(VIEWER, 1, (4,)),),
            units=("USD",),
        )


def test_coins_for_a_viewer_cannot_be_sealed_on_another_s_chain() -> None:
    """A settlement could not say which lot they are; it would be parked for ever."""
    for unit in ("coin", "bonus", "game"):
        refused("creator:a", State({unit: -5}), Posting(unit, 5, ".", VIEWER))


@pytest.mark.parametrize(
    "posting",
    [
        Posting("coin", 0, ".", SERIES),
        Posting("coin", -1, ".", SERIES),
        Posting("coin", True, ".", SERIES),
        Posting("coin", 1.0, ".", SERIES),  # type: ignore[arg-type]
        Posting("coin", 1, ".", "."),
    ],
)
def test_a_posting_moves_a_positive_whole_amount_between_two_accounts(posting: Posting) -> None:
    refused(VIEWER, State(), posting)


@pytest.mark.parametrize("side", ["bank:a", "viewer:A", "*", ""])
def test_a_posting_names_accounts(side: str) -> None:
    with pytest.raises(NameInvalid):
        seal(VIEWER, None, NOW, postings=[Posting("USD", 1, side, ".")], state=State({"USD": 1}))


def test_an_entry_holds_so_many_postings_and_no_more() -> None:
    """An entry must fit its item, and a settlement its transaction."""
    many = [Posting("USD", 1, f"external:e{number}", ".") for number in range(MAX_POSTINGS + 1)]
    refused("creator:a", State({"USD": len(many)}), *many)
    assert seal("creator:a", None, NOW, postings=many[1:], state=State({"USD": MAX_POSTINGS}))


def test_lots_that_do_not_add_up_to_the_balance_cannot_be_sealed() -> None:
    two = Posting("coin", 2, "external:stripe", ".")
    refused(VIEWER, State({"coin": 2}, (Lot("1", "coin", 1),)), two)
    refused(VIEWER, State({"coin": 2}, (Lot("1", "bonus", 2),)), two)


def test_lots_that_do_not_add_up_to_the_deferred_cash_cannot_be_sealed() -> None:
    lots = (Lot("1", "coin", 1, 0, 10, "USD", "web"),)
    paid = [Posting("coin", 1, "external:stripe", "."), Posting("USD", 9, "external:stripe", ".deferred")]
    refused(VIEWER, State({"coin": 1, "USD.deferred": 9}, lots), *paid)


@pytest.mark.parametrize(
    "lot", [Lot("1", "coin", 0), Lot("1", "coin", 1, 0, -1, "USD"), Lot("1", "coin", 1, 0, 1, ""), Lot("1", "USD", 1)]
)
def test_a_lot_holds_coins_and_no_cash_that_is_negative_or_of_no_currency(lot: Lot) -> None:
    coin = Posting("coin", 1, "external:stripe", ".")
    refused(VIEWER, State({"coin": 1}, (lot,) if lot.coins else (lot, Lot("2", "coin", 1))), coin)


def test_the_number_of_lots_is_bounded() -> None:
    lots = tuple(Lot(str(number + 1), "bonus", 1, 99_999) for number in range(MAX_LOTS + 1))
    came = Posting("bonus", len(lots), "platform:issued-1", ".")
    refused(VIEWER, State({"bonus": len(lots)}, lots), came)


def test_what_follows_is_held_against_what_was() -> None:
    """A planner that forgets a lot, or finds one, is stopped."""
    head = bought()
    for lots in ((), (head.state.lots[0]._replace(coins=99),), (*head.state.lots, Lot("2", "coin", 1))):
        with pytest.raises(LedgerCorrupt):
            seal(VIEWER, head, NOW, postings=[], state=head.state._replace(lots=lots))
