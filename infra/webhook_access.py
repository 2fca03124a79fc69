"""Access to what partners' webhooks need; a part of :mod:`infra.access`."""

from __future__ import annotations

from collections.abc import Callable

from infra.grants import Access, Grant, in_table, index, on, reading
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


def _deliveries_send(resources: Resources) -> Access:
    """Messages that deliveries are due, into both lanes."""
    fast, slow = resources.webhooks.fast, resources.webhooks.slow
    settings = {"DELIVERIES_QUEUE_URL": fast.queue_url, "SLOW_DELIVERIES_QUEUE_URL": slow.queue_url}
    return Access((Grant(("sqs:SendMessage",), (fast.queue_arn, slow.queue_arn)),), settings)


def _endpoints(*operations: str) -> Callable[[Resources], Access]:
    """Operations on partners' endpoints, and the list of all of one mode."""

    def give(resources: Resources) -> Access:
        endpoints = resources.tables.endpoints
        grants = (on(endpoints, *operations), index(endpoints, "by-mode"))
        return Access(grants, {"ENDPOINTS_TABLE": endpoints.table_name})

    return give


def _deliveries_sweep(resources: Resources) -> Access:
    """What somebody has to look at, and what no message has come of."""
    deliveries = resources.tables.deliveries
    grants = (on(deliveries, "GetItem", "Query", "UpdateItem"), index(deliveries, "by-due"))
    return Access(grants, {"DELIVERIES_TABLE": deliveries.table_name})


def _endpoint_key_read(resources: Resources) -> Access:
    """What the secrets of partners' endpoints are derived from."""
    secret = resources.endpoint_key
    return Access((reading(secret),), {"ENDPOINT_KEY": secret.id})


WEBHOOKS: dict[str, Callable[[Resources], Access]] = {
    "webhooks:send": _webhooks_send,
    "endpoints:list": _endpoints("GetItem"),
    "endpoints:note": in_table("endpoints", "GetItem", "UpdateItem"),
    # Puts only how far lost messages were looked for.
    "endpoints:sweep": _endpoints("GetItem", "UpdateItem", "PutItem"),
    "endpoints:manage": in_table("endpoints", "GetItem", "Query", "PutItem", "UpdateItem", "DeleteItem"),
    # No access gives a deletion: the table forgets by itself.
    "deliveries:add": in_table("deliveries", "PutItem"),
    "deliveries:record": in_table("deliveries", "GetItem", "UpdateItem"),
    "deliveries:manage": in_table("deliveries", "GetItem", "Query", "PutItem", "UpdateItem"),
    "deliveries:sweep": _deliveries_sweep,
    "deliveries:send": _deliveries_send,
    "endpoint-key:read": _endpoint_key_read,
}
"""By access name."""
