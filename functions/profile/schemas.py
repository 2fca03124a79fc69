"""What a profile is changed with and what it answers."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from cliffhanger.ledger.names import viewer
from cliffhanger.people.domain import MAX_NAME_CHARS, Person, Profile
from cliffhanger.texts import LANGUAGE_TAG
from cliffhanger.web.fields import whole

DisplayName = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=MAX_NAME_CHARS,
        description="How others see the viewer; kept as Unicode NFC; no control characters, none that turn text",
        examples=["Mia"],
    ),
]
Language = Annotated[
    str,
    Meta(pattern=whole(LANGUAGE_TAG), max_length=12, description="A language (BCP 47)", examples=["en", "pt-BR"]),
]
Country = Annotated[
    str, Meta(pattern=whole("[A-Z]{2}"), max_length=2, description="A country (ISO 3166-1 alpha-2)", examples=["DE"])
]
BirthDate = Annotated[
    str,
    Meta(
        pattern=whole("[0-9]{4}-[0-9]{2}-[0-9]{2}"),
        max_length=10,
        description="From 1900-01-01 to today; once told, only support changes it",
        examples=["1998-02-28"],
    ),
]


class ProfileBody(Struct, rename="camel", forbid_unknown_fields=True):
    """All that the viewer tells; what is left out has not been told. A birth date that has been told must be sent."""

    display_name: DisplayName
    language: Language
    country: Country | None = None
    birth_date: BirthDate | None = None


class ProfileAnswer(Struct, rename="camel"):
    """What the viewer has told, null where nothing, and the pseudonym and account that are the viewer's.

    Age-rated series look at the access token: refresh it after the birth date was told.
    """

    person_id: str
    account: str
    display_name: str | None
    language: str | None
    country: str | None
    birth_date: str | None


def profile_of(body: ProfileBody) -> Profile:
    """A request's body as a profile, unchecked."""
    return Profile(body.display_name, body.language, body.country, body.birth_date)


def profile_answer(person: Person) -> ProfileAnswer:
    """A person as the API shows them to themselves."""
    return ProfileAnswer(person.person, viewer(person.person), *person.profile)
