"""Called by the queues of deliveries, at least once for each that is due: makes one attempt of it.

The messages of a call are worked off at once, each in a thread of its own, so that a receiver that hangs holds up none
of the others. One that cannot be taken is named in the log and in the answer, so that it alone is handed out again.
Neither addresses nor bodies nor answers go into the log.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Any

from cliffhanger import bootstrap
from cliffhanger.errors import CliffhangerError, InternalError
from cliffhanger.settings import read
from cliffhanger.telemetry.log import logger
from cliffhanger.telemetry.metrics import count
from cliffhanger.webhooks.delivering import Station, Worked, deliver, note_waiting
from cliffhanger.webhooks.domain import SLOW_ANSWER_MS, Lane
from cliffhanger.webhooks.queues import Message, message_in

COUNTED = {"delivered": "DeliveriesMadeGood", "failed": "DeliveriesFailed", "retrying": "AttemptsFailed"}


def handler(event: dict[str, Any], _context: object) -> dict[str, list[dict[str, str]]]:
    """Works off one batch of messages; answers which of them are to be handed out again."""
    messages = event["Records"]
    station = bootstrap.webhook_station()  # once, before any thread asks for it
    with ThreadPoolExecutor(len(messages)) as pool:
        attempts = [pool.submit(_taken, station, message) for message in messages]
        wait(attempts, SLOW_ANSWER_MS / 1_000)
        for message, attempt in zip(messages, attempts, strict=True):
            if not attempt.done():
                _note_waiting(station, message)
    worked = [attempt.result() for attempt in attempts]
    for outcome, metric in COUNTED.items():
        count(metric, sum(each is not None and each.outcome == outcome for each in worked))
    count("EndpointsDisabled", sum(each is not None and each.disabled != "" for each in worked))
    left = [message["messageId"] for message, each in zip(messages, worked, strict=True) if each is None]
    count("DeliveriesLeft", len(left))
    return {"batchItemFailures": [{"itemIdentifier": identity} for identity in left]}


def lane_of(message: Mapping[str, Any]) -> Lane:
    """The lane that a message came by: the queue's name stands in its ARN, and at the end of its URL."""
    queue = str(message["eventSourceARN"]).rpartition(":")[2]
    return "slow" if read("SLOW_DELIVERIES_QUEUE_URL").endswith(f"/{queue}") else "fast"


def _note_waiting(station: Station, record: Mapping[str, Any]) -> None:
    """Lets others of an endpoint that keeps us waiting go another way; the attempt's end would note it much later."""
    try:
        note_waiting(station, message_in(record["body"], lane_of(record)))
    except Exception as error:  # noqa: BLE001 - nothing is lost by it, and the attempts go on
        code = error.code if isinstance(error, CliffhangerError) else InternalError.code
        logger().exception("endpoint not noted", delivery=record["messageId"], code=code)


def _taken(station: Station, record: Mapping[str, Any]) -> Worked | None:
    """What came of a message; None where it is to come again."""
    try:
        message = message_in(record["body"], lane_of(record))
        worked = deliver(station, message)
    except Exception as error:  # noqa: BLE001 - the outermost frame of one message: the others are not to wait for it
        code = error.code if isinstance(error, CliffhangerError) else InternalError.code
        logger().exception("delivery left", delivery=record["messageId"], code=code)
        return None
    _tell(message, worked)
    return worked


def _tell(message: Message, worked: Worked) -> None:
    attempt = worked.attempt
    facts: dict[str, object] = (
        {} if attempt is None else {"status": attempt.status or attempt.code, "ms": attempt.millis}
    )
    if worked.disabled:
        facts["disabled"] = worked.disabled
    logger().info(
        "delivery",
        partner=message.partner,
        mode=message.mode,
        endpoint=message.endpoint,
        delivery=message.delivery,
        attempt=message.number + 1,
        lane=message.lane,
        type=worked.type,
        outcome=worked.outcome,
        **facts,
    )
