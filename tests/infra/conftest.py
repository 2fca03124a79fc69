"""Stages made in memory, each synthesized once. Dependencies are a small stand-in: pip has tests of its own."""

from __future__ import annotations

import hashlib
import json
import platform
import sys
from pathlib import Path
from typing import Any, Literal

import pytest

from infra.app import build, judge, new_app
from infra.config import Domain, PublicKey, RestoredLedger, StageConfig, load
from infra.packaging import Bundle, Bundler, Target
from tests.infra.assembly import Assembly
from tools.key_pairs import new_private_key, public_half

THIS = f"{sys.version_info[0]}.{sys.version_info[1]}"
MACHINE: Literal["arm64", "x86_64"] = "arm64" if platform.machine().lower() in ("arm64", "aarch64") else "x86_64"
ORIGIN = "https://watch.example.com"
REQUEST_DIGEST = hashlib.sha256(b"request").hexdigest()
ENDPOINT_DIGEST = hashlib.sha256(b"endpoint").hexdigest()
DIGESTS = tuple(hashlib.sha256(secret).hexdigest() for secret in (b"sent", b"still accepted"))


class WithoutPip(Bundler):
    """Bundles everything but the third-party packages."""

    def dependencies(self) -> Bundle:
        place = self._build / "dependencies-stand-in"
        (place / "python").mkdir(parents=True, exist_ok=True)
        (place / "python" / "stand_in.py").write_text("")
        return Bundle(place, hashlib.sha256(b"stand-in").hexdigest())


@pytest.fixture(scope="session")
def public_keys() -> tuple[PublicKey, ...]:
    return tuple(PublicKey(name=name, pem=public_half(new_private_key())) for name in ("k1", "k2"))


@pytest.fixture(scope="session")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("infra")


def config_of(stage: str, **fields: Any) -> StageConfig:
    """A complete stage, with what a test changes."""
    known = {
        "account": "111122223333",
        "region": "us-east-1",
        "request_digest": REQUEST_DIGEST,
        "endpoint_digest": ENDPOINT_DIGEST,
    }
    return StageConfig(**{"stage": stage, **known, **fields})


def synthesize(config: StageConfig, workshop: Path, **context: str) -> Assembly:
    """The stage's templates, for this Python so that byte code is made."""
    out = workshop / config.stage
    app = new_app(dict(context), str(out))
    bundler = WithoutPip(Target.of(config), build=workshop / "build")
    judge(app, build(app, config, bundler), config, bundler)
    app.synth()
    return Assembly(out, config.stage)


@pytest.fixture(scope="session")
def production(workshop: Path, public_keys: tuple[PublicKey, ...]) -> Assembly:
    """A stage as others reach it."""
    config = config_of(
        "prod",
        public_origin=ORIGIN,
        signing_public_keys=public_keys,
        origin_digests=DIGESTS,
        runtime=THIS,
        architecture="arm64",
        alarm_email="ops@example.com",
        email_from="hello@watch.example.com",
    )
    return synthesize(config, workshop)


@pytest.fixture(scope="session")
def local(workshop: Path, public_keys: tuple[PublicKey, ...]) -> Assembly:
    """The stage of one machine."""
    text = {
        "tokenIssuer": "http://127.0.0.1:4566/{userPoolId}",
        "tokenKeysUrl": "http://127.0.0.1:4566/{userPoolId}/.well-known/jwks.json",
        "signInOrigin": "http://127.0.0.1:4566",
        "uploadsOrigin": "http://127.0.0.1:4567",
    }
    document = {
        "stage": "local",
        "account": "000000000000",
        "region": "us-east-1",
        "publicOrigin": "http://127.0.0.1:8080",
        "signingPublicKeys": [{"name": key.name, "pem": key.pem} for key in public_keys],
        "originDigests": DIGESTS,
        "requestDigest": REQUEST_DIGEST,
        "endpointDigest": ENDPOINT_DIGEST,
        "runtime": THIS,
        "architecture": MACHINE,
        "logRetentionDays": 1,
        "localEndpoints": text,
    }
    path = workshop / "local.json"
    path.write_text(json.dumps(document))

    return synthesize(load("local", path), workshop)


@pytest.fixture(scope="session")
def abroad(workshop: Path, public_keys: tuple[PublicKey, ...]) -> Assembly:
    """A stage with a domain of its own, in a region that is not CloudFront's."""
    config = config_of(
        "euro",
        region="eu-central-1",
        public_origin=ORIGIN,
        signing_public_keys=public_keys,
        origin_digests=DIGESTS,
        runtime=THIS,
        domain=Domain(name="watch.example.com", hosted_zone_id="Z0123456789", hosted_zone_name="example.com"),
    )
    return synthesize(config, workshop)


@pytest.fixture(scope="session")
def restored(workshop: Path, public_keys: tuple[PublicKey, ...]) -> Assembly:
    """A stage whose ledger is a table that was restored."""
    stream = "arn:aws:dynamodb:us-east-1:111122223333:table/ledger-restored/stream/2026-11-28T06:00:00.000"
    config = config_of(
        "back",
        public_origin=ORIGIN,
        signing_public_keys=public_keys,
        origin_digests=DIGESTS,
        runtime=THIS,
        restored_ledger=RestoredLedger("ledger-restored", stream),
    )
    return synthesize(config, workshop)
