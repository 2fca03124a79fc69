"""Which mails were begun and which were sent, by the event that asks for them. No address, and nobody's name.

| attribute   | type | meaning |
|-------------|------|---------|
| `event`     | S    | partition key: the event's id, the same however often the fact is told |
| `state`     | S    | `sending`: begun, and may have been sent; `sent`; `failed`: certainly not sent |
| `try`       | S    | who began it last: a random id of the call, by which it knows its own write again |
| `expiresAt` | N    | when DynamoDB may forget it, in seconds since the Unix epoch: long after any replay of the bus |
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pynamodb.connection import Connection
from pynamodb.exceptions import GetError, PutError, UpdateError
from pynamodb.expressions.operand import Path, Value

from cliffhanger.dynamo import is_refusal, is_unclear, table
from cliffhanger.errors import Unavailable

KEPT_S = 400 * 86_400
"""The bus can be replayed for 90 days."""

Ended = Literal["sent", "failed"]


class MailsStore:
    """The table of mails: ``event`` → state."""

    def __init__(self, connection: Connection, name: str) -> None:
        connection.add_meta_table(table(name, {"event": "S"}))
        self._connection = connection
        self._name = name

    def begin(self, event: str, attempt: str, now_ms: int) -> bool:
        """Begins a mail; False when another attempt has begun it and has not certainly failed.

        Raises:
            Unavailable: it may or may not have been begun; what is begun and not ended is not sent again.
        """
        state = Path("state")
        try:
            self._connection.put_item(
                self._name,
                event,
                attributes={
                    "state": {"S": "sending"},
                    "try": {"S": attempt},
                    "expiresAt": {"N": str(now_ms // 1000 + KEPT_S)},
                },
                condition=state.does_not_exist() | (state == Value({"S": "failed"})),
            )
        except PutError as error:
            if is_refusal(error) or is_unclear(error):  # perhaps by our own write, whose reply was lost
                return self._item(event).get("try") == {"S": attempt}
            raise
        return True

    def state(self, event: str) -> str | None:
        """How far a mail is; None where it was never begun.

        Raises:
            Unavailable: the read did not succeed.
        """
        state = self._item(event).get("state")
        return None if state is None else str(state["S"])

    def _item(self, event: str) -> Mapping[str, Any]:
        try:
            item: Mapping[str, Any] = self._connection.get_item(self._name, event, consistent_read=True).get("Item", {})
        except GetError as error:
            raise _unavailable(error) from error
        return item

    def end(self, event: str, state: Ended) -> None:
        """Notes what became of a mail that was begun.

        Raises:
            Unavailable: it may or may not have been noted.
        """
        try:
            self._connection.update_item(
                self._name,
                event,
                actions=[Path("state").set(Value({"S": state}))],
                condition=Path("state") == Value({"S": "sending"}),
            )
        except UpdateError as error:
            if not is_refusal(error):
                raise _unavailable(error) from error


def _unavailable(error: GetError | UpdateError) -> Exception:
    return Unavailable("The table of mails does not answer.") if is_unclear(error) else error
