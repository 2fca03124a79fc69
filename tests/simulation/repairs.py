"""Histories with viewers who pay for days of their runs that were missed: among all else that happens, as long."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from tests.simulation import histories
from tests.simulation.histories import STEPS, History
from tests.simulation.running import Failed, Tell, untold


class RepairHistory(History):
    """A history in which runs are mended as well."""

    def trades(self) -> list[tuple[Callable[[str], None], int]]:
        """What may happen, and how often."""
        return [*super().trades(), (self.pay_for_day, 40)]


def run(
    seed: int, steps: Iterable[int] = range(STEPS), calm: Collection[int] = (), tell: Tell = untold
) -> tuple[History, Failed | None]:
    """One history with repairs of runs, from its seed to its end, or to the first invariant that does not hold."""
    return histories.run(seed, steps, calm, tell, RepairHistory)
