"""Unlocking one episode: exactly once, at the price that was shown, and what refuses it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from cliffhanger.catalog.domain import CreatorShare
from cliffhanger.clock import rfc3339
from cliffhanger.errors import (
    AccountFrozen,
    AgeRestricted,
    AutoUnlockOff,
    EpisodeFree,
    EpisodeIncluded,
    EpisodeUnavailable,
    GenerationUnknown,
    InsufficientCoins,
    NotFound,
    PriceChanged,
    SpendLimitReached,
    SwitchedOff,
)
from cliffhanger.unlocks.domain import Viewer
from tests.unit.unlocks.desk import DAY, HOUR, NOW, Desk, refused, stop

# --- once -----------------------------------------------------------------------------------------------------------


def test_an_unlock_is_one_entry_and_asked_again_that_same_one(desk: Desk) -> None:
    first = desk.unlock(2)
    rows = desk.rows
    again = desk.unlock(2)
    assert (first.repeated, again.repeated, again.entries) == (False, True, first.entries)
    assert desk.rows == rows


def test_an_unlock_keeps_what_it_was_decided_on(desk: Desk) -> None:
    desk.series(creator_share_bp=4_500)
    (entry,) = desk.unlock(2, 4).entries
    assert entry.terms == {"kind": "unlock", "prices": [[2, 4, 10]], "share": 4_500}
    desk.limit(auto=1)
    (automatic,) = desk.unlock(5, automatic=True).entries
    assert automatic.terms == {"kind": "unlock", "prices": [[5, 5, 10]], "share": 4_500, "automatic": True}


def test_an_unlock_says_what_the_creator_gets_by_the_series_own_split_on_that_day(desk: Desk) -> None:
    yesterday, today, tomorrow = (rfc3339(NOW + days * DAY)[:10] for days in (-1, 0, 1))
    desk.series(shares=(CreatorShare(yesterday, 3_000, 9_000), CreatorShare(tomorrow, 2_000, 9_000)))
    (entry,) = desk.unlock(2).entries
    assert entry.terms["share"] == 3_000
    desk.series(shares=(CreatorShare(today, 2_500, 9_000),))
    assert desk.unlock(3).entries[0].terms["share"] == 2_500
    desk.series(shares=(CreatorShare(tomorrow, 2_000, 9_000),), creator_share_bp=4_500)
    assert desk.unlock(4).entries[0].terms["share"] == 4_500


CHANGES_SINCE: dict[str, Callable[[Desk], Any]] = {
    "the price has changed": lambda desk: desk.line(2, price_coins=99),
    "it has become free": lambda desk: desk.line(2, price_coins=0),
    "it is not published any more": lambda desk: desk.line(2, duration_ms=0),
    "it is released later": lambda desk: desk.line(2, release_at=NOW + HOUR),
    "the series is gone": lambda desk: desk.shelf.pages.clear(),
    "the series is not listed any more": lambda desk: desk.series(listed=False),
    "the series is for other ages now": lambda desk: desk.series(age_rating=18),
    "the coins are spent": lambda desk: desk.unlock(3, 10, 80),
    "the account is frozen": lambda desk: desk.freeze(),
    "a limit was laid down": lambda desk: desk.limit(day=0, series=0),
    "operators have stopped unlocks": lambda desk: setattr(desk, "open", stop),
    "a day has passed": lambda desk: setattr(desk, "now", desk.now + DAY),
    "the clock is five minutes behind": lambda desk: setattr(desk, "now", desk.now - 300_000),
    "it has been reversed": lambda desk: desk.reverse(2),
}


@pytest.mark.parametrize("change", CHANGES_SINCE)
def test_a_retry_hears_of_nothing_that_has_changed_since(desk: Desk, change: str) -> None:
    """LEDGER rule 2: the reference decides before anything is looked at."""
    receipt = desk.unlock(2).entries
    CHANGES_SINCE[change](desk)
    rows = desk.rows
    again = desk.unlock(2, price=10)
    assert (again.entries, again.repeated, desk.rows) == (receipt, True, rows)


@pytest.mark.parametrize("change", [name for name in CHANGES_SINCE if name != "the coins are spent"])
def test_a_retry_of_a_range_hears_of_nothing_that_has_changed_since(desk: Desk, change: str) -> None:
    receipt = desk.unlock(2, 4).entries
    CHANGES_SINCE[change](desk)
    rows = desk.rows
    again = desk.unlock(2, 4, 30)
    assert (again.entries, again.repeated, desk.rows) == (receipt, True, rows)


def test_a_retry_with_another_price_or_by_itself_finds_the_first_receipt_too(desk: Desk) -> None:
    """A natural reference answers with its first entry whatever the body says."""
    receipt = desk.unlock(2).entries
    assert desk.unlock(2, price=999).entries == receipt
    assert desk.unlock(2, automatic=True).entries == receipt


def test_a_member_who_had_bought_before_still_gets_the_receipt(desk: Desk) -> None:
    receipt = desk.unlock(2).entries
    assert desk.unlock(2, who=Viewer("mia", member=True)).entries == receipt


# --- refusals -------------------------------------------------------------------------------------------------------


def test_a_price_that_changed_before_anything_was_bought_refuses_and_tells_the_present_one(desk: Desk) -> None:
    desk.line(2, price_coins=15)
    assert refused(desk, PriceChanged, lambda: desk.unlock(2, price=10)) == {"priceCoins": 15}
    assert refused(desk, PriceChanged, lambda: desk.unlock(2, 4, 30)) == {"priceCoins": 35}


def test_a_price_that_fell_refuses_too(desk: Desk) -> None:
    """The client shows the new one first: nobody pays what was not shown."""
    desk.line(2, price_coins=5)
    assert refused(desk, PriceChanged, lambda: desk.unlock(2, price=10)) == {"priceCoins": 5}


def test_too_few_coins_tell_what_is_missing(desk: Desk) -> None:
    desk.line(2, price_coins=120)
    told = refused(desk, InsufficientCoins, lambda: desk.unlock(2))
    assert told == {"priceCoins": 120, "balanceCoins": 100, "missingCoins": 20, "packId": "taste"}


def test_a_viewer_without_a_wallet_is_refused_and_gets_none(desk: Desk) -> None:
    refused(desk, InsufficientCoins, lambda: desk.unlock(2, who=Viewer("noa")))


def test_a_generation_that_the_account_has_not_come_to_is_refused_with_the_one_it_has(desk: Desk) -> None:
    assert refused(desk, GenerationUnknown, lambda: desk.unlock(2, generation=1)) == {"generation": 0}
    assert refused(desk, GenerationUnknown, lambda: desk.unlock(2, 4, generation=7)) == {"generation": 0}


def test_what_is_free_is_not_sold(desk: Desk) -> None:
    desk.line(3, price_coins=0)
    for span in ((1, 1), (3, 3)):
        refused(desk, EpisodeFree, lambda span=span: desk.unlock(*span))  # type: ignore[misc]
    desk.line(2, price_coins=0)
    refused(desk, EpisodeFree, lambda: desk.unlock(1, 3, 0))


@pytest.mark.parametrize("span", [(11, 11), (2, 11), (9_999, 9_999)])
def test_what_the_series_does_not_have_is_not_sold(desk: Desk, span: tuple[int, int]) -> None:
    refused(desk, NotFound, lambda: desk.unlock(*span, price=10))


def test_a_series_that_is_not_listed_or_not_there_sells_nothing(desk: Desk) -> None:
    desk.series(listed=False)
    refused(desk, NotFound, lambda: desk.unlock(2))
    refused(desk, NotFound, lambda: desk.unlock(2, price=10, series="unknown"))


@pytest.mark.parametrize(
    ("rating", "age", "sold"), [(16, 16, True), (16, 15, False), (12, None, True), (16, None, False)]
)
def test_a_series_for_other_ages_is_not_sold(desk: Desk, rating: int, age: int | None, sold: bool) -> None:
    desk.series(age_rating=rating)
    who = Viewer("mia", age)
    if sold:
        assert not desk.unlock(2, who=who).repeated
    else:
        assert refused(desk, AgeRestricted, lambda: desk.unlock(2, who=who)) == {"ageRating": rating}


def test_a_member_has_nothing_to_buy(desk: Desk) -> None:
    member = Viewer("mia", member=True)
    refused(desk, EpisodeIncluded, lambda: desk.unlock(2, who=member))
    refused(desk, EpisodeIncluded, lambda: desk.unlock(2, 10, who=member))


def test_what_a_member_cannot_watch_yet_is_not_said_to_be_included(desk: Desk) -> None:
    desk.line(2, release_at=NOW + 3 * HOUR)
    desk.series(early_hours=2)
    member = Viewer("mia", member=True)
    assert refused(desk, EpisodeUnavailable, lambda: desk.unlock(2, who=member)) == {"episode": 2}
    desk.now += HOUR
    refused(desk, EpisodeIncluded, lambda: desk.unlock(2, who=member))


def test_while_unlocks_are_stopped_nothing_is_sold(desk: Desk) -> None:
    desk.open = stop
    assert refused(desk, SwitchedOff, lambda: desk.unlock(2)) == {"switch": "unlocks"}
    refused(desk, SwitchedOff, lambda: desk.unlock(2, 10))


def test_the_account_s_own_refusals_come_through(desk: Desk) -> None:
    desk.limit(day=9)
    assert refused(desk, SpendLimitReached, lambda: desk.unlock(2))["limitCoins"] == 9
    refused(desk, AutoUnlockOff, lambda: desk.unlock(2, automatic=True))
    desk.freeze()
    refused(desk, AccountFrozen, lambda: desk.unlock(2))
