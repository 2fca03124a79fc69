"""Unlocking several episodes at once: what is missing is charged, what is open is told."""

from __future__ import annotations

from cliffhanger.errors import (
    EpisodeUnavailable,
    PriceChanged,
)
from cliffhanger.ledger.state import RANGES
from cliffhanger.unlocks.service import MOST_RECEIPTS
from tests.support.world import SERIES
from tests.unit.unlocks.desk import HOUR, NOW, Desk, refused, stop, story


def test_a_range_is_one_entry_that_opens_all_of_it(desk: Desk) -> None:
    unlocked = desk.unlock(2, 5)
    assert [entry.reference for entry in unlocked.entries] == [f"unlock:{SERIES}:2-5.0"]
    assert (desk.head.state.balances["coin"], RANGES in desk.head.state.flags) == (60, True)
    rows = desk.rows
    for episode in range(2, 6):
        again = desk.unlock(episode)
        assert (again.entries, again.repeated) == (unlocked.entries, True)
    assert desk.rows == rows


def test_a_range_inside_a_range_writes_nothing(desk: Desk) -> None:
    unlocked = desk.unlock(2, 9)
    rows = desk.rows
    assert desk.unlock(4, 6).entries == unlocked.entries
    assert desk.rows == rows


def test_an_overlapping_range_charges_only_for_what_is_missing(desk: Desk) -> None:
    desk.unlock(2, 4)
    (entry,) = desk.unlock(3, 7, 30).entries
    assert entry.terms["prices"] == [[5, 7, 10]]
    assert sum(portion.coins for portion in entry.spent) == 30
    assert desk.unlock(2, 7).repeated


def test_singles_then_the_range_around_them_charges_for_the_gaps(desk: Desk) -> None:
    desk.line(6, price_coins=7)
    desk.unlock(3)
    desk.unlock(5)
    (entry,) = desk.unlock(2, 7, 37).entries
    assert entry.terms["prices"] == [[2, 2, 10], [4, 4, 10], [6, 6, 7], [7, 7, 10]]
    assert sum(portion.coins for portion in entry.spent) == 37


def test_a_range_that_was_bought_one_by_one_is_answered_with_all_its_receipts(desk: Desk) -> None:
    singles = [desk.unlock(episode).entries[0] for episode in (4, 2, 3)]
    rows = desk.rows
    again = desk.unlock(2, 4)
    assert again.entries == (singles[1], singles[2], singles[0])
    assert (again.repeated, desk.rows) == (True, rows)


def test_a_long_range_that_was_bought_one_by_one_is_answered_with_so_many_receipts_at_most() -> None:
    desk = Desk(story(40))
    desk.buy(1_000)
    for episode in range(2, 41):
        desk.unlock(episode)
    assert len(desk.unlock(2, 40).entries) == MOST_RECEIPTS


def test_what_is_free_in_a_range_is_not_charged_and_not_missing(desk: Desk) -> None:
    desk.line(3, price_coins=0)
    (entry,) = desk.unlock(1, 4, 20).entries
    assert entry.terms["prices"] == [[2, 2, 10], [4, 4, 10]]
    assert desk.unlock(1, 4).repeated
    assert desk.unlock(2).entries == desk.unlock(4).entries == (entry,)


def test_a_range_whose_paid_episodes_are_all_open_is_answered_though_a_free_one_was_never_bought(desk: Desk) -> None:
    receipt = desk.unlock(2, 3).entries
    rows = desk.rows
    again = desk.unlock(1, 3)
    assert (again.entries, again.repeated, desk.rows) == (receipt, True, rows)


def test_what_is_open_already_is_told_even_while_operators_have_stopped_unlocks(desk: Desk) -> None:
    receipt = desk.unlock(2, 3).entries
    desk.open = stop
    assert desk.unlock(1, 3).entries == receipt


def test_a_range_across_an_episode_that_cannot_be_watched_names_it(desk: Desk) -> None:
    desk.line(5, release_at=NOW + HOUR)
    assert refused(desk, EpisodeUnavailable, lambda: desk.unlock(4, 6)) == {"episode": 5}
    desk.line(5, release_at=0, duration_ms=0)
    assert refused(desk, EpisodeUnavailable, lambda: desk.unlock(2, 10)) == {"episode": 5}
    assert desk.unlock(2, 4).entries[0].reference == f"unlock:{SERIES}:2-4.0"


def test_an_episode_that_was_unlocked_and_withdrawn_stands_in_no_range_s_way(desk: Desk) -> None:
    desk.unlock(5)
    desk.line(5, duration_ms=0)
    (entry,) = desk.unlock(4, 6, 20).entries
    assert entry.terms["prices"] == [[4, 4, 10], [6, 6, 10]]


def test_the_rest_is_sold_with_its_discount_and_part_of_it_is_not(desk: Desk) -> None:
    desk.series(rest_discount_percent=20)
    desk.unlock(2)
    assert refused(desk, PriceChanged, lambda: desk.unlock(3, 9, 56)) == {"priceCoins": 70}
    (entry,) = desk.unlock(3, 10, 64).entries
    assert (entry.terms["prices"], desk.head.state.series) == ([[3, 10, 10]], (SERIES, 74))
