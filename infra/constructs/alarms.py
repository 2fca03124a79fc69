"""Alarms, and the topic that tells people of them."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from infra.config import StageConfig

FIVE_MINUTES = cdk.Duration.minutes(5)


NAMESPACE = "Cliffhanger"
"""Of the metrics that functions write into their logs."""


def counted(name: str, config: StageConfig, period: cdk.Duration, **dimensions: str) -> cloudwatch.Metric:
    """A fact that the stage's functions count themselves (``cliffhanger.telemetry``), summed over a period."""
    return cloudwatch.Metric(
        namespace=NAMESPACE,
        metric_name=name,
        dimensions_map={"stage": config.stage, **dimensions},
        period=period,
        statistic="Sum",
    )


def timed(name: str, config: StageConfig, period: cdk.Duration) -> cloudwatch.Metric:
    """A time in milliseconds that the stage's functions measure themselves: the longest of a period."""
    return largest(name, config, period)


def largest(name: str, config: StageConfig, period: cdk.Duration) -> cloudwatch.Metric:
    """What the stage's functions measure themselves, in the metric's own unit: the most of a period."""
    return cloudwatch.Metric(
        namespace=NAMESPACE,
        metric_name=name,
        dimensions_map={"stage": config.stage},
        period=period,
        statistic="Maximum",
    )


class AlarmTopic(Construct):
    """Where every alarm goes. Stateful: people confirm their subscription once, by mail."""

    def __init__(self, scope: Construct, id: str, config: StageConfig) -> None:
        super().__init__(scope, id)
        self.topic = sns.Topic(self, "Topic", topic_name=config.name("alarms"), enforce_ssl=True)
        if config.alarm_email:
            self.topic.add_subscription(subscriptions.EmailSubscription(config.alarm_email))
        self.topic.add_to_resource_policy(_publish_by_alarms(self.topic))
        self.action = actions.SnsAction(self.topic)


def _publish_by_alarms(topic: sns.Topic) -> iam.PolicyStatement:
    """A topic with a policy of its own must name CloudWatch: the default policy, which did, is gone."""
    return iam.PolicyStatement(
        actions=["sns:Publish"],
        resources=[topic.topic_arn],
        principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
        conditions={"StringEquals": {"aws:SourceAccount": cdk.Stack.of(topic).account}},
    )


def missing_at(
    scope: Construct,
    id: str,
    metric: cloudwatch.IMetric,
    periods: int,
    why: str,
    action: cloudwatch.IAlarmAction,
) -> cloudwatch.Alarm:
    """An alarm when something that must happen has not happened for some of the metric's periods. Silence alarms."""
    alarm = cloudwatch.Alarm(
        scope,
        id,
        metric=metric,
        threshold=1,
        evaluation_periods=periods,
        comparison_operator=cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
        treat_missing_data=cloudwatch.TreatMissingData.BREACHING,
        alarm_description=why,
    )
    alarm.add_alarm_action(action)
    return alarm


def alarm_at(
    scope: Construct,
    id: str,
    metric: cloudwatch.IMetric,
    threshold: float,
    why: str,
    action: cloudwatch.IAlarmAction,
    periods: int = 1,
) -> cloudwatch.Alarm:
    """An alarm when a metric reaches a threshold, in the metric's own unit, for some periods in a row.

    Silence is health: a function that nobody calls sends no metrics.
    """
    alarm = cloudwatch.Alarm(
        scope,
        id,
        metric=metric,
        threshold=threshold,
        evaluation_periods=periods,
        comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        alarm_description=why,
    )
    alarm.add_alarm_action(action)
    return alarm
