"""Offline grants in DynamoDB: one item a viewer, so that its limits hold whatever happens at once.

| attribute   | type | meaning |
|-------------|------|---------|
| `person`    | S    | partition key: the viewer's pseudonym |
| `grants`    | L    | at most 50, newest last, each `[device, series, episode, version, keepUntil]` |
| `revision`  | N    | counts the changes; a write names the one before |
| `expiresAt` | N    | when DynamoDB forgets the item, in seconds since the Unix epoch |
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pynamodb.connection import Connection
from pynamodb.exceptions import GetError, PutError

from cliffhanger.dynamo import follows, is_refusal, is_unclear, table
from cliffhanger.errors import Unavailable
from cliffhanger.offline.domain import Kept, OfflineGrant

LISTED_S = 30 * 86_400
"""How long after its last change an item is kept, so that a device that was away still learns what to delete."""


class OfflineStore:
    """The table of offline grants. Every read is strongly consistent."""

    def __init__(self, connection: Connection, name: str) -> None:
        connection.add_meta_table(table(name, {"person": "S"}))
        self._connection = connection
        self._name = name

    def find(self, person: str) -> Kept:
        """All that a viewer's devices keep.

        Raises:
            Unavailable: the read did not succeed.
        """
        try:
            answer = self._connection.get_item(self._name, person, consistent_read=True)
        except GetError as error:
            raise _unavailable(error) from error
        item = answer.get("Item")
        if item is None:
            return Kept()
        return Kept(tuple(_grant(packed["L"]) for packed in item["grants"]["L"]), int(item["revision"]["N"]))

    def put(self, person: str, kept: Kept, now: int) -> bool:
        """Writes the next revision; False when that is not the next one any more, and nothing is written.

        Raises:
            Unavailable: it may or may not have been written.
        """
        last = max((grant.keep_until for grant in kept.grants), default=now)
        try:
            self._connection.put_item(
                self._name,
                person,
                attributes={
                    "grants": {"L": [_packed(grant) for grant in kept.grants]},
                    "revision": {"N": str(kept.revision)},
                    "expiresAt": {"N": str(max(last, now) // 1000 + LISTED_S)},
                },
                condition=follows(kept.revision),
            )
        except PutError as error:
            if is_refusal(error):
                return False
            raise _unavailable(error) from error
        return True


def _packed(grant: OfflineGrant) -> dict[str, Any]:
    return {"L": [{"S": part} if isinstance(part, str) else {"N": str(part)} for part in grant]}


def _grant(parts: list[Mapping[str, str]]) -> OfflineGrant:
    device, series, episode, version, keep_until = parts
    return OfflineGrant(device["S"], series["S"], int(episode["N"]), version["S"], int(keep_until["N"]))


def _unavailable(error: GetError | PutError) -> Exception:
    return Unavailable("The table of offline grants does not answer.") if is_unclear(error) else error
