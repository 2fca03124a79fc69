"""Rewarded ads: whose callbacks a stage takes, where the network's keys come from, and what wakes somebody."""

from __future__ import annotations

import json

import pytest

from infra.config import AdPlacement, LocalEndpoints
from tests.infra.assembly import Assembly
from tests.infra.conftest import config_of


def settings_of(production: Assembly, name: str) -> dict[str, str]:
    settings: dict[str, str] = production.functions()[name].properties["Environment"]["Variables"]
    return settings


def test_callbacks_are_verified_by_the_networks_own_keys_over_tls(production: Assembly) -> None:
    settings = settings_of(production, "ads")
    assert settings["AD_KEYS_URL"] == "https://www.gstatic.com/admob/reward/verifier-keys.json"


def test_who_offers_ads_and_who_takes_their_callbacks_know_the_same_ad_units(production: Assembly) -> None:
    told = [json.loads(settings_of(production, name)["AD_PLACEMENTS"]) for name in ("rewards", "ads")]
    assert told[0] == told[1]


def test_forged_callbacks_and_keys_that_cannot_be_read_wake_somebody(production: Assembly) -> None:
    found = production.resources("AWS::CloudWatch::Alarm")
    alarms = {alarm.properties.get("MetricName"): alarm.properties for alarm in found}
    for metric in ("AdSignaturesRefused", "AdKeysUnread"):
        assert alarms[metric]["AlarmActions"]


@pytest.mark.parametrize(
    ("placements", "match"),
    [
        ((AdPlacement("Web", "1"),), "name"),
        ((AdPlacement("web", "ca-app-pub-1/2"),), "number after the slash"),
        ((AdPlacement("web", "1"), AdPlacement("web", "2")), "one name"),
        ((AdPlacement("web", "1", "https://ads.example/play"),), "only the local stage"),
    ],
    ids=["name", "unit", "twice", "player"],
)
def test_a_placement_that_is_none_is_refused(placements: tuple[AdPlacement, ...], match: str) -> None:
    with pytest.raises(ValueError, match=match):
        config_of("prod", ad_placements=placements)


def test_only_the_local_stage_may_name_another_address_of_the_networks_keys() -> None:
    with pytest.raises(ValueError, match="localEndpoints"):
        config_of("prod", local_endpoints=LocalEndpoints(ad_keys_url="http://127.0.0.1:1/keys.json"))
