"""Whatever is sent, as whoever: no fault of ours, and no answer that the description does not name."""

from __future__ import annotations

import copy
import os
import secrets
from collections.abc import Callable, Iterator
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from cliffhanger.routes import ROUTES, Route
from local.cast import SERIES
from tests.e2e.client import Platform, eventually, send
from tests.e2e.fuzzing import DOCUMENT, Known, Role, fuzz
from tests.e2e.houses import House, house
from tools.openapi_examples import BODIES

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES") or 3)
"""Drawn requests for each operation, beside the examples and bounds of the description. ``make fuzz`` says more."""
SEED = int(os.environ.get("FUZZ_SEED") or 1)
ONLY = os.environ.get("FUZZ_ROLE")
PEOPLE = 20 + EXAMPLES // 2
"""So many that nobody comes upon a limit, however fast it goes: none writes 30 times, or reads 120 times."""
CREATORS, OPERATORS = 2 * PEOPLE, 3 * PEOPLE
"""They may call more operations, nearly all of which write."""
RICH = 2
MEMBERS = 4


def people(platform: Platform, group: str | None = None, count: int = PEOPLE) -> list[str]:
    return [platform.new_person(group)[1] for _ in range(count)]


def with_auth(*auths: str) -> Callable[[Route], bool]:
    return lambda route: route.auth in auths


def guests(platform: Platform) -> Role:
    """Who shows nothing, or a secret that is no client's."""
    return Role("guests", with_auth("public", "guest", "client"), known={"path.seriesId": [SERIES]})


def viewers(platform: Platform) -> Role:
    """Viewers of whom two have coins; all have ordered some, and watch."""
    tokens = people(platform)
    for token in tokens[:RICH]:
        platform.give_coins(token)
    wanted = {"packId": "evening", "currency": "EUR", "amountShown": 299, "method": "checkout"}
    orders, sessions = {}, {}
    for token in tokens:
        made = platform.post("/v1/orders", token, wanted, headers={"Idempotency-Key": secrets.token_hex(8)})
        orders[token] = made.json["orderId"]
        watched = platform.post(f"/v1/series/{SERIES}/episodes/1/watch", token, {"device": "f3Qx9_mB2tKc"})
        sessions[token] = watched.json["session"]
    playlist = platform.playback(tokens[0], delivery="query").json["playlistUrl"]
    version, name = urlsplit(playlist).path.split("/")[-2:]
    known: Known = {
        "path.seriesId": [SERIES],
        "path.episode": [1, 2],
        "path.version": [version],
        "path.playlist": [name],
        "path.orderId": [*orders.values()],
        "path.seq": [1, 2],
        "body.session": [*sessions.values()],
    }
    own = {"orderId": orders, "session": sessions}
    grant = dict(parse_qsl(urlsplit(playlist).query))
    return Role("viewers", with_auth("public", "guest", "viewer", "grant"), tokens, known, own, grant)


def creators(platform: Platform) -> Role:
    """Creators with a series each, which has an episode."""
    series = {}
    for token in people(platform, "creator", CREATORS):
        series[token] = f"fuzz-{secrets.token_hex(6)}"
        made = platform.put(f"/v1/studio/series/{series[token]}", token, BODIES["putSeries"])
        assert made.status == 201
        episode = f"/v1/studio/series/{series[token]}/episodes/1"
        assert platform.put(episode, token, BODIES["putEpisode"] | {"revision": made.json["revision"]}).status == 201
    known: Known = {"path.seriesId": [*series.values()], "path.episode": [1, 2]}
    return Role("creators", with_auth("creator"), [*series], known, {"seriesId": series})


def operators(platform: Platform) -> Role:
    """Operators, of whom one asks for what another may approve; viewers with coins, and a partner."""
    tokens = people(platform, "operator", OPERATORS)
    watching = people(platform, count=RICH)
    for token in watching:
        platform.give_coins(token)
    ours = house(platform, people(platform, "partner", 1))
    known: Known = {
        "path.account": [platform.account_of(token) for token in watching],
        "path.partnerId": [ours.partner],
    }
    return Role("operators", with_auth("operator"), tokens, known)


def houses(platform: Platform, members_of_each: int = MEMBERS) -> list[House]:
    """So many partners that all people are members of one."""
    members, step = people(platform, "partner"), members_of_each
    return [house(platform, members[start : start + step]) for start in range(0, len(members), step)]


def members(platform: Platform) -> Role:
    """Members of partners, who sign in."""
    clients = {member: each.client for each in houses(platform) for member in each.members}
    known: Known = {"path.mode": ["sandbox"], "path.clientId": [*clients.values()]}
    return Role("members", with_auth("partner"), [*clients], known, {"clientId": clients})


def token_of(platform: Platform, ours: House) -> str:
    form = {"grant_type": "client_credentials", "client_id": ours.client, "client_secret": ours.secret}
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    given = send("POST", f"{platform.api}/v1/oauth/token", raw=urlencode(form).encode(), headers=headers)
    return str(given.json["access_token"])


def clients(platform: Platform) -> Role:
    """Partners' clients of the sandbox, which have every scope; each partner has an endpoint."""
    endpoints = {}
    for each in houses(platform, 1):
        token, key = token_of(platform, each), {"Idempotency-Key": secrets.token_hex(8)}
        made = platform.post("/v1/partner/sandbox/endpoints", token, BODIES["createEndpoint"], headers=key)
        assert made.status == 201, made
        endpoints[token] = made.json["endpointId"]
    known: Known = {"path.mode": ["sandbox"], "path.endpointId": [*endpoints.values()]}
    own = {"endpointId": endpoints}
    return Role("clients", lambda route: route.auth == "partner" and route.scope != "", [*endpoints], known, own)


ROLES: tuple[Callable[[Platform], Role], ...] = (guests, viewers, creators, members, clients, operators)


def switch_on(platform: Platform, operator: str) -> None:
    for switch in platform.get("/v1/support/switches", operator).json["switches"]:
        on = {"off": False, "reason": "test"}
        assert platform.put(f"/v1/support/switches/{switch['switch']}", operator, on).status == 200
    # Functions know switches for some seconds.
    eventually(lambda: platform.playback(None).status == 200)


@pytest.fixture(scope="module", autouse=True)
def everything_is_on(platform: Platform, operator: str) -> Iterator[None]:
    """Operators switch off what others need: before these tests and after them nothing is."""
    switch_on(platform, operator)
    yield
    switch_on(platform, operator)


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.__name__)
def test_every_answer_is_one_that_the_description_names(
    platform: Platform,
    role: Callable[[Platform], Role],
    whole_story: None,
    record_property: Callable[[str, object], None],
):
    if ONLY and role.__name__ != ONLY:
        pytest.skip(f"FUZZ_ROLE is {ONLY}")
    who = role(platform)
    report = fuzz(platform.api, who, examples=EXAMPLES, seed=SEED)
    print(f"{who.name}: {report}")
    assert report.failures == []
    assert report.with_status(429) == 0
    # Who asks for a token is refused by the handler itself, as is a code that nobody has made; with 422, a split whose
    # parts are not the whole. Those have at least been refused so.
    refused = {"scanCode": 403, "putSplit": 422}
    mine = [route.operation for route in ROUTES if who.may(route) and route.auth != "client"]
    assert {(each, status) for each, status in refused.items() if each in mine} <= set(report.answers)
    mine = [each for each in mine if each not in refused]
    assert report.unreached(mine) == set()
    assert len({operation for operation, _ in report.answers}) == len(ROUTES)


def test_an_answer_that_the_description_does_not_name_is_found(platform: Platform):
    """So that the tests above can fail."""
    document = copy.deepcopy(DOCUMENT)
    answers = document["paths"]["/v1/series"]["get"]["responses"]
    answers.pop("422")
    answers["200"]["content"]["application/json"]["schema"] = {"type": "array"}
    routes = [route for route in ROUTES if route.operation == "listSeries"]
    found = fuzz(platform.api, guests(platform), examples=2, seed=SEED, routes=routes, document=document).failures
    assert any("status_code_conformance" in failure for failure in found)
    assert any("response_schema_conformance" in failure for failure in found)
