"""Client request tokens: ten minutes, one request each."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.support.dynamodb import MemoryDynamoDB
from tests.support.dynamodb.cases.case import act, key
from tests.unit.dynamodb_model.acts import get, refusal, transact
from tests.unit.dynamodb_model.conftest import Clock

TEN_MINUTES = 10 * 60 * 1000


def _count(client: Any, token: str | None = None, value: bytes = b"") -> None:
    values = {":v": {"N": "1"}, ":b": {"B": value}}
    more = {} if token is None else {"ClientRequestToken": token}
    update = act("Update", key("a", 1), UpdateExpression="ADD n :v SET b = :b", values=values)
    client.transact_write_items(TransactItems=[update], **more)


def _counted(client: Any) -> str:
    item = get(client)
    assert item is not None
    return item["n"]["N"]


def test_a_token_is_served_once_in_ten_minutes(client: Any, clock: Clock) -> None:
    _count(client, "one")
    clock.now += TEN_MINUTES - 1
    _count(client, "one")
    assert _counted(client) == "1"
    clock.now += 1
    _count(client, "one")
    assert _counted(client) == "2"


@pytest.mark.parametrize("other", [b"y", b"", b"xx"])
def test_a_token_belongs_to_one_request(other: bytes, client: Any) -> None:
    _count(client, "one", b"x")
    with pytest.raises(ClientError) as error:
        _count(client, "one", other)
    assert refusal(error) == "IdempotentParameterMismatchException"
    assert _counted(client) == "1"


def test_calls_without_a_token_are_never_taken_for_each_other(client: Any) -> None:
    _count(client)
    _count(client)
    assert _counted(client) == "2"


def test_a_replay_answers_whatever_has_become_of_the_items(model: MemoryDynamoDB, client: Any) -> None:
    transact(client, 1, ClientRequestToken="one")
    client.delete_item(TableName="ledger", Key=key("a", 1))
    before = model.fingerprint()
    transact(client, 1, ClientRequestToken="one")
    assert model.fingerprint() == before


def test_a_token_of_37_letters_is_refused(client: Any) -> None:
    with pytest.raises(ClientError) as error:
        transact(client, 1, ClientRequestToken="x" * 37)
    assert refusal(error) == "ValidationException"
