"""Unlock, wallet and catalog through their handlers, as API Gateway calls them."""

from __future__ import annotations

from typing import Any

import pytest

from cliffhanger import bootstrap
from cliffhanger.ledger.entries import State, seal
from cliffhanger.ledger.movements import spend_coins
from functions.catalog.handler import handler as catalog
from functions.unlock.handler import handler as unlock
from functions.wallet.handler import handler as wallet
from tests.support.http import access_token, body_of, event
from tests.support.world import PRICE, SERIES, dump

ROUTE = "POST /v1/series/{seriesId}/episodes/{episode}/unlock"


def ask(person: str = "mia", *, series: str = SERIES, episode: str = "2", **body: Any) -> dict[str, Any]:
    return unlock(
        event(
            "POST",
            f"/v1/series/{series}/episodes/{episode}/unlock",
            route=ROUTE,
            path_parameters={"seriesId": series, "episode": episode},
            body={"priceShownCoins": PRICE} | body,
            token=access_token(person),
        ),
        None,
    )


def read_wallet(person: str = "mia") -> Any:
    return body_of(wallet(event("GET", "/v1/wallet", token=access_token(person)), None))


def test_an_unlock_answers_with_its_receipt_and_the_wallet_after_it(dynamodb: Any) -> None:
    answer = ask()
    body = body_of(answer)
    assert answer["statusCode"] == 201
    assert not body["alreadyUnlocked"]
    assert body["receipt"]["reference"] == f"unlock:{SERIES}:2-2.0"
    assert body["receipt"]["priceCoins"] == PRICE
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


def test_a_retry_never_hears_of_a_price_that_has_changed_since(dynamodb: Any) -> None:
    """LEDGER rule 2: the reference decides before price, limit, balance or freeze are looked at."""
    first = body_of(ask())
    dynamodb.update_item(
        TableName="test-catalog",
        Key={"series": {"S": SERIES}, "part": {"S": "page"}},
        UpdateExpression="SET prices.#n = :p",
        ExpressionAttributeNames={"#n": "2"},
        ExpressionAttributeValues={":p": {"N": "99"}},
    )
    assert body_of(ask())["receipt"] == first["receipt"]


def test_a_retry_never_hears_402_after_the_coins_are_gone(dynamodb: Any) -> None:
    first = body_of(ask())
    ledger = bootstrap.ledger_store()
    head = ledger.head("viewer:mia")
    assert head is not None
    rest = spend_coins(
        "viewer:mia",
        head,
        head.at,
        amount=head.state.balances["coin"] + head.state.balances["bonus"],
        destination="series:another:earned:0",
        reference="refund:all",
        request=b"x",
    )
    assert ledger.append(rest)
    assert body_of(ask())["receipt"] == first["receipt"]


def test_a_retry_is_answered_even_when_the_account_has_been_frozen_since(dynamodb: Any) -> None:
    first = body_of(ask())
    freeze()
    assert body_of(ask())["receipt"] == first["receipt"]


def freeze() -> None:
    ledger = bootstrap.ledger_store()
    head = ledger.head("viewer:mia")
    assert head is not None
    state = State(head.state.balances, head.state.lots, ("frozen",))
    assert ledger.append(
        seal("viewer:mia", head, head.at, postings=[], state=state, reference="refund:f", request=b"x")
    )


@pytest.mark.parametrize(
    ("request_", "status", "code", "members"),
    [
        ({"priceShownCoins": 11}, 409, "price_changed", {"priceCoins": PRICE}),
        ({"generation": 1}, 409, "generation_unknown", {"generation": 0}),
        ({"person": "noa"}, 402, "insufficient_coins", {"priceCoins": PRICE, "balanceCoins": 0, "missingCoins": PRICE}),
        ({"episode": "1"}, 409, "episode_free", {}),
        ({"episode": "3"}, 409, "episode_unavailable", {}),
        ({"episode": "4"}, 404, "not_found", {}),
        ({"series": "unknown"}, 404, "not_found", {}),
        ({"series": "Not-An-Id"}, 422, "validation_failed", {"where": "path"}),
        ({"episode": "0"}, 422, "validation_failed", {"where": "path"}),
        ({"episode": "10000"}, 422, "validation_failed", {"where": "path"}),
        ({"priceShownCoins": -1}, 422, "validation_failed", {"where": "body"}),
        ({"priceShownCoins": 10**9}, 422, "validation_failed", {"where": "body"}),
        ({"coins": 12}, 422, "validation_failed", {"where": "body"}),
    ],
)
def test_a_refusal_has_its_code_and_leaves_every_byte_as_it_was(
    dynamodb: Any, request_: dict[str, Any], status: int, code: str, members: dict[str, Any]
) -> None:
    before = [dump(dynamodb, table) for table in ("test-ledger", "test-catalog")]
    answer = ask(**request_)
    body = body_of(answer)
    assert (answer["statusCode"], body["code"]) == (status, code)
    assert {key: body[key] for key in members} == members
    assert [dump(dynamodb, table) for table in ("test-ledger", "test-catalog")] == before


def test_a_frozen_account_is_refused_by_name(dynamodb: Any) -> None:
    freeze()
    assert body_of(ask())["code"] == "account_frozen"


def test_viewers_do_not_see_each_others_coins_or_unlocks(dynamodb: Any) -> None:
    ask()
    assert read_wallet("noa") == {"coins": {"total": 0, "bought": 0, "bonus": 0}, "lots": [], "asOf": 0}
    assert body_of(ask("noa"))["code"] == "insufficient_coins"


def test_the_wallet_names_lots_in_the_order_of_spending(dynamodb: Any) -> None:
    lots = read_wallet()["lots"]
    assert [(lot["unit"], lot["coins"]) for lot in lots] == [("bonus", 30), ("coin", 100)]
    assert lots[0]["expiresAt"].endswith("T00:00:00.000Z")
    assert lots[1]["expiresAt"] is None


def test_the_catalog_needs_no_sign_in(dynamodb: Any) -> None:
    listed = body_of(catalog(event("GET", "/v1/series"), None))
    assert listed == {
        "series": [
            {
                "seriesId": SERIES,
                "title": "The Last Train",
                "synopsis": "She has one minute to decide.",
                "episodes": 3,
                "freeEpisodes": 1,
            }
        ]
    }
    page = body_of(
        catalog(
            event(
                "GET", f"/v1/series/{SERIES}", route="GET /v1/series/{seriesId}", path_parameters={"seriesId": SERIES}
            ),
            None,
        )
    )
    assert [(e["episode"], e["priceCoins"], e["free"], e["published"]) for e in page["episodes"]] == [
        (1, 0, True, True),
        (2, PRICE, False, True),
        (3, PRICE, False, False),
    ]


def test_the_catalog_never_tells_where_a_video_lies(dynamodb: Any) -> None:
    page = catalog(
        event("GET", f"/v1/series/{SERIES}", route="GET /v1/series/{seriesId}", path_parameters={"seriesId": SERIES}),
        None,
    )
    assert "m3u8" not in page["body"]
    assert "cleo" not in page["body"]
