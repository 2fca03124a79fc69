"""Examples of the shop; see ``openapi_examples``."""

from __future__ import annotations

from typing import Any

from tools.openapi_wallet import RECEIPT, WALLET

ORDER: dict[str, Any] = {
    "orderId": "9k3m1q8v4t6x0b2c",
    "status": "open",
    "coins": 550,
    "bonusCoins": 25,
    "amount": 499,
    "currency": "EUR",
    "digits": 2,
    "refundedAmount": 0,
    "createdAt": "2026-11-21T18:04:05.123Z",
    "expiresAt": "2026-11-21T19:04:05.123Z",
    "packId": "weekend",
}
BEGUN = {**ORDER, "url": "https://checkout.stripe.com/c/pay/cs_a1B2c3"}
PAID = {**ORDER, "status": "paid", "entrySeq": 3}
SECOND = {
    **PAID,
    "packId": "welcome",
    "coins": 100,
    "bonusCoins": 0,
    "amount": 99,
    "entrySeq": 4,
    "bonusWithheld": 50,
}
REFUNDED = {**PAID, "status": "refunded", "refundedAmount": 499}

PACKS: dict[str, Any] = {
    "currency": "EUR",
    "digits": 2,
    "taxIncluded": True,
    "asOf": "2026-11-01",
    "packs": [
        {
            "packId": "welcome",
            "coins": 100,
            "bonusCoins": 50,
            "bonusDays": 60,
            "amount": 99,
            "firstPurchase": True,
        },
        {
            "packId": "weekend",
            "coins": 550,
            "bonusCoins": 25,
            "bonusDays": 60,
            "amount": 499,
            "firstPurchase": False,
        },
    ],
    "topUp": {"perCoins": 100, "amountPerCoins": 99, "minCoins": 50, "maxCoins": 6_200},
    "limit": None,
}

LIMIT = {
    "rule": "jp-joga-under-16",
    "limitAmount": 5_000,
    "spentAmount": 4_500,
    "resetsAt": "2026-11-30T15:00:00.000Z",
}

BODIES: dict[str, Any] = {
    "createOrder": {
        "currency": "EUR",
        "amountShown": 499,
        "packId": "weekend",
        "method": "checkout",
        "returnTo": "/watch?series=the-last-train&episode=3",
    },
}

ANSWERS: dict[str, dict[int, Any]] = {
    "listPacks": {200: PACKS},
    "createOrder": {201: BEGUN, 200: PAID},
    "listOrders": {200: {"orders": [SECOND, PAID], "nextCursor": None}},
    "getOrder": {200: PAID},
    "refundOrder": {200: REFUNDED},
    "refundSeries": {
        200: {
            "receipts": [
                {
                    **RECEIPT,
                    "seq": 4,
                    "reference": "unlock:the-last-train:2-2.0:rev:own-rule",
                    "episodes": [],
                    "priceCoins": 0,
                    "spent": [],
                }
            ],
            "wallet": {**WALLET, "asOf": 4},
        }
    },
    "listCards": {
        200: {"cards": [{"cardId": "pm_1QxW2eK8cYv3", "brand": "visa", "last4": "4242", "expires": "2030-04"}]}
    },
}
