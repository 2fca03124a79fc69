"""The local stage's key and secret: made once per instance, kept beside its state, put into the emulator at each start.

They stay the same over restarts because their public halves are part of what is synthesised.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
from pathlib import Path
from typing import NamedTuple

from local.aws import client
from tools.keys import ORIGIN_SECRET_BYTES, new_private_key, public_half

KEY_NAME = "local"
SIGNING_SECRET = f"cliffhanger/local/signing-key/{KEY_NAME}"
ORIGIN_SECRET = "cliffhanger/local/origin-secret"


class Keys(NamedTuple):
    """The signing key's two halves, as PEM, and the origin secret."""

    private: str
    public: str
    origin: str

    @property
    def origin_digest(self) -> str:
        """What functions know of the origin secret: its SHA-256, in hex."""
        return hashlib.sha256(self.origin.encode()).hexdigest()


def keys(path: Path) -> Keys:
    """The keys of that file, made now if there is none."""
    try:
        return Keys(**json.loads(path.read_text()))
    except FileNotFoundError:
        made = _make()
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(draft, "w") as handle:
        json.dump(made._asdict(), handle)
    return made


def _make() -> Keys:
    private = new_private_key()
    return Keys(private, public_half(private), secrets.token_urlsafe(ORIGIN_SECRET_BYTES))


def store(endpoint: str, made: Keys) -> None:
    """Puts both secrets into the emulator's Secrets Manager, where ``make keys`` puts a real stage's.

    Raises:
        ClientError: the emulator refuses.
    """
    vault = client("secretsmanager", endpoint)
    for name, value in ((SIGNING_SECRET, made.private), (ORIGIN_SECRET, made.origin)):
        with contextlib.suppress(vault.exceptions.ResourceExistsException):
            vault.create_secret(Name=name)
        # The distribution names the version of the origin secret by the digest of its value, as ``make keys`` does.
        # (The emulator takes a version's id when a value is put, and makes up its own when a secret is created.)
        version = hashlib.sha256(value.encode()).hexdigest()
        vault.put_secret_value(SecretId=name, SecretString=value, ClientRequestToken=version)
