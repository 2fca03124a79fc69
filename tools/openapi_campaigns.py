"""Examples of campaigns; see ``openapi_examples``."""

from __future__ import annotations

from typing import Any

CLAIM = "7k2m9x4q0v5t8w1z3c6b9n2d4f"
DEVICE = "f3Qx9_mB2tKc"
ENDS = "2026-12-24T00:00:00.000Z"
CONFIRMS = "2026-12-05T18:04:05.123Z"

_TERMS: dict[str, Any] = {
    "partnerId": "north-coats",
    "name": "Winter coats",
    "kinds": ["cashback", "scan", "watch.episode"],
    "startsAt": "2026-11-20T00:00:00.000Z",
    "endsAt": ENDS,
    "returnDays": 14,
    "slices": 4,
    "viewerTimes": 3,
    "viewerCoins": 500,
    "countries": ["AT", "DE"],
    "worth": [{"currency": "EUR", "amount": 100, "coins": 100}],
    "sponsored": [{"seriesId": "the-last-train", "episodes": [1, 2]}],
    "code": "printed",
}
_FUNDING = {
    "fundingId": "5e7d9k2m8q1r5t0v",
    "coins": 5_000,
    "status": "done",
    "askedBy": "2m8q1r5t0v4h7d9k",
    "askedAt": "2026-11-19T10:00:00.000Z",
    "decidedBy": None,
}
_AWAITING = {**_FUNDING, "fundingId": "8q1r5t0v4h7d9k2m", "coins": 50_000, "status": "awaiting"}
_CAMPAIGN = {
    "campaignId": "winter-coats",
    "status": "live",
    "revision": 3,
    "terms": _TERMS,
    "fundings": [_FUNDING],
    "createdAt": "2026-11-19T09:00:00.000Z",
    "changedAt": "2026-11-19T10:00:01.000Z",
    "changedBy": "2m8q1r5t0v4h7d9k",
}
_NEW = {**_CAMPAIGN, "status": "paused", "revision": 1, "fundings": [], "changedAt": "2026-11-19T09:00:00.000Z"}
_OWN = {
    "campaignId": "winter-coats",
    "status": "live",
    "terms": _TERMS,
    "fundedCoins": 5_000,
    "createdAt": "2026-11-19T09:00:00.000Z",
    "changedAt": "2026-11-19T10:00:01.000Z",
}
_PURCHASE = {
    "orderId": "A-10023",
    "status": "pending",
    "coins": 50,
    "clawedBackCoins": 0,
    "confirmsAt": CONFIRMS,
    "rule": "coats-bought",
    "version": "2026-12-festive",
}
_RETURN = {"orderId": "A-10023", "returnId": "R-551", "status": "pending", "coins": 20, "remainingCoins": 30}
_PENDING = {
    "campaignId": "winter-coats",
    "campaignName": "Winter coats",
    "kind": "cashback",
    "status": "pending",
    "coins": 50,
    "clawedBackCoins": 20,
    "since": "2026-11-21T18:04:05.123Z",
    "confirmsAt": CONFIRMS,
}
_SCANNED = {**_PENDING, "kind": "scan", "coins": 5, "clawedBackCoins": 0}
_NUMBERS = {
    "claims": 2,
    "confirmations": 0,
    "returns": 1,
    "claimedCoins": 55,
    "confirmedCoins": 0,
    "clawedBackCoins": 20,
    "fundedCoins": 0,
    "givenBackCoins": 0,
}
_TOTAL = {**_NUMBERS, "fundedCoins": 5_000}
_NONE = {**dict.fromkeys(_NUMBERS, 0), "fundedCoins": 5_000}

BODIES: dict[str, Any] = {
    "makeClaimToken": {"device": DEVICE},
    "scanCode": {"code": "winter-coats.0.3m9x4q0v5t8w1z6c", "device": DEVICE},
    "reportPurchase": {
        "claimToken": CLAIM,
        "orderId": "A-10023",
        "currency": "EUR",
        "amountPaid": 4_999,
        "paidWithCashback": 0,
    },
    "reportReturn": {"claimToken": CLAIM, "returnId": "R-551", "amountReturned": 2_000},
    "putCampaign": {"terms": _TERMS, "status": "paused", "revision": 0},
    "fundCampaign": {"coins": 5_000},
}
"""Bodies by operation."""

ANSWERS: dict[str, dict[int, Any]] = {
    "listCampaigns": {
        200: {
            "campaigns": [
                {
                    "campaignId": "winter-coats",
                    "name": "Winter coats",
                    "kinds": _TERMS["kinds"],
                    "endsAt": ENDS,
                    "returnDays": 14,
                    "sponsored": _TERMS["sponsored"],
                }
            ]
        }
    },
    "makeClaimToken": {200: {"claimToken": CLAIM, "expiresAt": "2027-04-07T00:00:00.000Z"}},
    "scanCode": {200: {"cashback": _SCANNED}},
    "listCashback": {200: {"pendingCoins": 35, "cashback": [_PENDING, _SCANNED]}},
    "listOwnCampaigns": {200: {"campaigns": [_OWN], "nextCursor": None}},
    "getOwnCampaign": {200: _OWN},
    "getCampaignCode": {
        200: {"code": "winter-coats.0.3m9x4q0v5t8w1z6c", "kind": "printed", "expiresAt": ENDS},
    },
    "getCampaignReport": {
        200: {
            "campaignId": "winter-coats",
            "name": "Winter coats",
            "complete": True,
            "leftCoins": 4_965,
            "pendingCoins": 35,
            "spentCoins": 0,
            "total": _TOTAL,
            "refused": {"country_refused": 1},
            "days": [
                {"day": "2026-11-19", "numbers": _NONE, "refused": {}},
                {"day": "2026-11-21", "numbers": _NUMBERS, "refused": {"country_refused": 1}},
            ],
        }
    },
    "reportPurchase": {201: _PURCHASE, 200: _PURCHASE},
    "reportReturn": {201: _RETURN, 200: _RETURN},
    "listAllCampaigns": {200: {"campaigns": [_CAMPAIGN]}},
    "explainCampaign": {200: _CAMPAIGN},
    "putCampaign": {201: _NEW, 200: _CAMPAIGN},
    "fundCampaign": {201: _FUNDING, 202: _AWAITING, 200: {**_AWAITING, "status": "refused", "decidedBy": "4h7d9k2m"}},
    "approveFunding": {200: {**_AWAITING, "status": "done", "decidedBy": "4h7d9k2m8q1r5t0v"}},
    "refuseFunding": {200: {**_AWAITING, "status": "refused", "decidedBy": "4h7d9k2m8q1r5t0v"}},
}
"""Answers by operation and status."""
