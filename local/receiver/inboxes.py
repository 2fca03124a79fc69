"""What was received, by inbox, and how each inbox answers. Bounded everywhere; nothing of it outlives the process."""

from __future__ import annotations

import re
import threading
from collections import deque
from collections.abc import Mapping
from typing import Final, Literal, NamedTuple, get_args

from standardwebhooks import Webhook, WebhookVerificationError
from standardwebhooks.webhooks import EmptyWebhookSecretError

from cliffhanger.clock import Clock

Behaviour = Literal["accept", "error", "gone", "hang"]
"""Answer as a receiver should; 500; 410, for ever gone; nothing at all."""

BEHAVIOURS: Final[tuple[Behaviour, ...]] = get_args(Behaviour)
NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
MAX_INBOXES: Final = 20
MAX_RECEIVED: Final = 200
MAX_SECRETS: Final = 2
"""The one that is new, and the one before it: while a secret is rotated, either may sign."""

TAKEN, UNTRUSTED, BROKEN, GONE = 204, 401, 500, 410


class Received(NamedTuple):
    """One request as it came: ``verified``, or ``why`` not; the status of the answer, None where there was none.

    ``attempt`` counts the requests of the same ``message`` (the ``webhook-id``) in this inbox, from 1. ``at`` is in ms.
    """

    number: int
    inbox: str
    message: str
    at: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    verified: bool
    why: str
    attempt: int
    status: int | None


class Inbox(NamedTuple):
    """How an inbox answers, and the secrets that it verifies with, the newest first."""

    name: str
    behaviour: Behaviour
    secrets: tuple[str, ...]


class TooManyInboxes(Exception):
    """There is no room for another one."""


class Refused(Exception):
    """A secret or a behaviour is none. The message says what is wrong."""


class Inboxes:
    """All of them, for many threads at once."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._inboxes: dict[str, Inbox] = {}
        self._received: deque[Received] = deque(maxlen=MAX_RECEIVED)
        self._count = 0

    def take(self, name: str, headers: tuple[tuple[str, str], ...], body: bytes) -> int | None:
        """Verifies and keeps a request; the status to answer with, or None for no answer at all.

        Raises:
            TooManyInboxes: the name is new, and there is no room.
        """
        plain = {key.lower(): value for key, value in headers}
        with self._lock:
            inbox = self._opened(name)
            why = _why_not(inbox.secrets, plain, body)
            status = _status(inbox.behaviour, verified=not why)
            self._count += 1
            message = plain.get("webhook-id", "")
            attempt = 1 + sum((one.inbox, one.message) == (name, message) for one in self._received)
            self._received.append(
                Received(self._count, name, message, self._clock(), headers, body, not why, why, attempt, status)
            )
        return status

    def behave(self, name: str, behaviour: str) -> None:
        """From now on the inbox answers so.

        Raises:
            Refused: there is no such behaviour.
            TooManyInboxes: the name is new, and there is no room.
        """
        known = next((one for one in BEHAVIOURS if one == behaviour), None)
        if known is None:
            raise Refused(f"A behaviour is one of {', '.join(BEHAVIOURS)}.")
        with self._lock:
            self._inboxes[name] = self._opened(name)._replace(behaviour=known)

    def trust(self, name: str, secret: str) -> None:
        """From now on the inbox verifies with this secret, and with the newest one before it.

        Raises:
            Refused: it is no secret.
            TooManyInboxes: the name is new, and there is no room.
        """
        if not secret.startswith("whsec_") or not _usable(secret):
            raise Refused("A secret begins with whsec_ and goes on in base64.")
        with self._lock:
            inbox = self._opened(name)
            before = tuple(one for one in inbox.secrets if one != secret)
            self._inboxes[name] = inbox._replace(secrets=(secret, *before)[:MAX_SECRETS])

    def all(self) -> list[Inbox]:
        """The inboxes, by name."""
        with self._lock:
            return [self._inboxes[name] for name in sorted(self._inboxes)]

    def received(self, name: str = "") -> list[Received]:
        """What an inbox received, or all of them, newest first."""
        with self._lock:
            return [one for one in reversed(self._received) if name in ("", one.inbox)]

    def _opened(self, name: str) -> Inbox:
        if name not in self._inboxes:
            if len(self._inboxes) >= MAX_INBOXES:
                raise TooManyInboxes(name)
            self._inboxes[name] = Inbox(name, "accept", ())
        return self._inboxes[name]


def _why_not(secrets: tuple[str, ...], headers: Mapping[str, str], body: bytes) -> str:
    """Empty if a secret verifies the request; else what the newest one says against it."""
    if not secrets:
        return "This inbox knows no secret yet"
    said = [_verify(secret, headers, body) for secret in secrets]
    return "" if "" in said else said[0]


def _verify(secret: str, headers: Mapping[str, str], body: bytes) -> str:
    try:
        Webhook(secret).verify(body, dict(headers), json_parse=False)
    except WebhookVerificationError as error:
        return str(error)
    except ValueError:
        return "Headers or body are malformed"  # the library lets base64 and UTF-8 speak for themselves
    return ""


def _usable(secret: str) -> bool:
    try:
        Webhook(secret)
    except (EmptyWebhookSecretError, ValueError):
        return False
    return True


def _status(behaviour: Behaviour, *, verified: bool) -> int | None:
    if behaviour == "accept":
        return TAKEN if verified else UNTRUSTED
    return {"error": BROKEN, "gone": GONE, "hang": None}[behaviour]
