"""Called by the clock every minute: lets what is due be sent, goes on with replays, and finds lost messages.

Running once more, or beside another one, is always safe.
"""

from __future__ import annotations

from typing import Any

from cliffhanger import bootstrap
from cliffhanger.telemetry.log import logger
from cliffhanger.telemetry.metrics import count, measure, size
from cliffhanger.webhooks.dispatching import dispatch

MARGIN_MS = 15_000
"""Time that the last steps of a sweep may take; the rest is left for the next sweep."""


def handler(_event: dict[str, Any], context: Any) -> dict[str, int]:
    """Sweeps once; answers how much of each came of it.

    Raises:
        EventsRefused, Unavailable: not all of it happened; Lambda, or the clock, calls again.
    """
    swept = dispatch(bootstrap.webhook_desk(lambda: context.get_remaining_time_in_millis() > MARGIN_MS))
    measure("OldestDeliveryAge", swept.oldest_ms)
    size("PartnersFailing", len(swept.failing))
    count("DispatchSweeps", 1)
    count("DeliveriesSentAgain", swept.lost)
    count("DeliveriesUnreadable", swept.unreadable)
    outcome = {"sent": swept.sent, "lost": swept.lost, "replayed": swept.replayed, "told": swept.told}
    logger().info("deliveries swept", **outcome, whole=swept.whole, failing=sorted(swept.failing))
    return outcome
