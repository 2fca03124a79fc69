"""The demo's partner: made by an operator, with an endpoint in each mode that leads to its receiver, and a client.

Everything goes through the public API, as a partner would do it, and finds what is there already.
"""

from __future__ import annotations

import urllib.parse
import urllib.request
from typing import Any, Final, NamedTuple

from local.calls import TIMEOUT_S, call
from local.cast import SERIES

PARTNER: Final = "harbour"
NAME: Final = "Harbour Books"
CLIENT: Final = "Back office"
QUOTA: Final = 100_000
SCOPES: Final = ("webhooks:read", "webhooks:write", "events:send", "requests:read")


class Places(NamedTuple):
    """Addresses: of the API, of the receiver's page, and of where it takes webhooks."""

    api: str
    receiver: str
    hooks: str


class People(NamedTuple):
    """The tokens of an operator and of the partner's member, and the member's person id."""

    operator: str
    member: str
    person: str


def seed(places: Places, people: People) -> dict[str, Any]:
    """Makes what is missing, and tells the receiver its secrets; answers with what a program of the partner needs.

    Raises:
        CallRefused: the platform refused a call.
    """
    _make_partner(places, people)
    for mode in ("live", "sandbox"):
        _make_endpoint(places, people, mode)
    return {"partnerId": PARTNER, **_client(places, people)}


def _make_partner(places: Places, people: People) -> None:
    known = call("GET", f"{places.api}/v1/support/partners", people.operator)["partners"]
    if any(one["partnerId"] == PARTNER for one in known):
        return
    wanted = {
        "name": NAME,
        "members": [people.person],
        "reach": {"all": False, "series": [SERIES]},
        "quotas": {"live": QUOTA, "sandbox": QUOTA},
        "status": "active",
        "revision": 0,
    }
    call("PUT", f"{places.api}/v1/support/partners/{PARTNER}", people.operator, wanted)


def _make_endpoint(places: Places, people: People, mode: str) -> None:
    """One for all events, named by its address: a platform on other ports has another one."""
    url = f"{places.hooks}/{mode}"
    key = f"demo-{mode}-{urllib.parse.urlsplit(url).port}"
    wanted = {"url": url, "description": "The demo's receiver", "types": ["*"]}
    endpoints = f"{places.api}/v1/partner/{mode}/endpoints"
    made = call("POST", endpoints, people.member, wanted, {"Idempotency-Key": key})
    secret = call("GET", f"{endpoints}/{made['endpointId']}/secret", people.member)["secret"]
    form = urllib.parse.urlencode({"secret": secret}).encode()
    urllib.request.urlopen(f"{places.receiver}/inboxes/{mode}", form, TIMEOUT_S).close()  # noqa: S310 - loopback


def _client(places: Places, people: People) -> dict[str, Any]:
    """The sandbox's client with a secret: a new one where the client is there already, since none is shown twice."""
    clients = f"{places.api}/v1/partner/sandbox/clients"
    known = [one for one in call("GET", clients, people.member)["clients"] if one["name"] == CLIENT]
    if known:
        shown = call("POST", f"{clients}/{known[0]['clientId']}/rotation", people.member, {"overlapHours": 0})
    else:
        shown = call("POST", clients, people.member, {"name": CLIENT, "scopes": list(SCOPES)})
    return {"clientId": shown["client"]["clientId"], "clientSecret": shown["clientSecret"]}
