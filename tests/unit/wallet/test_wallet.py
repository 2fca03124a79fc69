"""What a wallet shows."""

from __future__ import annotations

from cliffhanger.wallet.domain import wallet_of
from tests.unit.ledger.chains import DAY, NOW, bought, granted


def test_a_viewer_without_entries_holds_nothing() -> None:
    wallet = wallet_of(None, NOW)
    assert (wallet.total, wallet.lots, wallet.as_of) == (0, (), 0)


def test_coins_are_told_by_class_and_lots_in_the_order_of_spending() -> None:
    wallet = wallet_of(granted(bought()), NOW)
    assert (wallet.total, wallet.bought, wallet.bonus, wallet.as_of) == (130, 100, 30, 2)
    assert [lot.unit for lot in wallet.lots] == ["bonus", "coin"]


def test_what_has_expired_since_the_last_entry_is_not_shown() -> None:
    wallet = wallet_of(granted(bought()), NOW + 30 * DAY)
    assert (wallet.total, wallet.bonus) == (100, 0)
    assert [lot.unit for lot in wallet.lots] == ["coin"]


def test_a_slow_clock_does_not_show_expired_coins_again() -> None:
    head = bought(granted(days=14), at=NOW + 30 * DAY)
    assert wallet_of(head, NOW).bonus == 0
