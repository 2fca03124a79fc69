"""One history in a process of its own, and what it comes to."""

from __future__ import annotations

import gc
from typing import NamedTuple

from tests.simulation.histories import STEPS, run


class Told(NamedTuple):
    """What one history comes to, in a form that another process can hand over."""

    seed: int
    steps: int
    calls: int
    entries: int
    crashes: int
    rivals: int
    carries: int
    struck: dict[str, int]
    failed: str | None


def live(seed: int) -> Told:
    """Runs one history."""
    gc.disable()  # a history makes much and few cycles: looking for them would be a tenth of its time
    try:
        history, failed = run(seed)
    finally:
        gc.enable()
    entries = sum(len(chain) for chain in history.audit.chains.values())
    steps = STEPS if failed is None or failed.step is None else failed.step + 1
    why = None if failed is None else f"{type(failed.error).__name__}: {failed.error}"
    kinds = (entry.get("terms", {}).get("kind") for chain in history.audit.chains.values() for entry in chain)
    carries = sum(kind == "carry" for kind in kinds)
    rivals, struck = history.answers.rivals, dict(history.struck)
    return Told(seed, steps, history.model.calls, entries, history.crashes, rivals, carries, struck, why)
