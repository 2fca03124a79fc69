"""The local stage's configuration, as the CDK app reads it: this machine's Python and CPU, the emulator's addresses."""

from __future__ import annotations

import json
import platform
import sys
from pathlib import Path
from typing import NamedTuple

from local.environment import ACCOUNT, LOOPBACK_NETWORK, REGION
from local.keys import KEY_NAME, Keys

AD_UNIT = "2747237135"
"""The one ad unit there is."""


class Facts(NamedTuple):
    """What the configuration depends on."""

    emulator: str
    public_origin: str
    stripe: str
    ads: str
    webhook_ca: Path
    keys: Keys


def write(path: Path, facts: Facts) -> None:
    """Writes the stage file.

    The issuer stays the one that Cognito names in its tokens; only the address of its keys is the emulator's.
    """
    document = {
        "stage": "local",
        "account": ACCOUNT,
        "region": REGION,
        "publicOrigin": facts.public_origin,
        "signingPublicKeys": [{"name": KEY_NAME, "pem": facts.keys.public}],
        "originDigests": [facts.keys.origin_digest],
        "requestDigest": facts.keys.request_digest,
        "endpointDigest": facts.keys.endpoint_digest,
        "runtime": f"{sys.version_info[0]}.{sys.version_info[1]}",
        "architecture": "arm64" if platform.machine().lower() in ("arm64", "aarch64") else "x86_64",
        "logRetentionDays": 1,
        "emailFrom": "hello@cliffhanger.example",
        "adPlacements": [{"name": "web", "unit": AD_UNIT, "player": f"{facts.ads}/ad"}],
        "localEndpoints": {
            "tokenKeysUrl": f"{facts.emulator}/{{userPoolId}}/.well-known/jwks.json",
            "signInOrigin": facts.emulator,
            "uploadsOrigin": facts.emulator,
            "stripeApiBase": facts.stripe,
            "adKeysUrl": f"{facts.ads}/verifier-keys.json",
            "webhookNetworks": [LOOPBACK_NETWORK],
            "webhookCa": str(facts.webhook_ca),
        },
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document, indent=2) + "\n")
