"""Counts of requests, shared by all instances: one item a bucket, forgotten by DynamoDB itself."""

from __future__ import annotations

from pynamodb.connection import Connection
from pynamodb.exceptions import UpdateError
from pynamodb.expressions.operand import Path, Value

from cliffhanger.dynamo import is_refusal, is_unclear, table
from cliffhanger.errors import Unavailable
from cliffhanger.rates.domain import Bucket


class RatesStore:
    """The table of rates: ``bucket`` → ``used``, and ``expiresAt`` for DynamoDB's time to live."""

    def __init__(self, connection: Connection, name: str) -> None:
        connection.add_meta_table(table(name, {"bucket": "S"}))
        self._connection = connection
        self._name = name

    def add(self, bucket: Bucket, amount: int, limit: int) -> int | None:
        """Counts so many requests more and tells the sum; None when it would exceed the limit, and nothing is counted.

        A call whose reply was lost is repeated below us and may count twice: the caller then has that much less.

        Raises:
            Unavailable: the table does not answer; they may have been counted.
        """
        used = Path("used")
        try:
            answer = self._connection.update_item(
                self._name,
                bucket.name,
                actions=[
                    used.add(Value({"N": str(amount)})),
                    Path("expiresAt").set(Value({"N": str(bucket.expires_at)})),
                ],
                condition=used.does_not_exist() | (used <= Value({"N": str(limit - amount)})),
                return_values="UPDATED_NEW",
            )
        except UpdateError as error:
            if is_refusal(error):
                return None
            raise _unavailable(error) from error
        return int(answer["Attributes"]["used"]["N"])


def _unavailable(error: UpdateError) -> Exception:
    return Unavailable("The table of rates does not answer.") if is_unclear(error) else error
