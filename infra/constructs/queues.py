"""A queue that a function works off: what puts messages into it, and where those end that it cannot take."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from cliffhanger.functions import FunctionSpec
from infra.config import StageConfig
from infra.constructs.alarms import FIVE_MINUTES, alarm_at
from infra.constructs.consumers import waiting_queue
from infra.constructs.function import ProductFunction
from infra.constructs.nag import accept
from infra.grants import Grant

BATCH_MESSAGES = 5
"""One after another, each with a reply of the provider's to wait for at worst; what is not reached waits its turn."""

ATTEMPTS = 10
"""Before a message is parked. With the waits between them that is an hour of an outage."""

AT_ONCE = 20
"""Copies of the function: as many as the provider's limit of reads lets work ("Rate limits")."""

VISIBILITY_FACTOR = 6
"""Of the function's time limit, for which a message is not handed out again. Source: AWS Lambda Developer Guide,
"Creating and configuring an Amazon SQS event source mapping"."""

OLD_S = 600
"""Age of the oldest message that alarms: somebody has paid and waits."""

SWEEP_EVERY = cdk.Duration.minutes(5)


class WorkQueue(Construct):
    """The queue and the one beside it where messages are parked, with an alarm on each.

    A function that works off several has a ``lane`` for each but the first; ``old_s`` is the age that alarms.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        config: StageConfig,
        spec: FunctionSpec,
        alarm_action: cloudwatch.IAlarmAction,
        *,
        lane: str = "",
        old_s: int = OLD_S,
    ) -> None:
        super().__init__(scope, id)
        name = f"{spec.name}-{lane}" if lane else spec.name
        self.parked = waiting_queue(self, "Parked", config.name(f"{name}-parked"))
        accept(self.parked, "SQS3", "This is a dead-letter queue: messages that the function could not take wait in it")
        self.queue = sqs.Queue(
            self,
            "Queue",
            queue_name=config.name(name),
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            visibility_timeout=cdk.Duration.seconds(VISIBILITY_FACTOR * spec.timeout_s),
            retention_period=cdk.Duration.days(14),
            dead_letter_queue=sqs.DeadLetterQueue(queue=self.parked, max_receive_count=ATTEMPTS),
        )
        age = self.queue.metric_approximate_age_of_oldest_message(period=FIVE_MINUTES, statistic="Maximum")
        why = f"Messages wait for {name} for {old_s // 60} minutes or more: see docs/operations.md"
        alarm_at(self, "Old", age, old_s, why, alarm_action)
        parked = self.parked.metric_approximate_number_of_messages_visible(period=FIVE_MINUTES, statistic="Maximum")
        why = f"Messages that {name} could not take are parked: see docs/operations.md"
        alarm_at(self, "Waiting", parked, 1, why, alarm_action)

    def ask_regularly(self, message: dict[str, str]) -> events.Rule:
        """The same message every few minutes."""
        target = targets.SqsQueue(self.queue, message=events.RuleTargetInput.from_object(message))
        return events.Rule(self, "Clock", schedule=events.Schedule.rate(SWEEP_EVERY), targets=[target])

    def take_events(self, bus: events.IEventBus) -> events.Rule:
        """All that the product tells. What the queue does not take is parked, as it came."""
        target = targets.SqsQueue(self.queue, dead_letter_queue=self.parked)
        pattern = events.EventPattern(source=["cliffhanger"])
        return events.Rule(self, "Told", event_bus=bus, event_pattern=pattern, targets=[target])

    def take_from(self, bus: str) -> events.Rule:
        """All that a partner puts onto its bus. What the queue does not take is parked, as it came."""
        partner = events.EventBus.from_event_bus_name(self, "PartnerBus", bus)
        target = targets.SqsQueue(self.queue, dead_letter_queue=self.parked)
        return events.Rule(
            self, "Partner", event_bus=partner, event_pattern=events.EventPattern(source=[bus]), targets=[target]
        )


def queue_grants(queue: sqs.IQueue) -> tuple[Grant, ...]:
    """What a function needs to be called from a queue, and to let a message be handed out again sooner."""
    actions = ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes", "ChangeMessageVisibility")
    return (Grant(tuple(f"sqs:{action}" for action in actions), (queue.queue_arn,)),)


def work_off(
    scope: Construct,
    id: str,
    function: ProductFunction,
    queue: sqs.IQueue,
    *,
    batch: int = BATCH_MESSAGES,
    at_once: int = AT_ONCE,
) -> lambda_.CfnEventSourceMapping:
    """Call a function for a queue's messages; of a batch only those are handed out again that it names."""
    return lambda_.CfnEventSourceMapping(
        scope,
        id,
        function_name=function.function.function_name,
        event_source_arn=queue.queue_arn,
        batch_size=batch,
        function_response_types=["ReportBatchItemFailures"],
        scaling_config=lambda_.CfnEventSourceMapping.ScalingConfigProperty(maximum_concurrency=at_once),
    )
