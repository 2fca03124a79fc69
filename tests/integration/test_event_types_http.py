"""The catalogue of events over HTTP: anybody may read it, and it reads nothing of ours but the code."""

from __future__ import annotations

from typing import Any

import pytest

from cliffhanger.events.catalogue import catalogue
from cliffhanger.events.schemas import EVENT_SCHEMAS
from functions.catalog.handler import handler as catalog
from tests.support.http import SETTINGS, body_of, event


@pytest.fixture(autouse=True)
def settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """No table: sockets are blocked, so that a read of one would fail."""
    monkeypatch.setenv("ORIGIN_DIGESTS", SETTINGS["ORIGIN_DIGESTS"])


def ask(held: str | None = None) -> dict[str, Any]:
    headers = {} if held is None else {"if-none-match": held}
    return catalog(event("GET", "/v1/event-types", headers=headers), None)


def test_anybody_may_read_every_version_of_every_type() -> None:
    answer = ask()
    listed = body_of(answer)["eventTypes"]
    assert answer["statusCode"] == 200
    assert [(row["type"], row["version"]) for row in listed] == sorted(EVENT_SCHEMAS)
    for row, kind in zip(listed, catalogue(), strict=True):
        assert (row["schema"], row["example"], row["source"]) == (kind.schema, kind.example, kind.origin.source)


def test_who_has_the_catalogue_already_is_told_so() -> None:
    tag = ask()["headers"]["etag"]
    again = ask(tag)
    assert (again["statusCode"], again["body"], again["headers"]["etag"]) == (304, "", tag)
