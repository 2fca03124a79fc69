"""A reviewer on the running platform: what waits for them, and their word."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from local.cast import person_of
from tests.e2e.client import Platform

HELD = "/v1/support/rewards/held"


class Reviewer(NamedTuple):
    """Somebody who decides on rewards that are held."""

    platform: Platform
    token: str

    def finds(self, tokens: Iterable[str]) -> dict[tuple[str, str], dict[str, Any]]:
        """What waits of these people, among all that does, by person and kind."""
        people, found, cursor = {person_of(token) for token in tokens}, list[dict[str, Any]](), ""
        while True:
            page = self.platform.get(f"{HELD}?limit=50{cursor}", self.token)
            assert page.status == 200, page
            found += page.json["items"]
            if page.json["nextCursor"] is None:
                return {(one["personId"], one["kind"]): one for one in found if one["personId"] in people}
            cursor = f"&cursor={page.json['nextCursor']}"

    def decides(self, claim: dict[str, Any], word: str) -> str:
        """Says ``release`` or ``refusal``; how the claim stands then."""
        decided = self.platform.post(f"{HELD}/{claim['claimId']}/{word}", self.token, {})
        assert decided.status == 200, decided
        return str(decided.json["status"])


def new_reviewer(platform: Platform) -> Reviewer:
    return Reviewer(platform, platform.new_person("reviewer")[1])
