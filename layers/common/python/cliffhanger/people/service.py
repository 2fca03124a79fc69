"""Use cases of people."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from cliffhanger.clock import Clock, system_clock
from cliffhanger.errors import Unavailable
from cliffhanger.ledger.names import new_id
from cliffhanger.people.domain import Person, Profile, check_unmoved, checked

if TYPE_CHECKING:
    from cliffhanger.people.store import PeopleStore

ATTEMPTS = 2
"""A second one is for the rival that came between reading and writing; a third rival would be a fault."""


def known(store: PeopleStore, subject: str, make_id: Callable[[], str] = new_id, clock: Clock = system_clock) -> Person:
    """Who a Cognito subject is: a random pseudonym, made at the first sign-in and the same ever after; and the profile.

    When that was is kept with it, and never changes either.

    A subject whose row was erased gets a new pseudonym, whatever an access token from before still says: to write the
    old one back would undo the erasure.

    Raises:
        Unavailable: the table does not answer, or does not keep what it was given.
    """
    found = store.find(subject)
    if found is not None:
        return found
    person = Person(make_id(), joined=clock())
    if store.add(subject, person):
        return person
    rival = store.find(subject)
    if rival is None:
        raise Unavailable("The person could not be mapped.")
    return rival


def signing_in(
    store: PeopleStore, subject: str, make_id: Callable[[], str] = new_id, clock: Clock = system_clock
) -> Person:
    """Who a Cognito subject is that has just shown who they are; when that was is kept, and never goes back.

    Raises:
        Unavailable: as :func:`known`.
    """
    person, now = known(store, subject, make_id, clock), clock()
    if person.signed_in is None or person.signed_in < now:
        return person._replace(signed_in=now) if store.note_sign_in(subject, person.person, now) else person
    return person


def change_profile(store: PeopleStore, subject: str, profile: Profile, clock: Clock = system_clock) -> Person:
    """Replaces what a person has told of themselves; asked again, nothing changes.

    The last writer wins, and the answer shows what stands: a profile is one person's own, is sent whole and moves no
    money, and a form that refuses to be saved because another device was faster helps nobody. What would have
    consequences, the birth date, is guarded by the write's own condition.

    Raises:
        ValidationFailed: a value does not fit, or is another birth date than the one told before.
        Unavailable: the table does not answer.
    """
    new = checked(profile, clock())
    for _ in range(ATTEMPTS):
        person = known(store, subject)
        check_unmoved(person.profile.birth_date, new.birth_date)
        if store.change(subject, person.person, new):
            return person._replace(profile=new)
    raise Unavailable("The profile changes too fast; try again.")
