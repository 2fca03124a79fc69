"""The table of payouts as CreateTable takes it; a part of :mod:`tests.support.tables`."""

from __future__ import annotations

from typing import Any

PAYOUTS: dict[str, Any] = {
    "TableName": "test-payouts",
    "BillingMode": "PAY_PER_REQUEST",
    "KeySchema": [{"AttributeName": "person", "KeyType": "HASH"}, {"AttributeName": "item", "KeyType": "RANGE"}],
    "AttributeDefinitions": [
        {"AttributeName": "person", "AttributeType": "S"},
        {"AttributeName": "item", "AttributeType": "S"},
        {"AttributeName": "sweep", "AttributeType": "S"},
        {"AttributeName": "dueAt", "AttributeType": "N"},
    ],
    "GlobalSecondaryIndexes": [
        {
            "IndexName": "by-due",
            "KeySchema": [
                {"AttributeName": "sweep", "KeyType": "HASH"},
                {"AttributeName": "dueAt", "KeyType": "RANGE"},
            ],
            "Projection": {"ProjectionType": "KEYS_ONLY"},
        }
    ],
}
