"""Quotes through their handler, as API Gateway calls it."""

from __future__ import annotations

from typing import Any

import pytest

from cliffhanger import bootstrap
from cliffhanger.catalog.domain import SeriesPage
from cliffhanger.commerce import domain
from cliffhanger.commerce.price_lists import EDITIONS
from cliffhanger.ledger.names import key_reference
from cliffhanger.wallet.service import set_own_limits
from tests.integration.unlocking import (
    EPISODE,
    LONG,
    ask_quote,
    ask_range,
    change_line,
    change_series,
    put_series,
    send,
    stored,
    tomorrow,
)
from tests.support.http import access_token, body_of


@pytest.fixture(autouse=True)
def page(dynamodb: Any) -> SeriesPage:
    return put_series(ceiling_coins=85, rest_discount_percent=10)


def euros(amount: int) -> dict[str, Any]:
    return {"amount": amount, "currency": "EUR", "digits": 2}


def test_a_quote_says_everything_that_the_wall_shows(dynamodb: Any) -> None:
    answer = ask_quote("9", {"next": "2", "currency": "EUR"}, token=access_token("noa"))
    assert answer["statusCode"] == 200
    assert body_of(answer) == {
        "status": "locked",
        "options": [
            {
                "kind": "episode",
                "first": 9,
                "last": 9,
                "generation": 0,
                "episodes": [{"episode": 9, "coins": 10}],
                "listCoins": 10,
                "discountCoins": 0,
                "cappedCoins": 0,
                "priceCoins": 10,
                "bonusCoins": 0,
                "boughtCoins": 0,
                "missingCoins": 10,
                "money": euros(10),
                "pack": {"packId": "taste", "coins": 100, "bonusCoins": 0, "price": euros(99)},
            },
            {
                "kind": "next",
                "first": 9,
                "last": 10,
                "generation": 0,
                "episodes": [{"episode": 9, "coins": 10}, {"episode": 10, "coins": 10}],
                "listCoins": 20,
                "discountCoins": 0,
                "cappedCoins": 0,
                "priceCoins": 20,
                "bonusCoins": 0,
                "boughtCoins": 0,
                "missingCoins": 20,
                "money": euros(20),
                "pack": {"packId": "taste", "coins": 100, "bonusCoins": 0, "price": euros(99)},
            },
            {
                "kind": "rest",
                "first": 2,
                "last": 10,
                "generation": 0,
                "episodes": [{"episode": number, "coins": 9} for number in range(2, 11)],
                "listCoins": 90,
                "discountCoins": 9,
                "cappedCoins": 0,
                "priceCoins": 81,
                "bonusCoins": 0,
                "boughtCoins": 0,
                "missingCoins": 81,
                "money": euros(81),
                "pack": {"packId": "taste", "coins": 100, "bonusCoins": 0, "price": euros(99)},
            },
        ],
        "neverMoreThan": {"coins": 85, "spentCoins": 0, "leftCoins": 85, "money": euros(85)},
        "bonusCoins": 0,
        "boughtCoins": 0,
        "dayLeftCoins": None,
        "seriesLeftCoins": None,
        "autoUnlock": False,
        "unreleasedEpisodes": 0,
        "asOf": 0,
    }


@pytest.mark.parametrize(("episode", "place", "kind"), [("4", 0, "episode"), ("4", 1, "next"), ("4", 2, "rest")])
def test_every_option_can_be_sent_back_as_it_is(dynamodb: Any, episode: str, place: int, kind: str) -> None:
    ask_range(6, 6, 10)
    option = body_of(ask_quote(episode, {"next": "4"}))["options"][place]
    answer = ask_range(option["first"], option["last"], option["priceCoins"], generation=option["generation"])
    (receipt,) = body_of(answer)["receipts"]
    assert (option["kind"], answer["statusCode"]) == (kind, 201)
    assert (receipt["priceCoins"], receipt["episodes"]) == (option["priceCoins"], option["episodes"])
    after = body_of(ask_quote(episode))
    assert (after["status"], after["options"]) == ("unlocked", [])
    assert after["neverMoreThan"]["leftCoins"] == 85 - 10 - option["priceCoins"]


def test_a_quote_counts_what_the_viewer_holds_and_has_allowed(dynamodb: Any) -> None:
    reference = key_reference("limits", b"test")
    set_own_limits(bootstrap.ledger_store(), "viewer:mia", {"day": 50, "series": 60, "auto": 1}, reference=reference)
    ask_range(2, 3, 20)
    body = body_of(ask_quote("4", {"next": "2"}))
    assert (body["bonusCoins"], body["boughtCoins"]) == (10, 100)
    assert (body["dayLeftCoins"], body["seriesLeftCoins"], body["autoUnlock"]) == (30, 40, True)
    assert [(one["bonusCoins"], one["boughtCoins"], one["missingCoins"]) for one in body["options"]] == [
        (10, 0, 0),
        (10, 10, 0),
        (10, 53, 0),
    ]
    assert {one["pack"] for one in body["options"]} == {None}


@pytest.mark.parametrize(("currency", "amount", "digits"), [("USD", 10, 2), ("JPY", 15, 0), ("KRW", 130, 0)])
def test_money_is_told_in_the_smallest_unit_of_the_viewer_s_currency(
    dynamodb: Any, currency: str, amount: int, digits: int
) -> None:
    option = body_of(ask_quote("4", {"currency": currency}))["options"][0]
    assert option["money"] == {"amount": amount, "currency": currency, "digits": digits}


def test_a_currency_that_is_not_sold_in_is_refused_with_those_that_are(dynamodb: Any) -> None:
    answer = ask_quote("4", {"currency": "CHF"})
    body = body_of(answer)
    assert (answer["statusCode"], body["code"], body["where"]) == (422, "validation_failed", "currency")
    assert "EUR" in body["currencies"]


@pytest.mark.parametrize(
    ("episode", "query"),
    [
        ("0", None),
        ("10000", None),
        ("two", None),
        ("4", {"next": "1"}),
        ("4", {"next": "201"}),
        ("4", {"next": "x"}),
        ("4", {"currency": "euro"}),
        ("4", {"currency": "EUR\n"}),
        ("4", {"currency": ""}),
        ("4", {"coupon": "FREE"}),
    ],
)
def test_a_question_that_does_not_fit_is_refused(dynamodb: Any, episode: str, query: dict[str, str] | None) -> None:
    answer = ask_quote(episode, query)
    assert (answer["statusCode"], body_of(answer)["code"]) == (422, "validation_failed")


def test_what_is_not_there_or_not_listed_is_not_quoted(dynamodb: Any, page: SeriesPage) -> None:
    for answer in (ask_quote("11"), ask_quote("2", series="unknown")):
        assert (answer["statusCode"], body_of(answer)["code"]) == (404, "not_found")
    change_series(page, listed=False)
    assert ask_quote("2")["statusCode"] == 404


def test_a_series_for_other_ages_is_not_quoted(dynamodb: Any, page: SeriesPage) -> None:
    change_series(page, age_rating=18)
    answer = ask_quote("2")
    assert (answer["statusCode"], body_of(answer)["code"]) == (403, "age_restricted")
    assert ask_quote("2", token=access_token(age=18))["statusCode"] == 200


def test_what_cannot_be_watched_yet_is_told_as_such(dynamodb: Any, page: SeriesPage) -> None:
    change_line(page, 6, release_at=tomorrow())
    body = body_of(ask_quote("6"))
    assert (body["status"], body["options"], body["unreleasedEpisodes"]) == ("unreleased", [], 1)


def test_a_member_is_told_that_it_is_included(dynamodb: Any) -> None:
    body = body_of(ask_quote("6", token=access_token(groups=("member",))))
    assert (body["status"], body["options"]) == ("included", [])


def test_a_quote_is_for_who_is_signed_in_and_changes_nothing(dynamodb: Any) -> None:
    before = stored(dynamodb)
    anonymous = send("GET", EPISODE + "/quote", {"seriesId": LONG, "episode": "4"}, token="")
    assert anonymous["statusCode"] == 401
    assert ask_quote("4")["statusCode"] == 200
    assert stored(dynamodb) == before


def test_a_quote_says_the_prices_of_the_day(dynamodb: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """An edition that is in force by now, and not the first that there was."""
    today = EDITIONS[0]._replace(since="2026-11-02", amounts={"EUR": (2, (199, 299, 499, 999, 1_999, 4_999))})
    monkeypatch.setattr(domain.edition_at, "__defaults__", ((*EDITIONS, today),))
    body = body_of(ask_quote("9", {"currency": "EUR"}, token=access_token("noa")))
    assert body["options"][0]["pack"]["price"] == euros(199)
