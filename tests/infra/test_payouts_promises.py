"""What the stacks promise of payouts: whatever the treasury could not see to tells someone."""

from __future__ import annotations

import json

import pytest

from tests.infra.assembly import Assembly

UNDONE = {
    "PayoutsLeft": 3,
    "WeeklyPayoutsLeft": 3,
    "StuckSearchesFailed": 3,
    "ForecastsFailed": 3,
    "TreasuryCutShort": 6,
}
"""So often in an hour, of its twelve calls."""


@pytest.mark.parametrize("metric", UNDONE)
def test_what_the_treasury_has_not_seen_to_again_and_again_tells_someone(production: Assembly, metric: str) -> None:
    [alarm] = [
        each.properties
        for each in production.resources("AWS::CloudWatch::Alarm")
        if each.properties.get("MetricName") == metric
    ]
    assert (alarm["Threshold"], alarm["Period"], alarm["EvaluationPeriods"]) == (UNDONE[metric], 3_600, 1)
    assert (alarm["Statistic"], alarm["ComparisonOperator"]) == ("Sum", "GreaterThanOrEqualToThreshold")
    assert alarm["AlarmActions"]


@pytest.mark.parametrize(
    "metric", [*UNDONE, "PayoutsWaiting", "OldestPayoutAge", "OldestKycAge", "PayoutsStuck", "PlatformBalancesShort"]
)
def test_it_stands_on_the_dashboard(production: Assembly, metric: str) -> None:
    [dashboard] = production.resources("AWS::CloudWatch::Dashboard")
    assert metric in json.dumps(dashboard.properties["DashboardBody"])
