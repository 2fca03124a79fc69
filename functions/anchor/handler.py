"""Called once a day, and when an export that it asked for is complete.

Either may come twice or late. What raises here is called again by Lambda, twice, and is then kept by the function's
failure destination; the next day's call goes on from the last anchor in any case.
"""

from __future__ import annotations

from typing import Any

from cliffhanger import bootstrap
from cliffhanger.anchoring import service
from cliffhanger.clock import system_clock
from cliffhanger.telemetry.log import logger
from cliffhanger.telemetry.metrics import count


def handler(event: dict[str, Any], _context: object) -> dict[str, str | None]:
    """Begins the day that is due, or anchors the one whose export is there; answers with the day.

    Raises:
        Unavailable, InternalError: Lambda calls again; nothing was anchored.
    """
    anchoring, now = bootstrap.anchoring(), system_clock()
    key = event.get("detail", {}).get("object", {}).get("key") if event.get("source") == "aws.s3" else None
    finished = None if key is None else service.finish(anchoring, str(key))
    if finished is not None:
        count("DaysAnchored", 1)
        logger().info("anchored", day=finished[0], heads=finished[1])
    day = service.begin(anchoring, now, _tell_unseen)
    logger().info("anchor begun", day=day)
    return {"begun": day} if key is None else {"anchored": finished and finished[0]}


def _tell_unseen(day: str) -> None:
    count("DaysUnseen", 1)
    logger().warning("day cannot be exported any more", day=day)
