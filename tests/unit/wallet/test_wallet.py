"""What a wallet shows."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from cliffhanger.ledger.lots import DAY_MS
from cliffhanger.wallet.domain import Limits, limits_of, wallet_of
from tests.unit.receipts.chains import DAY, LIVES, NOW, Life, lived, of_version_1, story


def with_both() -> Life:
    life = Life()
    life.buys(100)
    life.is_granted(30)
    return life


def test_a_viewer_without_entries_holds_nothing_owes_nothing_and_limits_nothing() -> None:
    wallet = wallet_of(None, NOW)
    assert (wallet.total, wallet.lots, wallet.as_of) == (0, (), 0)
    assert (wallet.debt, wallet.frozen, wallet.limits, wallet.spent_today) == ({}, False, Limits(), 0)


def test_coins_are_told_by_class_and_lots_in_the_order_of_spending() -> None:
    wallet = wallet_of(with_both().head, NOW)
    assert (wallet.total, wallet.bought, wallet.bonus, wallet.as_of) == (130, 100, 30, 2)
    assert [lot.unit for lot in wallet.lots] == ["bonus", "coin"]


def test_what_has_expired_since_the_last_entry_is_not_shown() -> None:
    wallet = wallet_of(with_both().head, NOW + 30 * DAY)
    assert (wallet.total, wallet.bonus) == (100, 0)
    assert [lot.unit for lot in wallet.lots] == ["coin"]


def test_a_slow_clock_does_not_show_expired_coins_again() -> None:
    life = Life()
    life.is_granted(30)
    life.now += 30 * DAY
    life.buys()
    assert wallet_of(life.head, NOW).bonus == 0


def test_what_is_owed_and_what_support_has_stopped_is_shown() -> None:
    wallet = wallet_of(story().chain[7], NOW)
    assert (wallet.debt, wallet.frozen) == ({"bonus": 10}, True)


def test_what_is_set_aside_is_shown_per_unit_of_coins_and_is_in_no_lot() -> None:
    life = with_both()
    assert wallet_of(life.head, NOW).held == {}
    life.holds(40)
    wallet = wallet_of(life.head, NOW)
    assert (wallet.held, wallet.total) == ({"bonus": 30, "coin": 10}, 90)
    life.resolves("void")
    assert (wallet_of(life.head, NOW).held, wallet_of(life.head, NOW).total) == ({}, 130)


def test_what_was_spent_today_counts_until_midnight_utc() -> None:
    life = with_both()
    life.unlocks(12)
    midnight = (NOW // DAY_MS + 1) * DAY_MS
    assert wallet_of(life.head, midnight - 1).spent_today == 12
    assert wallet_of(life.head, midnight).spent_today == 0


@pytest.mark.parametrize(
    ("limits", "packed"),
    [
        (Limits(), {}),
        (Limits(0, 0, auto_unlock=True), {"day": 0, "series": 0, "auto": 1}),
        (Limits(None, 7), {"series": 7}),
        (Limits(7, None), {"day": 7}),
    ],
)
def test_limits_come_back_from_an_entry_as_they_went_in_and_none_is_not_zero(
    limits: Limits, packed: dict[str, int]
) -> None:
    assert limits.packed() == packed
    assert limits_of(packed) == limits


@given(LIVES)
def test_a_wallet_is_the_sum_of_its_lots(steps: list[Any]) -> None:
    life = lived(steps)
    wallet = wallet_of(life.head, life.now)
    assert wallet.bought == sum(lot.coins for lot in wallet.lots if lot.unit == "coin")
    assert wallet.total == sum(lot.coins for lot in wallet.lots if lot.unit != "game")


def test_a_refund_of_what_entries_of_version_1_did_not_count_allows_nobody_more_than_the_limit() -> None:
    """They keep no tally of the day; what is given back is taken from one that was never added to."""
    life = with_both()
    life.unlocks(12)
    old = Life(of_version_1(life.chain))
    old.spent = life.spent
    old.is_refunded(3)
    assert wallet_of(old.head, NOW).spent_today == 0
