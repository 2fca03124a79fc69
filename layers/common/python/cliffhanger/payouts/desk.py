"""What payouts work with, and what they ask of others."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeVar

from cliffhanger.clock import Clock, system_clock
from cliffhanger.errors import Busy
from cliffhanger.ledger.holding import Held
from cliffhanger.payouts.domain import Payout, Rule, creator
from cliffhanger.payouts.tallies import Limits

if TYPE_CHECKING:
    from cliffhanger.events.envelope import Event
    from cliffhanger.ledger.journal import Retrying
    from cliffhanger.ledger.store import LedgerStore
    from cliffhanger.payments.connect import Connect
    from cliffhanger.payouts.store import PayoutsStore

ATTEMPTS = 6

Found = TypeVar("Found")


class Verified(NamedTuple):
    """What verification lets a creator have paid out: the rule that is in the way, if one is, and the limits."""

    rule: Rule | None
    limits: Limits


_UNVERIFIED: Mapping[str, Rule] = {
    "pending": "verification_pending",
    "review": "verification_pending",
    "refused": "verification_refused",
}


def verified_by(state: str, limit: tuple[int, int] | None) -> Verified:
    """What a verification comes to, by its state and by what may leave in a day and in a month, if anything may."""
    if limit is None:
        return Verified(_UNVERIFIED.get(state, "verification_required"), Limits(0, 0))
    return Verified(None, Limits(*limit))


class Workflow(Protocol):
    """Where executions are started, and those that wait are answered."""

    def start(self, name: str, asked: dict[str, str]) -> None:
        """Starts an execution; one of that name that was started before is this one.

        Raises:
            Unavailable: it may or may not have been started; starting it again is harmless.
        """

    def answer(self, token: str, told: dict[str, Any]) -> bool:
        """Answers the execution that waits by a token; False where nobody waits by it any more.

        Raises:
            Unavailable: it may or may not have heard; answering again is harmless.
        """

    def running(self, name: str) -> bool:
        """Whether an execution runs.

        Raises:
            Unavailable: it cannot be told now.
        """


class Desk(NamedTuple):
    """What payouts work with.

    ``verified`` answers for a person and a currency, ``go`` raises ``SwitchedOff`` while operators have stopped
    payouts, and ``Unavailable`` while nobody can tell, ``tell`` puts events on the bus, and raises where it cannot.
    What came in within ``hold_ms`` is not paid out.
    """

    ledger: LedgerStore
    payouts: PayoutsStore
    provider: Connect
    workflow: Workflow
    verified: Callable[[str, str], Verified]
    go: Callable[[], None]
    tell: Callable[[Sequence[Event]], None]
    clock: Clock = system_clock
    retrying: Retrying | None = None
    sleep: Callable[[float], None] = time.sleep
    hold_ms: int = 0


def held_of(payout: Payout) -> Held:
    """The hold of a payout's amount, on its creator's account; it has the payout's id."""
    return Held(creator(payout.person), payout.payout)


def changed(desk: Desk, payout: Payout) -> Payout | None:
    """Writes what has become of a payout; None where somebody else has changed it meanwhile: read it again.

    Raises:
        Unavailable: it may or may not have been written.
    """
    following = payout._replace(revision=payout.revision + 1)
    return following if desk.payouts.put(following) else None


def until_written(desk: Desk, attempt: Callable[[], Found | None]) -> Found:
    """What an attempt comes to that is not None: one that was overtaken begins anew.

    Raises:
        Busy: it was overtaken again and again; nothing changed.
    """
    for number in range(ATTEMPTS):
        if number:
            desk.sleep(0.05 * number)
        found = attempt()
        if found is not None:
            return found
    raise Busy("Try again in a moment.")
