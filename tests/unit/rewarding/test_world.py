"""Synthetic viewers live on the real planner, the same way for the same seed, and no coin is lost on the way."""

from __future__ import annotations

import msgspec
import pytest

from cliffhanger.rewards.rules import Allowance, RuleSet
from cliffhanger.rewards.shipped import shipped
from tests.unit.house.tree import ROOT
from tests.unit.rewards.sets import EPISODE, a_set
from tools.rewarding.assumptions import Assumptions, Costs, assumptions
from tools.rewarding.outcome import Outcome
from tools.rewarding.page import page
from tools.rewarding.tables import tables
from tools.rewarding.world import World

KNOWN = assumptions()
CROWD, EMULATORS, BUYERS, SHOPPERS = 2, 3, 5, 6
SCRIPT, HANDS, SCRIPT_BUYERS = 7, 8, 9
REFERRALS = ("referral.inviter", "referral.friend")


def lived(
    rules: RuleSet | None = None,
    known: Assumptions = KNOWN,
    *,
    viewers: int = 100,
    devices: int = 2,
    days: int = 20,
    seed: int = 7,
) -> Outcome:
    return World(rules or shipped(), known, viewers=viewers, farm_devices=devices, seed=seed).live(days, lambda _: None)


@pytest.fixture(scope="module")
def outcome() -> Outcome:
    return lived()


def test_the_same_seed_makes_the_same_page_and_another_one_does_not(outcome: Outcome):
    assert page(lived(), KNOWN) == page(outcome, KNOWN)
    assert page(lived(seed=8), KNOWN) != page(outcome, KNOWN)


def test_every_vested_coin_is_spent_expired_or_outstanding(outcome: Outcome):
    for sums in outcome.kinds.values():
        assert sums.vested == sums.spent + sums.expired + sums.outstanding
        assert sums.coins == sums.vested + sums.pending
    last = outcome.lines[-1]
    assert last.vested == last.spent + last.expired + last.outstanding > 0


def test_no_viewer_is_paid_more_in_a_day_than_the_set_computes(outcome: Outcome):
    """The simulation is not the proof, but what it prints must be within it."""
    for sums in (*outcome.kinds.values(), *(farm.sums for farm in outcome.farms)):
        assert 0 < sums.a_day(sums.coins) <= shipped().day_caps.house_viewer_coins


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_by_the_rules_that_ship_each_farm_loses(seed: int):
    outcome = lived(viewers=10, devices=2, days=45, seed=seed)
    for farm in outcome.farms:
        assert farm.result_usd(KNOWN) < 0, farm.shape.name
        assert farm.sums.coins > 0, "a farm that gets nothing shows nothing"


def test_a_script_that_makes_up_its_devices_gains_without_an_allowance():
    """Or nothing of the above could fail: no signal tells it from a viewer."""
    farms = lived(msgspec.structs.replace(shipped(), allowance=None), viewers=4, devices=8, days=20).farms
    assert [farms[number].result_usd(KNOWN) > 0 for number in (SCRIPT, HANDS, SCRIPT_BUYERS)] == [True, False, True]


@pytest.mark.parametrize(
    ("allowance", "gains"), [(Allowance(15, 4, 100), SCRIPT), (Allowance(12, 4, 150), SCRIPT_BUYERS)]
)
def test_by_a_larger_allowance_than_ships_a_script_gains(allowance: Allowance, gains: int):
    farms = lived(msgspec.structs.replace(shipped(), allowance=allowance), viewers=4, devices=20, days=15).farms
    assert farms[gains].result_usd(KNOWN) > 0


def test_a_script_takes_no_more_from_an_account_than_its_allowance_and_leaves_it():
    farm = lived(viewers=4, devices=8, days=20).farms[SCRIPT]
    allowance = shipped().allowance
    assert allowance is not None
    assert 0 < farm.sums.coins <= farm.accounts * allowance.coins
    assert farm.sums.viewer_days < 3 * farm.accounts
    assert farm.costs_usd(KNOWN)["devices"] == 0


def test_ads_by_hand_cost_labour_and_one_phone():
    farm = lived(viewers=4, devices=8, days=10).farms[HANDS]
    seconds = farm.ads * KNOWN.costs.script_seconds_per_ad + farm.accounts * KNOWN.costs.script_seconds_per_account
    assert farm.ads > 200
    assert farm.costs_usd(KNOWN)["labour"] == pytest.approx(seconds / 3_600 * KNOWN.costs.labour_usd_per_hour)
    assert farm.costs_usd(KNOWN)["devices"] == pytest.approx(10 * KNOWN.costs.device_usd_per_day["phone"])


def test_the_guide_says_what_ships():
    guide = " ".join((ROOT / "docs" / "rewards.md").read_text().split())
    allowance = shipped().allowance
    assert allowance is not None
    said = ", ".join(f"`{name}` {value}" for name, value in msgspec.to_builtins(allowance).items())
    assert said in guide
    assert all(f"| {farm.name} |" in guide for farm in KNOWN.farms)


def test_a_farm_gains_by_rules_without_care():
    """Or nothing of the above could fail."""
    caps = {"viewerDayCoins": 90, "deviceDayCoins": 600}
    totals = {"houseViewerCoins": 300, "houseDeviceCoins": 600, "campaignsViewerCoins": 1}
    careless = a_set(EPISODE | {"amount": {"type": "flat", "coins": 30}, "caps": caps}, dayCaps=totals)
    outcome = lived(careless, viewers=10)
    assert outcome.farms[EMULATORS].result_usd(KNOWN) > 0


def test_only_a_farm_that_buys_is_paid_for_invitations_and_its_packs_are_in_what_it_costs():
    outcome = lived(viewers=10, devices=12)
    for farm in outcome.farms:
        assert (sum(farm.sums.paid[kind] for kind in REFERRALS) > 0) == farm.shape.buys, farm.shape.name
        assert farm.costs_usd(KNOWN)["packs"] == pytest.approx(farm.packs * KNOWN.pack.usd)
    assert outcome.farms[BUYERS].packs == 11, "each account's but the first one's, which nobody has invited"


def test_a_farm_that_buys_gains_by_invitations_without_care():
    """Or nothing of the above could fail: what it sells must be worth more than its packs."""
    document = msgspec.to_builtins(shipped())
    for rule in document["rules"]:
        if rule["kind"] in REFERRALS:
            rule["amount"]["coins"] = 600
            rule["caps"] = {"viewerDayCoins": 5_000, "viewerCoins": 5_000}
    document["dayCaps"] |= {"houseViewerCoins": 9_000, "houseDeviceCoins": 9_000}
    document["scoring"]["weights"] = []
    farm = lived(msgspec.convert(document, RuleSet), viewers=10, devices=12, days=8).farms[BUYERS]
    assert farm.result_usd(KNOWN) > 0


def test_a_farm_that_invites_from_one_device_is_paid_for_none():
    outcome = lived(viewers=10, devices=1)
    assert not sum(outcome.farms[BUYERS].sums.paid[kind] for kind in REFERRALS)


def test_friends_who_live_where_their_inviter_does_are_held_until_a_reviewer_releases_them():
    at_home = msgspec.structs.replace(KNOWN, same_block=1.0)
    sums = lived(known=at_home, viewers=400, days=40).kinds.values()
    assert sum(one.reasons["referral_same_block"] for one in sums) > 0
    assert sum(one.paid[kind] for one in sums for kind in REFERRALS) > 0


def test_what_is_sent_back_gives_no_cashback_and_costs_its_postage(outcome: Outcome):
    farm = outcome.farms[SHOPPERS]
    assert farm.sums.set_aside == farm.sums.taken_back > 0
    assert farm.sums.paid["cashback"] == 0
    assert farm.costs_usd(KNOWN)["returns"] == pytest.approx(farm.accounts * KNOWN.costs.return_usd)


@pytest.mark.parametrize("budget", [40_000, 300])
def test_a_budget_is_given_and_left_to_the_coin_and_never_more(budget: int):
    known = msgspec.structs.replace(KNOWN, brand=msgspec.structs.replace(KNOWN.brand, budget_coins=budget))
    outcome = lived(known=known)
    all_sums = [*outcome.kinds.values(), *(farm.sums for farm in outcome.farms)]
    given = sum(sums.paid["cashback"] for sums in all_sums)
    assert given == sum(sums.set_aside - sums.taken_back for sums in all_sums) > 0
    assert given + outcome.budget.left == budget
    assert outcome.budget.left >= 0


def test_a_campaign_of_the_set_s_own_takes_the_place_of_the_sample():
    caps = {"viewerDayCoins": 500}
    own = {
        "name": "coats",
        "kind": "cashback",
        "campaign": "winter-coats",
        "caps": caps,
        "lifetimeDays": 30,
        "amount": {"type": "proportion", "perMille": 100},
        "evidence": {"partner": {}},
    }
    campaign = lived(a_set(own), viewers=50).budget.campaign
    assert (campaign, lived(a_set(EPISODE), viewers=5, days=2).budget.campaign) == ("winter-coats", "sample")


def test_a_run_is_mended_for_its_price_and_only_where_the_rules_let_it(outcome: Outcome):
    assert sum(sums.repairs for sums in outcome.kinds.values()) > 0
    document = msgspec.to_builtins(shipped())
    next(rule for rule in document["rules"] if rule["kind"] == "checkin")["amount"].pop("repair")
    torn = lived(msgspec.convert(document, RuleSet))
    assert sum(sums.repairs for sums in torn.kinds.values()) == 0


def test_ten_accounts_on_a_device_are_found_by_the_score(outcome: Outcome):
    crowd = outcome.farms[CROWD].sums
    assert crowd.reasons["device_shared"] > 100
    assert crowd.refused > 0.8 * crowd.claims


def test_honest_viewers_are_hardly_ever_held(outcome: Outcome):
    claims = sum(sums.claims for sums in outcome.kinds.values())
    assert sum(sums.held for sums in outcome.kinds.values()) < claims / 500


def test_displaced_unlocks_are_some_of_those_with_bonus_coins(outcome: Outcome):
    for sums in outcome.kinds.values():
        assert 0 < sums.displaced < sums.unlocks_bonus


def test_arms_and_rules_in_shadow_are_told_where_there_are_any(outcome: Outcome):
    arms = [{"name": "few", "perMille": 500}, {"name": "many", "perMille": 500}]
    few, many = (
        EPISODE | {"name": f"e-{arm}", "amount": {"type": "flat", "coins": n}, "arm": {"experiment": "t", "arm": arm}}
        for arm, n in (("few", 1), ("many", 3))
    )
    trial = EPISODE | {"name": "trial", "shadow": True}
    told = {
        one.title: one
        for one in tables(lived(a_set(trial, few, many, experiments=[{"name": "t", "arms": arms}])), KNOWN)
    }
    assert [row[0] for row in told["Arms"].rows] == ["t.few", "t.many"]
    assert [row[0] for row in told["In shadow"].rows] == ["trial"]
    assert {"Arms", "In shadow"}.isdisjoint(one.title for one in tables(outcome, KNOWN))


def test_every_assumption_has_a_source():
    costs = {field.encode_name for field in msgspec.structs.fields(Costs)} - {"device_usd_per_day"}
    assert {*costs, "coinUsd", "reviewDays", "pack", "sameBlock", "brand", "story", "habits", "farms"} == set(
        KNOWN.sources
    )
    assert sum(habit.per_mille for habit in KNOWN.habits) == 1000


def test_the_page_fetches_nothing_and_runs_nothing(outcome: Outcome):
    text = page(outcome, KNOWN)
    assert "<script" not in text
    assert "@import" not in text
    assert not [part for part in text.split('"') if part.startswith(("http:", "https:", "//")) and "w3.org" not in part]
    assert text.count("<svg") == 3
