"""Gifts over HTTP, as API Gateway calls them: what can be given, giving it, the receipt, and what others see."""

from __future__ import annotations

from typing import Any

import boto3
import pytest

from cliffhanger import bootstrap
from cliffhanger.events.envelope import envelope_of
from cliffhanger.events.facts import events_of
from cliffhanger.ledger.names import viewer
from cliffhanger.people.domain import Person, Profile
from functions.gifts.handler import handler as gifts
from functions.tips.handler import handler as tips
from functions.wallet.handler import handler as wallet
from tests.support.http import SETTINGS, access_token, body_of, event
from tests.support.world import SERIES, dump
from tools import verify_receipt as verifier

PLACE = f"/v1/series/{SERIES}/episodes/2"
ROUTE = "/v1/series/{seriesId}/episodes/{episode}"
ROSE = {"gift": "rose", "count": 3, "priceShownCoins": 5}


@pytest.fixture(autouse=True)
def world(dynamodb: Any) -> Any:
    """The world of viewers mia and noa, with a request secret."""
    secrets = boto3.client("secretsmanager")
    secrets.create_secret(Name=SETTINGS["REQUEST_SECRET"], SecretString="a-secret-of-these-tests-of-32-bytes")
    return dynamodb


def give(body: Any = ROSE, key: str | None = "a-key", person: str = "mia", episode: str = "2") -> dict[str, Any]:
    headers = {} if key is None else {"idempotency-key": key}
    return tips(
        event(
            "POST",
            f"{PLACE}/tips",
            route=f"POST {ROUTE}/tips",
            path_parameters={"seriesId": SERIES, "episode": episode},
            body=body,
            token=access_token(person),
            headers=headers,
        ),
        None,
    )


def recent(etag: str | None = None) -> dict[str, Any]:
    headers = {} if etag is None else {"if-none-match": etag}
    parameters = {"seriesId": SERIES, "episode": "2"}
    return tips(
        event("GET", f"{PLACE}/gifts", route=f"GET {ROUTE}/gifts", path_parameters=parameters, headers=headers), None
    )


def limit(coins: Any = ..., key: str = "limit-key") -> dict[str, Any]:
    method, body = ("GET", None) if coins is ... else ("PUT", {"dayCoins": coins})
    headers = {"idempotency-key": key} if body else {}
    return tips(event(method, "/v1/wallet/tip-limit", body=body, token=access_token("mia"), headers=headers), None)


def from_wallet(path: str, **more: Any) -> Any:
    return body_of(wallet(event("GET", path, token=access_token("mia"), **more), None))


def told() -> list[str]:
    """What the bus tells of mia's last entry, twice."""
    head = bootstrap.ledger_store().head(viewer("mia"))
    assert head is not None
    envelopes = [envelope_of(one) for one in events_of(head)]
    return [gifts({"detail": detail}, None)["outcome"] for detail in envelopes * 2]


def test_everybody_is_told_what_can_be_given_and_at_what_price() -> None:
    answer = tips(event("GET", "/v1/gifts"), None)
    body = body_of(answer)
    assert answer["statusCode"] == 200
    assert {"gift": "rose", "name": "Rose", "priceCoins": 5} in body["gifts"]
    assert (body["mostCount"], body["mostDayCoins"]) == (99, 5_000)
    asked = event("GET", "/v1/gifts", headers={"if-none-match": answer["headers"]["etag"]})
    assert tips(asked, None)["statusCode"] == 304


def test_a_gift_answers_with_its_receipt_and_the_wallet_after_it() -> None:
    answer = give()
    body = body_of(answer)
    assert (answer["statusCode"], body["alreadyGiven"]) == (201, False)
    receipt = body["receipt"]
    assert receipt["gift"] == {"gift": "rose", "count": 3, "priceCoins": 5, "episode": 2}
    assert (receipt["seriesId"], receipt["episodes"], receipt["priceCoins"]) == (SERIES, [], 15)
    assert receipt["creatorGets"] == [{"currency": "USD", "amount": 135 * 8_000 // 10_000}]
    assert body["wallet"]["coins"] == {"total": 115, "bought": 85, "bonus": 30}
    assert body["wallet"] == from_wallet("/v1/wallet")


def test_a_second_request_with_the_key_changes_nothing_and_answers_the_same_receipt(world: Any) -> None:
    first = body_of(give())
    before = dump(world, "test-ledger")
    again = give()
    assert again["statusCode"] == 200
    assert body_of(again) == first | {"alreadyGiven": True}
    assert dump(world, "test-ledger") == before


@pytest.mark.parametrize(
    ("body", "more", "status", "code"),
    [
        (ROSE | {"count": 4}, {}, 409, "key_reused"),
        (ROSE, {"key": None}, 400, "idempotency_key_missing"),
        (ROSE | {"priceShownCoins": 4}, {"key": "b"}, 409, "price_changed"),
        (ROSE | {"gift": "diamond"}, {"key": "b"}, 404, "not_found"),
        (ROSE | {"gift": "A rose"}, {"key": "b"}, 422, "validation_failed"),
        (ROSE | {"count": 0}, {"key": "b"}, 422, "validation_failed"),
        (ROSE | {"count": 100}, {"key": "b"}, 422, "validation_failed"),
        (ROSE | {"count": 1.5}, {"key": "b"}, 422, "validation_failed"),
        (ROSE | {"named": "yes"}, {"key": "b"}, 422, "validation_failed"),
        (ROSE | {"message": "hello"}, {"key": "b"}, 422, "validation_failed"),
        ({"gift": "rose"}, {"key": "b"}, 422, "validation_failed"),
        ("{", {"key": "b"}, 400, "malformed_json"),
        (ROSE, {"key": "b", "episode": "3"}, 409, "episode_unavailable"),
        (ROSE, {"key": "b", "episode": "9"}, 404, "not_found"),
        (ROSE, {"key": "b", "person": "noa"}, 402, "insufficient_coins"),
        (ROSE, {"key": "b", "person": "cleo"}, 403, "own_series"),
    ],
)
def test_what_is_refused_leaves_every_byte_as_it_was(
    world: Any, body: Any, more: dict[str, Any], status: int, code: str
) -> None:
    give()
    before = dump(world, "test-ledger")
    answer = give(body, **more)
    assert (answer["statusCode"], body_of(answer)["code"]) == (status, code)
    assert dump(world, "test-ledger") == before


@pytest.mark.parametrize("switch", ["tips", "unlocks"])
def test_gifts_stop_by_themselves_and_with_all_that_spends_coins(switch: Any) -> None:
    bootstrap.switches().put(switch, off=True, reason="service_failure", by="omar")
    answer = give()
    assert (answer["statusCode"], body_of(answer)["switch"]) == (503, switch)


def test_the_receipt_proves_itself_and_the_statement_tells_the_gift() -> None:
    give()
    receipt = from_wallet("/v1/wallet/receipts/3", route="GET /v1/wallet/receipts/{seq}", path_parameters={"seq": "3"})
    assert (receipt["kind"], receipt["gift"]["gift"]) == ("tip", "rose")
    judged = verifier.judge(receipt)
    assert (judged.findings, judged.unproven) == ([], [])
    line = from_wallet("/v1/wallet/statement")["lines"][0]
    assert (line["kind"], line["seriesId"], line["coins"], line["gift"]["count"]) == ("tip", SERIES, {"coin": -15}, 3)


def test_a_receipt_of_anything_else_says_nothing_of_gifts() -> None:
    assert "gift" not in from_wallet("/v1/wallet/statement")["lines"][0]


def test_others_see_a_gift_once_and_a_name_only_where_the_giver_wants_it() -> None:
    bootstrap.people_store().add("subject-of-mia", Person("mia"))
    bootstrap.people_store().change("subject-of-mia", "mia", Profile("Mia", "en"))
    give()
    assert told() == ["kept", "known"]
    give(ROSE | {"named": True}, key="named")
    assert told() == ["kept", "known"]
    answer = recent()
    assert answer["headers"]["cache-control"] == "public, max-age=3"
    assert [(one["gift"], one["count"], one["name"]) for one in body_of(answer)["gifts"]] == [
        ("rose", 3, "Mia"),
        ("rose", 3, None),
    ]
    assert recent(answer["headers"]["etag"])["statusCode"] == 304


def test_a_limit_is_told_set_and_obeyed() -> None:
    none = {"dayCoins": None, "houseDayCoins": 5_000, "leftCoins": 5_000, "next": None}
    assert body_of(limit()) == none
    assert body_of(limit(10)) == none | {"dayCoins": 10, "leftCoins": 10}
    refused = body_of(give())
    assert (refused["code"], refused["rule"], refused["limitCoins"]) == ("spend_limit_reached", "tips", 10)
    raised = body_of(limit(None, key="another"))
    assert (raised["dayCoins"], raised["next"]["dayCoins"]) == (10, None)
    assert raised["next"]["since"].endswith("T00:00:00.000Z")


@pytest.mark.parametrize("coins", [-1, 1_000_001, 1.5, "10"])
def test_a_limit_is_a_whole_number_of_coins(coins: Any) -> None:
    assert limit(coins)["statusCode"] == 422
