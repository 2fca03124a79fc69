"""The demo's campaign is made once, its rules rule once two operators stand behind them, and others' are left alone."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from cliffhanger.rewards.bounds import check_bounded
from cliffhanger.rewards.rules import rule_set_of
from cliffhanger.rewards.shipped import shipped
from local import campaign
from local.campaign import CAMPAIGN, RULES, Operators, rules, seed

OPERATORS = Operators("opal", "otis")


class Platform:
    """As much of the API as the campaign needs."""

    def __init__(self) -> None:
        self.active = shipped().version
        self.uploaded: dict[str, str] = {}
        self.campaigns: dict[str, Any] = {}
        self.fundings: dict[str, int] = {}

    def call(
        self, method: str, url: str, token: str, body: dict[str, Any] | None = None, more: Mapping[str, str] = {}
    ) -> Any:
        words = url.removeprefix("http://127.0.0.1:1/v1/support/").split("/")
        match method, words:
            case "GET", ["rule-sets"]:
                return {"activation": {"active": self.active}}
            case "PUT", ["rule-sets", version]:
                self.uploaded[version] = token
            case "POST", ["rule-sets", version, "activation"]:
                assert body == {"replaces": self.active}
                assert token != self.uploaded[version], "nobody activates what they have uploaded"
                self.active = version
            case "GET", ["campaigns"]:
                return {"campaigns": [{"campaignId": name} for name in self.campaigns]}
            case "PUT", ["campaigns", name]:
                assert name not in self.campaigns
                self.campaigns[name] = body
            case "POST", ["campaigns", _, "fundings"]:
                assert body is not None
                self.fundings[more["Idempotency-Key"]] = body["coins"]
        return {}


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> Platform:
    made = Platform()
    monkeypatch.setattr(campaign, "call", made.call)
    return made


def test_the_campaign_is_live_funded_and_ruled_after_every_start(platform: Platform) -> None:
    for _ in range(2):
        assert seed("http://127.0.0.1:1", OPERATORS) == CAMPAIGN
    assert platform.campaigns[CAMPAIGN]["status"] == "live"
    assert list(platform.fundings.values()) == [10_000]
    assert platform.active == RULES


def test_rules_that_operators_have_activated_since_are_left_alone(platform: Platform) -> None:
    platform.active = "spring-2"
    seed("http://127.0.0.1:1", OPERATORS)
    assert (platform.active, platform.uploaded) == ("spring-2", {})


def test_the_demos_rules_are_those_that_ship_and_the_campaigns_and_are_bounded() -> None:
    made = rule_set_of(json.dumps(rules()))
    assert check_bounded(made)
    known = shipped().rules
    assert made.rules[: len(known)] == known
    assert {one.campaign for one in made.rules[len(known) :]} == {CAMPAIGN}
