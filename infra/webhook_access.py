"""Access to what partners' webhooks need; a part of :mod:`infra.access`."""

from __future__ import annotations

from collections.abc import Callable

from infra.grants import Access
from infra.resources import Resources


def _webhooks_send(resources: Resources) -> Access:
    """Anywhere on the Internet, which needs no permission; on one machine to its own receivers too."""
    endpoints = resources.config.endpoints
    settings = {}
    if endpoints.webhook_networks:
        settings["WEBHOOK_NETWORKS"] = ",".join(endpoints.webhook_networks)
    if endpoints.webhook_ca:
        settings["WEBHOOK_CA"] = endpoints.webhook_ca
    return Access(settings=settings)


WEBHOOKS: dict[str, Callable[[Resources], Access]] = {
    "webhooks:send": _webhooks_send,
}
"""By access name."""
