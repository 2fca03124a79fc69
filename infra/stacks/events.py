"""What follows from facts: settlement and events from the ledger's stream, episodes from uploads and finished jobs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_events as events
from constructs import Construct

from cliffhanger.functions import FUNCTIONS, FunctionSpec
from infra.constructs.alarms import FIVE_MINUTES, alarm_at, counted, largest, missing_at, timed
from infra.constructs.consumers import (
    MAX_CONSUMERS,
    EventConsumer,
    ParkedBatches,
    StreamConsumer,
    stream_grants,
)
from infra.constructs.due import tell_of_due
from infra.constructs.function import Layers, ProductFunction
from infra.constructs.payouts import tell_of_payouts
from infra.constructs.queues import queue_grants, work_off
from infra.constructs.verifications import tell_of_verifications
from infra.packaging import Bundler
from infra.resources import Resources

JOB_STATES = ["PROGRESSING", "STATUS_UPDATE", "COMPLETE", "ERROR", "CANCELED"]
"""What MediaConvert tells of a job that an upload's status shows."""

MISSING_PERIODS = 5
"""Of six hours each: a day and a quarter without an anchor."""

UNSEEN = "A day was anchored without its entries, which cannot be exported any more: see docs/operations.md"
NO_ANCHOR = "No day was anchored for 30 hours: see docs/operations.md"
NOT_RECONCILED = "No day was reconciled for 30 hours: see docs/operations.md"
BOOKS_DIFFER = "The payment provider and the ledger differ: see the day's report and docs/operations.md"
DAILY = {
    "anchor": (events.Schedule.cron(hour="0", minute="30"), "DaysAnchored", NO_ANCHOR),
    "reconcile": (events.Schedule.rate(cdk.Duration.hours(1)), "DaysReconciled", NOT_RECONCILED),
}
"""Of each function that deals with one day after another: when it is called, what counts its days, and its silence."""

EVERY = cdk.Duration.minutes(5)
"""How often the sweep runs; it adds this much to each of its patiences (``media.domain``)."""

LATE_POSTING_MS = 5 * 60_000
LATE_POSTING = "A posting has waited for its settlement for 5 minutes or more: see docs/operations.md"
SILENT_PERIODS = 4
"""Of five minutes each, in which the clock calls once: one may fall between two calls."""
NO_CANARY = "No posting was timed for 20 minutes: see docs/operations.md"

LARGE_PARTITION = 250_000
"""Entries: a quarter more than a volume has that rolls in time, and 1 GB of the largest, of the 10 GB that fit."""
TOO_LARGE = "A partition of the ledger has 250,000 entries or more: see docs/operations.md"

DISPUTED = "A payment is disputed, and its evidence waits to be handed in: see docs/operations.md"
NOTICES_LOST = "Notices of payments were recorded and not worked off in time: see docs/operations.md"
MANY_UNCLEAR = 10
RECEIPTS_UNCLEAR = "Receipts may or may not have been sent, and are not sent again: see docs/operations.md"
LATE_WATERFALL_MS = 30 * 3_600_000
"""A day is over by so much: it was due after a quarter of an hour, and has been gone on with for six hours in vain."""
LATE_WATERFALL = "A day's income is not divided 6 hours after it was due: see docs/operations.md"
SERIES_LEFT = "Series or statements that the waterfall could not deal with: see its log and docs/operations.md"
NO_WATERFALL = "The waterfall was not called for 20 minutes: see docs/operations.md"

EVERY_MINUTE = cdk.Duration.minutes(1)
FANNED_OUT_AT_ONCE = 10
SENT_AT_ONCE = 10
"""Messages of one call, each in a thread of its own: the slowest ends it."""
FAST_COPIES, SLOW_COPIES = 50, 10
LATE_DELIVERY_MS = 15 * 60_000
LATE_DELIVERY = "A delivery is over its time by 15 minutes or more: see docs/operations.md"
FAILING_PERIODS = 3
PARTNERS_FAILING = "A partner's endpoint has had nothing but failures for half an hour: see docs/operations.md"
UNREADABLE = "What is kept of a delivery cannot be read: see the log of dispatch and docs/operations.md"
NO_DISPATCH = "Due deliveries were not looked for for 20 minutes: see docs/operations.md"


class EventsStack(cdk.Stack):
    """Functions that nobody waits for. Each failure ends where it can be seen and replayed.

    Raises:
        ValueError: a third function would read the ledger's stream.
    """

    def __init__(self, scope: Construct, id: str, *, resources: Resources, bundler: Bundler, **stack: Any) -> None:
        super().__init__(scope, id, **stack)
        self._resources = resources
        self._layers = Layers(self, "Layers", resources.config, bundler)
        readers = [spec.name for spec in FUNCTIONS if spec.trigger == "ledger-stream"]
        if len(readers) > MAX_CONSUMERS:
            raise ValueError(f"the ledger's stream has two consumers at most, not {', '.join(readers)}")
        called: dict[str, Callable[[FunctionSpec], None]] = {
            "ledger-stream": self._on_entries,
            "media-events": self._on_media,
            "ledger-exports": self._on_exports,
            "payments-queue": self._on_payments,
            "told-queue": self._on_told,
            "deliveries-queues": self._on_deliveries,
            "schedule": self._on_schedule,
            "product-events": self._on_product_events,
        }
        for spec in FUNCTIONS:
            if spec.trigger in called:
                called[spec.trigger](spec)

    def _on_entries(self, spec: FunctionSpec) -> None:
        """A consumer of the ledger's stream."""
        ledger, failures = self._resources.tables.ledger, self._resources.buckets.failures
        if ledger.table_stream_arn is None:
            raise ValueError("the ledger has no stream")
        grants = stream_grants(ledger.table_stream_arn, failures)
        function = ProductFunction(self, spec.name, spec, self._resources, self._layers, grants)
        config, alarm_action = self._resources.config, self._resources.alarm_action
        consumer = StreamConsumer(self, f"{spec.name}-stream", function, ledger, failures, alarm_action)
        alarm_at(
            self,
            f"{spec.name}-poison",
            counted("EntriesParked", config, FIVE_MINUTES, service=spec.name),
            1,
            f"Entries were parked by {spec.name}: see its log and docs/operations.md",
            alarm_action,
        )
        if spec.name == "settlement":
            size = largest("FullestPartition", config, FIVE_MINUTES)
            alarm_at(self, f"{spec.name}-size", size, LARGE_PARTITION, TOO_LARGE, alarm_action)
        ParkedBatches(self, f"{spec.name}-parked", config, spec.name, consumer, failures, alarm_action)

    def _on_payments(self, spec: FunctionSpec) -> None:
        """What works the queue of notices off. What it cannot take is parked beside the queue, which tells of it."""
        resources, config = self._resources, self._resources.config
        function = ProductFunction(self, spec.name, spec, resources, self._layers, queue_grants(resources.payments))
        work_off(self, f"{spec.name}-queue", function, resources.payments)
        lost = counted("NoticesSentAgain", config, FIVE_MINUTES)
        alarm_at(self, f"{spec.name}-lost", lost, 1, NOTICES_LOST, resources.alarm_action)
        disputes = counted("DisputesOpened", config, FIVE_MINUTES)
        alarm_at(self, f"{spec.name}-disputed", disputes, 1, DISPUTED, resources.alarm_action)

    def _on_told(self, spec: FunctionSpec) -> None:
        """What makes deliveries of the product's events. What it cannot take is parked beside its queue."""
        queue = self._resources.webhooks.events
        function = ProductFunction(self, spec.name, spec, self._resources, self._layers, queue_grants(queue))
        work_off(self, f"{spec.name}-queue", function, queue, batch=FANNED_OUT_AT_ONCE)

    def _on_deliveries(self, spec: FunctionSpec) -> None:
        """What sends webhooks: two lanes, each with copies of its own, so that who hangs takes none of the others'."""
        fast, slow = self._resources.webhooks.fast, self._resources.webhooks.slow
        grants = (*queue_grants(fast), *queue_grants(slow))
        function = ProductFunction(self, spec.name, spec, self._resources, self._layers, grants)
        work_off(self, f"{spec.name}-fast", function, fast, batch=SENT_AT_ONCE, at_once=FAST_COPIES)
        work_off(self, f"{spec.name}-slow", function, slow, batch=SENT_AT_ONCE, at_once=SLOW_COPIES)

    def _on_schedule(self, spec: FunctionSpec) -> None:
        """A function that looks every few minutes at what is due."""
        resources, config = self._resources, self._resources.config
        consumer = EventConsumer(self, f"{spec.name}-events", config, spec.name, resources.alarm_action)
        function = ProductFunction(self, spec.name, spec, resources, self._layers, consumer.grants)
        consumer.call(function, {})
        consumer.call_at(function, events.Schedule.rate(EVERY_MINUTE if spec.name == "dispatch" else EVERY))
        if spec.name == "canary":
            self._tell_of_postings(spec)
        elif spec.name == "dispatch":
            self._tell_of_deliveries(spec)
        elif spec.name == "expiry":
            tell_of_due(self, spec, config, resources.alarm_action)
        elif spec.name == "waterfall":
            self._tell_of_shares(spec)
        elif spec.name == "recheck":
            tell_of_verifications(self, spec, config, resources.alarm_action)
        elif spec.name == "treasury":
            tell_of_payouts(self, spec, config, resources.alarm_action)
        else:
            self._tell_of_uploads()

    def _tell_of_postings(self, spec: FunctionSpec) -> None:
        """A posting that waits tells someone; so does a canary that is not called at all."""
        config, action = self._resources.config, self._resources.alarm_action
        age = timed("OldestPostingAge", config, FIVE_MINUTES)
        alarm_at(self, f"{spec.name}-late", age, LATE_POSTING_MS, LATE_POSTING, action)
        calls = counted("CanaryCalls", config, FIVE_MINUTES)
        missing_at(self, f"{spec.name}-missing", calls, SILENT_PERIODS, NO_CANARY, action)

    def _tell_of_deliveries(self, spec: FunctionSpec) -> None:
        """Deliveries that wait for too long tell someone, and partners in trouble, and a sweep that is not called."""
        config, action = self._resources.config, self._resources.alarm_action
        age = timed("OldestDeliveryAge", config, FIVE_MINUTES)
        alarm_at(self, f"{spec.name}-late", age, LATE_DELIVERY_MS, LATE_DELIVERY, action)
        failing = largest("PartnersFailing", config, FIVE_MINUTES)
        alarm_at(self, f"{spec.name}-failing", failing, 1, PARTNERS_FAILING, action, FAILING_PERIODS)
        unreadable = counted("DeliveriesUnreadable", config, FIVE_MINUTES)
        alarm_at(self, f"{spec.name}-unreadable", unreadable, 1, UNREADABLE, action)
        sweeps = counted("DispatchSweeps", config, FIVE_MINUTES)
        missing_at(self, f"{spec.name}-missing", sweeps, SILENT_PERIODS, NO_DISPATCH, action)

    def _tell_of_shares(self, spec: FunctionSpec) -> None:
        """A day that is not divided tells someone, and series that could not be dealt with, and silence."""
        config, action = self._resources.config, self._resources.alarm_action
        age = timed("WaterfallAge", config, FIVE_MINUTES)
        alarm_at(self, f"{spec.name}-late", age, LATE_WATERFALL_MS, LATE_WATERFALL, action)
        alarm_at(self, f"{spec.name}-left", counted("SeriesLeft", config, FIVE_MINUTES), 1, SERIES_LEFT, action)
        calls = counted("WaterfallCalls", config, FIVE_MINUTES)
        missing_at(self, f"{spec.name}-missing", calls, SILENT_PERIODS, NO_WATERFALL, action)

    def _tell_of_uploads(self) -> None:
        """What the sweep could not deal with, or gave up."""
        resources, config = self._resources, self._resources.config
        alarm_at(
            self,
            "UploadsLeft",
            counted("UploadsLeft", config, FIVE_MINUTES),
            1,
            "Uploads that the sweep could not deal with come up again: see its log",
            resources.alarm_action,
        )
        alarm_at(
            self,
            "BudgetReached",
            counted("TranscodeBudgetsReached", config, FIVE_MINUTES),
            1,
            "Uploads were refused: a budget for transcoding is reached",
            resources.alarm_action,
        )

    def _on_media(self, spec: FunctionSpec) -> None:
        """A consumer of new uploads and of what becomes of their jobs."""
        resources = self._resources
        consumer = EventConsumer(self, f"{spec.name}-events", resources.config, spec.name, resources.alarm_action)
        function = ProductFunction(self, spec.name, spec, resources, self._layers, consumer.grants)
        consumer.call(
            function,
            {
                "Uploaded": {
                    "source": ["aws.s3"],
                    "detail_type": ["Object Created"],
                    "detail": {
                        "bucket": {"name": [resources.buckets.uploads.bucket_name]},
                        "object": {"key": [{"prefix": "uploads/"}]},
                    },
                },
                "Transcoded": {
                    "source": ["aws.mediaconvert"],
                    "detail_type": ["MediaConvert Job State Change"],
                    "detail": {"queue": [resources.transcoder.queue_arn], "status": JOB_STATES},
                },
            },
        )

    def _on_product_events(self, spec: FunctionSpec) -> None:
        """What is told of by the product's own bus; a replay of its archive comes the same way."""
        resources, config = self._resources, self._resources.config
        consumer = EventConsumer(self, f"{spec.name}-events", config, spec.name, resources.alarm_action)
        function = ProductFunction(self, spec.name, spec, resources, self._layers, consumer.grants)
        consumer.call(function, {"Told": {"source": ["cliffhanger"], "detail_type": list(spec.events)}}, resources.bus)
        if spec.name == "mail":
            unclear = counted("ReceiptsUnclear", config, FIVE_MINUTES)
            alarm_at(self, f"{spec.name}-unclear", unclear, MANY_UNCLEAR, RECEIPTS_UNCLEAR, resources.alarm_action)

    def _on_exports(self, spec: FunctionSpec) -> None:
        """What is called when a day's export of the ledger is complete, and by the clock, to ask for it or catch up."""
        resources, config = self._resources, self._resources.config
        consumer = EventConsumer(self, f"{spec.name}-events", config, spec.name, resources.alarm_action)
        function = ProductFunction(self, spec.name, spec, resources, self._layers, consumer.grants)
        summary = {"key": [{"wildcard": "anchor/*/manifest-summary.json"}]}
        exported = {"bucket": {"name": [resources.buckets.exports.bucket_name]}, "object": summary}
        consumer.call(
            function, {"Exported": {"source": ["aws.s3"], "detail_type": ["Object Created"], "detail": exported}}
        )
        schedule, counter, silence = DAILY[spec.name]
        consumer.call_at(function, schedule)
        days = counted(counter, config, cdk.Duration.hours(6))
        missing_at(self, f"{spec.name}-missing", days, MISSING_PERIODS, silence, resources.alarm_action)
        if spec.name == "anchor":
            unseen = counted("DaysUnseen", config, FIVE_MINUTES)
            alarm_at(self, f"{spec.name}-unseen", unseen, 1, UNSEEN, resources.alarm_action)
        if spec.name == "reconcile":
            found = counted("ReconcilingFindings", config, FIVE_MINUTES)
            alarm_at(self, f"{spec.name}-found", found, 1, BOOKS_DIFFER, resources.alarm_action)
