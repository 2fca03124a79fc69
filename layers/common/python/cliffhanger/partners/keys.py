"""The keys that sign clients' tokens, as they stand in Secrets Manager, and as one warm instance knows them.

The secret's text is ``{"keys": [{"key": "...", "since": 1795284245123}, ...]}``: each 32 random bytes as base64url, and
from when on it signs, in milliseconds. Every key there is accepted. The newest that may sign does, so that a new one is
known to all before the first token is signed with it.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any, NamedTuple

from botocore.exceptions import BotoCoreError, ClientError

from cliffhanger.clock import Clock
from cliffhanger.errors import InternalError, Unavailable
from cliffhanger.partners.tokens import MIN_KEY_BYTES

KNOWN_MS = 5 * 60_000
"""How long a warm instance goes by what it has read."""
MAX_KEYS = 5


class SigningKey(NamedTuple):
    """A key, and from when on it signs, in milliseconds."""

    key: bytes
    since: int


class SigningKeys:
    """The keys of this stage.

    Args:
        client: makes the client of Secrets Manager, when it is needed.
        secret_id: where the keys stand.
        clock: the present.
    """

    def __init__(self, client: Callable[[], Any], secret_id: str, clock: Clock) -> None:
        self._client = client
        self._id = secret_id
        self._clock = clock
        self._known: tuple[SigningKey, ...] = ()
        self._read_at = 0

    def accepted(self) -> tuple[bytes, ...]:
        """Every key whose tokens hold. What was known last goes on while Secrets Manager does not answer.

        Raises:
            Unavailable: nothing is known yet, and Secrets Manager does not answer.
            InternalError: there are no keys; a fault of the stage.
        """
        return tuple(key.key for key in self._now())

    def signing(self) -> bytes:
        """The key that signs: the newest that may; the oldest where none may yet. See :meth:`accepted` for errors."""
        keys, now = sorted(self._now(), key=lambda key: key.since), self._clock()
        return [keys[0], *(key for key in keys if key.since <= now)][-1].key

    def _now(self) -> tuple[SigningKey, ...]:
        now = self._clock()
        if not self._known or not self._read_at <= now < self._read_at + KNOWN_MS:
            try:
                self._known = keys_in(self._read())
            except Unavailable:
                if not self._known:
                    raise
            self._read_at = now
        return self._known

    def _read(self) -> str:
        try:
            return str(self._client().get_secret_value(SecretId=self._id)["SecretString"])
        except (ClientError, BotoCoreError) as error:
            raise Unavailable("Partners cannot be served now; try again.") from error


def keys_in(text: str) -> tuple[SigningKey, ...]:
    """The keys in the text of their secret: one to five.

    Raises:
        InternalError: there are none, or one is too short; a fault of the stage.
    """
    try:
        found = [
            SigningKey(base64.urlsafe_b64decode(one["key"]), int(one["since"])) for one in json.loads(text)["keys"]
        ]
    except (ValueError, KeyError, TypeError):
        # Not chained: an error of the parser shows what it could not read.
        raise InternalError("The secret holds no keys.") from None
    if not 0 < len(found) <= MAX_KEYS or any(len(key.key) < MIN_KEY_BYTES for key in found):
        raise InternalError("The secret holds no keys.")
    return tuple(found)
