"""Alarms of payouts: what does not go on, a balance that will not do, what is left, and a treasury not called."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from cliffhanger.functions import FunctionSpec
from infra.config import StageConfig
from infra.constructs.alarms import FIVE_MINUTES, alarm_at, counted, largest, missing_at

STUCK = "Payouts do not go on: GET /v1/support/payouts names them, see docs/operations.md"
SHORT = "Our balance at the payment provider will not do for payouts: top it up, see docs/operations.md"
LEFT = "Payouts that the sweep could not go on with: see the log of treasury, and docs/operations.md"
WEEKLY_LEFT = "Weekly payouts that could not be asked for: see the log of treasury, and docs/operations.md"
UNSEARCHED = "Nobody can tell which payouts do not go on: see the log of treasury, and docs/operations.md"
UNFORESEEN = "Nobody can tell whether our balance will do for payouts: see docs/operations.md"
CUT_SHORT = "There is more to see to of payouts than there is time for: see docs/operations.md"
HOUR = cdk.Duration.hours(1)
AGAIN_AND_AGAIN = 3
"""Of the twelve calls of an hour; what fails once is mended by the next."""
OFTEN = 6
"""Of the parts of an hour's calls that may take long on a Monday, when all weekly payouts are due."""
SILENT = "Payouts were not looked after for 20 minutes: see docs/operations.md"
SILENT_PERIODS = 4
"""Of five minutes each, in which the clock calls once: one may fall between two calls."""


def tell_of_payouts(scope: Construct, spec: FunctionSpec, config: StageConfig, action: cloudwatch.IAlarmAction) -> None:
    """The alarms of the function that looks after payouts."""
    alarm_at(scope, f"{spec.name}-stuck", largest("PayoutsStuck", config, FIVE_MINUTES), 1, STUCK, action)
    alarm_at(scope, f"{spec.name}-short", largest("PlatformBalancesShort", config, FIVE_MINUTES), 1, SHORT, action)
    left, weekly = (counted(name, config, HOUR) for name in ("PayoutsLeft", "WeeklyPayoutsLeft"))
    alarm_at(scope, f"{spec.name}-left", left, AGAIN_AND_AGAIN, LEFT, action)
    alarm_at(scope, f"{spec.name}-weekly-left", weekly, AGAIN_AND_AGAIN, WEEKLY_LEFT, action)
    unsearched, unforeseen = (counted(name, config, HOUR) for name in ("StuckSearchesFailed", "ForecastsFailed"))
    alarm_at(scope, f"{spec.name}-unsearched", unsearched, AGAIN_AND_AGAIN, UNSEARCHED, action)
    alarm_at(scope, f"{spec.name}-unforeseen", unforeseen, AGAIN_AND_AGAIN, UNFORESEEN, action)
    alarm_at(scope, f"{spec.name}-cut-short", counted("TreasuryCutShort", config, HOUR), OFTEN, CUT_SHORT, action)
    runs = counted("TreasuryRuns", config, FIVE_MINUTES)
    missing_at(scope, f"{spec.name}-missing", runs, SILENT_PERIODS, SILENT, action)
