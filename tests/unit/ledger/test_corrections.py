"""Reversals: what comes back, to which lot, and what becomes of what is no longer there."""

from __future__ import annotations

import pytest

from cliffhanger.errors import NotReversible
from cliffhanger.ledger.entries import foreign_legs, seal
from cliffhanger.ledger.lots import MAX_LOTS, expiry_day
from cliffhanger.ledger.settlement import plan_batch
from cliffhanger.ledger.state import Posting, State
from tests.unit.ledger.chains import (
    DAY,
    EXPIRED,
    ISSUED,
    NOW,
    RECOVERED,
    SERIES,
    STORY,
    TODAY,
    VIEWER,
    bought,
    frozen,
    golden,
    granted,
    indebted,
    limited,
    lot_of,
    lots_of,
    taken_back,
    undone,
    unlocked,
)

WEEK = 7 * DAY


def test_a_reversed_unlock_leaves_the_wallet_as_it_was() -> None:
    head = granted(bought(), coins=5)
    paid = unlocked(head)
    back = undone(paid, paid, head)
    assert (back.state.lots, back.state.balances) == (head.state.lots, head.state.balances)
    assert foreign_legs(back) == {SERIES: {"bonus": -5, "coin": -7, "USD": -69}}


def test_a_reversal_gives_back_to_the_cent_what_the_unlock_took() -> None:
    """However the coins had been divided: the lot is whole again."""
    head = bought(coins=7, cash=100)
    first = unlocked(head, 2, price=3)
    second = unlocked(first, 3, price=3)
    after_first = undone(second, first, head)
    after_both = undone(after_first, second, first)
    assert lot_of(after_both, "1") == lot_of(head, "1")


def test_coins_of_a_lot_that_was_used_up_come_back_as_that_lot() -> None:
    head = granted(bought(coins=12, cash=99), coins=12, days=30)
    paid = unlocked(head, price=24)
    assert paid.state.lots == ()
    assert sorted(undone(paid, paid, head).state.lots) == sorted(head.state.lots)


def test_coins_come_back_to_their_own_lot_and_not_to_another_of_their_class() -> None:
    """Another's expiry would make them live longer, or shorter."""
    head = granted(granted(coins=12, days=30), coins=20, days=60)
    paid = unlocked(head)
    back = undone(paid, paid, head)
    assert lots_of(back) == [("2", "bonus", 20, expiry_day(NOW, 60)), ("1", "bonus", 12, expiry_day(NOW, 30))]


def test_granted_coins_come_back_with_a_week_to_live_at_least() -> None:
    """The viewer could not spend them meanwhile."""
    head = granted(bought(), coins=12, days=14)
    paid = unlocked(head)
    for at in (NOW + 12 * DAY, NOW + 40 * DAY):
        lot = lot_of(undone(paid, paid, head, at=at), "2")
        assert lot.expires_day == expiry_day(at, 7)
        assert WEEK <= lot.expires_day * DAY - at < 2 * WEEK + DAY


def test_granted_coins_that_live_longer_than_a_week_anyway_keep_their_day() -> None:
    head = granted(bought(), coins=12, days=60)
    paid = unlocked(head)
    assert lot_of(undone(paid, paid, head), "2").expires_day == expiry_day(NOW, 60)


def test_coins_that_come_back_with_another_day_stand_beside_what_is_left_of_their_lot() -> None:
    """The rest of the lot must not live longer for it."""
    head = granted(coins=30, days=14)
    paid = unlocked(head)
    at = NOW + 13 * DAY
    back = undone(paid, paid, head, at=at)
    assert lots_of(back) == [("1", "bonus", 18, expiry_day(NOW, 14)), ("3.1", "bonus", 12, expiry_day(at, 7))]
    # And a second time, beside both: no two lots have one name.
    again = unlocked(back, 3, price=10, at=at)
    back_again = undone(again, again, back, at=at)
    assert [lot[:3] for lot in lots_of(back_again)] == [("1", "bonus", 8), ("3.1", "bonus", 12), ("5.1", "bonus", 10)]


def test_coins_of_two_lots_that_come_back_with_another_day_become_two() -> None:
    head = granted(granted(coins=10, days=14), coins=10, days=7)
    paid = unlocked(head, price=14)
    at = NOW + 5 * DAY
    back = undone(paid, paid, head, at=at)
    assert sorted(lot[:3] for lot in lots_of(back)) == [("1", "bonus", 10), ("2", "bonus", 10)]
    assert len({lot.lot for lot in back.state.lots}) == len(back.state.lots)


def test_the_same_lot_given_back_twice_on_one_day_grows_once_for_each() -> None:
    head = granted(coins=30, days=60)
    first = unlocked(head, 2)
    second = unlocked(first, 3, price=7)
    one = undone(second, first, head)
    both = undone(one, second, first)
    assert lots_of(both) == lots_of(head)


def test_bought_coins_never_expire_however_late_they_come_back() -> None:
    head = bought()
    paid = unlocked(head)
    assert lot_of(undone(paid, paid, head, at=NOW + 4_000 * DAY), "1") == lot_of(head, "1")


def test_a_reversal_notices_what_expired_meanwhile_and_does_not_revive_it() -> None:
    head = granted(coins=30, days=14)
    paid = unlocked(head)
    back = undone(paid, paid, head, at=NOW + 40 * DAY)
    assert foreign_legs(back)[EXPIRED] == {"bonus": 18}
    assert back.state.balances == {"bonus": 12}


def test_a_wallet_full_of_lots_takes_a_reversal_too() -> None:
    head = bought(coins=5, cash=1)
    paid = unlocked(head, price=5)
    full = paid
    for number in range(MAX_LOTS):
        full = bought(full, coins=1, cash=number + 2)
    assert len(full.state.lots) == MAX_LOTS
    back = undone(full, paid, head, spent_before=5)
    assert len(back.state.lots) == MAX_LOTS
    assert back.state.balances["coin"] == MAX_LOTS + 5


def test_a_reversal_first_repays_what_is_owed() -> None:
    """The bonus was taken back after it had been spent; what the unlock returns is not the viewer's twice."""
    head = bought()
    grant = granted(head, coins=12)
    paid = unlocked(grant)
    owing = taken_back(paid, grant, head)
    assert owing.state.debt == {"bonus": 12}
    back = undone(owing, paid, grant)
    assert (back.state.debt, back.state.balances, back.state.lots) == ({}, head.state.balances, head.state.lots)


def test_the_cash_of_bought_coins_that_repay_by_a_reversal_goes_to_who_had_carried_it() -> None:
    head = bought(coins=12, cash=119)
    paid = unlocked(head)
    back = undone(indebted(paid, "coin", 7), paid, head)
    assert foreign_legs(back)[RECOVERED] == {"USD": 69}
    assert (back.state.debt, back.state.balances) == ({}, {"coin": 5, "USD.deferred": 50})


def test_a_reversal_takes_the_sum_off_the_series_and_the_day() -> None:
    head = bought()
    first = unlocked(head, 2)
    second = unlocked(first, 3, price=7)
    back = undone(second, first, head)
    assert (back.state.series, back.state.day) == ((STORY, 7), (TODAY, 7))


def test_a_reversal_after_another_series_tells_the_sum_of_its_own() -> None:
    head = bought()
    first = unlocked(head, 2)
    other = unlocked(first, 2, price=7, series="other")
    back = undone(other, first, head, spent_before=12)
    assert back.state.series == (STORY, 0)


def test_a_reversal_of_an_unlock_of_version_1_takes_nothing_off_a_day_that_never_counted_it() -> None:
    """A tally below zero would let the viewer spend more than the limit."""
    chain = golden(1)
    third, fourth, fifth = chain[2:5]
    back = undone(fifth, fifth, fourth, at=fifth.at, spent_before=52)
    assert (back.state.day, back.state.series) == ((0, 0), (STORY, 12))
    counted = unlocked(fifth, 4, price=9, at=fifth.at, spent_before=52)
    assert undone(counted, fourth, third, at=fifth.at).state.day == (fourth.at // DAY, 9)


def test_an_unlock_for_nothing_is_reversed_by_an_entry_that_moves_nothing() -> None:
    head = unlocked(bought(), 2)
    free = unlocked(head, 3, price=0)
    back = undone(free, free, head)
    assert (back.postings, back.state) == ((), free.state)


def test_an_unlock_for_nothing_that_noticed_an_expiry_gives_nothing_back() -> None:
    head = bought(granted(days=14))
    free = unlocked(head, 3, price=0, at=NOW + 40 * DAY)
    back = undone(free, free, head, at=NOW + 40 * DAY)
    assert (back.postings, back.state.balances) == ((), free.state.balances)


def test_what_paid_no_series_is_not_reversed_as_an_unlock() -> None:
    head = bought()
    tip = seal(
        VIEWER,
        head,
        NOW,
        postings=[Posting("coin", 100, ".", "creator:a"), Posting("USD", 990, ".deferred", "creator:a")],
        state=State({}, ()),
        reference="support:tip",
        request=b"x",
        spent=unlocked(head, price=100).spent,
    )
    with pytest.raises(NotReversible):
        undone(tip, tip, head)


def test_a_frozen_account_takes_a_reversal() -> None:
    """Freezing stops spending; what support gives back still comes in."""
    head = bought()
    paid = unlocked(head)
    assert undone(frozen(paid), paid, head).state.balances == head.state.balances


def test_a_grant_is_taken_back_to_where_it_came_from() -> None:
    head = bought()
    grant = granted(head, coins=30)
    back = taken_back(grant, grant, head)
    assert foreign_legs(back) == {ISSUED: {"bonus": 30}}
    assert (back.state.lots, back.state.debt) == (head.state.lots, {})


def test_what_is_left_of_a_grant_is_taken_and_the_rest_is_owed() -> None:
    head = bought()
    grant = granted(head, coins=30)
    spent = unlocked(grant)
    back = taken_back(spent, grant, head)
    assert (back.state.balances, back.state.debt) == ({"coin": 100, "USD.deferred": 990}, {"bonus": 12})


def test_other_granted_coins_answer_for_what_is_spent_but_bought_ones_never_do() -> None:
    head = bought()
    grant = granted(head, coins=12, days=14)
    other = granted(unlocked(grant), coins=5, days=60)
    back = taken_back(other, grant, head)
    assert (back.state.balances.get("bonus", 0), back.state.balances["coin"], back.state.debt) == (0, 100, {"bonus": 7})


def test_a_grant_that_expired_by_itself_is_not_taken_back() -> None:
    """The viewer would owe coins that were never used."""
    grant = granted(coins=30, days=14)
    later = bought(grant, at=NOW + 40 * DAY)
    for head in (grant, later):
        with pytest.raises(NotReversible):
            taken_back(head, grant, at=NOW + 40 * DAY)


def test_a_grant_of_a_single_coin_that_expired_is_not_taken_back() -> None:
    grant = granted(bought(), coins=1, days=14)
    with pytest.raises(NotReversible):
        taken_back(grant, grant, bought(), at=NOW + 40 * DAY)


def test_a_grant_that_made_others_become_one_is_told_from_them() -> None:
    """A full wallet: two older lots grew into one by the same entry, and they live on when the grant has expired."""
    full, weeks = bought(), 40
    for week in range(weeks):
        full = granted(full, coins=2, days=70 + 7 * week)
    for shop in range(MAX_LOTS - 1 - weeks):
        full = bought(full, coins=1, channel=f"shop{shop}")
    grant = granted(full, coins=5, days=14)
    assert len(full.state.lots) == len(grant.state.lots) == MAX_LOTS
    with pytest.raises(NotReversible):
        taken_back(grant, grant, full, at=NOW + 40 * DAY)


def test_a_grant_that_became_part_of_an_older_lot_and_expired_with_it_is_not_taken_back() -> None:
    older = granted(bought(), coins=5)
    grant = granted(older, coins=7)
    assert [lot[:3] for lot in lots_of(grant)] == [("1", "coin", 100), ("2", "bonus", 12)]
    late = bought(grant, at=NOW + 40 * DAY)
    with pytest.raises(NotReversible):
        taken_back(late, grant, older, at=NOW + 40 * DAY)


def test_a_grant_that_became_part_of_an_older_lot_is_taken_from_that_one_first() -> None:
    older = granted(granted(coins=3, days=14), coins=5, days=30)
    grant = granted(older, coins=7, days=30)
    back = taken_back(grant, grant, older)
    assert [lot[:3] for lot in lots_of(back)] == [("1", "bonus", 3), ("2", "bonus", 5)]


def test_a_grant_that_repaid_debt_is_owed_again_when_it_is_taken_back() -> None:
    owing = indebted(None, coins=25)
    grant = granted(owing, coins=10)
    back = taken_back(grant, grant, owing)
    assert (back.state.debt, back.state.lots) == ({"bonus": 25}, ())


def test_a_game_s_coins_are_taken_back_as_a_game_s() -> None:
    head = granted(coins=5)
    grant = granted(head, coins=30, unit="game")
    back = taken_back(grant, grant, head)
    assert (back.state.balances, back.state.debt) == ({"bonus": 5}, {})


HEAD = bought()
PAID = unlocked(HEAD)
NO_GRANTS = {
    "a purchase": HEAD,
    "an unlock": PAID,
    "a reversal": undone(PAID, PAID, HEAD),
    "a freeze": frozen(HEAD),
    "limits": limited(HEAD, day=5),
    "a purchase of version 1": golden(1)[0],
    "an unlock of version 1": golden(1)[3],
}


@pytest.mark.parametrize("kind", NO_GRANTS)
def test_only_what_the_house_granted_is_taken_back(kind: str) -> None:
    """A purchase is refunded by its own rules, an unlock by its reversal; a setting granted nothing."""
    with pytest.raises(NotReversible):
        taken_back(bought(), NO_GRANTS[kind])


def test_cash_that_was_settled_on_a_viewer_s_chain_is_no_grant() -> None:
    sent = seal("external:stripe", None, NOW, postings=[Posting("USD", 5, ".", VIEWER)], state=State({"USD": -5}))
    batch = plan_batch(VIEWER, bought(), [sent], NOW).entry
    with pytest.raises(NotReversible):
        taken_back(batch, batch, bought())


def test_a_grant_of_version_1_can_be_taken_back() -> None:
    chain = golden(1)
    back = taken_back(chain[1], chain[1], chain[0], at=chain[1].at)
    assert (back.state.lots, back.state.debt) == (chain[0].state.lots, {})
