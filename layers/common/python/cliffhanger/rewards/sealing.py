"""Watch sessions as the client holds them: sealed, so that only we can write one. Pure.

A token is opaque base64url: a truncated HMAC-SHA256, then the session as JSON. The seal covers the viewer, so that
another's opens nothing. It is signed, not encrypted: a session holds only what its viewer has told or been told.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any

from cliffhanger.errors import WatchForged
from cliffhanger.rewards.watching import Episode, Session

SEAL_BYTES = 16
"""128 bits of HMAC-SHA256; RFC 2104 §5 takes half of the digest's length as the least."""
MAX_TOKEN_CHARS = 640
_VERSION = 1
_FORGED = "Begin to watch anew."


def seal(session: Session, person: str, key: bytes) -> str:
    """A token of at most 640 characters for one viewer's session."""
    text = json.dumps([_VERSION, *session._replace(episode=list(session.episode))], separators=(",", ":"))  # type: ignore[arg-type]
    return base64.urlsafe_b64encode(_mac(person, text.encode(), key) + text.encode()).rstrip(b"=").decode()


def unseal(token: str, person: str, key: bytes) -> Session:
    """The session of a token that was sealed for this viewer.

    Raises:
        WatchForged: it was not; nothing says why.
    """
    try:
        data = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except ValueError as error:
        raise WatchForged(_FORGED) from error
    text = data[SEAL_BYTES:]
    if len(token) > MAX_TOKEN_CHARS or not hmac.compare_digest(data[:SEAL_BYTES], _mac(person, text, key)):
        raise WatchForged(_FORGED)
    return _session(json.loads(text))


def _session(parts: list[Any]) -> Session:
    session = Session(*parts[1:])
    return session._replace(
        episode=Episode(*session.episode), spans=tuple((start, end) for start, end in session.spans)
    )


def _mac(person: str, text: bytes, key: bytes) -> bytes:
    return hmac.new(key, f"watch:{person}:".encode() + text, hashlib.sha256).digest()[:SEAL_BYTES]
