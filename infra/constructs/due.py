"""Alarms of what is due and given: accounts that wait, rewards that nobody looks at, refunds, leftovers, silence."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from cliffhanger.functions import FunctionSpec
from infra.config import StageConfig
from infra.constructs.alarms import FIVE_MINUTES, alarm_at, counted, missing_at, timed

LATE_DUE_MS = 60 * 60_000
LATE_DUE = "Accounts have waited for the ledger's sweep for an hour or more: see docs/operations.md"
ACCOUNTS_LEFT = "Accounts that the ledger's sweep could not deal with come up again: see its log"
LATE_HELD_MS = 2 * 86_400_000
LATE_HELD = "A reward has waited for a reviewer for two days or more: see docs/operations.md"
GIVEN_PERIOD = cdk.Duration.hours(1)
GIVEN = "Viewers were given more coins as rewards within an hour than the stage's file foresees: see docs/operations.md"
REFUNDS_SWEPT, REFUNDS_PERIOD = 3, cdk.Duration.minutes(30)
"""So many in half an hour: one that the provider does not answer three times, or several that broke off."""
REFUNDS_LEFT = "Refunds broke off and are gone on with by the sweep: see docs/operations.md"
NO_EXPIRY = "The ledger was not swept for 20 minutes: see docs/operations.md"
SILENT_PERIODS = 4
"""Of five minutes each, in which the clock calls once: one may fall between two calls."""


def tell_of_due(scope: Construct, spec: FunctionSpec, config: StageConfig, action: cloudwatch.IAlarmAction) -> None:
    """The alarms of the function that comes to what is due."""
    age = timed("OldestDueAge", config, FIVE_MINUTES)
    alarm_at(scope, f"{spec.name}-late", age, LATE_DUE_MS, LATE_DUE, action)
    held = timed("OldestHeldAge", config, FIVE_MINUTES)
    alarm_at(scope, f"{spec.name}-held", held, LATE_HELD_MS, LATE_HELD, action)
    given = counted("HouseCoinsGiven", config, GIVEN_PERIOD)
    alarm_at(scope, "house-coins", given, config.house_coins_an_hour, GIVEN, action)
    alarm_at(scope, f"{spec.name}-left", counted("AccountsLeft", config, FIVE_MINUTES), 1, ACCOUNTS_LEFT, action)
    swept = counted("RefundsSwept", config, REFUNDS_PERIOD)
    alarm_at(scope, f"{spec.name}-refunds", swept, REFUNDS_SWEPT, REFUNDS_LEFT, action)
    sweeps = counted("ExpirySweeps", config, FIVE_MINUTES)
    missing_at(scope, f"{spec.name}-missing", sweeps, SILENT_PERIODS, NO_EXPIRY, action)
