"""A stage's secrets: made once, rotated without refusing anyone, never written down."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from moto import mock_aws

from infra.config import StageConfig, load
from tools import keys
from tools.key_pairs import public_half

MOTO_ACCOUNT = "123456789012"


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> Iterator[boto3.Session]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        yield boto3.Session(region_name="us-east-1")


@pytest.fixture
def vault(session: boto3.Session) -> Any:
    return session.client("secretsmanager")


@pytest.fixture
def stage(tmp_path: Path) -> Path:
    return written(tmp_path, account=MOTO_ACCOUNT)


def written(folder: Path, **fields: Any) -> Path:
    path = folder / "stage.json"
    path.write_text(json.dumps({"stage": "dev", "region": "us-east-1", "logRetentionDays": 30, **fields}))
    return path


def value(vault: Any, secret: str) -> str:
    return str(vault.get_secret_value(SecretId=secret)["SecretString"])


def digest_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def test_missing_secrets_are_made_and_only_their_public_side_is_written(
    stage: Path, session: boto3.Session, vault: Any
) -> None:
    config = keys.ensure(stage, session)
    [key] = config.signing_public_keys
    private = serialization.load_pem_private_key(value(vault, config.signing_secret(key.name)).encode(), None)
    assert isinstance(private, rsa.RSAPrivateKey)
    assert private.key_size == 2048
    assert key.pem == public_half(value(vault, config.signing_secret(key.name)))
    secret = value(vault, "cliffhanger/dev/origin-secret")
    assert config.origin_digests == (digest_of(secret),)
    request = value(vault, "cliffhanger/dev/request-secret")
    assert config.request_digest == digest_of(request)
    assert secret not in stage.read_text()
    assert request not in stage.read_text()
    assert "PRIVATE" not in stage.read_text()
    assert config.not_ready() == ()


def test_what_else_the_stage_file_says_is_kept(stage: Path, session: boto3.Session) -> None:
    before = load("dev", stage)
    after = keys.ensure(stage, session)
    assert (after.log_retention_days, after.account) == (before.log_retention_days, before.account)
    assert load("dev", stage) == after


def test_a_second_run_changes_nothing(stage: Path, session: boto3.Session, vault: Any) -> None:
    config = keys.ensure(stage, session)
    text, secrets = stage.read_text(), all_versions(vault)
    assert keys.ensure(stage, session) == config
    assert stage.read_text() == text
    assert all_versions(vault) == secrets


def test_a_lost_stage_file_is_filled_from_the_vault(tmp_path: Path, session: boto3.Session, vault: Any) -> None:
    config = keys.ensure(written(tmp_path, account=MOTO_ACCOUNT), session)
    secrets = all_versions(vault)
    assert keys.ensure(written(tmp_path, account=MOTO_ACCOUNT), session) == config
    assert all_versions(vault) == secrets


@pytest.mark.parametrize("calls", range(1, 6))
def test_a_run_that_broke_off_is_finished_by_the_next(
    stage: Path, session: boto3.Session, vault: Any, calls: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After any number of writes, the next run ends with secrets that the stage file fits."""
    with monkeypatch.context() as patched:
        writes = {"left": calls - 1}
        real = keys._digest

        def digest(secret: str) -> str:
            if writes["left"] == 0:
                raise ConnectionError("the line went dead")
            writes["left"] -= 1
            return real(secret)

        patched.setattr(keys, "_digest", digest)
        try:
            keys.ensure(stage, session)
        except ConnectionError:
            assert writes["left"] == 0
    config = keys.ensure(stage, session)
    assert config.origin_digests == (digest_of(value(vault, config.origin_secret)),)
    assert config.request_digest == digest_of(value(vault, config.request_secret))
    [key] = config.signing_public_keys
    assert key.pem == public_half(value(vault, config.signing_secret(key.name)))


def test_the_digest_names_the_version_of_the_origin_secret(stage: Path, session: boto3.Session, vault: Any) -> None:
    """The distribution's template refers to it, so that a rotation is deployed."""
    config = keys.ensure(stage, session)
    versions = vault.list_secret_version_ids(SecretId=config.origin_secret)["Versions"]
    assert config.origin_digests[0] in {version["VersionId"] for version in versions}


def test_there_are_never_more_signing_keys_than_a_function_has_room_for(stage: Path, session: boto3.Session) -> None:
    config = keys.ensure(stage, session)
    for _ in range(keys.MAX_SIGNING_KEYS - 1):
        config = keys.rotate(stage, session)
    assert len(config.signing_public_keys) == keys.MAX_SIGNING_KEYS
    before = stage.read_text()

    with pytest.raises(keys.KeysError, match="retire"):
        keys.rotate(stage, session)
    assert stage.read_text() == before


def test_rotation_refuses_no_one_at_any_step(stage: Path, session: boto3.Session, vault: Any) -> None:
    """First the new key is accepted, then it signs, then the old one goes; the old origin secret works until then."""
    old = keys.ensure(stage, session)
    rotated = keys.rotate(stage, session)
    assert [key.name for key in rotated.signing_public_keys] == ["k1", "k2"]
    assert rotated.origin_digests == (digest_of(value(vault, rotated.origin_secret)), *old.origin_digests)
    activated = keys.activate(stage)
    assert [key.name for key in activated.signing_public_keys] == ["k2", "k1"]
    assert activated.origin_digests == rotated.origin_digests
    retired = keys.retire(stage, session)
    assert [key.name for key in retired.signing_public_keys] == ["k2"]
    assert retired.origin_digests == rotated.origin_digests[:1]
    assert retired.signing_public_keys[0].pem == public_half(value(vault, retired.signing_secret("k2")))


def test_activating_twice_leaves_the_newest_signing(stage: Path, session: boto3.Session) -> None:
    """Who is not sure that it was done does it again; the old key must not sign once more."""
    keys.ensure(stage, session)
    keys.rotate(stage, session)
    activated = keys.activate(stage)
    assert keys.activate(stage) == activated
    assert [key.name for key in activated.signing_public_keys] == ["k2", "k1"]


def test_of_three_keys_the_newest_is_activated_and_the_others_stay_accepted(
    stage: Path, session: boto3.Session
) -> None:
    keys.ensure(stage, session)
    keys.rotate(stage, session)
    keys.activate(stage)
    keys.rotate(stage, session)
    assert [key.name for key in keys.activate(stage).signing_public_keys] == ["k3", "k2", "k1"]


def test_a_key_that_has_not_signed_yet_is_not_retired(stage: Path, session: boto3.Session, vault: Any) -> None:
    """Whoever forgets the second step would throw away the new key and go on with the old one, known to others or not.

    And the next rotation would make another key under a name that CloudFront has seen.
    """
    keys.ensure(stage, session)
    keys.rotate(stage, session)
    before, held = stage.read_text(), all_versions(vault)
    with pytest.raises(keys.KeysError, match="activate"):
        keys.retire(stage, session)
    assert (stage.read_text(), all_versions(vault)) == (before, held)


def test_a_signing_key_s_secret_is_never_written_again(stage: Path, session: boto3.Session, vault: Any) -> None:
    """Functions name key and secret together: were the secret rewritten, old key id and new key would meet."""
    before = keys.ensure(stage, session)
    private = value(vault, before.signing_secret("k1"))
    keys.rotate(stage, session)
    keys.activate(stage)
    assert value(vault, before.signing_secret("k1")) == private


def test_names_of_keys_are_not_used_again(stage: Path, session: boto3.Session) -> None:
    """CloudFront's keys cannot be changed; another key under an old name would be refused."""
    keys.ensure(stage, session)
    for expected in ("k2", "k3"):
        keys.rotate(stage, session)
        keys.activate(stage)
        assert keys.retire(stage, session).signing_public_keys[0].name == expected


def test_a_retired_private_key_can_be_brought_back(stage: Path, session: boto3.Session, vault: Any) -> None:
    config = keys.ensure(stage, session)
    keys.rotate(stage, session)
    keys.activate(stage)
    keys.retire(stage, session)
    with pytest.raises(ClientError):
        vault.get_secret_value(SecretId=config.signing_secret("k1"))
    vault.restore_secret(SecretId=config.signing_secret("k1"))
    assert "PRIVATE KEY" in value(vault, config.signing_secret("k1"))


def test_there_is_nothing_to_rotate_or_activate_before_there_are_keys(stage: Path, session: boto3.Session) -> None:
    with pytest.raises(keys.KeysError, match="no keys to rotate"):
        keys.rotate(stage, session)
    keys.ensure(stage, session)
    with pytest.raises(keys.KeysError, match="rotate first"):
        keys.activate(stage)


def test_a_key_whose_secret_is_gone_is_not_replaced_silently(stage: Path, session: boto3.Session, vault: Any) -> None:
    """Every grant would be refused by the distribution until someone noticed."""
    config = keys.ensure(stage, session)
    vault.delete_secret(SecretId=config.signing_secret("k1"), ForceDeleteWithoutRecovery=True)
    with pytest.raises(keys.KeysError, match="is gone"):
        keys.ensure(stage, session)


def test_another_account_s_credentials_are_refused(tmp_path: Path, session: boto3.Session, vault: Any) -> None:
    with pytest.raises(keys.KeysError, match="credentials are of 123456789012"):
        keys.ensure(written(tmp_path, account="111122223333"), session)
    with pytest.raises(keys.KeysError, match="names no account"):
        keys.ensure(written(tmp_path), session)
    assert vault.list_secrets()["SecretList"] == []


def test_the_local_stage_never_leaves_this_machine(tmp_path: Path, session: boto3.Session, vault: Any) -> None:
    with pytest.raises(keys.KeysError, match="AWS_ENDPOINT_URL"):
        keys.ensure(written(tmp_path, stage="local"), session)
    assert vault.list_secrets()["SecretList"] == []


def test_an_emulator_that_forgot_its_secrets_gets_new_ones(
    tmp_path: Path, session: boto3.Session, vault: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keys, "LOOPBACK", {"secretsmanager.us-east-1.amazonaws.com"})
    path = written(tmp_path, stage="local", account="000000000000")
    first = keys.ensure(path, session)
    for secret in (first.origin_secret, first.signing_secret("k1"), first.request_secret):
        vault.delete_secret(SecretId=secret, ForceDeleteWithoutRecovery=True)
    second = keys.ensure(path, session)
    assert second.origin_digests == (digest_of(value(vault, second.origin_secret)),)
    assert second.origin_digests != first.origin_digests
    assert len(second.signing_public_keys) == 1
    assert second.request_digest == digest_of(value(vault, second.request_secret))


def test_the_command_says_what_holds_now(
    stage: Path, session: boto3.Session, capsys: pytest.CaptureFixture[str]
) -> None:
    assert keys.main(["--stage", "dev", "--stage-file", str(stage)]) == 0
    assert "k1 signs" in capsys.readouterr().out
    assert keys.main(["--stage", "prod", "--stage-file", str(stage)]) == 1
    assert "stage dev, not of prod" in capsys.readouterr().err


def all_versions(vault: Any) -> dict[str, list[str]]:
    names = [secret["Name"] for secret in vault.list_secrets()["SecretList"]]
    return {
        name: sorted(each["VersionId"] for each in vault.list_secret_version_ids(SecretId=name)["Versions"])
        for name in names
    }


def test_every_name_of_a_secret_carries_its_stage() -> None:
    config = StageConfig(stage="dev", region="us-east-1")
    assert config.origin_secret == "cliffhanger/dev/origin-secret"
    assert config.signing_secret("k1") == "cliffhanger/dev/signing-key/k1"
    assert config.request_secret == "cliffhanger/dev/request-secret"


LASTING = pytest.mark.parametrize(
    ("secret", "digest", "loss"),
    [("request_secret", "request_digest", "done again"), ("endpoint_key", "endpoint_digest", "verify")],
)
"""Requests and partners: what is stored, or what others have, was made with them."""


@LASTING
def test_a_secret_that_lasts_is_text_of_32_random_bytes(
    stage: Path, session: boto3.Session, vault: Any, secret: str, digest: str, loss: str
) -> None:
    text = value(vault, getattr(keys.ensure(stage, session), secret))
    assert len(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))) >= 32


@LASTING
def test_a_secret_that_lasts_outlives_every_rotation_and_every_further_run(
    tmp_path: Path, stage: Path, session: boto3.Session, vault: Any, secret: str, digest: str, loss: str
) -> None:
    """Idempotency references are stored: under another secret a repeated request would move money again."""
    config = keys.ensure(stage, session)
    name = getattr(config, secret)
    first = value(vault, name)
    keys.ensure(written(tmp_path, account=MOTO_ACCOUNT), session)
    keys.rotate(stage, session)
    keys.activate(stage)
    keys.retire(stage, session)
    assert getattr(keys.ensure(stage, session), digest) == getattr(config, digest) == digest_of(first)
    assert value(vault, name) == first
    assert len(all_versions(vault)[name]) == 1


def test_a_new_key_of_partners_joins_the_old_one_and_follows_it(
    stage: Path, session: boto3.Session, vault: Any
) -> None:
    """Tokens of either hold in between; the stage file says nothing of them."""
    config = keys.ensure(stage, session)

    def held() -> list[str]:
        return [one["key"] for one in json.loads(value(vault, config.partner_keys))["keys"]]

    (first,) = held()
    keys.ensure(stage, session)
    assert held() == [first]
    keys.rotate(stage, session)
    second, kept = held()
    assert kept == first != second
    keys.activate(stage)
    keys.retire(stage, session)
    assert held() == [second]
    assert first not in stage.read_text()
    assert second not in stage.read_text()


@LASTING
def test_of_two_first_runs_at_once_one_makes_a_secret_that_lasts(
    stage: Path,
    session: boto3.Session,
    vault: Any,
    monkeypatch: pytest.MonkeyPatch,
    secret: str,
    digest: str,
    loss: str,
) -> None:
    real, name = secrets.token_urlsafe, getattr(StageConfig(stage="dev", region="us-east-1"), secret)

    def slowly(size: int) -> str:
        with contextlib.suppress(ClientError):
            vault.create_secret(Name=name, SecretString="the other run's")
        return real(size)

    monkeypatch.setattr("secrets.token_urlsafe", slowly)
    config = keys.ensure(stage, session)
    assert value(vault, name) == "the other run's"
    assert getattr(config, digest) == digest_of("the other run's")


@LASTING
def test_a_secret_that_lasts_is_never_made_anew_when_it_is_lost_or_exchanged(
    stage: Path, session: boto3.Session, vault: Any, secret: str, digest: str, loss: str
) -> None:
    name = getattr(keys.ensure(stage, session), secret)
    before = stage.read_text()
    vault.put_secret_value(SecretId=name, SecretString="another")
    with pytest.raises(keys.KeysError, match=loss):
        keys.ensure(stage, session)
    vault.delete_secret(SecretId=name, ForceDeleteWithoutRecovery=True)
    with pytest.raises(keys.KeysError, match="is gone"):
        keys.ensure(stage, session)
    assert stage.read_text() == before
    assert name not in all_versions(vault)
