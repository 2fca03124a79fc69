"""Called when a day's export of the ledger is complete, and every hour to catch up with what was missed.

Either may come twice or late: days are reconciled in order, each once. What raises here is called again by Lambda,
twice, and is then kept by the function's failure destination; the next hour's call goes on in any case.
"""

from __future__ import annotations

from typing import Any

from cliffhanger import bootstrap
from cliffhanger.clock import system_clock
from cliffhanger.reconciling.service import reconcile_next
from cliffhanger.telemetry.log import logger
from cliffhanger.telemetry.metrics import count


def handler(_event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Reconciles the next day, if one is due and can be; answers with the day and what was found.

    Raises:
        Unavailable, ProviderUnavailable, InternalError: Lambda calls again; no report was kept.
    """
    day = reconcile_next(bootstrap.reconciling_desk(), system_clock())
    if day is None:
        return {"reconciled": None}
    found = sum(day.found.values())
    count("DaysReconciled", 1)
    count("ReconcilingFindings", found)
    tell = logger().warning if found else logger().info
    tell(
        "reconciled", day=day.day, found=dict(day.found), **{name.replace(" ", ""): n for name, n in day.counts.items()}
    )
    return {"reconciled": day.day, "found": dict(day.found)}
