"""The guide to changing rules says what the code does."""

from __future__ import annotations

import json
import re

from cliffhanger.rewards.bounds import CAMPAIGNS_BOUND, DEVICE_BOUND, HOUSE_BOUND
from cliffhanger.rewards.rules import EVIDENCE, KINDS, Rule, rule_set_of
from cliffhanger.rewards.shipped import shipped
from tests.unit.house.tree import ROOT
from tests.unit.rewards.sets import EPISODE, document
from tools import openapi_rewards

GUIDE = (ROOT / "docs" / "rewards.md").read_text()
CODES = set(re.findall(r"`([^`\n]+)`", GUIDE))


def test_it_names_every_kind_every_class_of_evidence_and_every_member_of_a_rule():
    assert {*KINDS, *EVIDENCE, *Rule.__struct_encode_fields__} <= CODES


def test_it_says_how_much_may_be_paid_in_a_day():
    assert f"{HOUSE_BOUND:,}, {DEVICE_BOUND:,} or {CAMPAIGNS_BOUND:,} coins" in GUIDE


def test_its_experiment_is_one():
    (example,) = re.findall(r'"experiments": (\[.+\]),\n', GUIDE)
    assert rule_set_of(json.dumps(document(EPISODE, experiments=json.loads(example)))).experiments


def test_it_begins_with_the_version_that_ships():
    assert shipped().version in GUIDE


def test_the_example_of_the_api_could_be_uploaded():
    from cliffhanger.rewards.bounds import check_bounded

    most = check_bounded(rule_set_of(json.dumps(openapi_rewards.FESTIVE)))
    assert list(most) == list(openapi_rewards.KEPT["mostADay"].values())
    shown = openapi_rewards.LISTED["ruleSets"][0]["mostADay"]
    assert list(check_bounded(shipped())) == list(shown.values())
