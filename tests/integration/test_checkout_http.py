"""The shop over HTTP, as API Gateway calls it, with a provider that does as it is told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import jsonschema
import pytest

from cliffhanger import bootstrap
from cliffhanger.catalog.domain import SeriesPage
from cliffhanger.clock import system_clock
from cliffhanger.commerce.fulfilment import Books, apply
from cliffhanger.commerce.refunds import ASK_AGAIN_MS
from cliffhanger.events.facts import events_of
from cliffhanger.events.schemas import EVENT_SCHEMAS
from cliffhanger.ledger.names import viewer
from functions.checkout.handler import handler as checkout
from functions.expiry.handler import handler as expiry
from functions.support.handler import handler as support
from functions.unlock.handler import handler as unlock
from tests.support.adapters import replace_in_bootstrap
from tests.support.http import SETTINGS, access_token, body_of, event
from tests.support.provider import VISA, ScriptedProvider
from tests.support.world import PAGE, PRICE, SERIES, dump

ORDER = {"currency": "EUR", "amountShown": 99, "packId": "taste"}
TABLES = ("LEDGER_TABLE", "ORDERS_TABLE")


@pytest.fixture(autouse=True)
def provider(dynamodb: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[ScriptedProvider]:
    """The world of viewers mia, who has coins, and noa, who has none; with a request secret."""
    secrets = boto3.client("secretsmanager")
    secrets.create_secret(Name=SETTINGS["REQUEST_SECRET"], SecretString="a-secret-of-these-tests-of-32-bytes")
    scripted, made = ScriptedProvider(), bootstrap.shop
    replace_in_bootstrap(monkeypatch, "payment_provider", lambda: scripted)
    made.cache_clear()
    yield scripted
    made.cache_clear()


def ask(method: str, path: str, route: str | None = None, person: str = "noa", **parts: Any) -> dict[str, Any]:
    key, claims = parts.pop("key", None), parts.pop("claims", {})
    headers = {} if key is None else {"idempotency-key": key}
    asked = event(method, path, route=route, token=access_token(person, **claims), headers=headers, **parts)
    return checkout(asked, None)


def order(body: dict[str, Any] | None = None, key: str | None = "k1", **parts: Any) -> dict[str, Any]:
    return ask("POST", "/v1/orders", body=ORDER | (body or {}), key=key, **parts)


def read(order_id: str, person: str = "noa") -> dict[str, Any]:
    return ask(
        "GET", f"/v1/orders/{order_id}", "GET /v1/orders/{orderId}", person, path_parameters={"orderId": order_id}
    )


def refund(order_id: str) -> dict[str, Any]:
    route = "POST /v1/orders/{orderId}/refund"
    return ask("POST", f"/v1/orders/{order_id}/refund", route, path_parameters={"orderId": order_id})


def refund_series(person: str = "mia") -> dict[str, Any]:
    route = "POST /v1/series/{seriesId}/refund"
    return ask("POST", f"/v1/series/{SERIES}/refund", route, person, path_parameters={"seriesId": SERIES})


def bought(provider: ScriptedProvider, key: str = "k1") -> str:
    order_id: str = body_of(order(key=key))["orderId"]
    paid = provider.paid(order_id, system_clock())
    assert apply(Books(bootstrap.ledger_store(), bootstrap.orders_store()), paid).word == "granted"
    return order_id


def stored(client: Any) -> list[Any]:
    return [dump(client, SETTINGS[table]) for table in TABLES]


def opens() -> dict[str, Any]:
    path, route = f"/v1/series/{SERIES}/episodes/2/unlock", "POST /v1/series/{seriesId}/episodes/{episode}/unlock"
    parameters = {"seriesId": SERIES, "episode": "2"}
    body = {"priceShownCoins": PRICE}
    return unlock(
        event("POST", path, route=route, path_parameters=parameters, body=body, token=access_token("mia")), None
    )


def listed(refundable: int) -> SeriesPage:
    page = PAGE._replace(refundable_episodes=refundable)
    bootstrap.catalog_store().replace(page._replace(revision=PAGE.revision + 1))
    return page


def test_packs_say_what_coins_cost_and_offer_a_first_purchase() -> None:
    shown = body_of(ask("GET", "/v1/packs", query={"currency": "JPY"}))
    assert (shown["currency"], shown["digits"], shown["taxIncluded"], shown["limit"]) == ("JPY", 0, True, None)
    assert shown["packs"][0] == {
        "packId": "welcome",
        "coins": 100,
        "bonusCoins": 50,
        "bonusDays": 60,
        "amount": 150,
        "firstPurchase": True,
    }
    assert shown["topUp"] == {"perCoins": 100, "amountPerCoins": 150, "minCoins": 33, "maxCoins": 6_200}
    refused = body_of(ask("GET", "/v1/packs", query={"currency": "CHF"}))
    assert (refused["code"], refused["where"]) == ("validation_failed", "currency")


def test_an_order_is_made_once_paid_by_the_provider_and_then_says_so(provider: ScriptedProvider) -> None:
    first, again = order(), order()
    assert (first["statusCode"], again["statusCode"]) == (201, 200)
    made = body_of(first)
    assert made == body_of(again)
    assert (made["status"], made["url"]) == ("open", f"https://pay.example/{made['orderId']}")
    assert body_of(read(made["orderId"]))["status"] == "open"
    assert bought(provider) == made["orderId"]
    paid = body_of(read(made["orderId"]))
    assert (paid["status"], paid["entrySeq"], "url" in paid) == ("paid", 1, False)
    assert body_of(order())["status"] == "paid"
    assert [one["orderId"] for one in body_of(ask("GET", "/v1/orders"))["orders"]] == [made["orderId"]]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"amountShown": 98}, 409, "price_changed"),
        ({"packId": "nothing"}, 404, "not_found"),
        ({"packId": None}, 422, "validation_failed"),
        ({"coins": 10}, 422, "validation_failed"),
        ({"currency": "CHF"}, 422, "validation_failed"),
        ({"method": "card"}, 422, "validation_failed"),
        ({"cardId": "pm_1"}, 422, "validation_failed"),
        ({"method": "card", "cardId": "pm_1"}, 422, "validation_failed"),
        ({"returnTo": "https://evil.example/"}, 422, "validation_failed"),
        ({"returnTo": "//evil.example/"}, 422, "validation_failed"),
        ({"returnTo": "/\\evil.example"}, 422, "validation_failed"),
        ({"returnTo": "/a\n"}, 422, "validation_failed"),
        ({"more": 1}, 422, "validation_failed"),
    ],
)
def test_what_cannot_be_ordered_is_refused_and_leaves_nothing(
    body: dict[str, Any], status: int, code: str, dynamodb: Any
) -> None:
    before = stored(dynamodb)
    answer = order(body)
    assert (answer["statusCode"], body_of(answer)["code"]) == (status, code)
    assert stored(dynamodb) == before


def test_a_key_is_needed_and_stands_for_one_order() -> None:
    assert body_of(order(key=None))["code"] == "idempotency_key_missing"
    order()
    assert body_of(order({"packId": "weekend", "amountShown": 499}))["code"] == "key_reused"
    assert order(person="mia")["statusCode"] == 201


def test_somebody_elses_order_is_not_there(provider: ScriptedProvider) -> None:
    assert read(bought(provider), "mia")["statusCode"] == 404


def test_a_provider_that_is_down_is_said_and_the_same_key_goes_on(provider: ScriptedProvider) -> None:
    provider.fails = 1
    answer = order()
    assert (answer["statusCode"], body_of(answer)["code"]) == (503, "provider_unavailable")
    assert body_of(order())["status"] == "open"


def test_a_limit_of_the_country_is_said_with_its_rule() -> None:
    child: dict[str, Any] = {"country": "JP", "age": 11}
    answer = order({"packId": "library", "currency": "JPY", "amountShown": 7_500}, claims=child)
    refused = body_of(answer)
    assert (answer["statusCode"], refused["code"]) == (403, "purchase_limit_reached")
    assert (refused["rule"], refused["limitAmount"], refused["spentAmount"]) == ("jp-joga-under-16", 5_000, 0)
    shown = body_of(ask("GET", "/v1/packs", query={"currency": "JPY"}, claims=child))
    assert (shown["limit"]["rule"], shown["limit"]["limitAmount"]) == ("jp-joga-under-16", 5_000)
    assert order({"packId": "library", "currency": "JPY", "amountShown": 7_500}, "k2")["statusCode"] == 201


def test_an_unused_order_is_refunded_and_a_used_one_is_not(provider: ScriptedProvider) -> None:
    first, second = bought(provider), bought(provider, "k2")
    answer = body_of(refund(first))
    assert (answer["status"], answer["refundedAmount"]) == ("refunded", 99)
    assert body_of(refund(first)) == answer
    assert body_of(read(second))["status"] == "paid"
    assert refund("0000000000000000")["statusCode"] == 404


def test_the_second_of_two_first_purchases_says_that_it_brings_no_bonus(provider: ScriptedProvider) -> None:
    one, other = (body_of(order({"packId": "welcome"}, key))["orderId"] for key in ("k1", "k2"))
    for paid in (one, other):
        apply(Books(bootstrap.ledger_store(), bootstrap.orders_store()), provider.paid(paid, system_clock()))
    first, second = body_of(read(one)), body_of(read(other))
    assert (first["bonusCoins"], "bonusWithheld" in first) == (50, False)
    assert (second["coins"], second["bonusCoins"], second["bonusWithheld"]) == (100, 0, 50)
    entry = bootstrap.ledger_store().entry(viewer("noa"), second["entrySeq"])
    (told,) = events_of(entry)
    assert (told.data["coins"], told.data["withheldBonus"]) == ({"bought": 100}, 50)
    jsonschema.validate(told.data, EVENT_SCHEMAS["CoinsBought", 1])


def test_cards_are_shown_and_forgotten(provider: ScriptedProvider) -> None:
    assert body_of(ask("GET", "/v1/cards")) == {"cards": []}
    order({"saveCard": True})
    provider.saved["cus_noa"] = [VISA]
    shown = {"cardId": "pm_visa", "brand": "visa", "last4": "4242", "expires": "2030-04"}
    assert body_of(ask("GET", "/v1/cards")) == {"cards": [shown]}
    route, parameters = "DELETE /v1/cards/{cardId}", {"cardId": "pm_visa"}
    assert ask("DELETE", "/v1/cards/pm_visa", route, path_parameters=parameters)["statusCode"] == 204
    assert ask("DELETE", "/v1/cards/pm_visa", route, path_parameters=parameters)["statusCode"] == 404


def test_a_series_gives_its_coins_back_once_by_its_own_rule(dynamodb: Any) -> None:
    opens()
    assert body_of(refund_series())["rule"] == "no_own_rule"
    listed(1)
    answer = refund_series()
    given = body_of(answer)
    assert (answer["statusCode"], given["wallet"]["coins"]["total"]) == (200, 130)
    assert [one["reference"] for one in given["receipts"]] == [f"unlock:{SERIES}:2-2.0:rev:own-rule"]
    assert body_of(refund_series()) == given
    path, route = f"/v1/series/{SERIES}/episodes/2/unlock", "POST /v1/series/{seriesId}/episodes/{episode}/unlock"
    again = {"priceShownCoins": PRICE, "generation": 1}
    parameters = {"seriesId": SERIES, "episode": "2"}
    unlock(event("POST", path, route=route, path_parameters=parameters, body=again, token=access_token("mia")), None)
    refused = refund_series()
    assert (refused["statusCode"], body_of(refused)["rule"]) == (409, "refunded_before")


def test_a_series_of_which_nothing_is_unlocked_gives_nothing_back(dynamodb: Any) -> None:
    listed(1)
    before = stored(dynamodb)
    assert body_of(refund_series())["rule"] == "nothing_unlocked"
    assert stored(dynamodb) == before


def asked_of_support(order_id: str, amount: int | None, key: str = "c1", operator: str = "ola") -> dict[str, Any]:
    account = viewer("noa")
    return support(
        event(
            "POST",
            f"/v1/support/accounts/{account}/refunds",
            route="POST /v1/support/accounts/{account}/refunds",
            path_parameters={"account": account},
            body={"orderId": order_id, "amount": amount, "reason": "service_failure"},
            token=access_token(operator, groups=("operator",)),
            headers={"idempotency-key": key},
        ),
        None,
    )


def test_support_refunds_a_part_or_the_rest_once_for_each_key(provider: ScriptedProvider) -> None:
    order_id = bought(provider)
    for _ in range(2):
        case = body_of(asked_of_support(order_id, 40))
        assert (case["status"], case["coins"], case["entry"]["seq"]) == ("done", 40, 2)
    assert body_of(read(order_id))["refundedAmount"] == 40
    assert body_of(asked_of_support(order_id, None, "c2"))["status"] == "done"
    assert body_of(read(order_id))["status"] == "refunded"
    refused = asked_of_support(order_id, 1, "c3")
    assert (refused["statusCode"], body_of(refused)["rule"]) == (409, "more_than_paid")
    assert [one.amount for one in provider.refunds.values()] == [40, 59]


def test_a_large_refund_awaits_a_second_operator(provider: ScriptedProvider) -> None:
    order_id: str = body_of(order({"packId": "weekend", "amountShown": 499}))["orderId"]
    apply(Books(bootstrap.ledger_store(), bootstrap.orders_store()), provider.paid(order_id, system_clock()))
    answer = asked_of_support(order_id, None)
    assert (answer["statusCode"], body_of(answer)["status"], provider.refunds) == (202, "awaiting", {})
    case = body_of(answer)["caseId"]
    approved = support(
        event(
            "POST",
            f"/v1/support/cases/{case}/approval",
            route="POST /v1/support/cases/{caseId}/approval",
            path_parameters={"caseId": case},
            token=access_token("otto", groups=("operator",)),
        ),
        None,
    )
    assert body_of(approved)["status"] == "done"
    assert body_of(read(order_id))["status"] == "refunded"


def test_a_refund_that_broke_off_is_gone_on_with_by_the_clock(
    provider: ScriptedProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Lambda:
        def get_remaining_time_in_millis(self) -> int:
            return 240_000

    order_id = bought(provider)
    provider.loses = 1
    assert refund(order_id)["statusCode"] == 503
    later = system_clock() + ASK_AGAIN_MS
    shop = bootstrap.shop()._replace(clock=lambda: later)
    monkeypatch.setattr(bootstrap, "shop", lambda: shop)
    expiry({}, Lambda())
    assert len(provider.refunds) == 1
    assert body_of(read(order_id))["status"] == "refunded"
    assert bootstrap.orders_store().due_refunds(later + ASK_AGAIN_MS, 10) == ()
