"""Alarms of verifications: reviewers who are waited for, checks that break off, hits of lists, their age, silence."""

from __future__ import annotations

from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from cliffhanger.functions import FunctionSpec
from infra.config import StageConfig
from infra.constructs.alarms import FIVE_MINUTES, alarm_at, counted, missing_at, timed

LATE_REVIEW_MS = 2 * 86_400_000
LATE_REVIEW = "A check has waited for a reviewer for two days or more: see docs/operations.md"
GONE_ON = "Checks broke off and were gone on with by the sweep: see docs/operations.md"
NAMED = "A newer list may name somebody who was verified: see docs/operations.md"
LISTS_MISSING = "No real list of sanctions is in force, so nobody is verified: see docs/operations.md"
OLD_LIST_MS = 8 * 86_400_000
"""A week, and a day to put the next one there. OFAC ("Recent Actions") and the European Union ("Consolidated list of
financial sanctions") change theirs weekly or oftener, on no fixed day."""
OLD_LIST = "A list of sanctions has not been renewed for eight days: see docs/operations.md"
LEFT = "Verifications that the sweep could not deal with come up again: see its log"
SILENT = "Verifications were not swept for 20 minutes: see docs/operations.md"
SILENT_PERIODS = 4
"""Of five minutes each, in which the clock calls once: one may fall between two calls."""


def tell_of_verifications(
    scope: Construct, spec: FunctionSpec, config: StageConfig, action: cloudwatch.IAlarmAction
) -> None:
    """The alarms of the function that comes to whoever is verified."""
    waits = timed("OldestReviewAge", config, FIVE_MINUTES)
    alarm_at(scope, f"{spec.name}-late", waits, LATE_REVIEW_MS, LATE_REVIEW, action)
    broke = counted("VerificationsGoneOn", config, FIVE_MINUTES)
    alarm_at(scope, f"{spec.name}-broke", broke, 1, GONE_ON, action)
    named = counted("VerificationsNamed", config, FIVE_MINUTES)
    alarm_at(scope, f"{spec.name}-named", named, 1, NAMED, action)
    missing = counted("ListsMissing", config, FIVE_MINUTES)
    alarm_at(scope, f"{spec.name}-listless", missing, 1, LISTS_MISSING, action)
    oldest = timed("OldestListAge", config, FIVE_MINUTES)
    alarm_at(scope, f"{spec.name}-old-list", oldest, OLD_LIST_MS, OLD_LIST, action)
    left = counted("VerificationsLeft", config, FIVE_MINUTES)
    alarm_at(scope, f"{spec.name}-left", left, 1, LEFT, action)
    sweeps = counted("VerificationSweeps", config, FIVE_MINUTES)
    missing_at(scope, f"{spec.name}-missing", sweeps, SILENT_PERIODS, SILENT, action)
