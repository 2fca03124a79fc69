"""What unlocks what (LEDGER rule 5)."""

from __future__ import annotations

import pytest

from cliffhanger.ledger.state import Known
from cliffhanger.unlocks.domain import (
    Unlock,
    answered_by,
    covered_by,
    covering,
    next_generation,
    prefix_for,
    series_prefix,
    unlocks_of,
)
from tests.unit.ledger.chains import STORY, bought, frozen, granted, limited, undone, unlocked

ALL = "unlock:s:"


def known(*references: str) -> list[Known]:
    """References in the order of their entries, as the index gives them: sorted by text."""
    return sorted(Known(reference, seq) for seq, reference in enumerate(references, start=3))


def test_nothing_bought_is_nothing_unlocked() -> None:
    assert unlocks_of([]) == ()
    assert covering((), 2) is None
    assert next_generation((), 2, 2) == 0
    assert answered_by((), "s", 2, 2, 0) == ()


def test_an_unlock_tells_what_it_spans_and_where_it_stands() -> None:
    assert unlocks_of(known("unlock:s:2-9.0")) == (Unlock("unlock:s:2-9.0", 3, "s", 2, 9, reversed=False),)


def test_unlocks_come_in_the_order_of_their_entries_not_of_their_names() -> None:
    assert [unlock.seq for unlock in unlocks_of(known("unlock:s:2-2.0", "unlock:s:10-10.0", "unlock:s:1-1.0"))] == [
        3,
        4,
        5,
    ]


def test_references_of_another_kind_unlock_nothing() -> None:
    assert unlocks_of(known("watch:s:2:p", "key:" + "0" * 26, "support:c1", "checkin:2026-11-21")) == ()


def test_a_range_covers_both_its_ends_and_nothing_beyond() -> None:
    unlocks = unlocks_of(known("unlock:s:2-9.0"))
    assert [episode for episode in range(1, 12) if covering(unlocks, episode)] == list(range(2, 10))


def test_of_several_unlocks_the_one_that_stands_and_charged_for_the_episode_opens_it() -> None:
    unlocks = unlocks_of(known("unlock:s:3-3.0", "unlock:s:2-9.0", "unlock:s:3-3.0:rev:c1", "unlock:s:3-3.1"))
    assert [unlock.seq for unlock in (covering(unlocks, 3), covering(unlocks, 4)) if unlock] == [6, 4]


def test_a_reversed_unlock_covers_nothing_and_counts_as_a_generation() -> None:
    unlocks = unlocks_of(known("unlock:s:2-2.0", "unlock:s:2-2.0:rev:r1"))
    assert covering(unlocks, 2) is None
    assert (next_generation(unlocks, 2, 2), next_generation(unlocks, 3, 3)) == (1, 0)


def test_the_reversal_of_one_generation_leaves_the_next_alone() -> None:
    unlocks = unlocks_of(known("unlock:s:2-2.1", "unlock:s:2-2.11", "unlock:s:2-2.1:rev:r1"))
    assert [(unlock.reference, unlock.reversed) for unlock in unlocks] == [
        ("unlock:s:2-2.1", True),
        ("unlock:s:2-2.11", False),
    ]


def test_a_reversed_range_counts_as_a_generation_of_each_episode_and_of_every_range_that_touches_it() -> None:
    """So that a late retry of anything that it covered buys nothing."""
    unlocks = unlocks_of(known("unlock:s:2-9.0", "unlock:s:2-9.0:rev:r1", "unlock:s:20-21.0"))
    touched = [(2, 2), (9, 9), (1, 2), (9, 12), (1, 30), (4, 5)]
    assert [next_generation(unlocks, *span) for span in touched] == [1] * 6
    assert [next_generation(unlocks, *span) for span in [(1, 1), (10, 12), (20, 21)]] == [0, 0, 0]


def test_an_unlock_that_stands_is_no_generation() -> None:
    assert next_generation(unlocks_of(known("unlock:s:2-9.0", "unlock:s:3-3.0")), 1, 30) == 0


def test_a_request_is_answered_by_its_own_entry_even_when_that_was_reversed() -> None:
    """A late retry of a refunded unlock finds its old receipt, and buys nothing."""
    unlocks = unlocks_of(known("unlock:s:2-2.0", "unlock:s:2-2.0:rev:r1", "unlock:s:2-9.1"))
    assert answered_by(unlocks, "s", 2, 2, 0) == (3,)
    assert answered_by(unlocks, "s", 2, 9, 1) == (5,)


def test_a_request_is_answered_by_whatever_opens_all_of_it() -> None:
    unlocks = unlocks_of(known("unlock:s:2-4.0", "unlock:s:5-5.0", "unlock:s:6-9.0"))
    assert answered_by(unlocks, "s", 3, 3, 0) == (3,)
    assert answered_by(unlocks, "s", 3, 7, 0) == (3, 4, 5)
    assert answered_by(unlocks, "s", 2, 9, 7) == (3, 4, 5)


def test_a_request_of_which_one_episode_is_missing_is_not_answered() -> None:
    unlocks = unlocks_of(known("unlock:s:2-4.0", "unlock:s:6-9.0"))
    assert answered_by(unlocks, "s", 3, 7, 0) == ()
    assert answered_by(unlocks, "s", 9, 10, 0) == ()


def test_each_receipt_is_named_once_in_the_order_of_the_episodes() -> None:
    unlocks = unlocks_of(known("unlock:s:6-9.0", "unlock:s:2-5.0", "unlock:s:3-3.0"))
    assert covered_by(unlocks, range(2, 10)) == (4, 3)
    assert covered_by(unlocks, [9, 2]) == (3, 4)
    assert covered_by(unlocks, [2, 10]) is None
    assert covered_by(unlocks, []) == ()


def test_one_episode_s_prefix_is_no_prefix_of_another_s() -> None:
    assert series_prefix("s") == ALL
    assert prefix_for(unlocked(bought(), 2), STORY, 1, 1) == f"unlock:{STORY}:1-"
    assert not f"unlock:{STORY}:10-10.0".startswith(f"unlock:{STORY}:1-")


ONE_BY_ONE = unlocked(bought(), 2)


@pytest.mark.parametrize(
    "head",
    [ONE_BY_ONE, granted(ONE_BY_ONE), limited(ONE_BY_ONE, day=5), frozen(ONE_BY_ONE), unlocked(ONE_BY_ONE, 3, price=0)],
)
def test_who_unlocks_one_by_one_in_one_series_reads_one_episode_s_references(head: object) -> None:
    """It is the hottest read there is: half a unit whatever the length of the series."""
    assert prefix_for(head, STORY, 7, 7) == f"unlock:{STORY}:7-"  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("head", "span"),
    [
        (None, (7, 7)),  # nothing is known
        (bought(), (7, 7)),  # no series yet: nothing tells what this one has had
        (unlocked(ONE_BY_ONE, 2, series="other"), (7, 7)),  # another series was the last
        (ONE_BY_ONE, (7, 8)),  # a range is covered by many
        (unlocked(ONE_BY_ONE, 3, 5), (7, 7)),  # a range may cover it
        (undone(unlocked(ONE_BY_ONE, 3, 5), unlocked(ONE_BY_ONE, 3, 5), ONE_BY_ONE), (7, 7)),  # a reversed one counts
        (unlocked(unlocked(ONE_BY_ONE, 3, 5, series="other"), 7), (8, 8)),  # a range in any series
    ],
)
def test_everyone_else_reads_the_whole_series(head: object, span: tuple[int, int]) -> None:
    assert prefix_for(head, STORY, *span) == series_prefix(STORY)  # type: ignore[arg-type]


def test_a_reversal_of_a_single_unlock_needs_no_wider_read() -> None:
    back = undone(ONE_BY_ONE, ONE_BY_ONE, bought())
    assert prefix_for(back, STORY, 7, 7) == f"unlock:{STORY}:7-"
