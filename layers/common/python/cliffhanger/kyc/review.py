"""Use cases of reviewers: what waits, what speaks for and against it, and the decision.

Nobody decides on themselves. What allows much, or overrules a strong hit, is approved by two; a refusal needs one. Each
decision is recorded with who, when and why before anything follows from it.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from cliffhanger.errors import (
    Busy,
    CaseClosed,
    FourEyesRequired,
    ListsMissing,
    NotFound,
    ProviderRejected,
    ProviderUnavailable,
    ValidationFailed,
)
from cliffhanger.kyc.decisions import Noted
from cliffhanger.kyc.desk import ATTEMPTS, Desk, decided, wake
from cliffhanger.kyc.domain import Check, Outcome, Verification
from cliffhanger.kyc.lists import Entry
from cliffhanger.payments.identities import Identity
from cliffhanger.texts import clean

MAX_NOTE_CHARS = 1_000

Verdict = Literal["approve", "refuse", "again"]
OUTCOMES: dict[Verdict, Outcome] = {"approve": "approved", "refuse": "refused", "again": "again"}
Reason = Literal["false_hit", "identity_confirmed", "listed", "document_doubtful", "identity_doubtful", "more_needed"]
REASONS: dict[Verdict, tuple[Reason, ...]] = {
    "approve": ("false_hit", "identity_confirmed"),
    "refuse": ("listed", "document_doubtful", "identity_doubtful"),
    "again": ("document_doubtful", "identity_doubtful", "more_needed"),
}
"""Why, in codes; which go with which verdict."""


class Listed(NamedTuple):
    """What a list says of a hit: it is public. ``entry`` is None where the list in force has it no more."""

    list: str
    name: str
    entry: Entry | None


class Evidence(NamedTuple):
    """What a reviewer decides on. ``identity`` is asked of the provider now; None where it does not tell.

    ``told`` is False where that is because it does not answer for now, or does not understand us.
    """

    verification: Verification
    identity: Identity | None
    told: bool
    listed: tuple[Listed, ...]
    decisions: tuple[Noted, ...]


def waiting(desk: Desk, limit: int, after: tuple[int, str] | None = None) -> tuple[Verification, ...]:
    """At most so many that wait for a reviewer, longest first; those after a time and a person.

    Raises:
        Unavailable: the table does not answer.
    """
    return desk.store.due("review", desk.clock(), limit, after)


def evidence(desk: Desk, person: str, by: str) -> Evidence:
    """What speaks for and against a person, with what the provider knows of them.

    Raises:
        NotFound: there is no verification of that person.
        FourEyesRequired: it is the reviewer's own.
        ListsMissing: a list that is in force cannot be read.
        Unavailable: the table does not answer.
    """
    _check_not_own(person, by)
    found = desk.store.find(person)
    if found is None:
        raise NotFound("There is no verification of that person.")
    session = found.check.session if found.check is not None else found.session
    identity, told = None, True
    try:
        identity = desk.identity().identity(session) if session else None
    except (ProviderUnavailable, ProviderRejected):  # the hits can be looked at all the same
        told = False
    hits = () if found.check is None else found.check.hits
    entries = _entries(desk) if hits else {}
    listed = tuple(Listed(hit.list, hit.entry, entries.get((hit.list, hit.entry))) for hit in hits)
    return Evidence(found, identity, told, listed, desk.store.decisions(person))


def _entries(desk: Desk) -> dict[tuple[str, str], Entry]:
    """All entries of the lists in force, by list and id."""
    try:
        return {(one.version, entry.id): entry for one in desk.lists().lists for entry in one.entries}
    except (NotFound, ValidationFailed) as error:  # of the list, not of what the reviewer has asked for
        raise ListsMissing("A list in force cannot be read.") from error


def decide(
    desk: Desk, person: str, check: int, verdict: Verdict, *, reason: Reason, note: str, by: str
) -> Verification:
    """Decides on a check that waits; the same reviewer, asking the same again, is answered the same.

    Raises:
        NotFound: there is no such check.
        ValidationFailed: the reason is none of the verdict's, or the note does not fit.
        FourEyesRequired: it is the reviewer's own.
        CaseClosed: it does not wait for a reviewer; ``caseStatus`` is how it stands.
        Busy, Unavailable: try again.
    """
    if reason not in REASONS[verdict]:
        raise ValidationFailed(f"Of '{verdict}', the reasons are {', '.join(REASONS[verdict])}.", where="reason")
    written = clean(note, "note", MAX_NOTE_CHARS)
    _check_not_own(person, by)
    for _ in range(ATTEMPTS):
        found = desk.store.find(person)
        under_way = _of(found, check)
        if found is None or under_way is None:
            return _decided_before(desk, person, check, verdict, by)
        if under_way.phase != "review":
            if (under_way.outcome, under_way.decided_by) == (OUTCOMES[verdict], by):
                wake(desk, found)
                return found
            raise CaseClosed("It does not wait for a reviewer.", caseStatus=under_way.outcome or under_way.phase)
        if verdict == "approve" and under_way.first == by:
            return found  # and waits for another reviewer
        final = verdict != "approve" or not under_way.needs_two or bool(under_way.first)
        if decided(desk, found, OUTCOMES[verdict], reason, by, note=written, final=final):
            after = desk.store.find(person)
            if final:
                wake(desk, after)
            return after or found
    raise Busy("Try again in a moment.")


def _decided_before(desk: Desk, person: str, check: int, verdict: Verdict, by: str) -> Verification:
    """How a person stands whose check is over; refused to whoever did not decide it so."""
    found = desk.store.find(person)
    of_check = (noted.decision for noted in desk.store.decisions(person) if noted.decision.check == check)
    last = next((decision for decision in of_check if decision.final), None)
    if found is None or last is None:
        raise NotFound("There is no such check.")
    if (last.outcome, last.by) != (OUTCOMES[verdict], by):
        raise CaseClosed("It has been decided already.", caseStatus=last.outcome)
    return found


def _of(verification: Verification | None, check: int) -> Check | None:
    under_way = None if verification is None else verification.check
    return under_way if under_way is not None and under_way.number == check else None


def _check_not_own(person: str, by: str) -> None:
    if person == by:
        raise FourEyesRequired("It is about yourself; ask another reviewer.", rule="own_account")
