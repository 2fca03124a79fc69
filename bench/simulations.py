"""How many seeded histories a minute, and how many of the deliberate faults they find."""

from __future__ import annotations

import multiprocessing
import os
import time

from bench.figures import Figure
from tests.simulation.histories import STEPS
from tests.simulation.living import live
from tests.simulation.seeded_bugs import BUGS, caught_within

HISTORIES = 400
WARM = 16
FEWEST_BUGS = 25


def measure() -> list[Figure]:
    """Histories on every core, without the time in which the processes start; then each fault, one at a time.

    Raises:
        AssertionError: a history failed, so that there is nothing to measure.
    """
    cores = os.cpu_count() or 1
    with multiprocessing.get_context("spawn").Pool(cores) as pool:
        pool.map(live, range(WARM), chunksize=1)
        began = time.monotonic()
        told = pool.map(live, range(HISTORIES), chunksize=8)
        minutes = (time.monotonic() - began) / 60
        caught = sum(isinstance(seeds, int) for _, seeds in pool.imap_unordered(caught_within, BUGS))
    failed = [one.seed for one in told if one.failed is not None]
    if failed:
        raise AssertionError(f"seeds {failed} failed: make simulate SEED={failed[0]}")
    calls = sum(one.met["calls"] for one in told) / len(told)
    return [
        Figure(
            "simulation.histories_per_minute",
            HISTORIES / minutes,
            None,
            f"{HISTORIES} histories of {STEPS} steps and {calls:.0f} calls on {cores} cores",
            least=1_000,
        ),
        Figure(
            "simulation.seeded_bugs_caught",
            caught,
            None,
            f"of {len(BUGS)} deliberate faults, one at a time",
            least=max(FEWEST_BUGS, len(BUGS)),
        ),
    ]
