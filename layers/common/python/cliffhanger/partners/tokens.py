"""Access tokens of clients: JSON Web Tokens of our own, signed by HMAC-SHA256, good for fifteen minutes. Pure.

Sources: RFC 7515 and RFC 7519 (form), RFC 9068 (``typ`` and the claims' names), RFC 8725 (the algorithm is pinned and
never taken from the token; one key for one use). Why our own, and why symmetric: docs/adr/0027.

A token names the secret that bought it, so that it ends with that secret, and the partner and mode that it is for. It
is no proof that the client is there still: ``cliffhanger.partners.admission`` asks the table.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from cliffhanger.errors import TokenExpired, TokenForeign, TokenForged, TokenMalformed, TokenUnsigned

LIFETIME_S = 900
TYPE = "at+jwt"
ALGORITHM = "HS256"
MAX_TOKEN_CHARS = 2_048
MIN_KEY_BYTES = 32
"""As long as the hash (RFC 7518, 3.2)."""


class Claims(NamedTuple):
    """What a token says: for which partner, client and mode, with which scopes, bought by the secret of which number.

    Times are in seconds since the Unix epoch.
    """

    partner: str
    client: str
    mode: str
    scopes: frozenset[str]
    secret: int
    issued_at: int
    expires_at: int


def is_ours(token: str) -> bool:
    """Whether a token says of itself that it is a client's; whether that is true is for :func:`opened` to find out."""
    if len(token) > MAX_TOKEN_CHARS or token.count(".") != 2:
        return False
    try:
        return bool(_object(token.split(".", maxsplit=1)[0]).get("typ") == TYPE)
    except TokenMalformed:
        return False


def issue(claims: Claims, key: bytes, issuer: str) -> str:
    """The signed token of claims."""
    header = {"alg": ALGORITHM, "typ": TYPE, "kid": key_id(key)}
    payload = {
        "iss": issuer,
        "aud": issuer,
        "sub": claims.client,
        "client_id": claims.client,
        "partner": claims.partner,
        "mode": claims.mode,
        "scope": " ".join(sorted(claims.scopes)),
        "secret": claims.secret,
        "iat": claims.issued_at,
        "exp": claims.expires_at,
    }
    signed = f"{_text(header)}.{_text(payload)}"
    return f"{signed}.{_b64(_mac(key, signed))}"


def opened(token: str, keys: Sequence[bytes], issuer: str, now: int) -> Claims:
    """What a token says that one of our keys has signed; ``now`` in milliseconds.

    Raises:
        TokenMalformed: it is no token.
        TokenUnsigned: it names another algorithm, or has no signature.
        TokenForged: none of our keys has signed it.
        TokenForeign: it is for another stage, or does not say all that a token says.
        TokenExpired: its time is over.
    """
    if len(token) > MAX_TOKEN_CHARS or token.count(".") != 2:
        raise TokenMalformed(f"A client's token has three parts and at most {MAX_TOKEN_CHARS:,} characters.")
    signed, _, seal = token.rpartition(".")
    header, payload = (_object(part) for part in signed.split("."))
    if header.get("alg") != ALGORITHM or header.get("typ") != TYPE or not seal:
        raise TokenUnsigned(f"Only clients' tokens signed with {ALGORITHM} are accepted.")
    signature = _bytes(seal)
    accepted = [hmac.compare_digest(signature, _mac(key, signed)) for key in keys]
    if not any(accepted):
        raise TokenForged("The token's signature does not verify.")
    claims = _claims(payload, issuer)
    if now >= claims.expires_at * 1000:
        raise TokenExpired("Ask for another token and try again.")
    return claims


def key_id(key: bytes) -> str:
    """How a header names a key: by the beginning of its SHA-256."""
    return hashlib.sha256(key).hexdigest()[:16]


def _claims(payload: dict[str, Any], issuer: str) -> Claims:
    if payload.get("iss") != issuer or payload.get("aud") != issuer:
        raise TokenForeign("Send a token that this stage has issued.")
    try:
        claims = Claims(
            partner=payload["partner"],
            client=payload["client_id"],
            mode=payload["mode"],
            scopes=frozenset(payload["scope"].split()),
            secret=payload["secret"],
            issued_at=payload["iat"],
            expires_at=payload["exp"],
        )
    except (KeyError, AttributeError) as error:
        raise TokenForeign("The token lacks a claim.") from error
    numbers = (claims.secret, claims.issued_at, claims.expires_at)
    if not all(isinstance(text, str) for text in claims[:3]) or not all(type(number) is int for number in numbers):
        raise TokenForeign("A claim of the token is of another type.")
    return claims


def _mac(key: bytes, signed: str) -> bytes:
    return hmac.new(key, signed.encode(), hashlib.sha256).digest()


def _object(part: str) -> dict[str, Any]:
    try:
        value = json.loads(_bytes(part))
    except (ValueError, RecursionError) as error:
        raise TokenMalformed("The token's parts cannot be decoded.") from error
    if not isinstance(value, dict):
        raise TokenMalformed("The token's header and claims must be objects.")
    return value


def _bytes(part: str) -> bytes:
    try:
        return base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error) as error:
        raise TokenMalformed("The token's parts cannot be decoded.") from error


def _text(value: dict[str, Any]) -> str:
    return _b64(json.dumps(value, separators=(",", ":")).encode())


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
