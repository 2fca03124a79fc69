"""Called by the workflow of payouts for each of its steps; what it answers says where the workflow goes on.

Any step may be broken off and called again. What raises is tried again by the workflow, and then ends the execution,
which alarms; ``resumePayout`` goes on from there.
"""

from __future__ import annotations

from typing import Any

from cliffhanger import bootstrap
from cliffhanger.payouts.steps import run
from cliffhanger.telemetry.log import logger
from cliffhanger.telemetry.metrics import count


def handler(task: dict[str, Any], _context: object) -> dict[str, Any]:
    """Carries out one step of one payout.

    Raises:
        NotFound, InternalError: a fault of ours; the workflow calls again.
    """
    done = run(bootstrap.payout_desk(), task)
    told = {"step": task["step"], "payout": task["payout"], "outcome": done.outcome, "seconds": done.seconds}
    logger().info("payout", **told, **({"why": done.why} if done.why else {}))
    count("PayoutsWaiting", int(done.outcome == "wait"))
    return done.document()
