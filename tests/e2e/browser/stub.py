"""A service small enough to read, for states that the real one reaches only by accident.

``Site`` serves the pages under the policy that they are deployed with, the API and the stream; the hosted sign-in is
another server, since its origin is another. Both keep what they were asked. What they answer follows docs/openapi.json;
problems come from the product's own table of errors.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.e2e.browser.earning import Earning
from tests.e2e.browser.gifts import Gifts
from tests.e2e.browser.issuer import Issuer
from tests.e2e.browser.servers import TYPES, WEB, Asked, Reply, Script, Server, as_json, problem
from tests.e2e.browser.shop import Shop
from tests.e2e.browser.viewer import SERIES, Lot, Viewer

__all__ = ["Issuer", "Lot", "Site", "Viewer", "the_last_train"]

PAGE_OF_LIST = 20


def the_last_train(published: int = 2) -> dict[str, Any]:
    """A series of which so many episodes are published: the first is free, each other costs 12 coins."""
    names = ("Platform Nine", "The Wrong Carriage", "No Signal", "Dead Reckoning", "The Conductor", "Terminus")
    episodes = [
        {
            "episode": number,
            "title": name,
            "priceCoins": 0 if number == 1 else 12,
            "free": number == 1,
            "published": number <= published,
            "durationMs": 60_000 if number <= published else None,
            "cliffhangerMs": None,
            "releaseAt": None,
            "membersFrom": None,
            "posterUrl": f"/posters/{SERIES}/{number}/v1.0000001.jpg" if number <= published else None,
        }
        for number, name in enumerate(names[: published + 1], 1)
    ]
    return {
        "seriesId": SERIES,
        "title": "The Last Train",
        "synopsis": "The last train home has one carriage too many, and it does not stop where it should.",
        "language": "en",
        "languages": ["es"],
        "tags": ["mystery"],
        "ageRating": 12,
        "freeEpisodes": 1,
        "ceilingCoins": 160,
        "restDiscountPercent": 10,
        "refundableEpisodes": 0,
        "posterUrl": episodes[0]["posterUrl"],
        "episodes": episodes,
    }


class Site(Server):
    """The pages, the API and the stream, behind one origin."""

    def __init__(self, issuer: Issuer, film: Path) -> None:
        super().__init__()
        self.issuer = issuer
        self.film = film
        self.viewer = Viewer()
        self.shop = Shop(self.viewer)
        self.earning = Earning(self.viewer)
        self.gifts = Gifts(self.viewer)
        self.catalog: list[dict[str, Any]] = [the_last_train()]
        self.config: dict[str, str] | None = {"stage": "local", "cognitoDomain": issuer.origin, "clientId": "web"}
        self.renew_after = "2099-01-01T00:00:00Z"
        self.takes_cookies = True
        self.grants_refused = False
        self.guests_watch = False
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

    def close(self) -> None:
        self.shop.cashier.close()
        super().close()

    def answer(self, asked: Asked) -> Reply:
        scripts = self._scripts.get((asked.method, asked.path))
        return scripts.pop(0)(lambda: self._served(asked)) if scripts else self._served(asked)

    def _served(self, asked: Asked) -> Reply:
        if asked.path.startswith("/v1/"):
            return self._api(asked)
        if asked.path.startswith("/media/"):
            return self._media(asked)
        if asked.path.startswith("/posters/"):
            return Reply(200, (self.film / "poster.jpg").read_bytes(), (("Content-Type", "image/jpeg"),))
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
            return self._listed(asked)
        if match := re.fullmatch(r"/v1/series/([a-z0-9-]+)", asked.path):
            found = next((one for one in self.catalog if one["seriesId"] == match[1]), None)
            return problem("not_found") if found is None else as_json(200, found)
        if asked.path == "/v1/gifts":
            return self.gifts.listed()
        if re.fullmatch(rf"/v1/series/{SERIES}/episodes/\d+/gifts", asked.path):
            return self.gifts.latest()
        if asked.path.startswith("/v1/playlists/"):
            return self._playlist(asked)
        match = re.fullmatch(
            rf"/v1/series/{SERIES}/episodes/(\d+)/(unlock|playback|quote|progress|watch|tips)", asked.path
        )
        episode: dict[str, Any] = self.catalog[0]["episodes"][int(match[1]) - 1] if match else {}
        as_guest = self.guests_watch and match is not None and match[2] == "playback" and episode["free"]
        if not asked.token and not as_guest:
            return problem("token_missing")
        if asked.token and asked.token not in self.issuer.good:
            return problem("token_expired")
        if match is None:
            return self._own(asked)
        serve = {
            "unlock": self._unlock,
            "playback": self._playback,
            "quote": self._quote,
            "progress": self._progress,
            "watch": self._watch,
            "tips": lambda asked, _episode: self.gifts.take(asked),
        }
        return serve[match[2]](asked, episode)

    def _listed(self, asked: Asked) -> Reply:
        begin = int(asked.query.get("cursor", "0"))
        cards, end = self.catalog[begin : begin + PAGE_OF_LIST], begin + PAGE_OF_LIST
        following = str(end) if end < len(self.catalog) else None
        return as_json(200, {"series": [self._card(one) for one in cards], "nextCursor": following})

    @staticmethod
    def _card(one: dict[str, Any]) -> dict[str, Any]:
        free = sum(episode["free"] for episode in one["episodes"])
        card = {name: one[name] for name in ("seriesId", "title", "synopsis", "posterUrl")}
        return card | {"episodes": len(one["episodes"]), "freeEpisodes": free}

    def _own(self, asked: Asked) -> Reply:
        """What is the viewer's alone."""
        viewer = self.viewer
        if asked.path == "/v1/wallet":
            return as_json(200, viewer.wallet())
        if asked.path == "/v1/wallet/tip-limit":
            return self.gifts.limit(asked)
        if asked.path == "/v1/wallet/limits":
            viewer.limits = asked.json
            viewer.entries += 1
            return as_json(200, viewer.wallet())
        if asked.path == "/v1/wallet/statement":
            begin = int(asked.query.get("cursor", "0"))
            following = str(begin + PAGE_OF_LIST) if begin + PAGE_OF_LIST < len(viewer.lines) else None
            return as_json(200, {"lines": viewer.lines[begin : begin + PAGE_OF_LIST], "nextCursor": following})
        if match := re.fullmatch(r"/v1/wallet/receipts/(\d+)", asked.path):
            receipt = viewer.receipt(int(match[1]))
            return problem("not_found") if receipt is None else as_json(200, receipt)
        if asked.path.startswith(("/v1/packs", "/v1/orders", "/v1/cards")):
            return self.shop.answer(asked)
        if asked.path == "/v1/me":
            viewer.profile = asked.json if asked.method == "PUT" else viewer.profile
            return as_json(200, {"personId": "mia", "account": "viewer:mia", **viewer.profile})
        if asked.path.startswith(("/v1/rewards", "/v1/watch/beats", "/v1/cashback")):
            return as_json(200, self.earning.answer(asked))
        if asked.path == "/v1/continue":
            newest = {series: (episode, at) for (series, episode), at in viewer.progress.items()}
            items = [self._begun(series, *where) for series, where in newest.items()]
            return as_json(200, {"items": items, "nextCursor": None})
        if asked.path.endswith("/entitlements"):
            unlocks = [
                {"first": first, "last": last, "seq": one["receipt"]["seq"]}
                for (first, last), one in viewer.unlocked.items()
            ]
            return as_json(200, {"seriesId": SERIES, "included": False, "unlocks": unlocks})
        if asked.path == f"/v1/series/{SERIES}/refund":
            viewer.take_back()
            return as_json(200, {"receipts": [], "wallet": viewer.wallet()})
        if asked.path == f"/v1/series/{SERIES}/unlock":
            return self._unlock_range(asked)
        return problem("route_not_found")

    @staticmethod
    def _begun(series: str, episode: int, position: int) -> dict[str, Any]:
        item = {"seriesId": series, "episode": episode, "positionMs": position, "durationMs": 60_000}
        return item | {"savedAt": "2026-11-21T08:15:00.000Z"}

    def _unlock(self, asked: Asked, episode: dict[str, Any]) -> Reply:
        number, price = episode["episode"], episode["priceCoins"]
        again = (number, number) in self.viewer.unlocked
        if not again and (refusal := self._refusal(asked.json, price)):
            return refusal
        if not again:
            self.viewer.pay(number, price)
        return as_json(200 if again else 201, {"alreadyUnlocked": again, **self.viewer.unlocked[number, number]})

    def _unlock_range(self, asked: Asked) -> Reply:
        first, last, price = asked.json["first"], asked.json["last"], asked.json["priceShownCoins"]
        offers = self.viewer.quote(self.catalog[0]["episodes"], first, "USD")["options"]
        offer = next(one for one in offers if (one["first"], one["last"]) == (first, last))
        if refusal := self._refusal(asked.json, offer["priceCoins"]):
            return refusal
        self.viewer.pay(first, price, last)
        told = self.viewer.unlocked[first, last]
        return as_json(201, {"alreadyUnlocked": False, "receipts": [told["receipt"]], "wallet": told["wallet"]})

    def _refusal(self, body: dict[str, Any], price: int) -> Reply | None:
        viewer = self.viewer
        if body["priceShownCoins"] != price:
            return problem("price_changed", priceCoins=price)
        if body.get("automatic") and not viewer.limits["autoUnlock"]:
            return problem("auto_unlock_off")
        if viewer.total < price:
            missing = price - viewer.total
            return problem("insufficient_coins", priceCoins=price, balanceCoins=viewer.total, missingCoins=missing)
        limit = viewer.limits["dayCoins"]
        if limit is not None and viewer.spent + price > limit:
            told = {"rule": "day", "limitCoins": limit, "spentCoins": viewer.spent, "priceCoins": price}
            return problem("spend_limit_reached", **told, resetsAt="2026-11-22T00:00:00.000Z")
        return None

    def _quote(self, asked: Asked, episode: dict[str, Any]) -> Reply:
        currency = asked.query.get("currency", "USD")
        return as_json(200, self.viewer.quote(self.catalog[0]["episodes"], episode["episode"], currency))

    def _progress(self, asked: Asked, episode: dict[str, Any]) -> Reply:
        place = (SERIES, episode["episode"])
        self.viewer.progress.pop(place, None)
        self.viewer.progress[place] = asked.json["positionMs"]
        position = {"positionMs": asked.json["positionMs"], "savedAt": "2026-11-21T08:15:00.000Z"}
        return as_json(200, position | {"nextAfter": "2026-11-21T08:15:30.000Z"})

    def _watch(self, asked: Asked, episode: dict[str, Any]) -> Reply:
        return as_json(200, self.earning.begin(episode["episode"], asked.json["session"]))

    def _playback(self, asked: Asked, episode: dict[str, Any]) -> Reply:
        number, price = episode["episode"], episode["priceCoins"]
        if not episode["free"] and not self.viewer.owns(number):
            held = self.viewer.total
            return problem(
                "episode_locked", priceCoins=price, generation=0, balanceCoins=held, missingCoins=max(0, price - held)
            )
        place = f"{SERIES}/{number}/v1/"
        resume = self.viewer.progress.get((SERIES, number)) if asked.token else None
        grant: dict[str, Any] = {"expiresAt": "2099-01-01T01:00:00Z", "renewAfter": self.renew_after, "version": "v1"}
        grant |= {"durationMs": 60_000, "resumeMs": resume}
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
