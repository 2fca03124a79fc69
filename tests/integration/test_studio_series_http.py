"""Series in the studio over HTTP: how a creator makes one, and what nobody can do to it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from cliffhanger import bootstrap
from cliffhanger.catalog.authoring import publish_video
from cliffhanger.catalog.domain import EpisodeLine, Video
from cliffhanger.clock import rfc3339
from functions.catalog.handler import handler as catalog
from functions.studio.handler import handler as studio
from tests.support.http import access_token, body_of, event
from tests.support.shelf import HOUR_MS, NOW, Shelf, shelf_of
from tests.support.story import TITLES
from tests.support.world import SERIES

NEW = "the-first-train"
SERIES_BODY: dict[str, Any] = {
    "title": "The First Train",
    "synopsis": "It leaves before anybody wakes.",
    "language": "en",
    "languages": ["de", "pt-BR"],
    "tags": ["noir", "trains"],
    "ageRating": 12,
    "freeEpisodes": 1,
    "pricing": {"startCoins": 10, "riseCoins": 2, "everyEpisodes": 1, "mostCoins": 40},
    "ceilingCoins": 200,
    "restDiscountPercent": 15,
    "earlyHours": 48,
    "refundableEpisodes": 3,
    "listed": True,
    "revision": 0,
}
EPISODE_BODY: dict[str, Any] = {
    "title": "Platform Nine",
    "priceCoins": None,
    "cliffhangerMs": None,
    "releaseAt": None,
    "revision": 1,
}


@pytest.fixture(autouse=True)
def shelf(monkeypatch: pytest.MonkeyPatch) -> Iterator[Shelf]:
    with shelf_of(monkeypatch, "functions.studio.handler.system_clock") as made:
        yield made


def ask(
    method: str,
    route: str,
    *,
    parameters: dict[str, str] | None = None,
    person: str = "cleo",
    groups: tuple[str, ...] = ("creator",),
    **parts: Any,
) -> dict[str, Any]:
    token = access_token(person, groups=groups)
    key = f"{method} /v1/studio/series{route}"
    return studio(event(method, "/v1/studio", route=key, path_parameters=parameters, token=token, **parts), None)


def put_series(series: str = NEW, *, body: Any = None, **who: Any) -> dict[str, Any]:
    made = SERIES_BODY if body is None else body
    return ask("PUT", "/{seriesId}", parameters={"seriesId": series}, body=made, **who)


def put_episode(episode: str, series: str = NEW, *, body: Any = None, **who: Any) -> dict[str, Any]:
    made = EPISODE_BODY if body is None else body
    return ask(
        "PUT",
        "/{seriesId}/episodes/{episode}",
        parameters={"seriesId": series, "episode": episode},
        body=made,
        **who,
    )


def get_series(series: str = NEW, **who: Any) -> dict[str, Any]:
    return ask("GET", "/{seriesId}", parameters={"seriesId": series}, **who)


def get_list(query: dict[str, str] | None = None, **who: Any) -> dict[str, Any]:
    return ask("GET", "", query=query, **who)


def public(series: str = NEW) -> dict[str, Any]:
    route = "GET /v1/series/{seriesId}"
    return catalog(event("GET", f"/v1/series/{series}", route=route, path_parameters={"seriesId": series}), None)


def problem_of(answer: dict[str, Any]) -> tuple[int, str]:
    return answer["statusCode"], body_of(answer)["code"]


def test_a_creator_makes_a_series_and_reads_it_back() -> None:
    answer = put_series()
    assert answer["statusCode"] == 201
    assert body_of(answer) == {
        **SERIES_BODY,
        "seriesId": NEW,
        "creatorShareBp": 5_000,
        "revision": 1,
        "posterUrl": None,
        "episodes": [],
    }
    assert body_of(get_series()) == body_of(answer)


def test_a_creator_adds_episodes_one_after_the_other() -> None:
    put_series()
    assert put_episode("1")["statusCode"] == 201
    release = rfc3339(NOW + HOUR_MS)
    second = EPISODE_BODY | {"priceCoins": 30, "cliffhangerMs": 58_000, "releaseAt": release, "revision": 2}
    answer = put_episode("2", body=second)
    assert answer["statusCode"] == 201
    assert body_of(answer)["revision"] == 3
    assert body_of(answer)["episodes"][1] == {
        "episode": 2,
        "title": "Platform Nine",
        "priceCoins": 30,
        "viewerPriceCoins": 30,
        "published": False,
        "durationMs": None,
        "cliffhangerMs": 58_000,
        "releaseAt": release,
        "posterUrl": None,
    }
    assert body_of(answer)["episodes"][0]["viewerPriceCoins"] == 0


def test_a_creator_changes_a_series_and_an_episode() -> None:
    put_series()
    put_episode("1")
    changed = put_series(body=SERIES_BODY | {"title": "Renamed", "freeEpisodes": 0, "revision": 2})
    assert changed["statusCode"] == 200
    episode = put_episode("1", body=EPISODE_BODY | {"title": "Platform Ten", "revision": 3})
    assert episode["statusCode"] == 200
    body = body_of(episode)
    assert (body["title"], body["revision"], body["episodes"][0]["title"]) == ("Renamed", 4, "Platform Ten")
    assert body["episodes"][0]["viewerPriceCoins"] == 10


def test_a_request_that_is_repeated_is_answered_with_what_stands(shelf: Shelf) -> None:
    first = put_series()
    again = put_series()
    assert (again["statusCode"], again["body"]) == (200, first["body"])
    put_episode("1")
    before = shelf.bytes
    repeated = put_episode("1")
    assert repeated["statusCode"] == 200
    assert put_series()["statusCode"] == 200
    assert body_of(put_series())["revision"] == 2
    assert shelf.bytes == before


@pytest.mark.parametrize("revision", [0, 1, 9])
def test_a_change_from_another_revision_hears_the_present_one(shelf: Shelf, revision: int) -> None:
    put_series()
    put_episode("1")
    before = shelf.bytes
    answer = put_series(body=SERIES_BODY | {"title": "Other", "revision": revision})
    assert problem_of(answer) == (409, "series_changed")
    assert body_of(answer)["revision"] == 2
    assert shelf.bytes == before


def test_an_episode_out_of_order_hears_the_next_number(shelf: Shelf) -> None:
    put_series()
    before = shelf.bytes
    answer = put_episode("2")
    assert problem_of(answer) == (409, "episode_out_of_order")
    assert body_of(answer)["next"] == 1
    assert shelf.bytes == before


def test_somebody_elses_series_is_untouched_byte_for_byte(shelf: Shelf) -> None:
    before = shelf.bytes
    mallory: dict[str, Any] = {"person": "mallory"}
    for answer in (
        put_series(SERIES, **mallory),
        put_series(SERIES, body=SERIES_BODY | {"revision": 1}, **mallory),
        put_episode("1", SERIES, **mallory),
        put_episode("4", SERIES, **mallory),
        get_series(SERIES, **mallory),
    ):
        assert problem_of(answer) == (403, "not_owner")
        assert "cleo" not in answer["body"]
    assert shelf.bytes == before


def test_only_creators_write(shelf: Shelf) -> None:
    before = shelf.bytes
    for groups in ((), ("viewer",), ("operator",), ("Creator",)):
        for answer in (put_series(groups=groups), put_episode("1", groups=groups), get_list(groups=groups)):
            assert problem_of(answer) == (403, "group_required")
    unsigned = studio(event("PUT", "/", route="PUT /v1/studio/series/{seriesId}", body=SERIES_BODY), None)
    assert problem_of(unsigned) == (401, "token_missing")
    assert shelf.bytes == before


def test_a_draft_is_its_creators_alone_until_it_is_listed(shelf: Shelf) -> None:
    put_series(body=SERIES_BODY | {"listed": False})
    assert problem_of(public()) == (404, "not_found")
    assert not body_of(get_series())["listed"]
    shelf.at(NOW + HOUR_MS)
    put_series(body=SERIES_BODY | {"revision": 1})
    assert body_of(public())["seriesId"] == NEW
    assert shelf.page(NEW).listed_at == NOW + HOUR_MS


def test_creators_list_their_own_series_only() -> None:
    put_series(body=SERIES_BODY | {"listed": False})
    put_series("foreign", person="mallory")
    listed = body_of(get_list())
    assert [(series["seriesId"], series["listed"]) for series in listed["series"]] == [(NEW, False), (SERIES, True)]
    assert listed["series"][0] == {
        "seriesId": NEW,
        "title": "The First Train",
        "synopsis": "It leaves before anybody wakes.",
        "episodes": 0,
        "freeEpisodes": 1,
        "posterUrl": None,
        "listed": False,
    }
    assert listed["nextCursor"] is None
    assert [series["seriesId"] for series in body_of(get_list(person="mallory"))["series"]] == ["foreign"]


def test_a_cursor_of_one_creator_opens_nothing_for_another() -> None:
    put_series()
    answer = body_of(get_list({"limit": "1"}))
    rest = {"limit": "1", "cursor": answer["nextCursor"]}
    assert [series["seriesId"] for series in body_of(get_list(rest))["series"]] == [SERIES]
    assert problem_of(get_list(rest, person="mallory")) == (400, "cursor_invalid")
    forged = bootstrap.cursors().seal("listSeries", "cleo", {"series": SERIES, "listedAt": NOW})
    assert problem_of(get_list({"cursor": forged})) == (400, "cursor_invalid")


def test_what_a_creator_writes_shows_to_everybody() -> None:
    put_series()
    put_episode("1", body=EPISODE_BODY | {"title": "Cafe\u0301", "releaseAt": "2025-11-21T06:00:00+01:00"})
    publish_video(bootstrap.catalog_store(), NEW, 1, Video("v1", "master.m3u8", 60_000, 1))
    page = body_of(public())
    assert page["tags"] == ["noir", "trains"]
    assert page["episodes"][0]["title"] == "Café"
    assert page["episodes"][0]["releaseAt"] == "2025-11-21T05:00:00.000Z"
    assert page["episodes"][0]["durationMs"] == 60_000


def test_a_release_that_viewers_have_seen_is_not_moved(shelf: Shelf) -> None:
    put_series()
    put_episode("1", body=EPISODE_BODY | {"releaseAt": rfc3339(NOW + HOUR_MS)})
    publish_video(bootstrap.catalog_store(), NEW, 1, Video("v1", "master.m3u8", 60_000, 1))
    later = EPISODE_BODY | {"releaseAt": rfc3339(NOW + 3 * HOUR_MS), "revision": 3}
    assert put_episode("1", body=later)["statusCode"] == 200
    shelf.at(NOW + 4 * HOUR_MS)
    answer = put_episode("1", body=later | {"releaseAt": None, "revision": 4})
    assert (problem_of(answer), body_of(answer)["where"]) == ((422, "validation_failed"), "releaseAt")


def without(body: dict[str, Any], field: str) -> dict[str, Any]:
    return {name: value for name, value in body.items() if name != field}


BAD_SERIES: dict[str, Any] = {
    "no object": [],
    "an unknown field": SERIES_BODY | {"creatorShareBp": 9_000},
    "another's owner": SERIES_BODY | {"owner": "mallory"},
    "an empty title": SERIES_BODY | {"title": ""},
    "a blank title": SERIES_BODY | {"title": "   "},
    "a long title": SERIES_BODY | {"title": "x" * 81},
    "a long synopsis": SERIES_BODY | {"synopsis": "x" * 501},
    "a control character": SERIES_BODY | {"synopsis": "a\u0000b"},
    "a C1 control character": SERIES_BODY | {"title": "a\u0085b"},
    "an override": SERIES_BODY | {"title": "The \u202eniarT tsaL"},
    "an isolate": SERIES_BODY | {"title": "The \u2067niarT tsaL"},
    "no language": SERIES_BODY | {"language": ""},
    "an unknown form of language": SERIES_BODY | {"language": "EN_us"},
    "a language with a line feed": SERIES_BODY | {"language": "en\n"},
    "its own language again": SERIES_BODY | {"languages": ["en"]},
    "a language twice": SERIES_BODY | {"languages": ["de", "de"]},
    "nine languages": SERIES_BODY | {"languages": ["de", "fr", "it", "es", "pl", "pt", "ja", "ko", "zh"]},
    "a tag twice": SERIES_BODY | {"tags": ["noir", "noir"]},
    "a tag in capitals": SERIES_BODY | {"tags": ["Noir"]},
    "a tag with a line feed": SERIES_BODY | {"tags": ["noir\n"]},
    "a long tag": SERIES_BODY | {"tags": ["x" * 25]},
    "eleven tags": SERIES_BODY | {"tags": [f"tag-{number}" for number in range(11)]},
    "an age of no board": SERIES_BODY | {"ageRating": 13},
    "an age as text": SERIES_BODY | {"ageRating": "12"},
    "too many free episodes": SERIES_BODY | {"freeEpisodes": 201},
    "less than none free": SERIES_BODY | {"freeEpisodes": -1},
    "a half price": SERIES_BODY | {"pricing": SERIES_BODY["pricing"] | {"startCoins": 10.5}},
    "a price of nothing": SERIES_BODY | {"pricing": SERIES_BODY["pricing"] | {"startCoins": 0}},
    "a price of all": SERIES_BODY | {"pricing": SERIES_BODY["pricing"] | {"mostCoins": 1_001}},
    "a falling price": SERIES_BODY | {"pricing": SERIES_BODY["pricing"] | {"riseCoins": -1}},
    "a rise after no episode": SERIES_BODY | {"pricing": SERIES_BODY["pricing"] | {"everyEpisodes": 0}},
    "a start above the most": SERIES_BODY | {"pricing": SERIES_BODY["pricing"] | {"startCoins": 41}},
    "a pricing of its own": SERIES_BODY | {"pricing": SERIES_BODY["pricing"] | {"fallCoins": 1}},
    "a ceiling of nothing": SERIES_BODY | {"ceilingCoins": 0},
    "a ceiling below a price": SERIES_BODY | {"ceilingCoins": 9},
    "a ceiling too high": SERIES_BODY | {"ceilingCoins": 100_001},
    "a rest for nothing": SERIES_BODY | {"restDiscountPercent": 91},
    "a surcharge": SERIES_BODY | {"restDiscountPercent": -1},
    "more than a week early": SERIES_BODY | {"earlyHours": 169},
    "listed by a word": SERIES_BODY | {"listed": "yes"},
    "a revision below none": SERIES_BODY | {"revision": -1},
    "a revision too high": SERIES_BODY | {"revision": 10**9 + 1},
    **{f"no {field}": without(SERIES_BODY, field) for field in SERIES_BODY if field != "refundableEpisodes"},
    "a series that is all for nothing": SERIES_BODY | {"refundableEpisodes": 21},
}


@pytest.mark.parametrize("bad", BAD_SERIES)
def test_a_series_that_does_not_fit_is_refused_and_leaves_nothing(shelf: Shelf, bad: str) -> None:
    before = shelf.bytes
    answer = put_series(body=BAD_SERIES[bad])
    assert problem_of(answer) == (422, "validation_failed")
    assert shelf.bytes == before


BAD_EPISODES: dict[str, Any] = {
    "an unknown field": EPISODE_BODY | {"durationMs": 1},
    "an empty title": EPISODE_BODY | {"title": ""},
    "a title nobody can see": EPISODE_BODY | {"title": "\u200b"},
    "a long title": EPISODE_BODY | {"title": "x" * 81},
    "an override": EPISODE_BODY | {"title": "\u202dx"},
    "a price of nothing": EPISODE_BODY | {"priceCoins": 0},
    "a price of all": EPISODE_BODY | {"priceCoins": 1_001},
    "a price above the ceiling": EPISODE_BODY | {"priceCoins": 201},
    "a cliffhanger before the start": EPISODE_BODY | {"cliffhangerMs": 0},
    "a cliffhanger after an hour": EPISODE_BODY | {"cliffhangerMs": 3_600_000},
    "a release before 1970": EPISODE_BODY | {"releaseAt": "1969-12-31T23:59:59Z"},
    "a release after 2100": EPISODE_BODY | {"releaseAt": "2101-01-01T00:00:00Z"},
    "a release on no day": EPISODE_BODY | {"releaseAt": "2026-02-30T00:00:00Z"},
    "a release without a zone": EPISODE_BODY | {"releaseAt": "2026-02-01T00:00:00"},
    "a release as a number": EPISODE_BODY | {"releaseAt": NOW},
    "a release in words": EPISODE_BODY | {"releaseAt": "x" * 36},
    "a revision of none": EPISODE_BODY | {"revision": 0},
    **{f"no {field}": without(EPISODE_BODY, field) for field in EPISODE_BODY},
}


@pytest.mark.parametrize("bad", BAD_EPISODES)
def test_an_episode_that_does_not_fit_is_refused_and_leaves_nothing(shelf: Shelf, bad: str) -> None:
    put_series(body=SERIES_BODY | {"freeEpisodes": 0})
    before = shelf.bytes
    answer = put_episode("1", body=BAD_EPISODES[bad])
    assert problem_of(answer) == (422, "validation_failed")
    assert shelf.bytes == before


@pytest.mark.parametrize("series", ["Not-An-Id", "x" * 33, "", "-x", "a:b", "an-id\n"])
def test_a_series_has_an_id_of_its_grammar(shelf: Shelf, series: str) -> None:
    before = shelf.bytes
    assert problem_of(put_series(series)) == (422, "validation_failed")
    assert shelf.bytes == before


@pytest.mark.parametrize("episode", ["0", "-1", "one", "10000", "1.5"])
def test_an_episode_has_a_number(episode: str) -> None:
    put_series()
    assert problem_of(put_episode(episode)) == (422, "validation_failed")


def test_a_series_that_is_not_there_is_not_changed() -> None:
    assert problem_of(put_series(body=SERIES_BODY | {"revision": 1})) == (404, "not_found")
    assert problem_of(put_episode("1")) == (404, "not_found")
    assert problem_of(get_series()) == (404, "not_found")


def test_a_series_too_large_for_its_item_hears_by_how_much(shelf: Shelf) -> None:
    put_series(body=SERIES_BODY | {"synopsis": "漢" * 470})
    page = shelf.page(NEW)
    lines = tuple(EpisodeLine(number, title, None) for number, title in enumerate(TITLES, 1))
    shelf.replace(page._replace(episodes=lines))
    before = shelf.bytes
    answer = put_series(body=SERIES_BODY | {"synopsis": "😱" * 500, "title": "漢" * 80, "revision": 2})
    assert problem_of(answer) == (422, "page_too_large")
    assert body_of(answer)["bytes"] > body_of(answer)["maxBytes"] == 4_096
    assert shelf.bytes == before


def test_a_body_too_large_or_no_json_is_refused() -> None:
    assert problem_of(put_series(body="{")) == (400, "malformed_json")
    assert problem_of(put_series(body=json.dumps(SERIES_BODY | {"synopsis": "x" * 20_000}))) == (413, "body_too_large")
