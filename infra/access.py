"""From an access name of :mod:`cliffhanger.functions` to exact actions on exact resources, and the settings they need.

A function can do what its access names say and nothing else: its role takes no policy from anywhere but here and its
trigger. The same name gives the settings that name those resources, so that permission and setting cannot drift apart.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam

from infra.constructs.buckets import objects_of
from infra.resources import Resources, Secret

Conditions = Mapping[str, Mapping[str, Any]]


class AccessError(Exception):
    """A function asks for an access that does not exist, or that its stack cannot give."""


@dataclass(frozen=True)
class Grant:
    """One statement that allows: all of these actions on all of these resources."""

    actions: tuple[str, ...]
    resources: tuple[str, ...]
    conditions: Conditions = field(default_factory=dict)

    def statement(self) -> iam.PolicyStatement:
        """The grant as a policy statement."""
        return iam.PolicyStatement(
            actions=list(self.actions), resources=list(self.resources), conditions=dict(self.conditions) or None
        )


@dataclass(frozen=True)
class Access:
    """What one access name gives: permissions, and the settings that name their resources."""

    grants: tuple[Grant, ...] = ()
    settings: Mapping[str, str] = field(default_factory=dict)


def access(name: str, resources: Resources) -> Access:
    """Resolve one access name.

    Raises:
        AccessError: there is no such name, or this stack cannot give it.
    """
    try:
        give = _ACCESS[name]
    except KeyError:
        raise AccessError(f"There is no access {name}; there are {', '.join(sorted(_ACCESS))}") from None
    return give(resources)


def access_names() -> frozenset[str]:
    """Every access name that exists."""
    return frozenset(_ACCESS)


def combined(names: tuple[str, ...], resources: Resources) -> Access:
    """Everything that several access names give together.

    Raises:
        AccessError: a name does not exist, or cannot be given.
    """
    given = [access(name, resources) for name in names]
    settings: dict[str, str] = {}
    for one in given:
        settings |= one.settings
    return Access(tuple(grant for one in given for grant in one.grants), settings)


def _on(table: dynamodb.ITable, *operations: str) -> Grant:
    """Operations on a table itself."""
    return Grant(tuple(f"dynamodb:{operation}" for operation in operations), (table.table_arn,))


def _in(name: str, *operations: str) -> Callable[[Resources], Access]:
    """Operations on the table of that name, without any index, and the setting that names it."""

    def give(resources: Resources) -> Access:
        table: dynamodb.ITable = getattr(resources.tables, name)
        return Access((_on(table, *operations),), {f"{name.upper()}_TABLE": table.table_name})

    return give


def _index(table: dynamodb.ITable, index: str) -> Grant:
    """Queries of one index of a table."""
    return Grant(("dynamodb:Query",), (f"{table.table_arn}/index/{index}",))


def _reading(secret: Secret) -> Grant:
    """The value of one secret."""
    return Grant(("secretsmanager:GetSecretValue",), (secret.arn,))


def _tokens_verify(resources: Resources) -> Access:
    """Verification needs addresses, no permission: the issuer's keys are public."""
    identity = resources.identity
    if identity is None:
        raise AccessError("tokens:verify is for functions outside the identity stack, whose pool it names")
    return Access(
        settings={
            "TOKEN_ISSUER": identity.issuer,
            "TOKEN_CLIENTS": identity.client_id,
            "TOKEN_KEYS_URL": identity.keys_url,
        }
    )


def _ledger(*operations: str) -> Callable[[Resources], Access]:
    """Operations on the ledger, and queries of its references.

    No access gives ``DeleteItem``, and only ``ledger:settle`` gives ``UpdateItem``: an entry's marks are all that ever
    changes.
    """

    def give(resources: Resources) -> Access:
        ledger = resources.tables.ledger
        return Access((_on(ledger, *operations), _index(ledger, "by-reference")), {"LEDGER_TABLE": ledger.table_name})

    return give


def _catalog_read(resources: Resources) -> Access:
    """One series, or the shelf."""
    catalog = resources.tables.catalog
    grants = (_on(catalog, "GetItem", "Query"), _index(catalog, "by-shelf"))
    return Access(grants, {"CATALOG_TABLE": catalog.table_name})


def _catalog_write(resources: Resources) -> Access:
    """One series' page, read and changed, and the list of its owner's series."""
    catalog = resources.tables.catalog
    grants = (_on(catalog, "GetItem", "Query", "PutItem", "UpdateItem"), _index(catalog, "by-owner"))
    return Access(grants, {"CATALOG_TABLE": catalog.table_name})


def _media_read(resources: Resources) -> Access:
    """Published playlists and renditions."""
    media = resources.buckets.media
    return Access((Grant(("s3:GetObject",), (objects_of(media, "media/*"),)),), {"MEDIA_BUCKET": media.bucket_name})


def _signing_key_read(resources: Resources) -> Access:
    """The private key in use, all public ones, and what a grant says besides its signature."""
    signing = resources.signing
    settings = {
        "SIGNING_KEY_SECRET": signing.secret.id,
        "SIGNING_KEY_ID": signing.key_id,
        "SIGNING_PUBLIC_KEYS": json.dumps(dict(signing.public_keys), separators=(",", ":")),
    }
    if resources.config.public_origin:
        settings["PUBLIC_ORIGIN"] = resources.config.public_origin
    return Access((_reading(signing.secret),), settings)


def _request_secret_read(resources: Resources) -> Access:
    """What cursors are signed with and idempotency references are made of."""
    secret = resources.request_secret
    return Access((_reading(secret),), {"REQUEST_SECRET": secret.id})


def _uploads_write(resources: Resources) -> Access:
    """Uploads and their jobs."""
    uploads = resources.tables.uploads
    return Access((_on(uploads, "GetItem", "PutItem", "UpdateItem"),), {"UPLOADS_TABLE": uploads.table_name})


def _uploads_presign(resources: Resources) -> Access:
    """A presigned form can do what its signer can: put a source, nothing else."""
    bucket = resources.buckets.uploads
    return Access(
        (Grant(("s3:PutObject",), (objects_of(bucket, "uploads/*"),)),), {"UPLOADS_BUCKET": bucket.bucket_name}
    )


def _uploads_fetch(resources: Resources) -> Access:
    """Sources, read or probed. ``mediaconvert:Probe`` knows no resource; it reads with the caller's own permission."""
    bucket = resources.buckets.uploads
    return Access(
        (Grant(("s3:GetObject",), (objects_of(bucket, "uploads/*"),)), Grant(("mediaconvert:Probe",), ("*",))),
        {"UPLOADS_BUCKET": bucket.bucket_name},
    )


def _transcoder_submit(resources: Resources) -> Access:
    """Jobs on our queue, run under our role, which only MediaConvert can be given."""
    transcoder = resources.transcoder
    return Access(
        (
            Grant(("mediaconvert:CreateJob",), (transcoder.queue_arn,)),
            Grant(("mediaconvert:GetJob",), (transcoder.jobs_arn,)),
            Grant(
                ("iam:PassRole",),
                (transcoder.role_arn,),
                {"StringEquals": {"iam:PassedToService": "mediaconvert.amazonaws.com"}},
            ),
        ),
        {
            "TRANSCODE_QUEUE": transcoder.queue_arn,
            "TRANSCODE_ROLE": transcoder.role_arn,
            "MEDIA_BUCKET": resources.buckets.media.bucket_name,
        },
    )


def _ledger_export(resources: Resources) -> Access:
    """Exports of the ledger's table, which DynamoDB writes with the caller's own permission, and reading them."""
    ledger, bucket = resources.tables.ledger, resources.buckets.exports
    objects = objects_of(bucket, "anchor/*")
    return Access(
        (
            _on(ledger, "ExportTableToPointInTime"),
            Grant(("s3:PutObject", "s3:AbortMultipartUpload", "s3:GetObject"), (objects,)),
        ),
        {"LEDGER_ARN": ledger.table_arn, "EXPORTS_BUCKET": bucket.bucket_name},
    )


def _anchors_write(resources: Resources) -> Access:
    """Anchors, put and read. Object Lock keeps what was put; no access gives a deletion, or a way around the lock."""
    bucket = resources.buckets.anchors
    return Access(
        (
            Grant(("s3:PutObject", "s3:GetObject"), (objects_of(bucket, "days/*"),)),
            Grant(("s3:ListBucket",), (bucket.bucket_arn,)),
        ),
        {"ANCHORS_BUCKET": bucket.bucket_name},
    )


def _events_publish(resources: Resources) -> Access:
    """The product's own bus."""
    bus = resources.bus
    return Access((Grant(("events:PutEvents",), (bus.event_bus_arn,)),), {"EVENT_BUS": bus.event_bus_name})


def _people_map(resources: Resources) -> Access:
    """From a Cognito subject to a person, made at the first sign-in and never changed."""
    people = resources.tables.people
    return Access((_on(people, "GetItem", "PutItem"),), {"PEOPLE_TABLE": people.table_name})


def _people_write(resources: Resources) -> Access:
    """What a person tells of themselves; a row that was erased under a valid token is made anew, as at a sign-in."""
    people = resources.tables.people
    return Access((_on(people, "GetItem", "PutItem", "UpdateItem"),), {"PEOPLE_TABLE": people.table_name})


def _rates_count(resources: Resources) -> Access:
    """One more request of a caller: counting answers with the count, so nothing is ever read."""
    rates = resources.tables.rates
    return Access((_on(rates, "UpdateItem"),), {"RATES_TABLE": rates.table_name})


def _cases_write(resources: Resources) -> Access:
    """What support has asked for, and the list of what awaits a second person. No case is ever deleted."""
    cases = resources.tables.cases
    grants = (_on(cases, "GetItem", "PutItem", "UpdateItem"), _index(cases, "by-status"))
    return Access(grants, {"CASES_TABLE": cases.table_name})


_ACCESS: dict[str, Callable[[Resources], Access]] = {
    "tokens:verify": _tokens_verify,
    "ledger:read": _ledger("GetItem", "Query"),
    "ledger:append": _ledger("GetItem", "Query", "PutItem"),
    "ledger:settle": _ledger("GetItem", "Query", "PutItem", "UpdateItem"),
    "catalog:read": _catalog_read,
    "catalog:write": _catalog_write,
    "media:read": _media_read,
    "signing-key:read": _signing_key_read,
    "uploads:write": _uploads_write,
    "uploads:presign": _uploads_presign,
    "uploads:fetch": _uploads_fetch,
    "transcoder:submit": _transcoder_submit,
    "ledger:export": _ledger_export,
    "anchors:write": _anchors_write,
    "events:publish": _events_publish,
    "progress:read": _in("progress", "GetItem"),
    "progress:write": _in("progress", "GetItem", "Query", "PutItem"),
    "offline:write": _in("offline", "GetItem", "PutItem"),
    "people:map": _people_map,
    "people:write": _people_write,
    "request-secret:read": _request_secret_read,
    "rates:count": _rates_count,
    "switches:read": _in("switches", "GetItem"),
    "switches:write": _in("switches", "GetItem", "PutItem"),
    # Consumers add, and cannot read; a replay takes away what was taken, and notes what was tried in vain once more.
    "parked:park": _in("parked", "UpdateItem"),
    "parked:replay": _in("parked", "Query", "GetItem", "UpdateItem", "DeleteItem"),
    "cases:write": _cases_write,
}
