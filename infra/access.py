"""From an access name of :mod:`cliffhanger.functions` to exact actions on exact resources, and the settings they need.

A function can do what its access names say and nothing else: its role takes no policy from anywhere but here and its
trigger. The same name gives the settings that name those resources, so that permission and setting cannot drift apart.
"""

from __future__ import annotations

import json
from collections.abc import Callable

from infra.constructs.buckets import objects_of
from infra.grants import Access, AccessError, Grant, in_table, index, on, reading
from infra.kyc_access import KYC
from infra.media_access import MEDIA
from infra.partner_access import PARTNERS
from infra.payout_access import PAYOUTS
from infra.resources import Resources
from infra.revenue_access import REVENUE
from infra.reward_access import REWARDS
from infra.tip_access import TIPS
from infra.webhook_access import WEBHOOKS


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
        return Access((on(ledger, *operations), index(ledger, "by-reference")), {"LEDGER_TABLE": ledger.table_name})

    return give


def _catalog_read(resources: Resources) -> Access:
    """One series, or the shelf."""
    catalog = resources.tables.catalog
    grants = (on(catalog, "GetItem", "Query"), index(catalog, "by-shelf"))
    return Access(grants, {"CATALOG_TABLE": catalog.table_name})


def _catalog_write(resources: Resources) -> Access:
    """One series' page, read and changed, and the list of its owner's series."""
    catalog = resources.tables.catalog
    grants = (on(catalog, "GetItem", "Query", "PutItem", "UpdateItem"), index(catalog, "by-owner"))
    return Access(grants, {"CATALOG_TABLE": catalog.table_name})


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
    return Access((reading(signing.secret),), settings)


def _request_secret_read(resources: Resources) -> Access:
    """What cursors are signed with and idempotency references are made of."""
    secret = resources.request_secret
    return Access((reading(secret),), {"REQUEST_SECRET": secret.id})


def _ledger_export(resources: Resources) -> Access:
    """Exports of the ledger's table, which DynamoDB writes with the caller's own permission, and reading them."""
    ledger, bucket = resources.tables.ledger, resources.buckets.exports
    objects = objects_of(bucket, "anchor/*")
    return Access(
        (
            on(ledger, "ExportTableToPointInTime", "DescribeContinuousBackups"),
            Grant(("s3:PutObject", "s3:AbortMultipartUpload", "s3:GetObject"), (objects,)),
        ),
        {"LEDGER_ARN": ledger.table_arn, "EXPORTS_BUCKET": bucket.bucket_name},
    )


def _exports_read(resources: Resources) -> Access:
    """The days' exports that anchors are made of."""
    bucket = resources.buckets.exports
    grants = (
        Grant(("s3:GetObject",), (objects_of(bucket, "anchor/*"),)),
        Grant(("s3:ListBucket",), (bucket.bucket_arn,)),
    )
    return Access(grants, {"EXPORTS_BUCKET": bucket.bucket_name})


def _reports_write(resources: Resources) -> Access:
    """Reports of reconciled days, put and read; no access gives a deletion."""
    bucket = resources.buckets.reports
    objects = objects_of(bucket, "reconciled/*")
    grants = (Grant(("s3:PutObject", "s3:GetObject"), (objects,)), Grant(("s3:ListBucket",), (bucket.bucket_arn,)))
    return Access(grants, {"REPORTS_BUCKET": bucket.bucket_name})


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


def _payments_send(resources: Resources) -> Access:
    """Messages for whoever works notices off."""
    queue = resources.payments
    return Access((Grant(("sqs:SendMessage",), (queue.queue_arn,)),), {"PAYMENTS_QUEUE_URL": queue.queue_url})


def _stripe_key_read(resources: Resources) -> Access:
    """The key to Stripe's API, and where that is, if not at Stripe's."""
    secret, base = resources.stripe_key, resources.config.endpoints.stripe_api_base
    return Access((reading(secret),), {"STRIPE_SECRET": secret.id, **({"STRIPE_API_BASE": base} if base else {})})


def _webhook_secret_read(resources: Resources) -> Access:
    """What Stripe signs its webhooks with; not its key, which a function that everybody can call must not read."""
    secret = resources.webhook_secrets
    return Access((reading(secret),), {"WEBHOOK_SECRET": secret.id})


def _people_map(resources: Resources) -> Access:
    """From a Cognito subject to a person, made at the first sign-in and never changed, and when they signed in last."""
    people = resources.tables.people
    return Access((on(people, "GetItem", "PutItem", "UpdateItem"),), {"PEOPLE_TABLE": people.table_name})


def _people_write(resources: Resources) -> Access:
    """What a person tells of themselves; a row that was erased under a valid token is made anew, as at a sign-in."""
    people = resources.tables.people
    return Access((on(people, "GetItem", "PutItem", "UpdateItem"),), {"PEOPLE_TABLE": people.table_name})


def _people_address(resources: Resources) -> Access:
    """From a person to their subject and language, and from that to the address, which only the user pool knows."""
    people, identity = resources.tables.people, resources.identity
    if identity is None:
        raise AccessError("people:address is for functions outside the identity stack, whose pool it asks")
    grants = (index(people, "by-person"), Grant(("cognito-idp:AdminGetUser",), (identity.pool_arn,)))
    return Access(grants, {"PEOPLE_TABLE": people.table_name, "USER_POOL": identity.pool_id})


def _mails_send(resources: Resources) -> Access:
    """Marks of what was sent, and sending as the stage's one address; without one there is nothing to send as."""
    mails, config = resources.tables.mails, resources.config
    settings = {"MAILS_TABLE": mails.table_name}
    grants = [on(mails, "GetItem", "PutItem", "UpdateItem")]
    if config.email_from is not None:
        identity = mails.stack.format_arn(
            service="ses", resource="identity", resource_name=config.email_from.rpartition("@")[2]
        )
        # The emulator knows no such condition, and would refuse every mail for it.
        as_us = {} if config.is_local else {"StringEquals": {"ses:FromAddress": config.email_from}}
        grants.append(Grant(("ses:SendEmail",), (identity,), as_us))
        settings["EMAIL_FROM"] = config.email_from
    if config.public_origin:
        settings["PUBLIC_ORIGIN"] = config.public_origin
    return Access(tuple(grants), settings)


def _rates_count(resources: Resources) -> Access:
    """One more request of a caller: counting answers with the count, so nothing is ever read."""
    rates = resources.tables.rates
    return Access((on(rates, "UpdateItem"),), {"RATES_TABLE": rates.table_name})


def _cases_write(resources: Resources) -> Access:
    """What support has asked for, and the list of what awaits a second person. No case is ever deleted."""
    cases = resources.tables.cases
    grants = (on(cases, "GetItem", "PutItem", "UpdateItem"), index(cases, "by-status"))
    return Access(grants, {"CASES_TABLE": cases.table_name})


def _orders(*operations: str, due: bool = False) -> Callable[[Resources], Access]:
    """Orders of people, and where the payer comes back to; with ``due`` also refunds that wait for an answer."""

    def give(resources: Resources) -> Access:
        orders, origin = resources.tables.orders, resources.config.public_origin
        grants = (on(orders, *operations), *((index(orders, "by-due"),) if due else ()))
        return Access(grants, {"ORDERS_TABLE": orders.table_name, **({"PUBLIC_ORIGIN": origin} if origin else {})})

    return give


_ACCESS: dict[str, Callable[[Resources], Access]] = {
    **KYC,
    **MEDIA,
    **PARTNERS,
    **REVENUE,
    **PAYOUTS,
    **REWARDS,
    **TIPS,
    **WEBHOOKS,
    "tokens:verify": _tokens_verify,
    "ledger:read": _ledger("GetItem", "Query"),
    "ledger:append": _ledger("GetItem", "Query", "PutItem"),
    "ledger:settle": _ledger("GetItem", "Query", "PutItem", "UpdateItem"),
    "catalog:read": _catalog_read,
    "catalog:write": _catalog_write,
    "signing-key:read": _signing_key_read,
    "ledger:export": _ledger_export,
    "anchors:write": _anchors_write,
    "exports:read": _exports_read,
    "reports:write": _reports_write,
    "events:publish": _events_publish,
    "progress:read": in_table("progress", "GetItem"),
    "progress:write": in_table("progress", "GetItem", "Query", "PutItem"),
    "offline:write": in_table("offline", "GetItem", "PutItem"),
    "people:map": _people_map,
    "people:write": _people_write,
    # Nobody but the row of a refund that the provider has answered is ever deleted.
    "orders:write": _orders("GetItem", "Query", "PutItem", "UpdateItem", "DeleteItem"),
    "orders:tell": in_table("orders", "GetItem", "UpdateItem"),
    "orders:sweep": _orders("GetItem", "DeleteItem", due=True),
    "request-secret:read": _request_secret_read,
    "rates:count": _rates_count,
    "rule-sets:read": in_table("rulesets", "GetItem", "Query"),
    # Nothing of it is ever changed or deleted: what was in force when is the record of why something was paid.
    "rule-sets:write": in_table("rulesets", "GetItem", "Query", "PutItem"),
    "switches:read": in_table("switches", "GetItem"),
    "switches:write": in_table("switches", "GetItem", "PutItem"),
    # Consumers add, and cannot read; a replay takes away what was taken, and notes what was tried in vain once more.
    "parked:park": in_table("parked", "UpdateItem"),
    "parked:read": in_table("parked", "Query"),
    "parked:replay": in_table("parked", "Query", "GetItem", "UpdateItem", "DeleteItem"),
    "due:wait": in_table("due", "UpdateItem"),
    "due:sweep": in_table("due", "Query", "GetItem", "UpdateItem", "DeleteItem"),
    "cases:write": _cases_write,
    # Who records a notice looks at it only when it is there already; no access gives a deletion.
    "notices:record": in_table("notices", "GetItem", "PutItem"),
    "notices:work": in_table("notices", "Query", "GetItem", "PutItem", "UpdateItem"),
    "payments:send": _payments_send,
    "stripe-key:read": _stripe_key_read,
    "webhook-secret:read": _webhook_secret_read,
    "people:address": _people_address,
    "mails:send": _mails_send,
}
