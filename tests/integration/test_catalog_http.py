"""The catalog over HTTP, as API Gateway calls it: what everybody sees of a series, and when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest

from cliffhanger import bootstrap
from cliffhanger.catalog.authoring import publish_video
from cliffhanger.catalog.domain import Pricing, Video
from cliffhanger.clock import rfc3339
from cliffhanger.web.cursors import Cursors
from functions.catalog.handler import handler as catalog
from tests.support.http import body_of, event
from tests.support.shelf import HOUR_MS, NOW, Shelf, shelf_of
from tests.support.world import PAGE, PRICE, SERIES

ONE = "GET /v1/series/{seriesId}"


@pytest.fixture(autouse=True)
def shelf(monkeypatch: pytest.MonkeyPatch) -> Iterator[Shelf]:
    with shelf_of(monkeypatch, "functions.catalog.handler.system_clock") as made:
        yield made


def look(series: str = SERIES, *, held: str | None = None) -> dict[str, Any]:
    """Asks for a series; ``held`` is the value of ``If-None-Match``."""
    return catalog(
        event(
            "GET",
            f"/v1/series/{series}",
            route=ONE,
            path_parameters={"seriesId": series},
            headers=_holding(held),
        ),
        None,
    )


def browse(query: dict[str, str] | None = None, *, held: str | None = None) -> dict[str, Any]:
    """Asks for the list; ``held`` is the value of ``If-None-Match``."""
    return catalog(event("GET", "/v1/series", query=query, headers=_holding(held)), None)


def _holding(held: str | None) -> dict[str, str]:
    return {} if held is None else {"if-none-match": held}


def stock(count: int) -> list[str]:
    """So many series more, and the ids of all, newest first."""
    for number in range(count):
        page = PAGE._replace(series=f"more-{number}", listed_at=PAGE.listed_at + number + 1)
        assert bootstrap.catalog_store().create(page)
    return [*(f"more-{number}" for number in reversed(range(count))), SERIES]


def ids_of(answer: dict[str, Any]) -> list[str]:
    return [series["seriesId"] for series in body_of(answer)["series"]]


def test_the_catalog_needs_no_sign_in() -> None:
    assert body_of(browse()) == {
        "series": [
            {
                "seriesId": SERIES,
                "title": "The Last Train",
                "synopsis": "She has one minute to decide.",
                "episodes": 3,
                "freeEpisodes": 1,
                "posterUrl": None,
            }
        ],
        "nextCursor": None,
    }


def test_posters_are_shown_once_there_is_one_and_the_first_episode_s_is_the_series_own() -> None:
    store = bootstrap.catalog_store()
    publish_video(store, SERIES, 2, Video("v2", "master.m3u8", 9_000, 1, "v2.0000001.jpg"))
    publish_video(store, SERIES, 1, Video("v1", "master.m3u8", 8_000, 1, "v1.0000000.jpg"))
    publish_video(store, SERIES, 2, Video("v3", "master.m3u8", 9_000, 2, "v3.0000001.jpg"))

    series = body_of(look())
    first, second, third = (line["posterUrl"] for line in series["episodes"])
    assert first == series["posterUrl"] == f"/posters/{SERIES}/1/v1.0000000.jpg"
    assert (second, third) == (f"/posters/{SERIES}/2/v3.0000001.jpg", None)
    assert body_of(browse())["series"][0]["posterUrl"] == series["posterUrl"]


def test_a_series_tells_all_that_a_viewer_decides_by(shelf: Shelf) -> None:
    shelf.replace(
        PAGE._replace(
            pricing=Pricing(10, 2, 1, 40),
            episodes=(
                *PAGE.episodes[:2],
                PAGE.episodes[2]._replace(price_coins=None, cliffhanger_ms=4_000, release_at=NOW + 50 * HOUR_MS),
            ),
            ceiling_coins=200,
            rest_discount_percent=15,
            early_hours=48,
            age_rating=12,
            languages=("de", "pt-BR"),
            tags=("noir", "trains"),
        )
    )
    answer = look()
    assert answer["statusCode"] == 200
    assert body_of(answer) == {
        "seriesId": SERIES,
        "title": "The Last Train",
        "synopsis": "She has one minute to decide.",
        "language": "en",
        "languages": ["de", "pt-BR"],
        "tags": ["noir", "trains"],
        "ageRating": 12,
        "freeEpisodes": 1,
        "ceilingCoins": 200,
        "restDiscountPercent": 15,
        "refundableEpisodes": 0,
        "posterUrl": None,
        "episodes": [
            {
                "episode": 1,
                "title": "Platform 9",
                "priceCoins": 0,
                "free": True,
                "published": True,
                "durationMs": 8_000,
                "cliffhangerMs": None,
                "releaseAt": None,
                "membersFrom": None,
                "posterUrl": None,
            },
            {
                "episode": 2,
                "title": "The Other Ticket",
                "priceCoins": PRICE,
                "free": False,
                "published": True,
                "durationMs": 9_000,
                "cliffhangerMs": None,
                "releaseAt": None,
                "membersFrom": None,
                "posterUrl": None,
            },
            {
                "episode": 3,
                "title": "Not Yet Shot",
                "priceCoins": 12,
                "free": False,
                "published": False,
                "durationMs": None,
                "cliffhangerMs": 4_000,
                "releaseAt": rfc3339(NOW + 50 * HOUR_MS),
                "membersFrom": rfc3339(NOW + 2 * HOUR_MS),
                "posterUrl": None,
            },
        ],
    }


def test_a_series_without_a_ceiling_says_so() -> None:
    assert body_of(look())["ceilingCoins"] is None


def test_the_catalog_never_tells_where_a_video_lies_or_whose_it_is() -> None:
    for answer in (look(), browse()):
        assert "m3u8" not in answer["body"]
        assert "cleo" not in answer["body"]


def test_a_release_comes_by_the_clock_alone(shelf: Shelf) -> None:
    """Nothing runs at that hour and nothing is written."""
    lines = (PAGE.episodes[0], PAGE.episodes[1]._replace(release_at=NOW + 1), PAGE.episodes[2])
    shelf.replace(PAGE._replace(episodes=lines))
    before, stored = look(), shelf.bytes
    assert [episode["published"] for episode in body_of(before)["episodes"]] == [True, False, False]
    shelf.at(NOW + 1)
    after = look(held=before["headers"]["etag"])
    assert after["statusCode"] == 200
    assert [episode["published"] for episode in body_of(after)["episodes"]] == [True, True, False]
    assert shelf.bytes == stored


def test_a_released_episode_without_a_video_is_not_published(shelf: Shelf) -> None:
    lines = (*PAGE.episodes[:2], PAGE.episodes[2]._replace(release_at=NOW - HOUR_MS))
    shelf.replace(PAGE._replace(episodes=lines))
    assert not body_of(look())["episodes"][2]["published"]


@pytest.mark.parametrize(("early_hours", "members_from"), [(0, None), (1, NOW), (168, NOW - 167 * HOUR_MS)])
def test_members_are_told_when_they_may_watch(shelf: Shelf, early_hours: int, members_from: int | None) -> None:
    lines = tuple(line._replace(release_at=NOW + HOUR_MS) for line in PAGE.episodes)
    shelf.replace(PAGE._replace(episodes=lines, early_hours=early_hours))
    told = [(episode["membersFrom"], episode["published"]) for episode in body_of(look())["episodes"]]
    assert told == [(None if members_from is None else rfc3339(members_from), False)] * 3


def test_an_episode_without_a_release_is_no_members_first(shelf: Shelf) -> None:
    shelf.replace(PAGE._replace(early_hours=48))
    assert {episode["membersFrom"] for episode in body_of(look())["episodes"]} == {None}


def test_an_unlisted_series_is_invisible(shelf: Shelf) -> None:
    unlisted = shelf.replace(PAGE._replace(listed=False))
    assert ids_of(browse()) == []
    refusal, unknown = look(), look("unknown")
    assert refusal["statusCode"] == 404
    assert refusal["body"] == unknown["body"]
    shelf.replace(unlisted._replace(listed=True))
    assert ids_of(browse()) == [SERIES]


def test_a_client_that_has_the_answer_is_told_so_without_it() -> None:
    for ask in (look, browse):
        first = ask()
        tag = first["headers"]["etag"]
        assert first["headers"]["cache-control"] == "no-cache"
        for held in (tag, f"W/{tag}", f'"other", {tag}', f'W/"other",W/{tag}', "*"):
            again = ask(held=held)
            assert (again["statusCode"], again["body"], again["headers"]["etag"]) == (304, "", tag)
        for other in ('"other"', tag.strip('"'), tag[:-2] + '"', ""):
            assert ask(held=other)["statusCode"] == 200


def test_a_changed_price_is_another_answer(shelf: Shelf) -> None:
    tag = look()["headers"]["etag"]
    shelf.replace(PAGE._replace(episodes=tuple(line._replace(price_coins=13) for line in PAGE.episodes)))
    answer = look(held=tag)
    assert answer["statusCode"] == 200
    assert answer["headers"]["etag"] != tag


@pytest.mark.parametrize("limit", [1, 2, 5, 6, 7])
def test_a_list_is_walked_by_its_cursors_with_nothing_twice_and_nothing_missing(limit: int) -> None:
    expected, pieces = stock(5), []
    query: dict[str, str] = {"limit": str(limit)}
    while "cursor" not in query or query["cursor"]:
        answer = browse(query)
        pieces.append(ids_of(answer))
        query["cursor"] = body_of(answer)["nextCursor"] or ""
        assert len(query["cursor"]) <= 512
    assert [series for piece in pieces for series in piece] == expected
    assert {len(piece) for piece in pieces[:-1]} <= {limit}


def test_a_page_of_the_list_has_twenty_series_unless_asked_otherwise() -> None:
    expected = stock(20)
    answer = browse()
    assert ids_of(answer) == expected[:20]
    assert ids_of(browse({"cursor": body_of(answer)["nextCursor"]})) == expected[20:]


def test_a_forged_cursor_opens_nothing() -> None:
    stock(2)
    cursor = body_of(browse({"limit": "1"}))["nextCursor"]
    of_another_list = bootstrap.cursors().seal("listOwnSeries", "", {"series": SERIES, "listedAt": 1})
    of_somebody = bootstrap.cursors().seal("listSeries", "cleo", {"series": SERIES, "listedAt": 1})
    of_another_secret = Cursors(lambda: b"another").seal("listSeries", "", {"series": SERIES, "listedAt": 1})
    flipped = cursor[:-1] + ("A" if cursor[-1] != "A" else "B")
    for forged in (flipped, cursor[1:], cursor + "A", "x", of_another_list, of_somebody, of_another_secret):
        answer = browse({"limit": "1", "cursor": forged})
        assert (answer["statusCode"], body_of(answer)["code"]) == (400, "cursor_invalid")


def test_a_cursor_of_ours_with_another_meaning_is_refused() -> None:
    """An older release may have given it."""
    cursor = bootstrap.cursors().seal("listSeries", "", ["the-last-train", 7])
    assert body_of(browse({"cursor": cursor}))["code"] == "cursor_invalid"


@pytest.mark.parametrize(
    "query",
    [{"limit": "0"}, {"limit": "101"}, {"limit": "-1"}, {"limit": "x"}, {"limit": "1.5"}, {"cursor": "A" * 513}],
)
def test_a_list_is_bounded(query: dict[str, str]) -> None:
    answer = browse(query)
    assert (answer["statusCode"], body_of(answer)["where"]) == (422, "query")


@pytest.mark.parametrize("series", ["Not-An-Id", "a/../b", "x" * 33, "", "the-last-train\n"])
def test_what_is_no_id_is_refused(series: str) -> None:
    answer = look(series)
    assert (answer["statusCode"], body_of(answer)["code"]) == (422, "validation_failed")


def test_times_are_told_in_utc(shelf: Shelf) -> None:
    lines = (PAGE.episodes[0]._replace(release_at=NOW), *PAGE.episodes[1:])
    shelf.replace(PAGE._replace(episodes=lines))
    told = body_of(look())["episodes"][0]["releaseAt"]
    assert dt.datetime.fromisoformat(told) == dt.datetime.fromtimestamp(NOW / 1_000, dt.UTC)
    assert told.endswith("Z")
