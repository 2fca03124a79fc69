"""Examples of payouts; see ``openapi_examples``."""

from __future__ import annotations

from typing import Any

PAYOUT = "9k3m1q8v4t6x0b2c"
_PAYOUT = {
    "payoutId": PAYOUT,
    "status": "requested",
    "currency": "USD",
    "amount": 12_500,
    "fee": 125,
    "arrives": 12_375,
    "speed": "instant",
    "createdAt": "2026-11-21T18:04:05.123Z",
    "changedAt": "2026-11-21T18:04:05.123Z",
    "arrivesAt": None,
    "paidAt": None,
    "rule": None,
    "bankCode": None,
    "waitsFor": None,
}
_PAID = _PAYOUT | {
    "status": "paid",
    "changedAt": "2026-11-21T18:04:41.007Z",
    "arrivesAt": "2026-11-21T18:04:09.000Z",
    "paidAt": "2026-11-21T18:04:41.007Z",
}
_FAILED = _PAYOUT | {
    "status": "failed",
    "changedAt": "2026-11-21T18:05:12.400Z",
    "rule": "bank_refused",
    "bankCode": "account_closed",
}
_STUCK = _PAYOUT | {"status": "held", "waitsFor": "platform_balance"}
_DESTINATION = {"set": True, "ready": True, "country": "US", "paysFrom": None, "rule": None, "url": None}
_CHANGED = _DESTINATION | {
    "paysFrom": "2026-11-24T18:04:05.123Z",
    "rule": "cooling_off",
    "url": "https://connect.stripe.com/setup/s/acct_1QxW2eK8cYv3/3F9tV0bX",
}
_WEEKLY = {"rhythm": "weekly", "nextAt": "2026-11-23T06:00:00.000Z"}
_CANCELED = _PAYOUT | {"status": "requested"}

BODIES: dict[str, Any] = {
    "requestPayout": {"currency": "USD", "amount": 12_500, "speed": "instant", "feeShown": 125},
    "setPayoutDestination": {"country": "US", "returnTo": "/earnings.html"},
    "setPayoutSchedule": {"rhythm": "weekly"},
}

ANSWERS: dict[str, dict[int, Any]] = {
    "quotePayout": {
        200: {
            "currency": "USD",
            "balance": 48_210,
            "held": 0,
            "debt": 0,
            "recent": 9_200,
            "recentDays": 7,
            "reserve": 1_730,
            "reserveBasisPoints": 1_000,
            "reserveDays": 14,
            "disputed": 480,
            "payable": 36_800,
            "minimum": 1_000,
            "amount": 12_500,
            "options": [
                {
                    "speed": "standard",
                    "fee": 0,
                    "arrives": 12_500,
                    "earliestAt": "2026-11-23T18:04:05.123Z",
                    "latestAt": "2026-11-26T18:04:05.123Z",
                    "rule": None,
                },
                {
                    "speed": "instant",
                    "fee": 125,
                    "arrives": 12_375,
                    "earliestAt": "2026-11-21T18:04:05.123Z",
                    "latestAt": "2026-11-21T18:34:05.123Z",
                    "rule": None,
                },
            ],
        }
    },
    "requestPayout": {201: _PAYOUT, 200: _PAID},
    "listPayouts": {200: {"payouts": [_PAID, _FAILED], "nextCursor": None}},
    "getPayout": {200: _PAID},
    "cancelPayout": {200: _CANCELED},
    "getPayoutDestination": {200: _DESTINATION},
    "setPayoutDestination": {200: _CHANGED},
    "getPayoutSchedule": {200: {"rhythm": "none", "nextAt": None}},
    "setPayoutSchedule": {200: _WEEKLY},
    "listStuckPayouts": {
        200: {
            "payouts": [{"personId": "4h7d9k2m8q1r5t0v", "running": True, "advice": "top_up", "payout": _STUCK}],
            "more": False,
        }
    },
    "resumePayout": {200: _STUCK},
    "stopPayout": {200: _CANCELED},
}
