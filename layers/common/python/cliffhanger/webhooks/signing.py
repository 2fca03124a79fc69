"""How a delivery is signed. Pure, standard library only.

Source: the Standard Webhooks specification, "Signature scheme" and "Webhook headers": HMAC-SHA256 over
``{webhook-id}.{webhook-timestamp}.{body}``, shown as ``v1,`` and base64; one signature for each secret in force, with
spaces between. A secret is 24 to 64 bytes, shown as ``whsec_`` and base64. Every library of the standard verifies it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Sequence

from cliffhanger.errors import InternalError, NameInvalid

MIN_SECRET_BYTES, MAX_SECRET_BYTES = 24, 64

_MESSAGE_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
"""Without a full stop, which ends the id in what is signed: with one, an id could pass for another's with its time."""


def sign(secrets: Sequence[bytes], message_id: str, timestamp_s: int, body: bytes) -> str:
    """The header ``webhook-signature`` of one attempt.

    Args:
        secrets: those in force, the newest first; while one is rotated there are two.
        message_id: the header ``webhook-id``, the same at every attempt.
        timestamp_s: the header ``webhook-timestamp``: when this attempt is made, in seconds since the Unix epoch.
        body: the bytes that are sent.

    Raises:
        NameInvalid: the id is empty, too long or holds what could be read as the end of it.
        InternalError: there is no secret, or one is shorter or longer than the standard allows.
    """
    if _MESSAGE_ID.fullmatch(message_id) is None:
        raise NameInvalid("A message's id may hold letters, digits, - and _.")
    if not secrets:
        raise InternalError("A message without a secret cannot be signed.")
    signed = b"%s.%d.%s" % (message_id.encode(), timestamp_s, body)
    return " ".join(f"v1,{_base64(hmac.digest(_sound(secret), signed, hashlib.sha256))}" for secret in secrets)


def shown(secret: bytes) -> str:
    """A secret as its partner is shown it, and as the standard's libraries take it.

    Raises:
        InternalError: it is shorter or longer than the standard allows.
    """
    return f"whsec_{_base64(_sound(secret))}"


def _sound(secret: bytes) -> bytes:
    if not MIN_SECRET_BYTES <= len(secret) <= MAX_SECRET_BYTES:
        raise InternalError("A secret does not have the length that the standard allows.")
    return secret


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode()
