"""Use cases of people."""

from __future__ import annotations

from collections.abc import Callable

from cliffhanger.errors import Unavailable
from cliffhanger.ledger.names import new_id
from cliffhanger.people.store import PeopleStore


def person_of(store: PeopleStore, subject: str, make_id: Callable[[], str] = new_id) -> str:
    """The person id of a Cognito subject: a random pseudonym, made at the first sign-in and the same ever after.

    Raises:
        Unavailable: the table does not answer, or does not keep what it was given.
    """
    known = store.person_of(subject)
    if known is not None:
        return known
    person = make_id()
    if store.add(subject, person):
        return person
    rival = store.person_of(subject)
    if rival is None:
        raise Unavailable("The person could not be mapped.")
    return rival
