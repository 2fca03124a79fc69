"""Time, passed in so that a test or a simulation can hold it."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], int]
"""Returns the present as milliseconds since the Unix epoch."""


def system_clock() -> int:
    """The machine's clock, in milliseconds since the Unix epoch."""
    return time.time_ns() // 1_000_000


def rfc3339(at_ms: int) -> str:
    """A time in milliseconds since the Unix epoch as RFC 3339 text in UTC, to the millisecond."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
