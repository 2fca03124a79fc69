"""When a delivery is attempted again. Pure; published in ``docs/webhooks.md``, so that receivers can count on it."""

from __future__ import annotations

DELAYS_S = (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
"""After the first attempt, the second, and so on, in seconds: 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h.
Source: Standard Webhooks specification, "Deliverability and reliability", example schedule."""

MAX_ATTEMPTS = len(DELAYS_S) + 1
JITTER = 0.1
"""By how much of itself a delay is longer at most, so that what failed together does not come again together."""

MAX_RETRY_AFTER_S = 86_400
"""How long a receiver may ask us to stay away."""

SHORT_MS = 900_000
"""What a queue can delay a message (Amazon SQS); what is due later waits in the table."""

LOST_MS = 600_000
"""How long after its time a message has not been worked off before another one is sent."""


def delay_ms(attempts: int, draw: float, retry_after_s: int | None = None) -> int | None:
    """How long to wait after so many attempts, counted from 1; None after the last.

    Args:
        attempts: of this run of the schedule.
        draw: from 0 up to 1, for the jitter.
        retry_after_s: how long the receiver asked us to stay away; never sooner, and bounded.
    """
    if attempts >= MAX_ATTEMPTS:
        return None
    delay = int(DELAYS_S[attempts - 1] * 1_000 * (1 + JITTER * draw))
    if retry_after_s is None:
        return delay
    return max(delay, min(max(retry_after_s, 0), MAX_RETRY_AFTER_S) * 1_000)
