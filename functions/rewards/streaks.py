"""Checking in, and mending a run of check-ins: what is asked and answered."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from cliffhanger.clock import rfc3339
from cliffhanger.ledger.entries import Entry
from cliffhanger.rewards.amounts import MOST_COINS
from cliffhanger.rewards.checking import CheckinStanding
from cliffhanger.rewards.days import DEFAULT_ZONE
from cliffhanger.rewards.earning import Earned
from cliffhanger.web.fields import Device, whole
from functions.rewards.fields import EarnedItem, Zone, earned_item

MissedDate = Annotated[
    str,
    Meta(
        pattern=whole("[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"),
        description="A day that was missed, in the viewer's zone",
        examples=["2026-11-20"],
    ),
]


class CheckinBody(Struct, rename="camel", forbid_unknown_fields=True):
    """Where the viewer checks in."""

    device: Device
    zone: Zone = DEFAULT_ZONE


class RepairBody(Struct, rename="camel", forbid_unknown_fields=True):
    """Which day is mended, and for how many coins, as they were shown."""

    date: MissedDate
    price_coins: Annotated[int, Meta(ge=0, le=MOST_COINS, description="The price that was shown, in coins")]
    zone: Zone = DEFAULT_ZONE


class RepairOffer(Struct, rename="camel"):
    """What mends the run: each of ``dates`` for so many coins, the oldest first; then today's run is ``run``."""

    dates: list[str]
    coins: int
    run: int


class MilestoneItem(Struct, rename="camel"):
    """What a run that has come to so many ``days`` brings besides the ladder, in coins."""

    days: int
    coins: int


class CheckinState(Struct, rename="camel"):
    """How the viewer stands: whether today is done, and the run with today.

    ``ladder`` are the coins of each rung, and ``rung`` the run's, counted from 0. The next day begins at ``nextAt``.
    ``repair`` is null where there is nothing to mend, and ``milestone``, the next of the run, where none is left.
    """

    date: str
    zone: str
    done: bool
    run: int
    rung: int
    ladder: list[int]
    next_at: str
    repair: RepairOffer | None
    milestone: MilestoneItem | None


class CheckinAnswer(Struct, rename="camel"):
    """The check-in of today, and what it brought: coins of the ladder, and of a run's milestone."""

    checkin: CheckinState
    earned: list[EarnedItem]


class RepairAnswer(Struct, rename="camel"):
    """The run as it is mended: the entry ``seq`` is what was paid for ``date``, in coins."""

    checkin: CheckinState
    date: str
    coins: int
    seq: int


def checkin_answer(standing: CheckinStanding, earned: tuple[Earned, ...]) -> CheckinAnswer:
    """A check-in."""
    return CheckinAnswer(checkin_state(standing), [earned_item(one) for one in earned])


def checkin_state(standing: CheckinStanding) -> CheckinState:
    """How a viewer stands."""
    offer, step = standing.offer, standing.milestone
    return CheckinState(
        standing.day.date,
        standing.day.zone,
        standing.done,
        standing.run,
        standing.rung,
        list(standing.ladder),
        rfc3339(standing.next_at),
        None if offer is None else RepairOffer(list(offer.dates), offer.coins, offer.run),
        None if step is None else MilestoneItem(step.days, step.coins),
    )


def repair_answer(entry: Entry, standing: CheckinStanding) -> RepairAnswer:
    """A run that was mended."""
    date = str(entry.reference).partition(":")[2]
    return RepairAnswer(checkin_state(standing), date, entry.terms["coins"], entry.seq)
