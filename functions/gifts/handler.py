"""Told of gifts, and of reversed ones, by the product's own bus: keeps an episode's latest, for others to see.

An event may come twice, late, or again at a replay: what is kept is kept once, and what was reversed stays away. What
raises here is told again by Lambda, twice, and is then kept by the function's failure destination.
"""

from __future__ import annotations

from typing import Any

from cliffhanger import bootstrap
from cliffhanger.clock import system_clock
from cliffhanger.telemetry.log import logger
from cliffhanger.tips.showing import keep, told_by


def handler(event: dict[str, Any], _context: object) -> dict[str, str]:
    """Keeps what one event tells; ``outcome`` says in a word what became of it.

    Raises:
        Unavailable: a table does not answer; Lambda calls again.
        LookupError, TypeError, ValueError: the event is none of ours.
    """
    told = told_by(event["detail"])
    if told is None:
        return {"outcome": "ignored"}
    outcome = keep(bootstrap.gifts_store(), bootstrap.gift_giver(), told, system_clock())
    logger().info("gift", about=event["detail"]["id"], outcome=outcome)
    return {"outcome": outcome}
