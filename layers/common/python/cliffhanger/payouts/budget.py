"""How long a part of a sweep may take. Pure, but for the clock."""

from __future__ import annotations

from cliffhanger.clock import Clock


class Budget:
    """Time until which there may be begun anew; it remembers whether that was ``enough``.

    It is asked only while something is left to be done, so that a part which ends in time has had enough.
    """

    def __init__(self, clock: Clock, until: int) -> None:
        self.enough = True
        self._clock = clock
        self._until = until

    def spent(self) -> bool:
        """Whether the time is over, while something is left."""
        if self._clock() >= self._until:
            self.enough = False
        return not self.enough
