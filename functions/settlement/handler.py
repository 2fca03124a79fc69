"""Consumes the ledger's stream: inserts only, at least once, in any order.

A batch that fails is delivered again, bisected, and at last kept by the failure destination; settling it once more is
always safe.
"""

from __future__ import annotations

from typing import Any

from cliffhanger import bootstrap
from cliffhanger.ledger.settling import settle_images
from cliffhanger.telemetry.log import logger
from cliffhanger.telemetry.metrics import count


def handler(event: dict[str, Any], _context: object) -> dict[str, list[Any]]:
    """Settles the entries of one batch of stream records; answers that no record of it failed.

    Raises:
        Busy, LedgerCorrupt: Lambda delivers the batch again, then bisects it.
    """
    images = [record["dynamodb"]["NewImage"] for record in event["Records"] if record["eventName"] == "INSERT"]
    settled = settle_images(bootstrap.ledger_store(), images)
    count("LegsSettled", settled)
    logger().info("settled", entries=len(images), legs=settled)
    return {"batchItemFailures": []}
