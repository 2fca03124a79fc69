"""A second look at the live table: it is read page by page while others write, so that two pages may not fit together.

What is looked at again is read consistently. An export is of one moment, and is never looked at twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tools.auditing import tables
from tools.auditing.exports import Unreadable
from tools.auditing.items import ItemRecord, NoItem, address_of_volume, record_of_client
from tools.auditing.tables import Live

LAST_SEQ = 2**53 - 1
"""No chain has a higher number: what is hashed is JSON."""


class Again:
    """Reads what stands in a live table now."""

    def __init__(self, live: Live) -> None:
        self._live = live
        self._client: Any = None

    def between(self, account: str, volumes: range, first: int, last: int) -> Iterator[ItemRecord]:
        """The entries of a chain from one number to another, in order, as far as they stand in those of its volumes.

        Raises:
            Unreadable: DynamoDB refuses.
        """
        for volume in volumes:
            yield from self._read(address_of_volume(account, volume), first, last)

    def entry(self, account: str, seq: int) -> ItemRecord | None:
        """The entry of a chain with a number, in whatever volume; None where there is none.

        Raises:
            Unreadable: DynamoDB refuses.
        """
        volume, found = 1, next(self._read(account, seq, seq), None)
        while found is None and next(self._read(address_of_volume(account, volume + 1), 1, LAST_SEQ, 1), None):
            volume += 1
            found = next(self._read(address_of_volume(account, volume), seq, seq), None)
        return found

    def _read(self, address: str, first: int, last: int, limit: int | None = None) -> Iterator[ItemRecord]:
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - only a live table needs it

        self._client = self._client or tables.client_of(self._live)
        asked: dict[str, Any] = {
            "TableName": self._live.name,
            "ConsistentRead": True,
            "KeyConditionExpression": "#account = :account AND #seq BETWEEN :first AND :last",
            "ExpressionAttributeNames": {"#account": "account", "#seq": "seq"},
            "ExpressionAttributeValues": {
                ":account": {"S": address},
                ":first": {"N": str(first)},
                ":last": {"N": str(last)},
            },
            **({"Limit": limit} if limit else {}),
        }
        while True:
            try:
                page = self._client.query(**asked)
                yield from map(record_of_client, page["Items"])
            except (BotoCoreError, ClientError, NoItem) as error:
                raise Unreadable(f"{self._live.name}: {error}") from error
            if "LastEvaluatedKey" not in page:
                return
            asked["ExclusiveStartKey"] = page["LastEvaluatedKey"]
