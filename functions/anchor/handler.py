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
    if key is None:
        day = service.begin(anchoring, now)
        logger().info("anchor begun", day=day)
        return {"begun": day}
    finished = service.finish(anchoring, str(key), now)
    if finished is not None:
        count("DaysAnchored", 1)
    logger().info("anchored", day=finished and finished[0], heads=finished and finished[1])
    return {"anchored": finished and finished[0]}
