"""A ledger table in a model whose time the test moves."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.dynamodb import MemoryClient, MemoryDynamoDB
from tests.support.dynamodb.cases.case import BYTES, LEDGER, SHELF


class Clock:
    """Milliseconds that pass only when the test says so."""

    def __init__(self) -> None:
        self.now = 1_767_225_600_000

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def model(clock: Clock) -> MemoryDynamoDB:
    model = MemoryDynamoDB(clock=clock)
    for table in (LEDGER, SHELF, BYTES):
        model.call("CreateTable", table)
    return model


@pytest.fixture
def client(model: MemoryDynamoDB) -> Any:
    return MemoryClient(model, actor="test")
