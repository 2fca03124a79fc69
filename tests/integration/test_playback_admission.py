"""Who plays what: guests, viewers of an age, members, the owner; before a release and after; while all is stopped."""

from __future__ import annotations

from typing import Any

import pytest

from cliffhanger import bootstrap
from cliffhanger.catalog.authoring import publish_video
from cliffhanger.catalog.domain import HOUR_MS, EpisodeLine, SeriesPage, Video
from cliffhanger.playback.service import Entitlements
from cliffhanger.switches.service import Switches
from cliffhanger.switches.store import SwitchesStore
from functions.playback.handler import handler
from tests.support.adapters import replace_in_bootstrap
from tests.support.dynamodb import Fault, MemoryDynamoDB, ScriptedFaults, connect
from tests.support.http import access_token, body_of, event
from tests.support.media_platform import PAGE, Platform, media_platform
from tests.support.media_samples import CREATED_AT
from tests.support.tables import SWITCHES

PLAYBACK = "POST /v1/series/{seriesId}/episodes/{episode}/playback"
SERIES = "the-night-bus"
OFFER = {"priceCoins": 12, "generation": 0, "balanceCoins": 0, "missingCoins": 12}
FREE, PAID, LATER = 1, 2, 3
GUEST = None
OWNER = {"person": "cleo", "groups": ("creator",)}
MEMBER = {"person": "max", "groups": ("member",)}
BUYER = {"person": "bo"}
VIEWER = {"person": "mia"}

Admission = tuple[int, str]
PLAYS = (200, "")


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A catalog to add series to, at a known time; bo has unlocked everything, the others nothing."""
    unlocked = Entitlements(
        entitled=lambda person, _series, _episode: person == "bo",
        entitled_in=lambda person, _series: lambda _episode: person == "bo",
        offer=lambda *_: OFFER,
    )
    replace_in_bootstrap(monkeypatch, "entitlements", lambda: unlocked)
    monkeypatch.setattr("functions.playback.handler.system_clock", lambda: CREATED_AT)
    with media_platform(monkeypatch) as made:
        yield made


def series(platform: Platform, **changes: Any) -> SeriesPage:
    """One free and one paid episode, and a third that is released in two hours; members see it an hour before."""
    page = PAGE._replace(
        series=SERIES,
        early_hours=1,
        episodes=(
            EpisodeLine(1, "One", None),
            EpisodeLine(2, "Two", 12),
            EpisodeLine(3, "Three", 12, release_at=CREATED_AT + 2 * HOUR_MS),
        ),
    )._replace(**changes)
    platform.catalog.create(page)
    for line in page.episodes:
        publish_video(platform.catalog, SERIES, line.number, Video("v1", "master.m3u8", 8_000, 1))
    return page


def play(who: dict[str, Any] | None, episode: int = FREE, **sent: Any) -> dict[str, Any]:
    names = {"seriesId": SERIES, "episode": str(episode)}
    token = None if who is None else access_token(**who)
    return handler(event("POST", "/", route=PLAYBACK, path_parameters=names, token=token, **sent), None)


def admitted(who: dict[str, Any] | None, episode: int = FREE) -> Admission:
    answer = play(who, episode)
    granted = "cookies" in answer
    assert granted == (answer["statusCode"] == 200)
    return answer["statusCode"], body_of(answer).get("code", "")


@pytest.mark.parametrize(
    ("who", "free", "paid"),
    [
        (GUEST, PLAYS, (401, "token_missing")),
        (VIEWER, PLAYS, (402, "episode_locked")),
        (BUYER, PLAYS, PLAYS),
        (MEMBER, PLAYS, PLAYS),
        (OWNER, PLAYS, PLAYS),
    ],
    ids=["guest", "viewer", "buyer", "member", "owner"],
)
def test_everybody_plays_what_is_free_and_what_is_paid_for(
    platform: Platform, who: Any, free: Admission, paid: Admission
) -> None:
    series(platform)
    assert (admitted(who, FREE), admitted(who, PAID)) == (free, paid)


def test_a_guest_at_the_wall_is_told_to_sign_in_and_of_no_price(platform: Platform) -> None:
    """What it costs depends on who asks."""
    series(platform)
    answer = play(GUEST, PAID)
    assert "Sign in" in body_of(answer)["detail"]
    assert "priceCoins" not in body_of(answer)
    assert answer["headers"]["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize("token", ["nonsense", access_token(exp=1), access_token(key="another-key")])
def test_a_guest_with_a_broken_token_is_no_guest(platform: Platform, token: str) -> None:
    series(platform)
    names = {"seriesId": SERIES, "episode": "1"}
    answer = handler(event("POST", "/", route=PLAYBACK, path_parameters=names, token=token), None)
    assert answer["statusCode"] == 401


@pytest.mark.parametrize(
    ("rating", "guest", "unknown", "seventeen", "eighteen"),
    [
        (0, PLAYS, PLAYS, PLAYS, PLAYS),
        (12, PLAYS, PLAYS, PLAYS, PLAYS),
        (16, (401, "token_missing"), (403, "age_restricted"), PLAYS, PLAYS),
        (18, (401, "token_missing"), (403, "age_restricted"), (403, "age_restricted"), PLAYS),
    ],
)
def test_a_series_plays_for_the_ages_it_is_for(
    platform: Platform, rating: int, guest: Admission, unknown: Admission, seventeen: Admission, eighteen: Admission
) -> None:
    series(platform, age_rating=rating)
    assert admitted(GUEST) == guest
    assert admitted(VIEWER) == unknown
    assert admitted({**VIEWER, "age": 17}) == seventeen
    assert admitted({**VIEWER, "age": 18}) == eighteen


@pytest.mark.parametrize("who", [BUYER, MEMBER], ids=["buyer", "member"])
def test_neither_coins_nor_a_membership_open_what_is_not_for_the_age(platform: Platform, who: Any) -> None:
    series(platform, age_rating=18)
    assert admitted({**who, "age": 17}, PAID) == (403, "age_restricted")
    assert admitted({**who, "age": 18}, PAID) == PLAYS


def test_an_age_that_is_not_known_is_asked_for(platform: Platform) -> None:
    series(platform, age_rating=16)
    body = body_of(play(VIEWER))
    assert body["ageRating"] == 16
    assert "birth date" in body["detail"]
    assert "birth date" not in body_of(play({**VIEWER, "age": 15}))["detail"]


@pytest.mark.parametrize(
    ("hours", "others", "member"),
    [
        (0, (409, "episode_unavailable"), (409, "episode_unavailable")),
        (1, (409, "episode_unavailable"), PLAYS),
        (2, PLAYS, PLAYS),
    ],
)
def test_an_episode_plays_from_its_release_and_for_members_before(
    platform: Platform, monkeypatch: pytest.MonkeyPatch, hours: int, others: Admission, member: Admission
) -> None:
    series(platform)
    monkeypatch.setattr("functions.playback.handler.system_clock", lambda: CREATED_AT + hours * HOUR_MS)
    assert admitted(BUYER, LATER) == others
    assert admitted(MEMBER, LATER) == member


def test_an_episode_that_is_not_released_is_neither_sold_nor_shown_to_a_guest(platform: Platform) -> None:
    series(platform)
    assert admitted(GUEST, LATER) == admitted(VIEWER, LATER) == (409, "episode_unavailable")


def test_who_made_the_series_sees_it_before_anybody_else(platform: Platform) -> None:
    series(platform, listed=False, age_rating=18)
    assert [admitted(OWNER, episode) for episode in (FREE, PAID, LATER)] == [PLAYS] * 3


def test_a_series_that_is_not_listed_plays_only_for_who_has_unlocked_it(platform: Platform) -> None:
    """A draft is nobody's yet; what was withdrawn stays with those who paid."""
    series(platform, listed=False)
    for who in (GUEST, VIEWER, MEMBER):
        assert admitted(who, FREE) == admitted(who, PAID) == (404, "not_found")
    assert admitted(BUYER, PAID) == PLAYS


def switch(*, off: bool) -> None:
    bootstrap.switches().put("playback", off=off, reason="incident", by="op1")


def test_while_operators_have_stopped_playback_nobody_begins_to_play(platform: Platform) -> None:
    series(platform)
    switch(off=True)
    for who in (GUEST, VIEWER, BUYER, MEMBER, OWNER):
        assert admitted(who) == (503, "switched_off")
    answer = play(GUEST)
    assert body_of(answer)["switch"] == "playback"
    assert int(answer["headers"]["retry-after"]) > 1
    switch(off=False)
    assert admitted(GUEST) == PLAYS


def test_a_table_of_switches_that_is_away_stops_nothing(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    series(platform)
    model = MemoryDynamoDB()
    told: list[str] = []
    model.call("CreateTable", SWITCHES)
    model.faults = ScriptedFaults({model.calls + 1: Fault.LOST_REQUEST})
    away = Switches(SwitchesStore(connect(model), SWITCHES["TableName"]), lambda: CREATED_AT, told.append)
    replace_in_bootstrap(monkeypatch, "switches", lambda: away)
    assert admitted(GUEST) == PLAYS
    assert told == ["playback"]


def test_a_viewer_hears_of_the_limit_and_a_guest_of_none(platform: Platform) -> None:
    series(platform)
    assert '"read";q=120;w=60' in play(VIEWER)["headers"]["ratelimit-policy"]
    assert "ratelimit" not in play(GUEST)["headers"]
