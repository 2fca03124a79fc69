"""Rule sets in DynamoDB: what was uploaded, and which was activated when.

| attribute  | type | meaning |
|------------|------|---------|
| `kind`     | S    | partition key: `version` or `activation` |
| `name`     | S    | sort key: the version, or the activation's number in eight digits, from 1 |
| `document` | S    | of a version: the rule set as JSON |
| `version`  | S    | of an activation: what rules from then on; `before`: what did until then |
| `by`, `at` | S, N | who uploaded or activated it, and when; milliseconds since the Unix epoch |

Nothing is ever changed or deleted. The last activation says which version is active, and all of them who made it so.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec
from pynamodb.connection import Connection
from pynamodb.exceptions import GetError, PutError, PynamoDBException, QueryError
from pynamodb.expressions.operand import Path

from cliffhanger.dynamo import is_refusal, is_unclear, table
from cliffhanger.errors import Unavailable
from cliffhanger.rewards.rules import RuleSet, rule_set_of


class Kept(NamedTuple):
    """A rule set, who uploaded it (empty: it shipped with the product), and when."""

    rules: RuleSet
    by: str = ""
    at: int = 0


class Activation(NamedTuple):
    """That a version rules since ``at``, in place of ``before``; the first is number 1."""

    number: int
    version: str
    before: str
    by: str
    at: int


class RuleSetsStore:
    """The table of rule sets. What decides something is read strongly consistent."""

    def __init__(self, connection: Connection, name: str) -> None:
        connection.add_meta_table(table(name, {"kind": "S", "name": "S"}))
        self._connection = connection
        self._name = name

    def find(self, version: str) -> Kept | None:
        """An uploaded version, or None.

        Raises:
            Unavailable: the table does not answer.
        """
        try:
            answer = self._connection.get_item(self._name, "version", version, consistent_read=True)
        except GetError as error:
            raise _unavailable(error) from error
        return _kept(answer["Item"]) if "Item" in answer else None

    def page(self, limit: int, before: str | None = None) -> tuple[Kept, ...]:
        """At most ``limit`` uploaded versions, by name, the last first, that come before a name.

        Raises:
            Unavailable: the table does not answer.
        """
        start = {"kind": {"S": "version"}, "name": {"S": before}} if before else None
        return tuple(_kept(item) for item in self._last("version", limit, start, consistent=True))

    def keep(self, kept: Kept) -> bool:
        """Writes a new version; False when there is one of that name, and nothing is written.

        Raises:
            Unavailable: the table does not answer; it may have been written.
        """
        document = msgspec.json.encode(kept.rules).decode()
        return self._put("version", kept.rules.version, {"document": {"S": document}, **_who(kept.by, kept.at)})

    def latest(self, *, consistent: bool) -> Activation | None:
        """The last activation; None while what ships rules.

        Raises:
            Unavailable: the table does not answer.
        """
        for item in self._last("activation", 1, None, consistent=consistent):
            return Activation(
                int(item["name"]["S"]),
                item["version"]["S"],
                item["before"]["S"],
                item["by"]["S"],
                int(item["at"]["N"]),
            )
        return None

    def activate(self, made: Activation) -> bool:
        """Appends an activation; False when one of its number stands already, and nothing is written.

        Raises:
            Unavailable: the table does not answer; it may have been written.
        """
        attributes = {"version": {"S": made.version}, "before": {"S": made.before}, **_who(made.by, made.at)}
        return self._put("activation", f"{made.number:08d}", attributes)

    def _last(
        self, kind: str, limit: int, start: dict[str, dict[str, str]] | None, *, consistent: bool
    ) -> list[dict[str, Any]]:
        """The last items of a kind; more than one call where they come to more than a megabyte."""
        found: list[dict[str, Any]] = []
        while True:
            try:
                answer = self._connection.query(
                    self._name,
                    kind,
                    limit=limit - len(found),
                    exclusive_start_key=start,
                    consistent_read=consistent,
                    scan_index_forward=False,
                )
            except QueryError as error:
                raise _unavailable(error) from error
            found += answer["Items"]
            start = answer.get("LastEvaluatedKey")
            if len(found) == limit or not start:
                return found

    def _put(self, kind: str, name: str, attributes: Mapping[str, Any]) -> bool:
        try:
            self._connection.put_item(
                self._name, kind, name, attributes=attributes, condition=Path("kind").does_not_exist()
            )
        except PutError as error:
            if is_refusal(error):
                return False
            raise _unavailable(error) from error
        return True


def _who(by: str, at: int) -> dict[str, dict[str, str]]:
    return {"by": {"S": by}, "at": {"N": str(at)}}


def _kept(item: Mapping[str, Any]) -> Kept:
    return Kept(rule_set_of(item["document"]["S"]), item["by"]["S"], int(item["at"]["N"]))


def _unavailable(error: PynamoDBException) -> Exception:
    return Unavailable("The table of rule sets does not answer.") if is_unclear(error) else error
