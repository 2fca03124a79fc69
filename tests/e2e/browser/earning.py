"""What a viewer of the stub service earns: a ladder, a watch session, a coin for an episode that was watched."""

from __future__ import annotations

from typing import Any

from tests.e2e.browser.servers import Asked
from tests.e2e.browser.viewer import Viewer

LADDER = [2, 3, 3, 4, 4, 5, 9]
NEVER_MS = 10**9
ADS = {"kind": "ad", "coins": 2, "everySeconds": None, "hadCoins": 0, "mostCoins": 8}
AT = "2026-11-21T08:15:00.000Z"


class Earning:
    """Believes every position; ``finished_ms`` is from where on an episode counts as watched; none does at first."""

    def __init__(self, viewer: Viewer) -> None:
        self.viewer = viewer
        self.checked_in = False
        self.run = 3
        self.beat_every_ms = 15_000
        self.finished_ms = NEVER_MS
        self.sessions: list[tuple[int, str | None]] = []
        self.counted: set[int] = set()
        self.pending: list[dict[str, Any]] = []
        self.placements: list[str] = []
        self.player = ""
        self.told_after = 2
        """So many questions after which the ad's network has told of it."""
        self.asked_of_ads = 0
        self.allowance: dict[str, int] | None = None
        self.cashback: list[dict[str, Any]] = []
        self.milestone: dict[str, int] | None = {"days": 7, "coins": 6}

    def begin(self, episode: int, session: str | None) -> dict[str, Any]:
        self.sessions.append((episode, session))
        return self._watched(episode, [])

    def answer(self, asked: Asked) -> dict[str, Any]:
        if asked.path == "/v1/cashback":
            pending = [one["coins"] for one in self.cashback if one["status"] == "pending"]
            return {"pendingCoins": sum(pending), "cashback": self.cashback}
        if asked.path == "/v1/watch/beats":
            episode = int(asked.json["session"].removeprefix("session-"))
            earned = []
            if asked.json["positionMs"] >= self.finished_ms and episode not in self.counted:
                self.counted.add(episode)
                earned = [self._earned("watch.episode", 1)]
            return self._watched(episode, earned)
        if asked.path == "/v1/rewards/ads":
            return {
                "viewId": "view-1",
                "customData": "sealed",
                "adUnit": "2747237135",
                "playerUrl": self.player,
                "coins": 2,
                "endsAt": AT,
            }
        if asked.path.startswith("/v1/rewards/ads/"):
            self.asked_of_ads += 1
            return {"earned": self._earned("ad", 2) if self.asked_of_ads == self.told_after else None}
        if asked.method == "POST":
            earned = [] if self.checked_in else [self._earned("checkin", LADDER[self.run - 1])]
            self.checked_in = True
            return {"checkin": self._checkin(), "earned": earned}
        return {
            "checkin": self._checkin(),
            "tasks": [
                {"kind": "watch.episode", "coins": 1, "everySeconds": None, "hadCoins": 1, "mostCoins": 5},
                {"kind": "watch.minutes", "coins": 1, "everySeconds": 600, "hadCoins": 0, "mostCoins": 4},
                *([ADS] if self.placements else []),
            ],
            "hadCoins": 1,
            "mostCoins": 120,
            "pending": self.pending,
            "adPlacements": self.placements,
            "allowance": self.allowance,
        }

    def _watched(self, episode: int, earned: list[dict[str, Any]]) -> dict[str, Any]:
        return {
            "session": f"session-{episode}",
            "beatEveryMs": self.beat_every_ms,
            "counted": episode in self.counted,
            "earned": earned,
        }

    def _checkin(self) -> dict[str, Any]:
        return {
            "date": "2026-11-21",
            "zone": "UTC",
            "done": self.checked_in,
            "run": self.run,
            "rung": self.run - 1,
            "ladder": LADDER,
            "nextAt": "2026-11-22T00:00:00.000Z",
            "repair": None,
            "milestone": self.milestone,
        }

    def _earned(self, kind: str, coins: int) -> dict[str, Any]:
        self.viewer.tell("reward", {"bonus": coins})
        lot = next(lot for lot in self.viewer.lots if lot.unit == "bonus")
        lot.coins += coins
        told = {"kind": kind, "coins": coins, "status": "paid", "seq": self.viewer.entries, "vestsAt": None}
        return told | {"rule": "episode", "version": "shipped-2"}
