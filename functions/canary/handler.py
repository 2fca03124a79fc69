"""Called by the clock every five minutes: tells how long the last canary posting took, or waits, and sends the next.

A call that fails is called again by Lambda, twice, and then kept by the failure destination; the next call
does all that it would have done.
"""

from __future__ import annotations

from typing import Any

from cliffhanger import bootstrap
from cliffhanger.ledger.canary import time_posting
from cliffhanger.telemetry.log import logger
from cliffhanger.telemetry.metrics import count, measure


def handler(_event: dict[str, Any], _context: object) -> dict[str, bool | int | None]:
    """Times one posting; answers with what it tells.

    Raises:
        Busy, Undecided: Lambda calls again.
    """
    timed = time_posting(bootstrap.ledger_store())
    if timed is not None:
        measure("OldestPostingAge", timed.lag_ms)
    count("CanaryCalls", 1)
    told = {"lagMs": timed and timed.lag_ms, "settled": timed and timed.settled}
    logger().info("canary", **told)
    return told
