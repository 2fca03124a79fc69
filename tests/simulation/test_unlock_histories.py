"""No history of faults, crashes, retries and rivals loses, doubles or invents a coin.

``make simulate SEEDS=20000`` runs more of them on every core, ``make simulate SEED=7`` replays one and shrinks what
fails.
"""

from __future__ import annotations

import os

import pytest

from tests.simulation.histories import FAULTS, run
from tests.support.dynamodb import Fault

SEEDS = int(os.environ.get("SEEDS") or "300")


@pytest.mark.parametrize("seed", range(SEEDS))
def test_no_history_loses_doubles_or_invents_a_coin(seed: int) -> None:
    _, failed = run(seed)
    if failed is not None:
        raise failed.error


def test_histories_meet_every_fault_that_there_is() -> None:
    """But for a batch that comes back in part: the ledger reads and writes none."""
    assert set(FAULTS) == set(Fault) - {Fault.PARTIAL}
