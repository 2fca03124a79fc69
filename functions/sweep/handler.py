"""Sweeps up after uploads: called every few minutes by a schedule, with an event that tells nothing.

What cannot be dealt with is logged, counted, and comes up again by itself; running once more is always safe.
"""

from __future__ import annotations

from typing import Any

from cliffhanger import bootstrap
from cliffhanger.clock import system_clock
from cliffhanger.media.sweeping import sweep
from cliffhanger.telemetry.log import logger
from cliffhanger.telemetry.metrics import count

MARGIN_MS = 60_000
"""Time that one upload may take at the end of a sweep; the next ones are left for the next sweep."""

COUNTED = {
    "published": "EpisodesPublished",
    "failed": "UploadsFailed",
    "expired": "UploadsFailed",
    "budget_reached": "TranscodeBudgetsReached",
    "left": "UploadsLeft",
}
"""Outcomes that are business facts, or that must not stay unseen, and the metrics that count them."""


def handler(_event: dict[str, Any], context: Any) -> dict[str, int]:
    """Looks at what is due; answers how often each outcome came of it.

    Raises:
        Unavailable: the table does not tell what is due; Lambda calls again.
    """
    until = system_clock() + context.get_remaining_time_in_millis() - MARGIN_MS
    outcomes: dict[str, int] = {}
    for swept in sweep(bootstrap.media_pipeline(), until):
        outcomes[swept.outcome] = outcomes.get(swept.outcome, 0) + 1
        if swept.error is not None:
            logger().warning("upload left", about=swept.upload, error=repr(swept.error))
        else:
            logger().info("upload swept", about=swept.upload, outcome=swept.outcome)
    for outcome, times in outcomes.items():
        if outcome in COUNTED:
            count(COUNTED[outcome], times)
    return outcomes
