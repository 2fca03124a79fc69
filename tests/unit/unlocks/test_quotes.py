"""Quotes: what the wall shows is what an unlock then charges."""

from __future__ import annotations

from typing import Any

import pytest

from cliffhanger.commerce.domain import Money
from cliffhanger.errors import AgeRestricted, Busy, NotFound
from cliffhanger.unlocks.domain import Viewer
from cliffhanger.unlocks.quotes import Funds, Option
from tests.support.dynamodb import Fault, ScriptedFaults
from tests.unit.unlocks.desk import DAY, HOUR, NOW, Desk, story


def told(option: Option) -> tuple[Any, ...]:
    return option.kind, option.episodes, option.price.coins


def test_the_wall_offers_this_episode_the_next_ones_and_the_rest(desk: Desk) -> None:
    desk.series(rest_discount_percent=20)
    assert [told(option) for option in desk.quote(3, 4).options] == [
        ("episode", (3,), 10),
        ("next", (3, 4, 5, 6), 40),
        ("rest", (2, 3, 4, 5, 6, 7, 8, 9, 10), 72),
    ]


def test_what_is_offered_can_be_bought_as_it_was_offered(desk: Desk) -> None:
    desk.series(rest_discount_percent=20)
    for place in (0, 1, 2):
        fresh = Desk(desk.shelf.pages["the-last-train"])
        fresh.buy()
        option = fresh.quote(3, 4).options[place]
        (entry,) = fresh.take(option).entries
        assert sum(portion.coins for portion in entry.spent) == option.price.coins
        assert [[run.first, run.last, run.list_coins] for run in option.price.runs] == entry.terms["prices"]


def test_the_next_ones_pass_over_what_is_unlocked_or_free(desk: Desk) -> None:
    desk.unlock(4)
    desk.line(6, price_coins=0)
    assert told(desk.quote(3, 5).options[1]) == ("next", (3, 5, 7), 30)


def test_what_is_the_same_is_offered_once(desk: Desk) -> None:
    assert [option.kind for option in desk.quote(10).options] == ["episode", "rest"]
    desk.unlock(2, 8)
    assert [told(option) for option in desk.quote(9).options] == [("episode", (9,), 10), ("rest", (9, 10), 20)]
    desk.unlock(9)
    assert [told(option) for option in desk.quote(10).options] == [("episode", (10,), 10)]


def test_the_next_ones_stop_before_what_cannot_be_watched(desk: Desk) -> None:
    """No range may span it."""
    desk.line(6, release_at=NOW + HOUR)
    assert told(desk.quote(4, 5).options[1]) == ("next", (4, 5), 20)
    assert [told(option) for option in desk.quote(5, 5).options] == [("episode", (5,), 10)]


def test_the_rest_is_offered_only_where_one_range_is_all_of_it(desk: Desk) -> None:
    """An episode between that cannot be watched yet stands in its way; a part of the rest is not the rest."""
    desk.series(rest_discount_percent=20)
    desk.line(6, release_at=NOW + HOUR)
    assert [told(option) for option in desk.quote(4, 2).options] == [("episode", (4,), 10), ("next", (4, 5), 20)]
    assert [told(option) for option in desk.quote(8, 2).options] == [("episode", (8,), 10), ("next", (8, 9), 20)]
    desk.unlock(2, 5)
    assert told(desk.quote(8, 2).options[2]) == ("rest", (7, 8, 9, 10), 32)
    desk.now += HOUR
    assert told(desk.quote(8, 2).options[2]) == ("rest", (6, 7, 8, 9, 10), 40)


def test_the_rest_of_a_series_that_still_appears_is_what_has_appeared(desk: Desk) -> None:
    desk.series(rest_discount_percent=20)
    desk.line(9, duration_ms=0)
    desk.line(10, release_at=NOW + DAY)
    quoted = desk.quote(4, 2)
    assert told(quoted.options[2]) == ("rest", (2, 3, 4, 5, 6, 7, 8), 56)
    assert quoted.unreleased == 2


@pytest.mark.parametrize(
    ("episode", "who", "status"),
    [
        (1, Viewer("mia"), "free"),
        (2, Viewer("mia"), "unlocked"),
        (3, Viewer("mia"), "unlocked"),
        (5, Viewer("mia"), "locked"),
        (5, Viewer("mia", member=True), "included"),
        (3, Viewer("mia", member=True), "unlocked"),
        (1, Viewer("mia", member=True), "free"),
        (9, Viewer("mia"), "unreleased"),
        (9, Viewer("mia", member=True), "included"),
        (10, Viewer("mia"), "unreleased"),
        (10, Viewer("mia", member=True), "unreleased"),
    ],
)
def test_an_episode_s_status_says_why_it_plays_or_does_not(desk: Desk, episode: int, who: Viewer, status: str) -> None:
    desk.series(early_hours=2)
    desk.line(9, release_at=NOW + HOUR)
    desk.line(10, duration_ms=0)
    desk.unlock(2, 3)
    quoted = desk.quote(episode, who=who)
    assert (quoted.status, bool(quoted.options)) == (status, status == "locked")


def test_a_viewer_without_a_wallet_is_told_what_all_of_it_costs() -> None:
    quoted = Desk().quote(2, 5)
    option = quoted.options[1]
    assert (option.price.coins, option.missing_coins, option.money) == (50, 50, Money(50, "EUR", 2))
    assert option.pack is not None
    assert (option.pack.pack, quoted.funds, quoted.as_of) == ("taste", Funds(0, 0), 0)


def test_the_quote_says_what_bonus_and_bought_coins_cover_and_the_smallest_pack_for_what_is_missing() -> None:
    desk = Desk(story(prices=dict.fromkeys(range(2, 11), 50)))
    desk.buy(20)
    desk.grant(70)
    one, four, rest = desk.quote(2, 4).options
    assert [(o.price.coins, o.bonus_coins, o.bought_coins, o.missing_coins) for o in (one, four, rest)] == [
        (50, 50, 0, 0),
        (200, 70, 20, 110),
        (450, 70, 20, 360),
    ]
    assert [o.pack and o.pack.pack for o in (one, four, rest)] == [None, "evening", "weekend"]


def test_coins_that_have_expired_cover_nothing() -> None:
    desk = Desk()
    desk.grant(70, days=7)
    desk.now += 30 * DAY
    quoted = desk.quote(2)
    assert (quoted.funds, quoted.options[0].missing_coins) == (Funds(0, 0), 10)


def test_a_game_s_coins_cover_nothing(desk: Desk) -> None:
    assert desk.quote(2).funds == Funds(0, 100)


def test_never_more_than_the_ceiling_and_what_it_still_takes(desk: Desk) -> None:
    desk.series(ceiling_coins=45)
    desk.unlock(2, 4)
    quoted = desk.quote(5, 2)
    assert quoted.ceiling is not None
    assert (quoted.ceiling.coins, quoted.ceiling.spent, quoted.ceiling.left) == (45, 30, 15)
    assert quoted.ceiling.money == Money(45, "EUR", 2)
    assert [told(option) for option in quoted.options] == [
        ("episode", (5,), 10),
        ("next", (5, 6), 15),
        ("rest", (5, 6, 7, 8, 9, 10), 15),
    ]
    desk.take(quoted.options[1])
    reached = desk.quote(7)
    assert reached.ceiling is not None
    assert (reached.ceiling.spent, reached.ceiling.left) == (45, 0)
    assert {option.price.coins for option in reached.options} == {0}
    assert not desk.take(desk.quote(7).options[0]).repeated


def test_without_a_ceiling_none_is_told(desk: Desk) -> None:
    assert desk.quote(2).ceiling is None


def test_a_quote_says_what_the_viewer_s_own_limits_leave(desk: Desk) -> None:
    desk.limit(day=25, series=40, auto=1)
    desk.unlock(2, 3)
    quoted = desk.quote(4)
    assert (quoted.day_left, quoted.series_left, quoted.auto_unlock) == (5, 20, True)
    desk.now += DAY
    assert (desk.quote(4).day_left, desk.quote(4).series_left) == (25, 20)
    desk.limit(day=0, series=5)
    quoted = desk.quote(4)
    assert (quoted.day_left, quoted.series_left, quoted.auto_unlock) == (0, 0, False)


def test_without_limits_none_is_told(desk: Desk) -> None:
    quoted = desk.quote(2)
    assert (quoted.day_left, quoted.series_left, quoted.auto_unlock) == (None, None, False)


def test_what_another_series_took_counts_for_the_day_and_not_for_this_series(desk: Desk) -> None:
    desk.put_on(story(series="other"))
    desk.limit(day=25, series=40)
    desk.unlock(2, series="other")
    assert (desk.quote(4).day_left, desk.quote(4).series_left) == (15, 40)


def test_a_quote_changes_nothing(desk: Desk) -> None:
    rows = desk.rows
    desk.quote(2)
    assert desk.rows == rows


@pytest.mark.parametrize(("episode", "series"), [(0, "the-last-train"), (11, "the-last-train"), (2, "unknown")])
def test_what_is_not_there_has_no_quote(desk: Desk, episode: int, series: str) -> None:
    with pytest.raises(NotFound):
        desk.quote(episode, series=series)


def test_a_series_that_is_not_listed_has_no_quote(desk: Desk) -> None:
    desk.series(listed=False)
    with pytest.raises(NotFound):
        desk.quote(2)


def test_a_series_for_other_ages_has_no_quote(desk: Desk) -> None:
    desk.series(age_rating=16)
    for who in (Viewer("mia", 15), Viewer("mia")):
        with pytest.raises(AgeRestricted):
            desk.quote(2, who=who)
    assert desk.quote(2, who=Viewer("mia", 16)).status == "locked"


def test_a_ledger_that_does_not_answer_is_told_as_busy(desk: Desk) -> None:
    calls = desk.model.calls
    desk.model.faults = ScriptedFaults({calls + 1: Fault.THROTTLED, calls + 3: Fault.THROTTLED})
    for _ in range(2):
        with pytest.raises(Busy):
            desk.quote(2)
