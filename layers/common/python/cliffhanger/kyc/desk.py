"""What verifying works with, and how a record is changed: read, made anew, written on the condition of its revision."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from cliffhanger.clock import Clock, system_clock
from cliffhanger.errors import Busy, Unavailable
from cliffhanger.kyc.decisions import Decision
from cliffhanger.kyc.domain import WORKS_MS, Outcome, Verification, moved
from cliffhanger.kyc.ports import Executions
from cliffhanger.payments.identities import IdentityPort

if TYPE_CHECKING:
    from cliffhanger.events.publisher import EventPublisher
    from cliffhanger.kyc.editions import InForce
    from cliffhanger.kyc.store import VerificationsStore

ATTEMPTS = 8
"""Rivals for one person's record are a provider, a reviewer and a workflow: few, and seldom at once."""

POLICY = "policy"
"""Who decides where no person does."""


class Desk(NamedTuple):
    """What verifying works with. ``identity`` and ``lists`` are asked for when they are needed."""

    store: VerificationsStore
    identity: Callable[[], IdentityPort]
    executions: Executions
    lists: Callable[[], InForce]
    events: Callable[[], EventPublisher]
    return_url: str
    clock: Clock = system_clock


Change = Callable[[Verification], Verification | None]
"""Makes the next revision of a record; None where there is nothing to change."""


def change(desk: Desk, person: str, make: Change) -> Verification | None:
    """Changes a person's record, and answers how it stands; None where there is none.

    Raises:
        Busy: others were faster each time; nothing is changed.
        Unavailable: the table does not answer; asking again is harmless.
    """
    for _ in range(ATTEMPTS):
        found = desk.store.find(person)
        if found is None:
            return None
        made = make(found)
        if made is None or made.revision == found.revision:
            return found
        if desk.store.put(made):
            return made
    raise Busy("Try again in a moment.")


def of_check(verification: Verification | None, check: int) -> bool:
    """Whether a check is the one that is under way."""
    return verification is not None and verification.check is not None and verification.check.number == check


def decided(
    desk: Desk,
    verification: Verification,
    outcome: Outcome,
    reason: str,
    by: str,
    *,
    note: str = "",
    final: bool = True,
    edition: int | None = None,
) -> bool:
    """Writes a decision on the check that is under way; False where another change came first.

    ``edition`` is that of the lists which it was decided by, if not the one that the check names already.

    Raises:
        Unavailable: it may or may not have been written; who asks again finds it.
    """
    check = verification.check
    if check is None:
        raise ValueError("there is no check")
    now, record, held_against = desk.clock(), check.records + 1, check.edition if edition is None else edition
    decision = Decision(
        *(verification.person, check.number, record, outcome, by, now, reason, check.tier, held_against, check.hits),
        final=final,
    )
    if not final:
        return desk.store.decide(moved(verification, first=by, records=record), decision, note)
    made = moved(
        verification, phase="decided", outcome=outcome, reason=reason, decided_by=by, decided_at=now,
        due_at=now + WORKS_MS,
        records=record, edition=held_against,
    )  # fmt: skip
    return desk.store.decide(made, decision, note)


def wake(desk: Desk, verification: Verification | None) -> None:
    """Lets the execution go on that waits for a check, to where the check is now; the token is used once.

    What cannot be told now is told by the sweep: the record says that the check has come further than its token.
    """
    check = None if verification is None else verification.check
    if verification is None or check is None or not check.token:
        return
    try:
        desk.executions.answer(check.token, check.phase)
        desk.store.put(moved(verification, token=""))
    except Unavailable:
        return
