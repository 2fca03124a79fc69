"""What a function may do and know: its row in the list, resolved, and nothing more."""

from __future__ import annotations

import json

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from cliffhanger.functions import FUNCTIONS, spec_of
from cliffhanger.playback.adapters import public_keys_of
from cliffhanger.settings import SETTINGS
from infra.access import access_names
from infra.config import PublicKey, load
from tests.infra.assembly import Assembly, Resource, as_list
from tests.infra.conftest import DIGESTS, ORIGIN, config_of
from tests.infra.expected_access import (
    ACCOUNT,
    CASES,
    CLEAN,
    DUE,
    EXPECTED,
    LEDGER,
    PARKED,
    PARTNERS,
    PEOPLE,
    POSTERS,
    RATES,
    RULESETS,
    SECRETS,
    SOURCES,
    STREAMS,
    SWITCHES,
    on,
)
from tests.infra.expected_settings import ALWAYS, SETTINGS_OF
from tools.keys import MAX_SIGNING_KEYS

NAMES = [spec.name for spec in FUNCTIONS]
HTTP = [spec.name for spec in FUNCTIONS if spec.trigger == "http"]


def environment(function: Resource) -> dict[str, object]:
    return dict(function.properties["Environment"]["Variables"])


def test_every_function_of_the_list_is_deployed_and_no_other(production: Assembly) -> None:
    assert set(production.functions()) == set(NAMES)


def test_every_access_that_a_function_names_exists() -> None:
    assert {name for spec in FUNCTIONS for name in spec.access} <= access_names()


@pytest.mark.parametrize("name", NAMES)
def test_a_function_may_do_exactly_what_its_access_says(production: Assembly, name: str) -> None:
    function = production.functions()[name]
    granted = production.grants_of(function)
    own_log = f"<{function.stack}.{name}Log.Arn>"
    always = on(own_log, "logs:CreateLogStream", "logs:PutLogEvents")
    always |= on("*", "xray:PutTraceSegments", "xray:PutTelemetryRecords")
    assert granted - always == EXPECTED[name]
    assert always <= granted


def test_no_role_is_widened_from_elsewhere(production: Assembly) -> None:
    """Inline policies on the role itself are all there is: no managed policy, no policy attached by a helper."""
    assert production.resources("AWS::IAM::Policy") == []
    assert production.resources("AWS::IAM::ManagedPolicy") == []
    for role in production.resources("AWS::IAM::Role"):
        assert not role.properties.get("ManagedPolicyArns")


def test_each_function_has_a_role_of_its_own(production: Assembly) -> None:
    roles = [(role.stack, role.id) for role in map(production.role_of, production.functions().values())]
    assert len(set(roles)) == len(NAMES)


def who_may(assembly: Assembly, action: str, resource: str | None = None) -> set[str]:
    """The functions that may do this, with that or with anything."""
    return {
        name
        for name, function in assembly.functions().items()
        if any(one == action and resource in (None, on_what) for one, on_what in assembly.grants_of(function))
    }


def test_only_settlement_and_its_replay_change_an_entry(production: Assembly) -> None:
    """LEDGER rule 10: a mark is the only thing that ever changes on an entry."""
    assert who_may(production, "dynamodb:UpdateItem", LEDGER) == {"settlement", "support"}


def test_nothing_is_ever_deleted_but_a_parked_entry_by_its_replay_and_what_was_due_by_its_sweep(
    production: Assembly,
) -> None:
    for action in ("dynamodb:DeleteTable", "dynamodb:BatchWriteItem", "dynamodb:*", "*"):
        assert who_may(production, action) == set()
    assert who_may(production, "dynamodb:DeleteItem") == {"support", "expiry", "checkout", "partners", "webhooks"}
    assert who_may(production, "dynamodb:DeleteItem", PARTNERS) == {"partners"}
    assert who_may(production, "dynamodb:DeleteItem", LEDGER) == set()
    assert who_may(production, "dynamodb:DeleteItem", PARKED) == {"support"}
    assert who_may(production, "dynamodb:DeleteItem", DUE) == {"expiry"}


def test_the_publisher_tells_of_entries_and_can_neither_read_nor_write_the_ledger(production: Assembly) -> None:
    grants = production.grants_of(production.functions()["publisher"])
    assert not [action for action, resource in grants if resource.startswith(LEDGER)]


def test_nobody_reads_what_a_caller_has_been_counted(production: Assembly) -> None:
    """Whoever could list the buckets could see who uses the service, and when."""
    touching = {
        action for each in production.functions().values() for action, on in production.grants_of(each) if on == RATES
    }
    assert touching == {"dynamodb:UpdateItem"}


def test_only_support_switches_off_opens_cases_and_replays(production: Assembly) -> None:
    assert who_may(production, "dynamodb:PutItem", SWITCHES) == {"support"}
    assert who_may(production, "dynamodb:PutItem", CASES) == {"support"}
    assert who_may(production, "dynamodb:GetItem", PARKED) == {"support"}
    assert who_may(production, "dynamodb:Query", PARKED) == {"support", "canary"}, "the canary tells how long it waits"
    assert who_may(production, "dynamodb:UpdateItem", PARKED) == {"settlement", "publisher", "support"}


def test_only_support_changes_the_rules_of_rewards_and_nobody_takes_one_away(production: Assembly) -> None:
    assert who_may(production, "dynamodb:PutItem", RULESETS) == {"support"}
    assert not who_may(production, "dynamodb:UpdateItem", RULESETS) | who_may(
        production, "dynamodb:DeleteItem", RULESETS
    )


def test_who_moves_money_does_not_know_who_a_person_is(production: Assembly) -> None:
    """Only that table maps a person to a human being: at the sign-in, for what people tell, and to write to them.

    ``revenue`` looks whether who is to share in a series is anybody; it reads the ledger, and moves nothing.
    """
    touching = {
        name
        for name, function in production.functions().items()
        if any(resource.startswith(PEOPLE) for _, resource in production.grants_of(function))
    }
    assert touching == {"identity", "profile", "mail", "gifts", "revenue"}
    assert "revenue" not in who_may(production, "dynamodb:PutItem", LEDGER)
    assert who_may(production, "dynamodb:UpdateItem", PEOPLE) == {"profile", "identity"}


def test_each_secret_is_read_by_those_who_use_it(production: Assembly) -> None:
    read = {
        name: {
            resource for action, resource in production.grants_of(function) if action == "secretsmanager:GetSecretValue"
        }
        for name, function in production.functions().items()
    }
    webhooks = {f"{SECRETS}/webhook-secrets-??????"}
    stripe = {f"{SECRETS}/stripe-key-??????"}
    endpoint = {f"{SECRETS}/endpoint-key-??????"}
    request, signing = {f"{SECRETS}/request-secret-??????"}, {f"{SECRETS}/signing-key/k1-??????"}
    assert {name: secrets for name, secrets in read.items() if secrets} == {
        "stripe": webhooks,
        **dict.fromkeys(("partners", "campaigns"), {f"{SECRETS}/partner-keys-??????"} | request),
        "deliver": endpoint,
        "webhooks": endpoint | request | {f"{SECRETS}/partner-keys-??????"},
        **dict.fromkeys(("payments", "reconcile", "expiry", "disburse", "treasury", "verify", "recheck"), stripe),
        **dict.fromkeys(("playback", "offline"), signing),
        **dict.fromkeys(
            ("catalog", "wallet", "unlock", "progress", "revenue", "rewards", "ads", "studio", "tips"), request
        ),
        **dict.fromkeys(("checkout", "support", "payouts", "kyc"), request | stripe),
    }
    settings = environment(production.functions()["wallet"])
    assert settings["REQUEST_SECRET"] == "cliffhanger/prod/request-secret"


def test_no_grant_on_a_table_is_wild(production: Assembly) -> None:
    for function in production.functions().values():
        for action, resource in production.grants_of(function):
            assert "*" not in action
            if action.startswith("dynamodb:") and action != "dynamodb:ListStreams":
                assert "*" not in resource


def test_the_transcoder_s_role_can_be_given_to_mediaconvert_alone(production: Assembly) -> None:
    role = production.role_of(production.functions()["transcode"])
    [policy] = role.properties["Policies"]
    [passing] = [each for each in policy["PolicyDocument"]["Statement"] if "iam:PassRole" in as_list(each["Action"])]
    assert passing["Condition"] == {"StringEquals": {"iam:PassedToService": "mediaconvert.amazonaws.com"}}


def test_the_transcoder_reads_sources_writes_renditions_and_serves_this_account_only(production: Assembly) -> None:
    [role] = [each for each in production.resources("AWS::IAM::Role", "media") if each.id.startswith("Transcoder")]
    [trust] = role.properties["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": "mediaconvert.amazonaws.com"}
    assert trust["Condition"] == {"StringEquals": {"aws:SourceAccount": ACCOUNT}}
    [policy] = role.properties["Policies"]
    statements = policy["PolicyDocument"]["Statement"]
    granted = {(each["Action"], place) for each in statements for place in as_list(each["Resource"])}
    reads = {("s3:GetObject", place) for place in (SOURCES, CLEAN)}
    assert granted == reads | {("s3:PutObject", place) for place in (STREAMS, POSTERS)}


@pytest.mark.parametrize("name", NAMES)
def test_a_function_has_exactly_the_settings_of_its_access(production: Assembly, name: str) -> None:
    assert set(environment(production.functions()[name])) == ALWAYS | SETTINGS_OF[name]


@pytest.mark.parametrize("name", NAMES)
def test_every_setting_is_one_that_the_product_reads(production: Assembly, name: str) -> None:
    ours = {key for key in environment(production.functions()[name]) if not key.startswith("POWERTOOLS_")}
    assert ours <= set(SETTINGS)


def test_every_setting_that_the_product_reads_is_given_to_someone(production: Assembly) -> None:
    given = {key for function in production.functions().values() for key in environment(function)}
    of_one_machine = {"STRIPE_API_BASE", "WEBHOOK_CA", "WEBHOOK_NETWORKS"}
    assert set(SETTINGS) - of_one_machine <= given


def test_in_production_the_list_that_ships_clears_nobody(production: Assembly) -> None:
    """It names nobody who exists: where nobody has put a real list, checks wait."""
    given = [environment(function).get("SYNTHETIC_LISTS") for function in production.functions().values()]
    assert {each for each in given if each is not None} == {"refused"}
    assert not load("prod").synthetic_lists
    assert load("dev").synthetic_lists
    assert config_of("local").synthetic_lists


def test_playback_knows_every_key_that_the_distribution_trusts(
    production: Assembly, public_keys: tuple[PublicKey, ...]
) -> None:
    """Otherwise a viewer whose grant the former key signed is refused while keys rotate."""
    setting = production.text(environment(production.functions()["playback"])["SIGNING_PUBLIC_KEYS"], "api")
    trusted = production.one("AWS::CloudFront::KeyGroup").properties["KeyGroupConfig"]["Items"]
    known = public_keys_of(setting)
    assert list(known) == [production.text(item, "media") for item in trusted]
    assert [
        key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode().strip() for key in known.values()
    ] == [key.pem.strip() for key in public_keys]


def test_four_keys_leave_half_of_a_functions_environment_to_others(production: Assembly) -> None:
    """Lambda's quota for all variables together is 4 KB."""
    setting = production.text(environment(production.functions()["playback"])["SIGNING_PUBLIC_KEYS"], "api")
    assert len(setting) / 2 * MAX_SIGNING_KEYS <= 2_048


def test_settings_name_the_things_they_are_for(production: Assembly) -> None:
    functions = production.functions()
    playback, transcode = environment(functions["playback"]), environment(functions["transcode"])
    assert production.text(playback["LEDGER_TABLE"], "api") == "<data.Ledger>"
    assert production.text(playback["CATALOG_TABLE"], "api") == "<data.Catalog>"
    assert production.text(playback["SIGNING_KEY_ID"], "api") == "<media.Keyk1.Id>"
    assert list(json.loads(production.text(playback["SIGNING_PUBLIC_KEYS"], "api"))) == [
        "<media.Keyk1.Id>",
        "<media.Keyk2.Id>",
    ]
    assert playback["SIGNING_KEY_SECRET"] == "cliffhanger/prod/signing-key/k1"
    assert playback["PUBLIC_ORIGIN"] == ORIGIN
    assert playback["ORIGIN_DIGESTS"] == ",".join(DIGESTS)
    assert production.text(playback["TOKEN_CLIENTS"], "api") == "<identity.Pages>"
    issuer = production.text(playback["TOKEN_ISSUER"], "api")
    assert issuer == "https://cognito-idp.us-east-1.amazonaws.com/<identity.People>"
    assert production.text(playback["TOKEN_KEYS_URL"], "api") == f"{issuer}/.well-known/jwks.json"
    assert production.text(transcode["TRANSCODE_ROLE"], "events") == "<media.Transcoder.Arn>"
    assert production.text(transcode["TRANSCODE_QUEUE"], "events") == "<media.Queue.Arn>"


def test_no_function_holds_a_secret(production: Assembly) -> None:
    """Environments are shown in consoles and logs: they hold digests and names of secrets."""
    for function in production.resources("AWS::Lambda::Function"):
        shown = json.dumps(function.properties.get("Environment", {}))
        assert "{{resolve" not in shown
        assert "PRIVATE KEY" not in shown
        assert "origin-secret" not in shown


@pytest.mark.parametrize("name", NAMES)
def test_a_function_is_made_of_its_row(production: Assembly, name: str) -> None:
    spec, properties = spec_of(name), production.functions()[name].properties
    assert properties["Handler"] == f"functions.{name}.handler.handler"
    assert properties["MemorySize"] == spec.memory_mb
    assert properties["Timeout"] == spec.timeout_s
    assert properties["Architectures"] == ["arm64"]
    assert properties["TracingConfig"] == {"Mode": "Active"}
    assert len(properties["Layers"]) == 2


def test_the_stage_chooses_python_and_cpu(local: Assembly) -> None:
    from tests.infra.conftest import MACHINE, THIS

    for function in local.functions().values():
        assert function.properties["Runtime"] == f"python{THIS}"
        assert function.properties["Architectures"] == [MACHINE]


@pytest.mark.parametrize("name", NAMES)
def test_logs_are_kept_for_the_stage_s_time(production: Assembly, name: str) -> None:
    function = production.functions()[name]
    log = production.templates[function.stack]["Resources"][function.properties["LoggingConfig"]["LogGroup"]["Ref"]]
    assert log["Properties"]["RetentionInDays"] == 365
    assert log["Properties"]["LogGroupName"] == f"/aws/lambda/cliffhanger-prod-{name}"


def test_no_log_is_kept_for_ever(production: Assembly, local: Assembly) -> None:
    kept = {
        log.properties["RetentionInDays"]
        for log in production.resources("AWS::Logs::LogGroup")
        if not log.properties["LogGroupName"].startswith("aws-waf-logs-")  # which has a limit of its own
    }
    assert kept == {365}
    assert {log.properties["RetentionInDays"] for log in local.resources("AWS::Logs::LogGroup")} == {1}


@pytest.mark.parametrize("name", NAMES)
def test_failures_throttles_and_slowness_tell_someone(production: Assembly, name: str) -> None:
    function = production.functions()[name]
    watched: dict[str, list[float]] = {}
    for alarm in production.resources("AWS::CloudWatch::Alarm", function.stack):
        if {"Name": "FunctionName", "Value": {"Ref": function.id}} in alarm.properties.get("Dimensions", []):
            [action] = alarm.properties["AlarmActions"]
            assert production.text(action, function.stack) == "<data.AlarmsTopic>"
            watched.setdefault(alarm.properties["MetricName"], []).append(alarm.properties["Threshold"])
    assert {"Errors", "Throttles", "Duration"} <= set(watched)
    assert watched["Errors"] == watched["Throttles"] == [1]
    assert watched["Duration"] == [spec_of(name).timeout_s * 1000 * 0.8]


def test_alarms_reach_people(production: Assembly) -> None:
    subscription = production.one("AWS::SNS::Subscription")
    assert (subscription.properties["Protocol"], subscription.properties["Endpoint"]) == ("email", "ops@example.com")
    policy = production.one("AWS::SNS::TopicPolicy").properties["PolicyDocument"]["Statement"]
    allowed = [each for each in policy if each["Effect"] == "Allow"]
    assert [each["Principal"] for each in allowed] == [{"Service": "cloudwatch.amazonaws.com"}]


def test_the_dashboard_has_a_row_for_each_function(production: Assembly) -> None:
    body = production.text(production.one("AWS::CloudWatch::Dashboard").properties["DashboardBody"], "monitoring")
    for name in NAMES:
        assert f"{name}: calls" in body
        assert f"{name}: duration" in body
