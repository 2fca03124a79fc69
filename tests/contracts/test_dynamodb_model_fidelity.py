"""The in-memory DynamoDB answers as others do: case by case against MiniStack and moto.

The simulation's verdict is worth what its DynamoDB is. Where another one differs, the case says how, and the test
insists that it still does, so that no difference is excused that is not there any more.

``DYNAMODB_FIDELITY_ENDPOINT`` names a DynamoDB on loopback to compare with; without it a MiniStack is started.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.config import Config
from moto import mock_aws

from tests.support.dynamodb import MemoryClient, MemoryDynamoDB
from tests.support.dynamodb.cases import CASES, TABLES, Case, outcomes, without_words

LOOPBACK = "127.0.0.1"
ENDPOINT_VARIABLE = "DYNAMODB_FIDELITY_ENDPOINT"
START_TIMEOUT_S = 60
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
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the other DynamoDB listens; only loopback will do."""
    given = os.environ.get(ENDPOINT_VARIABLE)
    if given:
        if urlsplit(given).hostname not in (LOOPBACK, "localhost", "::1"):
            pytest.fail(f"{ENDPOINT_VARIABLE} is not on loopback")
        yield given
        return
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port = probe.getsockname()[1]
    folder = tmp_path_factory.mktemp("ministack")
    environment = {
        "PATH": os.environ.get("PATH", ""),
        "HOME": str(folder),
        "BIND_HOST": LOOPBACK,
        "GATEWAY_PORT": str(port),
        "IOT_MTLS_ENABLED": "0",
        "SERVICES": "dynamodb",
    }
    with (folder / "log").open("wb") as log:
        command = [sys.executable, "-m", "ministack"]
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)
        try:
            _wait_until_ready(f"http://{LOOPBACK}:{port}", process, folder / "log")
            yield f"http://{LOOPBACK}:{port}"
        finally:
            process.terminate()
            process.wait(timeout=30)


def _wait_until_ready(endpoint: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{endpoint}/_ministack/health", timeout=1):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    pytest.fail(f"MiniStack did not start:\n{log.read_text()[-2000:]}")


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
