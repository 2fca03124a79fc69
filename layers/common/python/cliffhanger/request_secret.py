"""The stage's request secret, and the keys that are derived from it, one for each purpose.

Cursors and idempotency references have keys of their own, HMAC-SHA256 of a label under the secret, so that what one has
signed says nothing of the other. The secret is made once and never rotated: stored references depend on it.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Any, Literal

from botocore.exceptions import BotoCoreError, ClientError

from cliffhanger.errors import InternalError, Unavailable

MIN_SECRET_BYTES = 32

Purpose = Literal[
    "idempotency",
    "cursors",
    "cases",
    "orders",
    "watches",
    "ads",
    "webhooks",
    "blocks",
    "invitations",
    "payouts",
    "campaigns",
]


def read_secret(client: Any, secret_id: str) -> bytes:
    """The text of a secret in Secrets Manager, as bytes.

    Raises:
        Unavailable: Secrets Manager does not answer.
        InternalError: the secret is shorter than 32 bytes; a fault of the stage.
    """
    try:
        secret: bytes = client.get_secret_value(SecretId=secret_id)["SecretString"].encode()
    except (ClientError, BotoCoreError) as error:
        raise Unavailable("The request cannot be taken now; try again.") from error
    if len(secret) < MIN_SECRET_BYTES:
        raise InternalError("The request secret is too short.")
    return secret


def key_for(purpose: Purpose, secret: bytes) -> bytes:
    """The key of one purpose: 32 bytes."""
    return hmac.new(secret, f"cliffhanger:{purpose}:1".encode(), hashlib.sha256).digest()
