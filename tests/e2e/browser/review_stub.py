"""A reviewer's side of the small service: checks that wait, rewards that are held, and what was decided."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.e2e.browser.partners_stub import ago
from tests.e2e.browser.servers import Asked, Reply, as_json, problem
from tests.e2e.browser.stub import Issuer, Site

STRONG = {
    "list": "synthetic/2026-11-01",
    "entry": "SYN-0001",
    "score": 97,
    "strong": True,
    "reasons": ["name_alike", "birth_date_same", "country_same"],
}
ENTRY = {
    "list": "synthetic/2026-11-01",
    "entry": "SYN-0001",
    "names": ["Viktor Arkadyevich Morozenko", "Виктор Аркадьевич Морозенко"],
    "births": ["1961-04-30"],
    "countries": ["RU"],
    "programs": ["SYN-ENERGY"],
}


def review(number: int = 1, **changes: Any) -> dict[str, Any]:
    return {
        "reviewId": f"creator{number}.1",
        "personId": f"creator{number}",
        "kind": "identity",
        "tier": 1,
        "why": "hits",
        "since": ago(hours=number),
        "edition": 3,
        "hits": [STRONG],
        "needsTwo": True,
        "firstApproval": None,
        **changes,
    }


def held(number: int = 1, **changes: Any) -> dict[str, Any]:
    return {
        "claimId": f"viewer{number}.watch-series.salt",
        "personId": f"viewer{number}",
        "kind": "watch.series",
        "status": "held",
        "coins": 5,
        "rule": "series",
        "version": "shipped-2",
        "day": "2026-11-28",
        "score": 65,
        "reasons": ["device_shared"],
        "since": ago(hours=number),
        "decidedBy": None,
        "decidedAt": None,
        **changes,
    }


class ReviewSite(Site):
    """The pages, and the reviewer's calls."""

    def __init__(self, issuer: Issuer, film: Path) -> None:
        super().__init__(issuer, film)
        self.is_reviewer = True
        self.reviews: list[dict[str, Any]] = []
        self.held: list[dict[str, Any]] = []
        self.decided: list[dict[str, Any]] = []
        self.decisions: list[dict[str, Any]] = []
        self.identity: dict[str, str] | None = {"name": "Morozenko Viktor", "birthDate": "1961-04-30", "country": "RU"}
        self.told = True
        self.wants_fresh = False
        """Whether a decision needs a sign-in that the issuer was asked to make anew."""

    def _api(self, asked: Asked) -> Reply:
        if not asked.path.startswith(("/v1/reviews", "/v1/support/rewards/held")):
            return super()._api(asked)
        if not asked.token:
            return problem("token_missing")
        if not self.is_reviewer:
            return problem("group_required", group="reviewer")
        if asked.path.startswith("/v1/reviews"):
            return self._reviews(asked)
        return self._held(asked)

    def _reviews(self, asked: Asked) -> Reply:
        if asked.path == "/v1/reviews":
            return self._page(asked, self.reviews)
        name = asked.path.split("/")[3]
        found = next((one for one in self.reviews if one["reviewId"] == name), None)
        if asked.method == "GET":
            entries = [ENTRY] if found is not None and found["hits"] else []
            return as_json(
                200,
                {
                    "review": found,
                    "state": "review",
                    "identity": self.identity,
                    "told": self.told,
                    "entries": entries,
                    "decisions": self.decisions,
                },
            )
        if found is None:
            return problem("case_closed", caseStatus="refused")
        if self.wants_fresh and all(one.query.get("prompt") != "login" for one in self.issuer.asked):
            return problem("sign_in_too_old", maxAgeSeconds=300)
        self.decided.append({"reviewId": name, **asked.json})
        if asked.json["verdict"] == "approve" and found["needsTwo"] and found["firstApproval"] is None:
            found["firstApproval"] = "rita"
            return as_json(200, {"reviewId": name, "status": "awaiting"})
        self.reviews.remove(found)
        return as_json(200, {"reviewId": name, "status": "decided"})

    def _held(self, asked: Asked) -> Reply:
        if asked.path == "/v1/support/rewards/held":
            return self._page(asked, self.held)
        _, _, _, _, _, claim, verdict = asked.path.split("/")
        found = next(one for one in self.held if one["claimId"] == claim)
        self.held.remove(found)
        self.decided.append({"claimId": claim, "verdict": verdict})
        return as_json(200, found | {"status": "paid" if verdict == "release" else "refused"})

    def _page(self, asked: Asked, every: list[dict[str, Any]]) -> Reply:
        begin, limit = int(asked.query.get("cursor", "0")), int(asked.query["limit"])
        following = str(begin + limit) if len(every) > begin + limit else None
        return as_json(200, {"items": every[begin : begin + limit], "nextCursor": following})
