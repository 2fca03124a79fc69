"""Cases in DynamoDB.

| attribute   | type | meaning |
|-------------|------|---------|
| `case`      | S    | partition key |
| `status`    | S    | partition key of the index `by-status`: awaiting, approved, done, refused, failed |
| `openedAt`  | N    | its sort key; milliseconds since the Unix epoch |
| `openedBy`  | S    | the operator's person id |
| `kind`, `account`, `reason` | S | what is done to whom, and why, in a code |
| `asked`     | S    | what was asked, as canonical JSON, and `hash` its SHA-256 with the three before, base64url |
| `coins`     | N    | how many it moves |
| `reference` | S    | what its entry is for |
| `decidedBy`, `decidedAt` | S, N | who approved or refused it, and when |
| `seq`       | N    | the entry's number, once it is known |
| `code`      | S    | the error that it failed with |

What was asked never changes; a status changes only on the condition of the one before.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, cast

from pynamodb.connection import Connection
from pynamodb.exceptions import GetError, PutError, PynamoDBException, QueryError, UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.operand import Path, Value
from pynamodb.expressions.update import Action

from cliffhanger.dynamo import Unclear, is_refusal, is_unclear, table
from cliffhanger.ledger.canonical import canonical_json
from cliffhanger.support.domain import Case, CasePage, Kind, Status

INDEX = "by-status"


class CasesStore:
    """The table of cases. A case is read strongly consistent; a list may lag behind by a moment."""

    def __init__(self, connection: Connection, name: str) -> None:
        connection.add_meta_table(table(name, {"case": "S"}, {INDEX: {"status": "S", "openedAt": "N"}}))
        self._connection = connection
        self._name = name

    def find(self, case: str) -> Case | None:
        """A case, or None.

        Raises:
            Unclear: the read did not succeed.
        """
        try:
            answer = self._connection.get_item(self._name, case, consistent_read=True)
        except GetError as error:
            raise _unclear(error) from error
        return _case(answer["Item"]) if "Item" in answer else None

    def page(self, status: Status, limit: int, after: tuple[int, str] | None = None) -> CasePage:
        """At most ``limit`` cases of a status, oldest first, that follow a position: when one was opened, and its id.

        Raises:
            Unclear: the read did not succeed.
        """
        start = None
        if after is not None:
            start = {"status": {"S": status}, "openedAt": {"N": str(after[0])}, "case": {"S": after[1]}}
        try:
            answer = self._connection.query(
                self._name,
                status,
                index_name=INDEX,
                limit=limit + 1,  # one more tells whether there is a next page
                exclusive_start_key=start,
            )
        except QueryError as error:
            raise _unclear(error) from error
        found = [_case(item) for item in answer["Items"]]
        shown = tuple(found[:limit])
        return CasePage(shown, (shown[-1].opened_at, shown[-1].case) if len(found) > limit else None)

    def open(self, case: Case) -> bool:
        """Writes a new case; False when there is one of that id already, and nothing is written.

        Raises:
            Unclear: it may or may not have been written.
        """
        try:
            self._connection.put_item(
                self._name,
                case.case,
                attributes={
                    "status": {"S": case.status},
                    "openedAt": {"N": str(case.opened_at)},
                    "openedBy": {"S": case.opened_by},
                    "kind": {"S": case.kind},
                    "account": {"S": case.account},
                    "reason": {"S": case.reason},
                    "asked": {"S": canonical_json(dict(case.asked))},
                    "hash": {"S": case.hash},
                    "coins": {"N": str(case.coins)},
                    "reference": {"S": case.reference},
                },
                condition=Path("case").does_not_exist(),
            )
        except PutError as error:
            if is_refusal(error):
                return False
            raise _unclear(error) from error
        return True

    def decide(self, case: str, status: Status, by: str, at: int) -> bool:
        """Approves or refuses a case that awaits it; False when it does not, and nothing is written.

        Raises:
            Unclear: it may or may not have been written.
        """
        actions: list[Action] = [Path("decidedBy").set(Value({"S": by})), Path("decidedAt").set(Value({"N": str(at)}))]
        return self._change(case, status, actions, _is("awaiting"))

    def finish(self, case: str, seq: int) -> bool:
        """Notes that a case is done, by the entry of that number; False when it cannot be, and nothing is written.

        One that failed can be: a put of ours that nobody waits for any more may land after all.

        Raises:
            Unclear: it may or may not have been written.
        """
        actions: list[Action] = [Path("seq").set(Value({"N": str(seq)})), Path("code").remove()]
        return self._change(case, "done", actions, _is("approved") | _is("failed"))

    def fail(self, case: str, code: str) -> bool:
        """Notes that the ledger has refused an approved case; False when it is not approved, and nothing is written.

        Raises:
            Unclear: it may or may not have been written.
        """
        return self._change(case, "failed", [Path("code").set(Value({"S": code}))], _is("approved"))

    def _change(self, case: str, status: Status, actions: list[Action], condition: Condition) -> bool:
        try:
            self._connection.update_item(
                self._name, case, actions=[Path("status").set(Value({"S": status})), *actions], condition=condition
            )
        except UpdateError as error:
            if is_refusal(error):
                return False
            raise _unclear(error) from error
        return True


def _is(status: Status) -> Condition:
    condition: Condition = Path("status") == Value({"S": status})
    return condition


def _case(item: Mapping[str, Any]) -> Case:
    return Case(
        case=item["case"]["S"],
        kind=cast("Kind", item["kind"]["S"]),
        account=item["account"]["S"],
        asked=json.loads(item["asked"]["S"]),
        reason=item["reason"]["S"],
        hash=item["hash"]["S"],
        coins=int(item["coins"]["N"]),
        reference=item["reference"]["S"],
        status=cast("Status", item["status"]["S"]),
        opened_by=item["openedBy"]["S"],
        opened_at=int(item["openedAt"]["N"]),
        decided_by=item.get("decidedBy", {"S": ""})["S"],
        decided_at=int(item.get("decidedAt", {"N": "0"})["N"]),
        seq=int(item.get("seq", {"N": "0"})["N"]),
        code=item.get("code", {"S": ""})["S"],
    )


def _unclear(error: PynamoDBException) -> Exception:
    return Unclear(str(error)) if is_unclear(error) else error
