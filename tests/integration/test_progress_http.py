"""Where a viewer stopped: saved at most every half minute, gone on from, listed."""

from __future__ import annotations

from typing import Any

import pytest

from cliffhanger import bootstrap
from cliffhanger.catalog.authoring import publish_video
from cliffhanger.catalog.domain import Video
from cliffhanger.clock import rfc3339
from cliffhanger.errors import Unavailable
from cliffhanger.playback.service import Entitlements
from cliffhanger.progress.domain import EVERY_MS, KEPT_FOR_S
from cliffhanger.progress.store import ProgressStore
from cliffhanger.web.cursors import Cursors
from functions.playback.handler import handler as playback
from functions.progress.handler import handler
from tests.support.adapters import replace_in_bootstrap
from tests.support.http import access_token, body_of, event
from tests.support.media_platform import PAGE, Platform, media_platform
from tests.support.media_samples import CREATED_AT
from tests.support.world import dump

SAVE = "PUT /v1/series/{seriesId}/episodes/{episode}/progress"
CONTINUE = "GET /v1/continue"
PLAYBACK = "POST /v1/series/{seriesId}/episodes/{episode}/playback"
SERIES, OTHER = PAGE.series, "the-night-bus"
V1, V2 = "7k2m9x4q0v5t8w1z", "8k2m9x4q0v5t8w1z"
LENGTH = 90_000


class Clock:
    """The handlers' clock."""

    now = CREATED_AT

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr("functions.progress.handler.system_clock", made)
    monkeypatch.setattr("functions.playback.handler.system_clock", made)
    return made


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> Any:
    """Two series with videos of ninety seconds; everything is open to everybody."""
    sealed = Cursors(lambda: b"the-secret-of-these-tests-only-32b")
    monkeypatch.setattr(bootstrap, "cursors", lambda: sealed)
    everything = Entitlements(lambda *_: True, lambda *_: lambda _: True, lambda *_: {})
    replace_in_bootstrap(monkeypatch, "entitlements", lambda: everything)
    with media_platform(monkeypatch) as made:
        made.catalog.create(PAGE._replace(series=OTHER))
        for series in (SERIES, OTHER):
            for episode in (1, 2):
                publish_video(made.catalog, series, episode, Video(V1, "master.m3u8", LENGTH, 1))
        yield made


def save(position: Any = 41_500, *, series: str = SERIES, episode: int = 1, person: str = "mia", **more: Any) -> Any:
    names = {"seriesId": series, "episode": str(episode)}
    body = {"positionMs": position, **more}
    return handler(event("PUT", "/", route=SAVE, path_parameters=names, body=body, token=access_token(person)), None)


def standing(**asked: Any) -> int:
    answer = save(**asked)
    assert answer["statusCode"] == 200
    position: int = body_of(answer)["positionMs"]
    return position


def resumed(episode: int = 1, *, person: str | None = "mia", series: str = SERIES) -> int | None:
    names = {"seriesId": series, "episode": str(episode)}
    token = None if person is None else access_token(person)
    answer = playback(event("POST", "/", route=PLAYBACK, path_parameters=names, token=token), None)
    assert answer["statusCode"] == 200
    position: int | None = body_of(answer)["resumeMs"]
    return position


def listed(person: str = "mia", **query: str) -> Any:
    answer = handler(event("GET", "/v1/continue", route=CONTINUE, query=query, token=access_token(person)), None)
    assert answer["statusCode"] == 200
    return body_of(answer)


def problem_of(answer: Any) -> tuple[int, str]:
    return answer["statusCode"], body_of(answer)["code"]


def test_an_episode_goes_on_where_it_was_left(platform: Platform) -> None:
    assert resumed() is None
    answer = save(41_500)
    assert (answer["statusCode"], body_of(answer)) == (
        200,
        {
            "positionMs": 41_500,
            "savedAt": rfc3339(CREATED_AT),
            "nextAfter": rfc3339(CREATED_AT + EVERY_MS),
        },
    )
    assert resumed() == 41_500
    assert resumed(2) is None
    assert resumed(person="noa") is None


def test_a_guest_has_no_place_and_saves_none(platform: Platform) -> None:
    standing()
    assert resumed(person=None) is None
    names = {"seriesId": SERIES, "episode": "1"}
    refused = handler(event("PUT", "/", route=SAVE, path_parameters=names, body={"positionMs": 1}), None)
    assert problem_of(refused) == (401, "token_missing")


def test_a_viewer_s_episode_is_written_once_in_half_a_minute(platform: Platform, clock: Clock) -> None:
    """Whatever a client sends: who asks too early hears what stands, and nothing is written."""
    assert standing(position=10_000) == 10_000
    before = dump(platform.dynamodb, "test-progress")
    clock.now += EVERY_MS - 1
    early = body_of(save(40_000))
    assert (early["positionMs"], early["nextAfter"]) == (10_000, rfc3339(CREATED_AT + EVERY_MS))
    assert dump(platform.dynamodb, "test-progress") == before
    clock.now += 1
    assert standing(position=40_001) == 40_001


def test_the_next_episode_and_another_viewer_wait_for_nobody(platform: Platform, clock: Clock) -> None:
    standing(position=10_000)
    assert standing(position=500, episode=2) == 500
    assert standing(position=20_000, person="noa") == 20_000
    assert standing(position=30_000, series=OTHER) == 30_000
    clock.now += 1_000
    assert standing(position=11_000) == 10_000
    assert (resumed(1), resumed(2), resumed(1, series=OTHER)) == (10_000, 500, 30_000)


def test_a_position_beyond_the_end_is_the_end_and_begins_anew(platform: Platform) -> None:
    assert standing(position=LENGTH + 5_000) == LENGTH
    assert resumed() is None
    assert listed()["items"][0]["positionMs"] == LENGTH


def test_a_new_cut_begins_anew_and_a_mended_one_goes_on(platform: Platform, clock: Clock) -> None:
    standing(position=41_500)
    publish_video(platform.catalog, SERIES, 1, Video(V2, "master.m3u8", LENGTH, 2))
    assert resumed() == 41_500
    publish_video(platform.catalog, SERIES, 1, Video("9k2m9x4q0v5t8w1z", "master.m3u8", LENGTH + 20_000, 3))
    assert resumed() is None


def test_who_still_plays_a_replaced_version_saves_a_place_in_that_one(platform: Platform) -> None:
    publish_video(platform.catalog, SERIES, 1, Video(V2, "master.m3u8", 60_000, 2))
    assert standing(position=80_000, version=V1) == 80_000
    assert resumed() is None
    assert listed()["items"][0]["durationMs"] is None


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"episode": 3}, (404, "not_found")),
        ({"series": "no-such-series"}, (404, "not_found")),
        ({"series": "a/../b"}, (422, "validation_failed")),
        ({"position": -1}, (422, "validation_failed")),
        ({"position": 86_400_001}, (422, "validation_failed")),
        ({"position": 1.5}, (422, "validation_failed")),
        ({"position": "1"}, (422, "validation_failed")),
        ({"position": None}, (422, "validation_failed")),
        ({"version": "V/1"}, (422, "validation_failed")),
        ({"person_id": "noa"}, (422, "validation_failed")),
    ],
)
def test_what_does_not_fit_is_told_apart_and_saves_nothing(platform: Platform, changes: Any, expected: Any) -> None:
    assert problem_of(save(**changes)) == expected
    assert dump(platform.dynamodb, "test-progress") == []


def test_an_episode_without_a_video_has_no_place(platform: Platform) -> None:
    platform.catalog.create(PAGE._replace(series="not-yet"))
    assert problem_of(save(series="not-yet")) == (404, "not_found")


def test_series_to_continue_are_listed_latest_first_each_with_its_last_episode(
    platform: Platform, clock: Clock
) -> None:
    assert listed() == {"items": [], "nextCursor": None}
    for series, episode in ((SERIES, 1), (OTHER, 1), (SERIES, 2)):
        clock.now += 60_000
        standing(position=20_000, series=series, episode=episode)
    assert listed()["items"] == [
        {
            "seriesId": SERIES,
            "episode": 2,
            "positionMs": 20_000,
            "durationMs": LENGTH,
            "savedAt": rfc3339(CREATED_AT + 180_000),
        },
        {
            "seriesId": OTHER,
            "episode": 1,
            "positionMs": 20_000,
            "durationMs": LENGTH,
            "savedAt": rfc3339(CREATED_AT + 120_000),
        },
    ]
    assert listed(person="noa")["items"] == []


def test_pages_show_each_series_once_also_when_one_moves_up_meanwhile(platform: Platform, clock: Clock) -> None:
    for series in (SERIES, OTHER):
        clock.now += 60_000
        standing(series=series)
    first = listed(limit="1")
    assert [item["seriesId"] for item in first["items"]] == [OTHER]
    clock.now += 60_000
    standing(series=OTHER, episode=2)
    rest = listed(limit="1", cursor=first["nextCursor"])
    assert [item["seriesId"] for item in rest["items"]] == [SERIES]
    assert rest["nextCursor"] is None


def test_a_cursor_is_good_for_its_own_viewer_only(platform: Platform) -> None:
    standing()
    standing(series=OTHER)
    cursor = listed(limit="1")["nextCursor"]
    answer = handler(
        event("GET", "/v1/continue", route=CONTINUE, query={"cursor": cursor}, token=access_token("noa")), None
    )
    assert problem_of(answer) == (400, "cursor_invalid")


def test_what_nobody_goes_on_with_is_forgotten_after_a_year_and_a_month(platform: Platform) -> None:
    standing()
    [item] = dump(platform.dynamodb, "test-progress")
    assert item["expiresAt"] == {"N": str(CREATED_AT // 1000 + KEPT_FOR_S)}
    assert item["person"] == {"S": "mia"}


def test_an_episode_plays_while_nobody_knows_where_it_was_left(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    standing()

    def silent(*_: Any, **__: Any) -> Any:
        raise Unavailable("The table of progress does not answer.")

    monkeypatch.setattr(ProgressStore, "find", silent)
    assert resumed() is None
    assert problem_of(save(50_000)) == (503, "unavailable")


def test_a_viewer_whose_other_device_is_faster_each_time_hears_to_try_again(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ProgressStore, "put", lambda *_, **__: False)
    assert problem_of(save(50_000)) == (503, "busy")
    assert dump(platform.dynamodb, "test-progress") == []


def test_a_save_that_met_another_device_s_answers_with_what_that_one_saved(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after a lost reply: the write that was repeated finds its own first one."""
    stale = [None]
    find = ProgressStore.find

    def found(store: ProgressStore, *asked: Any, consistent: bool = False) -> Any:
        return find(store, *asked, consistent=True) if consistent or not stale else stale.pop()

    standing(position=10_000)
    monkeypatch.setattr(ProgressStore, "find", found)
    assert standing(position=12_000) == 10_000
