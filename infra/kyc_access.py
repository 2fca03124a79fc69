"""Access to verifications: part of the names that :mod:`infra.access` resolves."""

from __future__ import annotations

from collections.abc import Callable

from infra.grants import Access, in_table
from infra.resources import Resources

KYC: dict[str, Callable[[Resources], Access]] = {
    # Whoever lets money leave asks how a person stands.
    "verifications:read": in_table("verifications", "GetItem"),
}
