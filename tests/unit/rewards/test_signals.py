"""Signals of fraud as claims meet them: velocity, shared devices, address blocks; and what the bus is told of it."""

from __future__ import annotations

from typing import Any

import pytest

from cliffhanger.errors import EventsRefused, RewardRefused
from cliffhanger.events.checking import misfits
from cliffhanger.events.envelope import Event, envelope_of, event_id
from cliffhanger.events.schemas import EVENT_SCHEMAS
from cliffhanger.ledger.consequences import Reward
from cliffhanger.ledger.rewarding import give_reward
from cliffhanger.rewards import tallies
from cliffhanger.rewards.blocks import MOST_SEEN, Came, block_digest
from cliffhanger.rewards.checking import check_in
from cliffhanger.rewards.claims import Reason
from cliffhanger.rewards.devices import MOST_VIEWERS, Device
from cliffhanger.rewards.devices_store import DevicesStore
from cliffhanger.rewards.earning import UNIT, Earned, Earner, Fact, consequence_of, earn, refusal
from cliffhanger.rewards.paying import held, refuse, release
from cliffhanger.rewards.pending import Pending
from cliffhanger.rewards.scoring import FRAUD
from cliffhanger.rewards.telling import Herald, tell
from cliffhanger.rewards.vesting import vest
from cliffhanger.web.problems import document_of
from tests.support.earning import MORNING, EarningWorld, earner
from tests.support.tables import BLOCKS, CLAIMS, DEVICES, LEDGER
from tests.unit.rewards.sets import EPISODE, a_set

HOUR_MS, DAY_MS = 3_600_000, 86_400_000
KEY = b"the-key-of-address-blocks-in-tests"
FREELY = {**EPISODE, "amount": {"type": "flat", "coins": 1}, "caps": {"viewerDayCoins": 90, "deviceDayCoins": 190}}
MIA = earner()


def weighing(signal: str, start: int, points: int = 50) -> EarningWorld:
    """A world whose rules weigh one signal from a number on."""
    weights = [{"signal": signal, "from": start, "points": points}]
    return EarningWorld(a_set(FREELY, scoring={"holdAt": 50, "refuseAt": 80, "weights": weights}))


def earned(world: EarningWorld, fact: str, who: Earner = MIA) -> Earned:
    return earn(world.desk, who, Fact("watch.episode", fact))


def statuses(world: EarningWorld, count: int, who: Earner = MIA, name: str = "e") -> list[str]:
    found: list[str] = []
    for number in range(count):
        one = earned(world, f"{name}{number}", who)
        found.append("paid" if one.entry is not None else one.pending.status if one.pending else "")
    return found


def young(person: str, block: str = "b1", device: str | None = None) -> Earner:
    return earner(person, device or f"phone-of-{person}")._replace(since=MORNING - HOUR_MS, block=block)


def known_on(world: EarningWorld, device: str) -> list[str]:
    return [seen.person for seen in world.devices.find(device).viewers]


class Bus:
    """Takes events, or refuses so many times first."""

    def __init__(self, refusals: int = 0) -> None:
        self.refusals = refusals
        self.events: list[Event] = []

    def publish(self, events: list[Event]) -> None:
        if self.refusals and events:
            self.refusals -= 1
            raise EventsRefused("full")
        self.events += events


def told(world: EarningWorld, bus: Bus) -> list[Pending]:
    herald: Any = Herald(world.claims, bus, world.clock)  # type: ignore[arg-type]
    return list(tell(herald, world.now + 60_000))


# --- velocity ---------------------------------------------------------------------------------------------------------


def test_a_viewer_who_claims_faster_than_people_do_is_held_with_the_reason() -> None:
    world = weighing("viewer_claims_hour", 4)
    assert statuses(world, 6) == ["paid"] * 4 + ["held"] * 2
    assert {one.reasons for one in held(world.till, 10)} == {("viewer_velocity",)}


def test_what_was_claimed_over_an_hour_ago_is_no_haste() -> None:
    world = weighing("viewer_claims_hour", 4)
    statuses(world, 4)
    world.now += HOUR_MS + 1
    assert statuses(world, 2, name="later") == ["paid", "paid"]


def test_a_device_on_which_several_claim_fast_is_held_though_none_of_them_does_alone() -> None:
    world = weighing("device_claims_hour", 6)
    people = [earner(f"viewer-{number}", "shared") for number in range(3)]
    for person in people:
        assert statuses(world, 2, person) == ["paid", "paid"]
    assert statuses(world, 1, people[0], "more") == ["held"]
    assert {one.reasons for one in held(world.till, 10)} == {("device_velocity",)}


VESTING = {
    **FREELY, "amount": {"type": "flat", "coins": 5}, "caps": {"viewerDayCoins": 5, "deviceDayCoins": 5},
    "evidence": {"server": {"vestsAfterH": 2}},
}  # fmt: skip


def test_on_a_device_what_waits_and_what_waited_counts_like_what_is_paid_at_once() -> None:
    world = EarningWorld(a_set(VESTING))
    ada, bea = earner("ada", "shared"), earner("bea", "shared")
    assert earned(world, "first", ada).coins == 5
    with pytest.raises(RewardRefused) as refused:
        earned(world, "waits", bea)
    assert refused.value.because == ("rule_device_day_cap",)
    world.now += 3 * HOUR_MS
    assert [one.error for one in vest(world.till, world.now + 1)] == [None]
    assert world.coins("ada") == 5
    with pytest.raises(RewardRefused):
        earned(world, "paid", bea)


def test_velocity_writes_nothing_beside_the_ledger() -> None:
    world = weighing("viewer_claims_hour", 4)
    earned(world, "first")
    tables = [table["TableName"] for table in (CLAIMS, DEVICES, BLOCKS)]
    before = sum(world.model.meter.units(table).write for table in tables)
    statuses(world, 3)
    assert sum(world.model.meter.units(table).write for table in tables) == before


# --- devices and address blocks ---------------------------------------------------------------------------------------


def test_a_device_with_many_viewers_is_held_and_then_refused() -> None:
    """By the shipped rules: from five viewers on it is looked at by whoever is young, from eight nothing is given."""
    world, outcomes = EarningWorld(), []
    for number in range(9):
        who = young(f"viewer-{number}", "", "one-phone")
        try:
            found = earn(world.desk, who, Fact("watch.episode", "e1"))
            outcomes.append("paid" if found.entry is not None else "held")
        except RewardRefused as refused:
            outcomes.append("/".join(refused.because))
    assert outcomes[:3] == ["paid"] * 3
    assert outcomes[3:6] == ["held"] * 3
    assert set(outcomes[6:]) == {"rule_device_day_cap/account_new/device_shared"}, "what is held counts on the device"


def test_of_viewers_who_are_new_to_a_device_at_once_none_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between what one read and what it writes another is noted: each time, until the device is full."""
    world, put, others = EarningWorld(), DevicesStore.put, ["a"]

    def late(store: DevicesStore, device: str, known: Device) -> bool:
        if others:
            put(store, device, store.find(device).after(others.pop(), world.now))
        return put(store, device, known)

    monkeypatch.setattr(DevicesStore, "put", late)
    earned(world, "e")
    assert known_on(world, MIA.device) == ["a", "mia"]
    others += "bcdefghijk"
    earned(world, "e", young("noa", device="phone-of-mia"))
    assert len(known_on(world, MIA.device)) == MOST_VIEWERS


def test_many_new_accounts_from_one_address_block_are_held() -> None:
    world = weighing("block_new_viewers_day", 3)
    found = [statuses(world, 1, young(f"viewer-{number}"))[0] for number in range(5)]
    assert found == ["paid", "paid", "held", "held", "held"]
    assert statuses(world, 1, young("elsewhere", "b2")) == ["paid"]
    assert {one.reasons for one in held(world.till, 10)} == {("block_new_viewers",)}


def test_what_came_to_a_block_yesterday_does_not_crowd_it_today() -> None:
    world = weighing("block_viewers_day", 3)
    for number in range(2):
        earned(world, "e", young(f"viewer-{number}"))
    world.now += DAY_MS + 1
    assert statuses(world, 1, young("another")._replace(since=world.now)) == ["paid"]


def test_who_comes_day_after_day_on_their_own_device_writes_nothing_for_their_block(monkeypatch: Any) -> None:
    """A check-in costs its entry."""
    world, who = EarningWorld(), MIA._replace(block="b1")
    check_in(world.desk, who)
    world.now += DAY_MS
    tables = [table["TableName"] for table in (LEDGER, CLAIMS, DEVICES, BLOCKS)]
    before = sum(world.model.meter.units(table).write for table in tables)
    check_in(world.desk, who)
    assert sum(world.model.meter.units(table).write for table in tables) - before <= 2


def test_of_a_crowded_block_no_more_is_noted_than_counts() -> None:
    world = EarningWorld()
    for number in range(MOST_SEEN):
        world.blocks.note("b1", Came(f"viewer-{number}", world.now, new=False))
    earned(world, "e", young("one-more"))
    assert len(world.model.items(BLOCKS["TableName"])) == MOST_SEEN


def test_no_address_is_kept_and_none_can_be_tried_without_the_key() -> None:
    block = "203.0.113.0/24"
    assert "203" not in block_digest(block, KEY)
    assert block_digest(block, KEY) != block_digest(block, b"another")
    assert block_digest("unknown", KEY) == ""


# --- refused, held, told ----------------------------------------------------------------------------------------------


def test_what_its_score_has_refused_stays_refused_when_the_signal_has_gone() -> None:
    """Else a farm asks until it is not seen."""
    world = weighing("viewer_claims_hour", 2, points=90)
    statuses(world, 2)
    for wait in (0, 2 * HOUR_MS):
        world.now += wait
        with pytest.raises(RewardRefused) as refused:
            earned(world, "third")
        assert refused.value.because == ("viewer_velocity",)
    assert statuses(world, 1, name="another") == ["paid"]


@pytest.mark.parametrize("signal", sorted(FRAUD))
def test_who_is_refused_does_not_hear_which_signal_of_fraud_has_spoken(signal: Reason) -> None:
    """Else a farm changes one thing after the other until it is paid."""
    alone, beside = (refusal("episode", "v-1", reasons) for reasons in ((signal,), ("rule_day_cap", signal)))
    assert signal in alone.because
    assert signal in beside.because
    assert document_of(alone)["reasons"] == ["unusual_activity"]
    assert document_of(beside)["reasons"] == ["rule_day_cap"]


def test_a_farm_hears_the_same_whatever_has_given_it_away() -> None:
    heard = []
    for signal, who in (("device_viewers_month", young("b", "", "phone")), ("block_new_viewers_day", young("b", "b1"))):
        world = weighing(signal, 2, points=90)
        earned(world, "e", who._replace(person="a"))
        with pytest.raises(RewardRefused) as refused:
            earned(world, "e", who)
        heard.append(document_of(refused.value))
    assert heard[0] == heard[1]
    assert heard[0]["reasons"] == ["unusual_activity"]


def test_who_has_done_too_much_to_be_read_hears_no_more_than_any_other(monkeypatch: pytest.MonkeyPatch) -> None:
    world = EarningWorld()
    give_reward(world.ledger, consequence_of("mia", "ad", "v1"), Reward(UNIT, 1, 30), retrying=world.desk.retrying)
    monkeypatch.setattr(tallies, "MOST_PAGES", 0)
    with pytest.raises(RewardRefused) as refused:
        earned(world, "e")
    assert refused.value.because == ("viewer_velocity",)
    assert document_of(refused.value)["reasons"] == ["unusual_activity"]
    assert refused.value.detail == refusal("", "", ()).detail


def test_what_a_cap_refuses_is_no_fraud_and_is_kept_nowhere() -> None:
    world = EarningWorld(a_set(EPISODE))
    statuses(world, 3)
    with pytest.raises(RewardRefused):
        earned(world, "fourth")
    assert world.claims.of("mia") == ()


def test_of_one_viewer_so_many_refusals_a_day_are_kept() -> None:
    world = weighing("viewer_claims_hour", 1, points=90)
    earned(world, "first")
    for number in range(30):
        with pytest.raises(RewardRefused):
            earned(world, f"e{number}")
    assert len(world.claims.of("mia")) == 20


def test_the_bus_is_told_of_what_is_held_and_refused_until_it_has_taken_it() -> None:
    world, bus = weighing("viewer_claims_hour", 1), Bus(refusals=2)
    statuses(world, 2)
    for _ in range(2):
        with pytest.raises(EventsRefused):
            told(world, bus)
    assert [one.name for one in told(world, bus)] == ["watch-episode.e1"]
    assert told(world, bus) == []
    [event] = bus.events
    assert (event.type, event.data["reasons"], event.subject) == ("RewardHeld", ["viewer_velocity"], "viewer:mia")
    refuse(world.till, "mia", "watch-episode.e1", "rita")
    told(world, bus)
    assert [one.type for one in bus.events] == ["RewardHeld", "RewardHeld", "RewardRefused"]
    assert event_id(bus.events[0]) == event_id(bus.events[1])
    assert bus.events[2].data["by"] == "reviewer"
    for one in bus.events:
        assert list(misfits(EVENT_SCHEMAS[one.type, 1], envelope_of(one)["data"])) == []


def test_what_a_score_refuses_is_told_as_such() -> None:
    world, bus = weighing("viewer_claims_hour", 1, points=90), Bus()
    earned(world, "first")
    with pytest.raises(RewardRefused):
        earned(world, "second")
    told(world, bus)
    assert [(one.type, one.data["by"], one.data["score"]) for one in bus.events] == [("RewardRefused", "score", 90)]


def test_what_is_released_before_anybody_was_told_is_told_as_held_all_the_same() -> None:
    world, bus = weighing("viewer_claims_hour", 1), Bus()
    statuses(world, 2)
    release(world.till, "mia", "watch-episode.e1", "rita")
    told(world, bus)
    assert [one.type for one in bus.events] == ["RewardHeld"]


def test_what_was_refused_while_its_hold_was_told_is_told_next() -> None:
    world, bus = weighing("viewer_claims_hour", 1), Bus()
    statuses(world, 2)
    [waiting] = world.claims.untold("held", 10)
    refuse(world.till, "mia", waiting.name, "rita")
    world.claims.told(waiting, "held")
    told(world, bus)
    assert {one.type for one in bus.events} == {"RewardHeld", "RewardRefused"}


def test_whatever_was_decided_of_a_viewer_what_is_open_is_found() -> None:
    """More than a page of them: an open one at the end counts against the caps."""
    world = EarningWorld(a_set(EPISODE))
    for number in range(120):
        pending = Pending(
            "mia", "watch.episode", f"a{number:03}", "2026-11-01", MORNING, "held", MORNING, 1, 14, "episode", "v-1"
        )
        world.claims.add(pending)
    assert len(world.claims.of("mia")) == 120
