"""Whatever is claimed, in whatever order under whatever rules, a day's payments stay under what the set computes."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from cliffhanger.rewards.bounds import most_a_day
from cliffhanger.rewards.claims import Claim, Standing, Taken, Tally
from cliffhanger.rewards.planner import decide
from cliffhanger.rewards.rules import EVIDENCE, KINDS, RuleSet, rule_set_of
from tests.unit.rewards.sets import NOON, TODAY, document

PEOPLE, DEVICES, CAMPAIGNS = ("mia", "noah", "ada"), ("phone", "tablet", ""), ("", "tea", "coffee")
coins = st.integers(1, 60)
wide = st.integers(1, 400)
ARMS = [{"name": "few", "perMille": 300}, {"name": "many", "perMille": 700}]

RUNGS = st.lists(coins, min_size=1, max_size=7)
FLAT = st.builds(lambda n: {"type": "flat", "coins": n}, coins)
AMOUNTS = {
    "checkin": FLAT | st.builds(lambda rungs: {"type": "ladder", "coins": rungs}, RUNGS),
    "streak": st.builds(lambda n: {"type": "milestones", "steps": [{"days": 7, "coins": n}]}, coins),
    "watch.minutes": st.builds(lambda n: {"type": "metered", "coins": n, "everyS": 60}, coins),
    "cashback": FLAT | st.builds(lambda n: {"type": "proportion", "perMille": n}, st.integers(1, 500)),
}


@st.composite
def a_rule(draw: st.DrawFn, number: int) -> dict[str, Any]:
    kind = draw(st.sampled_from(KINDS))
    campaign = draw(st.sampled_from(CAMPAIGNS[1:] if kind == "cashback" else CAMPAIGNS))
    caps: dict[str, int] = {"viewerDayCoins": draw(wide), "deviceDayCoins": draw(wide), "viewerCoins": draw(wide)}
    if draw(st.booleans()):
        caps["viewerDayTimes"] = draw(st.integers(1, 5))
    arm = draw(st.sampled_from([None, "few", "many"]))
    return {
        "name": f"rule-{number}",
        "kind": kind,
        "amount": draw(AMOUNTS.get(kind, FLAT)),
        "caps": caps,
        "evidence": {"server": {}, "client": {"perMille": draw(st.integers(1, 1000))}},
        "lifetimeDays": 14,
        **({"campaign": campaign} if campaign else {}),
        **({"arm": {"experiment": "ladder", "arm": arm}} if arm else {}),
        "shadow": draw(st.booleans()) and draw(st.booleans()),
    }


@st.composite
def a_rule_set(draw: st.DrawFn) -> RuleSet:
    rules = [draw(a_rule(number)) for number in range(draw(st.integers(1, 6)))]
    caps = {f"{name}Coins": draw(wide) for name in ("houseViewer", "houseDevice", "campaignsViewer")}
    tests = [{"name": "ladder", "arms": ARMS}]
    return rule_set_of(json.dumps(document(*rules, dayCaps=caps, experiments=tests)))


claims = st.builds(
    Claim,
    kind=st.sampled_from(KINDS),
    person=st.sampled_from(PEOPLE),
    fact=st.just("fact-1"),
    at=st.just(NOON),
    day=st.just(TODAY),
    amount=st.sampled_from([-5, 0, 1, 7, 600, 10**9]),
    evidence=st.sampled_from(EVIDENCE),
    device=st.sampled_from(DEVICES),
    country=st.just("DE"),
    age=st.just(30),
    campaign=st.sampled_from(CAMPAIGNS),
)


class Day(NamedTuple):
    """What all have had of one day."""

    viewers: dict[str, Tally]
    devices: dict[str, Tally]
    ever: dict[str, dict[str, Taken]]


def live(rules: RuleSet, day: Day, claim: Claim) -> None:
    """Lets a claim be decided and counted, as a caller of the planner does."""
    viewer, device = day.viewers.get(claim.person, Tally()), day.devices.get(claim.device, Tally())
    made = decide(rules, claim, Standing(viewer, device, day.ever.get(claim.person, {})))
    assert made.coins >= 0
    day.viewers[claim.person] = viewer.plus(made)
    if claim.device:
        day.devices[claim.device] = device.plus(made)
    day.ever[claim.person] = dict(day.viewers[claim.person].rules)


@given(a_rule_set(), st.lists(claims, max_size=60))
def test_no_sequence_of_claims_makes_the_planner_pay_more_than_the_set_computes(rules: RuleSet, made: list[Claim]):
    most, day = most_a_day(rules), Day({}, {}, {})
    for claim in made:
        live(rules, day, claim)
    for tally in day.viewers.values():
        assert tally.house <= most.house_viewer
        assert tally.campaigns <= most.campaigns_viewer
        for rule in rules.rules:
            assert tally.of(rule.name).coins <= rule.caps.viewer_day_coins
    assert all(tally.house <= most.house_device for tally in day.devices.values())


@given(a_rule_set(), a_rule_set(), st.lists(claims, max_size=40), st.lists(claims, max_size=40))
def test_rules_that_change_within_a_day_pay_no_more_than_the_later_set_allows(
    earlier: RuleSet, later: RuleSet, morning: list[Claim], evening: list[Claim]
):
    """What was paid before counts, so that a new version gives nobody a second day: the larger total cap holds."""
    day = Day({}, {}, {})
    for claim in morning:
        live(earlier, day, claim)
    for claim in evening:
        live(later, day, claim)
    cap = max(earlier.day_caps.house_viewer_coins, later.day_caps.house_viewer_coins)
    assert all(tally.house <= cap for tally in day.viewers.values())
