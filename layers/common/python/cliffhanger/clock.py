"""Time, passed in so that a test or a simulation can hold it."""

from __future__ import annotations

import time
from collections.abc import Callable

Clock = Callable[[], int]
"""Returns the present as milliseconds since the Unix epoch."""


def system_clock() -> int:
    """The machine's clock, in milliseconds since the Unix epoch."""
    return time.time_ns() // 1_000_000
