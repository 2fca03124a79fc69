"""Signals of fraud as campaigns meet them: velocity, shared devices, address blocks; held, refused, and told."""

from __future__ import annotations

from typing import Any

import pytest

from cliffhanger.campaigns.claiming import Claimed, claim
from cliffhanger.campaigns.deciding import Deed
from cliffhanger.campaigns.domain import DAY_MS, Claimant
from cliffhanger.campaigns.purchasing import Purchase, purchase
from cliffhanger.campaigns.reporting import report
from cliffhanger.campaigns.scanning import get_token
from cliffhanger.errors import BudgetCapReached, RewardRefused
from cliffhanger.events.checking import misfits
from cliffhanger.events.envelope import Event, envelope_of
from cliffhanger.events.schemas import EVENT_SCHEMAS
from cliffhanger.rewards.earning import Desk, Earner, Fact, earn
from cliffhanger.rewards.paying import held, refuse, release
from cliffhanger.rewards.telling import Herald, tell
from cliffhanger.web.problems import document_of
from tests.support.campaign_tables import CAMPAIGNS
from tests.support.campaigns import KEY, NOON, TERMS, CampaignWorld, rules_of
from tests.support.tables import BLOCKS, CLAIMS, DEVICES
from tests.unit.rewards.sets import EPISODE

HOUR_MS = 3_600_000
LONG_AGO = NOON - 60 * DAY_MS


def weighing(signal: str, start: int, points: int = 50, **changed: Any) -> CampaignWorld:
    """A world whose rules weigh one signal from a number on."""
    weights = [{"signal": signal, "from": start, "points": points}]
    rules = rules_of(scoring={"holdAt": 50, "refuseAt": 80, "weights": weights}, **changed)
    return CampaignWorld(rules=rules)


def someone(person: str = "mia", *, device: str = "", block: str = "", since: int = LONG_AGO) -> Claimant:
    return Claimant(person, "DE", 30, device or f"phone-of-{person}", since=since, block=block)


def scanned(world: CampaignWorld, name: str, who: Claimant | None = None) -> Claimed:
    return claim(world.desk, world.campaign, who or someone(), Deed("scan", name, "client"))


def statuses(world: CampaignWorld, person: str = "mia") -> list[str]:
    return sorted(one.status for one in world.rows(person))


class Bus:
    """Takes events."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def publish(self, events: list[Event]) -> None:
        self.events += events


def told(world: CampaignWorld) -> list[Event]:
    """What the sweep tells the bus, each event as its schema has it."""
    bus: Any = Bus()
    list(tell(Herald(world.claims, bus, world.clock), world.now + 60_000))
    for one in bus.events:
        assert list(misfits(EVENT_SCHEMAS[one.type, 1], envelope_of(one)["data"])) == []
    return list(bus.events)


# --- velocity ---------------------------------------------------------------------------------------------------------


def test_a_viewer_who_claims_of_campaigns_faster_than_people_do_is_held_with_the_reason() -> None:
    world = weighing("viewer_claims_hour", 2)
    for number in range(3):
        scanned(world, f"code-{number}")
    [row] = held(world.till, 10)
    assert (row.reasons, row.score) == (("viewer_velocity",), 50)
    assert statuses(world) == ["held", "waiting", "waiting"]


def test_what_was_claimed_of_campaigns_over_an_hour_ago_is_no_haste() -> None:
    world = weighing("viewer_claims_hour", 2)
    for number in range(2):
        scanned(world, f"code-{number}")
    world.now += HOUR_MS + 1
    scanned(world, "later")
    assert held(world.till, 10) == ()


def test_what_campaigns_gave_at_once_is_haste_too() -> None:
    """It is paid on chains of theirs, where no viewer's velocity is read."""
    world = weighing("viewer_claims_hour", 2)
    world = CampaignWorld(TERMS._replace(return_days=0), rules=world.rules)
    for number in range(3):
        scanned(world, f"code-{number}")
    assert statuses(world) == ["held", "paid", "paid"]


def test_haste_with_campaigns_and_with_the_house_is_one_haste() -> None:
    freely = EPISODE | {"caps": {"viewerDayCoins": 90, "deviceDayCoins": 90}}
    world = weighing("viewer_claims_hour", 2, besides=[freely])
    desk = Desk(
        world.ledger, world.claims, world.devices, lambda: world.blocks, lambda: world.rules,
        lambda _claim, _decision: None, lambda: None, world.clock, world.pace,
    )  # fmt: skip
    mia = Earner("mia", "phone-of-mia", "UTC", "DE", 30, LONG_AGO)
    scanned(world, "code")
    assert earn(desk, mia, Fact("watch.episode", "e1")).entry is not None
    assert earn(desk, mia, Fact("watch.episode", "e2")).entry is None
    scanned(world, "another")
    assert [one.reasons for one in held(world.till, 10)] == [("viewer_velocity",)] * 2


def test_a_device_on_which_several_claim_fast_of_campaigns_is_held_though_none_of_them_does_alone() -> None:
    world = weighing("device_claims_hour", 4)
    people = [someone(f"viewer-{number}", device="shared") for number in range(3)]
    for person in people[:2]:
        for number in range(2):
            scanned(world, f"code-{number}", person)
    scanned(world, "code", people[2])
    assert [(one.person, one.reasons) for one in held(world.till, 10)] == [("viewer-2", ("device_velocity",))]


# --- devices and address blocks ---------------------------------------------------------------------------------------


def test_a_device_with_many_viewers_is_held_for_campaigns() -> None:
    world = weighing("device_viewers_month", 3)
    for number in range(4):
        scanned(world, "code", someone(f"viewer-{number}", device="one-phone"))
    assert [one.reasons for one in held(world.till, 10)] == [("device_shared",)] * 2
    scanned(world, "code", someone("alone"))
    assert statuses(world, "alone") == ["waiting"]


def test_many_new_accounts_that_claim_of_campaigns_from_one_address_block_are_held() -> None:
    world = weighing("block_new_viewers_day", 3)
    for number in range(4):
        scanned(world, "code", someone(f"viewer-{number}", block="b1", since=NOON - HOUR_MS))
    assert [one.reasons for one in held(world.till, 10)] == [("block_new_viewers",)] * 2
    scanned(world, "code", someone("elsewhere", block="b2", since=NOON - HOUR_MS))
    assert statuses(world, "elsewhere") == ["waiting"]


def test_a_purchase_is_held_for_the_address_block_from_which_its_claim_token_was_asked_for() -> None:
    world = weighing("block_new_viewers_day", 3)
    tokens = []
    for number in range(3):
        who = someone(f"viewer-{number}", block="b1", since=NOON - HOUR_MS)
        tokens.append(get_token(world.desk, world.campaign, who, KEY)[0])
    # Asked for again from another block, the token is what it was.
    get_token(world.desk, world.campaign, someone("viewer-2", block="b2", since=NOON - HOUR_MS), KEY)
    for number, token in enumerate(tokens):
        purchase(world.desk, world.campaign, token, Purchase(f"A-{number}", "EUR", 500))
    assert [(one.person, one.reasons) for one in held(world.till, 10)] == [("viewer-2", ("block_new_viewers",))]


def test_no_address_block_is_kept_with_a_claim_token() -> None:
    world = CampaignWorld()
    get_token(world.desk, world.campaign, someone(block="a-block-of-addresses"), KEY)
    assert "a-block-of-addresses" not in str(world.model.items(CAMPAIGNS["TableName"]))


def test_a_claim_that_is_told_again_writes_nothing_for_its_device_and_block() -> None:
    world = CampaignWorld()
    who = someone(block="b1", since=NOON - HOUR_MS)
    scanned(world, "code", who)
    tables = [table["TableName"] for table in (DEVICES, BLOCKS)]
    assert [len(world.model.items(name)) for name in tables] == [1, 1]
    before = sum(world.model.meter.units(name).write for name in tables)
    assert scanned(world, "code", who).repeated
    assert sum(world.model.meter.units(name).write for name in tables) == before


def test_what_a_campaign_gives_all_viewers_of_a_device_in_a_day_is_capped() -> None:
    world = CampaignWorld(rules=rules_of(caps={"deviceDayCoins": 12}))
    coins = [scanned(world, "code", someone(f"viewer-{number}", device="shared")).standing.coins for number in range(3)]
    assert coins == [5, 5, 2]
    with pytest.raises(RewardRefused) as refused:
        scanned(world, "code", someone("viewer-3", device="shared"))
    assert refused.value.members["reasons"] == ["rule_device_day_cap"]


# --- held, refused, told ----------------------------------------------------------------------------------------------


def test_what_of_a_campaign_its_score_has_refused_stays_refused_when_the_signal_has_gone() -> None:
    world = weighing("viewer_claims_hour", 1, points=90)
    scanned(world, "first")
    for wait in (0, 2 * HOUR_MS):
        world.now += wait
        with pytest.raises(RewardRefused) as refused:
            scanned(world, "second")
        assert refused.value.because == ("viewer_velocity",)
    assert not scanned(world, "third").repeated
    assert world.sums == (1_990, 10, 0)


def test_a_brand_is_told_of_the_signal_and_whoever_claims_is_not() -> None:
    world = weighing("viewer_claims_hour", 1, points=90)
    scanned(world, "first")
    with pytest.raises(RewardRefused) as refused:
        scanned(world, "second")
    assert document_of(refused.value)["reasons"] == ["unusual_activity"]
    assert report(world.campaigns, world.ledger, world.campaign).refused == {"viewer_velocity": 1}


def test_the_bus_is_told_what_of_a_campaign_its_score_has_refused() -> None:
    world = weighing("viewer_claims_hour", 1, points=90)
    scanned(world, "first")
    with pytest.raises(RewardRefused):
        scanned(world, "second")
    [event] = told(world)
    assert (event.type, event.data["by"], event.data["score"]) == ("RewardRefused", "score", 90)
    assert event.data["kind"] == "scan"
    assert told(world) == []


def test_the_bus_is_told_once_what_of_a_campaign_is_held_and_then_what_a_reviewer_refuses() -> None:
    world = weighing("viewer_claims_hour", 1)
    for times in (1, 0):
        scanned(world, "first")
        scanned(world, "second")
        assert [one.type for one in told(world)] == ["RewardHeld"] * times
    [row] = held(world.till, 10)
    refuse(world.till, "mia", row.name, "rita")
    assert [(one.type, one.data.get("by")) for one in told(world)] == [
        ("RewardHeld", None),
        ("RewardRefused", "reviewer"),
    ]
    assert world.sums == (1_995, 5, 0)


def test_what_of_a_campaign_was_held_for_a_signal_is_the_viewer_s_once_a_reviewer_releases_it() -> None:
    world = weighing("viewer_claims_hour", 1)
    scanned(world, "first")
    scanned(world, "second")
    [row] = held(world.till, 10)
    release(world.till, "mia", row.name, "rita")
    world.now += 15 * DAY_MS
    world.sweep()
    assert world.sums == (1_990, 0, 10)


def test_what_a_cap_of_a_campaign_has_refused_is_no_fraud_and_nobody_is_told() -> None:
    world = CampaignWorld(TERMS._replace(viewer_times=1))
    scanned(world, "first")
    with pytest.raises(BudgetCapReached):
        scanned(world, "second")
    world.now += 15 * DAY_MS
    world.sweep()
    assert statuses(world) == ["asked", "paid"]
    assert not any(one.by_score for one in world.rows())
    assert told(world) == []


def test_a_refusal_for_its_score_is_kept_a_week_and_swept_by_nobody() -> None:
    world = weighing("viewer_claims_hour", 1, points=90)
    scanned(world, "first")
    with pytest.raises(RewardRefused):
        scanned(world, "second")
    [item] = [one for one in world.model.items(CLAIMS["TableName"]) if one["status"]["S"] == "refused"]
    assert "queue" not in item
    assert int(item["expiresAt"]["N"]) == (NOON + 7 * DAY_MS) // 1_000
