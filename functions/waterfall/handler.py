"""Called by the clock every five minutes: goes on with the day that is due until it is done, and then rests.

A call with a ``day`` goes through that day once more from the beginning, which is safe: that is how it is replayed. It
has gone through all once it answers that it is ``done``; until then it is called again, and goes on.
What fails of a series is logged and counted, and holds up no other.
"""

from __future__ import annotations

from typing import Any

from cliffhanger import bootstrap
from cliffhanger.clock import ms_of, system_clock
from cliffhanger.revenue.domain import DAY_MS
from cliffhanger.revenue.waterfall import again, day_due, fall
from cliffhanger.telemetry.log import logger
from cliffhanger.telemetry.metrics import count, measure

MARGIN_MS = 60_000
"""Time that one page of series may take at the end; the next ones are left for the next call."""


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Divides and tells; answers how much came of it, and whether the day is done.

    Raises:
        Unavailable: a table does not answer; Lambda calls again.
        ValidationFailed: the day that is asked for is none that is over.
    """
    now = system_clock()
    until = now + context.get_remaining_time_in_millis() - MARGIN_MS
    waterfall, asked = bootstrap.waterfall(), event.get("day")
    day = day_due(now) if asked is None else again(waterfall.runs, str(asked), now)
    entries = told = left = 0
    for flown in fall(waterfall, day, until):
        entries, told = entries + flown.entries, told + flown.told
        if flown.error is not None:
            left += 1
            logger().warning("left", about=flown.about, error=repr(flown.error))
    last = waterfall.runs.last_done()
    if last is not None:
        measure("WaterfallAge", now - ms_of(f"{last}T00:00:00Z") - DAY_MS)
    run = waterfall.runs.find(day)
    count("WaterfallCalls", 1)
    count("SharesWritten", entries)
    count("StatementsWritten", told)
    count("SeriesLeft", left)
    outcome = {
        "day": day,
        "done": run is not None and run.done,
        "entries": entries,
        "told": told,
        "left": left,
    }
    logger().info("shared", **outcome)
    return outcome
