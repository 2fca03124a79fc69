"""Ad views as they travel with apps and networks: encrypted, so that neither learns who it is, nor can make one. Pure.

A sealed view is base64url of a random nonce and AES-256-GCM's ciphertext and tag (NIST SP 800-38D) of its members as
JSON. With random nonces of 96 bits a key is good for 2^32 views (the same, section 8.3).
"""

from __future__ import annotations

import base64
import json
import secrets
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from cliffhanger.errors import AdCallbackRefused
from cliffhanger.rewards.ads import AdView

MAX_SEALED_CHARS = 512
NONCE_BYTES = 12
_PURPOSE = b"ad-view:1"


def seal_view(view: AdView, key: bytes) -> str:
    """A view as it leaves us: at most 512 characters that need no escape in an address; ``key`` has 32 bytes."""
    text = json.dumps(view, separators=(",", ":")).encode()
    nonce = secrets.token_bytes(NONCE_BYTES)
    return base64.urlsafe_b64encode(nonce + AESGCM(key).encrypt(nonce, text, _PURPOSE)).rstrip(b"=").decode()


def unseal_view(sealed: str, key: bytes) -> AdView:
    """The view that was sealed.

    Raises:
        AdCallbackRefused: it was not sealed by us; nothing says why.
    """
    if len(sealed) > MAX_SEALED_CHARS:
        raise AdCallbackRefused("foreign_view")
    try:
        data = base64.b64decode(sealed + "=" * (-len(sealed) % 4), altchars=b"-_", validate=True)
        text = AESGCM(key).decrypt(data[:NONCE_BYTES], data[NONCE_BYTES:], _PURPOSE)
    except (ValueError, InvalidTag) as error:
        raise AdCallbackRefused("foreign_view") from error
    members: list[Any] = json.loads(text)
    return AdView(*members)
