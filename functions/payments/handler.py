"""Works off what a payment provider has told: called by the queue of notices, at least once for each, in any order.

Each message stands for itself. One that cannot be taken is named in the log and in the answer, so that it alone is
handed out again: soon at first, then ever later, and parked after the queue's last attempt.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cliffhanger import bootstrap
from cliffhanger.errors import CliffhangerError, InternalError, Unavailable
from cliffhanger.payments.stripe_calls import LONGEST_CALL_S
from cliffhanger.payments.working import about, pause_s, work
from cliffhanger.telemetry.log import logger
from cliffhanger.telemetry.metrics import count

CALLS = 3
"""So often a message asks the provider at most, for a dispute: what it is now, its payment, and to contest it."""
NEEDED_MS = int(CALLS * LONGEST_CALL_S * 1_000) + 5_000
"""What one message may take. Who has less left leaves the rest for another call."""


def handler(event: dict[str, Any], context: Any) -> dict[str, list[dict[str, str]]]:
    """Works off one batch of messages; answers which of them are to be handed out again."""
    left: list[str] = []
    for place, message in enumerate(event["Records"]):
        if place and context.get_remaining_time_in_millis() < NEEDED_MS:
            left.append(message["messageId"])
        elif not _taken(message):
            left.append(message["messageId"])
            _show_again(message)
    count("NoticesLeft", len(left))
    return {"batchItemFailures": [{"itemIdentifier": identity} for identity in left]}


def _taken(message: Mapping[str, Any]) -> bool:
    """Whether a message was worked off."""
    try:
        worked = work(bootstrap.payments_desk(), message["body"])
    except Exception as error:  # noqa: BLE001 - the outermost frame of one message: the others are not to wait for it
        code = error.code if isinstance(error, CliffhangerError) else InternalError.code
        logger().exception("notice left", notice=about(message["body"]), delivery=message["messageId"], code=code)
        return False
    count("NoticesSentAgain", worked.swept)
    count("DisputesOpened", int(worked.contested))
    count("LossesBorne", int(worked.borne > 0))
    logger().info(
        "notice worked off", notice=worked.about, kind=worked.kind, outcome=worked.outcome, borne=worked.borne
    )
    return True


def _show_again(message: Mapping[str, Any]) -> None:
    """Lets a message be handed out again sooner than the queue would: what failed for a moment is tried in seconds."""
    received = int(message["attributes"]["ApproximateReceiveCount"])
    try:
        bootstrap.payments_queue().show_again(message["receiptHandle"], pause_s(received))
    except Unavailable:
        logger().warning("message waits its turn", delivery=message["messageId"])
