"""A viewer who invites, a friend who comes, and what they do."""

from __future__ import annotations

import pytest

from cliffhanger.errors import InvitationRefused
from cliffhanger.ledger.names import viewer
from cliffhanger.ledger.purchases import Deal
from cliffhanger.ledger.purchasing import OrderChain, record_grant, record_reversal
from cliffhanger.rewards.earning import Earner
from cliffhanger.rewards.inviting import Invited, Stand, open_invitation, redeem, standing
from cliffhanger.rewards.paying import Till
from cliffhanger.rewards.vesting import vest
from tests.support.earning import MORNING, EarningWorld, earner

DAY_MS = 86_400_000
PACK = Deal(coins=100, cash=99, currency="USD")
MIA = earner()._replace(block="home-of-mia")


def friend(person: str = "noa", device: str | None = None, block: str = "elsewhere", days: int = 2) -> Earner:
    """Somebody who has joined so many days ago, on a device of their own."""
    who = earner(person, device or f"phone-of-{person}")
    return who._replace(since=MORNING - days * DAY_MS, block=block)


NOA = friend()


def brought(world: EarningWorld, who: Earner = NOA, by: Earner = MIA) -> Stand:
    """A friend who has redeemed an invitation."""
    invited = open_invitation(world.hall, by)
    assert invited.invitation is not None
    return redeem(world.hall, who, invited.invitation.code)


def buys(world: EarningWorld, person: str = "noa", order: str = "o1") -> None:
    record_grant(world.ledger, OrderChain(viewer(person), order), PACK, retrying=world.desk.retrying)


def gives_back(world: EarningWorld, name: str = "r1", amount: int = 99, order: str = "o1", person: str = "noa") -> None:
    on = OrderChain(viewer(person), order)
    record_reversal(world.ledger, on, name, amount, kind="refund", retrying=world.desk.retrying)


def till(world: EarningWorld) -> Till:
    return Till(world.ledger, world.claims, lambda: None, world.clock, world.desk.retrying)


def later(world: EarningWorld, days: int = 4) -> None:
    """So many days go by, and what has vested is paid."""
    world.now += days * DAY_MS
    assert all(one.error is None for one in vest(till(world), world.now + 60_000))


def bonus(world: EarningWorld) -> tuple[int, int]:
    """The bonus coins of both sides, less what they owe."""

    def of(person: str) -> int:
        head = world.ledger.head(viewer(person))
        return 0 if head is None else head.state.balances.get("bonus", 0) - head.state.debt.get("bonus", 0)

    return of("mia"), of("noa")


def reasons(world: EarningWorld, who: Earner, by: Earner = MIA) -> list[str]:
    with pytest.raises(InvitationRefused) as refused:
        brought(world, who, by)
    found = refused.value.members["reasons"]
    assert isinstance(found, list)
    return found


def shown(world: EarningWorld, who: Earner = MIA) -> Invited:
    return standing(world.hall, who)
