"""A partner's side of the small service: endpoints with their deliveries, clients, requests, usage, the catalogue."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cliffhanger.clock import rfc3339
from tests.e2e.browser.servers import Asked, Reply, as_json, problem
from tests.e2e.browser.stub import Issuer, Site

NOW_MS = int(datetime.now(UTC).timestamp() * 1000)
MODES = ("live", "sandbox")
UNLOCKED = {
    "specVersion": 1,
    "id": "evt-4h7d9k2m8q1r5t0v",
    "type": "EpisodeUnlocked",
    "version": 1,
    "subject": "viewer:4h7d9k2m8q1r5t0v",
    "occurredAt": "2026-11-28T20:00:00.000Z",
    "data": {"seriesId": "the-last-train", "episode": 2, "coins": {"bonus": 12}},
}


def ago(**span: float) -> str:
    """So long before now, as the API writes times."""
    return rfc3339(NOW_MS - int(timedelta(**span).total_seconds() * 1000))


def endpoint(number: int = 1, **changes: Any) -> dict[str, Any]:
    return {
        "endpointId": f"endpoint{number}",
        "url": f"https://hooks.example.com/cliffhanger/{number}",
        "description": "Books of the publisher",
        "types": ["EpisodeUnlocked", "CoinsBought"],
        "status": "active",
        "reason": None,
        "createdAt": ago(days=20),
        "changedAt": ago(days=20),
        "health": {"failures": 0, "failingSince": None},
        **changes,
    }


def attempt(status: int | None = 204, code: str | None = None, answer: str = "", **when: float) -> dict[str, Any]:
    return {"at": ago(**when or {"minutes": 2}), "millis": 84, "status": status, "code": code, "answer": answer}


def delivery(number: int = 1, status: str = "delivered", **changes: Any) -> dict[str, Any]:
    """A delivery as the service would keep it: ``made`` are its attempts, of which its row only says how many."""
    made = changes.pop("attempts", [attempt()])
    return {
        "deliveryId": f"{NOW_MS - number * 60_000:013d}-evt-{number:016d}",
        "endpointId": "endpoint1",
        "eventId": f"evt-{number:016d}",
        "type": "EpisodeUnlocked",
        "status": status,
        "test": False,
        "occurredAt": ago(minutes=number),
        "nextAttemptAt": None,
        "made": made,
        "body": UNLOCKED | {"id": f"evt-{number:016d}"},
        **changes,
    }


def kind(name: str, description: str, source: str = "The ledger") -> dict[str, Any]:
    return {
        "type": name,
        "version": 1,
        "description": description,
        "source": source,
        "retentionDays": 30,
        "schema": {"type": "object", "required": ["specVersion", "id", "type"]},
        "example": UNLOCKED | {"type": name},
    }


PARTNER = {
    "partnerId": "harbour",
    "name": "Harbour Books",
    "reach": {"all": False, "series": ["the-last-train"]},
    "quotas": {"live": 10_000, "sandbox": 10_000},
}


def client(number: int = 1, **changes: Any) -> dict[str, Any]:
    return {
        "clientId": f"pc-live-{number}",
        "name": "Books",
        "scopes": ["webhooks:read"],
        "createdAt": ago(days=3),
        "lastUsedDay": None,
        "secrets": [{"number": 1, "endsAt": None}],
        **changes,
    }


CATALOGUE = [
    kind("CoinsBought", "A viewer has bought coins."),
    kind("EpisodePublished", "An episode's video can be watched for the first time.", "The media pipeline"),
    kind("EpisodeUnlocked", "A viewer has opened an episode with coins."),
    kind("UnlockReversed", "An unlock was undone, wholly or in part."),
]


class PartnerSite(Site):
    """The pages, and the partner's calls. Everything is kept by mode, as in the service."""

    def __init__(self, issuer: Issuer, film: Path) -> None:
        super().__init__(issuer, film)
        self.is_partner = True
        self.page_size = 20
        self.endpoints: dict[str, list[dict[str, Any]]] = {mode: [] for mode in MODES}
        self.made: dict[str, dict[str, Any]] = {}
        self.former_until: dict[str, str] = {}
        self.deliveries: list[dict[str, Any]] = []
        self.clients: dict[str, list[dict[str, Any]]] = {mode: [] for mode in MODES}
        self.requests: list[dict[str, Any]] = []
        self.quota = 10_000
        self.days = [120, 340, 80, 0, 0, 410, 500, 620, 90, 0, 300, 720, 810, 640] + [700, 30] * 8
        self.outcomes: list[dict[str, Any]] = []
        """What the next attempts come to, the first of them first; then they are answered 204."""

    def _api(self, asked: Asked) -> Reply:
        if asked.path == "/v1/event-types":
            return as_json(200, {"eventTypes": CATALOGUE})
        if not asked.path.startswith("/v1/partner"):
            return super()._api(asked)
        if not asked.token:
            return problem("token_missing")
        if asked.token not in self.issuer.good:
            return problem("token_expired")
        if not self.is_partner:
            return problem("group_required", group="partner")
        if asked.path == "/v1/partner":
            return as_json(200, PARTNER)
        match = re.fullmatch(r"/v1/partner/(live|sandbox)/(\w+)(/.*)?", asked.path)
        if match is None:
            return problem("route_not_found")
        mode, part, rest = match[1], match[2], match[3] or ""
        return {
            "endpoints": self._endpoints,
            "clients": self._clients,
            "requests": self._requests,
            "usage": self._usage,
            "events": self._events,
        }[part](asked, mode, rest)

    def _endpoints(self, asked: Asked, mode: str, rest: str) -> Reply:
        known = self.endpoints[mode]
        if rest == "" and asked.method == "POST":
            key = asked.headers["idempotency-key"]
            if key not in self.made:
                self.made[key] = endpoint(len(known) + 1, **asked.json)
                known.append(self.made[key])
            return as_json(201, self.made[key])
        if rest == "":
            return as_json(200, {"endpoints": known})
        name, _, rest = rest.removeprefix("/").partition("/")
        found = next((one for one in known if one["endpointId"] == name), None)
        if found is None:
            return problem("not_found")
        if rest == "":
            return self._endpoint(asked, known, found)
        if rest in ("secret", "rotation"):
            if asked.method == "POST":
                self.former_until[name] = ago(hours=-asked.json["overlapHours"])
            former = self.former_until.get(name)
            secrets = {"secret": f"whsec_{'c2VjcmV0' * 6}", "formerSecret": former and f"whsec_{'b2xk' * 12}"}
            return as_json(200, secrets | {"formerUntil": former})
        return self._deliveries(asked, name, rest)

    def _endpoint(self, asked: Asked, known: list[dict[str, Any]], found: dict[str, Any]) -> Reply:
        if asked.method == "DELETE":
            known.remove(found)
            return Reply(204)
        if asked.method == "PUT":
            found |= asked.json | {"reason": None}
        return as_json(200, found)

    def _deliveries(self, asked: Asked, name: str, rest: str) -> Reply:
        own = [one for one in self.deliveries if one["endpointId"] == name]
        if rest == "test":
            made = delivery(len(own) + 1, "pending", type=asked.json["type"], test=True, attempts=[], endpointId=name)
            self.deliveries.insert(0, made)
            return as_json(202, self._row(made))
        if rest == "replays":
            sent = [one for one in own if asked.json["status"] == "all" or one["status"] in ("failed", "held")]
            for one in sent:
                self._attempt(one)
            self.replay = {"replayId": "replay1", "status": "done", "found": len(own), "sent": len(sent)}
            return as_json(202, self.replay | {"status": "running", "sent": 0})
        if rest.startswith("replays/"):
            return as_json(200, self.replay)
        if rest == "deliveries":
            return self._list(asked.query, own)
        _, delivery_id, *again = rest.split("/")
        found = next((one for one in own if one["deliveryId"] == delivery_id), None)
        if found is None:
            return problem("not_found")
        if again:
            self._attempt(found)
            return as_json(202, self._row(found))
        if found["status"] == "pending" and not found["made"]:
            self._attempt(found)
        row = self._row(found)
        return as_json(200, {"delivery": row, "body": json.dumps(found["body"]), "attempts": found["made"]})

    def _list(self, query: dict[str, str], own: list[dict[str, Any]]) -> Reply:
        fits = [
            one
            for one in own
            if query.get("status", one["status"]) == one["status"]
            and query.get("type", one["type"]) == one["type"]
            and query.get("since", "") <= one["occurredAt"]
        ]
        start = int(query.get("cursor", "0"))
        end = start + self.page_size
        rows = [self._row(one) for one in fits[start:end]]
        return as_json(200, {"deliveries": rows, "nextCursor": str(end) if end < len(fits) else None})

    def _row(self, found: dict[str, Any]) -> dict[str, Any]:
        kept = {name: value for name, value in found.items() if name not in ("made", "body", "endpointId")}
        return kept | {"attempts": len(found["made"])}

    def _attempt(self, found: dict[str, Any]) -> None:
        made = self.outcomes.pop(0) if self.outcomes else attempt(204)
        good = made["status"] is not None and 200 <= made["status"] < 300
        found["made"] = [*found["made"], made]
        found["status"] = "delivered" if good else "pending"
        found["nextAttemptAt"] = None if good else ago(minutes=-5)

    def _clients(self, asked: Asked, mode: str, rest: str) -> Reply:
        known = self.clients[mode]
        if rest == "" and asked.method == "GET":
            return as_json(200, {"clients": known})
        if rest == "":
            letters = "live" if mode == "live" else "test"
            made = client(len(known) + 1, clientId=f"pc-{letters}-{len(known) + 1}", **asked.json)
            known.append(made)
            return as_json(201, {"client": made, "clientSecret": f"ps_{letters}_{'x' * 43}"})
        name, _, what = rest.removeprefix("/").partition("/")
        found = next(one for one in known if one["clientId"] == name)
        if asked.method == "DELETE":
            known.remove(found)
            return Reply(204)
        assert what == "rotation"
        return as_json(200, {"client": found, "clientSecret": f"ps_test_{'y' * 43}"})

    def _requests(self, asked: Asked, mode: str, rest: str) -> Reply:
        of = asked.query.get("status", "")
        fits = [one for one in self.requests if str(one["status"]).startswith(of.removesuffix("xx"))]
        return as_json(200, {"requests": fits, "nextCursor": None})

    def _usage(self, asked: Asked, mode: str, rest: str) -> Reply:
        today = datetime.now(UTC).date()
        days = [
            {"day": (today - timedelta(days=at)).isoformat(), "requests": number}
            for at, number in enumerate(reversed(self.days))
        ]
        return as_json(200, {"quota": self.quota, "remaining": self.quota - self.days[-1], "days": days})

    def _events(self, asked: Asked, mode: str, rest: str) -> Reply:
        wanted = [one for one in self.endpoints["sandbox"] if {"*", asked.json["type"]} & set(one["types"])]
        return as_json(202, {"eventId": "evt-1", "type": asked.json["type"], "deliveries": len(wanted)})
