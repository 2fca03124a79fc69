"""Access to what creators are paid by: part of the names that :mod:`infra.access` resolves."""

from __future__ import annotations

from collections.abc import Callable

from infra.grants import Access, in_table
from infra.resources import Resources

REVENUE: dict[str, Callable[[Resources], Access]] = {
    "splits:read": in_table("splits", "Query"),
    # No version is ever deleted, and changed only by its approval: what was carried names the one it was divided by.
    "splits:write": in_table("splits", "Query", "PutItem", "UpdateItem"),
}
