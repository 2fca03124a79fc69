"""State: the tables, the bus with its archive, the queue of payments, and whom alarms tell."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from constructs import Construct

from cliffhanger.functions import spec_of
from infra.config import StageConfig
from infra.constructs.alarms import FIVE_MINUTES, AlarmTopic, alarm_at
from infra.constructs.nag import accept
from infra.constructs.queues import WorkQueue
from infra.constructs.secrets import secret_named
from infra.resources import Tables, WebhookQueues

TEXT, NUMBER = dynamodb.AttributeType.STRING, dynamodb.AttributeType.NUMBER

ARCHIVED_FOR = cdk.Duration.days(90)
"""How far back events can be replayed to a consumer that is new or was wrong."""


OLD_DELIVERY_S, OLD_SLOW_S = 1_800, 7_200
"""Ages of messages that alarm. Some are delayed for fifteen minutes, and a receiver that hangs waits behind others."""

SWEEP = {"sweep": "notices"}
"""What the clock puts into the queue of payments: whoever works it off looks for notices that got lost."""

ON_A_LIST = ["title", "synopsis", "episodeCount", "freeEpisodes", "poster"]
"""What a list shows of a series, so that it opens none of them."""


class DataStack(cdk.Stack):
    """Tables on demand, encrypted, not to be deleted by accident; all but counters restorable for 35 days."""

    def __init__(self, scope: Construct, id: str, *, config: StageConfig, **stack: Any) -> None:
        super().__init__(scope, id, **stack)
        self._config = config
        self.alarms = AlarmTopic(self, "Alarms", config)
        self.tables = self._tables()
        self.request_secret = secret_named(self, config.request_secret)
        self.endpoint_key = secret_named(self, config.endpoint_key)
        self.stripe_key = secret_named(self, config.stripe_key)
        self.webhook_secrets = secret_named(self, config.webhook_secrets)
        self.partner_keys = secret_named(self, config.partner_keys)
        self.payments = WorkQueue(self, "Payments", config, spec_of("payments"), self.alarms.action)
        self.payments.ask_regularly(SWEEP)
        if config.stripe_event_bus:
            self.payments.take_from(config.stripe_event_bus)

        self.bus = events.EventBus(self, "Bus", event_bus_name=config.name("events"))
        self.bus.archive(
            "Archive",
            archive_name=config.name("events"),
            description="Every event of the product, for replay",
            event_pattern=events.EventPattern(account=[self.account]),
            retention=ARCHIVED_FOR,
        )
        self.webhooks = self._webhooks()
        for field in dataclasses.fields(self.tables):
            table: dynamodb.ITable = getattr(self.tables, field.name)
            cdk.CfnOutput(self, f"{field.name.title()}Table", value=table.table_name)
        cdk.CfnOutput(self, "EventBus", value=self.bus.event_bus_name)
        cdk.CfnOutput(self, "AlarmTopic", value=self.alarms.topic.topic_arn)

    def _webhooks(self) -> WebhookQueues:
        """The queue that events come into, and those of deliveries that are due."""
        config, action = self._config, self.alarms.action
        told = WorkQueue(self, "Fanout", config, spec_of("fanout"), action)
        told.take_events(self.bus)
        deliver = spec_of("deliver")
        fast = WorkQueue(self, "Deliver", config, deliver, action, old_s=OLD_DELIVERY_S)
        slow = WorkQueue(self, "DeliverSlow", config, deliver, action, lane="slow", old_s=OLD_SLOW_S)
        return WebhookQueues(told.queue, fast.queue, slow.queue)

    def _tables(self) -> Tables:
        """Every table, with its indexes."""
        catalog = self._table("Catalog", ("series", TEXT), ("part", TEXT))
        _index(catalog, "by-shelf", "shelf", "listedAt", ON_A_LIST)
        _index(catalog, "by-owner", "owner", "listedAt", [*ON_A_LIST, "listed"])
        uploads = self._table("Uploads", ("upload", TEXT), expires="expiresAt")
        _index(uploads, "by-place", "place", "createdAt")
        _index(uploads, "by-due", "sweep", "dueAt", [])
        people = self._table("People", ("subject", TEXT))
        people.add_global_secondary_index(
            index_name="by-person",
            partition_key=dynamodb.Attribute(name="person", type=TEXT),
            projection_type=dynamodb.ProjectionType.INCLUDE,
            non_key_attributes=["language"],
        )
        verifications = self._table("Verifications", ("person", TEXT), ("item", TEXT))
        _index(verifications, "by-due", "queue", "dueAt")
        _index(verifications, "by-edition", "queue", "edition")
        cases = self._table("Cases", ("case", TEXT))
        _index(cases, "by-status", "status", "openedAt")
        orders = self._table("Orders", ("person", TEXT), ("order", TEXT))
        _index(orders, "by-due", "sweep", "dueAt", [])
        partners = self._table("Partners", ("partner", TEXT), ("item", TEXT))
        _index(partners, "by-list", "list", "createdAt", ["name", "status"])
        deliveries = self._table("Deliveries", ("endpoint", TEXT), ("delivery", TEXT), expires="expiresAt")
        _index(deliveries, "by-due", "shard", "dueAt", [])
        claims = self._table("Claims", ("person", TEXT), ("claim", TEXT), expires="expiresAt")
        _index(claims, "by-due", "queue", "dueAt")
        _index(claims, "by-untold", "untold", "dueAt")
        referrals = self._table("Referrals", ("item", TEXT), expires="expiresAt")
        _index(referrals, "by-inviter", "inviter", "redeemedAt")
        return Tables(
            ledger=self._ledger(),
            catalog=catalog,
            uploads=uploads,
            budgets=self._table("Budgets", ("budget", TEXT)),
            progress=self._table("Progress", ("person", TEXT), ("series", TEXT), expires="expiresAt"),
            offline=self._table("Offline", ("person", TEXT), expires="expiresAt"),
            people=people,
            verifications=verifications,
            rates=self._table("Rates", ("bucket", TEXT), expires="expiresAt", restorable=False),
            rulesets=self._table("RuleSets", ("kind", TEXT), ("name", TEXT)),
            switches=self._table("Switches", ("switch", TEXT)),
            parked=self._table("Parked", ("consumer", TEXT), ("entry", TEXT)),
            due=self._table("Due", ("shard", TEXT), ("due", TEXT), expires="expiresAt"),
            cases=cases,
            orders=orders,
            payouts=self._payouts(),
            partners=partners,
            requests=self._table("Requests", ("owner", TEXT), ("request", TEXT), expires="expiresAt"),
            endpoints=self._endpoints(),
            deliveries=deliveries,
            notices=self._table("Notices", ("hour", TEXT), ("notice", TEXT), expires="expiresAt"),
            mails=self._table("Mails", ("event", TEXT), expires="expiresAt"),
            watches=self._table("Watches", ("person", TEXT), ("part", TEXT), expires="expiresAt"),
            claims=claims,
            campaigns=self._campaigns(),
            devices=self._table("Devices", ("device", TEXT), expires="expiresAt"),
            blocks=self._table("Blocks", ("block", TEXT), ("came", TEXT), expires="expiresAt"),
            referrals=referrals,
            splits=self._table("Splits", ("series", TEXT), ("version", NUMBER)),
            gifts=self._table("Gifts", ("place", TEXT), ("gift", TEXT), expires="expiresAt"),
            runs=self._table("Runs", ("day", TEXT), expires="expiresAt"),
        )

    def _ledger(self) -> dynamodb.ITable:
        """The ledger, with its index of references: the table that is made here, or one that was restored from it."""
        made = self._table("Ledger", ("account", TEXT), ("seq", NUMBER), stream=dynamodb.StreamViewType.NEW_IMAGE)
        made.add_local_secondary_index(
            index_name="by-reference",
            sort_key=dynamodb.Attribute(name="reference", type=TEXT),
            projection_type=dynamodb.ProjectionType.KEYS_ONLY,
        )
        restored = self._config.restored_ledger
        if restored is None:
            return made
        # CloudFormation takes no export away that another stack has not yet left.
        for left in (made.table_arn, made.table_name, made.table_stream_arn):
            self.export_value(left)
        ledger = dynamodb.Table.from_table_attributes(
            self, "RestoredLedger", table_name=restored.name, table_stream_arn=restored.stream_arn
        )
        self._watch("RestoredLedger", ledger)
        return ledger

    def _payouts(self) -> dynamodb.Table:
        """The table of payouts, with its index of what is due."""
        payouts = self._table("Payouts", ("person", TEXT), ("item", TEXT))
        _index(payouts, "by-due", "sweep", "dueAt", [])
        return payouts

    def _campaigns(self) -> dynamodb.Table:
        """The table of campaigns, with those that are open, and each partner's."""
        campaigns = self._table("Campaigns", ("campaign", TEXT), ("item", TEXT), expires="expiresAt")
        _index(campaigns, "by-open", "open", "createdAt")
        _index(campaigns, "by-partner", "partner", "createdAt")
        return campaigns

    def _endpoints(self) -> dynamodb.Table:
        """The table of endpoints, with its index by mode."""
        endpoints = self._table("Endpoints", ("owner", TEXT), ("endpoint", TEXT))
        endpoints.add_global_secondary_index(
            index_name="by-mode",
            partition_key=dynamodb.Attribute(name="mode", type=TEXT),
            sort_key=dynamodb.Attribute(name="endpoint", type=TEXT),
            projection_type=dynamodb.ProjectionType.ALL,
        )
        return endpoints

    def _table(
        self,
        id: str,
        partition: tuple[str, dynamodb.AttributeType],
        sort: tuple[str, dynamodb.AttributeType] | None = None,
        *,
        stream: dynamodb.StreamViewType | None = None,
        expires: str | None = None,
        restorable: bool = True,
    ) -> dynamodb.Table:
        """A table as all of ours are, with an alarm when DynamoDB itself turns requests away."""
        config = self._config
        table = dynamodb.Table(
            self,
            id,
            table_name=config.name(id.lower()),
            partition_key=dynamodb.Attribute(name=partition[0], type=partition[1]),
            sort_key=dynamodb.Attribute(name=sort[0], type=sort[1]) if sort else None,
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            encryption=dynamodb.TableEncryption.AWS_MANAGED,
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=restorable
            ),
            deletion_protection=config.protected,
            stream=stream,
            time_to_live_attribute=expires,
            removal_policy=cdk.RemovalPolicy.RETAIN if config.protected else cdk.RemovalPolicy.DESTROY,
        )
        if not restorable:
            accept(table, "DDB3", "Counters of the last minutes: an old state of them would be of no use to anybody")
        self._watch(id, table)
        return table

    def _watch(self, id: str, table: dynamodb.ITable) -> None:
        """An alarm when DynamoDB turns requests to a table away."""
        for kind in ("ReadThrottleEvents", "WriteThrottleEvents"):
            metric = cloudwatch.Metric(
                namespace="AWS/DynamoDB",
                metric_name=kind,
                dimensions_map={"TableName": table.table_name},
                period=FIVE_MINUTES,
                statistic="Sum",
            )
            why = f"DynamoDB turned requests to {id.lower()} away: a hot partition, or the table's limit"
            alarm_at(self, f"{id}{kind}", metric, 1, why, self.alarms.action)


def _index(table: dynamodb.Table, name: str, partition: str, sort: str, included: Sequence[str] | None = None) -> None:
    """A global index by a text and a number: of all attributes, of some, or with none of keys alone."""
    projection = dynamodb.ProjectionType.ALL
    if included is not None:
        projection = dynamodb.ProjectionType.INCLUDE if included else dynamodb.ProjectionType.KEYS_ONLY
    table.add_global_secondary_index(
        index_name=name,
        partition_key=dynamodb.Attribute(name=partition, type=TEXT),
        sort_key=dynamodb.Attribute(name=sort, type=NUMBER),
        projection_type=projection,
        non_key_attributes=list(included) if included else None,
    )
