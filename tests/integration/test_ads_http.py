"""Rewarded ads over HTTP: asked for by a viewer, vouched for by the network, told to the viewer."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cliffhanger import bootstrap
from cliffhanger.clock import system_clock
from cliffhanger.errors import Unavailable
from cliffhanger.rewards.ads_admob import AdMob
from cliffhanger.rewards.ads_keys import AdKeys
from functions.ads.handler import handler as ads
from functions.rewards.handler import handler as rewards
from tests.support.adapters import replace_in_bootstrap
from tests.support.ads import content, document, signed
from tests.support.http import access_token, body_of, event
from tests.support.world import dump

CALLBACK = "/v1/webhooks/admob"
DEVICE = "f3Qx9_mB2tKc"
LEDGER = "test-ledger"


class Keys:
    """Where the network keeps its keys."""

    def __init__(self) -> None:
        self.down = False

    def fetch(self) -> bytes:
        if self.down:
            raise OSError("no answer")
        return document()


@pytest.fixture
def keys(dynamodb: Any, monkeypatch: pytest.MonkeyPatch) -> Keys:
    """The network's keys, which a test may take away."""
    made = Keys()
    replace_in_bootstrap(monkeypatch, "request_secret", lambda _purpose: b"the-key-of-ad-views-in-tests-32b")
    network = AdMob(AdKeys(made.fetch, system_clock, lambda: None))
    turnstile = bootstrap.ad_turnstile()._replace(network=network)
    replace_in_bootstrap(monkeypatch, "ad_turnstile", lambda: turnstile)
    return made


def ask(route: str, person: str = "noa", **more: Any) -> tuple[int, Any]:
    token = access_token(person, country="DE", age=30)
    answer = rewards(event(route.split(maxsplit=1)[0], "/", route=route, token=token, **more), None)
    return answer["statusCode"], body_of(answer)


def offer(placement: str = "web", person: str = "noa") -> tuple[int, Any]:
    return ask("POST /v1/rewards/ads", person, body={"device": DEVICE, "placement": placement})


def standing(view: str, person: str = "noa") -> Any:
    status, answer = ask("GET /v1/rewards/ads/{viewId}", person, path_parameters={"viewId": view})
    assert status == 200
    return answer["earned"]


def tell(query: str) -> dict[str, Any]:
    return ads(event("GET", CALLBACK) | {"rawQueryString": query}, None)


def test_an_ad_that_its_network_vouches_for_is_paid_and_shown(keys: Keys) -> None:
    seen = ask("GET /v1/rewards")[1]
    assert seen["adPlacements"] == ["ios", "web"]
    assert seen["tasks"][-1] == {"kind": "ad", "coins": 2, "everySeconds": None, "hadCoins": 0, "mostCoins": 8}
    status, offered = offer()
    assert (status, offered["coins"], offered["playerUrl"]) == (200, 2, "http://127.0.0.1:1/ad")
    assert standing(offered["viewId"]) is None
    query = signed(content(offered["customData"], system_clock(), ad_unit=offered["adUnit"]))
    first, again = tell(query), tell(query)
    assert (first["statusCode"], body_of(first)) == (again["statusCode"], body_of(again)) == (200, {"outcome": "taken"})
    earned = standing(offered["viewId"])
    assert (earned["kind"], earned["coins"], earned["status"]) == ("ad", 2, "paid")
    assert standing(offered["viewId"], "mia") is None
    assert ask("GET /v1/rewards")[1]["tasks"][-1]["hadCoins"] == 2


def test_whatever_is_not_genuine_is_answered_alike_and_changes_nothing(
    dynamodb: Any, keys: Keys, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nobody learns from an answer how near a forgery came; the log counts why."""
    _, offered = offer()
    before, now = dump(dynamodb, LEDGER), system_clock()
    said = content(offered["customData"], now, ad_unit=offered["adUnit"])
    capsys.readouterr()
    answers = [
        tell(query)
        for query in (
            "",
            signed(said, by="another"),
            signed(said, "77"),
            signed(content("A" * 64, now)),
            signed(content(offered["customData"], now - 10**7)),
            signed(content(offered["customData"], now, ad_unit="1")),
        )
    ]
    assert {answer["statusCode"] for answer in answers} == {400}
    assert {body_of(answer)["code"] for answer in answers} == {"ad_callback_refused"}
    assert len({json.dumps(body_of(answer)) for answer in answers}) == 1
    assert dump(dynamodb, LEDGER) == before
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    told = [line["doubt"] for line in lines if line["message"] == "ad callback refused"]
    assert told == ["malformed", "wrong_signature", "unknown_key", "foreign_view", "stale", "foreign_unit"]
    assert len([line for line in lines if "AdSignaturesRefused" in line]) == 2
    assert offered["customData"] not in json.dumps(lines)


def test_a_network_whose_keys_cannot_be_read_is_asked_to_try_again(keys: Keys) -> None:
    _, offered = offer()
    query = signed(content(offered["customData"], system_clock(), ad_unit=offered["adUnit"]))
    keys.down = True
    answer = tell(query)
    assert (answer["statusCode"], body_of(answer)["code"]) == (503, Unavailable.code)
    assert standing(offered["viewId"]) is None


def test_an_ad_that_would_bring_nothing_is_not_offered(keys: Keys) -> None:
    for _ in range(4):
        _, offered = offer()
        tell(signed(content(offered["customData"], system_clock(), ad_unit=offered["adUnit"])))
    status, refused = offer()
    assert (status, refused["code"]) == (403, "reward_refused")
    assert "rule_day_times" in refused["reasons"]
    assert offer("elsewhere")[0] == 404


def test_a_stage_without_placements_offers_no_ads(dynamodb: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AD_PLACEMENTS", "{}")
    bootstrap.forget()
    seen = ask("GET /v1/rewards")[1]
    assert seen["adPlacements"] == []
    assert "ad" not in [task["kind"] for task in seen["tasks"]]
