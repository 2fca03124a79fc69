"""Real handlers over moto, in process and single-threaded (moto's conditional writes race under threads)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from cliffhanger import bootstrap
from cliffhanger.clock import system_clock
from cliffhanger.web import api as web
from cliffhanger.web.tokens import KeySet
from tests.support.http import SETTINGS, key_set
from tests.support.tables import TABLES
from tests.support.world import PAGE, give


@pytest.fixture
def dynamodb(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A client of tables with one series; viewer mia has coins, noa has none."""
    for name, value in SETTINGS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(web, "_keys", lambda: KeySet(key_set, system_clock))
    with mock_aws():
        client = boto3.client("dynamodb")
        for table in TABLES:
            client.create_table(**table)
        bootstrap.forget()
        bootstrap.catalog_store().create(PAGE)
        give(bootstrap.ledger_store(), "mia")
        yield client
    bootstrap.forget()
