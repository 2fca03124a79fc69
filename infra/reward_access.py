"""Access to what rewards are given with: part of the names that :mod:`infra.access` resolves."""

from __future__ import annotations

import json
from collections.abc import Callable

from infra.grants import Access, in_table, index, on
from infra.resources import Resources

ADMOB_KEYS = "https://www.gstatic.com/admob/reward/verifier-keys.json"
"""Where Google keeps the keys of AdMob's callbacks (AdMob, "Validate server-side verification (SSV) callbacks")."""


def _claims(*operations: str, untold: bool = False) -> Callable[[Resources], Access]:
    """Operations on rewards that wait, and the list of those whose time has come, or that wait for a reviewer.

    With ``untold`` also the list of those that the bus is to be told of.
    """

    def give(resources: Resources) -> Access:
        claims = resources.tables.claims
        lists = [index(claims, name) for name in ("by-due", *(("by-untold",) if untold else ()))]
        return Access((on(claims, *operations), *lists), {"CLAIMS_TABLE": claims.table_name})

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


def _referrals(*operations: str, listed: bool = False) -> Callable[[Resources], Access]:
    """Operations on invitations, and with ``listed`` the list of those that redeemed one viewer's."""

    def give(resources: Resources) -> Access:
        referrals = resources.tables.referrals
        lists = (index(referrals, "by-inviter"),) if listed else ()
        return Access((on(referrals, *operations), *lists), {"REFERRALS_TABLE": referrals.table_name})

    return give


def _campaigns(*operations: str, by: tuple[str, ...]) -> Callable[[Resources], Access]:
    """Operations on campaigns, and their lists."""

    def give(resources: Resources) -> Access:
        campaigns = resources.tables.campaigns
        grants = (on(campaigns, *operations), *(index(campaigns, name) for name in by))
        return Access(grants, {"CAMPAIGNS_TABLE": campaigns.table_name})

    return give


REWARDS: dict[str, Callable[[Resources], Access]] = {
    "watches:write": in_table("watches", "GetItem", "PutItem"),
    # What a viewer has claimed is never deleted by us: it counts against caps until it is forgotten.
    "claims:write": in_table("claims", "Query", "GetItem", "PutItem", "UpdateItem"),
    "claims:vest": _claims("Query", "GetItem", "UpdateItem", untold=True),
    "claims:review": _claims("Query", "GetItem", "UpdateItem"),
    # Campaigns are never deleted: their budgets are in the ledger for ever.
    "campaigns:write": _campaigns("GetItem", "Query", "PutItem", "UpdateItem", by=("by-open", "by-partner")),
    # Who watches claims of what is running, and is counted where nothing is given.
    "campaigns:claim": _campaigns("UpdateItem", by=("by-open",)),
    # What is over is wound up, and what chains came to is kept.
    "campaigns:sweep": _campaigns("GetItem", "Query", "PutItem", by=("by-open",)),
    "devices:write": in_table("devices", "GetItem", "PutItem"),
    "blocks:write": in_table("blocks", "Query", "PutItem"),
    "referrals:redeem": _referrals("GetItem", "PutItem", listed=True),
    # What came of an invitation is noted where it stands; who redeemed it never changes.
    "referrals:follow": _referrals("GetItem", "UpdateItem"),
    "ads:offer": _ads_offer,
    "ad-keys:fetch": _ad_keys_fetch,
}
