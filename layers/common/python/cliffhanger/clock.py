"""Time, passed in so that a test or a simulation can hold it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], int]
"""Returns the present as milliseconds since the Unix epoch."""

MAX_TIME_CHARS = 35
"""Room for nanoseconds and an offset."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_RFC3339 = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?([Zz]|[+-][0-9]{2}:[0-5][0-9])"
)


def system_clock() -> int:
    """The machine's clock, in milliseconds since the Unix epoch."""
    return time.time_ns() // 1_000_000


def rfc3339(at_ms: int) -> str:
    """A time in milliseconds since the Unix epoch as RFC 3339 text in UTC, to the millisecond."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def ms_of(text: str) -> int:
    """Milliseconds since the Unix epoch of a time as RFC 3339 (5.6) writes it, in UTC or with an offset.

    What is finer than a millisecond is left out. A leap second is none of our times.

    Raises:
        ValueError: the text is no such time.
    """
    if len(text) > MAX_TIME_CHARS or _RFC3339.fullmatch(text) is None:
        raise ValueError("no time of RFC 3339")
    moment = datetime.fromisoformat(text.upper())
    # By whole numbers: a timestamp as a float may be a millisecond off.
    since = moment - _EPOCH
    return since.days * 86_400_000 + since.seconds * 1_000 + since.microseconds // 1_000
