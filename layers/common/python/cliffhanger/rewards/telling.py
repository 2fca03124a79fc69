"""Tells the bus of rewards that are held for a reviewer, or refused: at least once, from what the table of claims says.

Each such claim is marked as untold in the write that makes it so; the sweep tells it and takes the mark away. What
fails between the two is told again, under the same id.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from cliffhanger.clock import Clock, system_clock
from cliffhanger.events.catalogue import newest
from cliffhanger.events.envelope import Event
from cliffhanger.rewards.pending import Pending, Status

if TYPE_CHECKING:
    from cliffhanger.events.publisher import EventPublisher
    from cliffhanger.rewards.claims_store import ClaimsStore

AT_ONCE = 100
MOST_ROUNDS = 10
_TOLD: tuple[Status, ...] = ("held", "refused")


class Herald(NamedTuple):
    """What telling works with."""

    claims: ClaimsStore
    publisher: EventPublisher
    clock: Clock = system_clock


def tell(herald: Herald, until: int) -> Iterator[Pending]:
    """Tells what is untold, longest first, until a time in milliseconds; each claim once it is told.

    Raises:
        EventsRefused, Unavailable: the next sweep goes on.
    """
    for status in _TOLD:
        for _ in range(MOST_ROUNDS):
            if herald.clock() >= until:
                return
            waiting = herald.claims.untold(status, AT_ONCE)
            herald.publisher.publish([event for one in waiting for event in events_of(one, status)])
            for one in waiting:
                herald.claims.told(one, status)
                yield one
            if len(waiting) < AT_ONCE:
                break


def events_of(pending: Pending, status: Status) -> Sequence[Event]:
    """What is told of a claim that was held, or refused: one that a reviewer has refused had been held before."""
    held = status == "held" or not pending.by_score
    return [*([_held(pending)] if held else []), *([_refused(pending)] if status == "refused" else [])]


def _held(pending: Pending) -> Event:
    data = {**_data(pending), "coins": pending.coins}
    return newest("RewardHeld").event(pending.at, data, (pending.id, "held"))


def _refused(pending: Pending) -> Event:
    data = {**_data(pending), "by": "score" if pending.by_score else "reviewer"}
    return newest("RewardRefused").event(pending.decided_at or pending.at, data, (pending.id, "refused"))


def _data(pending: Pending) -> dict[str, Any]:
    return {
        "personId": pending.person,
        "claimId": pending.id,
        "kind": pending.kind,
        "rule": pending.rule,
        "version": pending.version,
        "score": pending.score,
        "reasons": list(pending.reasons),
    }
