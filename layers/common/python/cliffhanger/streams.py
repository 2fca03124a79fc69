"""The edge of the two consumers of the ledger's stream: what they are handed, and what they set aside.

Inserts only, at least once, in any order. What raises in a consumer is delivered again, as a whole batch.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from cliffhanger.parking.domain import Consumer, Poison
from cliffhanger.parking.service import park
from cliffhanger.parking.store import ParkedStore
from cliffhanger.telemetry.log import logger
from cliffhanger.telemetry.metrics import count


def new_images(event: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The new images of a batch's inserts, in DynamoDB's JSON; marks that settlement sets are no news."""
    return [record["dynamodb"]["NewImage"] for record in event["Records"] if record["eventName"] == "INSERT"]


def set_aside(store: ParkedStore, consumer: Consumer, poison: Iterable[Poison]) -> None:
    """What no delivery can mend is named in the log, parked by its key, and counted, so that it raises an alarm.

    Raises:
        Unavailable: not all are parked; Lambda delivers the batch again.
    """
    named = tuple(poison)
    for account, seq, reason, detail in named:
        logger().warning("entry parked", entry=f"{account}/{seq}", reason=reason, detail=detail)
    count("EntriesParked", park(store, consumer, named))


def taken() -> dict[str, list[Any]]:
    """The answer that no record of a batch is to be delivered again."""
    return {"batchItemFailures": []}
