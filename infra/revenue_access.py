"""Access to what creators are paid by: part of the names that :mod:`infra.access` resolves."""

from __future__ import annotations

from collections.abc import Callable

from infra.constructs.buckets import objects_of
from infra.grants import Access, Grant, in_table
from infra.resources import Resources


def _statements(*actions: str) -> Callable[[Resources], Access]:
    """Creators' statements, and their list; no access gives a deletion."""

    def give(resources: Resources) -> Access:
        bucket = resources.buckets.reports
        grants = (
            Grant(actions, (objects_of(bucket, "statements/*"),)),
            Grant(("s3:ListBucket",), (bucket.bucket_arn,)),
        )
        return Access(grants, {"REPORTS_BUCKET": bucket.bucket_name})

    return give


def _catalog_go_through(resources: Resources) -> Access:
    """All series one after another, from the index that has of each page its owner and hardly more."""
    catalog = resources.tables.catalog
    return Access(
        (Grant(("dynamodb:Scan",), (f"{catalog.table_arn}/index/by-owner",)),), {"CATALOG_TABLE": catalog.table_name}
    )


REVENUE: dict[str, Callable[[Resources], Access]] = {
    "splits:read": in_table("splits", "Query"),
    # No version is ever deleted, and changed only by its approval: what was carried names the one it was divided by.
    "splits:write": in_table("splits", "Query", "PutItem", "UpdateItem"),
    "runs:write": in_table("runs", "GetItem", "PutItem"),
    "catalog:go-through": _catalog_go_through,
    "statements:read": _statements("s3:GetObject"),
    "statements:write": _statements("s3:PutObject", "s3:GetObject"),
}
