"""Told of purchases, and of what undoes them, by the product's own bus: rewards both sides of an invitation, or not.

An event may come twice, late, or again at a replay: it only says whose chain to look at, and what stands there decides.
What raises here is told again by Lambda, twice, and is then kept by the function's failure destination, from which it
can be replayed.
"""

from __future__ import annotations

from typing import Any

from cliffhanger import bootstrap
from cliffhanger.rewards.referring import follow
from cliffhanger.telemetry.log import logger
from cliffhanger.telemetry.metrics import count


def handler(event: dict[str, Any], _context: object) -> dict[str, str]:
    """Follows one event; ``outcome`` says in a word what stands after it.

    Raises:
        SwitchedOff, Busy, Undecided, Unavailable: Lambda calls again.
        LookupError, TypeError: the event is none of ours.
    """
    person = str(event["detail"]["data"]["personId"])
    followed = follow(bootstrap.referral_hall(), person)
    if followed.outcome != "none":
        given = [one for one in followed.earned if not one.repeated]
        count("ReferralsRewarded", len(given))
        logger().info("referral", about=event["detail"].get("id"), outcome=followed.outcome, given=len(given))
    return {"outcome": followed.outcome}
