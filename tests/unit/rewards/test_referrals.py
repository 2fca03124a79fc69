"""Inviting friends: both sides are rewarded once, after the friend has bought coins, and within caps."""

from __future__ import annotations

import contextlib

import pytest

from cliffhanger.errors import Busy, SwitchedOff, Unavailable, Undecided
from cliffhanger.ledger.names import viewer
from cliffhanger.ledger.purchasing import OrderChain, record_return
from cliffhanger.rewards.checking import check_in
from cliffhanger.rewards.inviting import open_invitation
from cliffhanger.rewards.pending import Pending
from cliffhanger.rewards.referrals import code_of
from cliffhanger.rewards.referring import follow
from tests.support.dynamodb import Fault, ScriptedFaults
from tests.support.earning import KEY, EarningWorld
from tests.unit.rewards.friends import (
    DAY_MS,
    MIA,
    NOA,
    bonus,
    brought,
    buys,
    friend,
    gives_back,
    later,
    shown,
)


@pytest.fixture
def world() -> EarningWorld:
    return EarningWorld()


# --- how it goes -----------------------------------------------------------------------------------------------------


def test_both_sides_are_rewarded_after_the_friends_first_purchase_and_not_before(world: EarningWorld) -> None:
    assert brought(world).stage == "open"
    check_in(world.desk, NOA)
    assert follow(world.hall, "noa").outcome == "open"
    assert (bonus(world)[0], shown(world).friends[0].stage) == (0, "open")
    buys(world)
    assert follow(world.hall, "noa").outcome == "rewarded"
    assert bonus(world) == (0, 2 + 30)  # the inviter's vests after three days
    assert (shown(world).friends[0].stage, shown(world).friends[0].status) == ("rewarded", "waiting")
    later(world)
    assert (bonus(world), shown(world).friends[0].status) == ((40, 32), "paid")


def test_a_code_is_the_same_whenever_it_is_asked_for_and_tells_nobody_whose_it_is(world: EarningWorld) -> None:
    first, again = open_invitation(world.hall, MIA), open_invitation(world.hall, MIA)
    assert first == again
    assert first.invitation is not None
    code = first.invitation.code
    assert len(code) == 16
    assert "mia" not in code
    assert code_of("mia", b"another key, of another stage...") != code
    assert len({code_of(f"viewer-{number}", KEY) for number in range(500)}) == 500


def test_neither_side_sees_who_the_other_is(world: EarningWorld) -> None:
    brought(world)
    buys(world)
    follow(world.hall, "noa")
    later(world)
    chains = {person: " ".join(entry.body for entry in world.entries(person)) for person in ("mia", "noa")}
    assert "noa" not in chains["mia"].replace(viewer("mia"), "")
    assert "mia" not in chains["noa"]


def test_redeeming_again_answers_as_it_stands(world: EarningWorld) -> None:
    first = brought(world)
    world.now += 40 * DAY_MS
    assert brought(world).referral == first.referral
    assert brought(world).stage == "lapsed"


def test_what_was_bought_too_late_brings_nothing(world: EarningWorld) -> None:
    brought(world)
    world.now += 31 * DAY_MS
    buys(world)
    assert follow(world.hall, "noa").outcome == "late"
    assert (bonus(world), shown(world).friends[0].stage) == ((0, 0), "lapsed")


def test_a_purchase_in_time_counts_however_late_its_event_comes(world: EarningWorld) -> None:
    brought(world)
    world.now += 29 * DAY_MS
    buys(world)
    world.now += 20 * DAY_MS
    assert follow(world.hall, "noa").outcome == "rewarded"


def test_who_was_invited_by_nobody_costs_one_read(world: EarningWorld) -> None:
    """Every purchase of everybody is followed."""
    buys(world)
    before, written = world.model.calls, world.model.meter.units().write
    assert follow(world.hall, "noa").outcome == "none"
    assert (world.model.calls - before, world.model.meter.units().write - written) == (1, 0)


# --- once, whatever happens ------------------------------------------------------------------------------------------


def test_an_event_that_comes_twice_late_or_again_changes_nothing(world: EarningWorld) -> None:
    brought(world)
    buys(world)
    follow(world.hall, "noa")
    later(world)
    before = (world.entries("mia"), world.entries("noa"), world.claims.of("mia"))
    for _ in range(3):
        assert all(one.repeated for one in follow(world.hall, "noa").earned)
        world.now += DAY_MS
    assert (world.entries("mia"), world.entries("noa"), world.claims.of("mia")) == before
    buys(world, order="o2")
    follow(world.hall, "noa")
    assert bonus(world) == (40, 30)


def test_a_refund_takes_the_reward_back_from_both_sides(world: EarningWorld) -> None:
    brought(world)
    buys(world)
    follow(world.hall, "noa")
    later(world)
    gives_back(world)
    assert follow(world.hall, "noa").outcome == "undone"
    assert (bonus(world), shown(world).friends[0].stage) == ((0, 0), "undone")
    before = world.entries("mia")
    assert follow(world.hall, "noa").outcome == "undone"
    assert world.entries("mia") == before


def test_a_refund_while_a_reward_waits_leaves_nothing_of_it(world: EarningWorld) -> None:
    brought(world)
    buys(world)
    follow(world.hall, "noa")
    gives_back(world)
    follow(world.hall, "noa")
    later(world)
    assert bonus(world) == (0, 0)


def test_a_part_that_goes_back_takes_its_part_of_the_reward(world: EarningWorld) -> None:
    brought(world)
    buys(world)
    gives_back(world, "r1", 33)
    follow(world.hall, "noa")
    later(world)
    assert bonus(world) == (40 - 13, 30 - 10)
    gives_back(world, "r2", 33)
    follow(world.hall, "noa")
    assert bonus(world) == (40 - 26, 30 - 20)


def test_a_refund_that_did_not_arrive_leaves_the_reward(world: EarningWorld) -> None:
    brought(world)
    buys(world)
    gives_back(world)
    record_return(
        world.ledger, OrderChain(viewer("noa"), "o1"), "r1", kind="refundFailed", retrying=world.desk.retrying
    )
    assert follow(world.hall, "noa").outcome == "rewarded"


def test_a_second_purchase_does_not_mend_a_first_that_went_back(world: EarningWorld) -> None:
    """Else who buys and gives back is paid for it again and again."""
    brought(world)
    buys(world)
    gives_back(world)
    follow(world.hall, "noa")
    buys(world, order="o2")
    assert follow(world.hall, "noa").outcome == "undone"
    later(world)
    assert bonus(world) == (0, 0)


@pytest.mark.parametrize("call", range(1, 40))
def test_whatever_fails_and_is_told_again_each_side_is_paid_once(call: int) -> None:
    for fault in (Fault.NOT_SENT, Fault.LOST_REPLY):
        world = EarningWorld()
        brought(world)
        buys(world)
        world.model.faults = ScriptedFaults({world.model.calls + call: fault})
        for _ in range(2):
            with contextlib.suppress(Unavailable, Busy, Undecided):
                follow(world.hall, "noa")
        world.model.faults = ScriptedFaults({})
        follow(world.hall, "noa")
        later(world)
        assert bonus(world) == (40, 30)


@pytest.mark.parametrize("call", range(1, 45, 2))
def test_a_refund_that_fails_anywhere_and_is_told_again_leaves_nothing(call: int) -> None:
    world = EarningWorld()
    brought(world)
    buys(world)
    follow(world.hall, "noa")
    later(world)
    gives_back(world)
    world.model.faults = ScriptedFaults({world.model.calls + call: Fault.LOST_REPLY})
    for _ in range(2):
        with contextlib.suppress(Unavailable, Busy, Undecided):
            follow(world.hall, "noa")
    world.model.faults = ScriptedFaults({})
    assert follow(world.hall, "noa").outcome == "undone"
    assert bonus(world) == (0, 0)


def test_a_purchase_that_is_still_being_followed_when_its_refund_is_told_pays_nothing(world: EarningWorld) -> None:
    """The refund's event overtakes: what it undoes stands before the reward comes."""
    brought(world)
    buys(world)
    overtaken = False
    check_open = world.desk.check_open

    def refunded_meanwhile() -> None:
        nonlocal overtaken
        if not overtaken:
            overtaken = True
            gives_back(world)
            follow(world.hall, "noa")
        check_open()

    slow = world.hall._replace(desk=world.desk._replace(check_open=refunded_meanwhile))
    follow(slow, "noa")
    later(world)
    assert bonus(world) == (0, 0)


def test_while_rewards_are_switched_off_nothing_is_given_but_refunds_take_back(world: EarningWorld) -> None:
    brought(world)
    buys(world)

    def closed() -> None:
        raise SwitchedOff("Later.")

    stopped = world.hall._replace(desk=world.desk._replace(check_open=closed))
    with pytest.raises(SwitchedOff):
        follow(stopped, "noa")
    follow(world.hall, "noa")
    later(world)
    gives_back(world)
    assert follow(stopped, "noa").outcome == "undone"
    assert bonus(world) == (0, 0)


# --- caps ------------------------------------------------------------------------------------------------------------


def test_an_inviter_is_paid_for_so_many_friends_a_day_and_the_friends_all_the_same(world: EarningWorld) -> None:
    people = [f"friend-{number}" for number in range(4)]
    for person in people:
        brought(world, friend(person, block=person))
        buys(world, person)
        follow(world.hall, person)
    stages = [one.stage for one in shown(world).friends]
    assert sorted(stages) == ["barred", "barred", "rewarded", "rewarded"]
    later(world)
    assert world.coins("mia") == 80
    assert {world.coins(person) for person in people} == {30}
    for person in people:  # what a day's cap has barred stays barred
        follow(world.hall, person)
    later(world)
    assert world.coins("mia") == 80


def test_an_inviter_is_paid_so_much_ever_and_no_more(world: EarningWorld) -> None:
    for number in range(12):
        person = f"friend-{number}"
        brought(world, friend(person, block=person, days=0)._replace(since=world.now))
        buys(world, person)
        follow(world.hall, person)
        later(world)
    granted = [entry.terms["coins"] for entry in world.entries("mia") if entry.terms["kind"] == "reward"]
    assert sum(granted) == 400


def test_friends_whose_money_went_back_use_up_nothing_of_what_an_inviter_is_paid_ever(world: EarningWorld) -> None:
    for number in range(11):
        person = f"friend-{number}"
        brought(world, friend(person, block=person, days=0)._replace(since=world.now))
        buys(world, person)
        follow(world.hall, person)
        if number < 10:
            gives_back(world, person=person)
            assert follow(world.hall, person).outcome == "undone"
        later(world)
    assert world.coins("mia") == 40


def test_what_an_inviter_was_paid_counts_ever_though_it_went_back(world: EarningWorld) -> None:
    """Else purchase, reward and refund would go round without end."""
    for number in range(12):
        person = f"friend-{number}"
        brought(world, friend(person, block=person, days=0)._replace(since=world.now))
        buys(world, person)
        follow(world.hall, person)
        later(world)
        if number < 10:
            gives_back(world, person=person)
            assert follow(world.hall, person).outcome == "undone"
    granted = [entry.terms["coins"] for entry in world.entries("mia") if entry.terms["kind"] == "reward"]
    assert (sum(granted), world.coins("mia")) == (400, 0)


def at_once(world: EarningWorld, people: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Each friend's purchase is followed while the one before is about to be listed: none sees the others."""
    add, left = world.claims.add, list(people)

    def slow(pending: Pending) -> bool:
        if left and pending.person == "mia":
            follow(world.hall, left.pop(0))
        return add(pending)

    with monkeypatch.context() as racing:
        racing.setattr(world.claims, "add", slow)
        follow(world.hall, left.pop(0))


def test_friends_who_buy_at_once_bring_an_inviter_no_more_than_a_day_s_cap(
    world: EarningWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [f"friend-{number}" for number in range(5)]
    for person in people:
        brought(world, friend(person, block=person))
        buys(world, person)
    at_once(world, people, monkeypatch)
    assert [one.status for one in world.claims.of("mia")] == ["waiting"] * 5
    later(world)
    later(world)
    assert world.coins("mia") == 80
    assert sorted(one.stage for one in shown(world).friends) == ["barred", "barred", "barred", "rewarded", "rewarded"]


def test_friends_who_buy_at_once_bring_an_inviter_no_more_than_is_paid_ever(
    world: EarningWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(9):
        person = f"friend-{number}"
        brought(world, friend(person, block=person, days=0)._replace(since=world.now))
        buys(world, person)
        follow(world.hall, person)
        later(world)
    for person in ("nils", "nora"):
        brought(world, friend(person, block=person, days=0)._replace(since=world.now))
        buys(world, person)
    at_once(world, ["nils", "nora"], monkeypatch)
    later(world)
    assert sum(entry.terms["coins"] for entry in world.entries("mia") if entry.terms["kind"] == "reward") == 400
