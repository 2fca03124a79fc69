"""The only place that knows which person a Cognito subject is, and what that person has told of themselves.

One item a person, so that erasing it erases all: the person's accounts are then nobody's.

| attribute     | type | meaning |
|---------------|------|---------|
| `subject`     | S    | partition key: Cognito's id of the sign-in |
| `person`      | S    | the pseudonym; never changes |
| `joinedAt`    | N    | when they first signed in, in milliseconds since the Unix epoch; never changes |
| `signedInAt`  | N    | when they last signed in, likewise; a refreshed token is no sign-in |
| `displayName`, `language`, `country`, `birthDate` | S | the profile; absent what has not been told |

The index `by-person` answers whose a pseudonym is, for who has to write to them; it goes with the item.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pynamodb.connection import Connection
from pynamodb.exceptions import GetError, PutError, QueryError, UpdateError
from pynamodb.expressions.operand import Path, Value

from cliffhanger.dynamo import is_refusal, is_unclear, table
from cliffhanger.errors import Unavailable
from cliffhanger.people.domain import Person, Profile

INDEX = "by-person"

NAME, LANGUAGE, COUNTRY, BIRTH_DATE = "displayName", "language", "country", "birthDate"
JOINED, SIGNED_IN = "joinedAt", "signedInAt"


class PeopleStore:
    """The table of people: ``subject`` → ``person`` and profile."""

    def __init__(self, connection: Connection, name: str) -> None:
        connection.add_meta_table(table(name, {"subject": "S"}, {INDEX: {"person": "S"}}))
        self._connection = connection
        self._name = name

    def find(self, subject: str) -> Person | None:
        """The person that a Cognito subject is, or None.

        Raises:
            Unavailable: the read did not succeed.
        """
        try:
            answer = self._connection.get_item(self._name, subject, consistent_read=True)
        except GetError as error:
            raise _unavailable(error) from error
        return _person(answer["Item"]) if "Item" in answer else None

    def behind(self, person: str) -> tuple[str, str | None] | None:
        """The subject that a person is, and the language they have told; None where it is nobody, or nobody any more.

        From the index, so what was written within the last second may not be there yet.

        Raises:
            Unavailable: the read did not succeed.
        """
        try:
            items = self._connection.query(self._name, person, index_name=INDEX, limit=1)["Items"]
        except QueryError as error:
            raise _unavailable(error) from error
        if not items:
            return None
        language = items[0].get(LANGUAGE)
        return items[0]["subject"]["S"], None if language is None else language["S"]

    def add(self, subject: str, person: Person) -> bool:
        """Maps a new subject, who has told nothing yet; False when it is mapped already, and nothing is written.

        Raises:
            Unavailable: the write did not succeed.
        """
        try:
            self._connection.put_item(
                self._name,
                subject,
                attributes={
                    "person": {"S": person.person},
                    **({} if person.joined is None else {JOINED: {"N": str(person.joined)}}),
                },
                condition=Path("subject").does_not_exist(),
            )
        except PutError as error:
            if is_refusal(error):
                return False
            raise _unavailable(error) from error
        return True

    def note_sign_in(self, subject: str, person: str, at: int) -> bool:
        """Keeps when a person signed in, in milliseconds.

        False when the subject is not that person any more, or has signed in later; then nothing is written.

        Raises:
            Unavailable: it may or may not have been written; writing it again is harmless.
        """
        before, time = Path(SIGNED_IN), Value({"N": str(at)})
        try:
            self._connection.update_item(
                self._name,
                subject,
                actions=[before.set(time)],
                condition=(Path("person") == Value({"S": person})) & (before.does_not_exist() | (before < time)),
            )
        except UpdateError as error:
            if is_refusal(error):
                return False
            raise _unavailable(error) from error
        return True

    def change(self, subject: str, person: str, profile: Profile) -> bool:
        """Replaces a person's profile.

        False when the subject is not that person any more, or has told another birth date; then nothing is written.

        Raises:
            Unavailable: it may or may not have been written; writing it again is harmless.
        """
        told = Path(BIRTH_DATE)
        unmoved = told.does_not_exist()
        if profile.birth_date is not None:
            unmoved |= told == Value({"S": profile.birth_date})
        try:
            self._connection.update_item(
                self._name,
                subject,
                actions=[
                    Path(name).remove() if value is None else Path(name).set(Value({"S": value}))
                    for name, value in _attributes(profile).items()
                ],
                condition=(Path("person") == Value({"S": person})) & unmoved,
            )
        except UpdateError as error:
            if is_refusal(error):
                return False
            raise _unavailable(error) from error
        return True


def _attributes(profile: Profile) -> dict[str, str | None]:
    return dict(zip((NAME, LANGUAGE, COUNTRY, BIRTH_DATE), profile, strict=True))


def _person(item: Mapping[str, Any]) -> Person:
    told = [item[name]["S"] if name in item else None for name in (NAME, LANGUAGE, COUNTRY, BIRTH_DATE)]
    times = (int(item[name]["N"]) if name in item else None for name in (JOINED, SIGNED_IN))
    return Person(item["person"]["S"], Profile(*told), *times)


def _unavailable(error: GetError | PutError | QueryError | UpdateError) -> Exception:
    return Unavailable("The table of people does not answer.") if is_unclear(error) else error
