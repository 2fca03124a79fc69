"""Runs of the waterfall in DynamoDB.

| attribute | type | meaning |
|-----------|------|---------|
| `day`     | S    | partition key: the day (UTC) whose income it is; `done` holds the latest that is done, as `stage` |
| `stage`   | S    | `sharing`, `telling`, `done` |
| `after`   | S    | the place after which it goes on; empty at a stage's beginning |
| `left`    | N    | series and statements that could not be dealt with |
| `step`    | N    | how often it was noted |
| `expiresAt` | N  | when DynamoDB may forget it, in seconds since the Unix epoch |
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from pynamodb.connection import Connection
from pynamodb.exceptions import GetError, PutError, PynamoDBException
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.operand import Path, Value

from cliffhanger.clock import Clock
from cliffhanger.dynamo import is_refusal, is_unclear, table
from cliffhanger.errors import Unavailable
from cliffhanger.revenue.runs import Run, Stage

LATEST = "done"
KEPT_S = 400 * 86_400


class RunsStore:
    """The table of runs. Every read is strongly consistent."""

    def __init__(self, connection: Connection, name: str, clock: Clock) -> None:
        connection.add_meta_table(table(name, {"day": "S"}))
        self._connection = connection
        self._name = name
        self._clock = clock

    def find(self, day: str) -> Run | None:
        """A day's run; None where it has not begun.

        Raises:
            Unavailable: the table does not answer.
        """
        item = self._item(day)
        if item is None:
            return None
        stage = cast("Stage", item["stage"]["S"])
        return Run(day, stage, item["after"]["S"], int(item["left"]["N"]), int(item["step"]["N"]))

    def note(self, run: Run) -> Run:
        """Notes how far a run has come; where somebody else has noted as much or more, answers with that.

        Raises:
            Unavailable: it may or may not have been noted; what it tells of stays done.
        """
        attributes = {
            "stage": {"S": run.stage},
            "after": {"S": run.after},
            "left": {"N": str(run.left)},
            "step": {"N": str(run.step)},
            "expiresAt": {"N": str(self._clock() // 1000 + KEPT_S)},
        }
        newer = Path("day").does_not_exist() | (Path("step") < Value({"N": str(run.step)}))
        if not self._put(run.day, attributes, newer):
            run = self.find(run.day) or run
        if run.done:
            latest = Path("day").does_not_exist() | (Path("stage") < Value({"S": run.day}))
            self._put(LATEST, {"stage": {"S": run.day}}, latest)
        return run

    def last_done(self) -> str | None:
        """The latest day whose run is done; None where there is none.

        Raises:
            Unavailable: the table does not answer.
        """
        item = self._item(LATEST)
        return None if item is None else str(item["stage"]["S"])

    def _item(self, day: str) -> Mapping[str, Any] | None:
        try:
            answer = self._connection.get_item(self._name, day, consistent_read=True)
        except GetError as error:
            raise _unavailable(error) from error
        item: Mapping[str, Any] | None = answer.get("Item")
        return item

    def _put(self, day: str, attributes: Mapping[str, Any], condition: Condition) -> bool:
        try:
            self._connection.put_item(self._name, day, attributes=attributes, condition=condition)
        except PutError as error:
            if is_refusal(error):
                return False
            raise _unavailable(error) from error
        return True


def _unavailable(error: PynamoDBException) -> Exception:
    return Unavailable("The table of runs does not answer.") if is_unclear(error) else error
