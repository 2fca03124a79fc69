"""Partners of a test's own, each with a client for the sandbox that has every scope."""

from __future__ import annotations

import secrets
from typing import NamedTuple

from cliffhanger.partners.domain import SCOPES
from local.cast import person_of
from tests.e2e.client import Platform
from tools.openapi_examples import BODIES


class House(NamedTuple):
    """A partner, the tokens of its members, and its client with the client's secret."""

    partner: str
    members: list[str]
    client: str
    secret: str


def house(platform: Platform, members: list[str]) -> House:
    name, operator = f"p{secrets.token_hex(6)}", platform.token_of("opal")
    body = BODIES["putPartner"] | {"members": [person_of(token) for token in members], "revision": 0}
    made = platform.put(f"/v1/support/partners/{name}", operator, body)
    assert made.status == 201, made
    given = platform.post("/v1/partner/sandbox/clients", members[0], {"name": "Server", "scopes": [*SCOPES]})
    assert given.status == 201, given
    return House(name, members, given.json["client"]["clientId"], given.json["clientSecret"])
