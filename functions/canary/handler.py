"""Called by the clock every five minutes: tells how long the last canary posting took, or waits, and sends the next.

What settlement could not take and has parked waits as well, until somebody replays it: the age of the oldest posting
that is not settled is that of whichever waits longer.

A call that fails is called again by Lambda, twice, and then kept by the failure destination; the next call
does all that it would have done.
"""

from __future__ import annotations

from typing import Any

from cliffhanger import bootstrap
from cliffhanger.clock import system_clock
from cliffhanger.ledger.canary import time_posting
from cliffhanger.parking.service import oldest_parked_at
from cliffhanger.telemetry.log import logger
from cliffhanger.telemetry.metrics import count, measure


def handler(_event: dict[str, Any], _context: object) -> dict[str, bool | int | None]:
    """Times one posting; answers with what it tells.

    Raises:
        Busy, Undecided, Unavailable: Lambda calls again.
    """
    timed = time_posting(bootstrap.ledger_store())
    if timed is not None:
        measure("OldestPostingAge", timed.lag_ms)
    count("CanaryCalls", 1)
    parked_at = oldest_parked_at(bootstrap.parked_store(), "settlement")
    parked_ms = None if parked_at is None else system_clock() - parked_at
    if parked_ms is not None:
        measure("OldestPostingAge", parked_ms)
    told = {"lagMs": timed and timed.lag_ms, "settled": timed and timed.settled, "parkedMs": parked_ms}
    logger().info("canary", **told)
    return told
