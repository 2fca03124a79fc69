"""Limits on gifts a day: the house's and the viewer's own, which is lowered at once and raised from tomorrow on."""

from __future__ import annotations

import pytest

from cliffhanger.clock import rfc3339
from cliffhanger.errors import KeyReused, SpendLimitReached
from cliffhanger.tips.editions import EDITIONS
from cliffhanger.wallet.service import set_own_limits
from tests.unit.tips.counter import Counter
from tests.unit.unlocks.desk import ACCOUNT, DAY, NOW, refused

HOUSE = EDITIONS[0].day_coins
MIDNIGHT = (NOW // DAY + 1) * DAY


@pytest.fixture
def counter() -> Counter:
    counter = Counter()
    counter.buy(20_000, 159_900)
    return counter


def test_a_limit_that_is_reached_exactly_lets_through_and_one_gift_more_is_refused(counter: Counter) -> None:
    counter.allow(20)
    counter.give("rose", 4)
    assert refused(counter, SpendLimitReached, counter.give) == {
        "rule": "tips",
        "limitCoins": 20,
        "spentCoins": 20,
        "priceCoins": 5,
        "resetsAt": rfc3339(MIDNIGHT),
    }


def test_the_house_s_limit_holds_for_everybody(counter: Counter) -> None:
    counter.give("night-train", 5)
    told = refused(counter, SpendLimitReached, counter.give)
    assert (told["rule"], told["limitCoins"], told["spentCoins"]) == ("houseTips", HOUSE, HOUSE)


def test_an_own_limit_above_the_house_s_does_not_lift_it(counter: Counter) -> None:
    assert counter.allow(HOUSE + 1_000).left == HOUSE
    told = refused(counter, SpendLimitReached, lambda: counter.give("night-train", 6))
    assert told["rule"] == "houseTips"


def test_a_new_day_begins_anew_at_midnight_utc(counter: Counter) -> None:
    counter.allow(20)
    counter.give("tea")
    counter.now = MIDNIGHT - 1
    refused(counter, SpendLimitReached, counter.give)
    counter.now = MIDNIGHT
    assert counter.give("tea")


def test_what_unlocks_spend_does_not_count_against_gifts(counter: Counter) -> None:
    counter.allow(20)
    counter.unlock(2, 4)
    assert counter.give("tea")
    refused(counter, SpendLimitReached, counter.give)


def test_as_long_as_the_day_s_whole_spending_is_within_the_limit_nothing_more_is_read(counter: Counter) -> None:
    counter.give("rose")
    counter.read.clear()
    counter.give("rose")
    assert len(counter.read) == 2  # the head, and the reference


def test_a_reversed_gift_does_not_count_any_more(counter: Counter) -> None:
    counter.allow(20)
    first = counter.give("tea").entry
    counter.undo(first.seq)
    assert counter.give("tea")
    refused(counter, SpendLimitReached, counter.give)


def test_a_lower_limit_holds_at_once(counter: Counter) -> None:
    assert counter.allow(100).own == 100
    lowered = counter.allow(5)
    assert (lowered.own, lowered.left, lowered.changes) == (5, 5, False)
    refused(counter, SpendLimitReached, lambda: counter.give("tea"))


@pytest.mark.parametrize("coins", [200, None])
def test_a_higher_limit_or_none_holds_from_the_next_day_on(counter: Counter, coins: int | None) -> None:
    counter.allow(20)
    raised = counter.allow(coins)
    assert (raised.own, raised.following, raised.changes) == (20, coins, True)
    refused(counter, SpendLimitReached, lambda: counter.give("popcorn"))
    counter.now = MIDNIGHT
    assert (counter.allowed.own, counter.allowed.changes) == (coins, False)
    assert counter.give("popcorn")


def test_a_first_limit_holds_at_once_and_may_be_lowered_while_a_raise_waits(counter: Counter) -> None:
    counter.allow(100)
    counter.allow(500)
    assert counter.allow(50) == counter.allowed._replace(own=50, changes=False)
    counter.now = MIDNIGHT
    assert counter.allowed.own == 50


def test_other_limits_and_this_one_leave_each_other_alone(counter: Counter) -> None:
    counter.allow(100)
    counter.limit(day=500)
    assert dict(counter.head.state.limits) == {"day": 500, "tips": 100}
    counter.allow(50)
    assert dict(counter.head.state.limits) == {"day": 500, "tips": 50}


def test_asked_again_with_the_same_key_a_limit_is_set_once(counter: Counter) -> None:
    first = counter.allow(100, "mine")
    counter.allow(10)
    before = counter.rows
    assert counter.allow(100, "mine") == first
    assert counter.rows == before
    refused(counter, KeyReused, lambda: counter.allow(None, "mine"))


def test_what_is_left_is_told_before_anything_was_given(counter: Counter) -> None:
    assert Counter().allowed[1:] == (None, HOUSE, HOUSE, None, False)
    counter.give("tea")
    assert counter.allowed.left == HOUSE - 20


def test_entries_that_cost_nothing_do_not_hide_what_was_given_on_the_day(counter: Counter) -> None:
    """Limits of the wallet are laid down for nothing: a thousand of them would lift the house's limit and the own."""
    counter.allow(20)
    counter.give("tea")
    for time in range(1_001):
        reference = counter.key(f"limits-{time}")
        set_own_limits(counter.ledger, ACCOUNT, {"auto": 1}, reference=reference, retrying=counter.pace)
    refused(counter, SpendLimitReached, counter.give)


def test_a_reversed_gift_does_not_count_where_the_day_has_to_be_looked_through(counter: Counter) -> None:
    """Unlocks on the day are why: with them what was spent is no bound on what was given."""
    counter.allow(20)
    counter.unlock(2)
    first = counter.give("tea").entry
    counter.undo(first.seq)
    assert counter.give("tea")
    assert refused(counter, SpendLimitReached, counter.give)["spentCoins"] == 20
