"""Access tokens: RS256 JSON Web Tokens from Cognito, verified in the function.

Sources: RFC 7515 (compact serialisation), RFC 7519 (claims), RFC 8725 (the algorithm is pinned, never taken from the
token), Cognito's "Verifying JSON web tokens". Why not in API Gateway's authorizer: docs/adr/0002.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import hashlib
import http.client
import json
import re
import threading
import urllib.request
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, RSAPublicNumbers
from cryptography.hazmat.primitives.hashes import SHA256

from cliffhanger.clock import Clock
from cliffhanger.errors import (
    SignInTooOld,
    TokenExpired,
    TokenForeign,
    TokenForged,
    TokenMalformed,
    TokenMissing,
    TokenUnsigned,
    Unavailable,
)

MAX_TOKEN_BYTES = 8_192
KEYS_LIFETIME_MS = 6 * 3_600_000
KEYS_RETRY_MS = 60_000
FETCH_TIMEOUT_S = 3.0
MAX_KEYS_BYTES = 65_536
MAX_REMEMBERED = 256
MAX_AGE_YEARS = 150
MAX_NUMERIC_DATE = 253_402_300_799
"""The end of the year 9999, in seconds."""
MEMBERS = "member"
LEEWAY_S = 30
"""By so much the issuer's clock may be ahead of ours."""

Keys = Mapping[str, RSAPublicKey]


COUNTRY = re.compile("[A-Z]{2}")


class Caller(NamedTuple):
    """Who calls: the pseudonymous person id, the groups of the person, the age in whole years, and the country.

    ``age`` and ``country`` (ISO 3166-1) are None where they were not told before the token was issued. ``subject`` is
    Cognito's id of the sign-in, which only the table of people knows what to do with. ``joined`` is when the person
    first signed in, in milliseconds since the Unix epoch; None where the token does not say. ``signed_in_at`` is when
    the person last showed who they are, in seconds since then, by the older of what the issuer and we have seen; 0
    where the token does not say both.
    """

    person: str
    groups: frozenset[str]
    age: int | None = None
    subject: str = ""
    country: str | None = None
    joined: int | None = None
    signed_in_at: int = 0

    @property
    def member(self) -> bool:
        """Whether a membership plays paid episodes for this person."""
        return MEMBERS in self.groups


class KeySet:
    """The issuer's public keys by key id, fetched when first needed and again when an unknown id appears.

    There is at most one fetch a minute, whatever came of the last, so that neither forged tokens nor an issuer that is
    down make us hammer it or wait for it.
    """

    def __init__(self, fetch: Callable[[], bytes], clock: Clock) -> None:
        self._fetch = fetch
        self._clock = clock
        self._keys: Keys = {}
        self._fetched_at: int | None = None
        self._tried_at: int | None = None
        self._genuine: dict[bytes, dict[str, Any]] = {}
        self._lock = threading.Lock()

    def find(self, key_id: str) -> RSAPublicKey | None:
        """The key of that id, or None when the issuer has none.

        Raises:
            Unavailable: the issuer's keys could not be read yet.
        """
        with self._lock:
            now = self._clock()
            stale = self._fetched_at is None or now - self._fetched_at > KEYS_LIFETIME_MS
            rested = self._tried_at is None or now - self._tried_at > KEYS_RETRY_MS
            if rested and (stale or key_id not in self._keys):
                self._refresh(now)
            if self._fetched_at is None:
                raise Unavailable("The issuer's keys cannot be read.")
            return self._keys.get(key_id)

    def genuine(self, token: str) -> dict[str, Any] | None:
        """The claims of a token whose signature held before, under the keys that still hold; None for any other."""
        return self._genuine.get(hashlib.sha256(token.encode()).digest())

    def remember(self, token: str, claims: dict[str, Any]) -> None:
        """Keeps the claims of a token whose signature holds: a viewer sends the same one for an hour."""
        if len(self._genuine) >= MAX_REMEMBERED:
            self._genuine.clear()
        self._genuine[hashlib.sha256(token.encode()).digest()] = claims

    def _refresh(self, now: int) -> None:
        self._tried_at = now
        self._genuine.clear()
        # Whatever the issuer does wrong, the keys that are known already still hold.
        with contextlib.suppress(OSError, http.client.HTTPException, ValueError, KeyError, TypeError):
            self._keys = parse_keys(self._fetch())
            self._fetched_at = now


def fetch_keys(url: str) -> Callable[[], bytes]:
    """A fetcher of the JSON Web Key Set at an address.

    Raises:
        ValueError: the address is neither https nor http.
    """
    if not url.startswith(("https://", "http://")):
        raise ValueError(url)

    def fetch() -> bytes:
        with urllib.request.urlopen(url, timeout=FETCH_TIMEOUT_S) as answer:  # noqa: S310 - the scheme is checked above
            body: bytes = answer.read(MAX_KEYS_BYTES)
        return body

    return fetch


def parse_keys(document: bytes) -> Keys:
    """RSA keys of a JSON Web Key Set (RFC 7517), by key id; keys of other kinds are left out."""
    keys: dict[str, RSAPublicKey] = {}
    for key in json.loads(document)["keys"]:
        if key.get("kty") == "RSA" and key.get("use", "sig") == "sig":
            keys[key["kid"]] = RSAPublicNumbers(_integer(key["e"]), _integer(key["n"])).public_key()
    return keys


def bearer_of(headers: Mapping[str, str]) -> str:
    """The token of an ``Authorization: Bearer`` header; header names are lower case.

    Raises:
        TokenMissing: there is no such header, or it is of another scheme.
    """
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise TokenMissing("Send 'Authorization: Bearer <access token>'.")
    return token.strip()


def verify(token: str, keys: KeySet, issuer: str, clients: frozenset[str], clock: Clock) -> Caller:
    """The caller that a token names.

    Raises:
        TokenMalformed, TokenUnsigned, TokenForged, TokenExpired, TokenForeign: as each says.
        Unavailable: the issuer's keys cannot be read.
    """
    remembered = keys.genuine(token)
    if remembered is not None:
        return _caller(remembered, issuer, clients, clock)
    header, claims, signed, signature = _parts(token)
    if header.get("alg") != "RS256" or not signature:
        raise TokenUnsigned("Only tokens signed with RS256 are accepted.")
    key = keys.find(str(header.get("kid", "")))
    if key is None:
        raise TokenForged("The token names a key that the issuer does not have.")
    try:
        key.verify(signature, signed, PKCS1v15(), SHA256())
    except InvalidSignature as error:
        raise TokenForged("The token's signature does not verify.") from error
    keys.remember(token, claims)
    return _caller(claims, issuer, clients, clock)


def _parts(token: str) -> tuple[dict[str, Any], dict[str, Any], bytes, bytes]:
    if len(token) > MAX_TOKEN_BYTES or token.count(".") != 2:
        raise TokenMalformed("A token has three parts and at most 8,192 characters.")
    first, second, third = token.split(".")
    try:
        header, claims = json.loads(_bytes(first)), json.loads(_bytes(second))
        signature = _bytes(third)
    except (ValueError, binascii.Error, RecursionError) as error:
        raise TokenMalformed("The token's parts cannot be decoded.") from error
    if not isinstance(header, dict) or not isinstance(claims, dict):
        raise TokenMalformed("The token's header and claims must be objects.")
    return header, claims, f"{first}.{second}".encode(), signature


def _caller(claims: dict[str, Any], issuer: str, clients: frozenset[str], clock: Clock) -> Caller:
    expires = claims.get("exp")
    if claims.get("iss") != issuer or claims.get("token_use") != "access" or claims.get("client_id") not in clients:
        raise TokenForeign("Send the access token that this service's sign-in issued.")
    if not isinstance(expires, int | float) or clock() >= expires * 1000:
        raise TokenExpired("Refresh the token and try again.")
    person = claims.get("person_id")
    if not isinstance(person, str) or not person:
        raise TokenForeign("The token names no person; sign in again.")
    groups = claims.get("cognito:groups")
    named = [group for group in groups if isinstance(group, str)] if isinstance(groups, list) else []
    country = claims.get("country")
    return Caller(
        person,
        frozenset(named),
        _age(claims.get("age")),
        str(claims.get("sub", "")),
        country if isinstance(country, str) and COUNTRY.fullmatch(country) else None,
        _joined(claims.get("joined_at")),
        min(_moment(claims.get("auth_time")), _moment(claims.get("signed_in_at"))),
    )


def check_fresh(caller: Caller, most_s: int, clock: Clock) -> None:
    """Lets a caller pass who signed in so many seconds ago at the most.

    Source of the claim: OpenID Connect Core 1.0, section 2, ``auth_time``; refreshing a token must not move it (12.2).
    Cognito has moved it, so the time that we have seen counts as well (docs/adr/0043). One that lies ahead of our clock
    is of no use.

    Raises:
        SignInTooOld: with ``maxAgeSeconds``.
    """
    age = clock() // 1_000 - caller.signed_in_at
    if not -LEEWAY_S <= age <= most_s:
        raise SignInTooOld(f"Sign in again; that must be no older than {most_s} seconds.", maxAgeSeconds=most_s)


def _moment(claim: object) -> int:
    return claim if isinstance(claim, int) and not isinstance(claim, bool) and claim > 0 else 0


def _joined(claim: object) -> int | None:
    """A NumericDate (RFC 7519, 2) in milliseconds."""
    if isinstance(claim, bool) or not isinstance(claim, int):
        return None
    return claim * 1000 if 0 < claim <= MAX_NUMERIC_DATE else None


def _age(claim: object) -> int | None:
    """An age that makes no sense is one that is not known, and hides what is not for everybody."""
    if isinstance(claim, bool) or not isinstance(claim, int):
        return None
    return claim if 0 <= claim <= MAX_AGE_YEARS else None


def _bytes(part: str) -> bytes:
    return base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)


def _integer(part: str) -> int:
    return int.from_bytes(_bytes(part), "big")
