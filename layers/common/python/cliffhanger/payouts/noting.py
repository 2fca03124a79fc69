"""What steps of the workflow answer, and note of a payout beside its status."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, NamedTuple

from cliffhanger.errors import BalanceShort, CliffhangerError, ProviderRejected, ProviderUnavailable, SwitchedOff
from cliffhanger.payouts.desk import Desk, changed, until_written
from cliffhanger.payouts.domain import OVER as ENDED
from cliffhanger.payouts.domain import Payout, Rule
from cliffhanger.payouts.service import existing
from cliffhanger.payouts.tallies import Tally, give_back, month_of, take

Outcome = Literal["go", "wait", "back", "over", "paid", "failed"]
WaitsFor = Literal["switched_off", "platform_balance", "destination_balance", "provider", "rejected", "us"]
FIRST_S, LONGEST_S = 60, 3_600
"""Pauses double from one to the other: an execution that waits for weeks has no room for more events than these."""


class Done(NamedTuple):
    """What came of a step, and after how many seconds it is tried again where it waits; ``why`` is for the log."""

    outcome: Outcome
    seconds: int = 0
    why: str = ""

    def document(self) -> dict[str, Any]:
        """As the workflow reads it."""
        return {"outcome": self.outcome, "seconds": self.seconds}


GO, BACK, OVER, AGAIN = Done("go"), Done("back"), Done("over"), Done("wait", 5)


WAITING = (SwitchedOff, ProviderUnavailable, ProviderRejected)
"""What time mends, or somebody: a payout waits for it."""


class Overtaken(Exception):
    """Somebody else has changed the payout meanwhile: begin anew."""


def go_on(payout: Payout) -> Done:
    """What follows a step that was done already."""
    if payout.status in ENDED:
        return OVER
    return BACK if payout.status == "returning" or payout.rule else GO


def written(desk: Desk, payout: Payout) -> Payout:
    """The payout, once it is written.

    Raises:
        Overtaken: somebody else was first.
    """
    following = changed(desk, payout)
    if following is None:
        raise Overtaken
    return following


def wait(desk: Desk, payout: Payout, waits_for: WaitsFor, *, refused: bool = False) -> Done:
    """Notes what a payout waits for. What the provider ``refused`` is asked for under another key the next time."""

    def attempt() -> Payout | None:
        found = existing(desk, payout.person, payout.payout)
        refusals = found.refusals + 1 if refused else found.refusals
        return changed(desk, found._replace(waits_for=waits_for, waits=found.waits + 1, refusals=refusals))

    waits = until_written(desk, attempt).waits
    return Done("wait", min(LONGEST_S, FIRST_S * 2 ** min(waits - 1, 10)))


def wait_for(desk: Desk, payout: Payout, error: CliffhangerError, short: WaitsFor = "destination_balance") -> Done:
    """Notes what a payout waits for, by one of :data:`WAITING`; ``short`` names the balance that may be too small."""
    if isinstance(error, SwitchedOff):
        return wait(desk, payout, "switched_off")
    if isinstance(error, ProviderUnavailable):
        return wait(desk, payout, "provider")
    return wait(desk, payout, short if isinstance(error, BalanceShort) else "rejected", refused=True)


def blamed(desk: Desk, payout: Payout, rule: Rule, code: str = "") -> Payout:
    """Notes why a payout does not arrive: by which rule, and the bank's or the provider's code where there is one.

    The first reason stands.
    """

    def attempt() -> Payout | None:
        found = existing(desk, payout.person, payout.payout)
        if found.rule and not found.token:
            return found
        noted = found if found.rule else found._replace(rule=rule, bank_code=code)
        return changed(desk, noted._replace(token=""))

    return until_written(desk, attempt)


def take_room(desk: Desk, payout: Payout) -> None:
    """A payout takes its room in its day and month, once.

    Raises:
        PayoutRefused: it is not there.
    """
    limits = desk.verified(payout.person, payout.currency).limits
    _tallied(desk, payout, lambda tally: take(tally, payout, limits))


def give_room_back(desk: Desk, payout: Payout) -> None:
    """A payout that does not arrive counts for no limit."""
    _tallied(desk, payout, lambda tally: give_back(tally, payout.payout))


def _tallied(desk: Desk, payout: Payout, change: Callable[[Tally], Tally]) -> None:
    def attempt() -> bool | None:
        tally = desk.payouts.tally(payout.person, month_of(payout), payout.currency)
        after = change(tally)
        if after is tally or desk.payouts.put_tally(after._replace(revision=tally.revision + 1)):
            return True
        return None

    until_written(desk, attempt)
