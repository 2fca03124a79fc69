"""No history in which runs are mended loses, doubles or invents a coin."""

from __future__ import annotations

import os

import pytest

from tests.simulation.repairs import run

SEEDS = int(os.environ.get("SEEDS") or "40")


@pytest.mark.parametrize("seed", range(SEEDS))
def test_no_history_of_runs_that_are_mended_loses_doubles_or_invents_a_coin(seed: int) -> None:
    _, failed = run(seed)
    if failed is not None:
        raise failed.error
