"""Limits through a real handler and a real table of counts."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cliffhanger import bootstrap
from cliffhanger.rates.domain import FREE, LIMITS
from functions.wallet.handler import handler as wallet
from tests.support.adapters import replace_in_bootstrap
from tests.support.http import access_token, body_of, event
from tests.support.world import dump

READ = LIMITS["read"]
NOON = 29_400_000 * 60_000
TABLE = "test-rates"


@pytest.fixture(autouse=True)
def noon(dynamodb: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    replace_in_bootstrap(monkeypatch, "system_clock", lambda: NOON)


def read_wallet(person: str = "mia") -> dict[str, Any]:
    return wallet(event("GET", "/v1/wallet", token=access_token(person)), None)


def test_the_first_requests_of_a_minute_write_nothing(dynamodb: Any) -> None:
    for left in range(READ - 1, READ - 1 - FREE, -1):
        assert read_wallet()["headers"]["ratelimit"] == f'"read";r={left};t=60'
    assert dump(dynamodb, TABLE) == []


def test_one_who_goes_on_is_counted_in_one_item_and_stopped_at_the_limit(dynamodb: Any) -> None:
    answers = [read_wallet() for _ in range(READ + 3)]
    assert [answer["statusCode"] for answer in answers] == [200] * READ + [429] * 3
    assert body_of(answers[-1])["code"] == "rate_limited"
    (item,) = dump(dynamodb, TABLE)
    assert (item["bucket"]["S"], item["used"]["N"]) == (f"mia:read:{NOON // 60_000}", str(READ))
    assert read_wallet("noa")["statusCode"] == 200


def test_another_instance_knows_what_was_used_elsewhere(dynamodb: Any) -> None:
    for _ in range(READ + 1):
        read_wallet()
    bootstrap.forget()
    assert [read_wallet()["statusCode"] for _ in range(FREE + 2)] == [200] * FREE + [429] * 2


def test_a_table_that_is_throttled_stops_nobody(
    dynamodb: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    client: Any = bootstrap.connection().client
    serve = client._make_api_call

    def throttled(operation: str, parameters: dict[str, Any]) -> Any:
        if operation == "UpdateItem":
            raise client.exceptions.RequestLimitExceeded({"Error": {"Code": "RequestLimitExceeded"}}, operation)
        return serve(operation, parameters)

    monkeypatch.setattr(client, "_make_api_call", throttled)
    assert {read_wallet()["statusCode"] for _ in range(READ + 10)} == {200}
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert sum(line.get("RequestsUncounted", 0) for line in lines) == READ + 10 - FREE
