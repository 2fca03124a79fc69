"""What happens under way: rivals, clocks, expiry; what is read of the ledger; whose key it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from cliffhanger.errors import (
    AccountFrozen,
    CliffhangerError,
    EpisodeUnavailable,
    GenerationUnknown,
    InsufficientCoins,
    KeyReused,
    SpendLimitReached,
)
from cliffhanger.unlocks.domain import series_prefix
from tests.support.world import SERIES
from tests.unit.unlocks.desk import DAY, NOW, Desk, refused, story

# --- what changes under way -----------------------------------------------------------------------------------------


RIVALS: dict[str, tuple[Callable[[Desk], Any], type[CliffhangerError]]] = {
    "a limit is lowered": (lambda desk: desk.limit(day=5), SpendLimitReached),
    "the account is frozen": (lambda desk: desk.freeze(), AccountFrozen),
    "the coins are spent": (lambda desk: desk.unlock(3, 10, 80), InsufficientCoins),
}


@pytest.mark.parametrize("what", RIVALS)
def test_what_happens_between_the_plan_and_the_put_makes_a_new_plan(desk: Desk, what: str) -> None:
    """The plan was good when it was made; the chain orders the two, and the second is refused."""
    rival, error = RIVALS[what]
    desk.line(2, price_coins=30)
    desk.before_put = lambda: rival(desk)
    with pytest.raises(error):
        desk.unlock(2)
    assert all(reference != f"unlock:{SERIES}:2-2.0" for reference, _ in desk.references)


def test_a_range_that_a_rival_buys_between_the_read_and_the_put_answers_for_the_single(desk: Desk) -> None:
    """Its flag was not on the head that was read: nothing is bought twice all the same."""
    desk.unlock(9)
    desk.before_put = lambda: desk.unlock(2, 5)
    answer = desk.unlock(3)
    assert ([entry.reference for entry in answer.entries], answer.repeated) == ([f"unlock:{SERIES}:2-5.0"], True)
    assert desk.head.state.balances["coin"] == 50


def test_a_rival_s_unlock_of_the_same_episode_is_the_answer(desk: Desk) -> None:
    desk.before_put = lambda: desk.unlock(2)
    answer = desk.unlock(2)
    assert (answer.repeated, desk.head.seq) == (True, 2)


def test_a_reversal_under_way_makes_the_request_one_of_an_older_generation(desk: Desk) -> None:
    first = desk.unlock(2).entries[0]
    desk.before_put = lambda: desk.reverse(first.seq)
    with pytest.raises(GenerationUnknown) as told:
        desk.unlock(2, 4, 20)
    assert told.value.members == {"generation": 1}


def test_a_lot_that_expires_between_the_quote_and_the_unlock_is_not_spent() -> None:
    desk = Desk()
    desk.buy(4)
    desk.grant(30, days=7)
    (offer, *_) = desk.quote(2).options
    assert (offer.missing_coins, offer.bonus_coins, offer.bought_coins) == (0, 10, 0)
    desk.now += 20 * DAY
    told = refused(desk, InsufficientCoins, lambda: desk.take(offer))
    assert told == {"priceCoins": 10, "balanceCoins": 4, "missingCoins": 6, "packId": "taste"}
    desk.buy(6)
    (entry,) = desk.take(offer).entries
    assert [(portion.unit, portion.coins) for portion in entry.spent] == [("coin", 4), ("coin", 6)]


@pytest.mark.parametrize("minutes", [-5, 5])
def test_a_clock_five_minutes_off_sells_what_the_ledger_s_time_says_is_released(desk: Desk, minutes: int) -> None:
    """LEDGER rule 6: time is the later of the clock and the head; the quote and the unlock agree on it."""
    desk.line(2, release_at=NOW + 60_000)
    desk.now = NOW + 120_000
    desk.grant(1)
    desk.now += minutes * 60_000
    (offer, *_) = desk.quote(2).options
    assert not desk.take(offer).repeated


def test_a_slow_clock_does_not_sell_before_the_release(desk: Desk) -> None:
    desk.line(2, release_at=NOW + 60_000)
    desk.now = NOW - 300_000
    assert desk.quote(2).status == "unreleased"
    refused(desk, EpisodeUnavailable, lambda: desk.unlock(2))


# --- what is read ---------------------------------------------------------------------------------------------------


def test_an_unlock_after_another_of_the_same_series_reads_the_head_and_one_episode_s_references(desk: Desk) -> None:
    desk.unlock(2)
    desk.read.clear()
    desk.unlock(3)
    assert desk.read == ["head", f"unlock:{SERIES}:3-"]


def test_a_return_to_a_series_reads_its_references_and_its_last_entry(desk: Desk) -> None:
    desk.put_on(story(series="other"))
    desk.unlock(2)
    desk.unlock(3)
    desk.unlock(2, series="other")
    desk.read.clear()
    desk.unlock(4)
    assert desk.read == ["head", series_prefix(SERIES), "3"]
    assert desk.head.state.series == (SERIES, 30)


def test_a_chain_with_a_range_reads_the_whole_series_but_no_entry(desk: Desk) -> None:
    desk.unlock(2, 3)
    desk.read.clear()
    desk.unlock(4)
    assert desk.read == ["head", series_prefix(SERIES)]


# --- keys -----------------------------------------------------------------------------------------------------------


def test_a_key_answers_the_same_request_and_refuses_another(desk: Desk) -> None:
    """Years later as well: the chain is the record."""
    first = desk.grant(30, name="k")
    rows = desk.rows
    assert desk.grant(30, name="k") == first
    for other in (
        lambda: desk.grant(31, name="k"),
        lambda: desk.grant(30, days=7, name="k"),
        lambda: desk.buy(name="k"),
    ):
        refused(desk, KeyReused, other)
    refused(desk, KeyReused, lambda: desk.limit("k", day=5))
    assert desk.rows == rows


def test_a_key_of_limits_is_one_of_those_limits(desk: Desk) -> None:
    first = desk.limit("k", day=5, auto=1)
    desk.limit(day=50)
    assert desk.limit("k", auto=1, day=5) == first
    assert desk.head.state.limits == {"day": 50}
    refused(desk, KeyReused, lambda: desk.limit("k", day=6, auto=1))


def test_a_case_whose_name_begins_another_s_is_another(desk: Desk) -> None:
    """One prefix finds both; only its own answers."""
    long = desk.grant(5, name="a")
    desk.take_back(long.seq, case="c")
    assert desk.grant(5, name="a") == long
