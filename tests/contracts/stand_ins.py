"""What stands in for DynamoDB: the in-memory model, moto (single-threaded) and MiniStack, each with empty tables."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config
from moto import mock_aws
from pynamodb.connection import Connection

from tests.support.dynamodb import MemoryDynamoDB, connect

LOOPBACK = ["127.0.0.1", "localhost"]
MINISTACK = pytest.param("ministack", marks=[pytest.mark.enable_socket, pytest.mark.allow_hosts(LOOPBACK)])
ALL = ["memory", "moto", MINISTACK]
CONCURRENT = ["memory", MINISTACK]
"""Moto's conditional writes race under threads."""

Connect = Callable[[], Connection]
Table = dict[str, Any]
POOL = 32
KEYS: dict[str, Any] = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}


@contextlib.contextmanager
def tables_of(request: pytest.FixtureRequest, *tables: Table) -> Iterator[Connect]:
    """Makes connections to empty tables on the stand-in that the fixture's parameter names."""
    kind = request.param
    if kind == "memory":
        model = MemoryDynamoDB()
        for table in tables:
            model.call("CreateTable", table)
        yield lambda: connect(model)
    elif kind == "moto":
        with mock_aws():
            for table in tables:
                _client(None).create_table(**table)
            yield lambda: _remote(None)
    else:
        endpoint = request.getfixturevalue("endpoint")
        client = _client(endpoint)
        for table in tables:
            client.create_table(**table)
        yield lambda: _remote(endpoint, client)
        for table in tables:
            client.delete_table(TableName=table["TableName"])


def _remote(endpoint: str | None, client: Any = None) -> Connection:
    made = Connection(region="us-east-1", host=endpoint, max_pool_connections=POOL, **KEYS)
    if client is not None:
        # A client is safe to share among threads, and making one for each of sixteen racers is what takes the time.
        made._client = client
    return made


def _client(endpoint: str | None) -> Any:
    config = Config(max_pool_connections=POOL, retries={"total_max_attempts": 1}, parameter_validation=False)
    return boto3.client("dynamodb", region_name="us-east-1", endpoint_url=endpoint, config=config, **KEYS)
