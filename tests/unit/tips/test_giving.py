"""Giving: once, from bought coins, to the series' own lane; and what stands in the way of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from cliffhanger.catalog.domain import CreatorShare
from cliffhanger.clock import rfc3339
from cliffhanger.errors import (
    AccountFrozen,
    AgeRestricted,
    CliffhangerError,
    DebtOutstanding,
    EpisodeUnavailable,
    InsufficientCoins,
    KeyReused,
    NotFound,
    OwnSeries,
    PriceChanged,
    SpendLimitReached,
    SwitchedOff,
)
from cliffhanger.ledger.settling import settle
from cliffhanger.ledger.state import Posting
from cliffhanger.tips.domain import Giver, given_by
from cliffhanger.tips.editions import EDITIONS
from tests.support.world import SERIES
from tests.unit.tips.counter import LANE, Counter, LosesTheNextReply
from tests.unit.unlocks.desk import DAY, NOW, refused, stop


@pytest.fixture
def counter() -> Counter:
    counter = Counter()
    counter.buy(100, 990)
    counter.grant(30)
    return counter


def test_a_gift_says_what_the_creator_gets_by_the_series_own_split_and_else_by_the_gifts(counter: Counter) -> None:
    today, tomorrow = rfc3339(NOW)[:10], rfc3339(NOW + DAY)[:10]
    counter.series(shares=(CreatorShare(tomorrow, 3_000, 6_500),))
    assert counter.give().entry.terms["share"] == EDITIONS[0].share_bp
    counter.series(shares=(CreatorShare(today, 3_000, 6_500),))
    assert counter.give().entry.terms["share"] == 6_500


def test_a_gift_moves_bought_coins_and_their_cash_to_the_series_lane_of_tips(counter: Counter) -> None:
    given = counter.give("rose", 3)
    assert not given.repeated
    assert given.entry.postings == (Posting("coin", 15, ".", LANE), Posting("USD", 148, ".deferred", LANE))
    assert given.entry.state.balances == {"coin": 85, "bonus": 30, "USD.deferred": 842}
    told = given_by(given.entry)
    assert told is not None
    assert told == (SERIES, 2, "rose", 3, 5, False)


def test_bonus_coins_are_never_given_even_where_bought_ones_do_not_suffice(counter: Counter) -> None:
    members = refused(counter, InsufficientCoins, lambda: counter.give("ticket", 2))
    assert members == {"priceCoins": 200, "balanceCoins": 100, "missingCoins": 100, "packId": "taste"}


def test_the_pack_that_is_named_covers_what_is_missing_without_its_bonus(counter: Counter) -> None:
    """A weekend has 550 coins, and 25 bonus coins that cannot be given."""
    counter.give("tea", 5)
    assert refused(counter, InsufficientCoins, lambda: counter.give("popcorn", 11))["packId"] == "weekend"
    assert refused(counter, InsufficientCoins, lambda: counter.give("tea", 28))["packId"] == "season"


def test_a_gift_is_one_item_and_opens_nothing(counter: Counter) -> None:
    before = counter.rows
    counter.give()
    assert len(counter.rows) == len(before) + 1
    assert counter.references == ()
    assert counter.head.state.series == ("", 0)


def test_what_is_given_counts_to_the_day_and_not_to_what_the_series_has_had(counter: Counter) -> None:
    counter.unlock(2)
    counter.give("tea")
    assert counter.head.state.day[1] == 30
    assert counter.head.state.series == (SERIES, 10)


def test_asked_again_with_the_same_key_the_first_receipt_answers(counter: Counter) -> None:
    first = counter.give("rose", 3, key="mine")
    before = counter.rows
    again = counter.give("rose", 3, key="mine")
    assert (again.entry, again.repeated) == (first.entry, True)
    assert counter.rows == before


@pytest.mark.parametrize(
    "other", [{"times": 4}, {"gift": "tea", "price_shown_coins": 20}, {"episode": 3}, {"named": True}]
)
def test_the_same_key_for_anything_else_is_refused(counter: Counter, other: dict[str, Any]) -> None:
    same: dict[str, Any] = {"gift": "rose", "times": 3, "key": "mine"}
    counter.give(**same)
    refused(counter, KeyReused, lambda: counter.give(**same | other))


def test_each_key_is_a_gift_of_its_own(counter: Counter) -> None:
    assert [counter.give().entry.seq for _ in range(3)] == [3, 4, 5]


CHANGES_SINCE: dict[str, Callable[[Counter], Any]] = {
    "the coins are gone": lambda counter: counter.give("rose", 17),
    "the account is frozen": lambda counter: counter.freeze(),
    "a limit was laid down": lambda counter: counter.allow(0),
    "the series is gone": lambda counter: counter.series(listed=False),
    "operators have stopped it": lambda counter: setattr(counter, "open", stop),
    "it has been reversed": lambda counter: counter.undo(3),
    "something is owed": lambda counter: (counter.unlock(2), counter.take_back(2)),
}


@pytest.mark.parametrize("change", CHANGES_SINCE)
def test_a_retry_never_hears_of_what_has_changed_since(counter: Counter, change: str) -> None:
    first = counter.give("rose", 3, key="mine")
    CHANGES_SINCE[change](counter)
    assert counter.give("rose", 3, key="mine") == (first.entry, True)


REFUSALS: dict[str, tuple[type[CliffhangerError], dict[str, Any], dict[str, Any]]] = {
    "no such gift": (NotFound, {"gift": "diamond"}, {}),
    "no such episode": (NotFound, {"episode": 99}, {}),
    "no such series": (NotFound, {"series": "another"}, {}),
    "another price": (PriceChanged, {"price_shown_coins": 4}, {"priceCoins": 5}),
    "one's own series": (OwnSeries, {"giver": Giver("cleo")}, {}),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_a_refusal_leaves_every_byte_as_it_was(counter: Counter, name: str) -> None:
    error, changes, members = REFUSALS[name]
    assert refused(counter, error, lambda: counter.give(**changes)) == members


def test_who_owes_gives_nothing_away(counter: Counter) -> None:
    counter.unlock(2)  # from the bonus
    counter.take_back(2)  # ten of its thirty coins are gone
    assert counter.head.state.debt == {"bonus": 10}
    assert refused(counter, DebtOutstanding, counter.give) == {"debt": {"bonus": 10}}


def test_a_frozen_account_gives_nothing(counter: Counter) -> None:
    counter.freeze()
    refused(counter, AccountFrozen, counter.give)


def test_the_viewer_s_own_limit_of_a_day_holds_for_gifts_as_well(counter: Counter) -> None:
    counter.limit(day=12)
    counter.give("rose", 2)
    members = refused(counter, SpendLimitReached, counter.give)
    assert (members["rule"], members["limitCoins"], members["spentCoins"]) == ("day", 12, 10)


def test_while_it_is_stopped_nothing_is_given(counter: Counter) -> None:
    counter.open = stop
    refused(counter, SwitchedOff, counter.give)


def test_a_series_for_other_ages_takes_nothing(counter: Counter) -> None:
    counter.series(age_rating=16)
    assert refused(counter, AgeRestricted, counter.give) == {"ageRating": 16}
    assert counter.give(giver=Giver("mia", age=16))


def test_what_cannot_be_watched_yet_takes_nothing(counter: Counter) -> None:
    counter.line(2, release_at=NOW + 1)
    refused(counter, EpisodeUnavailable, counter.give)
    counter.now += 1
    assert counter.give()


def test_two_at_once_both_give_and_neither_coin_is_given_twice(counter: Counter) -> None:
    counter.before_put = lambda: counter.give("rose", 12)
    counter.give("rose", 8)
    assert counter.head.state.balances.get("coin", 0) == 0
    counter.buy(20, 198)
    counter.before_put = lambda: counter.give("rose", 3)
    with pytest.raises(InsufficientCoins):
        counter.give("rose", 2)


def test_a_reply_that_is_lost_right_after_the_write_is_answered_by_what_was_written() -> None:
    counter = Counter()
    counter.buy(100, 990)
    counter.model.faults = LosesTheNextReply()
    first = counter.give("rose", 3, key="mine")
    assert (first.entry.seq, counter.head.state.balances["coin"]) == (2, 85)


def test_the_lane_has_what_was_given_once_it_is_settled(counter: Counter) -> None:
    settle(counter.ledger, [counter.give("rose", 3).entry, counter.give("tea").entry])
    lane = counter.ledger.head(LANE)
    assert lane is not None
    assert lane.state.balances == {"coin": 35, "USD": 346}


def test_gifts_have_names_prices_and_a_share_that_is_one() -> None:
    for edition in EDITIONS:
        names, prices = [gift.gift for gift in edition.gifts], [gift.coins for gift in edition.gifts]
        assert len(set(names)) == len(names)
        assert prices == sorted(prices)
        assert prices[0] > 0
        assert prices[-1] <= edition.day_coins
        assert 0 < edition.share_bp <= 10_000


def test_a_slow_clock_gives_by_the_day_of_the_entry_before(counter: Counter) -> None:
    """The entry is of that day, and so is the split that divides it."""
    tomorrow = rfc3339(NOW + DAY)[:10]
    counter.series(shares=(CreatorShare(tomorrow, 3_000, 6_500),))
    counter.now = NOW + DAY
    counter.give()
    counter.now = NOW
    assert counter.give().entry.terms["share"] == 6_500
