"""A refund locks what it paid for, though a range bought since spans it: the range had not charged for it."""

from __future__ import annotations

from cliffhanger.ledger.state import Known
from cliffhanger.unlocks.domain import covering, open_spans, unlocks_of
from cliffhanger.unlocks.service import is_unlocked
from cliffhanger.unlocks.standing import unlocks_in
from tests.support.world import SERIES
from tests.unit.unlocks.desk import Desk


def opened(desk: Desk) -> list[int]:
    return [episode for episode in range(1, 11) if is_unlocked(desk.ledger, "mia", SERIES, episode)]


def test_a_refunded_single_is_locked_though_a_later_range_spans_it(desk: Desk) -> None:
    (single,) = desk.unlock(4).entries
    (ranged,) = desk.unlock(3, 5, 20).entries
    assert ranged.terms["prices"] == [[3, 3, 10], [5, 5, 10]]
    desk.reverse(single.seq)
    assert opened(desk) == [3, 5]
    assert desk.quote(4).status == "locked"


def test_refunded_singles_at_either_end_of_a_range_are_locked(desk: Desk) -> None:
    (first,), (last,) = desk.unlock(3).entries, desk.unlock(5).entries
    desk.unlock(3, 5, 10)
    desk.reverse(first.seq)
    desk.reverse(last.seq)
    assert opened(desk) == [4]


def test_most_of_a_story_is_not_had_for_the_price_of_its_last_episode(desk: Desk) -> None:
    """Every single refunded, after a range had charged for the one that was missing."""
    singles = [desk.unlock(episode).entries[0] for episode in range(2, 10)]
    desk.unlock(2, 10, 10)
    for single in singles:
        desk.reverse(single.seq)
    assert opened(desk) == [10]
    assert desk.head.state.series == (SERIES, 10)


def test_what_was_refunded_under_a_range_is_bought_again_with_the_next_generation(desk: Desk) -> None:
    (single,) = desk.unlock(4).entries
    first = desk.unlock(3, 5, 20).entries
    desk.reverse(single.seq)
    assert desk.unlock(3, 5, 20).entries == first
    assert desk.unlock(4).entries == (single,)
    (again,) = desk.unlock(3, 5, 10, generation=1).entries
    assert again.terms["prices"] == [[4, 4, 10]]
    assert opened(desk) == [3, 4, 5]


def test_a_refunded_range_is_locked_though_another_has_filled_its_gap(desk: Desk) -> None:
    (single,) = desk.unlock(4).entries
    (ranged,) = desk.unlock(3, 5, 20).entries
    desk.reverse(single.seq)
    desk.unlock(2, 6, 30, generation=1)
    desk.reverse(ranged.seq)
    assert opened(desk) == [2, 4, 6]


def test_a_range_that_was_bought_after_a_refund_opens_all_of_it(desk: Desk) -> None:
    desk.reverse(desk.unlock(4).entries[0].seq)
    desk.unlock(3, 5, generation=1)
    assert opened(desk) == [3, 4, 5]


def test_entitlements_leave_out_what_was_refunded_under_a_range(desk: Desk) -> None:
    (single,) = desk.unlock(4).entries
    (ranged,) = desk.unlock(3, 5, 20).entries
    assert open_spans(unlocks_in(desk.ledger, "mia", SERIES)) == [(4, 4, single.seq), (3, 5, ranged.seq)]
    desk.reverse(single.seq)
    assert open_spans(unlocks_in(desk.ledger, "mia", SERIES)) == [(3, 3, ranged.seq), (5, 5, ranged.seq)]


def test_a_range_of_another_series_keeps_nothing_out() -> None:
    unlocks = unlocks_of([Known("unlock:a:3-3.0", 1), Known("unlock:b:2-4.0", 2), Known("unlock:a:3-3.0:rev:c", 3)])
    assert [unlock.seq for unlock in unlocks if unlock.opens(3) and not unlock.reversed] == [2]
    assert covering(unlocks, 3) == unlocks[1]
