"""Nothing asynchronous fails unseen: each path has a place for what failed, and an alarm."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.infra.assembly import Assembly, Resource

QUEUES = ("settlement-parked", "transcode-failed")
PARKED = "<events.settlementparkedWaiting.Arn>"


def bucket_name(bucket: Resource) -> str:
    return str(bucket.properties["BucketName"])


def rules(assembly: Assembly) -> list[Resource]:
    return assembly.resources("AWS::Events::Rule", "events")


def target_of(assembly: Assembly, rule: Resource) -> str:
    """The only target of a rule."""
    [target] = rule.properties["Targets"]
    return assembly.text(target["Arn"], "events")


def queue_named(assembly: Assembly, name: str) -> Resource:
    [found] = [
        each
        for each in assembly.resources("AWS::SQS::Queue")
        if each.properties["QueueName"] == f"cliffhanger-{assembly.stage}-{name}"
    ]
    return found


def alarm_on(assembly: Assembly, queue: str) -> dict[str, Any]:
    """The only alarm on a queue's metrics."""
    dimension = {"Name": "QueueName", "Value": {"Fn::GetAtt": [queue_named(assembly, queue).id, "QueueName"]}}
    [found] = [
        each.properties
        for each in assembly.resources("AWS::CloudWatch::Alarm", "events")
        if each.properties["Dimensions"] == [dimension]
    ]
    return found


def statements_of(assembly: Assembly, queue: str) -> list[dict[str, Any]]:
    """What a queue's own policy says."""
    wanted = [{"Ref": queue_named(assembly, queue).id}]
    [found] = [each for each in assembly.resources("AWS::SQS::QueuePolicy") if each.properties["Queues"] == wanted]
    return list(found.properties["PolicyDocument"]["Statement"])


def test_settlement_reads_the_ledger_s_inserts_and_nothing_else(production: Assembly) -> None:
    """A mark changes an entry; were it read, settlement would call itself for ever."""
    mapping = production.one("AWS::Lambda::EventSourceMapping").properties
    assert production.text(mapping["EventSourceArn"], "events") == "<data.Ledger.StreamArn>"
    assert production.text(mapping["FunctionName"], "events") == "<events.settlementFunction>"
    [filter_] = mapping["FilterCriteria"]["Filters"]
    assert json.loads(filter_["Pattern"]) == {"eventName": ["INSERT"]}
    assert mapping["StartingPosition"] == "TRIM_HORIZON"


def test_poison_is_cut_out_and_parked_with_its_records(production: Assembly) -> None:
    """LEDGER rule 15: failures go to S3, which keeps the records, while the stream still holds them."""
    mapping = production.one("AWS::Lambda::EventSourceMapping").properties
    assert mapping["BisectBatchOnFunctionError"] is True
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    destination = mapping["DestinationConfig"]["OnFailure"]["Destination"]
    assert production.text(destination, "events") == "<media.Failures.Arn>"


def test_an_outage_parks_nothing_for_six_hours(production: Assembly) -> None:
    """Only age parks: a count of attempts would be used up within minutes. The stream still has 18 hours then."""
    mapping = production.one("AWS::Lambda::EventSourceMapping").properties
    assert mapping["MaximumRetryAttempts"] == -1
    assert mapping["MaximumRecordAgeInSeconds"] == 6 * 3600


def test_a_parked_batch_is_told_of_until_someone_takes_the_message_away(production: Assembly) -> None:
    failures = next(each for each in production.resources("AWS::S3::Bucket") if "-failures-" in bucket_name(each))
    told = failures.properties["NotificationConfiguration"]
    assert told == {"EventBridgeConfiguration": {"EventBridgeEnabled": True}}
    [rule] = [each for each in rules(production) if target_of(production, each) == PARKED]
    pattern = rule.properties["EventPattern"]
    assert (pattern["source"], pattern["detail-type"]) == (["aws.s3"], ["Object Created"])
    [bucket] = pattern["detail"]["bucket"]["name"]
    assert production.text(bucket, "events") == "<media.Failures>"
    assert pattern["detail"]["object"]["key"] == [{"prefix": "aws/lambda/"}]
    queue = queue_named(production, "settlement-parked")
    assert queue.properties["MessageRetentionPeriod"] == 14 * 24 * 3600
    assert "settlement" in alarm_on(production, "settlement-parked")["AlarmDescription"]


def test_eventbridge_may_put_into_the_queue_of_parked_batches_and_only_for_that_rule(production: Assembly) -> None:
    statements = statements_of(production, "settlement-parked")
    [allowed] = [each for each in statements if each["Effect"] == "Allow"]
    assert allowed["Principal"] == {"Service": "events.amazonaws.com"}
    [rule] = [each for each in rules(production) if target_of(production, each) == PARKED]
    assert allowed["Condition"]["ArnEquals"]["aws:SourceArn"] == {"Fn::GetAtt": [rule.id, "Arn"]}


def test_late_settlement_tells_someone_at_five_minutes_and_at_one_hour(production: Assembly) -> None:
    alarms = [
        alarm
        for alarm in production.resources("AWS::CloudWatch::Alarm", "events")
        if alarm.properties["MetricName"] == "IteratorAge"
    ]
    assert sorted(alarm.properties["Threshold"] for alarm in alarms) == [300_000, 3_600_000]
    for alarm in alarms:
        assert alarm.properties["AlarmActions"]
        [dimension] = alarm.properties["Dimensions"]
        assert production.text(dimension["Value"], "events") == "<events.settlementFunction>"


def test_uploads_and_jobs_call_transcode(production: Assembly) -> None:
    patterns = {}
    for rule in rules(production):
        assert "EventBusName" not in rule.properties, "S3 and MediaConvert tell the default bus"
        if target_of(production, rule) != "<events.transcodeFunction.Arn>":
            continue
        patterns[rule.properties["EventPattern"]["source"][0]] = rule.properties["EventPattern"]
    assert set(patterns) == {"aws.s3", "aws.mediaconvert"}
    created = patterns["aws.s3"]
    assert created["detail-type"] == ["Object Created"]
    [bucket] = created["detail"]["bucket"]["name"]
    assert production.text(bucket, "events") == "<media.Uploads>"
    assert created["detail"]["object"]["key"] == [{"prefix": "uploads/"}]
    changed = patterns["aws.mediaconvert"]["detail"]
    [queue] = changed["queue"]
    assert production.text(queue, "events") == "<media.Queue.Arn>"
    assert {"COMPLETE", "ERROR", "CANCELED"} <= set(changed["status"])


def test_an_event_that_cannot_be_delivered_or_handled_waits_in_a_queue(production: Assembly) -> None:
    queue = "<events.transcodeeventsFailed.Arn>"
    for rule in rules(production):
        [target] = rule.properties["Targets"]
        if target_of(production, rule) == PARKED:
            continue
        assert production.text(target["DeadLetterConfig"]["Arn"], "events") == queue
    invoke = production.one("AWS::Lambda::EventInvokeConfig").properties
    assert production.text(invoke["DestinationConfig"]["OnFailure"]["Destination"], "events") == queue
    assert invoke["MaximumRetryAttempts"] == 2
    failed = queue_named(production, "transcode-failed")
    assert failed.properties["MessageRetentionPeriod"] == 14 * 24 * 3600


@pytest.mark.parametrize("name", QUEUES)
def test_a_waiting_event_tells_someone(production: Assembly, name: str) -> None:
    alarm = alarm_on(production, name)
    assert (alarm["MetricName"], alarm["Threshold"]) == ("ApproximateNumberOfMessagesVisible", 1)
    assert alarm["AlarmActions"]


@pytest.mark.parametrize("name", QUEUES)
def test_waiting_events_are_encrypted_and_travel_over_tls(production: Assembly, name: str) -> None:
    assert queue_named(production, name).properties["SqsManagedSseEnabled"] is True
    statements = statements_of(production, name)
    assert any(
        each["Effect"] == "Deny" and each["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
        for each in statements
    )


def test_entries_that_can_never_be_settled_tell_someone(production: Assembly) -> None:
    """Nothing waits for them, so nothing else would."""
    [alarm] = [
        each
        for each in production.resources("AWS::CloudWatch::Alarm")
        if each.properties["MetricName"] == "EntriesParked"
    ]
    dimensions = {each["Name"]: each["Value"] for each in alarm.properties["Dimensions"]}
    assert dimensions == {"stage": "prod", "service": "settlement"}
    assert alarm.properties["Namespace"] == "Cliffhanger"
    assert alarm.properties["AlarmActions"]
