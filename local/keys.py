"""The local stage's key and secrets: made once per instance, kept beside its state, given to the emulator each time.

They stay the same over restarts because their public sides are part of what is synthesised, and because what is stored
was made with the request secret.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from local.aws import client
from tools import partner_keys
from tools.key_pairs import new_private_key, public_half
from tools.keys import ORIGIN_SECRET_BYTES
from tools.lasting import LASTING_SECRET_BYTES

KEY_NAME = "local"
SIGNING_SECRET = f"cliffhanger/local/signing-key/{KEY_NAME}"
ORIGIN_SECRET = "cliffhanger/local/origin-secret"
REQUEST_SECRET = "cliffhanger/local/request-secret"
ENDPOINT_KEY = "cliffhanger/local/endpoint-key"
STRIPE_KEY = "cliffhanger/local/stripe-key"
WEBHOOK_SECRETS = "cliffhanger/local/webhook-secrets"
PARTNER_KEYS = "cliffhanger/local/partner-keys"


class Keys(NamedTuple):
    """The signing key's two halves, as PEM, the origin secret, the request secret and the endpoint key.

    ``stripe`` is the key that the local Stripe takes, ``webhook`` the secret that it signs its webhooks with;
    ``partner`` the text of the secret whose key signs clients' tokens.
    """

    private: str
    public: str
    origin: str
    request: str
    stripe: str
    webhook: str
    partner: str
    endpoint: str

    @property
    def origin_digest(self) -> str:
        """What functions know of the origin secret: its SHA-256, in hex."""
        return hashlib.sha256(self.origin.encode()).hexdigest()

    @property
    def request_digest(self) -> str:
        """What the stage file knows of the request secret: its SHA-256, in hex."""
        return hashlib.sha256(self.request.encode()).hexdigest()

    @property
    def endpoint_digest(self) -> str:
        """Likewise of the endpoint key."""
        return hashlib.sha256(self.endpoint.encode()).hexdigest()


def keys(path: Path) -> Keys:
    """The keys of that file, made now as far as there are none: a data folder may be older than the newest of them."""
    kept: dict[str, str] = {}
    with contextlib.suppress(FileNotFoundError):
        kept = json.loads(path.read_text())
    made = _make(kept)
    if made._asdict() != kept:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".part")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as handle:
            json.dump(made._asdict(), handle)
        draft.replace(path)
    return made


def write_stripe(path: Path, made: Keys) -> None:
    """Writes what the local Stripe is to know of them, readable by their owner only."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as handle:
        json.dump({"apiKey": made.stripe, "webhookSecrets": [made.webhook]}, handle)


def _make(kept: Mapping[str, str]) -> Keys:
    private = kept.get("private") or new_private_key()
    return Keys(
        private,
        public_half(private),
        kept.get("origin") or secrets.token_urlsafe(ORIGIN_SECRET_BYTES),
        kept.get("request") or secrets.token_urlsafe(LASTING_SECRET_BYTES),
        kept.get("stripe") or f"sk_test_local{secrets.token_hex(16)}",
        kept.get("webhook") or f"whsec_{secrets.token_hex(24)}",
        kept.get("partner") or partner_keys.first(),
        kept.get("endpoint") or secrets.token_urlsafe(LASTING_SECRET_BYTES),
    )


def store(endpoint: str, made: Keys) -> None:
    """Puts all secrets into the emulator's Secrets Manager, where ``make keys`` or an operator puts a real stage's.

    Raises:
        ClientError: the emulator refuses.
    """
    vault = client("secretsmanager", endpoint)
    for name, value in (
        (SIGNING_SECRET, made.private),
        (ORIGIN_SECRET, made.origin),
        (REQUEST_SECRET, made.request),
        (ENDPOINT_KEY, made.endpoint),
        (STRIPE_KEY, json.dumps({"apiKey": made.stripe})),
        (PARTNER_KEYS, made.partner),
        (WEBHOOK_SECRETS, json.dumps({"webhookSecrets": [made.webhook]})),
    ):
        with contextlib.suppress(vault.exceptions.ResourceExistsException):
            vault.create_secret(Name=name)
        # The distribution names the version of the origin secret by the digest of its value, as ``make keys`` does.
        # (The emulator takes a version's id when a value is put, and makes up its own when a secret is created.)
        version = hashlib.sha256(value.encode()).hexdigest()
        vault.put_secret_value(SecretId=name, SecretString=value, ClientRequestToken=version)
