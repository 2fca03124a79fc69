"""The table of campaigns as CreateTable takes it; see ``tables``."""

from __future__ import annotations

from typing import Any

CAMPAIGNS: dict[str, Any] = {
    "TableName": "test-campaigns",
    "BillingMode": "PAY_PER_REQUEST",
    "KeySchema": [{"AttributeName": "campaign", "KeyType": "HASH"}, {"AttributeName": "item", "KeyType": "RANGE"}],
    "AttributeDefinitions": [
        {"AttributeName": "campaign", "AttributeType": "S"},
        {"AttributeName": "item", "AttributeType": "S"},
        {"AttributeName": "open", "AttributeType": "S"},
        {"AttributeName": "partner", "AttributeType": "S"},
        {"AttributeName": "createdAt", "AttributeType": "N"},
    ],
    "GlobalSecondaryIndexes": [
        {
            "IndexName": name,
            "KeySchema": [
                {"AttributeName": key, "KeyType": "HASH"},
                {"AttributeName": "createdAt", "KeyType": "RANGE"},
            ],
            "Projection": {"ProjectionType": "ALL"},
        }
        for name, key in (("by-open", "open"), ("by-partner", "partner"))
    ],
}
