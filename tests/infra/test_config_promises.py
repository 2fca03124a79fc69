"""A stage file says what it means, or is refused with the reason."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cliffhanger.payouts.policy import RESERVE_DAYS
from infra.app import build, judge, main, new_app
from infra.config import ConfigError, StageConfig, load, stage_file
from infra.packaging import Bundler, PackagingError, Target
from tests.infra.conftest import THIS, WithoutPip, config_of

SHIPPED = ("dev", "prod")


def written(folder: Path, **fields: Any) -> Path:
    path = folder / "stage.json"
    path.write_text(json.dumps({"stage": "dev", "region": "us-east-1", **fields}))
    return path


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"disposable": True}, "disposable"),
        ({"passwordSignIn": True}, "passwordSignIn"),
        ({"localEndpoints": {"tokenIssuer": "http://127.0.0.1/{userPoolId}"}}, "localEndpoints"),
        ({"publicOrigin": "http://watch.example.com"}, "https"),
        ({"payoutHoldDays": 0}, "only the local stage may pay out"),
    ],
)
def test_what_only_one_machine_may_have_is_refused_elsewhere(
    tmp_path: Path, fields: dict[str, Any], reason: str
) -> None:
    with pytest.raises(ConfigError, match=reason):
        load("dev", written(tmp_path, **fields))
    assert load("local", written(tmp_path, **{**fields, "stage": "local"})).is_local


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"account": "123"}, "12 digits"),
        ({"region": "mars"}, "region"),
        ({"stage": "Dev"}, "stage must be"),
        ({"publicOrigin": "https://watch.example.com/"}, "no path"),
        ({"originDigests": ["secret"]}, "SHA-256"),
        ({"requestDigest": "secret"}, "requestDigest"),
        ({"endpointDigest": "secret"}, "endpointDigest"),
        ({"signingPublicKeys": [{"name": "k1", "pem": "-----BEGIN PRIVATE KEY-----"}]}, "PEM"),
        (
            {"restoredLedger": {"name": "ledger-2", "streamArn": "arn:aws:dynamodb:r:1:table/ledger/stream/2026"}},
            "streamArn",
        ),
        ({"logRetentionDays": 8}, "logRetentionDays"),
        ({"requestsPerClient": 0}, "requestsPerClient"),
        ({"payoutHoldDays": 15}, "payoutHoldDays"),
        ({"payoutHoldDays": -1}, "payoutHoldDays"),
        ({"signInPrefix": "my-amazon-shows"}, "signInPrefix"),
        ({"emailFrom": "watch.example.com"}, "emailFrom"),
        ({"emailFrom": "Us <hello@watch.example.com>"}, "emailFrom"),
        ({"runtime": "3.9"}, "runtime"),
        ({"architecture": "sparc"}, "architecture"),
        ({"unheardOf": 1}, "unheardOf"),
        ({"domain": {"name": "a.example"}, "publicOrigin": "https://a.example"}, "certificateArn"),
        ({"domain": {"name": "a.example", "hostedZoneId": "Z", "hostedZoneName": "example"}}, "publicOrigin"),
        (
            {
                "domain": {"name": "a.example", "certificateArn": "arn:aws:acm:eu-west-1:111122223333:certificate/x"},
                "publicOrigin": "https://a.example",
            },
            "us-east-1",
        ),
    ],
)
def test_a_value_that_does_not_fit_is_refused_by_name(tmp_path: Path, fields: dict[str, Any], reason: str) -> None:
    stage = fields.get("stage", "dev")
    with pytest.raises(ConfigError, match=reason):
        load(stage, written(tmp_path, **fields))


def test_two_keys_cannot_share_a_name(tmp_path: Path) -> None:
    pem = "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"
    keys = [{"name": "k1", "pem": pem}, {"name": "k1", "pem": pem}]
    with pytest.raises(ConfigError, match="one name"):
        load("dev", written(tmp_path, signingPublicKeys=keys))


def test_one_stage_s_file_cannot_stand_in_for_another_s(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="stage dev, not of prod"):
        load("prod", written(tmp_path))


def test_no_stage_is_never_guessed() -> None:
    with pytest.raises(ConfigError, match="Say which stage"):
        load(None)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"nowhere\.json"):
        load("dev", tmp_path / "nowhere.json")


def test_a_configuration_cannot_be_changed_after_it_was_checked() -> None:
    config = config_of("dev")
    with pytest.raises(AttributeError):
        config.stage = "prod"  # type: ignore[misc]


@pytest.mark.parametrize("stage", SHIPPED)
def test_shipped_stages_hold_no_key_and_no_account(stage: str) -> None:
    """Whoever deploys makes their own; a key that came with the source would be everyone's."""
    config = load(stage)
    assert config.signing_public_keys == ()
    assert config.origin_digests == ()
    assert config.request_digest is None
    assert config.account is None
    assert not config.is_local


@pytest.mark.parametrize("stage", SHIPPED)
def test_a_shipped_stage_synthesizes_and_says_what_it_lacks(stage: str, tmp_path: Path) -> None:
    """Its templates can be looked at; the errors in its assembly keep the CDK's command line from deploying them."""
    said = annotations_of(load(stage), tmp_path)
    keyless = [text for text in said["aws:cdk:error"] if f"make keys STAGE={stage}" in text]
    assert len(keyless) == 9, "every stack says so, since each can be deployed by name"
    assert any("names no account" in text for text in said["aws:cdk:error"])


def test_a_draft_only_warns(tmp_path: Path) -> None:
    said = annotations_of(load("dev"), tmp_path, draft="true")
    assert said["aws:cdk:error"] == []
    assert any("make keys STAGE=dev" in text for text in said["aws:cdk:warning"])


def test_a_stage_without_keys_gets_one_that_cloudfront_refuses(tmp_path: Path) -> None:
    """Should a deploy overlook the error, it must end there: an empty key group would leave the streams open."""
    annotations_of(load("dev"), tmp_path)
    template = json.loads((tmp_path / "out" / "cliffhanger-dev-media.template.json").read_text())
    [key] = [each for each in template["Resources"].values() if each["Type"] == "AWS::CloudFront::PublicKey"]
    assert "BEGIN PUBLIC KEY" not in key["Properties"]["PublicKeyConfig"]["EncodedKey"]


def test_missing_byte_code_stands_in_the_way_of_a_deploy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("infra.packaging.interpreter_for", lambda _version: None)
    said = annotations_of(load("dev"), tmp_path)
    assert any("without byte code" in text for text in said["aws:cdk:error"])


def test_a_stage_with_everything_has_no_error(tmp_path: Path, public_keys: Any) -> None:
    config = config_of(
        "dev",
        public_origin="https://watch.example.com",
        signing_public_keys=public_keys,
        origin_digests=("0" * 64,),
        runtime=THIS,
        email_from="hello@watch.example.com",
    )
    said = annotations_of(config, tmp_path)
    assert said == {"aws:cdk:error": [], "aws:cdk:warning": []}


def test_a_stage_without_a_request_secret_is_not_deployed(public_keys: Any) -> None:
    """Its functions would fail at the first request with an Idempotency-Key, and at the first page of a list."""
    config = config_of("dev", signing_public_keys=public_keys, origin_digests=("0" * 64,), request_digest=None)
    [missing] = config.not_ready()
    assert "make keys STAGE=dev" in missing


def test_a_stage_without_a_sender_is_warned_unless_it_is_local(tmp_path: Path) -> None:
    said = annotations_of(load("dev"), tmp_path / "dev")
    assert any("emailFrom" in text for text in said["aws:cdk:warning"])
    said = annotations_of(config_of("local", runtime=THIS), tmp_path / "local")
    assert not any("emailFrom" in text for text in said["aws:cdk:warning"])


def test_the_emulator_runs_functions_with_this_python_only() -> None:
    other = "3.12" if THIS != "3.12" else "3.13"
    with pytest.raises(PackagingError, match=other):
        Target.of(config_of("local", runtime=other))


def test_the_app_ends_with_the_reason_not_with_a_trace(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["-c", "stage=nowhere", "-o", str(tmp_path / "out")]) == 2
    assert "There is no stage file" in capsys.readouterr().err


def test_stage_files_stand_where_operators_look() -> None:
    assert all(stage_file(stage).is_file() for stage in SHIPPED)


def annotations_of(config: StageConfig, folder: Path, **context: str) -> dict[str, list[str]]:
    """What synthesis says about a stage, by kind."""
    app = new_app(dict(context), str(folder / "out"))
    bundler: Bundler = WithoutPip(Target.of(config), build=folder / "build")
    judge(app, build(app, config, bundler), config, bundler)
    app.synth()
    said: dict[str, list[str]] = {"aws:cdk:error": [], "aws:cdk:warning": []}
    for file in (folder / "out").glob("*.metadata.json"):
        for entries in json.loads(file.read_text()).values():
            for entry in entries:
                if entry["type"] in said:
                    said[entry["type"]].append(str(entry["data"]))
    return said


def test_new_income_is_held_for_a_week_unless_a_stage_says_how_long_and_not_on_one_machine(tmp_path: Path) -> None:
    """Where nobody waits, and no card was stolen."""
    assert [load(stage).payout_hold_days for stage in SHIPPED] == [7, 7]
    assert load("dev", written(tmp_path, payoutHoldDays=3)).payout_hold_days == 3
    assert load("local", written(tmp_path, stage="local")).payout_hold_days == 0
    assert load("dev", written(tmp_path, payoutHoldDays=RESERVE_DAYS)).payout_hold_days == RESERVE_DAYS
