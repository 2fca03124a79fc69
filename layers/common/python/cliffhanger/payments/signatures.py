"""Whether a webhook's bytes were signed by Stripe. Pure, standard library only.

Source: Stripe, "Resolve webhook signature verification errors" and "Check the webhook signatures": the header
``Stripe-Signature`` is ``t={seconds},v1={hex}``, where each ``v1`` is HMAC-SHA256 under one of the endpoint's secrets
of the time, a full stop and the body as it was sent. While a secret is being rolled, there is a ``v1`` for each. Other
schemes, such as the ``v0`` of test events, prove nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable

from cliffhanger.errors import SignatureInvalid

TOLERANCE_S = 300
"""How far the time of signing may be from ours, as in Stripe's own libraries; theirs do not refuse the future."""

MAX_HEADER_CHARS = 2_048

_TIME = re.compile(r"[0-9]{1,12}")
_SIGNATURE = re.compile(r"[0-9a-f]{64}")


def verify(body: bytes, header: str, secrets: Iterable[str], now_ms: int) -> None:
    """Sees that a body was signed just now with one of the secrets. Any signature may fit any of them.

    Raises:
        SignatureInvalid: the header does not fit, is too old or from the future, or signs something else.
    """
    signed_at, signatures = _parts(header)
    if abs(now_ms // 1_000 - int(signed_at)) > TOLERANCE_S:
        raise SignatureInvalid("The signature is not of this moment.")
    payload = signed_at.encode() + b"." + body
    genuine = [hmac.new(secret.encode(), payload, hashlib.sha256).hexdigest() for secret in secrets]
    # All are compared, so that the time taken says nothing of which one came near.
    matches = [hmac.compare_digest(one, other) for one in genuine for other in signatures]
    if not any(matches):
        raise SignatureInvalid("The signature is not of these bytes.")


def _parts(header: str) -> tuple[str, list[str]]:
    """The time of signing, and the signatures of the scheme that is trusted."""
    if len(header) > MAX_HEADER_CHARS:
        raise SignatureInvalid("The signature is too long.")
    pairs = [item.strip().partition("=") for item in header.split(",")]
    times = [value for name, _, value in pairs if name == "t"]
    signatures = [value for name, _, value in pairs if name == "v1" and _SIGNATURE.fullmatch(value)]
    if len(times) != 1 or _TIME.fullmatch(times[0]) is None or not signatures:
        raise SignatureInvalid("The request is not signed.")
    return times[0], signatures
