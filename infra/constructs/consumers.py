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

from infra.config import StageConfig
from infra.constructs.alarms import FIVE_MINUTES, alarm_at
from infra.constructs.buckets import objects_of
from infra.constructs.function import ProductFunction
from infra.constructs.nag import accept
from infra.grants import Grant

MAX_CONSUMERS = 2
"""Of one stream, settlement and publisher (LEDGER rule 15): DynamoDB throttles a shard that more than two read."""

BATCH_RECORDS = 500
"""Full batches make settlement cheap: up to 99 entries of one destination share one write (LEDGER, settlement)."""

BATCH_WINDOW = cdk.Duration.seconds(1)
"""How long a batch waits to be filled."""

STREAM_ATTEMPTS = -1
"""Retries of a batch: without end, so that only age parks. Any count is used up within minutes, and then an outage
parks all that money did in the meantime. Poison does not get here: consumers park it by key, count it and go on."""

STREAM_PATIENCE = cdk.Duration.hours(6)
"""Age at which a record is parked. A stream forgets after 24 hours; this leaves the rest of the day to replay it."""

PARKED_PREFIX = "aws/lambda/"
"""Where Lambda puts the batches that it gives up on."""

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
        Grant(("s3:PutObject",), (objects_of(failures, f"{PARKED_PREFIX}*"),)),
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


class ParkedBatches(Construct):
    """A message for each object that one consumer leaves in the bucket of failures, and an alarm on messages.

    Lambda names the object by the mapping first, so that consumers of one stream are told apart.

    Objects themselves have no metric that is fresher than a day. A message stays until someone takes it away, so the
    alarm does too, for as long as a queue keeps anything.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        config: StageConfig,
        purpose: str,
        consumer: StreamConsumer,
        failures: s3.Bucket,
        alarm_action: cloudwatch.IAlarmAction,
    ) -> None:
        super().__init__(scope, id)
        queue = waiting_queue(self, "Waiting", config.name(f"{purpose}-parked"))
        accept(queue, "SQS3", "Nothing reads it by itself: its messages stand for objects that wait for someone")
        pattern = events.EventPattern(
            source=["aws.s3"],
            detail_type=["Object Created"],
            detail={
                "bucket": {"name": [failures.bucket_name]},
                "object": {"key": [{"prefix": f"{PARKED_PREFIX}{consumer.mapping.ref}/"}]},
            },
        )
        events.Rule(self, "Parked", event_pattern=pattern, targets=[targets.SqsQueue(queue)])
        why = f"Batches that {purpose} could not take wait in the bucket of failures: see docs/operations.md"
        _alarm_on(self, "Told", queue, why, alarm_action)


class EventConsumer(Construct):
    """The queue where a function's failed events wait, and the rules that call it.

    Made in two steps, because the function's role must name the queue: first this, then :meth:`call`.
    """

    def __init__(
        self, scope: Construct, id: str, config: StageConfig, purpose: str, alarm_action: cloudwatch.IAlarmAction
    ) -> None:
        super().__init__(scope, id)
        self.queue = waiting_queue(self, "Failed", config.name(f"{purpose}-failed"))
        accept(self.queue, "SQS3", "This is a dead-letter queue: Lambda and EventBridge put into it what failed")
        self.grants = (Grant(("sqs:SendMessage",), (self.queue.queue_arn,)),)
        why = f"Events that {purpose} could not handle wait in its queue: see docs/operations.md"
        _alarm_on(self, "Parked", self.queue, why, alarm_action)

    def call(
        self,
        function: ProductFunction,
        patterns: Mapping[str, Mapping[str, Any]],
        bus: events.IEventBus | None = None,
    ) -> Sequence[events.Rule]:
        """Call a function for events on a bus, the account's default one unless another is given: a rule a pattern."""
        function.function.configure_async_invoke(
            on_failure=destinations.SqsDestination(self.queue),
            retry_attempts=EVENT_ATTEMPTS,
            max_event_age=EVENT_PATIENCE,
        )
        target = targets.LambdaFunction(
            function.function, dead_letter_queue=self.queue, max_event_age=EVENT_PATIENCE, retry_attempts=20
        )
        return [
            events.Rule(self, name, event_bus=bus, event_pattern=events.EventPattern(**pattern), targets=[target])
            for name, pattern in patterns.items()
        ]

    def call_at(self, function: ProductFunction, schedule: events.Schedule) -> events.Rule:
        """Call a function by the clock, with an event that tells nothing else."""
        target = targets.LambdaFunction(
            function.function, dead_letter_queue=self.queue, max_event_age=EVENT_PATIENCE, retry_attempts=20
        )
        return events.Rule(self, "Clock", schedule=schedule, targets=[target])


def waiting_queue(scope: Construct, id: str, name: str) -> sqs.Queue:
    """A queue whose messages wait for a person."""
    return sqs.Queue(
        scope,
        id,
        queue_name=name,
        encryption=sqs.QueueEncryption.SQS_MANAGED,
        enforce_ssl=True,
        retention_period=PARKED_FOR,
    )


def _alarm_on(scope: Construct, id: str, queue: sqs.Queue, why: str, action: cloudwatch.IAlarmAction) -> None:
    """Tell while a message waits."""
    waiting = queue.metric_approximate_number_of_messages_visible(period=FIVE_MINUTES, statistic="Maximum")
    alarm_at(scope, id, waiting, 1, why, action)
