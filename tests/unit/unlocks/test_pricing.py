"""What episodes cost: list prices, the discount for the rest, the ceiling, and each episode's part of what was paid."""

from __future__ import annotations

from typing import Any

import pytest

from cliffhanger.catalog.domain import EpisodeLine, Pricing, SeriesPage
from cliffhanger.errors import EpisodeUnavailable, NotFound
from cliffhanger.ledger.state import Known
from cliffhanger.unlocks.domain import Unlock, unlocks_of
from cliffhanger.unlocks.pricing import Price, Run, Situation, price_of, runs_of, shares
from tests.support.world import PAGE
from tests.unit.ledger.chains import NOW

HOUR = 3_600_000


def page(count: int = 10, *, free: int = 1, prices: dict[int, int] | None = None, **changes: Any) -> SeriesPage:
    """A series whose episodes cost 10 coins but where said otherwise, all published."""
    lines = tuple(
        EpisodeLine(number, f"No {number}", (prices or {}).get(number), 8_000) for number in range(1, count + 1)
    )
    return PAGE._replace(episodes=lines, free_episodes=free, pricing=Pricing(start=10), **changes)


def with_line(made: SeriesPage, number: int, **changes: Any) -> SeriesPage:
    lines = list(made.episodes)
    lines[number - 1] = lines[number - 1]._replace(**changes)
    return made._replace(episodes=tuple(lines))


def unlocks(*references: str) -> tuple[Unlock, ...]:
    return unlocks_of([Known(f"unlock:{PAGE.series}:{one}", seq) for seq, one in enumerate(references, start=1)])


def at(made: SeriesPage, *bought: str, spent: int = 0, now: int = NOW, member: bool = False) -> Situation:
    return Situation(made, unlocks(*bought), spent, now, member)


def price(situation: Situation, first: int, last: int) -> Price:
    return price_of(situation, situation.missing(first, last))


def test_only_what_is_paid_and_not_unlocked_is_missing() -> None:
    situation = at(page(prices={5: 0}), "3-4.0", "7-7.0", "9-9.0", "9-9.0:rev:c1")
    assert situation.missing(1, 10) == (2, 6, 8, 9, 10)


@pytest.mark.parametrize(("first", "last"), [(0, 3), (2, 11), (11, 11), (-1, 2)])
def test_what_the_series_does_not_have_cannot_be_missing(first: int, last: int) -> None:
    with pytest.raises(NotFound):
        at(page()).missing(first, last)


def test_several_episodes_cost_what_each_costs() -> None:
    rising = page()._replace(pricing=Pricing(start=8, rise=2, every=2, most=11))
    assert [rising.price_of(number) for number in range(1, 8)] == [0, 8, 8, 10, 10, 11, 11]
    assert price(at(rising), 2, 6) == Price((Run(2, 3, 8), Run(4, 5, 10), Run(6, 6, 11)), 47, 0, 0)


def test_an_episode_that_cannot_be_watched_yet_is_named() -> None:
    for change in ({"duration_ms": 0}, {"release_at": NOW + 1}):
        situation = at(with_line(page(), 5, **change))
        with pytest.raises(EpisodeUnavailable) as refused:
            price(situation, 3, 8)
        assert refused.value.members == {"episode": 5}
        assert price(situation, 6, 8).coins == 30


def test_an_episode_can_be_bought_from_the_millisecond_of_its_release() -> None:
    released = with_line(page(), 5, release_at=NOW)
    assert price(at(released), 5, 5).coins == 10
    with pytest.raises(EpisodeUnavailable):
        price(at(released, now=NOW - 1), 5, 5)


def test_a_member_may_watch_hours_earlier() -> None:
    early = with_line(page(early_hours=2), 5, release_at=NOW + 2 * HOUR)
    assert at(early, member=True).watchable(5)
    assert not at(early).watchable(5)
    assert not at(early, now=NOW - 1, member=True).watchable(5)


def test_an_unlocked_episode_that_is_not_published_any_more_stands_in_no_range_s_way() -> None:
    situation = at(with_line(page(), 5, duration_ms=0), "5-5.0")
    assert price(situation, 4, 6).coins == 20


def test_the_rest_is_everything_paid_that_can_be_watched_and_is_not_unlocked() -> None:
    made = with_line(with_line(page(prices={4: 0}), 10, duration_ms=0), 9, release_at=NOW + 1)
    assert at(made, "2-3.0", "7-7.0").rest == (5, 6, 8)


def test_the_rest_is_discounted_and_nothing_less_is() -> None:
    situation = at(page(rest_discount_percent=20), "2-2.0")
    assert price(situation, 3, 10) == Price((Run(3, 10, 10),), 80, 16, 0)
    assert price(situation, 1, 10).discount_coins == 16  # what is free or unlocked does not matter
    assert price(situation, 3, 9).discount_coins == price(situation, 4, 10).discount_coins == 0


def test_the_rest_counts_without_what_cannot_be_watched_yet() -> None:
    """Or no series that still appears could ever be bought with its discount."""
    situation = at(with_line(page(rest_discount_percent=20), 10, duration_ms=0))
    assert price(situation, 2, 9).discount_coins == 16


def test_the_last_single_episode_is_not_discounted() -> None:
    situation = at(page(rest_discount_percent=20), "2-9.0")
    assert price(situation, 10, 10).discount_coins == 0
    assert price(at(page(rest_discount_percent=20), "2-8.0"), 9, 10).discount_coins == 4


@pytest.mark.parametrize(
    ("percent", "listed", "discount"), [(1, 20, 1), (10, 20, 2), (33, 20, 7), (99, 20, 20), (50, 21, 11)]
)
def test_the_discount_is_rounded_in_the_viewer_s_favour(percent: int, listed: int, discount: int) -> None:
    made = page(3, prices={2: 10, 3: listed - 10}, rest_discount_percent=percent)
    assert price(at(made), 2, 3) == Price(runs_of(made, (2, 3)), listed, discount, 0)


def test_a_viewer_never_pays_more_than_the_ceiling() -> None:
    capped = page(ceiling_coins=45)
    assert price(at(capped), 2, 10) == Price((Run(2, 10, 10),), 90, 0, 45)
    assert price(at(capped, "2-5.0", spent=40), 6, 6) == Price((Run(6, 6, 10),), 10, 0, 5)
    assert price(at(capped, "2-6.0", spent=45), 7, 10).coins == 0
    assert price(at(capped, "2-4.0", spent=30), 5, 5).coins == 10


def test_a_ceiling_that_was_lowered_below_what_was_paid_makes_the_rest_free_and_gives_nothing_back() -> None:
    assert price(at(page(ceiling_coins=20), "2-4.0", spent=30), 5, 6) == Price((Run(5, 6, 10),), 20, 0, 20)


def test_what_a_reversal_gave_back_counts_again_towards_the_ceiling() -> None:
    capped = page(ceiling_coins=45)
    assert price(at(capped, "2-5.0", "2-5.0:rev:c1", spent=0), 2, 10).coins == 45


def test_the_discount_comes_off_before_the_ceiling_caps() -> None:
    made = page(ceiling_coins=60, rest_discount_percent=20)
    assert price(at(made), 2, 10) == Price((Run(2, 10, 10),), 90, 18, 12)
    assert price(at(made._replace(ceiling_coins=80)), 2, 10) == Price((Run(2, 10, 10),), 90, 18, 0)


def test_without_a_ceiling_what_was_paid_before_does_not_matter() -> None:
    assert price(at(page(), spent=10_000), 2, 3).coins == 20


def test_neighbours_of_one_price_are_one_run_and_a_gap_ends_it() -> None:
    made = page(prices={4: 12, 5: 12, 8: 10})
    assert runs_of(made, (2, 3, 4, 5, 7, 8, 10)) == (Run(2, 3, 10), Run(4, 5, 12), Run(7, 8, 10), Run(10, 10, 10))
    assert runs_of(made, ()) == ()


def test_each_episode_s_part_follows_its_list_price_and_the_parts_are_the_whole() -> None:
    assert shares((Run(3, 3, 8), Run(4, 6, 10), Run(7, 9, 12)), 74) == (
        (3, 8),
        (4, 10),
        (5, 10),
        (6, 10),
        (7, 12),
        (8, 12),
        (9, 12),
    )
    assert shares((Run(2, 4, 10),), 20) == ((2, 6), (3, 7), (4, 7))
    assert shares((Run(2, 3, 10),), 0) == ((2, 0), (3, 0))
    assert shares((Run(2, 3, 0),), 0) == ((2, 0), (3, 0))
    assert shares((), 0) == ()
