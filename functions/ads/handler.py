"""Takes what ad networks vouch for: verified over the bytes that they have signed, and paid by our own rules, once.

Anybody can call it, so it answers every callback that it doubts in the same words, and counts why.
"""

from __future__ import annotations

from cliffhanger import bootstrap
from cliffhanger.errors import AdCallbackRefused, Busy, SwitchedOff, Unavailable, Undecided
from cliffhanger.rewards.ads import UNSIGNED
from cliffhanger.rewards.ads_taking import take_callback
from cliffhanger.telemetry.log import logger
from cliffhanger.web.api import Answer, Call, Operation, build_api
from functions.ads.schemas import CallbackAnswer


def take_admob_callback(call: Call) -> Answer:
    """Takes AdMob's server-side verification of an ad that a viewer has seen; told again, it changes nothing.

    The query is AdMob's own, signed to its end. Whatever is not genuine is refused alike.
    """
    try:
        outcome = take_callback(bootstrap.ad_turnstile(), call.event.get("rawQueryString") or "")
    except AdCallbackRefused as error:
        metric = "AdSignaturesRefused" if error.doubt in UNSIGNED else "AdCallbacksRefused"
        logger().counted("ad callback refused", metric, doubt=error.doubt)
        raise
    logger().info("ad callback", outcome=outcome)
    return Answer(200, CallbackAnswer())


handler = build_api(
    "ads",
    {
        "takeAdMobCallback": Operation(
            take_admob_callback,
            answers={200: CallbackAnswer},
            problems=(AdCallbackRefused, SwitchedOff, Busy, Undecided, Unavailable),
        ),
    },
)
