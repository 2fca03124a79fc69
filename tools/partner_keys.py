"""The text of the secret whose keys sign clients' access tokens, as ``cliffhanger.partners.keys`` reads it."""

from __future__ import annotations

import base64
import json
import secrets
import time

WHAT = "Signs the access tokens of partners' clients"
KEY_BYTES = 32
WAITS_MS = 10 * 60_000
"""Until a new key signs: twice as long as functions go by the keys that they have read."""


def first() -> str:
    """A first key, which signs at once."""
    return json.dumps({"keys": [_new(0)]})


def with_another(text: str | None) -> str:
    """A new key before the one that was newest; it is accepted as soon as it is read, and signs in ten minutes."""
    if text is None:
        return first()
    return json.dumps({"keys": [_new(time.time_ns() // 1_000_000 + WAITS_MS), *json.loads(text)["keys"][:1]]})


def newest_of(text: str | None) -> str:
    """The newest key alone."""
    if text is None:
        return first()
    return json.dumps({"keys": json.loads(text)["keys"][:1]})


def _new(since: int) -> dict[str, str | int]:
    return {"key": base64.urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)).decode(), "since": since}
