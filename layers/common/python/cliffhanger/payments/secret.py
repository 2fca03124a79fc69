"""Stripe's secrets as they stand in Secrets Manager: the key to its API, and what it signs its webhooks with."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from cliffhanger.clock import Clock
from cliffhanger.errors import InternalError, Unavailable

MAX_SECRETS = 5
"""As many as may be rolled at once."""

KNOWN_MS = 5 * 60_000
"""How long a warm instance goes by what it has read. Both secrets of an endpoint stand there while one is rolled."""


def read_text(client: Any, secret_id: str) -> str:
    """The text of a secret.

    Raises:
        Unavailable: Secrets Manager does not answer, or has no such secret yet.
    """
    try:
        text: str = client.get_secret_value(SecretId=secret_id)["SecretString"]
    except (ClientError, BotoCoreError) as error:
        raise Unavailable("Payments cannot be taken now; try again.") from error
    return text


def api_key_in(text: str) -> str:
    """The key to the API in the text of its secret, ``{"apiKey": "..."}``.

    Raises:
        InternalError: there is none; a fault of the stage.
    """
    (key,) = _texts(text, "apiKey", listed=False)
    return key


def webhook_secrets_in(text: str) -> tuple[str, ...]:
    """The secrets of webhooks in the text of theirs, ``{"webhookSecrets": ["whsec_...", ...]}``: one to five.

    Raises:
        InternalError: there are none; a fault of the stage.
    """
    return _texts(text, "webhookSecrets", listed=True)


class WebhookSecrets:
    """What Stripe signs its webhooks with, as one warm instance knows it.

    Args:
        client: makes the client of Secrets Manager, when it is needed.
        secret_id: where the secrets stand.
        clock: the present.
    """

    def __init__(self, client: Callable[[], Any], secret_id: str, clock: Clock) -> None:
        self._client = client
        self._id = secret_id
        self._clock = clock
        self._known: tuple[str, ...] = ()
        self._read_at = 0

    def now(self) -> tuple[str, ...]:
        """The secrets. What was known last holds while Secrets Manager does not answer.

        Raises:
            Unavailable: nothing is known yet, and Secrets Manager does not answer.
            InternalError: there are none; a fault of the stage.
        """
        now = self._clock()
        if not self._known or not self._read_at <= now < self._read_at + KNOWN_MS:
            try:
                self._known = webhook_secrets_in(read_text(self._client(), self._id))
            except Unavailable:
                if not self._known:
                    raise
            self._read_at = now
        return self._known


def _texts(text: str, name: str, *, listed: bool) -> tuple[str, ...]:
    try:
        found = json.loads(text)[name]
    except (ValueError, KeyError, TypeError):
        # Not chained: an error of the parser shows what it could not read.
        raise InternalError(f"The secret holds no {name}.") from None
    values = found if listed else [found]
    if not isinstance(values, list) or not 0 < len(values) <= MAX_SECRETS:
        raise InternalError(f"The secret holds no {name}.")
    if not all(isinstance(value, str) and value for value in values):
        raise InternalError(f"The secret holds no {name}.")
    return tuple(values)
