"""Where viewers stopped, and where they go on from."""

from __future__ import annotations

from typing import Any

import pytest

from cliffhanger.progress.domain import (
    END_MS,
    MOST_BOOKMARKS,
    SAME_CUT_MS,
    UNKNOWN_MS,
    Bookmark,
    Watched,
    noted,
    resume_ms,
)
from tests.support.dynamodb.capacity import item_size

NOW = 1_763_700_000_000
LENGTH = 90_000
AT = Bookmark(2, 41_500, "v1", LENGTH, NOW)


def test_the_episode_watched_last_comes_first_and_each_stands_once() -> None:
    watched = noted("s", noted("s", None, AT), AT._replace(episode=3, saved_at=NOW + 1_000))
    assert [one.episode for one in watched.bookmarks] == [3, 2]
    again = noted("s", watched, AT._replace(position_ms=60_000, saved_at=NOW + 31_000))
    assert [(one.episode, one.position_ms) for one in again.bookmarks] == [(2, 60_000), (3, 41_500)]
    assert again.newest.episode == 2
    assert again.at(3) == watched.newest
    assert again.at(4) is None


def test_a_clock_that_is_behind_still_writes_a_later_time() -> None:
    """The time tells one state of the item from the next: two writes of the same moment must differ in it."""
    first = noted("s", None, AT)
    assert noted("s", first, AT._replace(episode=3)).newest.saved_at == NOW + 1
    assert noted("s", first, AT._replace(saved_at=NOW - 5_000)).newest.saved_at == NOW + 1


def test_the_oldest_bookmark_makes_room() -> None:
    watched: Watched | None = None
    for episode in range(1, MOST_BOOKMARKS + 2):
        watched = noted("s", watched, AT._replace(episode=episode, saved_at=NOW + episode))
    assert watched is not None
    assert [one.episode for one in watched.bookmarks] == list(range(MOST_BOOKMARKS + 1, 1, -1))


def test_the_longest_names_and_numbers_fit_into_one_write_unit() -> None:
    longest = [{"N": "9999"}, {"N": "86399999"}, {"S": "v" * 32}, {"N": "86399999"}, {"N": "1763712345678"}]
    item: dict[str, dict[str, Any]] = {
        "person": {"S": "p" * 32},
        "series": {"S": "s" * 32},
        "bookmarks": {"L": [{"L": longest}] * MOST_BOOKMARKS},
        "savedAt": {"N": "1763712345678"},
        "expiresAt": {"N": "1763712345"},
    }
    assert item_size(item) <= 1_024


@pytest.mark.parametrize(
    ("position", "expected"),
    [
        (0, None),
        (1, 1),
        (41_500, 41_500),
        (LENGTH - END_MS - 1, LENGTH - END_MS - 1),
        (LENGTH - END_MS, None),
        (LENGTH, None),
    ],
)
def test_an_episode_goes_on_unless_it_was_hardly_begun_or_seen_to_the_end(position: int, expected: int | None) -> None:
    assert resume_ms(AT._replace(position_ms=position), "v1", LENGTH) == expected


@pytest.mark.parametrize(
    ("stored", "expected"),
    [
        (LENGTH, 41_500),
        (LENGTH - SAME_CUT_MS, 41_500),
        (LENGTH + SAME_CUT_MS, 41_500),
        (LENGTH + SAME_CUT_MS + 1, None),
        (UNKNOWN_MS, None),
    ],
)
def test_another_version_goes_on_only_where_it_is_as_long(stored: int, expected: int | None) -> None:
    """Then sound or subtitles were mended; a longer or shorter one was cut anew, and the place is another scene."""
    assert resume_ms(AT._replace(duration_ms=stored), "v2", LENGTH) == expected


def test_without_a_bookmark_an_episode_begins_at_its_beginning() -> None:
    assert resume_ms(None, "v1", LENGTH) is None
