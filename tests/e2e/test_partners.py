"""A partner on the running platform: an operator makes it, its member a client, and the client calls like a server."""

from __future__ import annotations

import base64
import secrets
import urllib.parse
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from local.cast import person_of
from tests.e2e.client import Platform, Reply, eventually, refused, send

SCOPES = ["requests:read", "webhooks:read"]
FORM = "application/x-www-form-urlencoded"


class House(NamedTuple):
    """A partner of a test's own, and the token of its member."""

    partner: str
    member: str


@pytest.fixture(scope="module")
def house(platform: Platform) -> Iterator[House]:
    """Made by an operator; closed when the tests are over."""
    name, (_, member) = f"p{secrets.token_hex(6)}", platform.new_person("partner")
    body = {
        "name": "Nova",
        "members": [person_of(member)],
        "reach": {"all": False, "series": ["the-last-train"]},
        "quotas": {"live": 1_000, "sandbox": 1_000},
        "status": "active",
        "revision": 0,
    }
    made = platform.put(f"/v1/support/partners/{name}", platform.token_of("opal"), body)
    assert made.status == 201, made
    yield House(name, member)
    closed = {**body, "status": "closed", "members": [], "revision": 1}
    assert platform.put(f"/v1/support/partners/{name}", platform.token_of("opal"), closed).status == 200


def make_client(platform: Platform, house: House, mode: str) -> tuple[str, str]:
    made = platform.post(f"/v1/partner/{mode}/clients", house.member, {"name": "Server", "scopes": SCOPES})
    assert made.status == 201, made
    return made.json["client"]["clientId"], made.json["clientSecret"]


def buy(platform: Platform, client: str, secret: str) -> Reply:
    """As ``curl -u client:secret -d grant_type=client_credentials`` asks."""
    basic = base64.b64encode(f"{client}:{secret}".encode()).decode()
    return send(
        "POST",
        f"{platform.api}/v1/oauth/token",
        raw=urllib.parse.urlencode({"grant_type": "client_credentials"}).encode(),
        headers={"Authorization": f"Basic {basic}", "Content-Type": FORM},
    )


def token_of(platform: Platform, client: str, secret: str) -> str:
    given = buy(platform, client, secret)
    assert given.status == 200, given
    return str(given.json["access_token"])


def test_a_client_calls_rotates_and_finds_what_it_asked_in_the_log(platform: Platform, house: House):
    client, old = make_client(platform, house, "sandbox")
    token = token_of(platform, client, old)
    used = platform.get("/v1/partner/sandbox/usage", token)
    assert used.status == 200
    assert '"day";q=1000;w=86400' in used.headers["ratelimit-policy"]

    turned = platform.post(f"/v1/partner/sandbox/clients/{client}/rotation", house.member, {"overlapHours": 0})
    new = turned.json["clientSecret"]
    assert buy(platform, client, old).json["error"] == "invalid_client"
    eventually(lambda: platform.get("/v1/partner/sandbox/usage", token).status == 401, 15)
    refused(platform.get("/v1/partner/sandbox/usage", token), 401, "token_revoked")
    token = token_of(platform, client, new)

    log = platform.get("/v1/partner/sandbox/requests?limit=100", token).json["requests"]
    ours = [one for one in log if one["requestId"] == used.headers["request-id"]]
    assert [(one["method"], one["route"], one["status"], one["clientId"]) for one in ours] == [
        ("GET", "/v1/partner/{mode}/usage", 200, client)
    ]
    assert platform.get("/v1/partner/sandbox/usage", house.member).json["days"][0]["requests"] >= 1


def test_neither_mode_opens_the_other(platform: Platform, house: House):
    for mode, other in (("sandbox", "live"), ("live", "sandbox")):
        token = token_of(platform, *make_client(platform, house, mode))
        assert platform.get(f"/v1/partner/{mode}/usage", token).status == 200
        told: dict[str, Any] = refused(platform.get(f"/v1/partner/{other}/usage", token), 403, "wrong_mode")
        assert (told["mode"], told["needed"]) == (mode, other)


def test_who_has_used_the_day_s_quota_is_told_when_the_next_day_begins(platform: Platform):
    _, member = platform.new_person("partner")
    name, path = f"p{secrets.token_hex(6)}", "/v1/partner/sandbox/usage"
    body = {
        "name": "Little",
        "members": [person_of(member)],
        "reach": {"all": False, "series": ["the-last-train"]},
        "quotas": {"live": 1_000, "sandbox": 3},
        "status": "active",
        "revision": 0,
    }
    assert platform.put(f"/v1/support/partners/{name}", platform.token_of("opal"), body).status == 201
    token = token_of(platform, *make_client(platform, House(name, member), "sandbox"))
    assert [platform.get(path, token).status for _ in range(3)] == [200] * 3
    answer = platform.get(path, token)
    told: dict[str, Any] = refused(answer, 429, "quota_reached")
    assert told["quota"] == 3
    assert 0 < int(answer.headers["retry-after"]) <= 86_400
    assert '"day";r=0' in answer.headers["ratelimit"]
    assert platform.get(path, member).status == 200, "who signs in has no quota"


def test_a_client_that_is_removed_is_nobody_soon(platform: Platform, house: House):
    client, secret = make_client(platform, house, "live")
    token = token_of(platform, client, secret)
    assert platform.get("/v1/partner/live/usage", token).status == 200
    assert send("DELETE", f"{platform.api}/v1/partner/live/clients/{client}", token=house.member).status == 204
    assert buy(platform, client, secret).status == 401
    eventually(lambda: platform.get("/v1/partner/live/usage", token).status == 401, 15)


def test_a_member_of_nobody_sees_nothing_of_a_partner(platform: Platform, house: House):
    _, stranger = platform.new_person("partner")
    refused(platform.get("/v1/partner", stranger), 403, "partner_required")
    refused(platform.get(f"/v1/support/partners/{house.partner}", house.member), 403, "group_required")
    token = token_of(platform, *make_client(platform, house, "live"))
    refused(platform.get("/v1/wallet", token), 401, "token_unsigned")
    refused(platform.get("/v1/partner/live/clients", token), 403, "group_required")
