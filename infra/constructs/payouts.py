"""Alarms of payouts: what does not go on, a balance that will not do, and a treasury that is not called."""

from __future__ import annotations

from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from cliffhanger.functions import FunctionSpec
from infra.config import StageConfig
from infra.constructs.alarms import FIVE_MINUTES, alarm_at, counted, largest, missing_at

STUCK = "Payouts do not go on: GET /v1/support/payouts names them, see docs/operations.md"
SHORT = "Our balance at the payment provider will not do for payouts: top it up, see docs/operations.md"
SILENT = "Payouts were not looked after for 20 minutes: see docs/operations.md"
SILENT_PERIODS = 4
"""Of five minutes each, in which the clock calls once: one may fall between two calls."""


def tell_of_payouts(scope: Construct, spec: FunctionSpec, config: StageConfig, action: cloudwatch.IAlarmAction) -> None:
    """The alarms of the function that looks after payouts."""
    alarm_at(scope, f"{spec.name}-stuck", largest("PayoutsStuck", config, FIVE_MINUTES), 1, STUCK, action)
    alarm_at(scope, f"{spec.name}-short", largest("PlatformBalancesShort", config, FIVE_MINUTES), 1, SHORT, action)
    runs = counted("TreasuryRuns", config, FIVE_MINUTES)
    missing_at(scope, f"{spec.name}-missing", runs, SILENT_PERIODS, SILENT, action)
