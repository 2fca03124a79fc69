"""Called by the clock every five minutes: goes on with checks that broke off, and comes to whoever is verified.

Whom a newer list may name, whose verification will end, and whose has ended. What cannot be dealt with is logged,
counted, and comes up again by itself; running once more is always safe.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from cliffhanger import bootstrap
from cliffhanger.clock import system_clock
from cliffhanger.kyc.rechecking import lists_of, queues, sweep
from cliffhanger.telemetry.log import logger
from cliffhanger.telemetry.metrics import count, measure

MARGIN_MS = 60_000
"""Time that one person may take at the end of a sweep; the next ones are left for the next sweep."""


def handler(_event: dict[str, Any], context: Any) -> dict[str, int]:
    """Does what is due; answers how much of each.

    Raises:
        Unavailable: the table does not answer; Lambda calls again.
    """
    until = system_clock() + context.get_remaining_time_in_millis() - MARGIN_MS
    done: Counter[str] = Counter()
    for swept in sweep(bootstrap.verification_desk(), until):
        done["left" if swept.error is not None else swept.done or "nothing"] += 1
        if swept.error is not None:
            logger().warning("verification left", about=swept.person, error=repr(swept.error))
    waits = queues(bootstrap.verification_desk())
    lists = lists_of(bootstrap.verification_desk())
    measure("OldestReviewAge", waits.oldest_review_ms)
    measure("OldestKycAge", waits.oldest_check_ms)
    measure("OldestListAge", lists.oldest_ms)
    count("ListsMissing", 0 if lists.there else 1)
    count("VerificationSweeps", 1)
    count("VerificationsGoneOn", done["gone_on"])
    count("VerificationsNamed", done["named"])
    count("VerificationsLeft", done["left"])
    outcome = {**done, "reviews": waits.reviews}
    logger().info("verifications swept", **outcome)
    return outcome
