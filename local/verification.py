"""The demo's check: a creator whose document names a person on the list of sanctions that ships: work for reviewers.

The creator begins to be verified over the public API, and the local Stripe is told what the document shows. What became
of it stays: a check that reviewers have decided is not made again.
"""

from __future__ import annotations

from typing import Any, Final

from local.calls import call

DOCUMENT: Final = {"first_name": "Viktor", "last_name": "Morozenko", "dob": "1961-04-30", "country": "RU"}
"""Alike enough to the list's first entry for a strong hit, which two reviewers must approve."""


def seed(api: str, stripe: str, token: str) -> None:
    """Shows the document where that has not been done; the workflow takes the check to the reviewers' queue by itself.

    Raises:
        CallRefused: the platform refused a call.
    """
    own = f"{api}/v1/creator/verification"
    stands: dict[str, Any] = call("GET", own, token)
    if stands["state"] not in ("none", "pending"):
        return
    check = call("POST", own, token, {"tier": 1})["check"]
    if check["url"] is not None:
        session = check["url"].rsplit("/", 1)[-1]
        call("POST", f"{stripe}/_local/verifications/{session}", None, {"to": "verified", **DOCUMENT})
