"""Endpoints and deliveries as tests need them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from cliffhanger.webhooks.domain import Delivery, Endpoint, delivery_id

NOW = 1_764_000_000_000
SECOND, MINUTE, HOUR, DAY = 1_000, 60_000, 3_600_000, 86_400_000


def endpoint(name: str = "e1", **changes: Any) -> Endpoint:
    """An active endpoint of a partner that wants everything."""
    made = Endpoint("acme", "live", name, f"https://{name}.example/hooks", "", ("*",), NOW, NOW)
    return replace(made, **changes)


def delivery(number: int = 1, **changes: Any) -> Delivery:
    """A delivery that nobody has attempted."""
    made = Delivery(
        endpoint="e1",
        delivery=delivery_id(NOW + number, f"evt-{number:026d}"),
        partner="acme",
        mode="live",
        type="EpisodeUnlocked",
        body=b'{"id":"evt-1","data":{}}',
        created_at=NOW,
    )
    return replace(made, **changes)
