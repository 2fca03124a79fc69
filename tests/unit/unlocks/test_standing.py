"""What unlocks what (LEDGER rule 5)."""

from __future__ import annotations

from cliffhanger.ledger.entries import Known
from cliffhanger.unlocks.domain import Standing, answered_by, prefix_of, standing

OWN = Known("unlock:s:2-2.0", 7)


def test_nothing_bought_is_nothing_unlocked() -> None:
    assert standing([], "s", 2) == Standing(None, 0)


def test_an_unlock_covers_its_episode() -> None:
    assert standing([OWN], "s", 2).covered_by == 7


def test_an_unlock_of_episode_1_says_nothing_of_episode_10() -> None:
    assert standing([Known("unlock:s:1-1.0", 3)], "s", 10).covered_by is None
    assert not "unlock:s:10-10.0".startswith(prefix_of("s", 1))


def test_an_unlock_of_another_series_says_nothing() -> None:
    assert standing([OWN], "other", 2).covered_by is None


def test_a_range_covers_what_lies_in_it() -> None:
    known = [Known("unlock:s:2-9.0", 4)]
    assert standing(known, "s", 9).covered_by == 4
    assert standing(known, "s", 10).covered_by is None


def test_a_reversed_unlock_covers_nothing_and_the_next_generation_can_be_bought() -> None:
    known = [OWN, Known("unlock:s:2-2.0:rev:r1", 9)]
    assert standing(known, "s", 2) == Standing(None, 1)


def test_a_late_retry_of_a_reversed_unlock_answers_with_its_old_entry() -> None:
    known = (OWN, Known("unlock:s:2-2.0:rev:r1", 9))
    assert answered_by(known, "s", 2, 0) == 7
    assert answered_by(known, "s", 2, 1) is None


def test_a_later_generation_covers_again() -> None:
    known = [OWN, Known("unlock:s:2-2.0:rev:r1", 9), Known("unlock:s:2-2.1", 11)]
    assert standing(known, "s", 2) == Standing(11, 2)
