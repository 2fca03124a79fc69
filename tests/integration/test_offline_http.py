"""Episodes that devices keep: granted like a playback, bounded, listed with what must go, given up."""

from __future__ import annotations

import urllib.parse
from typing import Any

import pytest

from cliffhanger import bootstrap
from cliffhanger.catalog.authoring import publish_video
from cliffhanger.catalog.domain import EpisodeLine, Video
from cliffhanger.clock import rfc3339
from cliffhanger.errors import Busy
from cliffhanger.offline.domain import KEPT_MS, MOST_GRANTS, RENEWED_AFTER_MS
from cliffhanger.offline.store import LISTED_S, OfflineStore
from cliffhanger.playback.domain import Grant, Place, verify
from cliffhanger.playback.service import Entitlements
from functions.offline.handler import handler
from tests.support.adapters import replace_in_bootstrap
from tests.support.http import access_token, body_of, event
from tests.support.media_platform import PAGE, Platform, media_platform
from tests.support.media_samples import CREATED_AT
from tests.support.signing import KEY_ID, ORIGIN, private_key
from tests.support.world import dump

KEEP = "POST /v1/series/{seriesId}/episodes/{episode}/offline"
LIST = "GET /v1/offline"
DELETE = "DELETE /v1/offline/{grantId}"
SERIES, OTHER = PAGE.series, "the-night-bus"
V1, V2 = "7k2m9x4q0v5t8w1z", "8k2m9x4q0v5t8w1z"
OFFER = {"priceCoins": 12, "generation": 0, "balanceCoins": 0, "missingCoins": 12}


class Clock:
    now = CREATED_AT

    def __call__(self) -> int:
        return self.now


class Unlocked:
    """Who has unlocked what, and which series were looked up for a list."""

    def __init__(self) -> None:
        self.episodes = {("mia", SERIES, 2), ("mia", OTHER, 2)}
        self.looked_up: list[str] = []
        self.silent = False

    def entitled(self, person: str, series: str, episode: int) -> bool:
        return (person, series, episode) in self.episodes

    def entitled_in(self, person: str, series: str) -> Any:
        if self.silent:
            raise Busy("Try again in a moment.")
        self.looked_up.append(series)
        return lambda episode: (person, series, episode) in self.episodes


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr("functions.offline.handler.system_clock", made)
    return made


@pytest.fixture
def unlocked(monkeypatch: pytest.MonkeyPatch) -> Unlocked:
    made = Unlocked()
    entitlements = Entitlements(made.entitled, made.entitled_in, lambda *_: OFFER)
    replace_in_bootstrap(monkeypatch, "entitlements", lambda: entitlements)
    return made


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch, clock: Clock, unlocked: Unlocked) -> Any:
    with media_platform(monkeypatch) as made:
        made.catalog.create(PAGE._replace(series=OTHER))
        for series in (SERIES, OTHER):
            for episode in (1, 2):
                publish_video(made.catalog, series, episode, Video(V1, "master.m3u8", 90_000, 1))
        yield made


def keep(
    episode: int = 2, *, device: Any = "phone", series: str = SERIES, person: str = "mia", **claims: Any
) -> dict[str, Any]:
    names = {"seriesId": series, "episode": str(episode)}
    token = access_token(person, **claims)
    return handler(event("POST", "/", route=KEEP, path_parameters=names, body={"device": device}, token=token), None)


def kept(**asked: Any) -> Any:
    answer = keep(**asked)
    assert answer["statusCode"] in (200, 201)
    return body_of(answer)


def listed(person: str = "mia", groups: tuple[str, ...] = (), **query: str) -> list[dict[str, Any]]:
    token = access_token(person, groups=groups)
    answer = handler(event("GET", "/v1/offline", route=LIST, query=query, token=token), None)
    assert answer["statusCode"] == 200
    items: list[dict[str, Any]] = body_of(answer)["items"]
    return items


def states(**asked: Any) -> dict[tuple[str, int], str]:
    return {(item["seriesId"], item["episode"]): item["state"] for item in listed(**asked)}


def delete(grant_id: str, person: str = "mia") -> dict[str, Any]:
    path = {"grantId": grant_id}
    return handler(event("DELETE", "/", route=DELETE, path_parameters=path, token=access_token(person)), None)


def problem_of(answer: Any) -> tuple[int, str]:
    return answer["statusCode"], body_of(answer)["code"]


def test_an_unlocked_episode_is_granted_to_a_device_with_a_signed_address(platform: Platform) -> None:
    answer = keep()
    body = body_of(answer)
    assert answer["statusCode"] == 201
    assert "cookies" not in answer
    address = body.pop("playlistUrl")
    assert body == {
        "grantId": body["grantId"],
        "device": "phone",
        "version": V1,
        "downloadBy": rfc3339(CREATED_AT + 900_000),
        "keepUntil": rfc3339(CREATED_AT + KEPT_MS),
    }
    parts = urllib.parse.urlsplit(address)
    assert parts.path == f"/v1/playlists/{SERIES}/2/{V1}/master.m3u8"
    query = dict(urllib.parse.parse_qsl(parts.query))
    grant = Grant(query["grantPolicy"], query["grantSignature"], query["grantKey"])
    verify(grant, Place(SERIES, 2, V1).resource(ORIGIN), {KEY_ID: private_key().public_key()}, CREATED_AT)


def test_a_retry_answers_the_same_with_a_fresh_address_and_writes_nothing(platform: Platform, clock: Clock) -> None:
    first = body_of(keep())
    before = dump(platform.dynamodb, "test-offline")
    clock.now += 60_000
    again = keep()
    body = body_of(again)
    assert again["statusCode"] == 200
    assert body["downloadBy"] == rfc3339(clock.now + 900_000)
    steady = ("grantId", "device", "version", "keepUntil")
    assert [body[name] for name in steady] == [first[name] for name in steady]
    assert dump(platform.dynamodb, "test-offline") == before


def test_from_half_of_its_time_on_a_grant_is_renewed_as_long_as_the_episode_is_open(
    platform: Platform, clock: Clock, unlocked: Unlocked
) -> None:
    kept()
    clock.now += RENEWED_AFTER_MS
    assert kept()["keepUntil"] == rfc3339(clock.now + KEPT_MS)
    clock.now += RENEWED_AFTER_MS
    unlocked.episodes.clear()
    assert problem_of(keep()) == (402, "episode_locked")


def test_a_new_upload_is_fetched_under_the_same_grant(platform: Platform, clock: Clock) -> None:
    first = kept()
    publish_video(platform.catalog, SERIES, 2, Video(V2, "master.m3u8", 90_000, 2))
    again = kept()
    assert (again["grantId"], again["version"]) == (first["grantId"], V2)
    assert f"/{V2}/" in again["playlistUrl"]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"person": "noa"}, (402, "episode_locked")),
        ({"series": "no-such-series"}, (404, "not_found")),
        ({"episode": 3}, (404, "not_found")),
        ({"device": ""}, (422, "validation_failed")),
        ({"device": "x" * 65}, (422, "validation_failed")),
        ({"device": "a/b"}, (422, "validation_failed")),
        ({"device": "a\n"}, (422, "validation_failed")),
        ({"device": None}, (422, "validation_failed")),
    ],
)
def test_what_may_not_be_kept_is_refused_and_nothing_is_written(
    platform: Platform, asked: dict[str, Any], expected: Any
) -> None:
    assert problem_of(keep(**asked)) == expected
    assert dump(platform.dynamodb, "test-offline") == []


def test_a_guest_keeps_nothing(platform: Platform) -> None:
    names = {"seriesId": SERIES, "episode": "1"}
    answer = handler(event("POST", "/", route=KEEP, path_parameters=names, body={"device": "d"}), None)
    assert problem_of(answer) == (401, "token_missing")


def test_while_operators_have_stopped_playback_nothing_is_granted(platform: Platform) -> None:
    bootstrap.switches().put("playback", off=True, reason="incident", by="op1")
    assert problem_of(keep(1)) == (503, "switched_off")


def test_a_fourth_device_is_refused_until_another_gives_up_what_it_keeps(platform: Platform) -> None:
    grants = [kept(device=device) for device in ("phone", "tablet", "laptop")]
    before = dump(platform.dynamodb, "test-offline")
    refused = keep(device="fourth")
    assert problem_of(refused) == (403, "offline_limit_reached")
    assert (body_of(refused)["rule"], body_of(refused)["limit"]) == ("devices", 3)
    assert dump(platform.dynamodb, "test-offline") == before
    assert delete(grants[0]["grantId"])["statusCode"] == 204
    assert keep(device="fourth")["statusCode"] == 201


def test_one_episode_too_many_is_refused(platform: Platform) -> None:
    lines = tuple(EpisodeLine(number, f"No {number}", 0) for number in range(1, MOST_GRANTS + 2))
    platform.catalog.create(PAGE._replace(series="a-long-one", episodes=lines))
    for line in lines:
        publish_video(platform.catalog, "a-long-one", line.number, Video(V1, "master.m3u8", 90_000, 1))
    offline = bootstrap.offline_store()
    for line in lines[:-1]:
        assert kept(series="a-long-one", episode=line.number, person=f"p{line.number}")
        grants = offline.find(f"p{line.number}").grants
        assert offline.put("bo", offline.find("bo").changed(*offline.find("bo").grants, *grants), CREATED_AT)
    refused = keep(series="a-long-one", episode=lines[-1].number, person="bo")
    assert problem_of(refused) == (403, "offline_limit_reached")
    assert (body_of(refused)["rule"], body_of(refused)["limit"]) == ("grants", MOST_GRANTS)
    assert len(listed("bo")) == MOST_GRANTS


def test_a_list_shows_each_device_its_own_newest_first(platform: Platform, clock: Clock) -> None:
    kept()
    kept(episode=1)
    kept(device="tablet", series=OTHER)
    assert [(item["seriesId"], item["episode"]) for item in listed()] == [(OTHER, 2), (SERIES, 1), (SERIES, 2)]
    [item] = listed(device="tablet")
    assert item == {
        "grantId": item["grantId"],
        "seriesId": OTHER,
        "episode": 2,
        "device": "tablet",
        "version": V1,
        "keepUntil": rfc3339(CREATED_AT + KEPT_MS),
        "state": "valid",
    }
    assert listed("noa") == []


def test_what_is_no_longer_open_is_revoked_and_the_rest_is_not(platform: Platform, unlocked: Unlocked) -> None:
    for series in (SERIES, OTHER):
        kept(series=series)
    kept(episode=1)
    unlocked.episodes.discard(("mia", SERIES, 2))
    assert states() == {(SERIES, 2): "revoked", (SERIES, 1): "valid", (OTHER, 2): "valid"}


def test_a_list_looks_each_series_up_once(platform: Platform, unlocked: Unlocked) -> None:
    for device in ("phone", "tablet"):
        for series in (SERIES, OTHER):
            kept(series=series, device=device)
    listed()
    assert sorted(unlocked.looked_up) == [SERIES, OTHER]


def test_what_has_expired_is_called_so_and_costs_no_look(platform: Platform, clock: Clock, unlocked: Unlocked) -> None:
    kept()
    clock.now += KEPT_MS
    assert states() == {(SERIES, 2): "expired"}
    assert unlocked.looked_up == []
    assert keep()["statusCode"] == 201


def test_a_ledger_that_does_not_answer_revokes_nothing(platform: Platform, unlocked: Unlocked) -> None:
    """An app deletes what is revoked: better no list than a wrong one."""
    kept()
    unlocked.silent = True
    answer = handler(event("GET", "/v1/offline", route=LIST, token=access_token()), None)
    assert problem_of(answer) == (503, "busy")


def test_a_membership_that_ended_revokes_what_only_it_had_opened(platform: Platform) -> None:
    kept(person="max", groups=("member",))
    assert states(person="max", groups=("member",)) == {(SERIES, 2): "valid"}
    assert states(person="max") == {(SERIES, 2): "revoked"}


def test_a_series_that_was_withdrawn_is_revoked_but_for_who_has_unlocked_it(platform: Platform) -> None:
    kept()
    kept(episode=1)
    page = platform.catalog.page(SERIES, consistent=True)
    assert page is not None
    assert platform.catalog.replace(page._replace(listed=False, revision=page.revision + 1))
    assert states() == {(SERIES, 2): "valid", (SERIES, 1): "revoked"}


def test_a_grant_is_given_up_by_its_own_viewer_alone_and_as_often_as_asked(platform: Platform) -> None:
    grant = kept()["grantId"]
    assert delete(grant, "noa")["statusCode"] == 204
    assert len(listed()) == 1
    answer = delete(grant)
    assert (answer["statusCode"], answer["body"]) == (204, "")
    assert listed() == []
    assert delete(grant)["statusCode"] == 204
    assert problem_of(delete("no-such-grant!")) == (422, "validation_failed")


def test_what_is_kept_is_forgotten_a_month_after_it_ended(platform: Platform) -> None:
    kept()
    [item] = dump(platform.dynamodb, "test-offline")
    assert item["person"] == {"S": "mia"}
    assert item["expiresAt"] == {"N": str((CREATED_AT + KEPT_MS) // 1000 + LISTED_S)}


def test_who_meets_others_each_time_hears_to_try_again(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(OfflineStore, "put", lambda *_: False)
    assert problem_of(keep()) == (503, "busy")
    assert dump(platform.dynamodb, "test-offline") == []
