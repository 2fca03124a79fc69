"""Where money went is found however many entries stand since, or nothing is decided."""

from __future__ import annotations

from pathlib import Path

import pytest

from cliffhanger.errors import Busy
from cliffhanger.ledger import walking
from cliffhanger.ledger.walking import PAGE_ENTRIES, entries_back
from tests.unit.ledger.shop import PACK, SERIES, Shop

MANY = 1_001
"""Of limits, which anybody lays down for nothing, in half an hour."""
INCOME = f"series:{SERIES[0]}:earned:0"


@pytest.fixture
def shop() -> Shop:
    """A viewer who has bought a pack."""
    shop = Shop()
    shop.pays()
    return shop


def test_free_entries_do_not_hide_from_a_dispute_which_series_has_the_money(shop: Shop, tmp_path: Path) -> None:
    """A buyer in league with the creator would let the house pay."""
    shop.spends(100)
    shop.sets_limits(MANY)
    shop.dispute(PACK.cash)
    assert shop.balance(INCOME).get("USD", 0) == 0
    assert shop.findings(tmp_path) == []


def test_free_entries_do_not_hide_what_a_series_gave_back_before_its_unlock_is_reversed(shop: Shop) -> None:
    unlock = shop.spends(100)
    assert unlock is not None
    shop.dispute(PACK.cash)
    shop.sets_limits(MANY)
    shop.gives_episode_back(unlock)
    assert shop.balance(INCOME).get("USD", 0) == 0


def test_a_chain_that_is_too_long_to_follow_decides_nothing(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not tried again by itself either: every attempt would walk as far."""
    monkeypatch.setattr(walking, "MOST_ENTRIES", 150)
    unlock = shop.spends(100)
    assert unlock is not None
    shop.sets_limits(150)
    before = shop.chain()
    for undo in (lambda: shop.dispute(PACK.cash), lambda: shop.gives_episode_back(unlock)):
        with pytest.raises(Busy, match="somebody has to look"):
            undo()
    assert shop.chain() == before


def test_no_more_is_read_than_is_asked_for(shop: Shop) -> None:
    shop.sets_limits(PAGE_ENTRIES + 50)
    found = [entry.seq for entry in entries_back(shop.ledger, shop.head, 3)]
    assert found == list(range(PAGE_ENTRIES + 51, 2, -1))
    assert [entry.seq for entry in entries_back(shop.ledger, shop.head, shop.head.seq)] == [shop.head.seq]
