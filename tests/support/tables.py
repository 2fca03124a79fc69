"""The tables as CreateTable takes them, for every stand-in of DynamoDB. A test holds them against the template."""

from __future__ import annotations

from typing import Any

LEDGER: dict[str, Any] = {
    "TableName": "test-ledger",
    "BillingMode": "PAY_PER_REQUEST",
    "KeySchema": [{"AttributeName": "account", "KeyType": "HASH"}, {"AttributeName": "seq", "KeyType": "RANGE"}],
    "AttributeDefinitions": [
        {"AttributeName": "account", "AttributeType": "S"},
        {"AttributeName": "seq", "AttributeType": "N"},
        {"AttributeName": "reference", "AttributeType": "S"},
    ],
    "LocalSecondaryIndexes": [
        {
            "IndexName": "by-reference",
            "KeySchema": [
                {"AttributeName": "account", "KeyType": "HASH"},
                {"AttributeName": "reference", "KeyType": "RANGE"},
            ],
            "Projection": {"ProjectionType": "KEYS_ONLY"},
        }
    ],
    "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
}
CATALOG: dict[str, Any] = {
    "TableName": "test-catalog",
    "BillingMode": "PAY_PER_REQUEST",
    "KeySchema": [{"AttributeName": "series", "KeyType": "HASH"}, {"AttributeName": "part", "KeyType": "RANGE"}],
    "AttributeDefinitions": [
        {"AttributeName": "series", "AttributeType": "S"},
        {"AttributeName": "part", "AttributeType": "S"},
        {"AttributeName": "shelf", "AttributeType": "S"},
        {"AttributeName": "listedAt", "AttributeType": "N"},
    ],
    "GlobalSecondaryIndexes": [
        {
            "IndexName": "by-shelf",
            "KeySchema": [
                {"AttributeName": "shelf", "KeyType": "HASH"},
                {"AttributeName": "listedAt", "KeyType": "RANGE"},
            ],
            "Projection": {
                "ProjectionType": "INCLUDE",
                "NonKeyAttributes": ["title", "synopsis", "episodeCount", "freeEpisodes"],
            },
        }
    ],
}
PEOPLE: dict[str, Any] = {
    "TableName": "test-people",
    "BillingMode": "PAY_PER_REQUEST",
    "KeySchema": [{"AttributeName": "subject", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "subject", "AttributeType": "S"}],
}
TABLES = (LEDGER, CATALOG, PEOPLE)
