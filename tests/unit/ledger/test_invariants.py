"""No entry that breaks a rule of the ledger can be sealed, whatever a planner got wrong."""

from __future__ import annotations

import pytest

from cliffhanger.errors import LedgerCorrupt, NameInvalid
from cliffhanger.ledger.entries import seal
from cliffhanger.ledger.invariants import MAX_HOLDS, MAX_POSTINGS
from cliffhanger.ledger.lots import MAX_LOTS, Lot
from cliffhanger.ledger.state import Hold, LotTerms, Posting, Source, State, held_by
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
    aside = Hold("h1", NOW, (), "USD", 5)
    for state in (State({"USD": 5}), State(held={"USD": 5}, holds=(aside,)), State({"USD": 7}, debt={"USD": 2})):
        assert seal("creator:a", None, NOW, postings=[five], state=state).state == state
    refused("creator:a", State({"USD": 5}, debt={"USD": 2}), five)
    refused("creator:a", State({"USD": 5}, held={"USD": 5}, holds=(aside,)), five)


@pytest.mark.parametrize(
    "hold",
    [
        Hold("h1", NOW, (), "USD", 0),
        Hold("h1", NOW, (), "USD", -5),
        Hold("h1", NOW),
        Hold("h1", NOW, (Lot("1", "game", 5, 99),), "USD", 5),
        Hold("h1", NOW, (Lot("1", "game", 0, 99), Lot("2", "game", 5, 99))),
        Hold("h1", NOW, (Lot("1", "coin", 5, 0, -1, "USD"),)),
    ],
)
def test_a_hold_sets_coins_or_cash_aside_and_no_less_than_one(hold: Hold) -> None:
    held = held_by([hold])
    came = [Posting(key.removesuffix(".deferred"), abs(amount), SERIES, ".") for key, amount in held.items()]
    refused("creator:a", State(held=held, holds=(hold,)), *came)


def test_what_is_held_is_what_the_holds_set_aside() -> None:
    five = Posting("USD", 5, SERIES, ".")
    hold = Hold("h1", NOW, (), "USD", 5)
    refused("creator:a", State(held={"USD": 5}), five)
    refused("creator:a", State({"USD": 5}, holds=(hold,)), five)
    refused("creator:a", State({"USD": 2}, held={"USD": 3}, holds=(hold,)), five)


def test_the_number_of_holds_is_bounded_and_each_stands_once() -> None:
    """They stand in every entry, which must fit its item."""
    holds = tuple(Hold(f"h{number}", NOW, (), "USD", 1) for number in range(MAX_HOLDS + 1))
    for many in (holds, (*holds[:2], holds[0])):
        refused("creator:a", State(held=held_by(many), holds=many), Posting("USD", len(many), SERIES, "."))


def test_a_posting_names_its_own_account_by_the_point_alone() -> None:
    """Else the entry would settle itself."""
    refused(VIEWER, State(), Posting("USD", 5, VIEWER, "external:stripe"))
    refused("creator:a", State({"USD": 5}), Posting("USD", 5, "creator:a", "."))


@pytest.mark.parametrize(
    "lots",
    [
        (),
        (LotTerms(VIEWER, "game", 4, 99),),
        (LotTerms(VIEWER, "game", 6, 99),),
        (LotTerms(VIEWER, "bonus", 5, 99),),
        (LotTerms("viewer:b", "game", 5, 99),),
        (LotTerms(VIEWER, "game", 5, 99), LotTerms("viewer:b", "game", 5, 99)),
        (LotTerms(VIEWER, "game", 5, 0),),
        (LotTerms(VIEWER, "game", 7, 99), LotTerms(VIEWER, "game", -2, 99)),
    ],
)
def test_coins_for_a_viewer_are_sealed_on_another_s_chain_only_with_the_terms_of_their_lots(
    lots: tuple[LotTerms, ...],
) -> None:
    """A settlement could not say which lot they are; it would be parked for ever."""
    out = [Posting("game", 5, ".", VIEWER)]
    with pytest.raises(LedgerCorrupt):
        seal("external:a", None, NOW, postings=out, state=State({"game": -5}), lots=lots)
    sealed = seal(
        "external:a", None, NOW, postings=out, state=State({"game": -5}), lots=(LotTerms(VIEWER, "game", 5, 99),)
    )
    assert sealed.lots == (LotTerms(VIEWER, "game", 5, 99),)


def test_coins_move_between_a_viewer_and_the_account_one_way_at_a_time() -> None:
    lots = (LotTerms(VIEWER, "game", 5, 99), LotTerms(VIEWER, "game", 3, 99))
    both = [Posting("game", 5, ".", VIEWER), Posting("game", 3, VIEWER, ".")]
    past = [Posting("game", 8, "platform:a", VIEWER)]
    for postings in (both, past):
        with pytest.raises(LedgerCorrupt):
            seal("external:a", None, NOW, postings=postings, state=State({"game": -2}), lots=lots)


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


def test_bought_coins_for_a_viewer_cannot_be_sealed_on_another_s_chain() -> None:
    """They stand for cash, of which the terms of a lot say nothing."""
    out = [Posting("coin", 5, ".", VIEWER)]
    lots = (LotTerms(VIEWER, "coin", 5, 99),)
    with pytest.raises(LedgerCorrupt):
        seal("creator:a", None, NOW, postings=out, state=State({"coin": -5}), lots=lots)


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
