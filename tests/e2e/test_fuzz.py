"""Whatever is sent, as whoever: no fault of ours, and no answer that the description does not name."""

from __future__ import annotations

import copy
import os
import secrets
from collections.abc import Callable, Iterator
from urllib.parse import parse_qsl, urlsplit

import pytest

from cliffhanger.routes import ROUTES
from local.cast import SERIES
from tests.e2e.client import Platform, eventually
from tests.e2e.fuzzing import DOCUMENT, Known, Role, fuzz
from tools.openapi_examples import BODIES

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES") or 3)
"""Drawn requests for each operation, beside the examples and bounds of the description. ``make fuzz`` says more."""
SEED = int(os.environ.get("FUZZ_SEED") or 1)
ONLY = os.environ.get("FUZZ_ROLE")
PEOPLE = 20 + EXAMPLES // 2
"""So many that nobody comes upon a limit, however fast it goes: none writes 30 times, or reads 120 times."""
RICH = 2
OPEN = frozenset({"public", "guest"})


def people(platform: Platform, group: str | None = None) -> list[str]:
    return [platform.new_person(group)[1] for _ in range(PEOPLE)]


def guests(platform: Platform) -> Role:
    return Role("guests", OPEN, known={"path.seriesId": [SERIES]})


def viewers(platform: Platform) -> Role:
    """Viewers of whom two have coins, and who have ordered some."""
    tokens = people(platform)
    for token in tokens[:RICH]:
        platform.give_coins(token)
    wanted = {"packId": "evening", "currency": "EUR", "amountShown": 299, "method": "checkout"}
    orders = {}
    for token in tokens:
        made = platform.post("/v1/orders", token, wanted, headers={"Idempotency-Key": secrets.token_hex(8)})
        orders[token] = made.json["orderId"]
    playlist = platform.playback(tokens[0], delivery="query").json["playlistUrl"]
    version, name = urlsplit(playlist).path.split("/")[-2:]
    known: Known = {
        "path.seriesId": [SERIES],
        "path.episode": [1, 2],
        "path.version": [version],
        "path.playlist": [name],
        "path.orderId": [*orders.values()],
        "path.seq": [1, 2],
    }
    grant = dict(parse_qsl(urlsplit(playlist).query))
    return Role("viewers", OPEN | {"viewer", "grant"}, tokens, known, own={"orderId": orders}, grant=grant)


def creators(platform: Platform) -> Role:
    """Creators with a series each, which has an episode."""
    series = {}
    for token in people(platform, "creator"):
        series[token] = f"fuzz-{secrets.token_hex(6)}"
        made = platform.put(f"/v1/studio/series/{series[token]}", token, BODIES["putSeries"])
        assert made.status == 201
        episode = f"/v1/studio/series/{series[token]}/episodes/1"
        assert platform.put(episode, token, BODIES["putEpisode"] | {"revision": made.json["revision"]}).status == 201
    known: Known = {"path.seriesId": [*series.values()], "path.episode": [1, 2]}
    return Role("creators", frozenset({"creator"}), [*series], known, own={"seriesId": series})


def operators(platform: Platform) -> Role:
    """Operators, of whom one asks for what another may approve, and the accounts of viewers with coins."""
    tokens = people(platform, "operator")
    viewers = [platform.new_person()[1] for _ in range(RICH)]
    for token in viewers:
        platform.give_coins(token)
    accounts = [platform.account_of(token) for token in viewers]
    return Role("operators", frozenset({"operator"}), tokens, {"path.account": accounts})


ROLES: tuple[Callable[[Platform], Role], ...] = (guests, viewers, creators, operators)


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
    assert report.unreached([route.operation for route in ROUTES if who.may(route)]) == set()
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
