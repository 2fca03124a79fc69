"""No history of payouts pays anybody twice, or loses a cent on its way."""

from __future__ import annotations

import os

import pytest

from tests.simulation.payouts import run

SEEDS = int(os.environ.get("SEEDS") or "100")


@pytest.mark.parametrize("seed", range(SEEDS))
def test_no_history_pays_twice_or_loses_a_cent_on_its_way(seed: int) -> None:
    _, failed = run(seed)
    if failed is not None:
        raise failed.error
