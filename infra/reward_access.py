"""Access to what rewards are given with: part of the names that :mod:`infra.access` resolves."""

from __future__ import annotations

from collections.abc import Callable

from infra.grants import Access, in_table, index, on
from infra.resources import Resources


def _claims(*operations: str) -> Callable[[Resources], Access]:
    """Operations on rewards that wait, and the list of those whose time has come, or that wait for a reviewer."""

    def give(resources: Resources) -> Access:
        claims = resources.tables.claims
        return Access((on(claims, *operations), index(claims, "by-due")), {"CLAIMS_TABLE": claims.table_name})

    return give


REWARDS: dict[str, Callable[[Resources], Access]] = {
    "watches:write": in_table("watches", "GetItem", "PutItem"),
    # What a viewer has claimed is never deleted by us: it counts against caps until it is forgotten.
    "claims:write": in_table("claims", "Query", "GetItem", "PutItem", "UpdateItem"),
    "claims:vest": _claims("UpdateItem"),
    "claims:review": _claims("GetItem", "UpdateItem"),
    "devices:write": in_table("devices", "GetItem", "PutItem"),
}
