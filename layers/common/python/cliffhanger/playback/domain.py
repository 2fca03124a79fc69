"""Playback grants: CloudFront custom policies, signed and verified. Pure.

A grant opens one folder, ``{origin}/media/{series}/{episode}/{version}/*``. The slash before the star is what keeps a
grant for episode 1 from opening episode 10. It travels in three forms: as cookies for browsers; as CloudFront's own
query parameters on segments; and, on playlists that the API rewrites, under names of our own, because CloudFront takes
``Policy``, ``Signature`` and ``Key-Pair-Id`` out of every query before an origin sees it.

Signatures are RSA with SHA-256, which CloudFront accepts where a request says so (developer guide, "Set signed cookies
using a custom policy": ``CloudFront-Hash-Algorithm``, in a query ``Hash-Algorithm``); its default is still SHA-1.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Mapping
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256

from cliffhanger.errors import GrantExpired, GrantForeign, GrantForged, GrantMissing

LIFETIME_S = 900
RENEW_AFTER_S = LIFETIME_S // 2
"""A grant cannot be called back, so it is short: what was refunded plays on for a quarter of an hour at most.

A client renews at half-life, so that a lost try costs nothing; one that slept longer is refused a segment, asks again
and goes on where it was. Why this long: docs/adr/0015.
"""

HASH_ALGORITHM = "SHA256"
MAX_POLICY_CHARS = 2_048
MAX_SIGNATURE_CHARS = 1_024

# CloudFront's replacement for what base64 has and a cookie or a query may not hold.
_TO_SAFE = str.maketrans("+=/", "-_~")
_FROM_SAFE = str.maketrans("-_~", "+=/")


class Place(NamedTuple):
    """One version of one episode."""

    series: str
    episode: int
    version: str

    @property
    def folder(self) -> str:
        """The path under which the version's files are served; begins and ends with a slash."""
        return f"/media/{self.series}/{self.episode}/{self.version}/"

    @property
    def playlists(self) -> str:
        """The path under which the API serves the version's playlists, rewritten; ends with a slash."""
        return f"/v1/playlists/{self.series}/{self.episode}/{self.version}/"

    def resource(self, origin: str) -> str:
        """What a policy names: everything in the folder and nothing beside it."""
        return f"{origin}{self.folder}*"


class Grant(NamedTuple):
    """A signed policy, in CloudFront's encoding."""

    policy: str
    signature: str
    key_id: str


class Signer:
    """Signs policies. The private key is asked for at the first signature and kept."""

    def __init__(self, private_key: Callable[[], RSAPrivateKey], key_id: str) -> None:
        self._private_key = private_key
        self._key_id = key_id
        self._key: RSAPrivateKey | None = None

    def sign(self, policy: bytes) -> Grant:
        """A policy with its signature.

        Raises:
            Unavailable: the private key cannot be read.
        """
        if self._key is None:
            self._key = self._private_key()
        signature = self._key.sign(policy, PKCS1v15(), SHA256())
        return Grant(encode(policy), encode(signature), self._key_id)


def policy_of(resource: str, expires_at_s: int) -> bytes:
    """CloudFront's custom policy for a resource until a time (seconds since the epoch), without white space."""
    statement = {"Resource": resource, "Condition": {"DateLessThan": {"AWS:EpochTime": expires_at_s}}}
    return json.dumps({"Statement": [statement]}, separators=(",", ":")).encode()


def cookies_of(grant: Grant, folder: str) -> tuple[str, ...]:
    """The ``Set-Cookie`` values of a grant, as long-lived as it is at its longest.

    A browser keeps some 180 cookies of a site, and each episode brings four: those that open nothing any more must go.
    """
    values = {
        "CloudFront-Policy": grant.policy,
        "CloudFront-Signature": grant.signature,
        "CloudFront-Key-Pair-Id": grant.key_id,
        "CloudFront-Hash-Algorithm": HASH_ALGORITHM,
    }
    bounds = f"Path={folder}; Max-Age={LIFETIME_S}; Secure; HttpOnly; SameSite=Lax"
    return tuple(f"{name}={value}; {bounds}" for name, value in values.items())


def media_query_of(grant: Grant) -> str:
    """The query that CloudFront verifies on a file of the folder."""
    return (
        f"Policy={grant.policy}&Signature={grant.signature}&Key-Pair-Id={grant.key_id}&Hash-Algorithm={HASH_ALGORITHM}"
    )


def playlist_query_of(grant: Grant) -> str:
    """The query that the API verifies on a playlist."""
    return f"grantPolicy={grant.policy}&grantSignature={grant.signature}&grantKey={grant.key_id}"


def verify(grant: Grant, resource: str, keys: Mapping[str, RSAPublicKey], now_ms: int) -> None:
    """Checks that a grant is ours, is for exactly this resource and still holds.

    We issue policies for folders only, so the resource is compared whole: a policy with a shorter prefix or another
    wildcard is not ours to honour, whoever signed it.

    Raises:
        GrantMissing: a part is empty.
        GrantForged: unknown key, wrong signature, or not a policy.
        GrantForeign: signed by us, for something else.
        GrantExpired: its time is over.
    """
    if not all(grant):
        raise GrantMissing("Start playback to get a signed address.")
    policy = _authentic(grant, keys)
    try:
        (statement,) = json.loads(policy)["Statement"]
        granted, until = statement["Resource"], statement["Condition"]["DateLessThan"]["AWS:EpochTime"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise GrantForged("The grant holds no policy.") from error
    if granted != resource:
        raise GrantForeign("The grant is for another episode or version.")
    if not isinstance(until, int) or now_ms >= until * 1000:
        raise GrantExpired("Start playback again.")


def encode(data: bytes) -> str:
    """Base64 in CloudFront's alphabet."""
    return base64.b64encode(data).decode().translate(_TO_SAFE)


def decode(text: str) -> bytes:
    """What ``encode`` encoded.

    Raises:
        ValueError: it is not in CloudFront's alphabet.
    """
    return base64.b64decode(text.translate(_FROM_SAFE), validate=True)


def _authentic(grant: Grant, keys: Mapping[str, RSAPublicKey]) -> bytes:
    key = keys.get(grant.key_id)
    if key is None or len(grant.policy) > MAX_POLICY_CHARS or len(grant.signature) > MAX_SIGNATURE_CHARS:
        raise GrantForged("The grant was not signed here.")
    try:
        policy = decode(grant.policy)
        key.verify(decode(grant.signature), policy, PKCS1v15(), SHA256())
    except (InvalidSignature, binascii.Error, ValueError) as error:
        raise GrantForged("The grant was not signed here.") from error
    return policy
