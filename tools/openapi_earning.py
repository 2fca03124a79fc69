"""Examples of what viewers earn; see ``openapi_examples``."""

from __future__ import annotations

from typing import Any

SESSION = "u3Jx0dX2b1Qp8mWc5sKf7QWzEsImsyY2Q5c2Zlb2lwIl0"
DEVICE = "f3Qx9_mB2tKc"
ZONE = "Europe/Lisbon"
CODE = "5t0v4h7d9k2m8q1r"
VIEW = "4h7d9k2m8q1r5t0v"

_EPISODE = {
    "kind": "watch.episode",
    "coins": 1,
    "status": "paid",
    "seq": 4,
    "vestsAt": None,
    "rule": "episode",
    "version": "shipped-2",
}
_SERIES = {
    "kind": "watch.series",
    "coins": 5,
    "status": "waiting",
    "seq": None,
    "vestsAt": "2026-11-22T18:04:10.000Z",
    "rule": "series",
    "version": "shipped-2",
}
_CHECKIN = {
    "date": "2026-11-21",
    "zone": ZONE,
    "done": True,
    "run": 3,
    "rung": 2,
    "ladder": [2, 3, 3, 4, 4, 5, 9],
    "nextAt": "2026-11-22T00:00:00.000Z",
    "repair": None,
    "milestone": {"days": 7, "coins": 6},
}
_TORN = {**_CHECKIN, "run": 1, "rung": 0, "repair": {"dates": ["2026-11-20"], "coins": 10, "run": 6}}
_CHECKED_IN = {
    "kind": "checkin",
    "coins": 2,
    "status": "paid",
    "seq": 5,
    "vestsAt": None,
    "rule": "checkin",
    "version": "shipped-2",
}
_AD = {
    "kind": "ad",
    "coins": 2,
    "status": "paid",
    "seq": 6,
    "vestsAt": None,
    "rule": "ad",
    "version": "shipped-2",
}

_BROUGHT = {
    "since": "2026-11-18T18:04:10.000Z",
    "until": "2026-12-18T18:04:10.000Z",
    "stage": "rewarded",
    "coins": 40,
    "status": "waiting",
}
_REDEEMED = {**_BROUGHT, "stage": "open", "coins": 30, "status": None}
_INVITATION = {"code": CODE, "inviterCoins": 40, "friendCoins": 30, "friends": [_BROUGHT], "redeemed": None}
_HELD = {
    "claimId": "4h7d9k2m8q1r5t0v.watch-series.k3v9t2m8q1r5x0w4",
    "personId": "4h7d9k2m8q1r5t0v",
    "kind": "watch.series",
    "status": "held",
    "coins": 5,
    "rule": "series",
    "version": "shipped-2",
    "day": "2026-11-21",
    "score": 50,
    "reasons": ["account_new", "device_shared"],
    "since": "2026-11-21T18:04:10.000Z",
    "decidedBy": None,
    "decidedAt": None,
}
_DECIDED = {"decidedBy": "2m8q1r5t0v4h7d9k", "decidedAt": "2026-11-21T19:00:00.000Z"}

BODIES: dict[str, Any] = {
    "beginWatching": {"device": DEVICE, "zone": ZONE, "positionMs": 0, "session": None},
    "sendBeat": {"session": SESSION, "positionMs": 41_500},
    "checkIn": {"device": DEVICE, "zone": ZONE},
    "offerAd": {"device": DEVICE, "placement": "ios", "zone": ZONE},
    "repairRun": {"date": "2026-11-20", "priceCoins": 10, "zone": ZONE},
    "openInvitation": {"device": DEVICE, "zone": ZONE},
    "redeemInvitation": {"code": CODE, "device": DEVICE, "zone": ZONE},
}

ANSWERS: dict[str, dict[int, Any]] = {
    "beginWatching": {200: {"session": SESSION, "beatEveryMs": 15_000, "counted": False, "earned": []}},
    "sendBeat": {
        200: {"session": SESSION, "beatEveryMs": 15_000, "counted": True, "earned": [_EPISODE, _SERIES]},
    },
    "getRewards": {
        200: {
            "checkin": _CHECKIN,
            "tasks": [
                {"kind": "watch.episode", "coins": 1, "everySeconds": None, "hadCoins": 1, "mostCoins": 5},
                {"kind": "watch.series", "coins": 5, "everySeconds": None, "hadCoins": 5, "mostCoins": 5},
                {"kind": "watch.minutes", "coins": 1, "everySeconds": 600, "hadCoins": 0, "mostCoins": 4},
                {"kind": "ad", "coins": 2, "everySeconds": None, "hadCoins": 0, "mostCoins": 8},
            ],
            "hadCoins": 9,
            "mostCoins": 120,
            "pending": [
                {
                    "kind": "watch.series",
                    "coins": 5,
                    "status": "waiting",
                    "since": "2026-11-21T18:04:10.000Z",
                    "vestsAt": "2026-11-22T18:04:10.000Z",
                }
            ],
            "adPlacements": ["android", "ios"],
            "allowance": {"leftCoins": 41, "perAdCoins": 4, "perPurchaseCoins": 100},
        }
    },
    "offerAd": {
        200: {
            "viewId": VIEW,
            "customData": "mZ2qWk0uVd8s3Jx0dX2b1Qp8mWc5sKf7QWzEsImsyY2Q5c2Zlb2lwIl0",
            "adUnit": "2747237135",
            "playerUrl": None,
            "coins": 2,
            "endsAt": "2026-11-21T19:04:10.000Z",
        }
    },
    "getAdView": {200: {"earned": _AD}},
    "takeAdMobCallback": {200: {"outcome": "taken"}},
    "checkIn": {200: {"checkin": _TORN, "earned": [_CHECKED_IN]}},
    "repairRun": {
        200: {"checkin": {**_CHECKIN, "run": 6, "rung": 5}, "date": "2026-11-20", "coins": 10, "seq": 7},
    },
    "getInvitation": {200: _INVITATION},
    "openInvitation": {200: _INVITATION},
    "redeemInvitation": {200: _REDEEMED},
    "listHeldRewards": {200: {"items": [_HELD], "nextCursor": None}},
    "releaseReward": {200: {**_HELD, "status": "paid", **_DECIDED}},
    "refuseReward": {200: {**_HELD, "status": "refused", **_DECIDED}},
}
