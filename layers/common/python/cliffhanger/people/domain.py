"""What a person tells of themselves, and what follows from it. Pure."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import NamedTuple

from cliffhanger.errors import ValidationFailed
from cliffhanger.texts import DIRECTION_MARKS, LANGUAGE_TAG, clean_name

MAX_NAME_CHARS = 40
EARLIEST_BIRTH = date(1900, 1, 1)
_ASSIGNED = {
    "A": "DEFGILMOQRSTUWXZ",
    "B": "ABDEFGHIJLMNOQRSTVWYZ",
    "C": "ACDFGHIKLMNORUVWXYZ",
    "D": "EJKMOZ",
    "E": "CEGHRST",
    "F": "IJKMOR",
    "G": "ABDEFGHILMNPQRSTUWY",
    "H": "KMNRTU",
    "I": "DELMNOQRST",
    "J": "EMOP",
    "K": "EGHIMNPRWYZ",
    "L": "ABCIKRSTUVY",
    "M": "ACDEFGHKLMNOPQRSTUVWXYZ",
    "N": "ACEFGILOPRUZ",
    "O": "M",
    "P": "AEFGHKLMNRSTWY",
    "Q": "A",
    "R": "EOSUW",
    "S": "ABCDEGHIJKLMNORSTVXYZ",
    "T": "CDFGHJKLMNORTVWZ",
    "U": "AGMSYZ",
    "V": "ACEGINU",
    "W": "FS",
    "Y": "ET",
    "Z": "AMW",
}
COUNTRIES = frozenset(first + second for first, seconds in _ASSIGNED.items() for second in seconds)
"""The officially assigned codes of ISO 3166-1 alpha-2, by their first letter above."""


class Profile(NamedTuple):
    """What a person has told; None is what has not been told.

    ``language`` is a BCP 47 tag, ``country`` an ISO 3166-1 alpha-2 code, ``birth_date`` ``YYYY-MM-DD``.
    """

    display_name: str | None = None
    language: str | None = None
    country: str | None = None
    birth_date: str | None = None


class Person(NamedTuple):
    """One who signs in: the pseudonym under which ledger and catalog know them, and their profile.

    ``joined`` is when they first signed in, in milliseconds since the Unix epoch; None for who came before it was kept.
    ``signed_in`` is when they last did, by whatever way; None where that has not been seen yet.
    """

    person: str
    profile: Profile = Profile()
    joined: int | None = None
    signed_in: int | None = None


def checked(profile: Profile, now: int) -> Profile:
    """The profile as it is kept: its name composed (Unicode NFC) and without spaces around it.

    Raises:
        ValidationFailed: ``where`` names the field that does not fit.
    """
    if re.fullmatch(LANGUAGE_TAG, profile.language or "") is None:
        raise ValidationFailed("A language is a tag such as 'en' or 'pt-BR'.", where="language")
    if profile.country is not None and profile.country not in COUNTRIES:
        raise ValidationFailed("There is no country of that code in ISO 3166-1.", where="country")
    if profile.birth_date is not None:
        _check_birth(profile.birth_date, now)
    # Text that turns its surroundings around, or breaks the line, could pass for another's on a shared screen.
    name = clean_name(profile.display_name or "", "displayName", MAX_NAME_CHARS, unwanted=DIRECTION_MARKS)
    return profile._replace(display_name=name)


def check_unmoved(told: str | None, birth_date: str | None) -> None:
    """Refuses a birth date other than the one that has been told already, and forgetting it.

    It gates age ratings: who could tell another date, or none, would only have to ask again to be let in. Support
    changes it, having seen why.

    Raises:
        ValidationFailed: ``where`` is ``birthDate``.
    """
    if told is not None and birth_date != told:
        raise ValidationFailed("A birth date that has been told is changed by support only.", where="birthDate")


def age_of(birth_date: str | None, now: int) -> int | None:
    """Whole years at a time in milliseconds since the Unix epoch, by the date in UTC; None when they are not known.

    A birthday counts from its first moment on. One born on the 29th of February is a year older on the 1st of March
    of other years: the later of the two readings, so that nobody is let in a day early.
    """
    try:
        born = date.fromisoformat(birth_date or "")
    except ValueError:  # never told, or mended by hand and not well: the person may still sign in
        return None
    today = _day(now)
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def _check_birth(text: str, now: int) -> None:
    try:
        born = date.fromisoformat(text)
    except ValueError as error:
        raise ValidationFailed("There is no such day; write YYYY-MM-DD.", where="birthDate") from error
    if born.isoformat() != text or not EARLIEST_BIRTH <= born <= _day(now):
        raise ValidationFailed(f"A birth date lies between {EARLIEST_BIRTH} and today.", where="birthDate")


def _day(now: int) -> date:
    return datetime.fromtimestamp(now / 1000, UTC).date()
