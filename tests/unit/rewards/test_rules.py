"""A rule set that does not fit is refused, and the refusal names the place."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cliffhanger.errors import ValidationFailed
from cliffhanger.rewards.amounts import worth
from cliffhanger.rewards.rules import rule_set_of
from cliffhanger.rewards.shipped import RESERVED, shipped
from tests.unit.rewards.sets import CASHBACK, EPISODE, document

CAPS = EPISODE["caps"]
ARMS = [{"name": "few", "perMille": 500}, {"name": "many", "perMille": 500}]
TESTS = [{"name": "ladder", "arms": ARMS}]


def refusal(*rules: dict[str, Any], **members: Any) -> str:
    with pytest.raises(ValidationFailed) as refused:
        rule_set_of(json.dumps(document(*rules, **members)))
    return refused.value.detail


@pytest.mark.parametrize(
    ("changed", "place"),
    [
        ({"kind": "breathing"}, "$.rules[0].kind"),
        ({"name": "Episode"}, "$.rules[0].name"),
        ({"name": "episode\n"}, "$.rules[0].name"),
        ({"name": "e" * 33}, "$.rules[0].name"),
        ({"amount": {"type": "flat", "coins": 0}}, "$.rules[0].amount.coins"),
        ({"amount": {"type": "flat", "coins": 2.5}}, "$.rules[0].amount.coins"),
        ({"amount": {"type": "flat", "coins": 100_001}}, "$.rules[0].amount.coins"),
        ({"amount": {"type": "rain", "coins": 1}}, "$.rules[0].amount"),
        ({"amount": {"type": "metered", "coins": 1, "everyS": 0}}, "$.rules[0].amount.everyS"),
        ({"amount": {"type": "metered", "coins": 1, "everyS": 60}}, "$.rules[0]"),
        ({"caps": {}}, "$.rules[0].caps"),
        ({"caps": {"viewerDayCoins": 9}}, "$.rules[0]"),
        ({"caps": CAPS | {"viewerWeekCoins": 9}}, "$.rules[0].caps"),
        ({"evidence": {}}, "$.rules[0]"),
        ({"evidence": {"rumour": {}}}, "$.rules[0].evidence"),
        ({"evidence": {"server": {"perMille": 1001}}}, "$.rules[0].evidence.server.perMille"),
        ({"lifetimeDays": 367}, "$.rules[0].lifetimeDays"),
        ({"countries": ["Germany"]}, "$.rules[0].countries[0]"),
        ({"countries": ["DE"] * 101}, "$.rules[0].countries"),
        ({"minimumAge": 100}, "$.rules[0].minimumAge"),
        ({"kind": "cashback", "amount": {"type": "proportion", "perMille": 50}}, "$.rules[0]"),
        ({"kind": "referral.inviter"}, "$.rules[0]"),
        ({"kind": "streak", "amount": {"type": "milestones", "steps": [{"days": 7, "coins": 1}] * 2}},
         "$.rules[0].amount"),
        ({"arm": {"experiment": "ladder", "arm": "few"}}, "rules[0]"),
    ],
)  # fmt: skip
def test_a_rule_that_does_not_fit_is_refused_with_its_place(changed: dict[str, Any], place: str):
    assert place in refusal(EPISODE | changed)


@pytest.mark.parametrize(
    ("members", "place"),
    [
        ({"schema": "rule-set.v2"}, "$.schema"),
        ({"version": "v 1"}, "$.version"),
        ({"dayCaps": {"houseViewerCoins": 1}}, "$.dayCaps"),
        ({"scoring": {"holdAt": 80, "refuseAt": 50}}, "$.scoring"),
        ({"scoring": {"holdAt": 0, "refuseAt": 50}}, "$.scoring"),
        ({"experiments": [{"name": "ladder", "arms": ARMS[:1]}]}, "$.experiments[0].arms"),
        ({"experiments": [{"name": "ladder", "arms": [ARMS[0], {"name": "c", "perMille": 400}]}]}, "$.experiments[0]"),
        ({"experiments": [{"name": "ladder", "arms": [ARMS[0], ARMS[0]]}]}, "$.experiments[0]"),
        ({"experiments": TESTS * 2}, "Experiments have different names"),
        ({"allowance": {}}, "$.allowance"),
        ({"allowance": {"coins": -1}}, "$.allowance.coins"),
        ({"allowance": {"coins": 10_001}}, "$.allowance.coins"),
        ({"allowance": {"coins": 0, "perAdCoins": 1_001}}, "$.allowance.perAdCoins"),
        ({"allowance": {"coins": 0, "perPurchaseCoins": 10_001}}, "$.allowance.perPurchaseCoins"),
        ({"budget": 5}, "budget"),
        ({"rules": []}, "$.rules"),
        ({"rules": [EPISODE, EPISODE]}, "Rules have different names"),
        ({"rules": [EPISODE | {"name": f"rule-{number}"} for number in range(65)]}, "$.rules"),
        ({"description": "x" * 401}, "$.description"),
    ],
)  # fmt: skip
def test_a_set_that_does_not_fit_is_refused_with_its_place(members: dict[str, Any], place: str):
    assert place in refusal(**members)


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"schema": "rule-set.v1"}', "[" * 100_000, b"\xff"])
def test_what_is_no_rule_set_is_refused(text: str | bytes):
    with pytest.raises(ValidationFailed):
        rule_set_of(text)


def test_a_brand_s_rule_needs_no_cap_of_a_device():
    assert rule_set_of(json.dumps(document(CASHBACK))).rules[0].caps.device_day_coins is None


def test_no_evidence_that_ships_pays_nothing_for_what_is_worth_something():
    """Such evidence would be taken, and every claim of it refused as worth nothing."""
    for rule in shipped().rules:
        least = min(filter(None, (worth(rule.amount, measure) for measure in range(1, 1_000))))
        for proof in filter(None, (rule.evidence.server, rule.evidence.partner, rule.evidence.client)):
            assert least * proof.per_mille // 1000 > 0, rule.name


def test_the_shipped_set_fits_and_says_whose_it_is():
    assert shipped().version.startswith(RESERVED)
