"""No history with gifts among all else loses, doubles or invents a coin."""

from __future__ import annotations

import os

import pytest

from tests.simulation.gifts import run

SEEDS = int(os.environ.get("SEEDS") or "60")


@pytest.mark.parametrize("seed", range(SEEDS))
def test_no_history_with_gifts_loses_doubles_or_invents_a_coin(seed: int) -> None:
    _, failed = run(seed)
    if failed is not None:
        raise failed.error
