"""Use cases of events that did not happen: one that tries an endpoint, and any for the sandbox."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from cliffhanger.errors import ValidationFailed
from cliffhanger.events.catalogue import newest
from cliffhanger.events.envelope import envelope_of
from cliffhanger.events.examples import make_event
from cliffhanger.webhooks.domain import Delivery
from cliffhanger.webhooks.fanout import delivery_for, told_by
from cliffhanger.webhooks.queues import message_for
from cliffhanger.webhooks.service import Office, Whose, get

TEST = "WebhookEndpointTested"


def send_test(office: Office, whose: Whose, kind: str) -> Delivery:
    """Sends an event that tries an endpoint, whatever it wants and whether or not it is active; once, without retries.

    A live endpoint gets nothing but what has happened: that it was tried.

    Raises:
        NotFound: there is none of that id.
        ValidationFailed: there is no such type, or it cannot be sent to a live endpoint.
        Unavailable: it may or may not be sent.
    """
    endpoint = get(office, whose)
    if endpoint.mode == "live" and kind != TEST:
        raise ValidationFailed(f"To a live endpoint only {TEST} is sent: nothing else has happened.", where="body")
    own = {
        "partnerId": whose.partner,
        "mode": whose.mode,
        "endpointId": whose.endpoint,
        "description": endpoint.description,
    }
    now = office.clock()
    envelope = _made(office, kind, own, {})
    made = replace(delivery_for(endpoint, told_by(envelope), now), state="pending", ended_at=0, test=True)
    office.log.add(made)
    office.queues.send([message_for(made, endpoint.lane(now))])
    return made


def send_to_sandbox(office: Office, partner: str, kind: str, data: Mapping[str, Any]) -> tuple[str, int]:
    """Sends an event that did not happen to a partner's sandbox endpoints that want it; its id, and to how many.

    Raises:
        ValidationFailed: there is no such type, or the data do not fit it.
        EventTooLarge: the data are too many.
        Unavailable: it may have reached some of them.
    """
    now = office.clock()
    told = told_by(_made(office, kind, {"partnerId": partner, "mode": "sandbox"}, data))
    wanting = [each for each in office.endpoints.of(partner, "sandbox") if each.wants(kind)]
    messages = []
    for endpoint in wanting:
        made = delivery_for(endpoint, told, now)
        office.log.add(made)
        if made.state == "pending":
            messages.append(message_for(made, endpoint.lane(now)))
    office.queues.send(messages)
    return told.event, len(wanting)


def _made(office: Office, kind: str, own: Mapping[str, Any], data: Mapping[str, Any]) -> dict[str, Any]:
    """The envelope of an event that did not happen; what it says of a partner is said of this one."""
    known = newest(kind).data["properties"]
    members = {**{name: value for name, value in own.items() if name in known}, **data}
    event = make_event(kind, seed=office.make_id(), now=office.clock(), data=members)
    return envelope_of(event)
