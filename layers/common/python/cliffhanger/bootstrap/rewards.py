"""What rewards are given by."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from cliffhanger.bootstrap.foundation import connection
from cliffhanger.clock import system_clock
from cliffhanger.settings import read
from cliffhanger.telemetry.log import logger

if TYPE_CHECKING:
    from cliffhanger.rewards.rulebook import Rulebook


@functools.cache
def rulebook() -> Rulebook:
    """The rule sets."""
    from cliffhanger.rewards.rule_store import RuleSetsStore
    from cliffhanger.rewards.rulebook import Rulebook

    def unread() -> None:
        logger().counted("rule sets unread", "RuleSetsUnread")

    return Rulebook(RuleSetsStore(connection(), read("RULESETS_TABLE")), system_clock, unread)
