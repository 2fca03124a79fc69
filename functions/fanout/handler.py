"""Called by the queue of events, at least once for each: makes a delivery of it for each endpoint that wants it.

Each message stands for itself. One that cannot be taken is named in the log and in the answer, so that it alone is
handed out again, and parked after the queue's last attempt.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from cliffhanger import bootstrap
from cliffhanger.errors import CliffhangerError, InternalError
from cliffhanger.telemetry.log import logger
from cliffhanger.telemetry.metrics import count
from cliffhanger.webhooks.fanout import FannedOut, fan_out


def handler(event: dict[str, Any], _context: object) -> dict[str, list[dict[str, str]]]:
    """Fans one batch of events out; answers which of them are to be handed out again."""
    left: list[str] = []
    made = 0
    for message in event["Records"]:
        fanned = _taken(message)
        if fanned is None:
            left.append(message["messageId"])
        else:
            made += fanned.new
    count("DeliveriesMade", made)
    count("EventsLeft", len(left))
    return {"batchItemFailures": [{"itemIdentifier": identity} for identity in left]}


def _taken(message: Mapping[str, Any]) -> FannedOut | None:
    """What came of an event; None where it is to come again."""
    try:
        fanned = fan_out(bootstrap.webhook_exchange(), json.loads(message["body"])["detail"])
    except Exception as error:  # noqa: BLE001 - the outermost frame of one message: the others are not to wait for it
        code = error.code if isinstance(error, CliffhangerError) else InternalError.code
        logger().exception("event left", delivery=message["messageId"], code=code)
        return None
    logger().info("event fanned out", event=fanned.event, type=fanned.type, deliveries=fanned.deliveries)
    return fanned
