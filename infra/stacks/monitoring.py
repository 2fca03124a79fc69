"""One dashboard: the API and the distribution on top, then a row for each function."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from cliffhanger.functions import FUNCTIONS, FunctionSpec
from infra import EDGE_REGION
from infra.config import StageConfig
from infra.constructs.alarms import FIVE_MINUTES, counted, largest, timed
from infra.resources import Tables

WIDTH = 6
"""A quarter of a row."""

GUARDS = (
    *("RequestsUncounted", "SwitchesUnread", "RuleSetsUnread", "RequestsUnlogged", "RefusalsUncounted"),
    "TokensRefused",
)
"""What is let pass, and who is not."""

OLDEST_MESSAGE = "ApproximateAgeOfOldestMessage"

MINUTE = cdk.Duration.minutes(1)


class MonitoringStack(cdk.Stack):
    """Reads the metrics of functions and tables by name alone; the ids of API and distribution are imported.

    Those two can therefore not be replaced or removed before this stack has let go of them.
    """

    def __init__(
        self, scope: Construct, id: str, *, config: StageConfig, api_id: str, distribution_id: str, **stack: Any
    ) -> None:
        super().__init__(scope, id, **stack)
        dashboard = cloudwatch.Dashboard(
            self, "Dashboard", dashboard_name=config.name("overview"), default_interval=cdk.Duration.hours(3)
        )
        dashboard.add_widgets(*_edge(distribution_id), *_api(api_id))
        dashboard.add_widgets(_guards(config), _given(config))
        for spec in FUNCTIONS:
            dashboard.add_widgets(*_function(spec, config))
        dashboard.add_widgets(*_tables(config))
        cdk.CfnOutput(self, "DashboardName", value=config.name("overview"))


def _metric(
    namespace: str, name: str, statistic: str, dimensions: dict[str, str], region: str | None = None
) -> cloudwatch.Metric:
    """A metric by its names, per minute."""
    return cloudwatch.Metric(
        namespace=namespace,
        metric_name=name,
        dimensions_map=dimensions,
        statistic=statistic,
        period=MINUTE,
        region=region,
    )


def _graph(title: str, *metrics: cloudwatch.IMetric) -> cloudwatch.GraphWidget:
    """A quarter of a row."""
    return cloudwatch.GraphWidget(title=title, left=list(metrics), width=WIDTH)


def _edge(distribution_id: str) -> list[cloudwatch.IWidget]:
    """Requests and errors at the distribution, whose metrics are in us-east-1."""
    where = {"DistributionId": distribution_id, "Region": "Global"}

    def at_edge(name: str, statistic: str) -> cloudwatch.Metric:
        return _metric("AWS/CloudFront", name, statistic, where, EDGE_REGION)

    return [
        _graph("Edge: requests", at_edge("Requests", "Sum")),
        _graph("Edge: errors, %", at_edge("4xxErrorRate", "Average"), at_edge("5xxErrorRate", "Average")),
    ]


def _api(api_id: str) -> list[cloudwatch.IWidget]:
    """Requests, errors and latency at the gateway."""
    where = {"ApiId": api_id}
    return [
        _graph(
            "API: requests and errors",
            *(_metric("AWS/ApiGateway", name, "Sum", where) for name in ("Count", "4xx", "5xx")),
        ),
        _graph(
            "API: latency, ms",
            *(_metric("AWS/ApiGateway", "Latency", statistic, where) for statistic in ("p50", "p95", "p99")),
        ),
    ]


def _guards(config: StageConfig) -> cloudwatch.IWidget:
    """Guards that let pass because their table did not answer."""
    return _graph(
        "Let pass: uncounted, unread, unlogged; tokens refused",
        *(counted(name, config, MINUTE) for name in GUARDS),
    )


def _given(config: StageConfig) -> cloudwatch.IWidget:
    """What the house gives viewers, from no budget that could run out."""
    return _graph("Coins that the house gives, a minute", counted("HouseCoinsGiven", config, MINUTE))


_UNDONE: Mapping[str, tuple[str, ...]] = {
    "treasury": ("PayoutsLeft", "WeeklyPayoutsLeft", "StuckSearchesFailed", "ForecastsFailed", "TreasuryCutShort"),
    "disburse": ("PayoutsWaiting",),
    "recheck": ("VerificationsLeft", "ListsMissing"),
}
"""What functions say that they could not do yet."""


def _function(spec: FunctionSpec, config: StageConfig) -> list[cloudwatch.IWidget]:
    """One function's row: how often, how long, what failed, and what is specific to its trigger."""
    where = {"FunctionName": config.name(spec.name)}

    def of(name: str, statistic: str) -> cloudwatch.Metric:
        return _metric("AWS/Lambda", name, statistic, where)

    last = (
        _graph(f"{spec.name}: age of the oldest entry, ms", of("IteratorAge", "Maximum"))
        if spec.trigger == "ledger-stream"
        else _graph(f"{spec.name}: running at once", of("ConcurrentExecutions", "Maximum"))
    )
    failed = [of("Errors", "Sum"), of("Throttles", "Sum")]
    if spec.trigger == "ledger-stream":
        failed.append(counted("EntriesParked", config, MINUTE, service=spec.name))
    if spec.name == "canary":
        last = _graph(f"{spec.name}: oldest posting, ms", timed("OldestPostingAge", config, MINUTE))
    if spec.name == "expiry":
        waits = (timed(each, config, MINUTE) for each in ("OldestDueAge", "OldestHeldAge"))
        last = _graph(f"{spec.name}: longest wait, for us and for a reviewer, ms", *waits)
        failed.append(counted("RefundsSwept", config, MINUTE))
    if spec.trigger in ("told-queue", "deliveries-queues"):
        queues = [spec.name, *([f"{spec.name}-slow"] if spec.trigger == "deliveries-queues" else [])]
        ages = [_metric("AWS/SQS", OLDEST_MESSAGE, "Maximum", {"QueueName": config.name(each)}) for each in queues]
        last = _graph(f"{spec.name}: oldest message, s", *ages)
    failed += [counted(each, config, MINUTE) for each in _UNDONE.get(spec.name, ())]
    if spec.name == "recheck":
        last = _graph(f"{spec.name}: longest wait for a reviewer, ms", timed("OldestReviewAge", config, MINUTE))
    if spec.name == "dispatch":
        last = _graph(f"{spec.name}: longest over its time, ms", timed("OldestDeliveryAge", config, MINUTE))
        failed.append(largest("PartnersFailing", config, MINUTE))
    if spec.trigger == "payments-queue":
        queue = {"QueueName": config.name(spec.name)}
        last = _graph(f"{spec.name}: oldest message, s", _metric("AWS/SQS", OLDEST_MESSAGE, "Maximum", queue))
        failed.append(counted("NoticesLeft", config, MINUTE))
    return [
        _graph(f"{spec.name}: calls", of("Invocations", "Sum")),
        _graph(f"{spec.name}: what failed", *failed),
        _graph(f"{spec.name}: duration, ms", *(of("Duration", statistic) for statistic in ("p50", "p95", "Maximum"))),
        _seldom(spec, config) or last,
    ]


def _seldom(spec: FunctionSpec, config: StageConfig) -> cloudwatch.IWidget | None:
    """What is specific to functions that the clock calls, and that move or prove money."""
    if spec.name == "treasury":
        names = ("PayoutsStuck", "PlatformBalancesShort")
        return _graph(f"{spec.name}: stuck payouts, short balances", *(largest(each, config, MINUTE) for each in names))
    if spec.workflow:
        age = timed(f"Oldest{spec.workflow.title()}Age", config, MINUTE)
        return _graph(f"{spec.name}: oldest that has not moved, ms", age)
    if spec.name == "anchor":
        return _graph(f"{spec.name}: days anchored", counted("DaysAnchored", config, cdk.Duration.hours(6)))
    if spec.name == "reconcile":
        names = ("DaysReconciled", "ReconcilingFindings")
        days = (counted(each, config, cdk.Duration.hours(6)) for each in names)
        return _graph(f"{spec.name}: days and findings", *days)
    return None


def _tables(config: StageConfig) -> list[cloudwatch.IWidget]:
    """What the tables take, in DynamoDB's units; and how full the ledger's fullest partition is."""
    fullest = largest("FullestPartition", config, FIVE_MINUTES)
    units = [
        _graph(
            f"{table}: units",
            *(
                _metric("AWS/DynamoDB", name, "Sum", {"TableName": config.name(table)})
                for name in ("ConsumedReadCapacityUnits", "ConsumedWriteCapacityUnits")
            ),
        )
        for table in (field.name for field in dataclasses.fields(Tables))
    ]
    return [*units, _graph("ledger: entries of the fullest partition", fullest)]
