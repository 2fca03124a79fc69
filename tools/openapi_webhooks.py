"""Examples of partners' webhooks; see ``openapi_examples``."""

from __future__ import annotations

import json
from typing import Any

import msgspec

from cliffhanger.events.catalogue import newest
from functions.catalog.schemas import event_type_list

ENDPOINT: dict[str, Any] = {
    "endpointId": "5e7d9k2m8q1r5t0v",
    "mode": "live",
    "url": "https://hooks.north-media.example/cliffhanger",
    "description": "Orders",
    "types": ["EpisodeUnlocked", "CoinsBought"],
    "status": "active",
    "reason": None,
    "createdAt": "2026-11-21T18:04:05.123Z",
    "changedAt": "2026-11-21T18:04:05.123Z",
    "health": {"failures": 0, "failingSince": None},
}
DISABLED = {
    **ENDPOINT,
    "status": "disabled",
    "reason": "exhausted",
    "changedAt": "2026-11-25T21:31:12.004Z",
    "health": {"failures": 41, "failingSince": "2026-11-22T17:02:44.910Z"},
}
_EVENT = newest("EpisodeUnlocked").example
_AT = "2026-11-21T18:04:05.123Z"
DELIVERY: dict[str, Any] = {
    "deliveryId": f"1795284245123-{_EVENT['id']}",
    "eventId": _EVENT["id"],
    "type": "EpisodeUnlocked",
    "status": "delivered",
    "test": False,
    "occurredAt": _AT,
    "createdAt": "2026-11-21T18:04:05.881Z",
    "attempts": 2,
    "nextAttemptAt": None,
    "endedAt": "2026-11-21T18:04:11.702Z",
}
WAITING = {
    **DELIVERY,
    "status": "pending",
    "attempts": 0,
    "nextAttemptAt": "2026-11-21T18:09:31.250Z",
    "endedAt": None,
}
IN_FULL: dict[str, Any] = {
    "delivery": DELIVERY,
    "body": json.dumps(_EVENT, separators=(",", ":")),
    "attempts": [
        {"at": "2026-11-21T18:04:06.012Z", "millis": 128, "status": 500, "code": None, "answer": "upstream"},
        {"at": "2026-11-21T18:04:11.541Z", "millis": 161, "status": 204, "code": None, "answer": ""},
    ],
}
REPLAY: dict[str, Any] = {
    "replayId": "8q1r5t0v4h7d9k2m",
    "status": "running",
    "since": "2026-11-20T00:00:00.000Z",
    "until": _AT,
    "of": "failed",
    "found": 200,
    "sent": 180,
    "createdAt": _AT,
    "doneAt": None,
}
SECRETS: dict[str, Any] = {
    "secret": "whsec_b25lIG9mIHRoZSBleGFtcGxlcywgMzIgYnl0ZXMuLi4=",
    "formerSecret": None,
    "formerUntil": None,
}
ROTATED = {**SECRETS, "formerSecret": SECRETS["secret"], "formerUntil": "2026-11-22T18:04:05.123Z"}

BODIES: dict[str, Any] = {
    "createEndpoint": {"url": ENDPOINT["url"], "types": ENDPOINT["types"], "description": "Orders"},
    "putEndpoint": {"url": ENDPOINT["url"], "types": ["*"], "status": "active", "description": "Orders"},
    "rotateEndpointSecret": {"overlapHours": 24},
    "testEndpoint": {"type": "WebhookEndpointTested"},
    "createReplay": {"since": "2026-11-20T00:00:00Z", "until": None, "status": "failed"},
    "sendSandboxEvent": {"type": "EpisodeUnlocked", "data": {"seriesId": "the-last-train"}},
}
"""Bodies by operation."""

ANSWERS: dict[str, dict[int, Any]] = {
    "listEventTypes": {200: msgspec.to_builtins(event_type_list([newest("EpisodePublished")]))},
    "listEndpoints": {200: {"endpoints": [ENDPOINT, DISABLED]}},
    "createEndpoint": {201: ENDPOINT, 200: ENDPOINT},
    "getEndpoint": {200: DISABLED},
    "putEndpoint": {200: {**ENDPOINT, "types": ["*"]}},
    "getEndpointSecret": {200: SECRETS},
    "rotateEndpointSecret": {200: ROTATED},
    "testEndpoint": {202: {**WAITING, "type": "WebhookEndpointTested", "test": True}},
    "listDeliveries": {200: {"deliveries": [WAITING, DELIVERY], "nextCursor": None}},
    "getDelivery": {200: IN_FULL},
    "replayDelivery": {202: WAITING},
    "createReplay": {202: REPLAY, 200: REPLAY},
    "getReplay": {200: {**REPLAY, "status": "done", "doneAt": "2026-11-21T18:06:02.000Z"}},
    "sendSandboxEvent": {202: {"eventId": _EVENT["id"], "type": "EpisodeUnlocked", "deliveries": 1}},
}
"""Answers by operation and status."""
