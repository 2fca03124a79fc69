"""Splits in DynamoDB: every version of every series', as it was proposed and approved.

| attribute    | type | meaning |
|--------------|------|---------|
| `series`     | S    | partition key |
| `version`    | N    | sort key: 1, 2, 3 ... |
| `shares`     | S    | JSON: `unlocks` and `tips`, lists of party and basis points |
| `since`      | S    | the first day (UTC) whose income it divides |
| `by`, `at`   | S, N | who proposed it, and when; milliseconds since the Unix epoch |
| `approvedBy`, `approvedAt` | S, N | likewise who approved it; absent until then |

No version is ever changed otherwise, or deleted: what was carried names the one that it was divided by.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pynamodb.connection import Connection
from pynamodb.exceptions import PutError, PynamoDBException, QueryError, UpdateError
from pynamodb.expressions.operand import Path, Value

from cliffhanger.dynamo import is_refusal, is_unclear, table
from cliffhanger.errors import Unavailable
from cliffhanger.revenue.domain import Split, document_of, shares_of


class SplitsStore:
    """The table of splits. Every read is strongly consistent: a split decides whose money it is."""

    def __init__(self, connection: Connection, name: str) -> None:
        connection.add_meta_table(table(name, {"series": "S", "version": "N"}))
        self._connection = connection
        self._name = name

    def of(self, series: str) -> tuple[Split, ...]:
        """Every version of a series' split, oldest first.

        Raises:
            Unavailable: the table does not answer.
        """
        found: list[Split] = []
        start = None
        while True:
            try:
                answer = self._connection.query(self._name, series, consistent_read=True, exclusive_start_key=start)
            except QueryError as error:
                raise _unavailable(error) from error
            found += [_split(item) for item in answer["Items"]]
            start = answer.get("LastEvaluatedKey")
            if start is None:
                return tuple(found)

    def propose(self, split: Split) -> bool:
        """Writes a version that nobody has approved yet; False when there is one of that number.

        Raises:
            Unavailable: the table does not answer; it may have been written.
        """
        attributes = {
            "shares": {"S": json.dumps(document_of(split.shares), separators=(",", ":"))},
            "since": {"S": split.since},
            "by": {"S": split.by},
            "at": {"N": str(split.at)},
        }
        try:
            self._connection.put_item(
                self._name,
                split.series,
                str(split.version),
                attributes=attributes,
                condition=Path("series").does_not_exist(),
            )
        except PutError as error:
            if is_refusal(error):
                return False
            raise _unavailable(error) from error
        return True

    def approve(self, series: str, version: int, by: str, at: int) -> bool:
        """Notes that a version is approved; False when it is already, or is not there.

        Raises:
            Unavailable: the table does not answer; it may have been noted.
        """
        noted = [Path("approvedBy").set(Value({"S": by})), Path("approvedAt").set(Value({"N": str(at)}))]
        waits = Path("series").exists() & Path("approvedAt").does_not_exist()
        try:
            self._connection.update_item(self._name, series, str(version), actions=noted, condition=waits)
        except UpdateError as error:
            if is_refusal(error):
                return False
            raise _unavailable(error) from error
        return True


def _split(item: Mapping[str, Any]) -> Split:
    return Split(
        item["series"]["S"],
        int(item["version"]["N"]),
        shares_of(json.loads(item["shares"]["S"])),
        item["since"]["S"],
        item["by"]["S"],
        int(item["at"]["N"]),
        item.get("approvedBy", {}).get("S", ""),
        int(item.get("approvedAt", {}).get("N", 0)),
    )


def _unavailable(error: PynamoDBException) -> Exception:
    return Unavailable("The table of splits does not answer.") if is_unclear(error) else error
