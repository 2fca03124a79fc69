"""A service and an issuer small enough to read, for states that the real ones reach only by accident.

Two loopback servers, since the issuer's origin is another than the page's: ``Site`` serves the pages under the policy
that they are deployed with, the API and the stream; ``Issuer`` is the hosted sign-in. Both keep what they were asked.
What they answer follows docs/openapi.json; problems come from the product's own table of errors.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tests.e2e.browser.servers import TYPES, WEB, Asked, Reply, Script, Server, as_json, problem


class Issuer(Server):
    """The hosted sign-in. It signs everyone in at once, as it does for a viewer whose session there still lives."""

    def __init__(self) -> None:
        super().__init__()
        self.codes: dict[str, dict[str, str]] = {}
        self.good: set[str] = set()
        self.revoked: list[str] = []
        self.serial = 0
        self.expires_in = 3600
        self.state_sent_back: Callable[[str], str] = lambda state: state
        self.error: str | None = None
        self.refresh: Callable[[], Reply] | None = None
        self.rotates = False
        self._one_at_a_time = threading.Lock()
        self.may_refresh = threading.Event()
        self.may_refresh.set()
        self.refresh_word = "refresh-word"

    def answer(self, asked: Asked) -> Reply:
        if asked.path == "/oauth2/authorize":
            return self._authorize(asked.query)
        if asked.path == "/oauth2/token":
            reply = self._token(asked.form)
            return Reply(reply.status, reply.body, (*reply.headers, ("Access-Control-Allow-Origin", "*")))
        if asked.path == "/oauth2/revoke":
            self.revoked.append(asked.form["token"])
            return Reply()
        if asked.path == "/logout":
            return Reply(302, b"", (("Location", asked.query["logout_uri"]),))
        return Reply(404)

    def _authorize(self, query: dict[str, str]) -> Reply:
        back = {"state": self.state_sent_back(query["state"])}
        if self.error is not None:
            back["error"] = self.error
        else:
            self.serial += 1
            back["code"] = f"code-{self.serial}"
            self.codes[back["code"]] = query
        return Reply(302, b"", (("Location", f"{query['redirect_uri']}?{urlencode(back)}"),))

    def _token(self, form: dict[str, str]) -> Reply:
        if form["grant_type"] == "refresh_token":
            self.may_refresh.wait(60)
            if self.refresh is not None:
                return self.refresh()
            return self._refresh(form["refresh_token"])
        query = self.codes.pop(form["code"], None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if query is None or query["code_challenge"] != challenge or query["redirect_uri"] != form["redirect_uri"]:
            return as_json(400, {"error": "invalid_grant"})
        return self._issue(refresh_token=self.refresh_word)

    def _refresh(self, word: str) -> Reply:
        with self._one_at_a_time:
            if word != self.refresh_word:
                return as_json(400, {"error": "invalid_grant"})
            if not self.rotates:
                return self._issue()
            # With rotation a refresh token works once.
            self.refresh_word = f"refresh-word-{self.serial}"
            return self._issue(refresh_token=self.refresh_word)

    def _issue(self, **more: str) -> Reply:
        self.serial += 1
        token = f"access-word-{self.serial}"
        self.good.add(token)
        claims = base64.urlsafe_b64encode(json.dumps({"email": "mia@example.test"}).encode()).decode().rstrip("=")
        answer = {"access_token": token, "id_token": f"e30.{claims}.x", "token_type": "Bearer"}
        return as_json(200, answer | more | {"expires_in": self.expires_in})


@dataclass
class Lot:
    lot: str
    unit: str
    coins: int
    expiresAt: str | None = None  # noqa: N815 - as it stands in the answer


@dataclass
class Viewer:
    """One viewer's coins and episodes."""

    lots: list[Lot] = field(
        default_factory=lambda: [Lot("3", "bonus", 30, "2026-12-07T00:00:00Z"), Lot("2", "coin", 100)]
    )
    unlocked: dict[int, dict[str, Any]] = field(default_factory=dict)
    entries: int = 3

    @property
    def total(self) -> int:
        return sum(lot.coins for lot in self.lots)

    def wallet(self) -> dict[str, Any]:
        bonus = sum(lot.coins for lot in self.lots if lot.unit == "bonus")
        coins = {"total": self.total, "bought": self.total - bonus, "bonus": bonus}
        return {"coins": coins, "lots": [vars(lot).copy() for lot in self.lots if lot.coins], "asOf": self.entries}

    def pay(self, episode: int, price: int) -> None:
        portions, due = [], price
        for lot in self.lots:
            taken = min(lot.coins, due)
            if taken:
                lot.coins -= taken
                due -= taken
                portions.append({"lot": lot.lot, "unit": lot.unit, "coins": taken, "cash": 0, "currency": None})
        self.entries += 1
        receipt = {
            "account": "viewer:mia",
            "seq": self.entries,
            "reference": f"unlock:the-last-train:{episode}-{episode}.0",
            "at": "2026-11-21T08:15:00Z",
            "priceCoins": price,
            "spent": portions,
            "hash": "0" * 64,
        }
        # The service answers a repeat with the receipt and the wallet of then.
        self.unlocked[episode] = {"receipt": receipt, "wallet": self.wallet()}


def the_last_train() -> dict[str, Any]:
    names = ("Platform Nine", "The Wrong Carriage", "No Signal")
    episodes = [
        {
            "episode": number,
            "title": name,
            "priceCoins": 0 if number == 1 else 12,
            "free": number == 1,
            "published": number < 3,
            "durationMs": 60_000 if number < 3 else None,
        }
        for number, name in enumerate(names, 1)
    ]
    return {
        "seriesId": "the-last-train",
        "title": "The Last Train",
        "synopsis": "The last train home has one carriage too many, and it does not stop where it should.",
        "language": "en",
        "episodes": episodes,
    }


class Site(Server):
    """The pages, the API and the stream, behind one origin."""

    def __init__(self, issuer: Issuer, film: Path) -> None:
        super().__init__()
        self.issuer = issuer
        self.film = film
        self.viewer = Viewer()
        self.catalog: list[dict[str, Any]] = [the_last_train()]
        self.config: dict[str, str] | None = {"stage": "local", "cognitoDomain": issuer.origin, "clientId": "web"}
        self.renew_after = "2099-01-01T00:00:00Z"
        self.takes_cookies = True
        self.grants_refused = False
        self._scripts: dict[tuple[str, str], list[Script]] = {}
        self.policy = (
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self' blob:; "
            f"connect-src 'self' {issuer.origin}; worker-src 'self' blob:; base-uri 'none'; form-action 'none'; "
            "frame-ancestors 'none'"
        )

    def then(self, method: str, path: str, *scripts: Script) -> None:
        """What happens to the next requests for that path, one each, before it goes on as usual."""
        self._scripts.setdefault((method, path), []).extend(scripts)

    def clear(self) -> None:
        """Everything goes on as usual."""
        self._scripts.clear()

    def answer(self, asked: Asked) -> Reply:
        scripts = self._scripts.get((asked.method, asked.path))
        return scripts.pop(0)(lambda: self._served(asked)) if scripts else self._served(asked)

    def _served(self, asked: Asked) -> Reply:
        if asked.path.startswith("/v1/"):
            return self._api(asked)
        if asked.path.startswith("/media/"):
            return self._media(asked)
        if asked.path == "/config.json":
            return Reply(404) if self.config is None else as_json(200, self.config)
        file = WEB / ("index.html" if asked.path == "/" else asked.path.removeprefix("/"))
        if not file.is_file() or WEB not in file.parents:
            return Reply(403)
        headers = (("Content-Type", TYPES[file.suffix]), ("Content-Security-Policy", self.policy))
        return Reply(
            200, file.read_bytes(), (*headers, ("X-Content-Type-Options", "nosniff"), ("Cache-Control", "no-cache"))
        )

    def _api(self, asked: Asked) -> Reply:
        if asked.path == "/v1/series":
            return as_json(200, {"series": [self._card(one) for one in self.catalog]})
        if match := re.fullmatch(r"/v1/series/([a-z0-9-]+)", asked.path):
            found = next((one for one in self.catalog if one["seriesId"] == match[1]), None)
            return problem("not_found") if found is None else as_json(200, found)
        if asked.path.startswith("/v1/playlists/"):
            return self._playlist(asked)
        if not asked.token:
            return problem("token_missing")
        if asked.token not in self.issuer.good:
            return problem("token_expired")
        if asked.path == "/v1/wallet":
            return as_json(200, self.viewer.wallet())
        match = re.fullmatch(r"/v1/series/the-last-train/episodes/(\d+)/(unlock|playback)", asked.path)
        if match is None:
            return problem("route_not_found")
        episode = self.catalog[0]["episodes"][int(match[1]) - 1]
        return (self._unlock if match[2] == "unlock" else self._playback)(asked, episode)

    @staticmethod
    def _card(one: dict[str, Any]) -> dict[str, Any]:
        free = sum(episode["free"] for episode in one["episodes"])
        card = {name: one[name] for name in ("seriesId", "title", "synopsis")}
        return card | {"episodes": len(one["episodes"]), "freeEpisodes": free}

    def _unlock(self, asked: Asked, episode: dict[str, Any]) -> Reply:
        number, price = episode["episode"], episode["priceCoins"]
        again = number in self.viewer.unlocked
        if not again:
            if asked.json["priceShownCoins"] != price:
                return problem("price_changed", priceCoins=price)
            if self.viewer.total < price:
                missing = price - self.viewer.total
                return problem(
                    "insufficient_coins", priceCoins=price, balanceCoins=self.viewer.total, missingCoins=missing
                )
            self.viewer.pay(number, price)
        return as_json(200 if again else 201, {"alreadyUnlocked": again, **self.viewer.unlocked[number]})

    def _playback(self, asked: Asked, episode: dict[str, Any]) -> Reply:
        number, price = episode["episode"], episode["priceCoins"]
        if not episode["free"] and number not in self.viewer.unlocked:
            held = self.viewer.total
            return problem(
                "episode_locked", priceCoins=price, generation=0, balanceCoins=held, missingCoins=max(0, price - held)
            )
        place = f"the-last-train/{number}/v1/"
        grant = {"expiresAt": "2099-01-01T01:00:00Z", "renewAfter": self.renew_after}
        if asked.json["delivery"] == "query":
            url = f"{self.origin}/v1/playlists/{place}master.m3u8?grantSignature=word"
            return as_json(200, {"playlistUrl": url, "delivery": "query", **grant})
        cookies = [
            ("Set-Cookie", f"CloudFront-{name}=word; Path=/media/{place}; Secure; HttpOnly; SameSite=Lax")
            for name in ("Policy", "Signature", "Key-Pair-Id")
        ]
        url = f"{self.origin}/media/{place}master.m3u8"
        return as_json(200, {"playlistUrl": url, "delivery": "cookies", **grant}, *cookies)

    def _media(self, asked: Asked) -> Reply:
        by_cookie = self.takes_cookies and "CloudFront-Signature=word" in asked.headers.get("cookie", "")
        if self.grants_refused or not (by_cookie or asked.query.get("Signature") == "word"):
            return Reply(403, b"<Error><Code>MissingKey</Code></Error>", (("Content-Type", "text/xml"),))
        return self._film(asked.path, lambda address: address)

    def _playlist(self, asked: Asked) -> Reply:
        if asked.query.get("grantSignature") != "word":
            return problem("grant_missing")

        def signed(address: str) -> str:
            place = asked.path.removeprefix("/v1/playlists/").rsplit("/", 1)[0]
            if address.endswith(".m3u8"):
                return f"/v1/playlists/{place}/{address}?grantSignature=word"
            return f"/media/{place}/{address}?Signature=word"

        return self._film(asked.path, signed)

    def _film(self, path: str, address: Callable[[str], str]) -> Reply:
        file = self.film / path.rsplit("/", 1)[-1]
        if not file.is_file():
            return Reply(404)
        body = file.read_bytes()
        if file.suffix == ".m3u8":
            text = re.sub(r'(?m)^(?!#)(.+)$|(?<=URI=")([^"]+)', lambda found: address(found[0]), body.decode())
            body = text.encode()
        return Reply(200, body, (("Content-Type", TYPES[file.suffix]),))
