"""Unlocking several episodes at once through its handler, as API Gateway calls it."""

from __future__ import annotations

from typing import Any

import pytest

from cliffhanger import bootstrap
from cliffhanger.catalog.domain import SeriesPage
from cliffhanger.unlocks.reversal import reverse_unlock
from tests.integration.unlocking import LONG, ask, ask_range, change_line, change_series, put_series, stored, tomorrow
from tests.support.http import access_token, body_of
from tests.support.world import dump


@pytest.fixture(autouse=True)
def page(dynamodb: Any) -> SeriesPage:
    return put_series()


def refusal(dynamodb: Any, *request_: Any, **more: Any) -> tuple[int, Any]:
    """Status and body of a refusal, which leaves every byte as it was."""
    before = stored(dynamodb)
    answer = ask_range(*request_, **more)
    assert stored(dynamodb) == before
    return answer["statusCode"], body_of(answer)


def test_a_range_is_one_item_with_one_receipt_and_the_wallet_after_it(dynamodb: Any) -> None:
    before = dump(dynamodb, "test-ledger")
    answer = ask_range(2, 5, 40)
    body = body_of(answer)
    (receipt,) = body["receipts"]
    assert (answer["statusCode"], body["alreadyUnlocked"]) == (201, False)
    assert (receipt["reference"], receipt["seriesId"], receipt["priceCoins"]) == (f"unlock:{LONG}:2-5.0", LONG, 40)
    assert receipt["episodes"] == [{"episode": number, "coins": 10} for number in range(2, 6)]
    assert [(one["unit"], one["coins"]) for one in receipt["spent"]] == [("bonus", 30), ("coin", 10)]
    assert body["wallet"]["coins"] == {"total": 90, "bought": 90, "bonus": 0}
    assert len(dump(dynamodb, "test-ledger")) == len(before) + 1


def test_a_repeated_range_changes_nothing_and_answers_the_same_receipt(dynamodb: Any) -> None:
    first = body_of(ask_range(2, 5, 40))
    before = stored(dynamodb)
    again = ask_range(2, 5, 40)
    assert (again["statusCode"], body_of(again)) == (200, first | {"alreadyUnlocked": True})
    assert body_of(ask_range(2, 5, 999))["receipts"] == first["receipts"]
    assert stored(dynamodb) == before


def test_an_overlapping_range_charges_for_what_is_missing(dynamodb: Any) -> None:
    ask_range(2, 5, 40)
    assert refusal(dynamodb, 4, 8, 50)[1]["priceCoins"] == 30
    answer = ask_range(4, 8, 30)
    (receipt,) = body_of(answer)["receipts"]
    assert [one["episode"] for one in receipt["episodes"]] == [6, 7, 8]


def test_what_is_open_already_is_answered_with_its_receipts(dynamodb: Any) -> None:
    one = body_of(ask_range(2, 4, 30))["receipts"]
    other = body_of(ask(series=LONG, episode="5", priceShownCoins=10))["receipt"]
    before = stored(dynamodb)
    answer = ask_range(3, 5, 30)
    assert (answer["statusCode"], body_of(answer)["receipts"]) == (200, [*one, other])
    single = ask(series=LONG, episode="3", priceShownCoins=10)
    assert (single["statusCode"], body_of(single)["receipt"]) == (200, one[0])
    assert stored(dynamodb) == before


def test_a_range_across_an_episode_that_cannot_be_watched_names_it(dynamodb: Any, page: SeriesPage) -> None:
    change_line(page, 5, release_at=tomorrow())
    status, body = refusal(dynamodb, 3, 7, 50)
    assert (status, body["code"], body["episode"]) == (409, "episode_unavailable", 5)


def test_the_rest_has_its_discount_and_each_episode_its_part(dynamodb: Any, page: SeriesPage) -> None:
    change_series(page, rest_discount_percent=15)
    status, body = refusal(dynamodb, 2, 9, 68)
    assert (status, body["code"], body["priceCoins"]) == (409, "price_changed", 80)
    (receipt,) = body_of(ask_range(2, 10, 76))["receipts"]
    assert sum(one["coins"] for one in receipt["episodes"]) == receipt["priceCoins"] == 76


def test_never_more_than_the_ceiling_and_then_the_rest_is_free(dynamodb: Any, page: SeriesPage) -> None:
    change_series(page, ceiling_coins=45)
    assert ask_range(2, 4, 30)["statusCode"] == 201
    assert body_of(ask_range(5, 7, 15))["receipts"][0]["priceCoins"] == 15
    answer = ask_range(8, 10, 0)
    (receipt,) = body_of(answer)["receipts"]
    assert (answer["statusCode"], receipt["priceCoins"], receipt["spent"], receipt["creatorGets"]) == (201, 0, [], [])


def test_a_price_that_changes_between_two_retries_refuses_before_and_answers_after(
    dynamodb: Any, page: SeriesPage
) -> None:
    dearer = change_line(page, 3, price_coins=25)
    status, body = refusal(dynamodb, 2, 4, 30)
    assert (status, body["code"], body["priceCoins"]) == (409, "price_changed", 45)
    first = body_of(ask_range(2, 4, 45))
    change_line(dearer, 3, price_coins=5)
    assert body_of(ask_range(2, 4, 45))["receipts"] == first["receipts"]


def test_a_late_retry_of_a_refunded_range_buys_nothing(dynamodb: Any) -> None:
    first = body_of(ask_range(2, 5, 40))
    ledger = bootstrap.ledger_store()
    reverse_unlock(ledger, ledger.entry("viewer:mia", first["receipts"][0]["seq"]), "c1", {"reason": "goodwill"})
    before = stored(dynamodb)
    assert body_of(ask_range(2, 5, 40))["receipts"] == first["receipts"]
    late = body_of(ask(series=LONG, episode="3", priceShownCoins=10))
    assert (late["code"], late["generation"]) == ("generation_unknown", 1)
    assert stored(dynamodb) == before
    assert ask_range(2, 5, 40, generation=1)["statusCode"] == 201


@pytest.mark.parametrize(
    ("request_", "status", "code"),
    [
        ((5, 2, 40), 422, "validation_failed"),
        ((0, 5, 40), 422, "validation_failed"),
        ((2, 10_000, 40), 422, "validation_failed"),
        ((2, "5", 40), 422, "validation_failed"),
        ((2, None, 40), 422, "validation_failed"),
        ((2, 5, -1), 422, "validation_failed"),
        ((2, 5, 1_000_001), 422, "validation_failed"),
        ((2, 11, 90), 404, "not_found"),
        ((9_999, 9_999, 10), 404, "not_found"),
        ((1, 1, 0), 409, "episode_free"),
        ((2, 10, 91), 409, "price_changed"),
    ],
)
def test_a_range_that_does_not_fit_is_refused_and_changes_nothing(
    dynamodb: Any, request_: tuple[Any, ...], status: int, code: str
) -> None:
    told, body = refusal(dynamodb, *request_)
    assert (told, body["code"]) == (status, code)


def test_a_range_of_one_is_the_episode(dynamodb: Any) -> None:
    first = body_of(ask_range(3, 3, 10))["receipts"]
    again = ask(series=LONG, episode="3", priceShownCoins=10)
    assert (again["statusCode"], [body_of(again)["receipt"]]) == (200, first)


def test_too_few_coins_for_a_range_say_what_is_missing(dynamodb: Any, page: SeriesPage) -> None:
    change_line(page, 3, price_coins=100)
    status, body = refusal(dynamodb, 2, 10, 180)
    assert (status, body["code"], body["missingCoins"], body["packId"]) == (402, "insufficient_coins", 50, "taste")


def test_more_coins_than_any_pack_brings_are_missed_without_naming_one(dynamodb: Any, page: SeriesPage) -> None:
    change_line(page, 3, price_coins=9_000)
    status, body = refusal(dynamodb, 2, 10, 9_080)
    assert (status, body["code"], "packId" in body) == (402, "insufficient_coins", False)


def test_unknown_fields_and_missing_ones_are_refused(dynamodb: Any) -> None:
    assert refusal(dynamodb, 2, 5, 40, discount=50)[0] == 422
    assert refusal(dynamodb, 2, 5, 40, token=access_token(groups=("member",)))[1]["code"] == "episode_included"
