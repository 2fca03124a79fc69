"""The demo's partner is made once, and made whole again, whatever of it is there already."""

from __future__ import annotations

import urllib.request
from collections.abc import Mapping
from typing import Any

import pytest

from local import partner
from local.partner import People, Places, seed

PLACES = Places("http://127.0.0.1:1", "http://127.0.0.1:2", "https://127.0.0.1:3")
PEOPLE = People("operator", "member", "person1")


class Platform:
    """As much of the API as the partner needs, and the receiver's form."""

    def __init__(self) -> None:
        self.partners: dict[str, Any] = {}
        self.endpoints: dict[str, dict[str, Any]] = {}
        self.clients: list[dict[str, Any]] = []
        self.told: list[tuple[str, bytes]] = []
        self.secrets = 0

    def call(
        self,
        method: str,
        url: str,
        token: str,
        body: dict[str, Any] | None = None,
        more: Mapping[str, str] | None = None,
    ) -> Any:
        path = url.removeprefix(PLACES.api)
        if path.startswith("/v1/support/"):
            assert token == "operator"
            if method == "PUT":
                self.partners[path.rpartition("/")[2]] = body
            return {"partners": [{"partnerId": name} for name in self.partners]}
        assert token == "member"
        mode, _, rest = path.removeprefix("/v1/partner/").partition("/")
        if rest == "endpoints":
            return self.endpoints.setdefault((more or {})["Idempotency-Key"], {"endpointId": mode, **(body or {})})
        if rest.endswith("/secret"):
            return {"secret": f"whsec_{mode}"}
        if method == "GET":
            return {"clients": self.clients}
        self.secrets += 1
        if rest == "clients":
            self.clients.append({"clientId": "pc-test-1", **(body or {})})
        else:
            assert body == {"overlapHours": 0}, "a secret that nobody knows any more must not go on"
        return {"client": self.clients[0], "clientSecret": f"ps_test_{self.secrets}"}

    def urlopen(self, url: str, form: bytes, timeout: float) -> Any:
        self.told.append((url, form))

        class Answer:
            def close(self) -> None:
                pass

        return Answer()


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> Platform:
    made = Platform()
    monkeypatch.setattr(partner, "call", made.call)
    monkeypatch.setattr(urllib.request, "urlopen", made.urlopen)
    return made


def test_the_partner_sees_the_demo_s_series_and_its_receiver_knows_both_secrets(platform: Platform):
    made = seed(PLACES, PEOPLE)
    assert made == {"partnerId": "harbour", "clientId": "pc-test-1", "clientSecret": "ps_test_1"}
    assert platform.partners["harbour"]["members"] == ["person1"]
    assert platform.partners["harbour"]["reach"] == {"all": False, "series": ["the-last-train"]}
    urls = {one["url"] for one in platform.endpoints.values()}
    assert urls == {"https://127.0.0.1:3/live", "https://127.0.0.1:3/sandbox"}
    assert platform.told == [
        ("http://127.0.0.1:2/inboxes/live", b"secret=whsec_live"),
        ("http://127.0.0.1:2/inboxes/sandbox", b"secret=whsec_sandbox"),
    ]


def test_a_restart_makes_nothing_twice_and_knows_a_secret_again(platform: Platform):
    seed(PLACES, PEOPLE)
    again = seed(PLACES, PEOPLE)
    assert (len(platform.partners), len(platform.endpoints), len(platform.clients)) == (1, 2, 1)
    assert again["clientSecret"] == "ps_test_2"
    assert len(platform.told) == 4
