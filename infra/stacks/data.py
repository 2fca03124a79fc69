"""State: the tables, the bus with its archive, and whom alarms tell."""

from __future__ import annotations

from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from constructs import Construct

from infra.config import StageConfig
from infra.constructs.alarms import FIVE_MINUTES, AlarmTopic, alarm_at
from infra.resources import Tables

TEXT, NUMBER = dynamodb.AttributeType.STRING, dynamodb.AttributeType.NUMBER

ARCHIVED_FOR = cdk.Duration.days(90)
"""How far back events can be replayed to a consumer that is new or was wrong."""


class DataStack(cdk.Stack):
    """Tables on demand, encrypted, restorable to any second of 35 days, and not to be deleted by accident."""

    def __init__(self, scope: Construct, id: str, *, config: StageConfig, **stack: Any) -> None:
        super().__init__(scope, id, **stack)
        self._config = config
        self.alarms = AlarmTopic(self, "Alarms", config)
        ledger = self._table("Ledger", ("account", TEXT), ("seq", NUMBER), stream=dynamodb.StreamViewType.NEW_IMAGE)
        ledger.add_local_secondary_index(
            index_name="by-reference",
            sort_key=dynamodb.Attribute(name="reference", type=TEXT),
            projection_type=dynamodb.ProjectionType.KEYS_ONLY,
        )
        catalog = self._table("Catalog", ("series", TEXT), ("part", TEXT))
        catalog.add_global_secondary_index(
            index_name="by-shelf",
            partition_key=dynamodb.Attribute(name="shelf", type=TEXT),
            sort_key=dynamodb.Attribute(name="listedAt", type=NUMBER),
            projection_type=dynamodb.ProjectionType.INCLUDE,
            non_key_attributes=["title", "synopsis", "episodeCount", "freeEpisodes"],
        )
        uploads = self._table("Uploads", ("upload", TEXT), expires="expiresAt")
        people = self._table("People", ("subject", TEXT))
        self.tables = Tables(ledger=ledger, catalog=catalog, uploads=uploads, people=people)

        self.bus = events.EventBus(self, "Bus", event_bus_name=config.name("events"))
        self.bus.archive(
            "Archive",
            archive_name=config.name("events"),
            description="Every event of the product, for replay",
            event_pattern=events.EventPattern(account=[self.account]),
            retention=ARCHIVED_FOR,
        )
        for name, table in (("Ledger", ledger), ("Catalog", catalog), ("Uploads", uploads), ("People", people)):
            cdk.CfnOutput(self, f"{name}Table", value=table.table_name)
        cdk.CfnOutput(self, "EventBus", value=self.bus.event_bus_name)
        cdk.CfnOutput(self, "AlarmTopic", value=self.alarms.topic.topic_arn)

    def _table(
        self,
        id: str,
        partition: tuple[str, dynamodb.AttributeType],
        sort: tuple[str, dynamodb.AttributeType] | None = None,
        *,
        stream: dynamodb.StreamViewType | None = None,
        expires: str | None = None,
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
                point_in_time_recovery_enabled=True
            ),
            deletion_protection=config.protected,
            stream=stream,
            time_to_live_attribute=expires,
            removal_policy=cdk.RemovalPolicy.RETAIN if config.protected else cdk.RemovalPolicy.DESTROY,
        )
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
        return table
