"""Every environment variable the product reads, and the one way to read it.

Names are unique across functions. Nothing is read on import: a missing setting fails the first call that needs it,
with its own name, rather than every call of a function that may not.
"""

from __future__ import annotations

import os

from cliffhanger.errors import SettingMissing

SETTINGS: dict[str, str] = {
    "STAGE": "name of the stage, for logs and metrics",
    "LOG_LEVEL": "lowest level that is logged; INFO when unset",
    "LEDGER_TABLE": "DynamoDB table of entries",
    "ORDERS_TABLE": "DynamoDB table of orders, and of who has saved a card",
    "CATALOG_TABLE": "DynamoDB table of series and episodes",
    "UPLOADS_TABLE": "DynamoDB table of uploads and their jobs",
    "OFFLINE_TABLE": "DynamoDB table of episodes that viewers' devices keep",
    "PROGRESS_TABLE": "DynamoDB table of where viewers stopped",
    "BUDGETS_TABLE": "DynamoDB table of what is promised of each month's transcoding budgets",
    "PEOPLE_TABLE": "DynamoDB table that alone maps a Cognito subject to a person id",
    "VERIFICATIONS_TABLE": "DynamoDB table of who is verified, and of what was decided",
    "SANCTIONS_BUCKET": "S3 bucket of lists of sanctions",
    "SYNTHETIC_LISTS": "`allowed` where the list that ships may clear people, as no real money leaves; else `refused`",
    "KYC_WORKFLOW": "Step Functions alias of the workflow that verifies people",
    "RATES_TABLE": "DynamoDB table of requests counted per caller and minute",
    "RULESETS_TABLE": "DynamoDB table of the rules of rewards, and which are active",
    "SWITCHES_TABLE": "DynamoDB table of what is switched off",
    "PARKED_TABLE": "DynamoDB table of entries that a stream consumer could not take",
    "DUE_TABLE": "DynamoDB table of accounts on which something is due, and when",
    "CASES_TABLE": "DynamoDB table of what support has asked for, done or not",
    "NOTICES_TABLE": "DynamoDB table of what a payment provider has told us",
    "PAYMENTS_QUEUE_URL": "SQS queue of notices to be worked off",
    "STRIPE_SECRET": "Secrets Manager id of the key to Stripe's API",
    "STRIPE_API_BASE": "where Stripe's API is, if not at Stripe's; only on one machine",
    "WEBHOOK_SECRET": "Secrets Manager id of what Stripe signs its webhooks with",
    "ENDPOINTS_TABLE": "DynamoDB table of partners' endpoints",
    "DELIVERIES_TABLE": "DynamoDB table of what is delivered to them",
    "DELIVERIES_QUEUE_URL": "SQS queue of deliveries that are due",
    "SLOW_DELIVERIES_QUEUE_URL": "SQS queue of those that others must not wait behind",
    "ENDPOINT_KEY": "Secrets Manager id of what the secrets of endpoints are derived from; never rotated",
    "WEBHOOK_NETWORKS": "networks that webhooks may go to though not public, with commas between; only on one machine",
    "WEBHOOK_CA": "file of certificates that receivers may show beside the system's; only on one machine",
    "PARTNERS_TABLE": "DynamoDB table of partners, their members and clients",
    "REQUESTS_TABLE": "DynamoDB table of partners' requests, and of how many there were on a day",
    "PARTNER_KEYS": "Secrets Manager id of the keys that sign clients' tokens",
    "MAILS_TABLE": "DynamoDB table of which receipts were sent",
    "WATCHES_TABLE": "DynamoDB table of what stands of viewers' watching",
    "CLAIMS_TABLE": "DynamoDB table of rewards that wait for their time or a reviewer",
    "RUNS_TABLE": "DynamoDB table of how far the waterfall of each day has come",
    "SPLITS_TABLE": "DynamoDB table of who shares in what a series earns",
    "BLOCKS_TABLE": "DynamoDB table of who has come to which address block, by digests",
    "REFERRALS_TABLE": "DynamoDB table of invitations, and of who has redeemed one",
    "CAMPAIGNS_TABLE": "DynamoDB table of campaigns, and of whom and what they are told of",
    "DEVICES_TABLE": "DynamoDB table of which viewers claim from a device",
    "AD_PLACEMENTS": "JSON object of placements of ads by name: the ad unit, and on one machine what plays it",
    "AD_KEYS_URL": "where the ad network keeps the public keys of its callbacks",
    "GIFTS_TABLE": "DynamoDB table of the latest gifts of episodes",
    "PAYOUTS_TABLE": "DynamoDB table of payouts, and of where creators' money goes",
    "PAYOUT_HOLD_DAYS": "days that what came in stays on a creator's account before it can be paid out",
    "PAYOUT_WORKFLOW": "ARN of the alias by which the workflow of payouts is started",
    "USER_POOL": "Cognito's id of the user pool, to ask it for an address",
    "EMAIL_FROM": "address that receipts are sent from; without it none is sent",
    "REQUEST_SECRET": "Secrets Manager id of the secret behind cursors and idempotency references; never rotated",
    "UPLOADS_BUCKET": "S3 bucket that receives videos from creators",
    "MEDIA_BUCKET": "S3 bucket of published renditions and playlists",
    "LEDGER_ARN": "ARN of the same table, to export it by",
    "EXPORTS_BUCKET": "S3 bucket that tables are exported to",
    "REPORTS_BUCKET": "S3 bucket of reconciled days' reports and of creators' statements",
    "ANCHORS_BUCKET": "S3 bucket of the days' anchors; what is there can be neither changed nor deleted",
    "EVENT_BUS": "EventBridge bus of the product's own events",
    "PUBLIC_ORIGIN": "scheme and host that viewers use, without a trailing slash",
    "ORIGIN_DIGESTS": "comma-separated SHA-256 hex digests of the accepted origin secrets",
    "TOKEN_ISSUER": "issuer that access tokens must name",
    "TOKEN_CLIENTS": "comma-separated Cognito app client ids whose tokens are accepted",
    "TOKEN_KEYS_URL": "address of the issuer's JSON Web Key Set",
    "SIGNING_KEY_SECRET": "Secrets Manager id of the private key that signs playback grants",
    "SIGNING_KEY_ID": "CloudFront's id of the matching public key",
    "SIGNING_PUBLIC_KEYS": "JSON object of every accepted public key, by CloudFront's id: the base64 of its DER",
    "TRANSCODE_ROLE": "IAM role that MediaConvert assumes",
    "TRANSCODE_QUEUE": "MediaConvert queue",
    "TRANSCODE_BUDGET": "micro-USD that all creators together may spend on transcoding in a month",
    "TRANSCODE_CREATOR_BUDGET": "micro-USD that one creator may spend on transcoding in a month",
}


def read(name: str) -> str:
    """The value of a setting.

    Raises:
        SettingMissing: it is not set, or is empty.
    """
    value = os.environ.get(name, "")
    if not value:
        raise SettingMissing(name)
    return value
