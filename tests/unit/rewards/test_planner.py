"""The first rule that fits decides; caps, evidence, country, age and device make it less, and say so."""

from __future__ import annotations

import pytest

from cliffhanger.rewards.claims import Signals, Standing, Taken, Tally
from cliffhanger.rewards.planner import decide, shadowed
from cliffhanger.rewards.rules import arm_of
from tests.unit.rewards.sets import CASHBACK, EPISODE, NOON, a_claim, a_set

FRESH = Standing()
HOUR_MS = 3_600_000
CHECKIN = EPISODE | {"name": "checkin", "kind": "checkin", "amount": {"type": "ladder", "coins": [1, 2, 5]}}
STREAK = EPISODE | {
    "name": "streak",
    "kind": "streak",
    "amount": {"type": "milestones", "steps": [{"days": 7, "coins": 4}, {"days": 14, "coins": 8}]},
}
MINUTES = EPISODE | {
    "name": "minutes",
    "kind": "watch.minutes",
    "amount": {"type": "metered", "coins": 2, "everyS": 300},
}


def had(rule: str = "episode", coins: int = 0, times: int = 0) -> Tally:
    return Tally(coins, 0, {rule: Taken(coins, times)})


def test_a_decision_names_rule_version_vesting_and_lifetime():
    rules = a_set(EPISODE | {"evidence": {"server": {"vestsAfterH": 24}}})
    made = decide(rules, a_claim(), FRESH)
    assert (made.outcome, made.coins, made.rule, made.version) == ("pay", 3, "episode", "v-1")
    assert (made.vests_at, made.lifetime_days, made.purse, made.reasons) == (NOON + 24 * HOUR_MS, 14, "house", ())


@pytest.mark.parametrize(("day", "coins"), [(1, 1), (2, 2), (3, 5), (4, 1), (6, 5)])
def test_a_ladder_begins_anew_after_its_last_rung(day: int, coins: int):
    assert decide(a_set(CHECKIN), a_claim("checkin", amount=day), FRESH).coins == coins


@pytest.mark.parametrize(("day", "coins"), [(6, 0), (7, 4), (8, 0), (14, 8), (21, 0)])
def test_a_milestone_pays_on_its_day_alone(day: int, coins: int):
    made = decide(a_set(STREAK), a_claim("streak", amount=day), FRESH)
    assert made.coins == coins
    assert made.reasons == (() if coins else ("nothing_due",))


@pytest.mark.parametrize(("seconds", "coins"), [(-1, 0), (0, 0), (299, 0), (300, 2), (899, 4)])
def test_minutes_pay_for_whole_steps(seconds: int, coins: int):
    assert decide(a_set(MINUTES), a_claim("watch.minutes", amount=seconds), FRESH).coins == coins


def test_cashback_is_a_share_rounded_down_from_the_campaigns_purse():
    made = decide(a_set(CASHBACK), a_claim("cashback", amount=999, campaign="tea", evidence="partner"), FRESH)
    assert (made.coins, made.purse, made.vests_at) == (49, "campaigns", NOON + 336 * HOUR_MS)


def test_a_campaigns_rule_is_only_for_claims_that_name_it():
    rules = a_set(EPISODE | {"campaign": "tea"})
    assert decide(rules, a_claim(), FRESH).reasons == ("no_rule",)
    assert decide(rules, a_claim(campaign="coffee"), FRESH).reasons == ("no_rule",)
    assert decide(rules, a_claim(campaign="tea"), FRESH).coins == 3


def test_weaker_evidence_earns_less_and_vests_later():
    rules = a_set(EPISODE | {"evidence": {"server": {}, "client": {"perMille": 400, "vestsAfterH": 72}}})
    strong, weak = (decide(rules, a_claim(evidence=evidence), FRESH) for evidence in ("server", "client"))
    assert (strong.coins, strong.vests_at) == (3, NOON)
    assert (weak.coins, weak.vests_at) == (1, NOON + 72 * HOUR_MS)


def test_evidence_that_a_rule_does_not_name_is_refused():
    made = decide(a_set(), a_claim(evidence="client"), FRESH)
    assert (made.outcome, made.coins, made.reasons) == ("refuse", 0, ("evidence_refused",))


@pytest.mark.parametrize(
    ("rule", "country", "reasons"),
    [
        ({"countries": ["DE"]}, "DE", ()),
        ({"countries": ["DE"]}, "FR", ("country_refused",)),
        ({"countries": ["DE"]}, "", ("country_refused",)),
        ({"notIn": ["DE"]}, "DE", ("country_refused",)),
        ({"notIn": ["DE"]}, "FR", ()),
        ({"notIn": ["DE"]}, "", ("country_refused",)),
        ({}, "", ()),
    ],
)
def test_a_rule_holds_in_its_countries(rule: dict, country: str, reasons: tuple[str, ...]):
    assert decide(a_set(EPISODE | rule), a_claim(country=country), FRESH).reasons == reasons


def test_another_rule_may_hold_in_another_country():
    rules = a_set(EPISODE | {"countries": ["DE"]}, EPISODE | {"name": "abroad", "amount": {"type": "flat", "coins": 1}})
    assert [decide(rules, a_claim(country=country), FRESH).rule for country in ("DE", "FR")] == ["episode", "abroad"]


@pytest.mark.parametrize(("age", "reasons"), [(18, ()), (17, ("age_refused",)), (None, ("age_unknown",))])
def test_a_rule_may_ask_for_an_age(age: int | None, reasons: tuple[str, ...]):
    assert decide(a_set(EPISODE | {"minimumAge": 18}), a_claim(age=age), FRESH).reasons == reasons


def test_what_happens_on_a_device_needs_one():
    assert decide(a_set(), a_claim(device=""), FRESH).reasons == ("device_unknown",)


@pytest.mark.parametrize(
    ("caps", "standing", "coins", "reasons"),
    [
        ({}, Standing(viewer=had(coins=6, times=2)), 3, ()),
        ({}, Standing(viewer=had(coins=7, times=2)), 2, ("rule_day_cap",)),
        ({}, Standing(viewer=had(coins=9, times=3)), 0, ("rule_day_cap",)),
        ({}, Standing(viewer=had(coins=50, times=3)), 0, ("rule_day_cap",)),
        ({"viewerDayTimes": 2}, Standing(viewer=had(coins=2, times=2)), 0, ("rule_day_times",)),
        ({"viewerCoins": 30}, Standing(ever={"episode": Taken(29, 20)}), 1, ("rule_cap",)),
        ({}, Standing(device=had(coins=11)), 1, ("rule_device_day_cap",)),
        ({}, Standing(viewer=had("other", coins=98)), 2, ("house_day_cap",)),
        ({}, Standing(device=had("other", coins=200)), 0, ("house_device_day_cap",)),
        ({}, Standing(left=3), 3, ()),
        ({}, Standing(left=1), 1, ("house_allowance",)),
        ({}, Standing(left=-5), 0, ("house_allowance",)),
    ],
)
def test_what_a_cap_leaves_is_paid_and_the_cap_named(
    caps: dict, standing: Standing, coins: int, reasons: tuple[str, ...]
):
    made = decide(a_set(EPISODE | {"caps": EPISODE["caps"] | caps}), a_claim(), standing)
    assert (made.coins, made.reasons) == (coins, reasons)
    assert made.outcome == ("pay" if coins else "refuse")


def test_campaigns_have_caps_of_their_own():
    """A purchase's cashback must not be refused because somebody watched much, nor the other way round."""
    rules = a_set(EPISODE, CASHBACK | {"caps": {"viewerDayCoins": 100, "campaignDayCoins": 1_000}})
    bought = a_claim("cashback", amount=1_000, campaign="tea", evidence="partner")
    assert decide(rules, bought, Standing(viewer=Tally(house=100))).coins == 50
    assert decide(rules, a_claim(), Standing(viewer=Tally(campaigns=500))).coins == 3
    paced = decide(rules, bought, Standing(campaign_today=990))
    assert (paced.coins, paced.reasons) == (10, ("campaign_day_cap",))
    full = decide(rules, bought, Standing(viewer=Tally(campaigns=480)))
    assert (full.coins, full.reasons) == (20, ("campaigns_day_cap",))


def test_a_rule_in_shadow_is_computed_and_never_decides():
    rules = a_set(EPISODE | {"name": "trial", "amount": {"type": "flat", "coins": 7}, "shadow": True}, EPISODE)
    assert decide(rules, a_claim(), FRESH).rule == "episode"
    (trial,) = shadowed(rules, a_claim(), FRESH)
    assert (trial.outcome, trial.coins, trial.rule) == ("shadow", 7, "trial")
    assert Tally().plus(trial) == Tally()


def test_what_is_held_counts_for_the_caps_as_if_it_were_paid():
    """Or a reviewer who releases a day's claims would pay more than the day allows."""
    weights = [{"signal": "account_hours", "points": 50}]
    rules = a_set(scoring={"holdAt": 50, "refuseAt": 80, "weights": weights})
    held = decide(rules, a_claim(), FRESH)
    assert held.outcome == "hold"
    tally = Tally().plus(held).plus(held)
    assert (tally.house, tally.of("episode")) == (6, Taken(6, 2))


def test_a_refusal_counts_for_no_cap():
    refused = decide(a_set(), a_claim(evidence="client"), FRESH)
    assert Tally().plus(refused) == Tally()


def test_each_person_has_one_arm_in_every_version_and_arms_have_their_shares():
    arms = [{"name": "few", "perMille": 250}, {"name": "many", "perMille": 750}]
    tests = [{"name": "ladder", "arms": arms}]
    few, many = (
        EPISODE | {"name": f"episode-{arm}", "amount": {"type": "flat", "coins": coins}}
        | {"arm": {"experiment": "ladder", "arm": arm}}
        for arm, coins in (("few", 1), ("many", 3))
    )  # fmt: skip
    rules = a_set(few, many, experiments=tests)
    made = {f"p-{number}": decide(rules, a_claim()._replace(person=f"p-{number}"), FRESH) for number in range(2_000)}
    assert {decision.arm for decision in made.values()} == {"ladder.few", "ladder.many"}
    assert {(decision.arm, decision.coins) for decision in made.values()} == {("ladder.few", 1), ("ladder.many", 3)}
    assert 420 < sum(decision.arm == "ladder.few" for decision in made.values()) < 580
    later = a_set(few, many, experiments=tests, version="v-2")
    assert all(f"ladder.{arm_of(later, later.experiments[0], person)}" == made[person].arm for person in made)


def test_what_scores_high_is_held_and_what_scores_higher_refused():
    weights = [
        {"signal": "device_viewers_month", "from": 4, "points": 50},
        {"signal": "account_hours", "upTo": 23, "points": 30},
    ]
    rules = a_set(scoring={"holdAt": 50, "refuseAt": 80, "weights": weights})

    def at(**signals: int) -> tuple[str, int, tuple[str, ...], int]:
        made = decide(rules, a_claim(), Standing(signals=Signals(**signals)))
        return made.outcome, made.coins, made.reasons, made.score

    assert at(account_hours=24) == ("pay", 3, (), 0)
    assert at(account_hours=23) == ("pay", 3, ("account_new",), 30)
    assert at(account_hours=24, device_viewers_month=4) == ("hold", 3, ("device_shared",), 50)
    assert at(account_hours=2, device_viewers_month=4) == ("refuse", 0, ("device_shared", "account_new"), 80)
