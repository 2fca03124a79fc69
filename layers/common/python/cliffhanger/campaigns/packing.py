"""Campaigns as they are kept: one JSON document beside what the indexes need."""

from __future__ import annotations

import json
from typing import Any

from cliffhanger.campaigns.domain import Campaign, Funding, Sponsored, Terms, Worth


def packed(campaign: Campaign) -> str:
    """A campaign's terms and fundings, as JSON."""
    document = {
        "terms": campaign.terms._asdict(),
        "by": campaign.changed_by,
        "fundings": campaign.fundings,
        "promised": campaign.promised,
    }
    return json.dumps(document, separators=(",", ":"))


def unpacked(campaign: str, told: str, **stands: Any) -> Campaign:
    """A campaign from its document and what stands beside it."""
    document = json.loads(told)
    terms = Terms(**document["terms"])
    return Campaign(
        campaign,
        terms._replace(
            kinds=tuple(terms.kinds),
            countries=tuple(terms.countries),
            worth=tuple(Worth(*one) for one in terms.worth),
            sponsored=tuple(Sponsored(series, tuple(episodes)) for series, episodes in terms.sponsored),
        ),
        changed_by=document["by"],
        fundings=tuple(Funding(*one) for one in document["fundings"]),
        promised=document.get("promised", 0),  # campaigns that were written before have none
        **stands,
    )
