"""Streams: what each write left behind, in order, in the shape a Lambda function receives."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from typing import Any, NamedTuple

from tests.support.dynamodb.capacity import item_size
from tests.support.dynamodb.tables import Row
from tests.support.dynamodb.values import AttributeValue, Item

_FIRST_SEQUENCE = 100_000_000_000_000_000_000


class Written(NamedTuple):
    """One record, before it is put into words."""

    time: int
    keys: Item
    before: Row | None
    after: Row | None

    @property
    def event(self) -> str:
        if self.before is None:
            return "INSERT"
        return "MODIFY" if self.after is not None else "REMOVE"


class Stream:
    """The records of one table, oldest first; never trimmed, because a simulation may replay from any age."""

    def __init__(self, arn: str, region: str, view: str) -> None:
        self._arn = arn
        self._region = region
        self._view = view
        self._written: list[Written] = []

    def __len__(self) -> int:
        return len(self._written)

    def append(self, written: Written) -> None:
        self._written.append(written)

    def records(self, start: int, limit: int | None) -> list[dict[str, Any]]:
        """Records from position ``start``, at most ``limit``, fresh copies as in a Lambda event's ``Records``."""
        end = None if limit is None else start + limit
        return [self._record(start + at, one) for at, one in enumerate(self._written[start:end])]

    def _record(self, position: int, written: Written) -> dict[str, Any]:
        keys = worded(written.keys)
        change: dict[str, Any] = {
            "ApproximateCreationDateTime": written.time // 1000,
            "Keys": keys,
            "SequenceNumber": str(_FIRST_SEQUENCE + position),
            "SizeBytes": item_size(written.keys),
            "StreamViewType": self._view,
        }
        if written.after is not None and self._view in ("NEW_IMAGE", "NEW_AND_OLD_IMAGES"):
            change["NewImage"] = worded(written.after.item)
            change["SizeBytes"] += written.after.size
        if written.before is not None and self._view in ("OLD_IMAGE", "NEW_AND_OLD_IMAGES"):
            change["OldImage"] = worded(written.before.item)
            change["SizeBytes"] += written.before.size
        return {
            "eventID": f"{position:032x}",
            "eventName": written.event,
            "eventVersion": "1.1",
            "eventSource": "aws:dynamodb",
            "awsRegion": self._region,
            "dynamodb": change,
            "eventSourceARN": self._arn,
        }


def lambda_event(records: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The event that a function mapped to a stream receives."""
    return {"Records": list(records)}


def worded(item: Item) -> dict[str, Any]:
    """An item in the JSON of an event: binary as base64 text."""
    return {name: _worded(value) for name, value in item.items()}


def _worded(value: AttributeValue) -> dict[str, Any]:
    ((kind, content),) = value.items()
    if kind == "B":
        return {"B": b64encode(content).decode("ascii")}
    if kind == "BS":
        return {"BS": [b64encode(member).decode("ascii") for member in content]}
    if kind == "M":
        return {"M": worded(content)}
    if kind == "L":
        return {"L": [_worded(inner) for inner in content]}
    return {kind: list(content) if kind in ("SS", "NS") else content}
