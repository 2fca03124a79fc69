"""What a thousand purchases cost: counted, and each line can be worked out by hand."""

from __future__ import annotations

import pytest

from bench import checkouts
from bench.checkouts import Purchase, lines_of, one_purchase
from bench.costs import read_prices

HAND = Purchase(5, 8, {"checkout": 0.01, "stripe": 0.001, "payments": 0.005})


def test_a_purchase_is_counted_from_its_packs_to_its_coins(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(checkouts, "ROUNDS", 1)  # each collects all garbage, of what other tests hold as well
    purchase = one_purchase()
    assert purchase.write_units == 5
    assert purchase.read_units > 0
    assert set(purchase.cpu_s) == {"checkout", "stripe", "payments"}


def test_the_lines_of_a_thousand_purchases_are_units_times_prices():
    usd = lines_of(HAND, read_prices())
    assert usd["dynamodb"] == pytest.approx(1_000 * (5 * 0.625 + 8 * 0.125) / 1_000_000)
    assert usd["queue"] == pytest.approx(1_000 * 3 * 0.4 / 1_000_000)
    assert usd["mail"] == pytest.approx(0.1)
    assert usd["provider"] == pytest.approx(1_000 * (4.99 * 0.029 + 0.30), abs=1e-3)


def test_waiting_for_the_provider_is_paid_for():
    """512 MB for a second are half a GB-second; the dearest line of ours after the mail is for waiting."""
    usd = lines_of(HAND, read_prices())
    assert usd["lambda"] > 1_000 * 0.5 * 0.9 * 1.33334e-05
