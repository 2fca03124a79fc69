"""Which events are sent, how, and which were taken: between what happened and what is delivered."""

from __future__ import annotations

from typing import Any

from local.stripe.deliveries import Deliveries
from local.stripe.errors import missing
from local.stripe.events import notification
from local.stripe.faults import Faults
from local.stripe.store import Object, Store


class Webhooks:
    """Sends each event once: whole, or thin where it is asked for or there is nothing else.

    Everything but ``taken`` is called by whoever holds the service's lock.
    """

    def __init__(self, store: Store, faults: Faults) -> None:
        self._store = store
        self._faults = faults
        self._deliveries: Deliveries | None = None
        self.thin = False

    def through(self, deliveries: Deliveries) -> None:
        """Sends through these from now on."""
        self._deliveries = deliveries

    @property
    def url(self) -> str:
        """Where they go; empty for nowhere."""
        return self._deliveries.url if self._deliveries else ""

    def log(self) -> list[dict[str, Any]]:
        """The tries, newest first."""
        return self._deliveries.log() if self._deliveries else []

    def tell(self, whole: Object | None, thin: Object) -> None:
        """Sends an event that has just happened."""
        event = thin if whole is None or self.thin else whole
        fault = self._faults.of_webhook(event["type"].removeprefix("v1."))
        late = fault.seconds or 3 if fault and fault.kind == "late" else 0
        self._send(event, fault.kind if fault else None, late)

    def again(self, name: str) -> None:
        """Sends an event's webhook again.

        Raises:
            StripeError: there is no such event.
        """
        event = self._store.find(name)
        if event is None or not event["object"].endswith("event"):
            raise missing("event", name)
        self._send(event)

    def resume(self) -> None:
        """Sends what nobody had taken when the last process ended, oldest first."""
        waiting = [
            event
            for kind in ("event", "v2.core.event")
            for event in self._store.newest(kind)
            if self._store.note(event["id"]).get("pending")
        ]
        waiting.reverse()
        for event in sorted(waiting, key=lambda event: self._store.note(event["id"])["pending"]):
            self._send(event)

    def taken(self, name: str) -> None:
        """Somebody took an event."""
        event = self._store.find(name)
        if event is not None:
            self._store.note(name).pop("pending", None)
            if "pending_webhooks" in event:
                event["pending_webhooks"] = 0

    def _send(self, event: Object, fault: str | None = None, after_s: float = 0) -> None:
        if self._deliveries is None or not self._deliveries.url:
            return
        self._store.note(event["id"])["pending"] = self._store.now_ms()
        if "pending_webhooks" in event:
            event["pending_webhooks"] = 1
        body = event if event["object"] == "event" else notification(event)
        self._deliveries.send(event["id"], event["type"], body, fault, after_s)
