"""``/v1/support/rule-sets``: rules of rewards are uploaded, activated and obeyed without a deployment."""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest

from cliffhanger import bootstrap
from cliffhanger.rewards.shipped import shipped
from cliffhanger.routes import routes_of
from functions.support.handler import handler
from tests.support.http import SETTINGS, access_token, body_of, event
from tests.support.world import dump
from tests.unit.rewards.sets import EPISODE, document

ROUTES = {route.operation: route for route in routes_of("support")}
SHIPPED = shipped().version
RULES = document(EPISODE, version="v-1")


@pytest.fixture
def office(dynamodb: Any) -> Any:
    """The tables of the world, with a request secret."""
    secrets: Any = boto3.client("secretsmanager")
    secrets.create_secret(Name=SETTINGS["REQUEST_SECRET"], SecretString="only for tests, and long enough: 32 bytes")
    return dynamodb


def ask(
    operation: str, version: str = "", *, operator: str = "ola", groups: tuple[str, ...] = ("operator",), **members: Any
) -> tuple[int, Any]:
    route = ROUTES[operation]
    path = {"version": version} if version else {}
    token = access_token(operator, groups=groups)
    asked = event(
        route.method, route.path.format(**path), route=route.key, path_parameters=path, token=token, **members
    )
    answer = handler(asked, None)
    return answer["statusCode"], body_of(answer)


def rules(version: str, coins: int = 3) -> dict[str, Any]:
    return document(EPISODE | {"amount": {"type": "flat", "coins": coins}}, version=version)


def test_a_new_version_is_kept_shown_and_pays_nothing_yet(office: Any) -> None:
    status, kept = ask("putRuleSet", "v-1", body=RULES)
    assert status == 201
    assert kept["ruleSet"]["rules"][0]["amount"] == {"type": "flat", "coins": 3}
    assert kept["mostADay"] == {"houseViewer": 9, "houseDevice": 12, "campaignsViewer": 0}
    assert kept["uploadedBy"] == "ola"
    assert ask("getRuleSet", "v-1", operator="otto") == (200, kept)
    assert bootstrap.rulebook().active() == shipped()
    status, listed = ask("listRuleSets")
    assert [line["version"] for line in listed["ruleSets"]] == [SHIPPED, "v-1"]
    assert listed["activation"] == {"active": SHIPPED, "before": None, "activatedBy": None, "activatedAt": None}


def test_what_is_shown_can_be_uploaded_again_as_it_stands(office: Any) -> None:
    kept = ask("putRuleSet", "v-1", body=RULES)[1]
    before = dump(office, "test-rulesets")
    assert ask("putRuleSet", "v-1", operator="otto", body=kept["ruleSet"]) == (200, kept)
    assert dump(office, "test-rulesets") == before


def test_a_version_with_other_rules_is_refused_and_stays_byte_for_byte(office: Any) -> None:
    ask("putRuleSet", "v-1", body=RULES)
    before = dump(office, "test-rulesets")
    status, problem = ask("putRuleSet", "v-1", body=rules("v-1", coins=4))
    assert (status, problem["code"]) == (409, "key_reused")
    assert dump(office, "test-rulesets") == before


def test_a_set_that_would_pay_without_bound_is_refused_and_nothing_is_kept(office: Any) -> None:
    before = dump(office, "test-rulesets")
    caps = {"houseViewerCoins": 5_000, "houseDeviceCoins": 5_000, "campaignsViewerCoins": 1}
    greedy = document(EPISODE | {"caps": {"viewerDayCoins": 5_000, "deviceDayCoins": 12}}, version="v-1", dayCaps=caps)
    status, problem = ask("putRuleSet", "v-1", body=greedy)
    assert (status, problem["code"]) == (422, "rule_set_unbounded")
    assert (problem["where"], problem["most"], problem["bound"]) == ("dayCaps.houseViewerCoins", 5_000, 300)
    assert dump(office, "test-rulesets") == before


def test_a_fault_in_the_document_is_told_with_its_place(office: Any) -> None:
    status, problem = ask("putRuleSet", "v-1", body=document(EPISODE | {"lifetimeDays": 0}, version="v-1"))
    assert (status, problem["code"]) == (422, "validation_failed")
    assert "$.rules[0].lifetimeDays" in problem["detail"]


def test_another_operator_activates_it_and_it_is_obeyed(office: Any) -> None:
    ask("putRuleSet", "v-1", body=RULES)
    status, problem = ask("activateRuleSet", "v-1", body={"replaces": SHIPPED})
    assert (status, problem["code"], problem["rule"]) == (403, "four_eyes_required", "own_rule_set")
    status, made = ask("activateRuleSet", "v-1", operator="otto", body={"replaces": SHIPPED})
    assert status == 200
    assert made.pop("activatedAt").endswith("Z")
    assert made == {"active": "v-1", "before": SHIPPED, "activatedBy": "otto"}
    bootstrap.forget()
    assert bootstrap.rulebook().active().version == "v-1"
    assert ask("listRuleSets")[1]["activation"]["active"] == "v-1"


def test_a_retry_of_an_activation_is_answered_with_the_same_bytes(office: Any) -> None:
    ask("putRuleSet", "v-1", body=RULES)
    first = ask("activateRuleSet", "v-1", operator="otto", body={"replaces": SHIPPED})
    before = dump(office, "test-rulesets")
    assert ask("activateRuleSet", "v-1", operator="otto", body={"replaces": SHIPPED}) == first
    assert dump(office, "test-rulesets") == before


def test_who_has_not_seen_what_is_active_is_told(office: Any) -> None:
    for name in ("v-1", "v-2"):
        ask("putRuleSet", name, body=rules(name))
    ask("activateRuleSet", "v-1", operator="otto", body={"replaces": SHIPPED})
    status, problem = ask("activateRuleSet", "v-2", operator="otto", body={"replaces": SHIPPED})
    assert (status, problem["code"], problem["active"]) == (409, "rule_set_changed", "v-1")


def test_what_ships_rules_again_in_one_step(office: Any) -> None:
    ask("putRuleSet", "v-1", body=RULES)
    ask("activateRuleSet", "v-1", operator="otto", body={"replaces": SHIPPED})
    assert ask("activateRuleSet", SHIPPED, body={"replaces": "v-1"})[0] == 200
    bootstrap.forget()
    assert bootstrap.rulebook().active() == shipped()


def test_every_version_is_listed_once_over_the_pages(office: Any) -> None:
    names = [f"v-{number}" for number in range(5)]
    for name in names:
        ask("putRuleSet", name, body=rules(name))
    seen: list[str] = []
    query: dict[str, str] | None = {"limit": "2"}
    while query:
        page = ask("listRuleSets", query=query)[1]
        seen += [line["version"] for line in page["ruleSets"]]
        query = {"limit": "2", "cursor": page["nextCursor"]} if page["nextCursor"] else None
    assert seen == [SHIPPED, *reversed(names)]


def test_a_version_that_nobody_uploaded_is_not_found(office: Any) -> None:
    assert ask("getRuleSet", "v-9")[0] == 404
    assert ask("activateRuleSet", "v-9", body={"replaces": SHIPPED})[0] == 404


@pytest.mark.parametrize("operation", ["listRuleSets", "getRuleSet", "putRuleSet", "activateRuleSet"])
def test_nobody_but_operators_sees_or_changes_them(office: Any, operation: str) -> None:
    before = dump(office, "test-rulesets")
    version = "" if operation == "listRuleSets" else "v-1"
    assert ask(operation, version, groups=("creator", "finance"), body=RULES)[0] == 403
    assert dump(office, "test-rulesets") == before


def test_who_did_what_is_logged(office: Any, capsys: pytest.CaptureFixture[str]) -> None:
    ask("putRuleSet", "v-1", body=RULES)
    ask("activateRuleSet", "v-1", body={"replaces": SHIPPED})
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"message":"support"' in line]
    assert [(line["operation"], line["operator"], line["version"], line["outcome"]) for line in told] == [
        ("putRuleSet", "ola", "v-1", "new"),
        ("activateRuleSet", "ola", "v-1", "four_eyes_required"),
    ]
