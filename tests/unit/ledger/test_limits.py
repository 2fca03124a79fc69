"""The viewer's own limits: what they stop, to the coin and to the millisecond."""

from __future__ import annotations

import pytest

from cliffhanger.clock import rfc3339
from cliffhanger.errors import (
    AccountFrozen,
    AutoUnlockOff,
    CliffhangerError,
    InsufficientCoins,
    LedgerCorrupt,
    SpendLimitReached,
)
from cliffhanger.ledger.entries import foreign_legs
from tests.unit.ledger.chains import (
    DAY,
    NOW,
    STORY,
    TODAY,
    bought,
    frozen,
    granted,
    limited,
    undone,
    unlocked,
)

MIDNIGHT = (TODAY + 1) * DAY
RICH = bought(coins=1_000, cash=9_900)


@pytest.mark.parametrize("rule", ["day", "series"])
def test_a_spend_that_reaches_a_limit_exactly_is_let_through_and_one_coin_more_is_not(rule: str) -> None:
    head = unlocked(limited(RICH, **{rule: 24}), 2)
    assert unlocked(head, 3).state.balances["coin"] == 976
    with pytest.raises(SpendLimitReached) as refused:
        unlocked(head, 3, price=13)
    told = refused.value.members
    assert (told["rule"], told["limitCoins"], told["spentCoins"], told["priceCoins"]) == (rule, 24, 12, 13)


def test_a_limit_a_day_says_when_it_ends_and_a_limit_a_series_never_ends() -> None:
    with pytest.raises(SpendLimitReached) as refused:
        unlocked(limited(RICH, day=5))
    assert refused.value.members["resetsAt"] == rfc3339(MIDNIGHT)
    with pytest.raises(SpendLimitReached) as refused:
        unlocked(limited(RICH, series=5))
    assert "resetsAt" not in refused.value.members


def test_a_day_ends_at_midnight_utc_to_the_millisecond() -> None:
    head = unlocked(limited(RICH, day=12), 2)
    with pytest.raises(SpendLimitReached):
        unlocked(head, 3, at=MIDNIGHT - 1)
    assert unlocked(head, 3, at=MIDNIGHT).state.day == (TODAY + 1, 12)


def test_a_clock_that_runs_behind_does_not_bring_the_day_back() -> None:
    """What was spent after midnight counts for the new day, though a slower server still reads the old one."""
    head = unlocked(limited(RICH, day=12), 2, at=MIDNIGHT + 60_000)
    with pytest.raises(SpendLimitReached) as refused:
        unlocked(head, 3, at=MIDNIGHT - 4 * 60_000)
    assert refused.value.members["resetsAt"] == rfc3339(MIDNIGHT + DAY)


def test_a_clock_that_runs_ahead_cannot_spend_one_day_twice() -> None:
    head = unlocked(limited(RICH, day=12), 2, at=MIDNIGHT - 60_000)
    ahead = unlocked(head, 3, at=MIDNIGHT + 4 * 60_000)
    with pytest.raises(SpendLimitReached):
        unlocked(ahead, 4, at=MIDNIGHT - 60_000)
    with pytest.raises(SpendLimitReached):
        unlocked(ahead, 4, at=MIDNIGHT + DAY - 1)


def test_a_limit_of_nothing_stops_all_spending_but_not_what_is_free() -> None:
    for rule in ("day", "series"):
        head = limited(RICH, **{rule: 0})
        with pytest.raises(SpendLimitReached):
            unlocked(head, price=1)
        assert unlocked(head, price=0).postings == ()


def test_a_limit_below_what_is_spent_already_still_lets_through_what_is_free() -> None:
    """A ceiling that is reached must not be undone by the viewer's own limit."""
    head = limited(unlocked(RICH, 2), series=5, day=5)
    assert unlocked(head, 3, price=0).state.series == (STORY, 12)
    with pytest.raises(SpendLimitReached):
        unlocked(head, 3, price=1)


def test_a_limit_counts_bonus_and_bought_coins_alike() -> None:
    head = limited(granted(RICH, coins=10), day=12)
    with pytest.raises(SpendLimitReached):
        unlocked(head, price=13)
    assert [portion.unit for portion in unlocked(head).spent] == ["bonus", "coin"]


def test_a_limit_a_series_counts_that_series_alone() -> None:
    head = unlocked(limited(RICH, series=12), 2)
    other = unlocked(head, 2, series="other")
    assert other.state.series == ("other", 12)
    with pytest.raises(SpendLimitReached):
        unlocked(other, 3, spent_before=12)


def test_what_was_given_back_can_be_spent_again_on_that_day_and_series() -> None:
    head = limited(RICH, day=12, series=12)
    paid = unlocked(head, 2)
    back = undone(paid, paid, head)
    assert (back.state.spent_on(TODAY), back.state.series) == (0, (STORY, 0))
    assert unlocked(back, 2, generation=1).state.day == (TODAY, 12)


def test_what_is_given_back_the_day_after_gives_no_room_on_that_day() -> None:
    head = limited(RICH, day=12)
    paid = unlocked(head, 2)
    today = unlocked(paid, 3, at=NOW + DAY)
    back = undone(today, paid, head, at=NOW + DAY)
    assert back.state.day == (TODAY + 1, 12)
    with pytest.raises(SpendLimitReached):
        unlocked(back, 4, at=NOW + DAY)


def test_new_limits_replace_those_before_as_a_whole() -> None:
    head = limited(limited(RICH, day=12, auto=1), series=50)
    assert head.state.limits == {"series": 50}
    assert limited(head).state.limits == {}


def test_limits_move_no_coin_and_touch_nothing_else() -> None:
    head = unlocked(RICH, 2, 4, price=30)
    after = limited(head, day=12)
    assert after.state == head.state._replace(limits={"day": 12})
    assert (after.postings, foreign_legs(after)) == ((), {})


def test_a_limit_below_nothing_cannot_be_laid_down() -> None:
    with pytest.raises(LedgerCorrupt):
        limited(RICH, day=-1)


def test_a_client_goes_on_by_itself_only_where_the_viewer_has_allowed_it() -> None:
    """Auto-unlock is off until the viewer turns it on, and off again when limits are laid down without it."""
    for head in (RICH, limited(RICH, day=100), limited(RICH, auto=0), limited(limited(RICH, auto=1), day=100)):
        with pytest.raises(AutoUnlockOff):
            unlocked(head, automatic=True)
    assert unlocked(limited(RICH, auto=1), automatic=True).state.balances["coin"] == 988


def test_a_client_does_not_go_on_by_itself_even_for_nothing() -> None:
    with pytest.raises(AutoUnlockOff):
        unlocked(RICH, price=0, automatic=True)


def test_limits_bind_a_client_that_goes_on_by_itself_too() -> None:
    with pytest.raises(SpendLimitReached):
        unlocked(limited(RICH, auto=1, day=11), automatic=True)


@pytest.mark.parametrize(
    ("head", "refusal"),
    [
        (frozen(limited(bought(coins=5, cash=45), day=5)), AccountFrozen),
        (limited(bought(coins=5, cash=45), day=5), AutoUnlockOff),
        (limited(bought(coins=5, cash=45), day=5, auto=1), SpendLimitReached),
        (limited(bought(coins=5, cash=45), auto=1), InsufficientCoins),
    ],
)
def test_who_is_refused_for_several_reasons_hears_the_one_that_more_coins_would_not_mend(
    head: object, refusal: type[CliffhangerError]
) -> None:
    """Or the viewer would buy coins that then cannot be spent."""
    with pytest.raises(refusal):
        unlocked(head, automatic=True)  # type: ignore[arg-type]
