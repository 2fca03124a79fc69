"""The wallet over HTTP, as API Gateway calls it: what is held, allowed, spent, and proven."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import boto3
import pytest

from cliffhanger import bootstrap
from cliffhanger.ledger.names import viewer
from cliffhanger.ledger.packing import stored_text
from functions.unlock.handler import handler as unlock
from functions.wallet.handler import handler as wallet
from tests.support.http import SETTINGS, access_token, body_of, event
from tests.support.world import PRICE, SERIES, dump
from tools import verify_receipt as verifier

NONE = {"dayCoins": None, "seriesCoins": None, "autoUnlock": False}
FIFTY = NONE | {"dayCoins": 50}


@pytest.fixture(autouse=True)
def world(dynamodb: Any) -> Any:
    """The world of viewers mia and noa, with a request secret."""
    secrets = boto3.client("secretsmanager")
    secrets.create_secret(Name=SETTINGS["REQUEST_SECRET"], SecretString="a-secret-of-these-tests-of-32-bytes")
    return dynamodb


def get(path: str, person: str = "mia", query: dict[str, str] | None = None) -> dict[str, Any]:
    return wallet(event("GET", path, query=query, token=access_token(person)), None)


def statement(person: str = "mia", **query: str) -> dict[str, Any]:
    return get("/v1/wallet/statement", person, query)


def receipt(seq: str, person: str = "mia") -> dict[str, Any]:
    asked = event(
        "GET",
        f"/v1/wallet/receipts/{seq}",
        route="GET /v1/wallet/receipts/{seq}",
        path_parameters={"seq": seq},
        token=access_token(person),
    )
    return wallet(asked, None)


def put(limits: Any, key: str | None = "a-key", person: str = "mia") -> dict[str, Any]:
    headers = {} if key is None else {"idempotency-key": key}
    return wallet(event("PUT", "/v1/wallet/limits", body=limits, token=access_token(person), headers=headers), None)


def opens(episode: int = 2, **body: Any) -> dict[str, Any]:
    path = f"/v1/series/{SERIES}/episodes/{episode}/unlock"
    route = "POST /v1/series/{seriesId}/episodes/{episode}/unlock"
    parameters = {"seriesId": SERIES, "episode": str(episode)}
    asked = {"priceShownCoins": PRICE} | body
    return unlock(
        event("POST", path, route=route, path_parameters=parameters, body=asked, token=access_token("mia")), None
    )


# --- The wallet and its limits ---------------------------------------------------------------------------------------


def test_a_wallet_shows_what_is_held_owed_stopped_allowed_and_spent_today() -> None:
    assert opens()["statusCode"] == 201
    shown = body_of(get("/v1/wallet"))
    assert shown["coins"] == {"total": 118, "bought": 100, "bonus": 18}
    assert (shown["debt"], shown["frozen"], shown["limits"], shown["spentToday"], shown["asOf"]) == (
        {},
        False,
        NONE,
        PRICE,
        3,
    )


def test_limits_are_answered_with_the_wallet_after_them_and_hold_from_then_on() -> None:
    answer = put(NONE | {"dayCoins": PRICE - 1})
    assert answer["statusCode"] == 200
    assert body_of(answer) == body_of(get("/v1/wallet"))
    refused = body_of(opens())
    assert (refused["code"], refused["rule"], refused["limitCoins"]) == ("spend_limit_reached", "day", PRICE - 1)


def test_clients_may_unlock_by_themselves_only_where_the_viewer_allows_it() -> None:
    assert body_of(opens(automatic=True))["code"] == "auto_unlock_off"
    put(NONE | {"autoUnlock": True})
    assert opens(automatic=True)["statusCode"] == 201


def test_asked_again_with_the_same_key_nothing_is_written_and_the_answer_is_the_same(world: Any) -> None:
    first = body_of(put(FIFTY))
    before = dump(world, "test-ledger")
    assert body_of(put(FIFTY)) == first
    assert dump(world, "test-ledger") == before


def test_saving_the_same_again_under_another_key_is_known_again_later(world: Any) -> None:
    put(FIFTY)
    assert body_of(put(FIFTY, "another-key"))["limits"] == FIFTY
    put(FIFTY | {"dayCoins": 10}, "lowered")
    before = dump(world, "test-ledger")
    put(FIFTY, "another-key")
    assert dump(world, "test-ledger") == before


def test_a_key_is_each_viewers_own() -> None:
    assert put(FIFTY)["statusCode"] == 200
    assert put(NONE | {"dayCoins": 7}, person="noa")["statusCode"] == 200


@pytest.mark.parametrize(
    ("limits", "key", "status", "code"),
    [
        (NONE | {"dayCoins": 51}, "a-key", 409, "key_reused"),
        (FIFTY, None, 400, "idempotency_key_missing"),
        (FIFTY, "", 422, "validation_failed"),
        (FIFTY, "k" * 65, 422, "validation_failed"),
        (FIFTY, "with space", 422, "validation_failed"),
        (NONE | {"dayCoins": -1}, "b", 422, "validation_failed"),
        (NONE | {"dayCoins": 1_000_001}, "b", 422, "validation_failed"),
        (NONE | {"seriesCoins": 1.5}, "b", 422, "validation_failed"),
        (NONE | {"autoUnlock": 1}, "b", 422, "validation_failed"),
        (NONE | {"autoUnlock": None}, "b", 422, "validation_failed"),
        ({"dayCoins": 50}, "b", 422, "validation_failed"),
        (NONE | {"weekCoins": 50}, "b", 422, "validation_failed"),
        ("{", "b", 400, "malformed_json"),
    ],
)
def test_what_is_refused_leaves_every_byte_as_it_was(
    world: Any, limits: Any, key: str | None, status: int, code: str
) -> None:
    put(FIFTY)
    before = dump(world, "test-ledger")
    answer = put(limits, key)
    assert (answer["statusCode"], body_of(answer)["code"]) == (status, code)
    assert dump(world, "test-ledger") == before


@pytest.mark.parametrize("coins", [0, 1_000_000])
def test_limits_reach_from_nothing_at_all_to_a_million(coins: int) -> None:
    asked = {"dayCoins": coins, "seriesCoins": coins, "autoUnlock": True}
    assert body_of(put(asked))["limits"] == asked


# --- The statement ---------------------------------------------------------------------------------------------------


def test_a_statement_tells_what_each_entry_changed_newest_first() -> None:
    opens()
    put(FIFTY)
    page = body_of(statement())
    assert [(line["seq"], line["kind"]) for line in page["lines"]] == [
        (4, "limits"),
        (3, "unlock"),
        (2, "grant"),
        (1, "purchase"),
    ]
    assert page["nextCursor"] is None
    line = page["lines"][1]
    assert {key: line[key] for key in line if key != "at"} == {
        "seq": 3,
        "kind": "unlock",
        "reference": f"unlock:{SERIES}:2-2.0",
        "coins": {"bonus": -PRICE},
        "expired": {},
        "debt": {},
        "held": {},
        "cash": [],
        "balance": {"bought": 100, "bonus": 18},
        "seriesId": SERIES,
        "episodes": {"first": 2, "last": 2},
        "rule": None,
    }
    assert page["lines"][3]["cash"] == [{"currency": "USD", "amount": 900, "deferred": True}]


def test_pages_meet_without_a_gap_though_entries_come_in_meanwhile() -> None:
    opens()
    first = body_of(statement(limit="2"))
    put(FIFTY)
    rest = body_of(statement(limit="2", cursor=first["nextCursor"]))
    assert [line["seq"] for line in (*first["lines"], *rest["lines"])] == [3, 2, 1]
    assert rest["nextCursor"] is None


def test_a_cursor_is_good_for_its_viewer_and_its_list_only() -> None:
    cursor = body_of(statement(limit="1"))["nextCursor"]
    foreign = bootstrap.cursors().seal("entitlements", "mia", [2])
    for person, forged in (
        ("noa", cursor),
        ("mia", foreign),
        ("mia", cursor[:-1]),
        ("mia", "x"),
        ("mia", f"{cursor}="),
    ):
        answer = statement(person, cursor=forged)
        assert (answer["statusCode"], body_of(answer)["code"]) == (400, "cursor_invalid")


@pytest.mark.parametrize("query", [{"limit": "0"}, {"limit": "101"}, {"limit": "x"}, {"cursor": "c" * 513}])
def test_a_page_is_bounded(query: dict[str, str]) -> None:
    answer = statement(**query)
    assert (answer["statusCode"], body_of(answer)["code"]) == (422, "validation_failed")


def test_a_viewer_without_entries_has_an_empty_statement() -> None:
    assert body_of(statement("noa")) == {"lines": [], "nextCursor": None}


# --- Receipts --------------------------------------------------------------------------------------------------------


def test_a_receipt_carries_the_very_bytes_that_are_stored_and_their_hash(world: Any) -> None:
    opens()
    shown = body_of(receipt("3"))
    (stored,) = [item for item in dump(world, "test-ledger") if item["seq"]["N"] == "3"]
    assert shown["entry"] == stored_text(stored)
    assert hashlib.sha256(shown["entry"].encode()).digest() == stored["hash"]["B"]
    assert (shown["kind"], shown["priceCoins"], shown["settled"]) == ("unlock", PRICE, [])


def test_a_receipt_says_the_same_as_the_answer_to_the_unlock() -> None:
    answered = body_of(opens())["receipt"]
    shown = body_of(receipt("3"))
    assert {key: shown[key] for key in answered} == answered
    assert set(shown) - set(answered) == {"kind", "entry", "settled"}


def test_every_receipt_of_a_viewer_verifies_offline_and_each_follows_from_the_one_before() -> None:
    opens()
    put(FIFTY)
    judged = [verifier.judge(json.loads(receipt(str(seq))["body"])) for seq in (4, 2, 1, 3)]
    linked, gaps = verifier.link(judged)
    assert ([each.findings for each in judged], [each.unproven for each in judged]) == ([[]] * 4, [[]] * 4)
    assert (len(linked), gaps) == (3, [])


@pytest.mark.parametrize(
    ("seq", "person", "status", "code"),
    [
        ("3", "mia", 404, "not_found"),
        ("1", "noa", 404, "not_found"),
        ("999999999", "mia", 404, "not_found"),
        ("0", "mia", 422, "validation_failed"),
        ("-1", "mia", 422, "validation_failed"),
        ("1000000000", "mia", 422, "validation_failed"),
        ("one", "mia", 422, "validation_failed"),
    ],
)
def test_there_are_receipts_of_the_callers_own_entries_and_no_others(
    seq: str, person: str, status: int, code: str
) -> None:
    answer = receipt(seq, person)
    assert (answer["statusCode"], body_of(answer)["code"]) == (status, code)


def test_all_of_it_is_for_who_signs_in() -> None:
    for method, path in (("GET", "/v1/wallet"), ("GET", "/v1/wallet/statement"), ("PUT", "/v1/wallet/limits")):
        assert wallet(event(method, path), None)["statusCode"] == 401
    assert bootstrap.ledger_store().head(viewer("mia")).seq == 2  # type: ignore[union-attr]
