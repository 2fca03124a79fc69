"""Access to verifications and their workflow: part of the names that :mod:`infra.access` resolves."""

from __future__ import annotations

from collections.abc import Callable

from infra.constructs.buckets import objects_of
from infra.grants import Access, Grant, in_table, index, on
from infra.payout_access import workflow
from infra.resources import Resources


def _decide(resources: Resources) -> Access:
    """Records and decisions, and the lists of those that are due or behind. Nothing is ever deleted."""
    table, origin = resources.tables.verifications, resources.config.public_origin
    grants = (
        on(table, "GetItem", "Query", "PutItem"),
        index(table, "by-due"),
        index(table, "by-edition"),
    )
    settings = {"VERIFICATIONS_TABLE": table.table_name, **({"PUBLIC_ORIGIN": origin} if origin else {})}
    return Access(grants, settings)


def _sanctions(resources: Resources) -> Access:
    """Lists of sanctions, read; operators put them there by their own means."""
    bucket = resources.buckets.sanctions
    grants = (
        Grant(("s3:GetObject",), (objects_of(bucket, "lists/*"),)),
        Grant(("s3:ListBucket",), (bucket.bucket_arn,)),
    )
    synthetic = "allowed" if resources.config.synthetic_lists else "refused"
    return Access(grants, {"SANCTIONS_BUCKET": bucket.bucket_name, "SYNTHETIC_LISTS": synthetic})


KYC: dict[str, Callable[[Resources], Access]] = {
    # Whoever lets money leave asks how a person stands.
    "verifications:read": in_table("verifications", "GetItem"),
    "verifications:decide": _decide,
    "sanctions:read": _sanctions,
    "kyc-workflow:start": workflow("kyc", "states:StartExecution"),
    "kyc-workflow:answer": workflow("kyc", "states:SendTaskSuccess"),
}
