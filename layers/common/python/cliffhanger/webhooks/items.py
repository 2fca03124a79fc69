"""Endpoints, deliveries and replays as DynamoDB keeps them, in its JSON. Pure.

Bodies are compressed: a delivery with its attempt is less than 1 KB, so that each of its two writes is one write unit.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, cast

from cliffhanger.errors import DeliveryUnreadable
from cliffhanger.ledger.names import lane_of
from cliffhanger.webhooks.domain import (
    MAX_BODY_BYTES,
    RETENTION_MS,
    Attempt,
    Delivery,
    Endpoint,
    Health,
    Reason,
    State,
    Status,
    owner_of,
    partner_of,
)

Item = Mapping[str, Any]

DUE_SHARDS = 8
"""Partitions of the index of what is due: what fails together must not heat one. Never fewer than once were."""

REPLAY = "replay-"
"""What the sort key of a replay begins with; a delivery's begins with a digit."""

Only = Literal["failed", "all"]
"""``failed``: what was not delivered: failed or held."""


@dataclass(frozen=True, slots=True)
class Replay:
    """Deliveries of an endpoint whose events happened from ``since`` to ``until`` that are to be sent again.

    ``position`` is the last delivery that was looked at, ``sent`` how many were sent, ``found`` how many looked at.
    """

    endpoint: str
    replay: str
    owner: str
    since: int
    until: int
    only: Only
    created_at: int
    position: str = ""
    found: int = 0
    sent: int = 0
    done_at: int = 0

    @property
    def key(self) -> str:
        """Its sort key."""
        return REPLAY + self.replay


class Wanted(NamedTuple):
    """Which deliveries of an endpoint a list shows, by when their events happened, and by state and type."""

    since: int = 0
    until: int = 9_999_999_999_999
    states: tuple[State, ...] = ()
    type: str = ""


def endpoint_item(endpoint: Endpoint) -> dict[str, Any]:
    """Everything of an endpoint but its key."""
    health = endpoint.health
    numbers = {
        "createdAt": endpoint.created_at,
        "changedAt": endpoint.changed_at,
        "generation": endpoint.generation,
        "formerUntil": endpoint.former_until,
        "failures": health.failures,
        "failingSince": health.since,
        "notedAt": health.noted_at,
        "slowUntil": health.slow_until,
    }
    texts = {
        "mode": endpoint.mode,
        "url": endpoint.url,
        "description": endpoint.description,
        "status": endpoint.status,
        "reason": endpoint.reason,
        "asked": endpoint.asked,
    }
    return {
        **{name: {"N": str(number)} for name, number in numbers.items() if number},
        **{name: {"S": text} for name, text in texts.items() if text},
        "types": {"L": [{"S": each} for each in endpoint.types]},
        **({"untold": {"BOOL": True}} if endpoint.untold else {}),
    }


def endpoint_of(item: Item) -> Endpoint:
    """The endpoint of an item."""
    partner, mode = partner_of(_text(item, "owner"))
    return Endpoint(
        partner=partner,
        mode=mode,
        endpoint=_text(item, "endpoint"),
        url=_text(item, "url"),
        description=_text(item, "description"),
        types=tuple(each["S"] for each in item["types"]["L"]),
        created_at=_number(item, "createdAt"),
        changed_at=_number(item, "changedAt"),
        status=cast("Status", _text(item, "status")),
        reason=cast("Reason", _text(item, "reason")),
        generation=_number(item, "generation"),
        former_until=_number(item, "formerUntil"),
        health=Health(
            _number(item, "failures"),
            _number(item, "failingSince"),
            _number(item, "notedAt"),
            _number(item, "slowUntil"),
        ),
        asked=_text(item, "asked"),
        untold=_flag(item, "untold"),
    )


def delivery_item(delivery: Delivery) -> dict[str, Any]:
    """Everything of a delivery but its key."""
    return {
        "owner": {"S": owner_of(delivery.partner, delivery.mode)},
        "type": {"S": delivery.type},
        "body": {"B": zlib.compress(delivery.body, 9)},
        "createdAt": {"N": str(delivery.created_at)},
        "expiresAt": {"N": str((delivery.created_at + RETENTION_MS) // 1_000)},
        **({"test": {"BOOL": True}} if delivery.test else {}),
        **{name: value for name, value in changing(delivery).items() if value is not None},
    }


def changing(delivery: Delivery) -> dict[str, Any]:
    """What changes of a delivery; None where an attribute is absent."""
    numbers = {
        "made": delivery.made,
        "since": delivery.since,
        "nextAt": delivery.next_at,
        "dueAt": delivery.due_at,
        "endedAt": delivery.ended_at,
    }
    due = delivery.due_at > 0
    return {
        "state": {"S": delivery.state},
        **{name: {"N": str(number)} if number else None for name, number in numbers.items()},
        "shard": {"S": due_shard(delivery.endpoint, delivery.delivery)} if due else None,
        "attempts": {"L": [_attempt_item(each) for each in delivery.attempts]} if delivery.attempts else None,
        "replay": {"S": delivery.replay} if delivery.replay else None,
    }


def delivery_of(item: Item) -> Delivery:
    """The delivery of an item.

    Raises:
        DeliveryUnreadable: its body is none that we have packed.
    """
    partner, mode = partner_of(_text(item, "owner"))
    return Delivery(
        endpoint=_text(item, "endpoint"),
        delivery=_text(item, "delivery"),
        partner=partner,
        mode=mode,
        type=_text(item, "type"),
        body=_unpacked(item["body"]["B"]),
        created_at=_number(item, "createdAt"),
        state=cast("State", _text(item, "state")),
        made=_number(item, "made"),
        since=_number(item, "since"),
        next_at=_number(item, "nextAt"),
        due_at=_number(item, "dueAt"),
        ended_at=_number(item, "endedAt"),
        attempts=tuple(_attempt_of(each["M"]) for each in item.get("attempts", {"L": []})["L"]),
        test=_flag(item, "test"),
        replay=_text(item, "replay"),
    )


def replay_item(replay: Replay) -> dict[str, Any]:
    """Everything of a replay but its key."""
    return {
        "owner": {"S": replay.owner},
        "only": {"S": replay.only},
        "from": {"N": str(replay.since)},
        "until": {"N": str(replay.until)},
        "createdAt": {"N": str(replay.created_at)},
        "expiresAt": {"N": str((replay.created_at + RETENTION_MS) // 1_000)},
        "shard": {"S": due_shard(replay.endpoint, replay.key)},
        "dueAt": {"N": str(replay.created_at)},
    }


def replay_of(item: Item) -> Replay:
    """The replay of an item."""
    return Replay(
        endpoint=_text(item, "endpoint"),
        replay=_text(item, "delivery").removeprefix(REPLAY),
        owner=_text(item, "owner"),
        since=_number(item, "from"),
        until=_number(item, "until"),
        only=cast("Only", _text(item, "only")),
        created_at=_number(item, "createdAt"),
        position=_text(item, "position"),
        found=_number(item, "found"),
        sent=_number(item, "sent"),
        done_at=_number(item, "doneAt"),
    )


def is_over(item: Item, now: int) -> bool:
    """Whether an item's time is over: DynamoDB takes it away within days, and until then nobody sees it."""
    return _number(item, "expiresAt") * 1_000 <= now


def due_shard(endpoint: str, key: str) -> str:
    """The partition of the index of what is due that an item is in."""
    return str(lane_of(f"{endpoint}/{key}", DUE_SHARDS))


def _attempt_item(attempt: Attempt) -> dict[str, Any]:
    outcome = {"c": {"S": attempt.code}} if attempt.code else {"s": {"N": str(attempt.status)}}
    answer = {"b": {"B": attempt.answer}} if attempt.answer else {}
    return {"M": {"at": {"N": str(attempt.at)}, "ms": {"N": str(attempt.millis)}, **outcome, **answer}}


def _attempt_of(item: Item) -> Attempt:
    answer = item["b"]["B"] if "b" in item else b""
    return Attempt(_number(item, "at"), _number(item, "ms"), _number(item, "s"), _text(item, "c"), answer)


def _unpacked(data: bytes) -> bytes:
    unpacker = zlib.decompressobj()
    try:
        body = unpacker.decompress(data, MAX_BODY_BYTES + 1)
    except zlib.error as error:
        raise DeliveryUnreadable("A delivery's body is not as it was packed.") from error
    if not unpacker.eof or len(body) > MAX_BODY_BYTES:
        raise DeliveryUnreadable("A delivery's body is not as it was packed.")
    return body


def _text(item: Item, name: str) -> str:
    return str(item.get(name, {"S": ""})["S"])


def _number(item: Item, name: str) -> int:
    return int(item.get(name, {"N": "0"})["N"])


def _flag(item: Item, name: str) -> bool:
    return bool(item.get(name, {"BOOL": False})["BOOL"])
