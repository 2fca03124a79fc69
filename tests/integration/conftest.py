"""Real handlers over moto, in process and single-threaded (moto's conditional writes race under threads)."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from cliffhanger import bootstrap
from cliffhanger.clock import system_clock
from cliffhanger.web import api as web
from cliffhanger.web.tokens import KeySet
from functions.partners import handler as partners
from tests.support.adapters import replace_in_bootstrap
from tests.support.http import SETTINGS, key_set
from tests.support.partners import KEYS_TEXT, partner
from tests.support.tables import TABLES
from tests.support.world import PAGE, give

NOON = 1_795_348_800_000
"""2026-11-22, 12:00 UTC."""


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


@pytest.fixture
def acme(dynamodb: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The partners acme with its member pia and other with otto, and the keys of tokens; it is noon, and time ticks."""
    ticks = itertools.count(NOON)
    replace_in_bootstrap(monkeypatch, "system_clock", lambda: next(ticks))
    monkeypatch.setattr(partners, "system_clock", lambda: next(ticks))
    secrets = boto3.client("secretsmanager")
    secrets.create_secret(Name=SETTINGS["PARTNER_KEYS"], SecretString=KEYS_TEXT)
    secrets.create_secret(Name=SETTINGS["REQUEST_SECRET"], SecretString="s" * 40)
    store = bootstrap.partners_store()
    store.put(partner(), None)
    store.put(partner("other", ("otto",), created_at=partner().created_at + 1), None)
    return dynamodb
