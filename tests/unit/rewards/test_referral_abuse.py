"""Invitations that somebody would cheat with: refused when they are redeemed, or held for a reviewer, or refused."""

from __future__ import annotations

import contextlib
import itertools

import pytest

from cliffhanger.errors import InvitationRefused, NotFound
from cliffhanger.rewards import inviting
from cliffhanger.rewards.checking import check_in
from cliffhanger.rewards.inviting import open_invitation, redeem, standing
from cliffhanger.rewards.paying import held, refuse, release
from cliffhanger.rewards.referrals import code_of
from cliffhanger.rewards.referring import Followed, follow
from tests.support.earning import KEY, MORNING, EarningWorld, earner
from tests.unit.rewards.friends import (
    MIA,
    NOA,
    bonus,
    brought,
    buys,
    friend,
    gives_back,
    later,
    reasons,
    shown,
    till,
)


@pytest.fixture
def world() -> EarningWorld:
    return EarningWorld()


def test_nobody_redeems_their_own_invitation(world: EarningWorld) -> None:
    assert reasons(world, MIA._replace(since=MORNING)) == ["own_invitation"]


def test_nobody_redeems_a_code_that_was_never_given(world: EarningWorld) -> None:
    with pytest.raises(NotFound):
        redeem(world.hall, NOA, code_of("mia", KEY))


def test_an_invitation_is_redeemed_once_in_a_life(world: EarningWorld) -> None:
    brought(world)
    assert reasons(world, NOA, earner("ada", "phone-of-ada")) == ["redeemed_another"]


@pytest.mark.parametrize("days", [7, 400])
def test_who_has_been_here_for_long_is_no_new_friend(world: EarningWorld, days: int) -> None:
    assert reasons(world, friend(days=days)) == ["not_new"]


def test_who_joined_at_no_known_time_is_no_new_friend(world: EarningWorld) -> None:
    assert reasons(world, NOA._replace(since=None)) == ["not_new"]


def test_who_has_bought_already_is_no_new_friend(world: EarningWorld) -> None:
    buys(world)
    assert reasons(world, NOA) == ["has_bought"]


def test_a_second_account_on_the_inviters_device_is_refused(world: EarningWorld) -> None:
    """Whether the inviter has ever claimed from it, or only opened their invitation on it."""
    assert reasons(world, friend(device="phone-of-mia")) == ["same_device"]
    check_in(world.desk, earner("mia", "tablet"))
    assert reasons(world, friend(device="tablet")) == ["same_device"]


def test_a_ring_of_invitations_is_refused(world: EarningWorld) -> None:
    """A invites B, B invites C, C invites A."""
    a, b, c = (friend(person, block=person) for person in ("ann", "ben", "cem"))
    brought(world, b, by=a)
    brought(world, c, by=b)
    assert reasons(world, a, by=c) == ["ring"]
    assert reasons(world, a, by=b) == ["ring"]


@pytest.mark.parametrize("size", [2, 3])
def test_a_ring_of_invitations_that_closes_at_once_brings_nobody_anything(
    world: EarningWorld, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    """Each has looked before any has written."""
    people = [friend(person, block=person) for person in ("ann", "ben", "cem")[:size]]
    with monkeypatch.context() as unseen:
        unseen.setattr(inviting, "MOST_STEPS", 0)
        for number, person in enumerate(people):
            brought(world, person, by=people[number - 1])
    for person in people:
        buys(world, person.person, f"order-of-{person.person}")
        assert follow(world.hall, person.person) == Followed("ring")
        assert follow(world.hall, person.person) == Followed("rewarded")  # told again
    later(world)
    assert [world.coins(person.person) for person in people] == [0] * size
    assert [one.stage for one in standing(world.hall, people[0]).friends] == ["barred"]


def test_a_chain_that_comes_back_to_a_device_is_refused(world: EarningWorld) -> None:
    """A farm of two phones: each new account is invited by the one before, on the other phone."""
    one, two = friend("ann", "phone-1"), friend("ben", "phone-2", block="b")
    brought(world, two, by=one)
    assert reasons(world, friend("cem", "phone-1", block="c"), by=two) == ["same_device"]


def test_a_friend_from_the_inviters_address_block_waits_for_a_reviewer_who_may_release(world: EarningWorld) -> None:
    brought(world, friend(block="home-of-mia"))
    buys(world)
    follow(world.hall, "noa")
    waiting = held(till(world), 10)
    assert {(one.kind, one.reasons) for one in waiting} == {
        ("referral.inviter", ("referral_same_block",)),
        ("referral.friend", ("referral_same_block",)),
    }
    assert bonus(world) == (0, 0)
    assert shown(world).friends[0].status == "held"
    for one in waiting:
        release(till(world), one.person, one.name, "rita")
    assert bonus(world) == (40, 30)
    gives_back(world)
    follow(world.hall, "noa")
    assert bonus(world) == (0, 0)


def test_what_a_reviewer_refuses_stays_refused(world: EarningWorld) -> None:
    brought(world, friend(block="home-of-mia"))
    buys(world)
    follow(world.hall, "noa")
    for one in held(till(world), 10):
        refuse(till(world), one.person, one.name, "rita")
    follow(world.hall, "noa")
    later(world)
    assert (bonus(world), shown(world).friends[0].stage) == ((0, 0), "barred")


def test_a_refund_ends_what_is_held(world: EarningWorld) -> None:
    brought(world, friend(block="home-of-mia"))
    buys(world)
    follow(world.hall, "noa")
    gives_back(world)
    follow(world.hall, "noa")
    assert held(till(world), 10) == ()


@pytest.mark.parametrize(("others", "outcome"), [(1, "held"), (2, "held"), (3, "refused")])
def test_a_friend_on_a_device_that_others_use_is_held_and_on_a_farms_refused(
    world: EarningWorld, others: int, outcome: str
) -> None:
    for number in range(others):
        check_in(world.desk, earner(f"other-{number}", "shared"))
    brought(world, friend(device="shared"))
    buys(world)
    follow(world.hall, "noa")
    found = {one.kind: (one.status, one.reasons) for one in world.claims.of("noa")}
    assert found["referral.friend"][0] == outcome
    assert "referral_device_shared" in found["referral.friend"][1]
    later(world)
    assert bonus(world) == (0, 0)


def test_two_who_redeem_at_once_for_one_friend_bring_one_referral(world: EarningWorld) -> None:
    codes = []
    for person in ("mia", "ada"):
        invited = open_invitation(world.hall, earner(person, f"phone-of-{person}"))
        assert invited.invitation is not None
        codes.append(invited.invitation.code)
    outcomes = []
    for code in itertools.chain(codes, codes):
        with contextlib.suppress(InvitationRefused):
            outcomes.append(redeem(world.hall, NOA, code).referral.inviter)
    assert set(outcomes) == {"mia"}
