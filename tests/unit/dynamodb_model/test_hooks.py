"""A scheduler sees every boundary of every call, and a caller may die at each."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.support.dynamodb import Call, Fault, MemoryClient, MemoryDynamoDB, Moment, ScriptedFaults
from tests.unit.dynamodb_model.acts import ONCE, get, put, query, transact


class Crash(BaseException):
    """The caller's process is gone; nothing in it may catch this."""


def test_the_hook_sees_each_call_before_and_after(model: MemoryDynamoDB, client: Any) -> None:
    seen: list[tuple[Moment, int, str, str]] = []
    model.hook = lambda moment, call: seen.append((moment, call.number, call.actor, call.operation))
    put(client)
    with pytest.raises(ClientError):
        put(client, condition=ONCE)
    transact(client, 2)
    assert seen == [
        (Moment.BEFORE, 4, "test", "PutItem"),
        (Moment.AFTER, 4, "test", "PutItem"),
        (Moment.BEFORE, 5, "test", "PutItem"),
        (Moment.AFTER, 5, "test", "PutItem"),
        (Moment.BEFORE, 6, "test", "TransactWriteItems"),
        (Moment.HELD, 6, "test", "TransactWriteItems"),
        (Moment.AFTER, 6, "test", "TransactWriteItems"),
    ]


@pytest.mark.parametrize(("moment", "written"), [(Moment.BEFORE, 0), (Moment.HELD, 2), (Moment.AFTER, 2)])
def test_a_crash_leaves_what_the_service_had_taken_on(
    moment: Moment, written: int, model: MemoryDynamoDB, client: Any
) -> None:
    def hook(reached: Moment, call: Call) -> None:
        if reached is moment:
            raise Crash

    model.hook = hook
    with pytest.raises(Crash):
        transact(client, 1, 2)
    model.hook = None
    assert len(query(client)) == written
    put(client, seq=1)  # nothing is held any more


def test_a_lost_reply_reaches_the_hook_too(model: MemoryDynamoDB, client: Any) -> None:
    seen: list[Moment] = []
    model.hook = lambda moment, call: seen.append(moment)
    model.faults = ScriptedFaults({model.calls + 1: Fault.LOST_REPLY})
    with pytest.raises(Exception, match="Read timeout"):
        put(client)
    assert seen == [Moment.BEFORE, Moment.AFTER]


def test_actors_on_threads_are_interleaved_as_the_scheduler_says(model: MemoryDynamoDB) -> None:
    """Both read the empty chain before either writes: the second write is refused."""
    both_have_read = threading.Barrier(2, timeout=10)
    results: dict[str, str] = {}

    def hook(moment: Moment, call: Call) -> None:
        if moment is Moment.BEFORE and call.operation == "PutItem":
            both_have_read.wait()

    def act(name: str) -> None:
        client = MemoryClient(model, actor=name)
        seq = len(query(client)) + 1
        try:
            put(client, seq=seq, condition=ONCE)
            results[name] = "written"
        except ClientError as error:
            results[name] = error.response["Error"]["Code"]

    model.hook = hook
    threads = [threading.Thread(target=act, args=(name,)) for name in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results.values()) == ["ConditionalCheckFailedException", "written"]


def test_sixteen_threads_write_one_chain_without_a_gap_or_a_loss(model: MemoryDynamoDB) -> None:
    won: list[int] = []

    def act(number: int) -> None:
        client = MemoryClient(model, actor=str(number))
        for _ in range(20):
            while True:
                seq = len(query(client)) + 1
                try:
                    put(client, seq=seq, condition=ONCE, by={"N": str(number)})
                except ClientError:
                    continue
                won.append(seq)
                break

    threads = [threading.Thread(target=act, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(won) == list(range(1, 321))
    client = MemoryClient(model)
    assert [int(item["seq"]["N"]) for item in query(client)] == list(range(1, 321))
    assert model.stream_length("ledger") == 320
    assert get(client, seq=320) is not None
