"""Codes that are scanned and episodes that are sponsored: once each, signed, in their time; and held by reviewers."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest

from cliffhanger.campaigns.claiming import claim
from cliffhanger.campaigns.codes import GOOD_FOR, MINUTE_MS, code_of, token_of
from cliffhanger.campaigns.deciding import Deed
from cliffhanger.campaigns.domain import DAY_MS, Claimant, Kind
from cliffhanger.campaigns.scanning import get_token, scan
from cliffhanger.campaigns.sponsoring import ASKED_APART_MS, Sponsors
from cliffhanger.errors import Busy, CampaignClosed, CodeInvalid, RewardRefused, Unavailable, Undecided
from cliffhanger.rewards.paying import held, refuse, release
from tests.support.campaigns import COATS, KEY, NOON, TERMS, CampaignWorld, rules_of
from tests.support.dynamodb import Fault, ScriptedFaults

MIA = Claimant("mia", "DE", 30)


@pytest.fixture
def world() -> CampaignWorld:
    return CampaignWorld()


def code(world: CampaignWorld, key: bytes = KEY) -> str:
    return code_of(world.campaign, world.now, key)[0]


def test_a_printed_code_counts_once_for_each_viewer(world: CampaignWorld) -> None:
    for _ in range(2):
        assert scan(world.desk, MIA, code(world), KEY).standing.coins == 5
    world.now += DAY_MS
    assert scan(world.desk, MIA, code(world), KEY).repeated
    assert not scan(world.desk, MIA._replace(person="noa"), code(world), KEY).repeated
    assert world.sums == (1_990, 10, 0)


def test_a_shown_code_is_good_for_some_minutes_and_counts_once_a_day() -> None:
    world = CampaignWorld(TERMS._replace(code="shown"))
    first = code(world)
    assert not scan(world.desk, MIA, first, KEY).repeated
    world.now += (GOOD_FOR - 1) * MINUTE_MS
    assert scan(world.desk, MIA, first, KEY).repeated
    world.now += MINUTE_MS
    with pytest.raises(CodeInvalid):
        scan(world.desk, MIA, first, KEY)
    world.now += DAY_MS
    assert not scan(world.desk, MIA, code(world), KEY).repeated


@pytest.mark.parametrize("change", ["key", "minute", "campaign", "form"])
def test_a_code_that_we_have_not_made_is_refused(world: CampaignWorld, change: str) -> None:
    good = code(world)
    forged = {
        "key": code(world, b"another-key-of-somebody-in-tests"),
        "minute": good.replace(".0.", f".{world.now // MINUTE_MS}."),
        "campaign": good.replace(COATS, "summer-coats"),
        "form": good.upper(),
    }[change]
    with pytest.raises(CodeInvalid):
        scan(world.desk, MIA, forged, KEY)


def test_a_printed_code_of_a_campaign_that_shows_its_codes_is_refused() -> None:
    printed = code(CampaignWorld())
    with pytest.raises(CodeInvalid):
        scan(CampaignWorld(TERMS._replace(code="shown")).desk, MIA, printed, KEY)


def test_a_claim_token_tells_viewers_apart_in_one_campaign_and_nowhere_else(world: CampaignWorld) -> None:
    token, until = get_token(world.desk, world.campaign, MIA, KEY)
    assert get_token(world.desk, world.campaign, MIA, KEY) == (token, until)
    assert len({token, token_of(COATS, "noa", KEY), token_of("other", "mia", KEY)}) == 3
    assert "mia" not in token
    world.now = NOON + 30 * DAY_MS
    with pytest.raises(CampaignClosed):
        get_token(world.desk, world.campaign, MIA, KEY)


def test_a_campaign_without_purchases_gives_no_token() -> None:
    world = CampaignWorld(TERMS._replace(kinds=("scan",), worth=(), sponsored=()))
    with pytest.raises(CampaignClosed):
        get_token(world.desk, world.campaign, MIA, KEY)


def test_a_sponsored_episode_gives_its_coins_once(world: CampaignWorld) -> None:
    sponsors = Sponsors(world.desk)
    assert [sponsors.watched(MIA, "the-last-train", episode) for episode in (1, 1, 3)] == [1, 1, 0]
    assert sponsors.watched(MIA, "two-of-us", 1) == 0
    assert world.sums == (1_997, 3, 0)


def test_what_campaigns_refuse_keeps_nobody_from_watching() -> None:
    world = CampaignWorld(budget=0)
    assert Sponsors(world.desk).watched(MIA, "the-last-train", 1) == 0
    world = CampaignWorld(budget=1)
    assert Sponsors(world.desk).watched(MIA, "the-last-train", 1) == 0


def test_where_campaigns_cannot_be_asked_what_was_known_holds(
    world: CampaignWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    sponsors = Sponsors(world.desk)
    assert sponsors.watched(MIA, "the-last-train", 1) == 1

    def silent() -> Any:
        raise Unavailable("The table does not answer.")

    monkeypatch.setattr(world.campaigns, "opened", silent)
    world.now += ASKED_APART_MS
    assert sponsors.watched(MIA, "the-last-train", 2) == 1
    with pytest.raises(Unavailable):
        Sponsors(world.desk).watched(MIA, "the-last-train", 2)


def test_coins_that_nothing_can_undo_are_the_viewer_s_at_once() -> None:
    world = CampaignWorld(TERMS._replace(return_days=0))
    world.did("scan", "printed", "client")
    assert world.sums == (1_995, 0, 5)
    assert [row.status for row in world.rows()] == ["paid"]
    assert world.sweep() == []


def test_evidence_that_no_rule_takes_is_refused(world: CampaignWorld) -> None:
    with pytest.raises(RewardRefused) as refused:
        world.did("watch.episode", "x", "client")
    assert refused.value.members["reasons"] == ["evidence_refused"]


def suspicious() -> CampaignWorld:
    weights = [{"signal": "account_hours", "points": 50, "upTo": 24}]
    return CampaignWorld(rules=rules_of(scoring={"holdAt": 50, "refuseAt": 80, "weights": weights}))


def test_a_held_claim_waits_for_a_reviewer_and_its_window_whichever_is_later() -> None:
    world = suspicious()
    world.buy()
    (row,) = held(world.till, 10)
    assert (row.status, row.coins, row.reasons[-1]) == ("held", 300, "account_new")
    world.now += 15 * DAY_MS
    assert world.sweep() == []
    assert release(world.till, "mia", row.name, "olga").status == "paid"
    assert world.sums == (1_700, 0, 300)


def test_a_claim_that_is_released_early_still_waits_for_its_window() -> None:
    world = suspicious()
    world.buy()
    (row,) = held(world.till, 10)
    assert release(world.till, "mia", row.name, "olga").status == "waiting"
    world.back(2_500)
    assert [row.status for row in world.rows()] == ["waiting"]
    world.now += 14 * DAY_MS
    assert len(world.sweep()) == 1
    assert world.sums == (1_850, 0, 150)


def test_a_claim_that_a_reviewer_refuses_goes_back_to_the_budget_and_a_late_return_changes_nothing() -> None:
    world = suspicious()
    world.buy()
    (row,) = held(world.till, 10)
    for _ in range(2):
        assert refuse(world.till, "mia", row.name, "olga").status == "refused"
    assert world.sums == (2_000, 0, 0)
    world.back(5_000)
    assert world.sums == (2_000, 0, 0)


@pytest.mark.parametrize("fault", [Fault.NOT_SENT, Fault.LOST_REPLY, Fault.THROTTLED, Fault.FAILED])
@pytest.mark.parametrize("returned", [0, 2_500])
def test_a_refusal_that_fails_anywhere_gives_all_back_whoever_comes_next(fault: Fault, returned: int) -> None:
    """What the refusal could not give back, the next sweep does; a return that comes between changes nothing of it."""
    for call in range(1, 16):
        world = suspicious()
        world.buy()
        (row,) = held(world.till, 10)
        model = world.model
        model.faults = ScriptedFaults(dict.fromkeys(range(model.calls + call, model.calls + call + 40), fault))
        with contextlib.suppress(Unavailable, Busy, Undecided):
            refuse(world.till, "mia", row.name, "olga")
        model.faults = ScriptedFaults({})
        refused = any(row.status == "refused" for row in world.rows())
        if returned:
            world.back(returned)
        world.now += 15 * DAY_MS
        world.sweep()
        if refused:
            assert world.sums == (2_000, 0, 0), call
            assert world.sweep() == []
        else:  # it was not written, and another reviewer may decide
            assert refuse(world.till, "mia", row.name, "otto").status == "refused"
            assert world.sums == (2_000, 0, 0), call


@pytest.mark.parametrize(("kind", "country"), [("cashback", "DE"), ("scan", "FR")])
def test_what_a_campaign_is_not_for_leaves_nothing_to_be_swept(kind: Kind, country: str) -> None:
    world = CampaignWorld(TERMS._replace(kinds=("scan",), worth=(), sponsored=()))
    for _ in range(2):
        with pytest.raises(RewardRefused):
            claim(world.desk, world.campaign, MIA._replace(country=country), Deed(kind, "printed", "client"))
    assert world.rows() == []
