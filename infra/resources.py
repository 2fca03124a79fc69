"""What functions reach, as the stacks that own it hand it on. Permissions are :mod:`infra.access`'s."""

from __future__ import annotations

from dataclasses import dataclass

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs

from infra.config import StageConfig

LIVE = "live"
"""The alias of each workflow by which it is started: it names the newest version."""


@dataclass(frozen=True)
class Tables:
    """All tables."""

    ledger: dynamodb.ITable
    catalog: dynamodb.ITable
    uploads: dynamodb.ITable
    budgets: dynamodb.ITable
    progress: dynamodb.ITable
    offline: dynamodb.ITable
    people: dynamodb.ITable
    verifications: dynamodb.ITable
    rates: dynamodb.ITable
    rulesets: dynamodb.ITable
    switches: dynamodb.ITable
    parked: dynamodb.ITable
    due: dynamodb.ITable
    cases: dynamodb.ITable
    notices: dynamodb.ITable
    mails: dynamodb.ITable
    watches: dynamodb.ITable
    claims: dynamodb.ITable
    devices: dynamodb.ITable
    blocks: dynamodb.ITable
    referrals: dynamodb.ITable
    splits: dynamodb.ITable
    gifts: dynamodb.ITable
    runs: dynamodb.ITable
    campaigns: dynamodb.ITable
    orders: dynamodb.ITable
    payouts: dynamodb.ITable
    partners: dynamodb.ITable
    requests: dynamodb.ITable
    endpoints: dynamodb.ITable
    deliveries: dynamodb.ITable


@dataclass(frozen=True)
class Buckets:
    """The nine buckets."""

    uploads: s3.Bucket
    media: s3.Bucket
    pages: s3.Bucket
    logs: s3.Bucket
    failures: s3.Bucket
    exports: s3.Bucket
    anchors: s3.Bucket
    reports: s3.Bucket
    sanctions: s3.Bucket


@dataclass(frozen=True)
class Secret:
    """A secret that functions read by its id, and the ARN that it is read under."""

    id: str
    arn: str


@dataclass(frozen=True)
class WebhookQueues:
    """Events that are to be fanned out, and deliveries that are due, by lane."""

    events: sqs.IQueue
    fast: sqs.IQueue
    slow: sqs.IQueue


@dataclass(frozen=True)
class Signing:
    """What signs playback grants: the key in use, and the group of all keys that the distribution accepts.

    ``public_keys`` are the group's keys, the one in use first: CloudFront's id, and the base64 of the DER.
    """

    key_id: str
    key_group_id: str
    public_keys: tuple[tuple[str, str], ...]
    secret: Secret


@dataclass(frozen=True)
class Transcoder:
    """MediaConvert's queue and the role that it assumes."""

    queue_arn: str
    role_arn: str
    jobs_arn: str


@dataclass(frozen=True)
class Identity:
    """Whose access tokens are accepted."""

    issuer: str
    keys_url: str
    client_id: str
    pool_id: str
    pool_arn: str


@dataclass(frozen=True)
class Resources:
    """Everything stateful, and the alarm's action. ``identity`` is unset for the function that Cognito itself calls."""

    config: StageConfig
    tables: Tables
    request_secret: Secret
    endpoint_key: Secret
    stripe_key: Secret
    webhook_secrets: Secret
    partner_keys: Secret
    payments: sqs.IQueue
    webhooks: WebhookQueues
    bus: events.IEventBus
    buckets: Buckets
    signing: Signing
    transcoder: Transcoder
    alarm_action: cloudwatch.IAlarmAction
    identity: Identity | None = None
