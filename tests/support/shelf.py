"""The catalog alone on moto, with a clock that stands, for handlers that serve it."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from cliffhanger import bootstrap
from cliffhanger.catalog.domain import SeriesPage
from cliffhanger.clock import system_clock
from cliffhanger.web import api
from cliffhanger.web.cursors import Cursors
from cliffhanger.web.tokens import KeySet
from tests.support.http import SETTINGS, key_set
from tests.support.tables import CATALOG, RATES
from tests.support.world import PAGE, SERIES, dump

NOW = 1_763_700_000_000
HOUR_MS = 3_600_000


class Shelf:
    """The catalog's table with the world's series in it."""

    def __init__(self, client: Any, monkeypatch: pytest.MonkeyPatch, clock: str) -> None:
        self._client = client
        self._monkeypatch = monkeypatch
        self._clock = clock
        self.at(NOW)

    def at(self, now: int) -> None:
        """Sets the handler's clock, in milliseconds since the Unix epoch."""
        self._monkeypatch.setattr(self._clock, lambda: now)

    @property
    def bytes(self) -> list[dict[str, Any]]:
        """All that is stored, to see that a refusal changed nothing."""
        return dump(self._client, CATALOG["TableName"])

    def page(self, series: str = SERIES) -> SeriesPage:
        page = bootstrap.catalog_store().page(series, consistent=True)
        assert page is not None
        return page

    def replace(self, page: SeriesPage) -> SeriesPage:
        """Writes a page as the next revision."""
        made = page._replace(revision=page.revision + 1)
        assert bootstrap.catalog_store().replace(made)
        return made


@contextlib.contextmanager
def shelf_of(monkeypatch: pytest.MonkeyPatch, clock: str) -> Iterator[Shelf]:
    """A shelf for the handler whose clock has that name."""
    for name, value in SETTINGS.items():
        monkeypatch.setenv(name, value)
    sealed = Cursors(lambda: b"the-secret-of-these-tests-only-32b")
    monkeypatch.setattr(bootstrap, "cursors", functools.cache(lambda: sealed))
    monkeypatch.setattr(api, "_keys", lambda: KeySet(key_set, system_clock))
    with mock_aws():
        client = boto3.client("dynamodb")
        for table in (CATALOG, RATES):
            client.create_table(**table)
        bootstrap.forget()
        assert bootstrap.catalog_store().create(PAGE)
        yield Shelf(client, monkeypatch, clock)
    bootstrap.forget()
