"""No history of faults, retries and rivals loses, doubles or invents a coin.

``make simulate SEEDS=500`` runs more of them, ``make simulate SEED=7`` replays one.
"""

from __future__ import annotations

import os

import pytest

from tests.simulation.histories import run

SEEDS = int(os.environ.get("SEEDS") or "60")
CHOSEN = [int(os.environ["SEED"])] if os.environ.get("SEED") else list(range(SEEDS))


@pytest.mark.parametrize("seed", CHOSEN)
def test_no_history_loses_doubles_or_invents_a_coin(seed: int) -> None:
    run(seed)
