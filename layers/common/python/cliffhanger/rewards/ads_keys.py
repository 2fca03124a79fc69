"""The public keys of an ad network's callbacks, as a warm instance knows them.

Source: AdMob, "Validate server-side verification (SSV) callbacks": keys are rotated, and may be kept for at most 24
hours. The document is ``{"keys": [{"keyId": number, "pem": text, "base64": DER}]}``.
"""

from __future__ import annotations

import base64
import http.client
import json
import ssl
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key

from cliffhanger.clock import Clock
from cliffhanger.errors import Unavailable

LIFETIME_MS = 24 * 3_600_000
"""So old keys may be at most; then nothing is verified until there are newer ones."""
FRESH_MS = 6 * 3_600_000
"""Older ones are used, and asked for anew: three quarters of a day are left for a network that does not answer."""
REST_MS = 60_000
"""There is no second question within a minute, whatever came of the first: keys that nobody has, and a network that is
down, make us neither hammer it nor wait for it with every callback."""
FETCH_TIMEOUT_S = 3.0
MAX_BYTES = 65_536
MOST_KEYS = 64

Keys = Mapping[str, EllipticCurvePublicKey]


class AdKeys:
    """A network's keys by id, fetched when first needed, again when they are old, and when an unknown id appears.

    Args:
        fetch: the document of the present.
        clock: the present.
        tell: told when it could not be had.
    """

    def __init__(self, fetch: Callable[[], bytes], clock: Clock, tell: Callable[[], None]) -> None:
        self._fetch = fetch
        self._clock = clock
        self._tell = tell
        self._keys: Keys = {}
        self._fetched_at: int | None = None
        self._tried_at: int | None = None

    def find(self, key_id: str) -> EllipticCurvePublicKey | None:
        """The key of that id, or None where the network has none.

        Raises:
            Unavailable: no keys are known, or only such as are too old.
        """
        now = self._clock()
        if not self._within(self._tried_at, REST_MS, now) and (
            key_id not in self._keys or not self._within(self._fetched_at, FRESH_MS, now)
        ):
            self._refresh(now)
        if not self._within(self._fetched_at, LIFETIME_MS, now):
            raise Unavailable("The ad network's keys cannot be read.")
        return self._keys.get(key_id)

    def _refresh(self, now: int) -> None:
        self._tried_at = now
        try:
            self._keys = parse_keys(self._fetch())
        except (OSError, http.client.HTTPException, ValueError):
            self._tell()  # what is known already still holds
        else:
            self._fetched_at = now

    @staticmethod
    def _within(since: int | None, span_ms: int, now: int) -> bool:
        """Whether that was less than so long ago; a clock that was set back makes nothing last longer."""
        return since is not None and 0 <= now - since < span_ms


def parse_keys(document: bytes) -> Keys:
    """The P-256 keys of a network's document, by id; those of other kinds are left out.

    Raises:
        ValueError: it is no such document, or it holds no key.
    """
    try:
        told = json.loads(document)["keys"][:MOST_KEYS]
        keys = {str(key["keyId"]): load_der_public_key(base64.b64decode(key["base64"])) for key in told}
    except (KeyError, TypeError, RecursionError, UnsupportedAlgorithm) as error:
        raise ValueError("no document of keys") from error
    found = {
        name: key
        for name, key in keys.items()
        if isinstance(key, EllipticCurvePublicKey) and isinstance(key.curve, SECP256R1)
    }
    if not found:
        raise ValueError("no keys")
    return found


def fetch_keys(url: str) -> Callable[[], bytes]:
    """A fetcher of a document of at most 64 KiB; it follows no redirect, and trusts whom the system trusts.

    Raises:
        ValueError: the address is neither https nor http.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("https", "http") or parts.hostname is None:
        raise ValueError(url)
    host, port, secure = parts.hostname, parts.port, parts.scheme == "https"

    def fetch() -> bytes:
        connection = (
            http.client.HTTPSConnection(host, port, timeout=FETCH_TIMEOUT_S, context=ssl.create_default_context())
            if secure
            else http.client.HTTPConnection(host, port, timeout=FETCH_TIMEOUT_S)
        )
        try:
            connection.request("GET", parts.path or "/", headers={"Accept": "application/json"})
            answer = connection.getresponse()
            body = answer.read(MAX_BYTES + 1)
            if answer.status != 200 or len(body) > MAX_BYTES:
                raise ValueError(f"answered {answer.status} with {len(body)} bytes or more")
            return body
        finally:
            connection.close()

    return fetch
