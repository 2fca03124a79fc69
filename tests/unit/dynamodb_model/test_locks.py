"""Transactions hold their items, as DynamoDB's guide to transaction conflicts describes it."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.support.dynamodb import Call, MemoryClient, MemoryDynamoDB, Moment
from tests.support.dynamodb.cases.case import act, entry, key
from tests.unit.dynamodb_model.acts import fetch, get, put, query, reasons, refusal, transact
from tests.unit.dynamodb_model.conftest import Clock


@pytest.fixture(autouse=True)
def ten_milliseconds(model: MemoryDynamoDB) -> None:
    model.locks.transaction_ms = 10


def _update(client: Any) -> Any:
    return client.update_item(TableName="ledger", Key=key("a", 1), UpdateExpression="REMOVE x")


def _delete(client: Any) -> Any:
    return client.delete_item(TableName="ledger", Key=key("a", 1))


@pytest.mark.parametrize("write", [put, _update, _delete])
def test_a_write_meets_the_transaction_that_holds_its_item(write: Any, client: Any, clock: Clock) -> None:
    transact(client, 1, 2)
    clock.now += 9
    with pytest.raises(ClientError) as error:
        write(client)
    assert refusal(error) == "TransactionConflictException"
    clock.now += 1
    write(client)


def test_a_transaction_meets_another_in_the_order_of_its_items(client: Any, clock: Clock) -> None:
    transact(client, 1)
    with pytest.raises(ClientError) as error:
        transact(client, 2, 1, 3)
    assert refusal(error) == "TransactionCanceledException"
    assert reasons(error) == ["None", "TransactionConflict", "None"]
    assert [item["seq"]["N"] for item in query(client)] == ["1"]
    clock.now += 10
    transact(client, 2, 1, 3)


def test_a_cancelled_transaction_holds_nothing(client: Any) -> None:
    put(client)
    with pytest.raises(ClientError):
        client.transact_write_items(
            TransactItems=[act("Put", entry("a", 2)), act("Put", entry("a", 1), "attribute_not_exists(seq)")]
        )
    put(client, seq=2)


def test_a_condition_check_holds_its_item(client: Any) -> None:
    client.transact_write_items(
        TransactItems=[act("ConditionCheck", key("a", 1), "attribute_not_exists(seq)"), act("Put", entry("a", 2))]
    )
    with pytest.raises(ClientError) as error:
        put(client)
    assert refusal(error) == "TransactionConflictException"


def test_transactional_reads_meet_a_transaction_and_plain_reads_do_not(client: Any, clock: Clock) -> None:
    transact(client, 1)
    with pytest.raises(ClientError) as error:
        fetch(client, 2, 1)
    assert reasons(error) == ["None", "TransactionConflict"]
    assert get(client) is not None
    assert len(query(client)) == 1
    clock.now += 10
    assert fetch(client, 1) == [{"Item": entry("a", 1)}]


def test_a_batch_leaves_held_items_unprocessed(client: Any) -> None:
    transact(client, 1)
    requests = [{"PutRequest": {"Item": entry("a", seq)}} for seq in (1, 2)]
    assert client.batch_write_item(RequestItems={"ledger": requests})["UnprocessedItems"] == {"ledger": requests[:1]}


def test_a_write_in_progress_cancels_transactions_but_no_other_write(
    model: MemoryDynamoDB, client: Any, clock: Clock
) -> None:
    model.locks.item_ms = 5
    put(client)
    put(client)
    with pytest.raises(ClientError) as error:
        transact(client, 1)
    assert reasons(error) == ["TransactionConflict"]
    with pytest.raises(ClientError):
        fetch(client, 1)
    clock.now += 5
    transact(client, 1)


def test_a_transactions_own_retry_is_no_conflict(client: Any) -> None:
    transact(client, 1, ClientRequestToken="one")
    transact(client, 1, ClientRequestToken="one")


def test_a_rival_meets_a_transaction_that_is_under_way(model: MemoryDynamoDB, client: Any) -> None:
    """Between taking its items and writing them others run: they see the old state and cannot change it."""
    rival = MemoryClient(model, actor="rival")
    heard: list[Any] = []

    def hook(moment: Moment, call: Call) -> None:
        if moment is Moment.HELD:
            heard.append(get(rival))
            with pytest.raises(ClientError) as error:
                put(rival)
            heard.append(refusal(error))
            with pytest.raises(ClientError) as error:
                transact(rival, 1)
            heard.append(reasons(error))
            with pytest.raises(ClientError) as error:
                transact(rival, 1, 2, ClientRequestToken="one")
            heard.append(refusal(error))

    model.hook = hook
    transact(client, 1, 2, ClientRequestToken="one")
    assert heard == [None, "TransactionConflictException", ["TransactionConflict"], "TransactionInProgressException"]
    assert len(query(client)) == 2
