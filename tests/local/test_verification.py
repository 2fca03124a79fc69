"""The demo's check is made once: a document that the list names; nothing where reviewers have it or have decided."""

from __future__ import annotations

from typing import Any

import pytest

from cliffhanger.kyc.domain import STRONG
from cliffhanger.kyc.lists import shipped
from cliffhanger.kyc.screening import screen
from local import verification

API, STRIPE, TOKEN = "http://127.0.0.1:1", "http://127.0.0.1:2", "vic"


class Platform:
    """As much of the API and of the local Stripe as the check needs."""

    def __init__(self) -> None:
        self.state = "none"
        self.shown: list[dict[str, Any]] = []

    def call(self, method: str, url: str, token: str | None, body: dict[str, Any] | None = None) -> Any:
        match method, url:
            case "GET", "http://127.0.0.1:1/v1/creator/verification":
                return {"state": self.state, "check": None}
            case "POST", "http://127.0.0.1:1/v1/creator/verification":
                assert (token, body) == (TOKEN, {"tier": 1})
                return {"state": "pending", "check": {"url": None if self.shown else f"{STRIPE}/verify/vs_1"}}
            case "POST", "http://127.0.0.1:2/_local/verifications/vs_1":
                assert (token, body) == (None, {"to": "verified", **verification.DOCUMENT})
                self.shown.append(verification.DOCUMENT)
                return {}
        raise AssertionError(url)


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> Platform:
    made = Platform()
    monkeypatch.setattr(verification, "call", made.call)
    return made


def test_the_document_is_shown_once_however_often_the_platform_starts(platform: Platform) -> None:
    for _ in range(2):
        verification.seed(API, STRIPE, TOKEN)
        platform.state = "pending"
    assert platform.shown == [verification.DOCUMENT]


@pytest.mark.parametrize("state", ["review", "verified", "refused", "expired"])
def test_what_has_become_of_the_check_stays(platform: Platform, state: str) -> None:
    platform.state = state
    verification.seed(API, STRIPE, TOKEN)
    assert platform.shown == []


def test_the_document_is_a_strong_hit_on_the_list_that_ships_so_that_two_have_to_look() -> None:
    name = f"{verification.DOCUMENT['first_name']} {verification.DOCUMENT['last_name']}"
    found = screen(name, verification.DOCUMENT["dob"], verification.DOCUMENT["country"], (shipped(),))
    assert [hit.entry for hit in found.hits if hit.score >= STRONG] == ["SYN-0001"]
