"""Receipts: every part of them follows from the entry alone."""

from __future__ import annotations

from typing import Any

from cliffhanger.clock import rfc3339
from cliffhanger.ledger.lots import expiry_day
from cliffhanger.ledger.names import text_of_hash
from cliffhanger.unlocks.receipts import receipt_of
from tests.unit.ledger.chains import (
    DAY,
    NOW,
    SERIES,
    STORY,
    VIEWER,
    bought,
    frozen,
    golden,
    granted,
    limited,
    taken_back,
    undone,
    unlocked,
)

RUNS = [[3, 3, 8], [4, 6, 10]]


def episodes(entry: Any) -> list[tuple[int, int]]:
    return [(each.episode, each.coins) for each in receipt_of(entry).episodes]


def creator_gets(entry: Any) -> list[tuple[str, int]]:
    return [(each.currency, each.amount) for each in receipt_of(entry).creator_gets]


def test_a_receipt_names_the_lots_it_used_what_they_cost_and_what_the_creator_gets() -> None:
    """42 coins = 30 free expiring then + 12 bought ($1.18); the creator gets $0.59."""
    entry = unlocked(granted(bought()), price=42)
    receipt = receipt_of(entry)
    assert [(one.lot, one.unit, one.coins, one.cash, one.currency, one.expires_at) for one in receipt.spent] == [
        ("2", "bonus", 30, 0, None, rfc3339(expiry_day(NOW, 14) * DAY)),
        ("1", "coin", 12, 118, "USD", None),
    ]
    assert (receipt.price_coins, creator_gets(entry)) == (42, [("USD", 59)])


def test_a_receipt_says_where_it_stands_and_what_proves_it() -> None:
    entry = unlocked(bought())
    receipt = receipt_of(entry)
    assert (receipt.account, receipt.seq, receipt.at) == (VIEWER, 2, rfc3339(NOW))
    assert (receipt.reference, receipt.series_id) == (f"unlock:{STORY}:2-2.0", STORY)
    assert receipt.hash == text_of_hash(entry.hash)


def test_each_episode_has_its_part_of_what_was_paid_discounted_or_capped() -> None:
    head = bought()
    assert episodes(unlocked(head, 3, 6, price=38, prices=RUNS)) == [(3, 8), (4, 10), (5, 10), (6, 10)]
    assert episodes(unlocked(head, 3, 6, price=19, prices=RUNS)) == [(3, 4), (4, 5), (5, 5), (6, 5)]
    assert episodes(unlocked(head, 3, 6, price=0, prices=RUNS)) == [(3, 0), (4, 0), (5, 0), (6, 0)]


def test_only_what_was_missing_of_a_range_is_on_its_receipt() -> None:
    assert episodes(unlocked(bought(), 2, 9, price=20, prices=[[4, 4, 10], [8, 8, 10]])) == [(4, 10), (8, 10)]


def test_granted_coins_give_the_creator_nothing() -> None:
    assert creator_gets(unlocked(granted())) == []


def test_the_creator_s_share_is_rounded_down_for_each_currency() -> None:
    head = bought(bought(coins=5, cash=99), coins=5, cash=151, currency="JPY")
    assert creator_gets(unlocked(head, price=10)) == [("JPY", 75), ("USD", 49)]


def test_an_unlock_of_version_1_shares_what_it_paid() -> None:
    one, other = golden(1)[3:5]
    assert (episodes(one), episodes(other)) == ([(2, 12)], [(3, 40)])
    assert creator_gets(other) == []


def test_an_entry_that_opened_nothing_has_a_receipt_all_the_same() -> None:
    head = granted(bought())
    paid = unlocked(head)
    for entry in (head, frozen(head), limited(head, day=5), taken_back(head, head, bought())):
        receipt = receipt_of(entry)
        assert (receipt.series_id, receipt.episodes, receipt.price_coins, receipt.spent) == (None, [], 0, [])
    back = receipt_of(undone(paid, paid, head))
    assert (back.series_id, back.episodes, back.price_coins) == (STORY, [], 0)
    assert back.reference == f"unlock:{STORY}:2-2.0:rev:c1"


def test_a_batch_has_a_receipt_without_a_reference() -> None:
    receipt = receipt_of(golden(2)[-1])
    assert (receipt.account, receipt.reference, receipt.series_id) == (SERIES, None, None)
