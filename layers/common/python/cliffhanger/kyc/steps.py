"""The steps of the workflow ``kyc``: each does one thing, once, and answers in which phase the check is then.

A step is asked with a person and a check's number, and with a token where it waits. It may be asked twice, late, for a
check that is over, or by an execution that another has followed: it looks at the record first, and what has been done
is not done again. Whatever fails for a moment raises, and Step Functions asks again.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from typing import Literal

from cliffhanger.errors import Busy, ProviderRejected, ProviderUnavailable
from cliffhanger.kyc.desk import POLICY, Desk, change, decided, of_check, wake
from cliffhanger.kyc.domain import DAY_MS, WORKS_MS, Check, Told, Verification, moved, named_anew, settled, standing
from cliffhanger.kyc.erasing import erase_left
from cliffhanger.kyc.screening import screen
from cliffhanger.kyc.telling import decided_event
from cliffhanger.payments.identities import Session

SESSION_DAYS = 7
"""How long a person has to show a document."""
WAITS_MS = 26 * 3_600_000
"""A check that waits for its person is looked at twice a day by its execution; later than this, none does."""

Outcome = Literal["identity", "screening", "review", "decided", "over"]


def open_session(desk: Desk, person: str, check: int) -> Outcome:
    """Opens the check's session, once.

    Raises:
        ProviderUnavailable, Busy, Unavailable: again later.
    """
    found = desk.store.find(person)
    if _waits(found, check, "identity"):
        opened(desk, found)
    return _where(desk, person, check)


def opened(desk: Desk, verification: Verification | None) -> Session | None:
    """The session of the check that is under way, opened if it is not yet; None where none is.

    Raises:
        ProviderUnavailable, Busy, Unavailable: again later.
    """
    check = None if verification is None else verification.check
    if verification is None or check is None or check.phase != "identity":
        return None
    if check.session:
        return desk.identity().show(check.session)
    session = desk.identity().open(verification.person, check.number, desk.return_url, selfie=check.tier == 2)

    def note(found: Verification) -> Verification | None:
        if not of_check(found, check.number) or found.check is None or found.check.session:
            return None
        return moved(found, session=session.session)

    change(desk, verification.person, note)
    return session


def await_identity(desk: Desk, person: str, check: int, token: str) -> Outcome:
    """Waits for what the provider tells; goes on at once where it has told already.

    Raises:
        Busy, Unavailable: again later.
    """
    return _wait(desk, person, check, "identity", token=token, due_at=desk.clock() + WAITS_MS)


def await_review(desk: Desk, person: str, check: int, token: str) -> Outcome:
    """Waits for a reviewer; goes on at once where one has decided already.

    Raises:
        Busy, Unavailable: again later.
    """
    return _wait(desk, person, check, "review", token=token, due_at=None)


def look(desk: Desk, person: str, check: int) -> Outcome:
    """Asks the provider itself how a session stands of which nothing was told, and gives up one that is too old.

    Raises:
        ProviderUnavailable, Busy, Unavailable: again later.
    """
    found = desk.store.find(person)
    under_way = found.check if found is not None and of_check(found, check) else None
    if found is None or under_way is None or under_way.phase != "identity":
        return _where(desk, person, check)
    session = opened(desk, found)
    if session is not None and session.status in ("open", "processing"):
        if desk.clock() < under_way.began_at + SESSION_DAYS * DAY_MS:
            return "identity"
        desk.identity().cancel(session.session)
        session = desk.identity().show(session.session)  # it may have been verified at the last moment
    if session is not None:
        # What was erased names nobody any more, but we know whose it was.
        told(desk, session._replace(person=person, check=check) if session.status == "gone" else session)
    return _where(desk, person, check)


def told(desk: Desk, session: Session) -> str:
    """Takes what a session has come to, however often and whenever it is told; what became of that, in a word.

    Raises:
        Busy, Unavailable: again later.
    """
    found = desk.store.find(session.person) if session.person else None
    if found is None:
        return "foreign"
    check = found.check
    if check is None or check.number != session.check:
        return "late"
    if check.session not in ("", session.session):
        return "foreign"
    if session.status in ("open", "processing"):
        change(desk, session.person, lambda one: _noted(one, session))
        return "noted"
    if check.phase == "identity":
        result: Told = "verified" if session.status == "verified" else "canceled"
        result = "gone" if session.status == "gone" else result
        found = _verified(desk, session) if result == "verified" else _over(desk, session, result)
    wake(desk, found)
    return session.status


def screen_person(desk: Desk, person: str, check: int) -> Outcome:
    """Holds the person against the lists in force. Who is named by none is approved by policy, up to tier 1.

    Raises:
        ProviderUnavailable, Busy, Unavailable: again later.
    """
    found = desk.store.find(person)
    if found is None or not _waits(found, check, "screening") or found.check is None:
        return _where(desk, person, check)
    identity = desk.identity().identity(found.check.session)
    if identity is None:
        _decide(desk, person, check, "screening", lambda one: decided(desk, one, "gone", "identity_gone", POLICY))
        return _where(desk, person, check)
    force = desk.lists()
    screening = screen(identity.name, identity.birth_date, identity.country, force.lists)
    if screening.clear and not found.check.needs_two:
        _decide(
            *(desk, person, check, "screening"),
            lambda one: decided(desk, one, "approved", "clear", POLICY, edition=force.edition),
        )
        return _where(desk, person, check)
    why = "hits" if screening.hits else ("enhanced" if screening.readable else "name_unreadable")
    now = desk.clock()

    def look_at(one: Verification) -> Verification | None:
        if not _waits(one, check, "screening"):
            return None
        return moved(one, phase="review", hits=screening.hits, edition=force.edition, reason=why, due_at=now)

    change(desk, person, look_at)
    return _where(desk, person, check)


def settle(desk: Desk, person: str, check: int) -> Outcome:
    """Tells what was decided, then lets it stand, then has erased what nothing rests on any more.

    Told first: who is killed between the two tells it again. What was approved by lists that are not in force any more
    is held against those that are; whom they name, the reviewers look at once more.

    Raises:
        EventsRefused, ProviderUnavailable, ListsMissing, Busy, Unavailable: again later.
    """
    found = desk.store.find(person)
    if found is not None and _waits(found, check, "decided") and not _named_meanwhile(desk, found):
        after = settled(found)
        desk.events().publish([decided_event(found, standing(after, desk.clock()))])
        stands = change(desk, person, lambda one: settled(one) if _waits(one, check, "decided") else None)
        with contextlib.suppress(ProviderUnavailable, ProviderRejected):  # the sweep asks again, until it is done
            erase_left(desk, stands)
    return "over"


def _named_meanwhile(desk: Desk, found: Verification) -> bool:
    """Whether a newer edition tells of an approved person what its reviewers were not shown; it is put before them."""
    check = _check(found)
    if check.outcome != "approved" or (force := desk.lists()).edition <= check.edition:
        return False
    identity = desk.identity().identity(check.session)
    if identity is None:
        return False  # erased since: the sweep, for which this is an older edition, ends what stands
    hits = found.unknown(screen(identity.name, identity.birth_date, identity.country, force.lists).hits)
    if not hits:
        return False

    def name(one: Verification) -> Verification | None:
        return named_anew(one, hits, force.edition, desk.clock()) if _waits(one, check.number, "decided") else None

    change(desk, found.person, name)
    desk.executions.start(found.person, found.checks + 1, 1)
    return True


STEPS: Mapping[str, Callable[[Desk, str, int], Outcome]] = {
    "open": open_session,
    "look": look,
    "screen": screen_person,
    "settle": settle,
}
WAITING: Mapping[str, Callable[[Desk, str, int, str], Outcome]] = {
    "await_identity": await_identity,
    "await_review": await_review,
}
"""By the names that the state machine uses."""


def _waits(verification: Verification | None, check: int, phase: str) -> bool:
    return of_check(verification, check) and _check(verification).phase == phase


def _check(verification: Verification | None) -> Check:
    if verification is None or verification.check is None:
        raise ValueError("there is no check")
    return verification.check


def _where(desk: Desk, person: str, check: int) -> Outcome:
    """In which phase a check is; over where it is not under way any more."""
    found = desk.store.find(person)
    return _check(found).phase if of_check(found, check) else "over"


def _wait(desk: Desk, person: str, check: int, phase: str, *, token: str, due_at: int | None) -> Outcome:
    """Keeps a token while the check is in a phase; answers it at once where the check is not, or not any more."""

    def keep(one: Verification) -> Verification | None:
        if not _waits(one, check, phase):
            return None
        later = {} if due_at is None else {"due_at": due_at}
        return moved(one, token=token, **later)

    change(desk, person, keep)
    where = _where(desk, person, check)
    if where != phase:
        desk.executions.answer(token, where)
    return where


def _noted(verification: Verification, session: Session) -> Verification | None:
    if not _waits(verification, session.check, "identity"):
        return None
    return moved(verification, session=session.session, code=session.code)


def _verified(desk: Desk, session: Session) -> Verification | None:
    due_at = desk.clock() + WORKS_MS

    def on(one: Verification) -> Verification | None:
        if not _waits(one, session.check, "identity"):
            return None
        return moved(one, phase="screening", told="verified", session=session.session, code="", due_at=due_at)

    return change(desk, session.person, on)


def _over(desk: Desk, session: Session, result: Told) -> Verification | None:
    """What was never finished: by the person who gave it up, by us who waited for too long, or by an erasure."""
    old = desk.clock() >= _check(desk.store.find(session.person)).began_at + SESSION_DAYS * DAY_MS
    unfinished = result == "canceled" and old

    def end(one: Verification) -> bool:
        if result == "gone":
            return decided(desk, one, "gone", "identity_gone", POLICY)
        if unfinished:
            return decided(desk, one, "unfinished", "unfinished", POLICY)
        return decided(desk, one, "canceled", "canceled", POLICY)

    return _decide(desk, session.person, session.check, "identity", end)


def _decide(
    desk: Desk, person: str, check: int, phase: str, write: Callable[[Verification], bool]
) -> Verification | None:
    """Decides a check while it is in a phase, whoever else changes the record at the same time."""
    for _ in range(8):
        found = desk.store.find(person)
        if found is None or not _waits(found, check, phase):
            return found
        if write(found):
            return desk.store.find(person)
    raise Busy("Try again in a moment.")
