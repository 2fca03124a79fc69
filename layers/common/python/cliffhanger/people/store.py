"""The only place that knows which person a Cognito subject is. Erasing a row makes the person's accounts anonymous."""

from __future__ import annotations

from pynamodb.connection import Connection
from pynamodb.exceptions import GetError, PutError
from pynamodb.expressions.operand import Path

from cliffhanger.dynamo import is_refusal, is_unclear, table
from cliffhanger.errors import Unavailable


class PeopleStore:
    """The table of people: ``subject`` → ``person``."""

    def __init__(self, connection: Connection, name: str) -> None:
        connection.add_meta_table(table(name, {"subject": "S"}))
        self._connection = connection
        self._name = name

    def person_of(self, subject: str) -> str | None:
        """The person id of a Cognito subject, or None.

        Raises:
            Unavailable: the read did not succeed.
        """
        try:
            answer = self._connection.get_item(self._name, subject, consistent_read=True)
        except GetError as error:
            raise _unavailable(error) from error
        return str(answer["Item"]["person"]["S"]) if "Item" in answer else None

    def add(self, subject: str, person: str) -> bool:
        """Maps a new subject; False when it is mapped already, and nothing is written.

        Raises:
            Unavailable: the write did not succeed.
        """
        try:
            self._connection.put_item(
                self._name,
                subject,
                attributes={"person": {"S": person}},
                condition=Path("subject").does_not_exist(),
            )
        except PutError as error:
            if is_refusal(error):
                return False
            raise _unavailable(error) from error
        return True


def _unavailable(error: GetError | PutError) -> Exception:
    return Unavailable("The table of people does not answer.") if is_unclear(error) else error
