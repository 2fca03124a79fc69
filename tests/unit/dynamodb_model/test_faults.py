"""Every fault does to the state, and tells the caller, what it says: no more and no less."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError

from tests.support.dynamodb import Call, Crowded, Fault, MemoryClient, MemoryDynamoDB, ScriptedFaults, SeededFaults
from tests.support.dynamodb.cases.case import LEDGER, entry, key
from tests.unit.dynamodb_model.acts import ONCE, fetch, get, put, query, reasons, refusal, transact

UNHEARD = {
    Fault.NOT_SENT: EndpointConnectionError,
    Fault.LOST_REQUEST: ReadTimeoutError,
    Fault.LOST_REPLY: ReadTimeoutError,
}
REFUSED = {
    Fault.THROTTLED: "ProvisionedThroughputExceededException",
    Fault.LIMITED: "ThrottlingException",
    Fault.CONFLICT: "TransactionConflictException",
    Fault.FAILED: "InternalServerError",
    Fault.FAILED_LATE: "InternalServerError",
}
HAPPENS = {Fault.LOST_REPLY, Fault.FAILED_LATE}


def strike_next(model: MemoryDynamoDB, fault: Fault) -> None:
    model.faults = ScriptedFaults({model.calls + 1: fault})


@pytest.mark.parametrize("fault", UNHEARD)
def test_a_lost_call_raises_as_botocore_does(fault: Fault, model: MemoryDynamoDB, client: Any) -> None:
    strike_next(model, fault)
    with pytest.raises(UNHEARD[fault]):
        put(client)
    assert (get(client) is not None) == (fault in HAPPENS)


@pytest.mark.parametrize("fault", REFUSED)
def test_a_failing_service_raises_its_code(fault: Fault, model: MemoryDynamoDB, client: Any) -> None:
    strike_next(model, fault)
    with pytest.raises(ClientError) as error:
        put(client)
    assert refusal(error) == REFUSED[fault]
    assert (get(client) is not None) == (fault in HAPPENS)


@pytest.mark.parametrize(
    ("fault", "first"), [(Fault.THROTTLED, "ProvisionedThroughputExceeded"), (Fault.CONFLICT, "TransactionConflict")]
)
def test_a_transaction_hears_of_a_fault_in_its_reasons(
    fault: Fault, first: str, model: MemoryDynamoDB, client: Any
) -> None:
    strike_next(model, fault)
    with pytest.raises(ClientError) as error:
        transact(client, 1, 2)
    assert reasons(error) == [first, "None"]
    strike_next(model, fault)
    with pytest.raises(ClientError) as error:
        fetch(client, 1, 2)
    assert reasons(error) == [first, "None"]
    assert query(client) == []


def test_a_lost_reply_hides_refusals_too(model: MemoryDynamoDB, client: Any) -> None:
    put(client)
    before = model.fingerprint()
    strike_next(model, Fault.LOST_REPLY)
    with pytest.raises(ReadTimeoutError):
        put(client, condition=ONCE)
    assert model.fingerprint() == before


def test_a_conflict_cannot_strike_a_read(model: MemoryDynamoDB, client: Any) -> None:
    put(client)
    strike_next(model, Fault.CONFLICT)
    assert get(client) is not None


def test_a_delayed_write_lands_after_its_callers_next_try(model: MemoryDynamoDB, client: Any) -> None:
    strike_next(model, Fault.DELAYED)
    with pytest.raises(ReadTimeoutError):
        put(client, x={"S": "first try"})
    put(client, x={"S": "second try"})
    assert get(client) == entry("a", 1, x={"S": "second try"})
    assert get(client) == entry("a", 1, x={"S": "first try"})


def test_a_delayed_write_is_still_conditional(model: MemoryDynamoDB, client: Any) -> None:
    strike_next(model, Fault.DELAYED)
    with pytest.raises(ReadTimeoutError):
        put(client, condition=ONCE, x={"S": "first try"})
    put(client, condition=ONCE, x={"S": "second try"})
    model.deliver_delayed()
    assert get(client) == entry("a", 1, x={"S": "second try"})


def test_a_delayed_write_is_what_was_sent(model: MemoryDynamoDB, client: Any) -> None:
    item = entry("a", 1, x={"S": "sent"})
    strike_next(model, Fault.DELAYED)
    with pytest.raises(ReadTimeoutError):
        client.put_item(TableName="ledger", Item=item)
    item["x"]["S"] = "thought better of"
    model.deliver_delayed()
    assert get(client) == entry("a", 1, x={"S": "sent"})


def test_a_delayed_transaction_is_applied_once(model: MemoryDynamoDB, client: Any) -> None:
    strike_next(model, Fault.DELAYED)
    with pytest.raises(ReadTimeoutError):
        transact(client, 1, 2, ClientRequestToken="one")
    transact(client, 1, 2, ClientRequestToken="one")
    model.deliver_delayed()
    assert model.stream_length("ledger") == 2


def test_half_a_batch_comes_back_unprocessed(model: MemoryDynamoDB, client: Any) -> None:
    requests = [{"PutRequest": {"Item": entry("a", seq)}} for seq in (1, 2, 3)]
    strike_next(model, Fault.PARTIAL)
    answer = client.batch_write_item(RequestItems={"ledger": requests})
    assert answer["UnprocessedItems"] == {"ledger": requests[1:]}
    assert query(client) == [entry("a", 1)]
    strike_next(model, Fault.PARTIAL)
    wanted = {"Keys": [key("a", 1), key("a", 2)], "ConsistentRead": True}
    answer = client.batch_get_item(RequestItems={"ledger": wanted})
    assert answer["Responses"] == {"ledger": [entry("a", 1)]}
    assert answer["UnprocessedKeys"] == {"ledger": {**wanted, "Keys": [key("a", 2)]}}


def test_a_client_that_retries_below_its_caller_fails_its_own_condition(model: MemoryDynamoDB) -> None:
    """Botocore repeats a call whose reply was lost: the second try meets the first."""
    strike_next(model, Fault.LOST_REPLY)
    with pytest.raises(ClientError) as error:
        put(MemoryClient(model, attempts=2), condition=ONCE)
    assert refusal(error) == "ConditionalCheckFailedException"


def test_a_client_that_retries_keeps_its_transactions_token(model: MemoryDynamoDB) -> None:
    strike_next(model, Fault.LOST_REPLY)
    transact(MemoryClient(model, attempts=2), 1, 2)
    assert model.calls == 5  # three tables, two tries
    assert model.stream_length("ledger") == 2


def test_a_client_gives_up_after_its_attempts(model: MemoryDynamoDB) -> None:
    model.faults = ScriptedFaults({model.calls + n: Fault.LIMITED for n in (1, 2, 3)})
    retrying = MemoryClient(model, attempts=3)
    with pytest.raises(ClientError) as error:
        put(retrying)
    assert refusal(error) == "ThrottlingException"
    put(retrying)


def test_refusals_are_not_retried(model: MemoryDynamoDB) -> None:
    retrying = MemoryClient(model, attempts=3)
    put(retrying)
    before = model.calls
    with pytest.raises(ClientError):
        put(retrying, condition=ONCE)
    assert model.calls == before + 1


def _story(seed: int) -> tuple[list[str], SeededFaults]:
    faults = SeededFaults(seed, dict.fromkeys(Fault, 0.08), lag_rate=0.5, longest_lag_ms=100)
    model = MemoryDynamoDB(faults=None)
    client = MemoryClient(model)
    _create(model)
    model.faults = faults
    return [_told(client, number) for number in range(200)], faults


def _create(model: MemoryDynamoDB) -> None:
    model.call("CreateTable", LEDGER)


def _told(client: Any, number: int) -> str:
    try:
        if number % 3 == 0:
            return str(put(client, seq=number // 6, condition=ONCE)["ResponseMetadata"])
        if number % 3 == 1:
            return str(query(client, consistent=False))
        return str(transact(client, number, number + 1))
    except (ClientError, ReadTimeoutError, EndpointConnectionError) as error:
        return str(error)


def test_a_seed_tells_the_same_story_twice() -> None:
    first, faults = _story(7)
    assert first == _story(7)[0]
    assert first != _story(8)[0]
    assert set(faults.struck.values()) >= set(Fault) - {Fault.PARTIAL}


def test_a_seeds_script_replays_its_story() -> None:
    first, faults = _story(7)
    model = MemoryDynamoDB()
    _create(model)
    model.faults = faults.script()
    client = MemoryClient(model)
    assert [_told(client, number) for number in range(200)] == first


def test_a_plan_strikes_only_what_a_fault_means_something_for(model: MemoryDynamoDB, client: Any) -> None:
    """What it says it struck is what a person reads of a failing seed."""
    model.faults = faults = SeededFaults(1, {Fault.CONFLICT: 0.5, Fault.PARTIAL: 0.5})
    for _ in range(20):
        query(client)
    assert faults.struck == {}


def test_rates_above_one_are_refused() -> None:
    with pytest.raises(ValueError, match="more than 1"):
        SeededFaults(1, {Fault.FAILED: 0.6, Fault.LIMITED: 0.6})


def test_where_everybody_writes_no_transaction_comes_through() -> None:
    """Whichever volume of the account it appends to; what goes by it elsewhere is let through."""
    faults = Crowded("series:a:earned:0")

    def struck(account: str) -> Fault | None:
        put = {"Put": {"Item": {"account": {"S": account}}}}
        return faults.strike(Call(1, "settlement", "TransactWriteItems", {"TransactItems": [put]}, 0))

    assert [struck(f"series:a:earned:0{volume}") for volume in ("", ".2")] == [Fault.CONFLICT] * 2
    assert [struck("series:a:earned:01"), struck("creator:b")] == [None, None]
