"""What happened, kept as events: each one whole, with the object as it was, and thin, as a word about an object.

Every event of v1 has a thin twin ``v1.{type}`` under an id of its own, which names it as ``snapshot_event``; events of
accounts v2 are thin only. Source: "Event destinations", docs.stripe.com/event-destinations.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from local.stripe import API_VERSION
from local.stripe.store import Object, Store, copied

PATHS: Final = {
    "charge": "/v1/charges",
    "checkout.session": "/v1/checkout/sessions",
    "customer": "/v1/customers",
    "dispute": "/v1/disputes",
    "identity.verification_session": "/v1/identity/verification_sessions",
    "payment_intent": "/v1/payment_intents",
    "payment_method": "/v1/payment_methods",
    "payout": "/v1/payouts",
    "refund": "/v1/refunds",
    "transfer": "/v1/transfers",
    "v2.core.account": "/v2/core/accounts",
}
"""Where an object of each kind is read."""


def moment(seconds: int) -> str:
    """A time as v2 writes it: RFC 3339, UTC, to the millisecond."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


class Events:
    """Makes events; ``deliver`` takes each to whoever listens: whole, or None where there is no such, and thin."""

    def __init__(self, store: Store, deliver: Callable[[Object | None, Object], None]) -> None:
        self._store = store
        self._deliver = deliver
        self._request: tuple[str | None, str | None] = (None, None)

    def during(self, request: str | None, key: str | None) -> None:
        """From now on, events are told to come from that request and its idempotency key."""
        self._request = (request, key)

    def tell(self, kind: str, found: Object, account: str) -> None:
        """One event about an object, as it is now."""
        thin_only = found["object"].startswith("v2.")
        whole = None if thin_only else self._whole(kind, found, account)
        thin = self._thin(kind if thin_only else f"v1.{kind}", found, account, whole)
        self._deliver(whole, thin)

    def _whole(self, kind: str, found: Object, account: str) -> Object:
        request, key = self._request
        event = {
            "id": self._store.name("evt"),
            "object": "event",
            "api_version": API_VERSION,
            "created": self._store.now(),
            "data": {"object": copied(found)},
            "livemode": False,
            "pending_webhooks": 0,
            "request": {"id": request, "idempotency_key": key},
            "type": kind,
            **({"account": account} if account else {}),
        }
        return self._store.add(event, account=account)

    def _thin(self, kind: str, found: Object, account: str, whole: Object | None) -> Object:
        request, key = self._request
        name = found["id"]
        reason = {"type": "request", "request": {"id": request, "idempotency_key": key or ""}} if request else None
        event = {
            "id": self._store.name("evt"),
            "object": "v2.core.event",
            "changes": None,
            "context": account or None,
            "created": moment(self._store.now()),
            "livemode": False,
            "reason": reason,
            "related_object": {
                "id": name,
                "type": found["object"],
                "url": f"{PATHS[found['object']]}/{name}",
            },
            "snapshot_event": whole["id"] if whole else None,
            "type": kind,
        }
        return self._store.add(event, account=account)


def notification(thin: Object) -> Object:
    """What is sent of a thin event: all but what has changed."""
    return {name: value for name, value in thin.items() if name not in ("changes", "snapshot_event")}
