"""What partners' webhooks are sent with."""

from __future__ import annotations

import functools
import os
from typing import TYPE_CHECKING

from cliffhanger.aws import aws_client
from cliffhanger.bootstrap.foundation import connection, event_publisher, request_secret
from cliffhanger.bootstrap.partners import partners_store
from cliffhanger.clock import system_clock
from cliffhanger.settings import read

if TYPE_CHECKING:
    from collections.abc import Callable

    from cliffhanger.webhooks.addresses import Networks
    from cliffhanger.webhooks.delivering import Station
    from cliffhanger.webhooks.dispatching import Desk
    from cliffhanger.webhooks.fanout import Exchange, Reach, Reaches
    from cliffhanger.webhooks.queues import SqsQueues
    from cliffhanger.webhooks.sending import Sender
    from cliffhanger.webhooks.service import Office
    from cliffhanger.webhooks.store import DeliveryLog, EndpointsStore


@functools.cache
def webhook_networks() -> Networks:
    """Networks that webhooks may be sent to though they are not public; on every stage but one machine's, none."""
    from cliffhanger.webhooks.addresses import networks_of

    return networks_of(os.environ.get("WEBHOOK_NETWORKS", ""))


@functools.cache
def webhook_sender() -> Sender:
    """What sends webhooks; on one machine, it trusts the machine's own receivers too."""
    from cliffhanger.webhooks.sending import Sender

    return Sender(webhook_networks(), os.environ.get("WEBHOOK_CA"))


@functools.cache
def endpoints_store() -> EndpointsStore:
    """Partners' endpoints."""
    from cliffhanger.webhooks.store import EndpointsStore

    return EndpointsStore(connection(), read("ENDPOINTS_TABLE"))


@functools.cache
def delivery_log() -> DeliveryLog:
    """What was and is to be delivered to them."""
    from cliffhanger.webhooks.store import DeliveryLog

    return DeliveryLog(connection(), read("DELIVERIES_TABLE"))


@functools.cache
def delivery_queues() -> SqsQueues:
    """The queues of deliveries that are due; the client is made at the first message."""
    from cliffhanger.webhooks.queues import SqsQueues

    return SqsQueues(
        lambda: aws_client("sqs"), {"fast": read("DELIVERIES_QUEUE_URL"), "slow": read("SLOW_DELIVERIES_QUEUE_URL")}
    )


@functools.cache
def endpoint_key() -> bytes:
    """What the secrets of endpoints are derived from.

    Raises:
        Unavailable: Secrets Manager does not answer; asked again at the next attempt.
    """
    from cliffhanger.request_secret import read_secret

    return read_secret(aws_client("secretsmanager"), read("ENDPOINT_KEY"))


@functools.cache
def partner_reaches() -> Reaches:
    """Which events partners may see, as one warm instance knows it."""
    from cliffhanger.webhooks.fanout import Reaching

    partners = partners_store()  # here, since threads ask: two at once would make it twice, which it refuses

    def reach(partner: str) -> Reach | None:
        found = partners.find(partner)
        return found.reach if found is not None and found.active else None

    return Reaching(reach, system_clock)


@functools.cache
def webhook_exchange() -> Exchange:
    """What fanning events out works with."""
    from cliffhanger.webhooks.fanout import Directory, Exchange

    endpoints = endpoints_store()
    directory = Directory(endpoints, "live", system_clock)
    return Exchange(directory, endpoints, delivery_log(), delivery_queues(), partner_reaches())


@functools.cache
def webhook_station() -> Station:
    """What delivering works with."""
    from cliffhanger.webhooks.delivering import Station

    return Station(
        endpoints_store(), delivery_log(), delivery_queues(), webhook_sender(), endpoint_key, partner_reaches()
    )


def webhook_desk(in_time: Callable[[], bool]) -> Desk:
    """What a sweep of deliveries works with."""
    from cliffhanger.webhooks.dispatching import Desk

    return Desk(endpoints_store(), delivery_log(), delivery_queues(), event_publisher(), in_time)


@functools.cache
def webhook_office() -> Office:
    """What the use cases of endpoints work with."""
    from cliffhanger.webhooks.service import Office

    return Office(
        endpoints_store(),
        delivery_log(),
        delivery_queues(),
        webhook_networks(),
        endpoint_key,
        functools.partial(request_secret, "webhooks"),
    )
