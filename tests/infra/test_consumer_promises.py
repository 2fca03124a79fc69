"""Nothing asynchronous fails unseen: each path has a place for what failed, and an alarm."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cliffhanger.functions import FUNCTIONS, FunctionSpec
from cliffhanger.ledger.volumes import VOLUME_ENTRIES
from infra.app import build, new_app
from infra.packaging import Target
from infra.stacks import events
from tests.infra.assembly import Assembly, Resource
from tests.infra.conftest import THIS, WithoutPip, config_of

CONSUMERS = ("settlement", "publisher")
QUEUES = (
    *("settlement-parked", "publisher-parked", "transcode-failed", "sweep-failed"),
    *("anchor-failed", "canary-failed", "expiry-failed", "mail-failed", "reconcile-failed"),
)
PARKED = {name: f"<events.{name}parkedWaiting.Arn>" for name in CONSUMERS}
each_consumer = pytest.mark.parametrize("name", CONSUMERS)


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


def mapping_of(assembly: Assembly, name: str) -> Resource:
    """The only mapping of the ledger's stream onto a function."""
    [found] = [
        each
        for each in assembly.resources("AWS::Lambda::EventSourceMapping")
        if assembly.text(each.properties["FunctionName"], "events") == f"<events.{name}Function>"
    ]
    return found


def rule_onto(assembly: Assembly, target: str) -> Resource:
    """The only rule with that target."""
    [found] = [each for each in rules(assembly) if target_of(assembly, each) == target]
    return found


def statements_of(assembly: Assembly, queue: str) -> list[dict[str, Any]]:
    """What a queue's own policy says."""
    wanted = [{"Ref": queue_named(assembly, queue).id}]
    [found] = [each for each in assembly.resources("AWS::SQS::QueuePolicy") if each.properties["Queues"] == wanted]
    return list(found.properties["PolicyDocument"]["Statement"])


def test_the_ledger_s_stream_has_two_readers_and_nothing_else_reads_it(production: Assembly) -> None:
    """LEDGER rule 15: settlement and publisher, never more; a third would throttle both."""
    mappings = [
        each
        for each in production.resources("AWS::Lambda::EventSourceMapping")
        if production.text(each.properties["EventSourceArn"], "events") == "<data.Ledger.StreamArn>"
    ]
    assert len(mappings) == len(CONSUMERS)
    assert {production.text(each.properties["FunctionName"], "events") for each in mappings} == {
        f"<events.{name}Function>" for name in CONSUMERS
    }
    readers = {
        name
        for name, function in production.functions().items()
        if ("dynamodb:GetRecords", "<data.Ledger.StreamArn>") in production.grants_of(function)
    }
    assert readers == set(CONSUMERS)
    assert production.resources("AWS::Pipes::Pipe") == []


def test_a_third_reader_of_the_stream_is_refused_at_synthesis(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    third = FunctionSpec("analyst", "ledger-stream", 512, 60, (), "Reads along")
    monkeypatch.setattr(events, "FUNCTIONS", (*FUNCTIONS, third))
    config = config_of("third", runtime=THIS)
    with pytest.raises(ValueError, match="settlement, publisher, analyst"):
        build(new_app(), config, WithoutPip(Target.of(config), build=tmp_path))


@each_consumer
def test_a_consumer_reads_the_ledger_s_inserts_and_nothing_else(production: Assembly, name: str) -> None:
    """A mark changes an entry; were it read, settlement would call itself for ever."""
    mapping = mapping_of(production, name).properties
    assert production.text(mapping["EventSourceArn"], "events") == "<data.Ledger.StreamArn>"
    [filter_] = mapping["FilterCriteria"]["Filters"]
    assert json.loads(filter_["Pattern"]) == {"eventName": ["INSERT"]}
    assert mapping["StartingPosition"] == "TRIM_HORIZON"


@each_consumer
def test_poison_is_cut_out_and_parked_with_its_records(production: Assembly, name: str) -> None:
    """LEDGER rule 15: failures go to S3, which keeps the records, while the stream still holds them."""
    mapping = mapping_of(production, name).properties
    assert mapping["BisectBatchOnFunctionError"] is True
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    destination = mapping["DestinationConfig"]["OnFailure"]["Destination"]
    assert production.text(destination, "events") == "<media.Failures.Arn>"


@each_consumer
def test_an_outage_parks_nothing_for_six_hours(production: Assembly, name: str) -> None:
    """Only age parks: a count of attempts would be used up within minutes. The stream still has 18 hours then."""
    mapping = mapping_of(production, name).properties
    assert mapping["MaximumRetryAttempts"] == -1
    assert mapping["MaximumRecordAgeInSeconds"] == 6 * 3600


@each_consumer
def test_a_parked_batch_is_told_of_until_someone_takes_the_message_away(production: Assembly, name: str) -> None:
    """Each consumer's batches lie under its own mapping's id, so that each alarm says whose they are."""
    failures = next(each for each in production.resources("AWS::S3::Bucket") if "-failures-" in bucket_name(each))
    told = failures.properties["NotificationConfiguration"]
    assert told == {"EventBridgeConfiguration": {"EventBridgeEnabled": True}}
    pattern = rule_onto(production, PARKED[name]).properties["EventPattern"]
    assert (pattern["source"], pattern["detail-type"]) == (["aws.s3"], ["Object Created"])
    [bucket] = pattern["detail"]["bucket"]["name"]
    assert production.text(bucket, "events") == "<media.Failures>"
    [key] = pattern["detail"]["object"]["key"]
    assert key == {"prefix": {"Fn::Join": ["", ["aws/lambda/", {"Ref": mapping_of(production, name).id}, "/"]]}}
    queue = queue_named(production, f"{name}-parked")
    assert queue.properties["MessageRetentionPeriod"] == 14 * 24 * 3600
    assert name in alarm_on(production, f"{name}-parked")["AlarmDescription"]


@each_consumer
def test_eventbridge_may_put_into_the_queue_of_parked_batches_and_only_for_that_rule(
    production: Assembly, name: str
) -> None:
    statements = statements_of(production, f"{name}-parked")
    [allowed] = [each for each in statements if each["Effect"] == "Allow"]
    assert allowed["Principal"] == {"Service": "events.amazonaws.com"}
    rule = rule_onto(production, PARKED[name])
    assert allowed["Condition"]["ArnEquals"]["aws:SourceArn"] == {"Fn::GetAtt": [rule.id, "Arn"]}


@each_consumer
def test_a_consumer_that_is_late_tells_someone_at_five_minutes_and_at_one_hour(production: Assembly, name: str) -> None:
    alarms = [
        alarm.properties
        for alarm in production.resources("AWS::CloudWatch::Alarm", "events")
        if alarm.properties["MetricName"] == "IteratorAge"
        and production.text(alarm.properties["Dimensions"][0]["Value"], "events") == f"<events.{name}Function>"
    ]
    assert sorted(alarm["Threshold"] for alarm in alarms) == [300_000, 3_600_000]
    assert all(alarm["AlarmActions"] and name in alarm["AlarmDescription"] for alarm in alarms)


@each_consumer
def test_entries_that_a_consumer_parks_tell_someone(production: Assembly, name: str) -> None:
    """Nothing waits for them, so nothing else would."""
    [alarm] = [
        each.properties
        for each in production.resources("AWS::CloudWatch::Alarm")
        if each.properties["MetricName"] == "EntriesParked"
        and {"Name": "service", "Value": name} in each.properties["Dimensions"]
    ]
    dimensions = {each["Name"]: each["Value"] for each in alarm["Dimensions"]}
    assert dimensions == {"stage": "prod", "service": name}
    assert alarm["Namespace"] == "Cliffhanger"
    assert alarm["AlarmActions"]
    assert name in alarm["AlarmDescription"]


@each_consumer
def test_the_dashboard_shows_a_consumer_s_age_and_what_it_parked(production: Assembly, name: str) -> None:
    body = production.text(production.one("AWS::CloudWatch::Dashboard").properties["DashboardBody"], "monitoring")
    assert f"{name}: age of the oldest entry" in body
    assert f'"EntriesParked","service","{name}"' in body


def test_uploads_and_jobs_call_transcode(production: Assembly) -> None:
    patterns = {}
    for rule in rules(production):
        if any(name in rule.id for name in ("mail", "gifts", "referrals")):  # of the product's own bus
            continue
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


def test_an_event_that_cannot_be_delivered_or_handled_waits_in_its_function_s_queue(production: Assembly) -> None:
    called = set()
    for rule in rules(production):
        [target] = rule.properties["Targets"]
        if target_of(production, rule) in PARKED.values():
            continue
        name = target_of(production, rule).removeprefix("<events.").removesuffix("Function.Arn>")
        assert production.text(target["DeadLetterConfig"]["Arn"], "events") == f"<events.{name}eventsFailed.Arn>"
        called.add(name)
    for invoke in production.resources("AWS::Lambda::EventInvokeConfig"):
        name = production.text(invoke.properties["FunctionName"], "events").removeprefix("<events.")
        name = name.removesuffix("Function>")
        failure = invoke.properties["DestinationConfig"]["OnFailure"]["Destination"]
        assert production.text(failure, "events") == f"<events.{name}eventsFailed.Arn>"
        assert invoke.properties["MaximumRetryAttempts"] == 2
        failed = queue_named(production, f"{name}-failed")
        assert failed.properties["MessageRetentionPeriod"] == 14 * 24 * 3600
        called.remove(name)
    assert called == set()


def test_the_sweep_runs_every_five_minutes(production: Assembly) -> None:
    [rule] = [each for each in rules(production) if target_of(production, each) == "<events.sweepFunction.Arn>"]
    assert rule.properties["ScheduleExpression"] == "rate(5 minutes)"
    assert "EventPattern" not in rule.properties


@pytest.mark.parametrize("metric", ["UploadsLeft", "TranscodeBudgetsReached"])
def test_what_the_sweep_cannot_mend_and_a_budget_that_is_reached_tell_someone(
    production: Assembly, metric: str
) -> None:
    [alarm] = [
        each.properties
        for each in production.resources("AWS::CloudWatch::Alarm")
        if each.properties.get("MetricName") == metric
    ]
    assert (alarm["Namespace"], alarm["Threshold"]) == ("Cliffhanger", 1)
    assert alarm["Dimensions"] == [{"Name": "stage", "Value": "prod"}]
    assert alarm["AlarmActions"]


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


def test_what_people_are_told_by_mail_of_the_product_s_own_bus_calls_mail(production: Assembly) -> None:
    [rule] = [
        each.properties for each in rules(production) if target_of(production, each) == "<events.mailFunction.Arn>"
    ]
    assert production.text(rule["EventBusName"], "events") == "<data.Bus>"
    told = [
        *("CoinsBought", "VerificationDecided", "VerificationExpiring", "PurchaseRefunded", "WebhookEndpointDisabled"),
        *("PayoutPaid", "PayoutFailed", "PayoutReturned", "PayoutDestinationChanged", "WeeklyPayoutRefused"),
    ]
    assert rule["EventPattern"] == {"source": ["cliffhanger"], "detail-type": told}
    [target] = rule["Targets"]
    assert production.text(target["DeadLetterConfig"]["Arn"], "events") == "<events.maileventsFailed.Arn>"


def test_mail_goes_out_under_the_stage_s_own_address_only(production: Assembly) -> None:
    statements = [
        statement
        for role in production.resources("AWS::IAM::Role", "events")
        for policy in role.properties.get("Policies", ())
        for statement in policy["PolicyDocument"]["Statement"]
        if statement["Action"] == "ses:SendEmail"
    ]
    [statement] = statements
    assert statement["Condition"] == {"StringEquals": {"ses:FromAddress": "hello@watch.example.com"}}


def test_receipts_of_which_nobody_knows_tell_someone_once_they_are_many(production: Assembly) -> None:
    alarms = {each.properties["MetricName"]: each.properties for each in production.resources("AWS::CloudWatch::Alarm")}
    assert (alarms["ReceiptsUnclear"]["Threshold"], alarms["ReceiptsUnclear"]["Period"]) == (10, 300)


def test_a_stage_without_an_address_to_send_as_may_not_send(local: Assembly) -> None:
    function = local.functions()["mail"]
    assert not any(action.startswith("ses:") for action, _ in local.grants_of(function))
    assert "EMAIL_FROM" not in function.properties["Environment"]["Variables"]


def test_the_day_s_anchor_is_begun_by_the_clock_and_finished_by_its_export(production: Assembly) -> None:
    clock, exported = sorted(
        (rule.properties for rule in rules(production) if target_of(production, rule) == "<events.anchorFunction.Arn>"),
        key=lambda rule: "EventPattern" in rule,
    )
    assert clock["ScheduleExpression"] == "cron(30 0 * * ? *)"
    [bucket] = exported["EventPattern"]["detail"]["bucket"]["name"]
    assert production.text(bucket, "events") == "<media.Exports>"
    assert exported["EventPattern"]["detail"]["object"]["key"] == [{"wildcard": "anchor/*/manifest-summary.json"}]


def test_a_day_without_an_anchor_tells_someone_because_silence_is_no_health_here(production: Assembly) -> None:
    [alarm] = [
        each.properties
        for each in production.resources("AWS::CloudWatch::Alarm")
        if each.properties["MetricName"] == "DaysAnchored"
    ]
    assert (alarm["TreatMissingData"], alarm["ComparisonOperator"], alarm["Threshold"]) == (
        "breaching",
        "LessThanThreshold",
        1,
    )
    assert alarm["Period"] * alarm["EvaluationPeriods"] == 30 * 3600
    assert alarm["AlarmActions"]
    body = production.text(production.one("AWS::CloudWatch::Dashboard").properties["DashboardBody"], "monitoring")
    assert "anchor: days anchored" in body


def test_each_day_is_reconciled_once_its_export_is_there_and_differences_and_silence_tell_someone(
    production: Assembly,
) -> None:
    clock, exported = sorted(
        (
            rule.properties
            for rule in rules(production)
            if target_of(production, rule) == "<events.reconcileFunction.Arn>"
        ),
        key=lambda rule: "EventPattern" in rule,
    )
    assert clock["ScheduleExpression"] == "rate(1 hour)"
    assert exported["EventPattern"]["detail"]["object"]["key"] == [{"wildcard": "anchor/*/manifest-summary.json"}]
    alarms = {each.properties["MetricName"]: each.properties for each in production.resources("AWS::CloudWatch::Alarm")}
    missing, found = alarms["DaysReconciled"], alarms["ReconcilingFindings"]
    assert (missing["TreatMissingData"], missing["ComparisonOperator"]) == ("breaching", "LessThanThreshold")
    assert missing["Period"] * missing["EvaluationPeriods"] == 30 * 3600
    assert (found["Threshold"], found["Statistic"]) == (1, "Sum")
    assert missing["AlarmActions"]
    assert found["AlarmActions"]


def test_a_posting_is_timed_every_five_minutes_and_one_that_waits_tells_someone(production: Assembly) -> None:
    [clock] = [
        rule.properties for rule in rules(production) if target_of(production, rule) == "<events.canaryFunction.Arn>"
    ]
    assert clock["ScheduleExpression"] == "rate(5 minutes)"
    alarms = {each.properties["MetricName"]: each.properties for each in production.resources("AWS::CloudWatch::Alarm")}
    late, missing = alarms["OldestPostingAge"], alarms["CanaryCalls"]
    assert (late["Threshold"], late["Statistic"], late["Period"]) == (300_000, "Maximum", 300)
    assert (missing["TreatMissingData"], missing["ComparisonOperator"]) == ("breaching", "LessThanThreshold")
    assert missing["Period"] * missing["EvaluationPeriods"] == 20 * 60
    assert late["AlarmActions"]
    assert missing["AlarmActions"]
    body = production.text(production.one("AWS::CloudWatch::Dashboard").properties["DashboardBody"], "monitoring")
    assert "canary: oldest posting, ms" in body


def test_a_partition_of_the_ledger_that_grows_too_large_tells_someone(production: Assembly) -> None:
    """Before it is full: no entry could be written then, and nobody could be paid."""
    alarms = {each.properties["MetricName"]: each.properties for each in production.resources("AWS::CloudWatch::Alarm")}
    size = alarms["FullestPartition"]
    assert (size["Threshold"], size["Statistic"], size["Period"]) == (250_000, "Maximum", 300)
    assert VOLUME_ENTRIES < size["Threshold"] < 7_000_000
    assert size["AlarmActions"]
    body = production.text(production.one("AWS::CloudWatch::Dashboard").properties["DashboardBody"], "monitoring")
    assert "ledger: entries of the fullest partition" in body


def test_the_ledger_is_swept_every_five_minutes_and_waits_leftovers_and_silence_tell_someone(
    production: Assembly,
) -> None:
    [clock] = [
        rule.properties for rule in rules(production) if target_of(production, rule) == "<events.expiryFunction.Arn>"
    ]
    assert clock["ScheduleExpression"] == "rate(5 minutes)"
    alarms = {each.properties["MetricName"]: each.properties for each in production.resources("AWS::CloudWatch::Alarm")}
    late, left, missing = alarms["OldestDueAge"], alarms["AccountsLeft"], alarms["ExpirySweeps"]
    assert (late["Threshold"], late["Statistic"], late["Period"]) == (3_600_000, "Maximum", 300)
    assert left["Threshold"] == 1
    assert (missing["TreatMissingData"], missing["ComparisonOperator"]) == ("breaching", "LessThanThreshold")
    assert missing["Period"] * missing["EvaluationPeriods"] == 20 * 60
    assert all(alarm["AlarmActions"] for alarm in (late, left, missing))
    body = production.text(production.one("AWS::CloudWatch::Dashboard").properties["DashboardBody"], "monitoring")
    assert "expiry: longest wait, for us and for a reviewer, ms" in body
    swept = alarms["RefundsSwept"]
    assert (swept["Threshold"], swept["Statistic"], swept["Period"]) == (3, "Sum", 30 * 60)
    assert swept["AlarmActions"]
    assert "RefundsSwept" in body


def test_a_reward_that_nobody_looks_at_for_two_days_tells_someone(production: Assembly) -> None:
    alarms = {each.properties["MetricName"]: each.properties for each in production.resources("AWS::CloudWatch::Alarm")}
    held = alarms["OldestHeldAge"]
    assert (held["Threshold"], held["Statistic"], held["Period"]) == (2 * 86_400_000, "Maximum", 300)
    assert held["AlarmActions"]
    body = production.text(production.one("AWS::CloudWatch::Dashboard").properties["DashboardBody"], "monitoring")
    assert "OldestHeldAge" in body


def test_more_rewards_in_an_hour_than_a_stage_foresees_tell_someone(production: Assembly) -> None:
    alarms = {each.properties["MetricName"]: each.properties for each in production.resources("AWS::CloudWatch::Alarm")}
    given = alarms["HouseCoinsGiven"]
    assert (given["Threshold"], given["Statistic"], given["Period"]) == (20_000, "Sum", 3600)
    assert given["AlarmActions"]
    body = production.text(production.one("AWS::CloudWatch::Dashboard").properties["DashboardBody"], "monitoring")
    assert "HouseCoinsGiven" in body
