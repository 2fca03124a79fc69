"""Notices of payments: who may put them into the queue, who takes them, and where those end that nobody can take."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cliffhanger.payments.recording import SWEEP
from functions.payments.handler import NEEDED_MS
from infra.app import build, new_app
from infra.config import LocalEndpoints
from infra.packaging import Target
from tests.infra.assembly import Assembly, Resource
from tests.infra.conftest import THIS, WithoutPip, config_of

BUS = "aws.partner/stripe.com/ed_61SXk2vLkdIwHu7ix16SWRF"
DAY_S = 86_400


def queue(assembly: Assembly, name: str) -> Resource:
    [found] = [
        each
        for each in assembly.resources("AWS::SQS::Queue", "data")
        if each.properties["QueueName"] == f"cliffhanger-{assembly.stage}-{name}"
    ]
    return found


def rules_of(template: dict[str, Any]) -> list[dict[str, Any]]:
    return [each["Properties"] for each in template["Resources"].values() if each["Type"] == "AWS::Events::Rule"]


def test_a_notice_that_cannot_be_taken_is_parked_after_ten_attempts_for_as_long_as_a_queue_keeps_anything(
    production: Assembly,
) -> None:
    work, parked = queue(production, "payments").properties, queue(production, "payments-parked").properties
    assert work["RedrivePolicy"]["maxReceiveCount"] == 10
    target = production.text(work["RedrivePolicy"]["deadLetterTargetArn"], "data")
    assert target == "<data.PaymentsParked.Arn>"
    assert work["MessageRetentionPeriod"] == parked["MessageRetentionPeriod"] == 14 * DAY_S


@pytest.mark.parametrize("name", ["payments", "payments-parked"])
def test_notices_are_encrypted_where_they_wait_and_on_their_way(production: Assembly, name: str) -> None:
    found = queue(production, name)
    assert found.properties["SqsManagedSseEnabled"] is True
    policies = [
        each.properties["PolicyDocument"]["Statement"]
        for each in production.resources("AWS::SQS::QueuePolicy", "data")
        if each.properties["Queues"] == [{"Ref": found.id}]
    ]
    denied = [one for statements in policies for one in statements if one["Effect"] == "Deny"]
    assert [one["Condition"] for one in denied] == [{"Bool": {"aws:SecureTransport": "false"}}]


def test_who_has_paid_and_waits_is_told_of_and_so_is_what_was_parked(production: Assembly) -> None:
    alarms = {
        (each.properties["MetricName"], production.text(each.properties["Dimensions"][0]["Value"], "data")): each
        for each in production.resources("AWS::CloudWatch::Alarm", "data")
        if each.properties["Namespace"] == "AWS/SQS"
    }
    old = alarms["ApproximateAgeOfOldestMessage", "<data.PaymentsQueue.QueueName>"].properties
    parked = alarms["ApproximateNumberOfMessagesVisible", "<data.PaymentsParked.QueueName>"].properties
    assert (old["Threshold"], parked["Threshold"]) == (600, 1)
    assert old["AlarmActions"]
    assert parked["AlarmActions"]


def test_the_clock_asks_for_a_sweep_in_the_words_that_are_understood(production: Assembly) -> None:
    [rule] = [rule for rule in rules_of(production.templates["data"]) if "ScheduleExpression" in rule]
    assert rule["ScheduleExpression"] == "rate(5 minutes)"
    [target] = rule["Targets"]
    assert json.loads(target["Input"]) == SWEEP
    assert production.text(target["Arn"], "data") == "<data.PaymentsQueue.Arn>"


def test_only_the_webhook_and_rules_of_this_account_put_anything_into_the_queue(production: Assembly) -> None:
    senders = {
        name
        for name, function in production.functions().items()
        if ("sqs:SendMessage", "<data.PaymentsQueue.Arn>") in production.grants_of(function)
    }
    assert senders == {"stripe", "payments"}
    found = queue(production, "payments")
    [policy] = [
        each.properties["PolicyDocument"]["Statement"]
        for each in production.resources("AWS::SQS::QueuePolicy", "data")
        if each.properties["Queues"] == [{"Ref": found.id}]
    ]
    [allowed] = [one for one in policy if one["Effect"] == "Allow"]
    assert allowed["Principal"] == {"Service": "events.amazonaws.com"}
    assert set(allowed["Condition"]) == {"ArnEquals"}


def test_of_a_batch_only_what_failed_is_handed_out_again_and_never_while_it_is_worked_off(production: Assembly) -> None:
    [mapping] = [
        each.properties
        for each in production.resources("AWS::Lambda::EventSourceMapping")
        if production.text(each.properties["EventSourceArn"], "events") == "<data.PaymentsQueue.Arn>"
    ]
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["BatchSize"] == 5
    limit_s = production.functions()["payments"].properties["Timeout"]
    assert queue(production, "payments").properties["VisibilityTimeout"] == 6 * limit_s


def test_one_message_can_wait_for_every_call_of_the_provider_before_its_function_is_ended(production: Assembly) -> None:
    assert production.functions()["payments"].properties["Timeout"] * 1_000 > NEEDED_MS


def test_a_partner_bus_leads_into_the_same_queue_and_what_that_does_not_take_is_parked(tmp_path: Path) -> None:
    config = config_of("prod", runtime=THIS, stripe_event_bus=BUS)
    app = new_app(outdir=str(tmp_path / "out"))
    build(app, config, WithoutPip(Target.of(config), build=tmp_path))
    folder = Path(app.synth().directory)
    template = json.loads((folder / "cliffhanger-prod-data.template.json").read_text())
    [partner] = [rule for rule in rules_of(template) if rule.get("EventBusName") == BUS]
    assert partner["EventPattern"] == {"source": [BUS]}
    [target] = partner["Targets"]
    assert target["Arn"]["Fn::GetAtt"][0].startswith("PaymentsQueue")
    assert target["DeadLetterConfig"]["Arn"]["Fn::GetAtt"][0].startswith("PaymentsParked")
    assert "Input" not in target  # the event goes into the queue whole


@pytest.mark.parametrize(
    "name", ["default", "cliffhanger-prod-events", "aws.partner/other.com/x", "aws.partner/stripe.com/"]
)
def test_a_bus_that_is_not_stripe_s_is_refused(name: str) -> None:
    """Whoever can put events onto a bus that leads here can say that money has come."""
    with pytest.raises(ValueError, match="stripeEventBus"):
        config_of("prod", stripe_event_bus=name)


def test_only_the_local_stage_may_name_another_address_of_stripe_s_api() -> None:
    """Else the key would be sent there."""
    with pytest.raises(ValueError, match="localEndpoints"):
        config_of("prod", local_endpoints=LocalEndpoints(stripe_api_base="http://127.0.0.1:1"))
