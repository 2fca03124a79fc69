"""A refund, from the wall to the wall: what was open closes at the next renewal, on every way to it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from cliffhanger import bootstrap
from cliffhanger.catalog.authoring import publish_video
from cliffhanger.catalog.domain import Video
from cliffhanger.ledger.names import viewer
from cliffhanger.playback.domain import LIFETIME_S
from cliffhanger.unlocks.reversal import reverse_unlock
from functions.offline.handler import handler as offline
from functions.playback.handler import handler as playback
from functions.progress.handler import handler as progress
from functions.unlock.handler import handler as unlocking
from tests.support.http import access_token, body_of, event
from tests.support.media_platform import PAGE, Platform, media_platform
from tests.support.world import give

EPISODE = "/v1/series/{seriesId}/episodes/{episode}"
MIA = "mia"


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> Iterator[Platform]:
    """The shipped adapters over moto; mia has 30 coins."""
    with media_platform(monkeypatch, wired=True) as made:
        for episode in (1, 2):
            video = Video("7k2m9x4q0v5t8w1z", "master.m3u8", 90_000, 1)
            publish_video(made.catalog, PAGE.series, episode, video)
        give(bootstrap.ledger_store(), MIA, bought=30, bonus=0)
        yield made


def ask(handler: Any, route: str, episode: int = 2, body: Any = None) -> tuple[int, Any]:
    """What mia's request is answered."""
    names = {"seriesId": PAGE.series, "episode": str(episode)}
    method, token = route.split(maxsplit=1)[0], access_token(MIA)
    answer = handler(event(method, "/", route=route, path_parameters=names, body=body, token=token), None)
    return answer["statusCode"], body_of(answer)


def play() -> tuple[int, Any]:
    return ask(playback, f"POST {EPISODE}/playback")


def keep() -> tuple[int, Any]:
    return ask(offline, f"POST {EPISODE}/offline", body={"device": "phone"})


def unlock(generation: int = 0) -> tuple[int, Any]:
    return ask(unlocking, f"POST {EPISODE}/unlock", body={"priceShownCoins": 12, "generation": generation})


def save() -> tuple[int, Any]:
    return ask(progress, f"PUT {EPISODE}/progress", body={"positionMs": 41_500})


def kept_states() -> list[str]:
    status, body = ask(offline, "GET /v1/offline")
    assert status == 200
    return [item["state"] for item in body["items"]]


def continued() -> list[tuple[int, int]]:
    status, body = ask(progress, "GET /v1/continue")
    assert status == 200
    return [(item["episode"], item["positionMs"]) for item in body["items"]]


def refund(seq: int) -> None:
    ledger = bootstrap.ledger_store()
    reverse_unlock(ledger, ledger.entry(viewer(MIA), seq), "case1", {"reason": "goodwill"})


def test_a_refund_ends_playback_at_the_next_renewal_and_revokes_what_is_kept(platform: Platform) -> None:
    assert play()[0] == 402
    status, bought = unlock()
    assert status == 201
    assert play()[0] == 200
    assert keep()[0] == 201
    assert save()[0] == 200
    assert kept_states() == ["valid"]

    refund(bought["receipt"]["seq"])

    status, locked = play()
    assert (status, locked["code"], locked["generation"]) == (402, "episode_locked", 1)
    assert keep()[0] == 402
    assert kept_states() == ["revoked"]
    assert continued() == [(2, 41_500)], "where the viewer was is the viewer's, and stays"

    assert unlock(generation=1)[0] == 201
    status, again = play()
    assert (status, again["resumeMs"]) == (200, 41_500)
    assert kept_states() == ["valid"]


def test_a_refund_is_noticed_within_a_quarter_of_an_hour() -> None:
    """A grant cannot be called back: it only ends."""
    assert LIFETIME_S == 900


def test_a_refund_leaves_what_is_free_alone(platform: Platform) -> None:
    status, bought = unlock()
    assert status == 201
    refund(bought["receipt"]["seq"])
    assert ask(playback, f"POST {EPISODE}/playback", 1)[0] == 200
