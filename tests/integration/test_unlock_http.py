"""Unlocking one episode through its handler, as API Gateway calls it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from cliffhanger import bootstrap
from cliffhanger.ledger.names import key_reference
from cliffhanger.unlocks.reversal import reverse_unlock
from cliffhanger.wallet.service import freeze, set_own_limits
from functions.wallet.handler import handler as wallet
from tests.integration.unlocking import ask, ask_range, change_series, put_series, stored, tomorrow
from tests.support.http import access_token, body_of, event
from tests.support.world import PAGE, PRICE, SERIES, dump

MIA = "viewer:mia"


def read_wallet(person: str = "mia") -> Any:
    return body_of(wallet(event("GET", "/v1/wallet", token=access_token(person)), None))


def limit(**limits: int) -> None:
    reference = key_reference(f"limit-{sorted(limits.items())}", b"test")
    assert set_own_limits(bootstrap.ledger_store(), MIA, limits, reference=reference)


def stop_spending() -> None:
    freeze(bootstrap.ledger_store(), MIA, frozen=True, reference="support:f1", terms={"reason": "fraud"})


def switch_off() -> None:
    bootstrap.switches().put("unlocks", off=True, reason="incident", by="0perat0r")


def reverse(seq: int) -> None:
    ledger = bootstrap.ledger_store()
    reverse_unlock(ledger, ledger.entry(MIA, seq), "c1", {"reason": "goodwill"})


def spend_everything() -> None:
    put_series(14)
    assert ask_range(2, 14, 130)["statusCode"] == 402
    assert ask_range(2, 12, 110)["statusCode"] == 201


def test_an_unlock_answers_with_its_receipt_and_the_wallet_after_it(dynamodb: Any) -> None:
    answer = ask()
    body = body_of(answer)
    assert answer["statusCode"] == 201
    assert not body["alreadyUnlocked"]
    assert body["receipt"]["reference"] == f"unlock:{SERIES}:2-2.0"
    assert body["receipt"]["priceCoins"] == PRICE
    assert body["receipt"]["episodes"] == [{"episode": 2, "coins": PRICE}]
    assert [(s["unit"], s["coins"]) for s in body["receipt"]["spent"]] == [("bonus", 12)]
    assert body["wallet"]["coins"] == {"total": 118, "bought": 100, "bonus": 18}
    assert body["wallet"] == read_wallet()


def test_an_unlock_is_one_item_and_nothing_else(dynamodb: Any) -> None:
    before = dump(dynamodb, "test-ledger")
    ask()
    after = dump(dynamodb, "test-ledger")
    assert len(after) == len(before) + 1
    assert [item for item in after if item in before] == before


def test_a_second_unlock_changes_nothing_and_answers_the_same_receipt(dynamodb: Any) -> None:
    first = body_of(ask())
    before = dump(dynamodb, "test-ledger")
    again = ask()
    assert again["statusCode"] == 200
    assert body_of(again) == first | {"alreadyUnlocked": True}
    assert dump(dynamodb, "test-ledger") == before


CHANGES_SINCE: dict[str, Callable[[], Any]] = {
    "the price has changed": lambda: change_series(
        PAGE, episodes=tuple(line._replace(price_coins=99) for line in PAGE.episodes)
    ),
    "the series is gone from the shelf": lambda: change_series(PAGE, listed=False),
    "the series is for other ages": lambda: change_series(PAGE, age_rating=18),
    "the episode is released later": lambda: change_series(
        PAGE, episodes=tuple(line._replace(release_at=tomorrow()) for line in PAGE.episodes)
    ),
    "the coins are gone": spend_everything,
    "the account is frozen": stop_spending,
    "a limit was laid down": lambda: limit(day=0),
    "operators have stopped unlocks": switch_off,
    "it has been reversed": lambda: reverse(3),
}


@pytest.mark.parametrize("change", CHANGES_SINCE)
def test_a_retry_never_hears_of_what_has_changed_since(dynamodb: Any, change: str) -> None:
    """LEDGER rule 2: the reference decides before price, limit, balance or freeze are looked at."""
    first = body_of(ask())
    CHANGES_SINCE[change]()
    before = stored(dynamodb)
    again = ask()
    assert (again["statusCode"], body_of(again)["receipt"]) == (200, first["receipt"])
    assert stored(dynamodb) == before


def test_after_a_refund_the_next_purchase_is_of_the_next_generation(dynamodb: Any) -> None:
    first = body_of(ask())
    reverse(first["receipt"]["seq"])
    assert body_of(ask())["receipt"] == first["receipt"]
    again = ask(generation=1)
    assert (again["statusCode"], body_of(again)["receipt"]["reference"]) == (201, f"unlock:{SERIES}:2-2.1")
    assert body_of(ask(generation=1))["alreadyUnlocked"]


@pytest.mark.parametrize(
    ("request_", "status", "code", "members"),
    [
        ({"priceShownCoins": 11}, 409, "price_changed", {"priceCoins": PRICE}),
        ({"generation": 1}, 409, "generation_unknown", {"generation": 0}),
        (
            {"person": "noa"},
            402,
            "insufficient_coins",
            {"priceCoins": PRICE, "balanceCoins": 0, "missingCoins": PRICE, "packId": "taste"},
        ),
        ({"episode": "1"}, 409, "episode_free", {}),
        ({"episode": "3"}, 409, "episode_unavailable", {"episode": 3}),
        ({"episode": "4"}, 404, "not_found", {}),
        ({"series": "unknown"}, 404, "not_found", {}),
        ({"automatic": True}, 403, "auto_unlock_off", {}),
        ({"series": "Not-An-Id"}, 422, "validation_failed", {"where": "path"}),
        ({"episode": "0"}, 422, "validation_failed", {"where": "path"}),
        ({"episode": "10000"}, 422, "validation_failed", {"where": "path"}),
        ({"episode": "two"}, 422, "validation_failed", {"where": "path"}),
        ({"priceShownCoins": -1}, 422, "validation_failed", {"where": "body"}),
        ({"priceShownCoins": 10**9}, 422, "validation_failed", {"where": "body"}),
        ({"priceShownCoins": "12"}, 422, "validation_failed", {"where": "body"}),
        ({"priceShownCoins": 12.5}, 422, "validation_failed", {"where": "body"}),
        ({"generation": -1}, 422, "validation_failed", {"where": "body"}),
        ({"generation": 1_000_000}, 422, "validation_failed", {"where": "body"}),
        ({"automatic": "yes"}, 422, "validation_failed", {"where": "body"}),
        ({"coins": 12}, 422, "validation_failed", {"where": "body"}),
    ],
)
def test_a_refusal_has_its_code_and_leaves_every_byte_as_it_was(
    dynamodb: Any, request_: dict[str, Any], status: int, code: str, members: dict[str, Any]
) -> None:
    before = stored(dynamodb)
    answer = ask(**request_)
    body = body_of(answer)
    assert (answer["statusCode"], body["code"]) == (status, code)
    assert {key: body[key] for key in members} == members
    assert stored(dynamodb) == before


def refusal(dynamodb: Any, **request_: Any) -> tuple[int, Any]:
    before = stored(dynamodb)
    answer = ask(**request_)
    assert stored(dynamodb) == before
    return answer["statusCode"], body_of(answer)


def test_a_frozen_account_is_refused_by_name(dynamodb: Any) -> None:
    stop_spending()
    status, body = refusal(dynamodb)
    assert (status, body["code"]) == (403, "account_frozen")


def test_the_viewer_s_own_limit_is_refused_by_name_with_what_is_left(dynamodb: Any) -> None:
    limit(day=11)
    status, body = refusal(dynamodb)
    assert (status, body["code"], body["rule"]) == (403, "spend_limit_reached", "day")
    assert (body["limitCoins"], body["spentCoins"], body["priceCoins"]) == (11, 0, 12)
    assert body["resetsAt"].endswith("T00:00:00.000Z")


def test_a_client_goes_on_by_itself_once_the_viewer_has_allowed_it(dynamodb: Any) -> None:
    limit(auto=1)
    assert ask(automatic=True)["statusCode"] == 201


def test_while_unlocks_are_stopped_nothing_is_sold(dynamodb: Any) -> None:
    switch_off()
    status, body = refusal(dynamodb)
    assert (status, body["code"], body["switch"]) == (503, "switched_off", "unlocks")


@pytest.mark.parametrize(("age", "status"), [(16, 201), (17, 201), (15, 403), (None, 403)])
def test_a_series_for_other_ages_is_refused_by_name(dynamodb: Any, age: int | None, status: int) -> None:
    change_series(PAGE, age_rating=16)
    answer = ask(token=access_token(age=age))
    assert answer["statusCode"] == status
    if status == 403:
        assert (body_of(answer)["code"], body_of(answer)["ageRating"]) == ("age_restricted", 16)


def test_a_member_has_nothing_to_buy(dynamodb: Any) -> None:
    status, body = refusal(dynamodb, token=access_token(groups=("member",)))
    assert (status, body["code"]) == (409, "episode_included")


def test_a_series_that_is_not_listed_sells_nothing(dynamodb: Any) -> None:
    change_series(PAGE, listed=False)
    status, body = refusal(dynamodb)
    assert (status, body["code"]) == (404, "not_found")


def test_nobody_unlocks_without_signing_in(dynamodb: Any) -> None:
    before = stored(dynamodb)
    for token in ("forged", access_token(token_use="id")):
        assert ask(token=token)["statusCode"] == 401
    assert stored(dynamodb) == before


def test_viewers_do_not_see_each_others_coins_or_unlocks(dynamodb: Any) -> None:
    ask()
    other = read_wallet("noa")
    assert (other["coins"], other["lots"], other["asOf"]) == ({"total": 0, "bought": 0, "bonus": 0}, [], 0)
    assert body_of(ask("noa"))["code"] == "insufficient_coins"


def test_the_wallet_names_lots_in_the_order_of_spending(dynamodb: Any) -> None:
    lots = read_wallet()["lots"]
    assert [(lot["unit"], lot["coins"]) for lot in lots] == [("bonus", 30), ("coin", 100)]
    assert lots[0]["expiresAt"].endswith("T00:00:00.000Z")
    assert lots[1]["expiresAt"] is None
