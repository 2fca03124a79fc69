"""What is kept: encrypted, restorable, hard to delete, and of exactly the shape that the stores rely on."""

from __future__ import annotations

from typing import Any

import pytest

from tests.infra.assembly import Assembly, Resource
from tests.support.tables import TABLES as STAND_INS

TABLES = (
    "verifications",
    *("ledger", "catalog", "uploads", "budgets", "progress", "offline", "rulesets"),
    *("people", "rates", "switches", "parked", "due", "cases", "notices", "mails", "orders", "partners", "requests"),
    *("endpoints", "deliveries"),
    *("watches", "claims", "devices", "splits", "runs", "gifts", "campaigns", "blocks", "referrals"),
    "payouts",
)
COUNTERS = {"rates"}
"""What nobody would want back."""


def tables(assembly: Assembly) -> dict[str, dict[str, Any]]:
    prefix = f"cliffhanger-{assembly.stage}-"
    found = assembly.resources("AWS::DynamoDB::Table")
    return {table.properties["TableName"].removeprefix(prefix): table.definition for table in found}


def keys(schema: list[dict[str, str]]) -> dict[str, str]:
    return {key["KeyType"]: key["AttributeName"] for key in schema}


def test_there_are_exactly_these_tables(production: Assembly) -> None:
    assert set(tables(production)) == set(TABLES)


@pytest.mark.parametrize("name", TABLES)
def test_every_table_is_on_demand_encrypted_and_unless_it_counts_restorable(production: Assembly, name: str) -> None:
    properties = tables(production)[name]["Properties"]
    assert properties["BillingMode"] == "PAY_PER_REQUEST"
    assert properties["SSESpecification"] == {"SSEEnabled": True}
    assert properties["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": name not in COUNTERS}


@pytest.mark.parametrize("name", TABLES)
def test_no_table_goes_with_its_stack_or_by_mistake(production: Assembly, name: str) -> None:
    table = tables(production)[name]
    assert table["Properties"]["DeletionProtectionEnabled"] is True
    assert (table["DeletionPolicy"], table["UpdateReplacePolicy"]) == ("Retain", "Retain")


@pytest.mark.parametrize("name", TABLES)
def test_only_the_local_stage_throws_its_tables_away(local: Assembly, name: str) -> None:
    table = tables(local)[name]
    assert table["Properties"]["DeletionProtectionEnabled"] is False
    assert table["DeletionPolicy"] == "Delete"


def test_the_ledger_is_a_chain_per_account_found_by_reference(production: Assembly) -> None:
    """LEDGER: partition ``account``, sort ``seq``, a local index by ``reference``, a stream of new images."""
    properties = tables(production)["ledger"]["Properties"]
    types = {each["AttributeName"]: each["AttributeType"] for each in properties["AttributeDefinitions"]}
    assert types == {"account": "S", "seq": "N", "reference": "S"}
    assert keys(properties["KeySchema"]) == {"HASH": "account", "RANGE": "seq"}
    [index] = properties["LocalSecondaryIndexes"]
    assert index["IndexName"] == "by-reference"
    assert keys(index["KeySchema"]) == {"HASH": "account", "RANGE": "reference"}
    assert index["Projection"] == {"ProjectionType": "KEYS_ONLY"}
    assert properties["StreamSpecification"] == {"StreamViewType": "NEW_IMAGE"}
    assert "GlobalSecondaryIndexes" not in properties


@pytest.mark.parametrize("stand_in", STAND_INS, ids=lambda table: table["TableName"])
def test_the_tables_of_the_tests_are_those_that_are_deployed(production: Assembly, stand_in: dict[str, Any]) -> None:
    """Or the stores would be proven over tables that nobody has."""
    name = stand_in["TableName"].replace("test-", "cliffhanger-prod-")
    [table] = [
        each.properties for each in production.resources("AWS::DynamoDB::Table") if each.properties["TableName"] == name
    ]
    for part in ("KeySchema", "BillingMode", "LocalSecondaryIndexes", "GlobalSecondaryIndexes"):
        assert table.get(part) == stand_in.get(part)
    by_name = {each["AttributeName"]: each["AttributeType"] for each in table["AttributeDefinitions"]}
    assert by_name == {each["AttributeName"]: each["AttributeType"] for each in stand_in["AttributeDefinitions"]}
    streams = stand_in.get("StreamSpecification", {}).get("StreamViewType")
    assert table.get("StreamSpecification", {}).get("StreamViewType") == streams


def test_the_catalog_lists_a_shelf_without_opening_each_series(production: Assembly) -> None:
    properties = tables(production)["catalog"]["Properties"]
    assert keys(properties["KeySchema"]) == {"HASH": "series", "RANGE": "part"}
    shelf, owner = properties["GlobalSecondaryIndexes"]
    assert (shelf["IndexName"], owner["IndexName"]) == ("by-shelf", "by-owner")
    assert keys(shelf["KeySchema"]) == {"HASH": "shelf", "RANGE": "listedAt"}
    assert keys(owner["KeySchema"]) == {"HASH": "owner", "RANGE": "listedAt"}
    assert {shelf["Projection"]["ProjectionType"], owner["Projection"]["ProjectionType"]} == {"INCLUDE"}
    shown = {"title", "synopsis", "episodeCount", "freeEpisodes", "poster"}
    assert set(shelf["Projection"]["NonKeyAttributes"]) == shown
    assert set(owner["Projection"]["NonKeyAttributes"]) == {*shown, "listed"}


def test_what_is_due_is_found_without_reading_what_is_not(production: Assembly) -> None:
    """The index holds an upload only while the sweep has something to look for."""
    by_place, by_due = tables(production)["uploads"]["Properties"]["GlobalSecondaryIndexes"]
    assert (by_place["IndexName"], keys(by_place["KeySchema"])) == ("by-place", {"HASH": "place", "RANGE": "createdAt"})
    assert (by_due["IndexName"], keys(by_due["KeySchema"])) == ("by-due", {"HASH": "sweep", "RANGE": "dueAt"})
    assert by_due["Projection"] == {"ProjectionType": "KEYS_ONLY"}


KEYS = {
    "uploads": {"HASH": "upload"},
    "budgets": {"HASH": "budget"},
    "progress": {"HASH": "person", "RANGE": "series"},
    "offline": {"HASH": "person"},
    "people": {"HASH": "subject"},
    "rates": {"HASH": "bucket"},
    "switches": {"HASH": "switch"},
    "rulesets": {"HASH": "kind", "RANGE": "name"},
    "parked": {"HASH": "consumer", "RANGE": "entry"},
    "due": {"HASH": "shard", "RANGE": "due"},
    "cases": {"HASH": "case"},
    "requests": {"HASH": "owner", "RANGE": "request"},
    "partners": {"HASH": "partner", "RANGE": "item"},
    "notices": {"HASH": "hour", "RANGE": "notice"},
}


@pytest.mark.parametrize(("name", "schema"), KEYS.items())
def test_everything_else_is_found_by_its_name(production: Assembly, name: str, schema: dict[str, str]) -> None:
    assert keys(tables(production)[name]["Properties"]["KeySchema"]) == schema


def test_only_what_nobody_misses_in_the_end_expires(production: Assembly) -> None:
    """An entry that expired would take its money with it; a case, who did what; a parked entry, what is owed."""
    expiring = {
        name: table["Properties"]["TimeToLiveSpecification"]
        for name, table in tables(production).items()
        if "TimeToLiveSpecification" in table["Properties"]
    }
    kept_for_a_while = {"uploads", "rates", "progress", "offline", "due", "notices", "mails", "deliveries", "requests"}
    assert set(expiring) == kept_for_a_while | {
        "watches",
        "claims",
        "devices",
        "gifts",
        "runs",
        "campaigns",
        "blocks",
        "referrals",
    }
    assert all(each == {"AttributeName": "expiresAt", "Enabled": True} for each in expiring.values())


def test_cases_that_wait_are_found_oldest_first(production: Assembly) -> None:
    [index] = tables(production)["cases"]["Properties"]["GlobalSecondaryIndexes"]
    assert index["IndexName"] == "by-status"
    assert keys(index["KeySchema"]) == {"HASH": "status", "RANGE": "openedAt"}
    assert index["Projection"] == {"ProjectionType": "ALL"}


def test_partners_are_listed_without_their_members_and_clients(production: Assembly) -> None:
    [index] = tables(production)["partners"]["Properties"]["GlobalSecondaryIndexes"]
    assert index["IndexName"] == "by-list"
    assert keys(index["KeySchema"]) == {"HASH": "list", "RANGE": "createdAt"}
    assert index["Projection"] == {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["name", "status"]}


def test_every_table_has_its_stand_in() -> None:
    assert {table["TableName"] for table in STAND_INS} == {f"test-{name}" for name in TABLES}


def test_only_the_ledger_has_a_stream(production: Assembly) -> None:
    streaming = [name for name, table in tables(production).items() if "StreamSpecification" in table["Properties"]]
    assert streaming == ["ledger"]


@pytest.mark.parametrize("name", TABLES)
def test_a_table_that_turns_requests_away_tells_someone(production: Assembly, name: str) -> None:
    watched = set()
    for alarm in production.resources("AWS::CloudWatch::Alarm", "data"):
        dimensions = alarm.properties.get("Dimensions", [])
        if any(production.text(each["Value"], "data").lower() == f"<data.{name}>" for each in dimensions):
            assert alarm.properties["AlarmActions"]
            watched.add(alarm.properties["MetricName"])
    assert watched == {"ReadThrottleEvents", "WriteThrottleEvents"}


def test_stacks_with_state_cannot_be_deleted_by_a_command(production: Assembly) -> None:
    protected = {
        name.rsplit("-", 1)[-1]
        for name, artifact in production.manifest["artifacts"].items()
        if artifact.get("properties", {}).get("terminationProtection")
    }
    assert protected == {"data", "media", "identity"}


def test_every_event_of_the_bus_can_be_replayed(production: Assembly) -> None:
    archive = production.one("AWS::Events::Archive")
    assert production.text(archive.properties["SourceArn"], archive.stack) == "<data.Bus.Arn>"
    assert archive.properties["RetentionDays"] == 90


BUCKETS = ("uploads", "media", "pages", "logs", "failures", "exports", "anchors", "reports", "sanctions")


@pytest.mark.parametrize("name", BUCKETS)
def test_every_bucket_is_private_encrypted_and_kept(production: Assembly, name: str) -> None:
    [bucket] = [
        each
        for each in production.resources("AWS::S3::Bucket")
        if each.properties["BucketName"] == f"cliffhanger-prod-{name}-111122223333-us-east-1"
    ]
    assert set(bucket.properties["PublicAccessBlockConfiguration"].values()) == {True}
    assert len(bucket.properties["PublicAccessBlockConfiguration"]) == 4
    [rule] = bucket.properties["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert rule["ServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"
    assert bucket.definition["DeletionPolicy"] == "Retain"
    assert ("LoggingConfiguration" in bucket.properties) == (name != "logs")


def test_there_are_exactly_these_buckets(production: Assembly) -> None:
    assert len(production.resources("AWS::S3::Bucket")) == len(BUCKETS)


@pytest.mark.parametrize("name", BUCKETS)
def test_every_bucket_refuses_plain_http(production: Assembly, name: str) -> None:
    """One policy per bucket: where it stands in the web stack it must carry the denial too."""
    [policy] = [
        each
        for each in production.resources("AWS::S3::BucketPolicy")
        if production.text(each.properties["Bucket"], each.stack) == f"<media.{name.capitalize()}>"
    ]
    denials = [
        statement
        for statement in policy.properties["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Deny" and statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    ]
    [denial] = denials
    assert denial["Action"] == "s3:*"
    covered = {production.text(each, policy.stack) for each in denial["Resource"]}
    assert covered == {f"<media.{name.capitalize()}.Arn>", f"<media.{name.capitalize()}.Arn>/*"} or covered == {
        f"arn:aws:s3:::<media.{name.capitalize()}>",
        f"arn:aws:s3:::<media.{name.capitalize()}>/*",
    }


def test_uploads_are_announced_and_sources_do_not_pile_up(production: Assembly) -> None:
    [uploads] = [
        each for each in production.resources("AWS::S3::Bucket") if "-uploads-" in each.properties["BucketName"]
    ]
    assert uploads.properties["NotificationConfiguration"] == {"EventBridgeConfiguration": {"EventBridgeEnabled": True}}
    rules = uploads.properties["LifecycleConfiguration"]["Rules"]
    assert any(rule.get("ExpirationInDays") == 90 for rule in rules)
    assert any("AbortIncompleteMultipartUpload" in rule for rule in rules)
    [cors] = uploads.properties["CorsConfiguration"]["CorsRules"]
    assert (cors["AllowedOrigins"], cors["AllowedMethods"]) == (["https://watch.example.com"], ["POST"])
    assert "AllowedHeaders" not in cors


def test_deleted_media_can_be_brought_back(production: Assembly) -> None:
    for name in ("media", "pages", "failures", "reports", "sanctions"):
        [bucket] = [
            each for each in production.resources("AWS::S3::Bucket") if f"-{name}-" in each.properties["BucketName"]
        ]
        assert bucket.properties["VersioningConfiguration"] == {"Status": "Enabled"}


def bucket_of(assembly: Assembly, name: str) -> Resource:
    [bucket] = [each for each in assembly.resources("AWS::S3::Bucket") if f"-{name}-" in each.properties["BucketName"]]
    return bucket


def test_nobody_can_change_or_delete_an_anchor_for_three_years(production: Assembly) -> None:
    """Rewriting history must need more than the table, and more than the account's root."""
    properties = bucket_of(production, "anchors").properties
    assert properties["ObjectLockEnabled"] is True
    rule = properties["ObjectLockConfiguration"]["Rule"]["DefaultRetention"]
    assert rule == {"Mode": "COMPLIANCE", "Days": 1096}
    assert properties["VersioningConfiguration"] == {"Status": "Enabled"}
    assert not any("Expiration" in key for each in properties["LifecycleConfiguration"]["Rules"] for key in each)


def test_a_disposable_stage_can_go_with_its_anchors(local: Assembly) -> None:
    rule = bucket_of(local, "anchors").properties["ObjectLockConfiguration"]["Rule"]["DefaultRetention"]
    assert rule["Mode"] == "GOVERNANCE"


def test_exports_are_announced_and_do_not_pile_up(production: Assembly) -> None:
    properties = bucket_of(production, "exports").properties
    assert properties["NotificationConfiguration"] == {"EventBridgeConfiguration": {"EventBridgeEnabled": True}}
    assert any(rule.get("ExpirationInDays") == 14 for rule in properties["LifecycleConfiguration"]["Rules"])
