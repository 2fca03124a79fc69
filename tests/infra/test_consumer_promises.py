"""Nothing asynchronous fails unseen: each path has a place for what failed, and an alarm."""

from __future__ import annotations

import json

from tests.infra.assembly import Assembly


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
    assert mapping["MaximumRetryAttempts"] == 8
    assert 0 < mapping["MaximumRecordAgeInSeconds"] < 24 * 3600
    destination = mapping["DestinationConfig"]["OnFailure"]["Destination"]
    assert production.text(destination, "events") == "<media.Failures.Arn>"


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
    for rule in production.resources("AWS::Events::Rule"):
        assert "EventBusName" not in rule.properties, "S3 and MediaConvert tell the default bus"
        [target] = rule.properties["Targets"]
        assert production.text(target["Arn"], "events") == "<events.transcodeFunction.Arn>"
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
    for rule in production.resources("AWS::Events::Rule"):
        [target] = rule.properties["Targets"]
        assert production.text(target["DeadLetterConfig"]["Arn"], "events") == queue
    invoke = production.one("AWS::Lambda::EventInvokeConfig").properties
    assert production.text(invoke["DestinationConfig"]["OnFailure"]["Destination"], "events") == queue
    assert invoke["MaximumRetryAttempts"] == 2
    assert production.one("AWS::SQS::Queue").properties["MessageRetentionPeriod"] == 14 * 24 * 3600


def test_a_waiting_event_tells_someone(production: Assembly) -> None:
    [alarm] = [
        each
        for each in production.resources("AWS::CloudWatch::Alarm", "events")
        if each.properties["MetricName"] == "ApproximateNumberOfMessagesVisible"
    ]
    assert alarm.properties["Threshold"] == 1
    assert alarm.properties["AlarmActions"]


def test_waiting_events_are_encrypted_and_travel_over_tls(production: Assembly) -> None:
    assert production.one("AWS::SQS::Queue").properties["SqsManagedSseEnabled"] is True
    statements = production.one("AWS::SQS::QueuePolicy").properties["PolicyDocument"]["Statement"]
    assert any(
        each["Effect"] == "Deny" and each["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
        for each in statements
    )
