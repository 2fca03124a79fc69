"""Called by the workflow ``kyc``, step by step: each answers in which phase the check is then.

What raises here is asked again by Step Functions, ten times over an hour; then the execution fails, which alarms, and
the sweep of ``recheck`` starts another that goes on from where this one was.
"""

from __future__ import annotations

from typing import Any

from cliffhanger import bootstrap
from cliffhanger.kyc.steps import STEPS, WAITING
from cliffhanger.telemetry.log import logger


def handler(event: dict[str, Any], _context: object) -> dict[str, str]:
    """Takes one step of one check; ``outcome`` is the phase that the check is in, or ``over``.

    Raises:
        KeyError: there is no such step.
        ProviderUnavailable, Busy, Unavailable, EventsRefused: Step Functions asks again.
    """
    step, person, check, token = event["step"], event["person"], int(event["check"]), event.get("token")
    desk = bootstrap.verification_desk()
    outcome = WAITING[step](desk, person, check, token) if token else STEPS[step](desk, person, check)
    logger().info("verification step", step=step, about=f"{person}.{check}", outcome=outcome)
    return {"outcome": outcome}
