"""What calls functions besides HTTP: a table's stream, and rules on events. Each has a place for what failed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_destinations as destinations
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.access import Grant
from infra.config import StageConfig
from infra.constructs.alarms import FIVE_MINUTES, alarm_at
from infra.constructs.buckets import objects_of
from infra.constructs.function import ProductFunction
from infra.constructs.nag import accept

BATCH_RECORDS = 500
"""Full batches make settlement cheap: up to 99 entries of one destination share one write (LEDGER, settlement)."""

BATCH_WINDOW = cdk.Duration.seconds(1)
"""How long a batch waits to be filled."""

STREAM_ATTEMPTS = 8
"""Retries of a batch before it is halved to its poison and parked."""

STREAM_PATIENCE = cdk.Duration.hours(6)
"""Age at which a record is parked. A stream forgets after 24 hours; this leaves the rest of the day to replay it."""

LATE, VERY_LATE = cdk.Duration.minutes(5), cdk.Duration.hours(1)
"""Ages of the oldest unread record that alarm (LEDGER rule 15)."""

EVENT_ATTEMPTS = 2
"""What Lambda adds to the first attempt of an asynchronous call; also its maximum."""

EVENT_PATIENCE = cdk.Duration.hours(2)
PARKED_FOR = cdk.Duration.days(14)
"""How long a failed event waits for someone to replay it; the queue's maximum."""


def stream_grants(stream_arn: str, failures: s3.Bucket) -> tuple[Grant, ...]:
    """What a function needs to be called from a stream, and for its poison to be parked with its records."""
    return (
        Grant(("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"), (stream_arn,)),
        Grant(("dynamodb:ListStreams",), ("*",)),
        Grant(("s3:PutObject",), (objects_of(failures, "aws/lambda/*"),)),
        Grant(("s3:ListBucket",), (failures.bucket_arn,)),
    )


class StreamConsumer(Construct):
    """A function that reads a table's inserts, exactly the new entries: what only marks an entry never calls it."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        function: ProductFunction,
        table: dynamodb.ITable,
        failures: s3.Bucket,
        alarm_action: cloudwatch.IAlarmAction,
    ) -> None:
        super().__init__(scope, id)
        if table.table_stream_arn is None:
            raise ValueError("the table has no stream")
        self.mapping = lambda_.CfnEventSourceMapping(
            self,
            "Mapping",
            function_name=function.function.function_name,
            event_source_arn=table.table_stream_arn,
            starting_position="TRIM_HORIZON",
            batch_size=BATCH_RECORDS,
            maximum_batching_window_in_seconds=int(BATCH_WINDOW.to_seconds()),
            bisect_batch_on_function_error=True,
            function_response_types=["ReportBatchItemFailures"],
            maximum_retry_attempts=STREAM_ATTEMPTS,
            maximum_record_age_in_seconds=int(STREAM_PATIENCE.to_seconds()),
            filter_criteria=lambda_.CfnEventSourceMapping.FilterCriteriaProperty(
                filters=[lambda_.CfnEventSourceMapping.FilterProperty(pattern='{"eventName":["INSERT"]}')]
            ),
            destination_config=lambda_.CfnEventSourceMapping.DestinationConfigProperty(
                on_failure=lambda_.CfnEventSourceMapping.OnFailureProperty(destination=failures.bucket_arn)
            ),
        )
        age = function.function.metric("IteratorAge", period=cdk.Duration.minutes(1), statistic="Maximum")
        for name, limit in (("Late", LATE), ("VeryLate", VERY_LATE)):
            alarm_at(
                self,
                name,
                age,
                limit.to_milliseconds(),
                f"Entries wait for {function.node.id} for {int(limit.to_minutes())} minutes or more",
                alarm_action,
            )


class EventConsumer(Construct):
    """The queue where a function's failed events wait, and the rules that call it.

    Made in two steps, because the function's role must name the queue: first this, then :meth:`call`.
    """

    def __init__(
        self, scope: Construct, id: str, config: StageConfig, purpose: str, alarm_action: cloudwatch.IAlarmAction
    ) -> None:
        super().__init__(scope, id)
        self.queue = sqs.Queue(
            self,
            "Failed",
            queue_name=config.name(f"{purpose}-failed"),
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            retention_period=PARKED_FOR,
        )
        accept(self.queue, "SQS3", "This is a dead-letter queue: Lambda and EventBridge put into it what failed")
        self.grants = (Grant(("sqs:SendMessage",), (self.queue.queue_arn,)),)
        alarm_at(
            self,
            "Parked",
            self.queue.metric_approximate_number_of_messages_visible(period=FIVE_MINUTES, statistic="Maximum"),
            1,
            f"Events that {purpose} could not handle wait in its queue: see docs/operations.md",
            alarm_action,
        )

    def call(self, function: ProductFunction, patterns: Mapping[str, Mapping[str, Any]]) -> Sequence[events.Rule]:
        """Call a function for events on the account's default bus, one rule per pattern."""
        function.function.configure_async_invoke(
            on_failure=destinations.SqsDestination(self.queue),
            retry_attempts=EVENT_ATTEMPTS,
            max_event_age=EVENT_PATIENCE,
        )
        target = targets.LambdaFunction(
            function.function, dead_letter_queue=self.queue, max_event_age=EVENT_PATIENCE, retry_attempts=20
        )
        return [
            events.Rule(self, name, event_pattern=events.EventPattern(**pattern), targets=[target])
            for name, pattern in patterns.items()
        ]
