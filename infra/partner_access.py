"""Access to partners, their requests and the keys of their clients' tokens; a part of :mod:`infra.access`."""

from __future__ import annotations

from collections.abc import Callable

from infra.grants import Access, in_table, index, on, reading
from infra.resources import Resources


def _partners_write(resources: Resources) -> Access:
    """Partners, their members and clients, made, changed and removed, and the list of all partners."""
    partners = resources.tables.partners
    grants = (on(partners, "PutItem", "UpdateItem", "DeleteItem"), index(partners, "by-list"))
    return Access(grants, {"PARTNERS_TABLE": partners.table_name})


def _partner_keys_read(resources: Resources) -> Access:
    """What clients' tokens are signed with and verified by."""
    secret = resources.partner_keys
    return Access((reading(secret),), {"PARTNER_KEYS": secret.id})


PARTNERS: dict[str, Callable[[Resources], Access]] = {
    # Who serves partners asks who they are, and whether they are there still.
    "partners:read": in_table("partners", "Query", "GetItem"),
    "partners:write": _partners_write,
    "requests:log": in_table("requests", "PutItem", "UpdateItem"),
    "requests:read": in_table("requests", "Query"),
    "partner-keys:read": _partner_keys_read,
}
"""By access name."""
