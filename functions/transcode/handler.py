"""Consumes S3's and MediaConvert's events from the account's default bus.

Each may come twice, late or out of order. What raises here is delivered again by Lambda, twice, and is then kept by
the function's failure destination, from which it can be replayed; running it once more is always safe.
"""

from __future__ import annotations

from typing import Any

from cliffhanger import bootstrap
from cliffhanger.media.pipeline import job_changed, upload_received
from cliffhanger.media.signals import arrival_of, job_change_of
from cliffhanger.telemetry.log import logger
from cliffhanger.telemetry.metrics import count

COUNTED = {
    "published": "EpisodesPublished",
    "failed": "UploadsFailed",
    "budget_reached": "TranscodeBudgetsReached",
}
"""Outcomes that are business facts, and the metrics that count them."""


def handler(event: dict[str, Any], _context: object) -> dict[str, str]:
    """Takes one event; ``outcome`` says in a word what it did. Events about anything else are logged and left.

    Raises:
        Unavailable, Undecided, EventsRefused, ClientError: something did not answer; Lambda delivers the event again.
    """
    pipeline = bootstrap.media_pipeline()
    arrival = arrival_of(event, pipeline.buckets.uploads)
    change = job_change_of(event)
    if arrival is not None:
        about, outcome = arrival.upload, upload_received(pipeline, arrival)
    elif change is not None:
        about, outcome = change.upload, job_changed(pipeline, change)
    else:
        about, outcome = None, "ignored"
    if outcome in COUNTED:
        count(COUNTED[outcome], 1)
    logger().info(
        "media event", about=about, outcome=outcome, source=event.get("source"), kind=event.get("detail-type")
    )
    return {"outcome": outcome}
