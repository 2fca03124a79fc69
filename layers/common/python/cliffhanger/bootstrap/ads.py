"""What rewarded ads are offered with, and their networks' callbacks taken."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from cliffhanger.bootstrap.foundation import request_secret
from cliffhanger.bootstrap.rewards import rewards_desk
from cliffhanger.clock import system_clock
from cliffhanger.settings import read
from cliffhanger.telemetry.log import logger

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cliffhanger.rewards.ads import Placement
    from cliffhanger.rewards.ads_offering import Offering
    from cliffhanger.rewards.ads_taking import Turnstile


@functools.cache
def ad_placements() -> Mapping[str, Placement]:
    """Where ads are shown."""
    from cliffhanger.rewards.ads import placements_of

    return placements_of(read("AD_PLACEMENTS"))


@functools.cache
def ad_offering() -> Offering:
    """What ads are offered with."""
    from cliffhanger.rewards.ads_offering import Offering

    return Offering(rewards_desk(), ad_placements(), lambda: request_secret("ads"))


@functools.cache
def ad_turnstile() -> Turnstile:
    """What AdMob's callbacks are taken with."""
    from cliffhanger.rewards.ads_admob import AdMob
    from cliffhanger.rewards.ads_keys import AdKeys, fetch_keys
    from cliffhanger.rewards.ads_taking import Turnstile

    def unread() -> None:
        logger().counted("ad keys unread", "AdKeysUnread")

    network = AdMob(AdKeys(fetch_keys(read("AD_KEYS_URL")), system_clock, unread))
    return Turnstile(rewards_desk(), network, ad_placements(), lambda: request_secret("ads"))
