"""How operators' acts are told to the log: who did what, to what, and what came of it; also when it is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from cliffhanger.errors import CliffhangerError
from cliffhanger.telemetry.log import logger
from cliffhanger.telemetry.metrics import count
from cliffhanger.web.api import Call

Done = TypeVar("Done")


def acted(
    call: Call, operation: str, act: Callable[[], Done], outcome_of: Callable[[Done], str], **subject: str
) -> Done:
    """What an act came to, told to the log and counted. ``subject`` holds ids and codes only."""
    outcome = "error"
    try:
        done = act()
        outcome = outcome_of(done)
    except CliffhangerError as error:
        outcome = error.code
        raise
    finally:
        logger().info("support", operation=operation, operator=call.person, outcome=outcome, **subject)
        count("SupportOperations", 1)
    return done
