"""The hosted sign-in, small enough to read, at an origin of its own."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
from collections.abc import Callable
from urllib.parse import urlencode

from tests.e2e.browser.servers import Asked, Reply, Server, as_json


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
