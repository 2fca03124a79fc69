"""Verifications in DynamoDB: for each person one record, and beside it what was decided, never changed.

| attribute  | type | meaning |
|------------|------|---------|
| `person`   | S    | partition key: the person's pseudonym |
| `item`     | S    | sort key: `now`, `decision#{check}#{record}`, or `note#{check}#{record}` |
| `revision` | N    | counts the record's changes; a write names the one before |
| `queue`    | S    | partition key of the indexes: `open`, `review` or `verified`; absent when nothing is to come |
| `dueAt`    | N    | sort key of `by-due`: when somebody comes to it, in milliseconds since the Unix epoch |
| `edition`  | N    | sort key of `by-edition`: the lists that the person was held against last |
| `told`     | S    | all else, as JSON: results, ids and codes; no name, no date of birth |
| `note`     | S    | what a reviewer wrote, in an item of its own, so that it can be erased and the decision stays |
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pynamodb.connection import Connection
from pynamodb.exceptions import GetError, PutError, PynamoDBException, QueryError, TransactWriteError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.operand import Path, Value

from cliffhanger.dynamo import follows, is_refusal, is_unclear, table
from cliffhanger.errors import Unavailable
from cliffhanger.kyc.decisions import Decision, Noted
from cliffhanger.kyc.domain import Queue, Verification
from cliffhanger.kyc.editions import Edition
from cliffhanger.kyc.records import attributes_of, decision_of, told_of, verification_of

BY_DUE, BY_EDITION = "by-due", "by-edition"
NOW = "now"
MOST_DECISIONS = 100
_CANCELLED = "ConditionalCheckFailed"


EDITIONS = "#editions"
"""The partition of editions: no person's, whose pseudonyms have no such character."""


class VerificationsStore:
    """The table of verifications. A record is read strongly consistent; the indexes may lag by a second."""

    def __init__(self, connection: Connection, name: str) -> None:
        indexes = {BY_DUE: {"queue": "S", "dueAt": "N"}, BY_EDITION: {"queue": "S", "edition": "N"}}
        connection.add_meta_table(table(name, {"person": "S", "item": "S"}, indexes))
        self._connection = connection
        self._name = name

    def find(self, person: str) -> Verification | None:
        """A person's record, or None.

        Raises:
            Unavailable: the read did not succeed.
        """
        try:
            item = self._connection.get_item(self._name, person, NOW, consistent_read=True).get("Item")
        except GetError as error:
            raise _unavailable(error) from error
        return None if item is None else verification_of(item)

    def put(self, verification: Verification) -> bool:
        """Writes the next revision; False where that is not the next one any more, and nothing is written.

        Raises:
            Unavailable: it may or may not have been written.
        """
        try:
            self._connection.put_item(
                self._name,
                verification.person,
                NOW,
                attributes=attributes_of(verification),
                condition=follows(verification.revision),
            )
        except PutError as error:
            if is_refusal(error):
                return False
            raise _unavailable(error) from error
        return True

    def decide(self, verification: Verification, decision: Decision, note: str = "") -> bool:
        """Writes the next revision together with what was decided; False as :meth:`put`, and nothing is written.

        Raises:
            Unavailable: it may or may not have been written.
        """
        key, connection = f"{decision.check:06}#{decision.record:02}", self._connection
        told = told_of(decision)
        puts = [
            self._put(verification.person, NOW, attributes_of(verification), follows(verification.revision)),
            self._put(verification.person, f"decision#{key}", {"told": {"S": told}}, Path("item").does_not_exist()),
        ]
        if note:
            puts.append(self._put(verification.person, f"note#{key}", {"note": {"S": note}}, None))
        try:
            connection.transact_write_items([], [], puts, [])
        except TransactWriteError as error:
            reasons = {reason.code for reason in error.cancellation_reasons if reason is not None}
            if _CANCELLED in reasons:
                return False
            raise _unavailable(error) from error
        return True

    def decisions(self, person: str) -> tuple[Noted, ...]:
        """What was decided of a person, newest first.

        Raises:
            Unavailable: the read did not succeed.
        """
        notes = {item["item"]["S"].removeprefix("note#"): item["note"]["S"] for item in self.beside(person, "note#")}
        return tuple(
            Noted(decision_of(item), notes.get(item["item"]["S"].removeprefix("decision#"), ""))
            for item in self.beside(person, "decision#")
        )

    def keep(self, partition: str, item: str, told: str) -> bool:
        """Keeps something that is never changed; False where there is one of that name, and nothing is written.

        Raises:
            Unavailable: it may or may not have been written.
        """
        try:
            self._connection.put_item(
                self._name, partition, item, attributes={"told": {"S": told}}, condition=Path("item").does_not_exist()
            )
        except PutError as error:
            if is_refusal(error):
                return False
            raise _unavailable(error) from error
        return True

    def due(
        self, queue: Queue, until: int, limit: int, after: tuple[int, str] | None = None
    ) -> tuple[Verification, ...]:
        """At most so many of a queue whose time has come, longest first; those after a time and a person.

        Raises:
            Unavailable: the read did not succeed.
        """
        start = None
        if after is not None:
            start = {"queue": {"S": queue}, "dueAt": _n(after[0]), "person": {"S": after[1]}, "item": {"S": NOW}}
        return self._listed(BY_DUE, queue, Path("dueAt") <= Value(_n(until)), limit, start)

    def behind(
        self, queue: Queue, edition: int, limit: int, after: tuple[int, str] | None = None
    ) -> tuple[Verification, ...]:
        """At most so many of a queue who were last held against an older edition, the oldest first.

        Not who has not been held against any: nothing stands of theirs yet.

        Raises:
            Unavailable: the read did not succeed.
        """
        if edition <= 1:
            return ()
        start = None
        if after is not None:
            start = {"queue": {"S": queue}, "edition": _n(after[0]), "person": {"S": after[1]}, "item": {"S": NOW}}
        older = Path("edition").between(Value(_n(1)), Value(_n(edition - 1)))
        return self._listed(BY_EDITION, queue, older, limit, start)

    def _listed(
        self, index: str, queue: str, within: Condition, limit: int, start: Mapping[str, Any] | None
    ) -> tuple[Verification, ...]:
        try:
            answer = self._connection.query(
                self._name,
                queue,
                range_key_condition=within,
                index_name=index,
                limit=limit,
                exclusive_start_key=start,
            )
        except QueryError as error:
            raise _unavailable(error) from error
        return tuple(verification_of(item) for item in answer["Items"])

    def beside(self, person: str, prefix: str, limit: int = MOST_DECISIONS) -> list[Mapping[str, Any]]:
        """The items beside a person's record whose sort key begins so, newest first.

        Raises:
            Unavailable: the read did not succeed.
        """
        try:
            answer = self._connection.query(
                self._name,
                person,
                range_key_condition=Path("item").startswith(prefix),
                consistent_read=True,
                scan_index_forward=False,
                limit=limit,
            )
        except QueryError as error:
            raise _unavailable(error) from error
        return list(answer["Items"])

    def _put(
        self, person: str, item: str, attributes: Mapping[str, Any], condition: Condition | None
    ) -> dict[str, Any]:
        made: dict[str, Any] = self._connection.get_operation_kwargs(
            self._name, person, item, key="Item", attributes=attributes, condition=condition
        )
        return made


class EditionsStore:
    """Editions of lists, in the same table: one item each, never changed; the newest is in force."""

    def __init__(self, verifications: VerificationsStore) -> None:
        self._verifications = verifications

    def edition(self) -> Edition:
        """The newest; the first where none was made.

        Raises:
            Unavailable: the read did not succeed.
        """
        items = self._verifications.beside(EDITIONS, "edition#", 1)
        if not items:
            return Edition()
        told = json.loads(items[0]["told"]["S"])
        digests = tuple(told.get("digests", ()))
        return Edition(told["number"], tuple(told["keys"]), told["by"], told["at"], digests)

    def add(self, edition: Edition) -> bool:
        """Keeps the next edition; False where there is one of that number already.

        Raises:
            Unavailable: it may or may not have been kept.
        """
        told = json.dumps(edition._asdict())
        return self._verifications.keep(EDITIONS, f"edition#{edition.number:06}", told)


def _n(number: int) -> dict[str, str]:
    return {"N": str(number)}


def _unavailable(error: PynamoDBException) -> Exception:
    return Unavailable("The table of verifications does not answer.") if is_unclear(error) else error
