"""The in-memory DynamoDB answers as others do: case by case against MiniStack and moto.

The simulation's verdict is worth what its DynamoDB is. Where another one differs, the case says how, and the test
insists that it still does, so that no difference is excused that is not there any more.

``DYNAMODB_FIDELITY_ENDPOINT`` names a DynamoDB on loopback to compare with; without it a MiniStack is started.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config
from moto import mock_aws

from tests.support.dynamodb import MemoryClient, MemoryDynamoDB
from tests.support.dynamodb.cases import CASES, TABLES, Case, outcomes, without_words

LOOPBACK = "127.0.0.1"
CONFIG = Config(parameter_validation=False, retries={"total_max_attempts": 1})
each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


def client_of(endpoint: str | None) -> Any:
    return boto3.client(
        "dynamodb",
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=CONFIG,
    )


@pytest.fixture
def model() -> MemoryClient:
    client = MemoryClient(MemoryDynamoDB())
    for table in TABLES:
        client.create_table(**table)
    return client


@pytest.fixture(scope="module")
def emulator_client(endpoint: str) -> Iterator[Any]:
    client = client_of(endpoint)
    yield client
    client.close()


@pytest.fixture
def emulator(emulator_client: Any) -> Iterator[Any]:
    for table in TABLES:
        emulator_client.create_table(**table)
    yield emulator_client
    for table in TABLES:
        emulator_client.delete_table(TableName=table["TableName"])


@pytest.fixture(scope="module")
def moto_client() -> Iterator[Any]:
    """One client for all cases; what it meets is made anew for each by ``mock_aws``."""
    client = client_of(None)
    yield client
    client.close()


@pytest.mark.enable_socket
@pytest.mark.allow_hosts([LOOPBACK, "localhost"])
@each_case
def test_the_model_answers_as_the_emulator_does(case: Case, model: MemoryClient, emulator: Any) -> None:
    ours = outcomes(case, model, capacity=case.capacity)
    theirs = outcomes(case, emulator, capacity=case.capacity)
    if case.emulator:
        assert without_words(ours) != without_words(theirs), f"no longer differs: {case.emulator}"
        return
    assert without_words(ours) == without_words(theirs)
    if case.words:
        assert ours != theirs, f"no longer words it otherwise: {case.words}"
    else:
        assert ours == theirs


@each_case
def test_the_model_answers_as_moto_does(case: Case, model: MemoryClient, moto_client: Any) -> None:
    """Moto words many errors in its own way, and counts no capacity: codes and contents are compared.

    It runs in this process, so that it may fail with any error of its own.
    """
    ours = without_words(outcomes(case, model))
    with mock_aws():
        for table in TABLES:
            moto_client.create_table(**table)
        theirs = without_words(outcomes(case, moto_client, crashes=(Exception,)))
    if case.moto:
        assert ours != theirs, f"no longer differs: {case.moto}"
    else:
        assert ours == theirs
