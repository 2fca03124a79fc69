"""The tables as CreateTable takes them, for every stand-in of DynamoDB. A test holds them against the template."""

from __future__ import annotations

from typing import Any

from tests.support.campaign_tables import CAMPAIGNS
from tests.support.payout_tables import PAYOUTS

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
        {"AttributeName": "owner", "AttributeType": "S"},
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
                "NonKeyAttributes": ["title", "synopsis", "episodeCount", "freeEpisodes", "poster"],
            },
        },
        {
            "IndexName": "by-owner",
            "KeySchema": [
                {"AttributeName": "owner", "KeyType": "HASH"},
                {"AttributeName": "listedAt", "KeyType": "RANGE"},
            ],
            "Projection": {
                "ProjectionType": "INCLUDE",
                "NonKeyAttributes": ["title", "synopsis", "episodeCount", "freeEpisodes", "poster", "listed"],
            },
        },
    ],
}
NOTICES: dict[str, Any] = {
    "TableName": "test-notices",
    "BillingMode": "PAY_PER_REQUEST",
    "KeySchema": [{"AttributeName": "hour", "KeyType": "HASH"}, {"AttributeName": "notice", "KeyType": "RANGE"}],
    "AttributeDefinitions": [
        {"AttributeName": "hour", "AttributeType": "S"},
        {"AttributeName": "notice", "AttributeType": "S"},
    ],
}
PEOPLE: dict[str, Any] = {
    "TableName": "test-people",
    "BillingMode": "PAY_PER_REQUEST",
    "KeySchema": [{"AttributeName": "subject", "KeyType": "HASH"}],
    "AttributeDefinitions": [
        {"AttributeName": "subject", "AttributeType": "S"},
        {"AttributeName": "person", "AttributeType": "S"},
    ],
    "GlobalSecondaryIndexes": [
        {
            "IndexName": "by-person",
            "KeySchema": [{"AttributeName": "person", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["language"]},
        }
    ],
}
VERIFICATIONS: dict[str, Any] = {
    "TableName": "test-verifications",
    "BillingMode": "PAY_PER_REQUEST",
    "KeySchema": [{"AttributeName": "person", "KeyType": "HASH"}, {"AttributeName": "item", "KeyType": "RANGE"}],
    "AttributeDefinitions": [
        {"AttributeName": "person", "AttributeType": "S"},
        {"AttributeName": "item", "AttributeType": "S"},
        {"AttributeName": "queue", "AttributeType": "S"},
        {"AttributeName": "dueAt", "AttributeType": "N"},
        {"AttributeName": "edition", "AttributeType": "N"},
    ],
    "GlobalSecondaryIndexes": [
        {
            "IndexName": name,
            "KeySchema": [
                {"AttributeName": "queue", "KeyType": "HASH"},
                {"AttributeName": sort, "KeyType": "RANGE"},
            ],
            "Projection": {"ProjectionType": "ALL"},
        }
        for name, sort in (("by-due", "dueAt"), ("by-edition", "edition"))
    ],
}
UPLOADS: dict[str, Any] = {
    "TableName": "test-uploads",
    "BillingMode": "PAY_PER_REQUEST",
    "KeySchema": [{"AttributeName": "upload", "KeyType": "HASH"}],
    "AttributeDefinitions": [
        {"AttributeName": "upload", "AttributeType": "S"},
        {"AttributeName": "place", "AttributeType": "S"},
        {"AttributeName": "createdAt", "AttributeType": "N"},
        {"AttributeName": "sweep", "AttributeType": "S"},
        {"AttributeName": "dueAt", "AttributeType": "N"},
    ],
    "GlobalSecondaryIndexes": [
        {
            "IndexName": "by-place",
            "KeySchema": [
                {"AttributeName": "place", "KeyType": "HASH"},
                {"AttributeName": "createdAt", "KeyType": "RANGE"},
            ],
            "Projection": {"ProjectionType": "ALL"},
        },
        {
            "IndexName": "by-due",
            "KeySchema": [
                {"AttributeName": "sweep", "KeyType": "HASH"},
                {"AttributeName": "dueAt", "KeyType": "RANGE"},
            ],
            "Projection": {"ProjectionType": "KEYS_ONLY"},
        },
    ],
}
BUDGETS: dict[str, Any] = {
    "TableName": "test-budgets",
    "BillingMode": "PAY_PER_REQUEST",
    "KeySchema": [{"AttributeName": "budget", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "budget", "AttributeType": "S"}],
}
PROGRESS: dict[str, Any] = {
    "TableName": "test-progress",
    "BillingMode": "PAY_PER_REQUEST",
    "KeySchema": [{"AttributeName": "person", "KeyType": "HASH"}, {"AttributeName": "series", "KeyType": "RANGE"}],
    "AttributeDefinitions": [
        {"AttributeName": "person", "AttributeType": "S"},
        {"AttributeName": "series", "AttributeType": "S"},
    ],
}
OFFLINE: dict[str, Any] = {
    "TableName": "test-offline",
    "BillingMode": "PAY_PER_REQUEST",
    "KeySchema": [{"AttributeName": "person", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "person", "AttributeType": "S"}],
}
RATES: dict[str, Any] = {
    "TableName": "test-rates",
    "BillingMode": "PAY_PER_REQUEST",
    "KeySchema": [{"AttributeName": "bucket", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "bucket", "AttributeType": "S"}],
}
SWITCHES: dict[str, Any] = {
    "TableName": "test-switches",
    "BillingMode": "PAY_PER_REQUEST",
    "KeySchema": [{"AttributeName": "switch", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "switch", "AttributeType": "S"}],
}
RULESETS: dict[str, Any] = {
    "TableName": "test-rulesets",
    "BillingMode": "PAY_PER_REQUEST",
    "KeySchema": [{"AttributeName": "kind", "KeyType": "HASH"}, {"AttributeName": "name", "KeyType": "RANGE"}],
    "AttributeDefinitions": [
        {"AttributeName": "kind", "AttributeType": "S"},
        {"AttributeName": "name", "AttributeType": "S"},
    ],
}
SPLITS: dict[str, Any] = {
    "TableName": "test-splits",
    "BillingMode": "PAY_PER_REQUEST",
    "KeySchema": [{"AttributeName": "series", "KeyType": "HASH"}, {"AttributeName": "version", "KeyType": "RANGE"}],
    "AttributeDefinitions": [
        {"AttributeName": "series", "AttributeType": "S"},
        {"AttributeName": "version", "AttributeType": "N"},
    ],
}
RUNS: dict[str, Any] = {
    "TableName": "test-runs",
    "BillingMode": "PAY_PER_REQUEST",
    "KeySchema": [{"AttributeName": "day", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "day", "AttributeType": "S"}],
}
PARKED: dict[str, Any] = {
    "TableName": "test-parked",
    "BillingMode": "PAY_PER_REQUEST",
    "KeySchema": [{"AttributeName": "consumer", "KeyType": "HASH"}, {"AttributeName": "entry", "KeyType": "RANGE"}],
    "AttributeDefinitions": [
        {"AttributeName": "consumer", "AttributeType": "S"},
        {"AttributeName": "entry", "AttributeType": "S"},
    ],
}
CASES: dict[str, Any] = {
    "TableName": "test-cases",
    "BillingMode": "PAY_PER_REQUEST",
    "KeySchema": [{"AttributeName": "case", "KeyType": "HASH"}],
    "AttributeDefinitions": [
        {"AttributeName": "case", "AttributeType": "S"},
        {"AttributeName": "status", "AttributeType": "S"},
        {"AttributeName": "openedAt", "AttributeType": "N"},
    ],
    "GlobalSecondaryIndexes": [
        {
            "IndexName": "by-status",
            "KeySchema": [
                {"AttributeName": "status", "KeyType": "HASH"},
                {"AttributeName": "openedAt", "KeyType": "RANGE"},
            ],
            "Projection": {"ProjectionType": "ALL"},
        }
    ],
}
DUE: dict[str, Any] = {
    "TableName": "test-due",
    "BillingMode": "PAY_PER_REQUEST",
    "KeySchema": [{"AttributeName": "shard", "KeyType": "HASH"}, {"AttributeName": "due", "KeyType": "RANGE"}],
    "AttributeDefinitions": [
        {"AttributeName": "shard", "AttributeType": "S"},
        {"AttributeName": "due", "AttributeType": "S"},
    ],
}
MAILS: dict[str, Any] = {
    "TableName": "test-mails",
    "BillingMode": "PAY_PER_REQUEST",
    "KeySchema": [{"AttributeName": "event", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "event", "AttributeType": "S"}],
}
ORDERS: dict[str, Any] = {
    "TableName": "test-orders",
    "BillingMode": "PAY_PER_REQUEST",
    "KeySchema": [{"AttributeName": "person", "KeyType": "HASH"}, {"AttributeName": "order", "KeyType": "RANGE"}],
    "AttributeDefinitions": [
        {"AttributeName": "person", "AttributeType": "S"},
        {"AttributeName": "order", "AttributeType": "S"},
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
ENDPOINTS: dict[str, Any] = {
    "TableName": "test-endpoints",
    "BillingMode": "PAY_PER_REQUEST",
    "KeySchema": [{"AttributeName": "owner", "KeyType": "HASH"}, {"AttributeName": "endpoint", "KeyType": "RANGE"}],
    "AttributeDefinitions": [
        {"AttributeName": "owner", "AttributeType": "S"},
        {"AttributeName": "endpoint", "AttributeType": "S"},
        {"AttributeName": "mode", "AttributeType": "S"},
    ],
    "GlobalSecondaryIndexes": [
        {
            "IndexName": "by-mode",
            "KeySchema": [
                {"AttributeName": "mode", "KeyType": "HASH"},
                {"AttributeName": "endpoint", "KeyType": "RANGE"},
            ],
            "Projection": {"ProjectionType": "ALL"},
        }
    ],
}
DELIVERIES: dict[str, Any] = {
    "TableName": "test-deliveries",
    "BillingMode": "PAY_PER_REQUEST",
    "KeySchema": [{"AttributeName": "endpoint", "KeyType": "HASH"}, {"AttributeName": "delivery", "KeyType": "RANGE"}],
    "AttributeDefinitions": [
        {"AttributeName": "endpoint", "AttributeType": "S"},
        {"AttributeName": "delivery", "AttributeType": "S"},
        {"AttributeName": "shard", "AttributeType": "S"},
        {"AttributeName": "dueAt", "AttributeType": "N"},
    ],
    "GlobalSecondaryIndexes": [
        {
            "IndexName": "by-due",
            "KeySchema": [
                {"AttributeName": "shard", "KeyType": "HASH"},
                {"AttributeName": "dueAt", "KeyType": "RANGE"},
            ],
            "Projection": {"ProjectionType": "KEYS_ONLY"},
        }
    ],
}
REQUESTS: dict[str, Any] = {
    "TableName": "test-requests",
    "BillingMode": "PAY_PER_REQUEST",
    "KeySchema": [{"AttributeName": "owner", "KeyType": "HASH"}, {"AttributeName": "request", "KeyType": "RANGE"}],
    "AttributeDefinitions": [
        {"AttributeName": "owner", "AttributeType": "S"},
        {"AttributeName": "request", "AttributeType": "S"},
    ],
}
PARTNERS: dict[str, Any] = {
    "TableName": "test-partners",
    "BillingMode": "PAY_PER_REQUEST",
    "KeySchema": [{"AttributeName": "partner", "KeyType": "HASH"}, {"AttributeName": "item", "KeyType": "RANGE"}],
    "AttributeDefinitions": [
        {"AttributeName": "partner", "AttributeType": "S"},
        {"AttributeName": "item", "AttributeType": "S"},
        {"AttributeName": "list", "AttributeType": "S"},
        {"AttributeName": "createdAt", "AttributeType": "N"},
    ],
    "GlobalSecondaryIndexes": [
        {
            "IndexName": "by-list",
            "KeySchema": [
                {"AttributeName": "list", "KeyType": "HASH"},
                {"AttributeName": "createdAt", "KeyType": "RANGE"},
            ],
            "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["name", "status"]},
        }
    ],
}
WATCHES: dict[str, Any] = {
    "TableName": "test-watches",
    "BillingMode": "PAY_PER_REQUEST",
    "KeySchema": [{"AttributeName": "person", "KeyType": "HASH"}, {"AttributeName": "part", "KeyType": "RANGE"}],
    "AttributeDefinitions": [
        {"AttributeName": "person", "AttributeType": "S"},
        {"AttributeName": "part", "AttributeType": "S"},
    ],
}
BLOCKS: dict[str, Any] = {
    "TableName": "test-blocks",
    "BillingMode": "PAY_PER_REQUEST",
    "KeySchema": [{"AttributeName": "block", "KeyType": "HASH"}, {"AttributeName": "came", "KeyType": "RANGE"}],
    "AttributeDefinitions": [
        {"AttributeName": "block", "AttributeType": "S"},
        {"AttributeName": "came", "AttributeType": "S"},
    ],
}
REFERRALS: dict[str, Any] = {
    "TableName": "test-referrals",
    "BillingMode": "PAY_PER_REQUEST",
    "KeySchema": [{"AttributeName": "item", "KeyType": "HASH"}],
    "AttributeDefinitions": [
        {"AttributeName": "item", "AttributeType": "S"},
        {"AttributeName": "inviter", "AttributeType": "S"},
        {"AttributeName": "redeemedAt", "AttributeType": "N"},
    ],
    "GlobalSecondaryIndexes": [
        {
            "IndexName": "by-inviter",
            "KeySchema": [
                {"AttributeName": "inviter", "KeyType": "HASH"},
                {"AttributeName": "redeemedAt", "KeyType": "RANGE"},
            ],
            "Projection": {"ProjectionType": "ALL"},
        }
    ],
}
CLAIMS: dict[str, Any] = {
    "TableName": "test-claims",
    "BillingMode": "PAY_PER_REQUEST",
    "KeySchema": [{"AttributeName": "person", "KeyType": "HASH"}, {"AttributeName": "claim", "KeyType": "RANGE"}],
    "AttributeDefinitions": [
        {"AttributeName": "person", "AttributeType": "S"},
        {"AttributeName": "claim", "AttributeType": "S"},
        {"AttributeName": "queue", "AttributeType": "S"},
        {"AttributeName": "dueAt", "AttributeType": "N"},
        {"AttributeName": "untold", "AttributeType": "S"},
    ],
    "GlobalSecondaryIndexes": [
        {
            "IndexName": "by-due",
            "KeySchema": [
                {"AttributeName": "queue", "KeyType": "HASH"},
                {"AttributeName": "dueAt", "KeyType": "RANGE"},
            ],
            "Projection": {"ProjectionType": "ALL"},
        },
        {
            "IndexName": "by-untold",
            "KeySchema": [
                {"AttributeName": "untold", "KeyType": "HASH"},
                {"AttributeName": "dueAt", "KeyType": "RANGE"},
            ],
            "Projection": {"ProjectionType": "ALL"},
        },
    ],
}
DEVICES: dict[str, Any] = {
    "TableName": "test-devices",
    "BillingMode": "PAY_PER_REQUEST",
    "KeySchema": [{"AttributeName": "device", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "device", "AttributeType": "S"}],
}
GIFTS: dict[str, Any] = {
    "TableName": "test-gifts",
    "BillingMode": "PAY_PER_REQUEST",
    "KeySchema": [{"AttributeName": "place", "KeyType": "HASH"}, {"AttributeName": "gift", "KeyType": "RANGE"}],
    "AttributeDefinitions": [
        {"AttributeName": "place", "AttributeType": "S"},
        {"AttributeName": "gift", "AttributeType": "S"},
    ],
}
TABLES = (
    VERIFICATIONS,
    *(
        LEDGER,
        CATALOG,
        PEOPLE,
        UPLOADS,
        BUDGETS,
        PROGRESS,
        OFFLINE,
        RATES,
        SWITCHES,
        PARKED,
        CASES,
        DUE,
        RULESETS,
        SPLITS,
        RUNS,
    ),
    *(NOTICES, MAILS, ORDERS, PARTNERS, REQUESTS, ENDPOINTS, DELIVERIES),
    *(WATCHES, CLAIMS, CAMPAIGNS, DEVICES, GIFTS, BLOCKS, REFERRALS, PAYOUTS),
)
