"""Webhooks: each event is sent to one address, signed, in order, and tried again a few times when nobody takes it.

Sources: "Webhooks" and "Verify webhook signatures manually" of Stripe's docs: ``t=seconds,v1=hex`` of HMAC-SHA256 over
``seconds.body``, one ``v1`` for each secret while one is being replaced; any 2xx is taken; no redirect is followed.
"""

from __future__ import annotations

import hashlib
import heapq
import hmac
import http.client
import json
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from cliffhanger.clock import Clock, rfc3339
from local.environment import require_loopback

TIMEOUT_S: Final = 10
RETRIES_S: Final = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
"""How long after each failed try the next one is made; after the last of them the event is given up."""
MAX_KEPT: Final = 2_000


class Delivery(NamedTuple):
    """What waits to be sent: an event's id and type, its body, and how often it was tried."""

    event: str
    type: str
    body: bytes
    tried: int


class Deliveries:
    """A queue in order of time, and one thread that sends. ``taken`` is told of each event that somebody took."""

    def __init__(
        self,
        url: str,
        secrets: tuple[str, ...],
        taken: Callable[[str], None],
        clock: Clock,
        retries_s: tuple[float, ...],
    ) -> None:
        self._target = urlsplit(require_loopback(url)) if url else None
        self._secrets = secrets
        self._taken = taken
        self._clock = clock
        self._retries_s = retries_s
        self._changed = threading.Condition()
        self._waiting: list[tuple[float, int, Delivery]] = []
        self._held: list[Delivery] = []
        self._count = 0
        self._closed = False
        self._log: deque[dict[str, Any]] = deque(maxlen=MAX_KEPT)
        self._thread = threading.Thread(target=self._run, daemon=True)

    @property
    def url(self) -> str:
        """Where webhooks go; empty for nowhere."""
        return self._target.geturl() if self._target else ""

    def start(self) -> None:
        """Begins to send."""
        self._thread.start()

    def close(self) -> None:
        """Ends the thread; what waits is not sent."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._thread.join(timeout=1.5)

    def log(self) -> list[dict[str, Any]]:
        """The tries, newest first."""
        with self._changed:
            return list(reversed(self._log))

    def send(
        self, event: str, kind: str, document: dict[str, Any], fault: str | None = None, after_s: float = 0
    ) -> None:
        """Queues an event, with the fault that it is to suffer."""
        if self._target is None:
            return
        delivery = Delivery(event, kind, json.dumps(document, indent=2).encode(), 0)
        with self._changed:
            if fault == "dropped":
                self._note(delivery, "dropped")
                return
            if fault == "reordered":
                self._held.append(delivery)
                return
            self._queue(delivery, after_s)
            if fault == "doubled":
                self._queue(delivery, after_s)
            for held in self._held:
                self._queue(held, 0)
            self._held.clear()
            self._changed.notify_all()

    def _queue(self, delivery: Delivery, after_s: float) -> None:
        self._count += 1
        heapq.heappush(self._waiting, (time.monotonic() + after_s, self._count, delivery))

    def _run(self) -> None:
        while (delivery := self._next()) is not None:
            outcome = self._post(delivery.body)
            took = isinstance(outcome, int) and 200 <= outcome < 300
            with self._changed:
                self._note(delivery, outcome)
                if not took and delivery.tried < len(self._retries_s):
                    self._queue(delivery._replace(tried=delivery.tried + 1), self._retries_s[delivery.tried])
            if took:
                self._taken(delivery.event)

    def _next(self) -> Delivery | None:
        with self._changed:
            while not self._closed:
                left = self._waiting[0][0] - time.monotonic() if self._waiting else None
                if left is not None and left <= 0:
                    return heapq.heappop(self._waiting)[2]
                self._changed.wait(left)
        return None

    def _post(self, body: bytes) -> int | str:
        """The status of the answer, or why there was none."""
        target = self._target
        if target is None:
            return "no address"
        connection = http.client.HTTPConnection(target.hostname or "", target.port, timeout=TIMEOUT_S)
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Stripe-Signature": signature(body, self._secrets, self._clock() // 1000),
            "User-Agent": "Stripe/1.0 (local)",
        }
        try:
            connection.request("POST", target.path or "/", body, headers)
            return connection.getresponse().status
        except (OSError, http.client.HTTPException) as error:
            return type(error).__name__
        finally:
            connection.close()

    def _note(self, delivery: Delivery, outcome: int | str) -> None:
        line = {"event": delivery.event, "type": delivery.type, "try": delivery.tried + 1, "outcome": outcome}
        self._log.append({"at": rfc3339(self._clock()), **line})


def signature(body: bytes, secrets: tuple[str, ...], at: int) -> str:
    """The value of ``Stripe-Signature`` for a body that is sent at that second."""
    signed = str(at).encode() + b"." + body
    made = [hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest() for secret in secrets]
    return ",".join((f"t={at}", *(f"v1={one}" for one in made)))
