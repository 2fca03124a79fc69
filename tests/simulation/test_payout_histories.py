"""No history of payouts pays anybody twice, or loses a cent on its way."""

from __future__ import annotations

import collections
import functools
import os

import pytest

from tests.simulation.payouts import run
from tests.simulation.running import Failed

SEEDS = int(os.environ.get("SEEDS") or "100")
FOR = (
    "payouts paid",
    "payouts failed",
    "payouts returned",
    "rule: bank_refused",
    "rule: disputed",
    "rule: frozen",
    "rule: verification_refused",
    "not taken: disputed",
    "a share set apart",
    "a dispute that was won",
    "recovered after a month",
    "recovered from who has it no more",
    "debt repaid by income",
)
"""What histories are for: each comes about in a hundred of them."""


@functools.cache
def lived(seed: int) -> tuple[dict[str, int], Failed | None]:
    """What a history has met, and how it failed."""
    history, failed = run(seed)
    return dict(history.met()), failed


@pytest.mark.parametrize("seed", range(SEEDS))
def test_no_history_pays_twice_or_loses_a_cent_on_its_way(seed: int) -> None:
    _, failed = lived(seed)
    if failed is not None:
        raise failed.error


def test_histories_come_to_all_that_they_are_for() -> None:
    met: collections.Counter[str] = collections.Counter()
    for seed in range(100):
        met.update(lived(seed)[0])
    assert not [what for what in FOR if not met[what]]
