"""The studio's half of the small service: series that are written, uploads that a test moves on, and a store for files.

A third loopback server, since the store's origin is another than the page's, as S3's is: ``Store`` takes forms, with
the preflight that a browser sends before a form whose progress is watched.
"""

from __future__ import annotations

import email.message
import email.parser
import email.policy
import re
from pathlib import Path
from typing import Any

from tests.e2e.browser.servers import Asked, Reply, Script, Server, as_json, problem
from tests.e2e.browser.stub import Issuer, Site

MICRO_USD = 41_250
BUDGET_MICRO_USD = 5_000_000


class Store(Server):
    """A bucket that takes forms: every field is kept, the file last."""

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[str, bytes] = {}
        self.page = ""
        self.scripts: list[Script] = []

    def answer(self, asked: Asked) -> Reply:
        cors = (("Access-Control-Allow-Origin", self.page), ("Access-Control-Allow-Methods", "POST"))
        if asked.method == "OPTIONS":
            return Reply(204, b"", cors)
        serve = lambda: self._take(asked)  # noqa: E731
        reply = self.scripts.pop(0)(serve) if self.scripts else serve()
        return Reply(reply.status, reply.body, (*reply.headers, *cors))

    def _take(self, asked: Asked) -> Reply:
        if len(asked.body) < int(asked.headers["content-length"]):
            return Reply(0)  # the browser broke off
        head = f"Content-Type: {asked.headers['content-type']}\r\n\r\n".encode()
        form = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(head + asked.body)
        parts = [(str(part.get_param("name", header="content-disposition")), part) for part in form.iter_parts()]
        names = [name for name, _ in parts]
        if names[-1:] != ["file"] or "key" not in names:
            return refusal_of_store(400, "InvalidArgument")
        fields = {name: _content(part) for name, part in parts}
        self.kept[fields["key"].decode()] = fields["file"]
        return Reply(204)


def _content(part: email.message.Message) -> bytes:
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    return content


def refusal_of_store(status: int, code: str) -> Reply:
    """S3's error document."""
    document = f'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>{code}</Code><Message>No.</Message></Error>'
    return Reply(status, document.encode(), (("Content-Type", "application/xml"),))


def salt(episodes: int = 2, published: int = 1, **changes: Any) -> dict[str, Any]:
    """A series as its creator sees it."""
    lines = [
        {
            "episode": number,
            "title": f"Tide {number}",
            "priceCoins": None,
            "viewerPriceCoins": 0 if number == 1 else 10,
            "published": number <= published,
            "durationMs": 60_000 if number <= published else None,
            "cliffhangerMs": None,
            "releaseAt": None,
        }
        for number in range(1, episodes + 1)
    ]
    return {
        "seriesId": "salt",
        "title": "Salt",
        "synopsis": "The sea gives her back.",
        "language": "en",
        "languages": ["es"],
        "tags": ["mystery"],
        "ageRating": 12,
        "freeEpisodes": 1,
        "pricing": {"startCoins": 10, "riseCoins": 2, "everyEpisodes": 10, "mostCoins": 40},
        "ceilingCoins": 600,
        "restDiscountPercent": 15,
        "creatorShareBp": 5000,
        "refundableEpisodes": 0,
        "earlyHours": 24,
        "listed": True,
        "revision": 3,
        "episodes": lines,
        "posterUrl": None,
        **changes,
    }


class StudioSite(Site):
    """The pages, the studio's calls, and the stream of what is published."""

    def __init__(self, issuer: Issuer, film: Path, store: Store) -> None:
        super().__init__(issuer, film)
        self.store = store
        store.page = self.origin
        self.policy = self.policy.replace(issuer.origin, f"{issuer.origin} {store.origin}")
        self.own: list[dict[str, Any]] = [salt()]
        self.uploads: list[dict[str, Any]] = []
        self.is_creator = True
        self.page_size = 20
        self.form_expires_at = "2099-01-01T00:00:00Z"
        self.reserved = 1_200_000

    def series(self, series: str = "salt") -> dict[str, Any]:
        return next(one for one in self.own if one["seriesId"] == series)

    def upload(self, **state: Any) -> dict[str, Any]:
        """One more upload of the second episode, as if it had been begun before."""
        name = f"upload-{len(self.uploads) + 1}"
        made = {
            "uploadId": name,
            "version": name,
            "status": "awaiting",
            "percent": 0,
            "parts": [],
            "source": None,
            "price": None,
            "renditionsPx": [],
            "problem": None,
            "createdAt": "2026-11-28T09:00:00Z",
            "place": ("salt", 2),
            **state,
        }
        self.uploads.insert(0, made)
        return made

    def _api(self, asked: Asked) -> Reply:
        path = asked.path.removeprefix("/v1/studio")
        if path == asked.path and "/playback" not in path:
            return super()._api(asked)
        if not asked.token:
            return problem("token_missing")
        if asked.token not in self.issuer.good:
            return problem("token_expired")
        if not self.is_creator:
            return problem("group_required", group="creator")
        if "/playback" in path:
            return self._playback(asked, {"episode": 1, "priceCoins": 0, "free": True})
        return self._studio(asked, path)

    def _studio(self, asked: Asked, path: str) -> Reply:
        if path == "/series":
            return self._list(int(asked.query.get("cursor", "0")))
        if path == "/budget":
            budget = {"month": "2026-11", "budgetMicroUsd": BUDGET_MICRO_USD, "reservedMicroUsd": self.reserved}
            return as_json(200, budget)
        if match := re.fullmatch(r"/uploads/([a-z0-9-]+)", path):
            found = [self._shown(one) for one in self.uploads if one["uploadId"] == match[1]]
            return as_json(200, found[0]) if found else problem("not_found")
        match = re.fullmatch(r"/series/([a-z0-9-]+)(?:/episodes/(\d+)(/uploads)?)?", path)
        if match is None:
            return problem("route_not_found")
        name, number, uploads = match[1], int(match[2] or 0), match[3]
        if uploads:
            return self._uploads(asked, (name, number))
        if asked.method == "PUT":
            return self._put(asked.json, name, number)
        found = [one for one in self.own if one["seriesId"] == name]
        return as_json(200, found[0]) if found else problem("not_found")

    def _list(self, start: int) -> Reply:
        end = start + self.page_size
        names = ("seriesId", "title", "synopsis", "freeEpisodes", "listed", "posterUrl")
        cards = [
            {name: one[name] for name in names} | {"episodes": len(one["episodes"])} for one in self.own[start:end]
        ]
        return as_json(200, {"series": cards, "nextCursor": str(end) if end < len(self.own) else None})

    def _put(self, body: dict[str, Any], name: str, number: int) -> Reply:
        revision = body.pop("revision")
        found = next((one for one in self.own if one["seriesId"] == name), None)
        if found is None:
            found = salt(episodes=0, seriesId=name, revision=0)
            self.own.insert(0, found)
        if revision != found["revision"]:
            return problem("series_changed", revision=found["revision"])
        made = revision == 0
        if not number:
            found |= body
        elif number > len(found["episodes"]):
            made = True
            price = body["priceCoins"] or 10
            line = {"episode": number, "viewerPriceCoins": price, "published": False, "durationMs": None}
            found["episodes"].append(line | body)
        else:
            found["episodes"][number - 1] |= body
        found["revision"] += 1
        return as_json(201 if made else 200, found)

    def _uploads(self, asked: Asked, place: tuple[str, int]) -> Reply:
        if asked.method == "GET":
            listed = [self._shown(one) for one in self.uploads if one["place"] == place]
            return as_json(200, {"uploads": listed, "nextCursor": None})
        wanted = [("subtitles", one) for one in asked.json["subtitles"]] + [("dub", one) for one in asked.json["dubs"]]
        parts = [{"kind": kind, "language": one["language"], "arrived": False} for kind, one in wanted]
        made = self.upload(place=place, parts=parts)
        name = made["uploadId"]
        forms = [
            {"kind": part["kind"], "language": part["language"]}
            | self._form(name, f"{part['kind']}-{part['language']}")
            for part in parts
        ]
        answer = {"uploadId": name, "expiresAt": self.form_expires_at, "parts": forms, **self._form(name, "source")}
        return as_json(201, answer)

    def _form(self, upload: str, name: str) -> dict[str, Any]:
        return {"url": f"{self.store.origin}/uploads-bucket", "fields": {"key": f"{upload}/{name}", "policy": "word"}}

    def _shown(self, upload: dict[str, Any]) -> dict[str, Any]:
        shown = {name: value for name, value in upload.items() if name != "place"}
        arrived = self.store.kept
        shown["parts"] = [
            part | {"arrived": f"{upload['uploadId']}/{part['kind']}-{part['language']}" in arrived}
            for part in upload["parts"]
        ]
        if shown["status"] == "awaiting" and f"{upload['uploadId']}/source" in arrived:
            shown["status"] = "received"
        return shown
