"""Webhooks of partners: where they may go."""

from __future__ import annotations

import pytest

from bench.webhooks import scenes, worker
from cliffhanger.webhooks.sending import DEADLINE_S
from infra.config import LocalEndpoints
from infra.stacks import events
from tests.infra.assembly import Assembly, Resource
from tests.infra.conftest import config_of


@pytest.mark.parametrize(
    "allowed", [LocalEndpoints(webhook_networks=("127.0.0.0/8",)), LocalEndpoints(webhook_ca="ca.pem")]
)
def test_only_the_local_stage_may_allow_networks_or_certificates_of_its_own(allowed: LocalEndpoints) -> None:
    """Else a partner could have us speak to what only we can reach."""
    for stage in ("prod", "dev"):
        with pytest.raises(ValueError, match="localEndpoints"):
            config_of(stage, local_endpoints=allowed)


@pytest.mark.parametrize(
    "network", ["0.0.0.0/0", "10.0.0.0/8", "169.254.0.0/16", "127.0.0.1/8", "::/0", "localhost", ""]
)
def test_even_the_local_stage_allows_no_network_but_its_machine_s_own(network: str) -> None:
    with pytest.raises(ValueError, match="webhookNetworks"):
        config_of("local", local_endpoints=LocalEndpoints(webhook_networks=("127.0.0.0/8", network)))


def test_the_local_stage_allows_the_machine_it_runs_on() -> None:
    config = config_of("local", local_endpoints=LocalEndpoints(webhook_networks=("127.0.0.0/8", "::1/128")))
    assert config.endpoints.webhook_networks == ("127.0.0.0/8", "::1/128")


def test_no_deployed_function_is_told_of_such_networks_or_certificates(production: Assembly) -> None:
    for function in production.functions().values():
        variables = function.properties["Environment"]["Variables"]
        assert {"WEBHOOK_NETWORKS", "WEBHOOK_CA"} & set(variables) == set()


QUEUES = ("fanout", "deliver", "deliver-slow")


def queue(assembly: Assembly, name: str) -> Resource:
    [found] = [
        each
        for each in assembly.resources("AWS::SQS::Queue", "data")
        if each.properties["QueueName"] == f"cliffhanger-{assembly.stage}-{name}"
    ]
    return found


@pytest.mark.parametrize("name", QUEUES)
def test_what_cannot_be_taken_is_parked_for_as_long_as_a_queue_keeps_anything(production: Assembly, name: str) -> None:
    work, parked = queue(production, name), queue(production, f"{name}-parked")
    assert work.properties["RedrivePolicy"]["maxReceiveCount"] == 10
    target = production.text(work.properties["RedrivePolicy"]["deadLetterTargetArn"], "data")
    assert target == f"<data.{parked.id[:-8]}.Arn>"
    assert work.properties["MessageRetentionPeriod"] == parked.properties["MessageRetentionPeriod"] == 14 * 86_400


@pytest.mark.parametrize("name", QUEUES)
def test_messages_that_wait_for_long_or_are_parked_tell_someone(production: Assembly, name: str) -> None:
    watched = {
        (each.properties["MetricName"], each.properties["Dimensions"][0]["Value"]["Fn::GetAtt"][0])
        for each in production.resources("AWS::CloudWatch::Alarm", "data")
        if each.properties["Namespace"] == "AWS/SQS" and each.properties["AlarmActions"]
    }
    assert ("ApproximateAgeOfOldestMessage", queue(production, name).id) in watched
    assert ("ApproximateNumberOfMessagesVisible", queue(production, f"{name}-parked").id) in watched


def test_every_event_of_the_product_comes_into_the_queue_whole_or_is_parked(production: Assembly) -> None:
    resources = production.templates["data"]["Resources"].values()
    [rule] = [
        each["Properties"]
        for each in resources
        if each["Type"] == "AWS::Events::Rule" and each["Properties"].get("EventPattern") == {"source": ["cliffhanger"]}
    ]
    [target] = rule["Targets"]
    assert production.text(target["Arn"], "data") == "<data.FanoutQueue.Arn>"
    assert production.text(target["DeadLetterConfig"]["Arn"], "data") == "<data.FanoutParked.Arn>"
    assert "Input" not in target


def test_each_lane_has_copies_of_its_own_so_that_who_hangs_takes_none_of_the_others(production: Assembly) -> None:
    lanes = {
        production.text(each.properties["EventSourceArn"], "events"): each.properties
        for each in production.resources("AWS::Lambda::EventSourceMapping", "events")
    }
    fast, slow = lanes["<data.DeliverQueue.Arn>"], lanes["<data.DeliverSlowQueue.Arn>"]
    assert fast["ScalingConfig"] == {"MaximumConcurrency": 50}
    assert slow["ScalingConfig"] == {"MaximumConcurrency": 10}
    for lane in (fast, slow):
        assert lane["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    limit_s = production.functions()["deliver"].properties["Timeout"]
    assert queue(production, "deliver").properties["VisibilityTimeout"] == 6 * limit_s
    assert limit_s > 2 * DEADLINE_S


def test_due_deliveries_are_looked_for_every_minute_and_silence_or_lateness_tells_someone(production: Assembly) -> None:
    rules = [each.properties for each in production.resources("AWS::Events::Rule", "events")]
    clocks = [
        each["ScheduleExpression"]
        for each in rules
        for target in each["Targets"]
        if "dispatch" in str(target["Arn"]) and "ScheduleExpression" in each
    ]
    assert clocks == ["rate(1 minute)"]
    metrics = {
        each.properties["MetricName"]: each.properties
        for each in production.resources("AWS::CloudWatch::Alarm", "events")
        if each.properties.get("Namespace") == "Cliffhanger"
    }
    assert metrics["OldestDeliveryAge"]["Threshold"] == 15 * 60_000
    assert metrics["PartnersFailing"]["Threshold"] == metrics["DeliveriesUnreadable"]["Threshold"] == 1
    assert metrics["DispatchSweeps"]["TreatMissingData"] == "breaching"


def test_what_is_measured_has_no_more_copies_and_no_smaller_batches_than_what_is_deployed() -> None:
    assert scenes.PROCESSES * scenes.FAST_COPIES <= events.FAST_COPIES
    assert scenes.PROCESSES * scenes.SLOW_COPIES <= events.SLOW_COPIES
    assert worker.BATCH == events.SENT_AT_ONCE == events.FANNED_OUT_AT_ONCE
