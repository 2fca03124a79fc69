"""The secrets of a stage: ``make keys STAGE=dev``, or ``python tools/keys.py --stage dev``.

Four kinds, each in AWS Secrets Manager, three with a public side in the stage file (which may be committed):

* the RSA key that signs playback grants, in ``cliffhanger/{stage}/signing-key/{name}``; its public half in the file's
  ``signingPublicKeys``, of which the first signs and all are accepted;
* the header that the distribution adds to API requests, in ``cliffhanger/{stage}/origin-secret``; its SHA-256 in
  ``originDigests``, of which the first is sent and all are accepted;
* what lasts (``tools/lasting.py``): the request secret, behind cursors and idempotency references, and the endpoint
  key, of which partners' endpoints have their secrets; their SHA-256 in ``requestDigest`` and ``endpointDigest``;
* the keys that sign the access tokens of partners' clients, in ``cliffhanger/{stage}/partner-keys``, and nowhere else.

Without an option, what is missing is made and what exists is left alone. All but what lasts is rotated in
three steps, each followed by a deploy, and at no moment is a viewer or a partner refused:

``--rotate``    a new origin secret is sent, and new keys are accepted; the old ones still work
``--activate``  the new signing key signs (by now every edge location knows it); the new key of partners does by itself,
                ten minutes after it was made
``--retire``    the old ones are no longer accepted; the API is deployed first, because its template names their ids
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import secrets
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
from botocore.exceptions import BotoCoreError, ClientError

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from infra.config import ConfigError, StageConfig, load, stage_file
from tools import partner_keys
from tools.key_pairs import new_private_key, public_half
from tools.lasting import LASTING, LASTING_SECRET_BYTES, Lasting

ORIGIN_SECRET_BYTES = 32
MAX_SIGNING_KEYS = 4
"""Two are needed. A function is told all of them in its environment, which has room for 4 KB (Lambda's quota)."""

RECOVERY_DAYS = 30
"""How long a retired private key can be brought back."""

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class KeysError(Exception):
    """The secrets and the stage file do not allow what was asked; the message says what to do."""


def ensure(path: Path, session: boto3.Session) -> StageConfig:
    """Make what the stage lacks, write its public side into the stage file, and return what the file says now.

    A lost answer, or a file that was thrown away, is no loss: what Secrets Manager holds is taken from there.

    Raises:
        ConfigError: the stage file is missing or does not fit.
        KeysError: wrong account, or the file names a key or a request secret that is gone or another.
    """
    config, vault = _open(path, session)
    document = _read(path)
    if config.is_local:
        # An emulator may have forgotten its secrets with its memory; what the file says of them is then worth nothing.
        document = _without_lost(document, config, vault)
    for lasting in LASTING:
        document[lasting.field] = _lasting_digest(lasting, config, vault, document.get(lasting.field))
    if _value(vault, config.partner_keys) is None:
        _put(vault, config.partner_keys, partner_keys.first(), partner_keys.WHAT)
    if not document.get("originDigests"):
        document["originDigests"] = [_origin_digest(config, vault)]
    if not document.get("signingPublicKeys"):
        document["signingPublicKeys"] = [_signing_key(config, vault, "k1")]
    for key in document["signingPublicKeys"][:1]:
        if _value(vault, config.signing_secret(key["name"])) is None:
            raise KeysError(f"The secret of signing key {key['name']} is gone: restore it, or rotate and activate")
    return _write(path, document)


def rotate(path: Path, session: boto3.Session) -> StageConfig:
    """Make a new origin secret and a new signing key beside the old ones. See :func:`ensure` for what it raises."""
    config, vault = _open(path, session)
    document = _read(path)
    names = [key["name"] for key in document.get("signingPublicKeys", [])]
    if not names or not document.get("originDigests"):
        raise KeysError(f"Stage {config.stage} has no keys to rotate: run without an option first")
    if len(names) >= MAX_SIGNING_KEYS:
        raise KeysError(f"{len(names)} signing keys are accepted already: retire the old ones first")
    fresh = secrets.token_urlsafe(ORIGIN_SECRET_BYTES)
    _put(vault, config.origin_secret, fresh, "")
    document["originDigests"] = [_digest(fresh), *document["originDigests"]]
    # Names are never used again: CloudFront's keys cannot be changed, only replaced under another name.
    number = 1 + max(map(_number, names))
    document["signingPublicKeys"].append(_signing_key(config, vault, f"k{number}"))
    _put(vault, config.partner_keys, partner_keys.with_another(_value(vault, config.partner_keys)), partner_keys.WHAT)
    return _write(path, document)


def activate(path: Path) -> StageConfig:
    """Let the newest signing key sign; run again, it signs still.

    Raises:
        KeysError: there is only one.
    """
    document = _read(path)
    keys = document.get("signingPublicKeys", [])
    if len(keys) < 2:
        raise KeysError("There is no second signing key to activate: rotate first, then deploy")
    newest = max(keys, key=lambda key: _number(key["name"]))
    document["signingPublicKeys"] = [newest, *(key for key in keys if key is not newest)]
    return _write(path, document)


def retire(path: Path, session: boto3.Session) -> StageConfig:
    """Accept only what is in use. Retired private keys can be restored for 30 days.

    Raises:
        KeysError: a newer key than the one that signs waits to be activated; nothing changed.
    """
    config, vault = _open(path, session)
    document = _read(path)
    signs, *others = document["signingPublicKeys"]
    if any(_number(key["name"]) > _number(signs["name"]) for key in others):
        raise KeysError(f"{signs['name']} signs still, and a newer key would be thrown away: activate it first")
    for key in others:
        vault.delete_secret(SecretId=config.signing_secret(key["name"]), RecoveryWindowInDays=RECOVERY_DAYS)
    _put(vault, config.partner_keys, partner_keys.newest_of(_value(vault, config.partner_keys)), partner_keys.WHAT)
    document["signingPublicKeys"] = [signs]
    document["originDigests"] = document["originDigests"][:1]
    return _write(path, document)


def _open(path: Path, session: boto3.Session) -> tuple[StageConfig, Any]:
    """The stage and its vault, after making sure that they belong together.

    Raises:
        KeysError: the credentials are another account's, or a local stage would reach beyond this machine.
    """
    config = load(_read(path).get("stage"), path)
    vault = session.client("secretsmanager", region_name=config.region)
    if config.is_local:
        if urlsplit(vault.meta.endpoint_url).hostname not in LOOPBACK:
            raise KeysError("The local stage keeps its secrets on this machine: set AWS_ENDPOINT_URL to its emulator")
        return config, vault
    if config.account is None:
        raise KeysError(f'Stage {config.stage} names no account: set "account" in {path}')
    account = session.client("sts", region_name=config.region).get_caller_identity()["Account"]
    if account != config.account:
        raise KeysError(f"Stage {config.stage} is account {config.account}; these credentials are of {account}")
    return config, vault


def _read(path: Path) -> dict[str, Any]:
    """The stage file as it stands.

    Raises:
        ConfigError: it is missing or not JSON.
    """
    try:
        document = json.loads(path.read_text())
    except FileNotFoundError:
        raise ConfigError(f"There is no stage file {path}") from None
    except ValueError as error:
        raise ConfigError(f"{path}: {error}") from error
    if not isinstance(document, dict):
        raise ConfigError(f"{path} must hold one JSON object")
    return document


def _write(path: Path, document: dict[str, Any]) -> StageConfig:
    """Replace the stage file in one step, unless it says the same already."""
    text = json.dumps(document, indent=2) + "\n"
    if path.read_text() != text:
        beside = path.with_suffix(".new")
        beside.write_text(text)
        beside.replace(path)
    return load(document["stage"], path)


def _number(name: str) -> int:
    """A signing key's number: ``k2`` follows ``k1``. A key that was named by hand comes before all."""
    return int(name[1:]) if name[1:].isdigit() else 0


def _digest(secret: str) -> str:
    """How functions know a secret without holding it. It also names the secret's version: 64 characters, as allowed."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _value(vault: Any, secret: str) -> str | None:
    """The current value of a secret, or ``None`` when there is no such secret."""
    try:
        return str(vault.get_secret_value(SecretId=secret)["SecretString"])
    except vault.exceptions.ResourceNotFoundException:
        return None


def _put(vault: Any, secret: str, value: str, description: str) -> None:
    """Give a secret its value, as a version named by the value's digest.

    First the secret, then the value: whichever call was the last to succeed before a crash, the next run goes on.
    """
    with contextlib.suppress(vault.exceptions.ResourceExistsException):
        vault.create_secret(Name=secret, Description=description)
    vault.put_secret_value(SecretId=secret, SecretString=value, ClientRequestToken=_digest(value))


def _origin_digest(config: StageConfig, vault: Any) -> str:
    """The digest of the origin secret, which is made if there is none."""
    value = _value(vault, config.origin_secret)
    if value is None:
        value = secrets.token_urlsafe(ORIGIN_SECRET_BYTES)
        _put(vault, config.origin_secret, value, "Sent by the distribution with each API request")
    return _digest(value)


def _lasting_digest(lasting: Lasting, config: StageConfig, vault: Any, known: str | None) -> str:
    """The digest of a secret that lasts, which is made if the stage never had one (none is known), and only then.

    Raises:
        KeysError: the stage had one, and it is gone or another.
    """
    name = lasting.name(config)
    value = _value(vault, name)
    if value is None and known is None:
        value = secrets.token_urlsafe(LASTING_SECRET_BYTES)
        # Secret and value in one call, with which only the first of two runs succeeds.
        with contextlib.suppress(vault.exceptions.ResourceExistsException):
            vault.create_secret(Name=name, Description=lasting.purpose, SecretString=value)
        value = _value(vault, name)
    if value is None or known not in (None, _digest(value)):
        raise KeysError(f"{name} is gone, or another than it was: bring it back. Under another one, {lasting.loss}")
    return _digest(value)


def _signing_key(config: StageConfig, vault: Any, name: str) -> dict[str, str]:
    """The public side of a signing key, which is made if there is none of that name."""
    secret = config.signing_secret(name)
    pem = _value(vault, secret)
    if pem is None:
        pem = new_private_key()
        _put(vault, secret, pem, "Signs playback grants")
    return {"name": name, "pem": public_half(pem)}


def _without_lost(document: dict[str, Any], config: StageConfig, vault: Any) -> dict[str, Any]:
    """The stage file without keys and digests whose secrets the emulator no longer has."""
    keys = document.get("signingPublicKeys", [])
    held = [key for key in keys if _value(vault, config.signing_secret(key["name"])) is not None]
    origin = _value(vault, config.origin_secret)
    digests = [digest for digest in document.get("originDigests", []) if origin and digest == _digest(origin)]
    without = {**document, "signingPublicKeys": held, "originDigests": digests}
    for lasting in LASTING:
        if _value(vault, lasting.name(config)) is None:
            without.pop(lasting.field, None)
    return without


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one step. Exit status 1 when it was refused, with the reason on standard error."""
    parser = argparse.ArgumentParser(prog="keys", description="Make or rotate a stage's secrets")
    parser.add_argument("--stage", required=True)
    parser.add_argument("--stage-file", type=Path, help="another path than infra/stages/{stage}.json")
    step = parser.add_mutually_exclusive_group()
    step.add_argument("--rotate", action="store_true", help="new ones beside the old ones")
    step.add_argument("--activate", action="store_true", help="let the newest signing key sign")
    step.add_argument("--retire", action="store_true", help="accept only what is in use")
    options = parser.parse_args(arguments)
    path = options.stage_file or stage_file(options.stage)
    try:
        load(options.stage, path)
        if options.activate:
            config = activate(path)
        else:
            run = rotate if options.rotate else retire if options.retire else ensure
            config = run(path, boto3.Session())
    except (ConfigError, KeysError, BotoCoreError, ClientError) as error:
        print(f"keys: {error}", file=sys.stderr)
        return 1
    signs = config.signing_public_keys[0].name
    accepted = ", ".join(key.name for key in config.signing_public_keys)
    print(f"{path}: {signs} signs; accepted: {accepted}; {len(config.origin_digests)} origin digest(s).")
    if options.retire:
        first = f'ARGS="--exclusively {config.name("api")}"'
        print(f"First deploy the API, which names the old keys: make deploy STAGE={config.stage} {first}")
    print(f"Deploy to make it so: make deploy STAGE={config.stage}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
