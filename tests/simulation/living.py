"""One history in a process of its own, and what it comes to."""

from __future__ import annotations

import gc
from typing import NamedTuple

from tests.simulation.families import FAMILIES, MAIN


class Told(NamedTuple):
    """What one history comes to, in a form that another process can hand over."""

    family: str
    seed: int
    steps: int
    met: dict[str, int]
    failed: str | None


def live(seed: int, family: str = MAIN) -> Told:
    """Runs one history."""
    chosen = FAMILIES[family]
    gc.disable()  # a history makes much and few cycles: looking for them would be a tenth of its time
    try:
        history, failed = chosen.run(seed)
    finally:
        gc.enable()
    steps = chosen.steps if failed is None or failed.step is None else failed.step + 1
    why = None if failed is None else f"{type(failed.error).__name__}: {failed.error}"
    return Told(family, seed, steps, dict(history.met()), why)


def live_of(family_and_seed: tuple[str, int]) -> Told:
    """The same, of a family and its seed."""
    family, seed = family_and_seed
    return live(seed, family)
