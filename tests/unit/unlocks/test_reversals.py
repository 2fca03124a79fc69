"""Refunds: what is locked again, what a late retry hears, and what the next purchase is called."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cliffhanger.errors import GenerationUnknown, NotReversible
from cliffhanger.ledger.entries import Entry
from cliffhanger.unlocks.domain import covering, unlocks_of
from cliffhanger.unlocks.standing import unlocks_in
from tests.support.world import SERIES
from tests.unit.unlocks.desk import DAY, Desk, refused, story


def opened(desk: Desk) -> list[int]:
    unlocks = unlocks_in(desk.ledger, "mia", SERIES)
    return [episode for episode in range(1, 12) if covering(unlocks, episode)]


def test_a_reversed_unlock_gives_the_coins_back_and_locks_the_episode_again(desk: Desk) -> None:
    before = desk.head.state
    (entry,) = desk.unlock(2).entries
    back = desk.reverse(entry.seq).entry
    assert (back.state.balances, back.state.lots) == (before.balances, before.lots)
    assert (back.reference, back.terms["reverses"]) == (f"{entry.reference}:rev:c2", entry.seq)
    assert opened(desk) == []


def test_a_reversed_range_is_locked_as_a_whole_and_what_was_bought_apart_stays_open(desk: Desk) -> None:
    desk.unlock(4)
    (entry,) = desk.unlock(2, 6, 40).entries
    desk.unlock(7)
    desk.reverse(entry.seq)
    assert opened(desk) == [4, 7]
    assert desk.head.state.series == (SERIES, 20)


def test_a_reversal_asked_for_again_is_the_same_entry(desk: Desk) -> None:
    """A lost reply, or a second click of support."""
    (entry,) = desk.unlock(2).entries
    first = desk.reverse(entry.seq, "case")
    rows = desk.rows
    again = desk.reverse(entry.seq, "case")
    assert (again.entry, again.repeated, desk.rows) == (first.entry, True, rows)


def test_an_unlock_is_reversed_once_whoever_asks(desk: Desk) -> None:
    (entry,) = desk.unlock(2).entries
    desk.reverse(entry.seq, "one")
    refused(desk, NotReversible, lambda: desk.reverse(entry.seq, "two"))


def test_of_two_cases_that_reverse_at_once_one_does(desk: Desk) -> None:
    (entry,) = desk.unlock(2).entries
    desk.before_put = lambda: desk.reverse(entry.seq, "two")
    with pytest.raises(NotReversible):
        desk.reverse(entry.seq, "one")
    assert desk.head.state.balances["coin"] == 100


def test_a_case_whose_name_begins_with_another_s_is_not_it(desk: Desk) -> None:
    (entry,) = desk.unlock(2).entries
    desk.reverse(entry.seq, "c")
    refused(desk, NotReversible, lambda: desk.reverse(entry.seq, "c1"))


def test_the_reversal_of_one_generation_is_not_that_of_the_tenth(desk: Desk) -> None:
    """Their references begin alike."""
    for generation in range(10):
        desk.reverse(desk.unlock(2, generation=generation).entries[0].seq)
    (entry,) = desk.unlock(2, generation=10).entries
    (first,) = [seq for reference, seq in desk.references if reference.endswith(":2-2.1")]
    refused(desk, NotReversible, lambda: desk.reverse(first))
    assert str(desk.reverse(entry.seq).entry.reference).startswith(f"unlock:{SERIES}:2-2.10:rev:")


MADE: dict[str, Callable[[Desk], Entry]] = {
    "a purchase": lambda desk: desk.buy(),
    "limits": lambda desk: desk.limit(day=500),
    "a freeze": lambda desk: desk.freeze(),
    "a reversal": lambda desk: desk.reverse(desk.unlock(2).entries[0].seq).entry,
}


@pytest.mark.parametrize("kind", [*MADE, "a grant"])
def test_only_an_unlock_is_reversed_as_one(desk: Desk, kind: str) -> None:
    made = desk.grant() if kind == "a grant" else MADE[kind](desk)
    refused(desk, NotReversible, lambda: desk.reverse(made.seq))


def test_a_late_retry_of_a_refunded_unlock_finds_its_old_receipt_and_buys_nothing(desk: Desk) -> None:
    first = desk.unlock(2).entries
    desk.reverse(first[0].seq)
    rows = desk.rows
    assert (desk.unlock(2).entries, desk.rows) == (first, rows)
    again = desk.unlock(2, generation=1)
    assert (again.repeated, again.entries[0].reference) == (False, f"unlock:{SERIES}:2-2.1")
    assert desk.unlock(2).entries == first
    assert desk.unlock(2, generation=1).entries == again.entries


def test_a_late_retry_of_a_refunded_range_finds_its_old_receipt_and_buys_nothing(desk: Desk) -> None:
    first = desk.unlock(2, 5).entries
    desk.reverse(first[0].seq)
    rows = desk.rows
    assert (desk.unlock(2, 5).entries, desk.rows) == (first, rows)


def test_a_late_retry_of_a_single_that_a_refunded_range_had_opened_buys_nothing(desk: Desk) -> None:
    """It was answered with the range's receipt, and paid nothing; it must not pay now."""
    (entry,) = desk.unlock(2, 5).entries
    assert desk.unlock(3).entries == (entry,)
    desk.reverse(entry.seq)
    assert refused(desk, GenerationUnknown, lambda: desk.unlock(3)) == {"generation": 1}
    assert not desk.unlock(3, generation=1).repeated


def test_a_late_retry_of_a_range_that_refunded_singles_had_opened_buys_nothing(desk: Desk) -> None:
    singles = [desk.unlock(episode).entries[0] for episode in (2, 3, 4)]
    assert desk.unlock(2, 4).repeated
    desk.reverse(singles[1].seq)
    assert refused(desk, GenerationUnknown, lambda: desk.unlock(2, 4)) == {"generation": 1}
    (entry,) = desk.unlock(2, 4, 10, generation=1).entries
    assert entry.terms["prices"] == [[3, 3, 10]]


def test_a_single_bought_before_the_refunded_range_still_answers_its_own_retry(desk: Desk) -> None:
    single = desk.unlock(3).entries
    (entry,) = desk.unlock(2, 5, 30).entries
    desk.reverse(entry.seq)
    assert desk.unlock(3).entries == single
    assert desk.unlock(3, generation=1).entries == single


def test_the_quote_names_the_generation_that_can_be_bought(desk: Desk) -> None:
    desk.reverse(desk.unlock(2, 5).entries[0].seq)
    desk.reverse(desk.unlock(3, generation=1).entries[0].seq)
    offers = desk.quote(3, 4).options
    assert [(offer.kind, offer.generation) for offer in offers] == [("episode", 2), ("next", 2), ("rest", 2)]
    assert desk.quote(6).options[0].generation == 0
    assert desk.take(offers[0]).entries[0].reference == f"unlock:{SERIES}:3-3.2"


def test_no_reference_is_ever_used_twice(desk: Desk) -> None:
    for _ in range(4):
        for span in ((3, 3), (2, 5), (3, 8)):
            touched = sum(one.reversed and one.spans(*span) for one in unlocks_of(desk.references))
            made = desk.unlock(*span, generation=touched)
            assert not made.repeated
            desk.reverse(made.entries[0].seq)
    references = [reference for reference, _ in desk.references]
    assert len(references) == len(set(references)) == 24


def test_an_unlock_for_nothing_is_reversed_too(desk: Desk) -> None:
    desk.series(ceiling_coins=10)
    desk.unlock(2)
    (free,) = desk.unlock(3, price=0).entries
    desk.reverse(free.seq)
    assert opened(desk) == [2]
    assert refused(desk, GenerationUnknown, lambda: desk.unlock(2, 4, 0)) == {"generation": 1}


def test_an_unlock_for_nothing_that_began_the_chain_is_reversed() -> None:
    desk = Desk(story(rest_discount_percent=100))
    (free,) = desk.unlock(2, 10, 0).entries
    assert free.seq == 1
    desk.reverse(free.seq)
    assert opened(desk) == []


def test_a_reversal_makes_room_under_the_ceiling_again(desk: Desk) -> None:
    """Or a viewer could be refunded and keep the rest for nothing."""
    desk.series(ceiling_coins=25)
    (entry,) = desk.unlock(2, 3).entries
    desk.reverse(entry.seq)
    assert desk.quote(5).options[-1].price.coins == 25
    (again,) = desk.unlock(2, 10, 25, generation=1).entries
    assert desk.head.state.series == (SERIES, 25)
    assert sum(portion.coins for portion in again.spent) == 25


def test_the_ceiling_holds_over_several_purchases_and_reversals(desk: Desk) -> None:
    desk.series(ceiling_coins=35)
    desk.unlock(2)
    (second,) = desk.unlock(3, 4).entries
    (third,) = desk.unlock(5, price=5).entries
    (free,) = desk.unlock(6, price=0).entries
    assert (third.state.series, free.state.series) == ((SERIES, 35), (SERIES, 35))
    desk.reverse(second.seq)
    assert desk.head.state.series == (SERIES, 15)
    assert desk.quote(3).ceiling is not None
    assert desk.quote(7).options[0].price.coins == 10
    desk.unlock(7)
    assert desk.quote(8).options[0].price.coins == 10


def test_a_reversal_after_the_price_and_the_series_have_changed_gives_back_what_was_paid(desk: Desk) -> None:
    (entry,) = desk.unlock(2, 4).entries
    desk.line(3, price_coins=99)
    desk.series(ceiling_coins=5, listed=False)
    desk.now += 400 * DAY
    assert desk.reverse(entry.seq).entry.state.balances == {"coin": 100, "USD.deferred": 990}


def test_a_reversal_of_an_earlier_series_states_that_series_sum(desk: Desk) -> None:
    desk.put_on(story(series="other"))
    (first,) = desk.unlock(2).entries
    desk.unlock(3)
    desk.unlock(2, series="other")
    assert desk.reverse(first.seq).entry.state.series == (SERIES, 10)
    desk.unlock(4)
    assert desk.head.state.series == (SERIES, 20)
    desk.unlock(3, series="other")
    assert desk.head.state.series == ("other", 20)


def test_granted_coins_that_were_taken_back_after_they_were_spent_are_owed_until_a_credit_repays_them() -> None:
    desk = Desk()
    grant = desk.grant(30)
    (entry,) = desk.unlock(2, 3).entries
    assert desk.take_back(grant.seq).entry.state.debt == {"bonus": 20}
    assert desk.grant(5).state.debt == {"bonus": 15}
    back = desk.reverse(entry.seq).entry
    assert (back.state.debt, back.state.balances) == ({}, {"bonus": 5})


def test_a_grant_is_taken_back_once_and_asked_again_it_is_the_same_entry(desk: Desk) -> None:
    grant = desk.grant(30)
    first = desk.take_back(grant.seq, "case")
    rows = desk.rows
    assert desk.take_back(grant.seq, "case").entry == first.entry
    refused(desk, NotReversible, lambda: desk.take_back(grant.seq, "two"))
    assert desk.rows == rows


def test_a_grant_that_became_part_of_an_older_lot_and_expired_is_not_owed(desk: Desk) -> None:
    desk.grant(5, days=7)
    later = desk.grant(7, days=7)
    desk.now += 40 * DAY
    desk.buy(1)
    refused(desk, NotReversible, lambda: desk.take_back(later.seq))


@pytest.mark.parametrize("kind", [*MADE, "an unlock"])
def test_only_a_grant_is_taken_back(desk: Desk, kind: str) -> None:
    made = desk.unlock(2).entries[0] if kind == "an unlock" else MADE[kind](desk)
    refused(desk, NotReversible, lambda: desk.take_back(made.seq))
