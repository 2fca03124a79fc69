"""Access to what rewards are given with: part of the names that :mod:`infra.access` resolves."""

from __future__ import annotations

import json
from collections.abc import Callable

from infra.grants import Access, in_table, index, on
from infra.resources import Resources

ADMOB_KEYS = "https://www.gstatic.com/admob/reward/verifier-keys.json"
"""Where Google keeps the keys of AdMob's callbacks (AdMob, "Validate server-side verification (SSV) callbacks")."""


def _claims(*operations: str) -> Callable[[Resources], Access]:
    """Operations on rewards that wait, and the list of those whose time has come, or that wait for a reviewer."""

    def give(resources: Resources) -> Access:
        claims = resources.tables.claims
        return Access((on(claims, *operations), index(claims, "by-due")), {"CLAIMS_TABLE": claims.table_name})

    return give


def _ads_offer(resources: Resources) -> Access:
    """Where ads are shown, and whose: needs no permission."""
    placements = {
        placement.name: {"unit": placement.unit, **({"player": placement.player} if placement.player else {})}
        for placement in resources.config.ad_placements
    }
    return Access(settings={"AD_PLACEMENTS": json.dumps(placements, separators=(",", ":"))})


def _ad_keys_fetch(resources: Resources) -> Access:
    """The network's public keys, which anybody may read: an address, no permission."""
    return Access(settings={"AD_KEYS_URL": resources.config.endpoints.ad_keys_url or ADMOB_KEYS})


REWARDS: dict[str, Callable[[Resources], Access]] = {
    "watches:write": in_table("watches", "GetItem", "PutItem"),
    # What a viewer has claimed is never deleted by us: it counts against caps until it is forgotten.
    "claims:write": in_table("claims", "Query", "GetItem", "PutItem", "UpdateItem"),
    "claims:vest": _claims("UpdateItem"),
    "claims:review": _claims("GetItem", "UpdateItem"),
    "devices:write": in_table("devices", "GetItem", "PutItem"),
    "ads:offer": _ads_offer,
    "ad-keys:fetch": _ad_keys_fetch,
}
