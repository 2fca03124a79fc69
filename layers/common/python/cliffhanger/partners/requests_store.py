"""The request log and the days' counts in DynamoDB; both are forgotten after thirty days, by time to live.

| `owner`            | `request`          | what it is |
|--------------------|--------------------|------------|
| `{partner}#{mode}` | `{at, 13 digits}-{id}` | one request: `method`, `route`, `status`, `code`, `millis`, `client` |
| `{partner}#{mode}` | `day#{day}`        | how many were counted on a day: `used` |
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pynamodb.connection import Connection
from pynamodb.exceptions import PutError, PynamoDBException, QueryError, UpdateError
from pynamodb.expressions.operand import Path, Value

from cliffhanger.clock import ms_of
from cliffhanger.dynamo import is_unclear, table
from cliffhanger.errors import Unavailable
from cliffhanger.partners.requests import Asking, DayUse, Request, RequestPage, expiry_of

DAY = "day#"
SCANNED = 200
"""How many requests are looked at in one read."""
READS = 5
"""At most so many reads for a page: what is rare comes in several pages, some of them short."""
LAST = "~"
"""Sorts after every id."""


class RequestsStore:
    """The table of requests."""

    def __init__(self, connection: Connection, name: str) -> None:
        connection.add_meta_table(table(name, {"owner": "S", "request": "S"}))
        self._connection = connection
        self._name = name

    def note(self, owner: str, request: Request) -> None:
        """Writes a request into the log; written again, it is the same line.

        Raises:
            Unavailable: it may or may not have been written.
        """
        attributes = {
            "method": {"S": request.method},
            "route": {"S": request.route},
            "status": {"N": str(request.status)},
            "code": {"S": request.code},
            "millis": {"N": str(request.millis)},
            "expiresAt": {"N": str(expiry_of(request.at))},
            **({} if request.client is None else {"client": {"S": request.client}}),
        }
        try:
            self._connection.put_item(self._name, owner, f"{request.at:013}-{request.id}", attributes=attributes)
        except PutError as error:
            raise _unavailable(error) from error

    def page(self, asking: Asking, limit: int, after: str | None = None) -> RequestPage:
        """At most ``limit`` requests, newest first, that follow a position: the key of the last one looked at.

        Raises:
            Unavailable: the read did not succeed.
        """
        found: list[Request] = []
        position = after
        for _ in range(READS):
            answer = self._query(asking, position)
            for item in answer["Items"]:
                found.append(_request(item))
                if len(found) == limit:
                    return RequestPage(found, item["request"]["S"])
            following = answer.get("LastEvaluatedKey")
            if following is None:
                return RequestPage(found, None)
            position = following["request"]["S"]
        return RequestPage(found, position)

    def count(self, owner: str, day: str, amount: int) -> int:
        """Counts so many requests more on a day, and tells the sum.

        Raises:
            Unavailable: they may or may not have been counted.
        """
        expires = Value({"N": str(expiry_of(_begin_of(day)))})
        try:
            answer = self._connection.update_item(
                self._name,
                owner,
                f"{DAY}{day}",
                actions=[Path("used").add(Value({"N": str(amount)})), Path("expiresAt").set(expires)],
                return_values="UPDATED_NEW",
            )
        except UpdateError as error:
            raise _unavailable(error) from error
        return int(answer["Attributes"]["used"]["N"])

    def days(self, owner: str, days: Sequence[str]) -> list[DayUse]:
        """How many requests were counted on each of some days, which are one row, newest first.

        Raises:
            Unavailable: the read did not succeed.
        """
        between = Path("request").between(Value({"S": DAY + days[-1]}), Value({"S": DAY + days[0]}))
        try:
            answer = self._connection.query(self._name, owner, range_key_condition=between, consistent_read=True)
        except QueryError as error:
            raise _unavailable(error) from error
        used = {item["request"]["S"].removeprefix(DAY): int(item["used"]["N"]) for item in answer["Items"]}
        return [DayUse(day, used.get(day, 0)) for day in days]

    def _query(self, asking: Asking, after: str | None) -> Mapping[str, Any]:
        first, last = f"{asking.since:013}-", f"{asking.until:013}-{LAST}"
        wanted = None
        if asking.status is not None:
            lowest = int(asking.status[0]) * 100
            wanted = Path("status").between(Value({"N": str(lowest)}), Value({"N": str(lowest + 99)}))
        try:
            answer: Mapping[str, Any] = self._connection.query(
                self._name,
                asking.owner,
                range_key_condition=Path("request").between(Value({"S": first}), Value({"S": last})),
                filter_condition=wanted,
                limit=SCANNED,
                scan_index_forward=False,
                exclusive_start_key=None if after is None else {"owner": {"S": asking.owner}, "request": {"S": after}},
            )
        except QueryError as error:
            raise _unavailable(error) from error
        return answer


def _begin_of(day: str) -> int:
    return ms_of(f"{day}T00:00:00Z")


def _request(item: Mapping[str, Any]) -> Request:
    at, _, name = item["request"]["S"].partition("-")
    return Request(
        at=int(at),
        id=name,
        method=item["method"]["S"],
        route=item["route"]["S"],
        status=int(item["status"]["N"]),
        code=item["code"]["S"],
        millis=int(item["millis"]["N"]),
        client=item["client"]["S"] if "client" in item else None,
    )


def _unavailable(error: PynamoDBException) -> Exception:
    return Unavailable("The table of requests does not answer.") if is_unclear(error) else error
