"""Who has come to which address block within a day, in DynamoDB.

| attribute   | type | meaning |
|-------------|------|---------|
| `block`     | S    | partition key: the keyed digest of an address block |
| `came`      | S    | sort key: when, in milliseconds as 13 digits, a point, and the viewer's pseudonym |
| `new`       | BOOL | whether the viewer's account was younger than a day |
| `expiresAt` | N    | when DynamoDB forgets the item, in seconds since the Unix epoch |

Items are only ever put: what is older than a day is not looked at, and goes by itself.
"""

from __future__ import annotations

from pynamodb.connection import Connection
from pynamodb.exceptions import PutError, QueryError
from pynamodb.expressions.operand import Path, Value

from cliffhanger.dynamo import is_unclear, table
from cliffhanger.errors import Unavailable
from cliffhanger.rewards.blocks import DAY_MS, MOST_SEEN, Came, Crowd, distinct

KEPT_S = 2 * 86_400


class BlocksStore:
    """The table of address blocks. Reads may be a moment behind: who came just now is counted with the next claim."""

    def __init__(self, connection: Connection, name: str) -> None:
        connection.add_meta_table(table(name, {"block": "S", "came": "S"}))
        self._connection = connection
        self._name = name

    def crowd(self, block: str, now: int) -> Crowd:
        """Who has come to a block within a day; of more than 250 as many.

        Raises:
            Unavailable: the read did not succeed.
        """
        since = Path("came") > Value({"S": _place(now - DAY_MS)})
        try:
            items = self._connection.query(self._name, block, range_key_condition=since, limit=MOST_SEEN)["Items"]
        except QueryError as error:
            raise _unavailable(error) from error
        came = []
        for item in items:
            at, _, person = item["came"]["S"].partition(".")
            came.append(Came(person, int(at), bool(item["new"]["BOOL"])))
        return distinct(came)

    def note(self, block: str, one: Came) -> None:
        """Notes who has come to a block.

        Raises:
            Unavailable: it may or may not have been written.
        """
        try:
            self._connection.put_item(
                self._name,
                block,
                f"{_place(one.at)}.{one.person}",
                attributes={"new": {"BOOL": one.new}, "expiresAt": {"N": str(one.at // 1000 + KEPT_S)}},
            )
        except PutError as error:
            raise _unavailable(error) from error


def _place(at: int) -> str:
    return f"{max(0, at):013}"


def _unavailable(error: PutError | QueryError) -> Exception:
    return Unavailable("The table of address blocks does not answer.") if is_unclear(error) else error
