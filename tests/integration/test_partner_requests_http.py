"""What a partner's clients have asked: noted, counted, and shown to that partner alone."""

from __future__ import annotations

from typing import Any

import pytest

from cliffhanger import bootstrap
from tests.integration.partnering import (
    OTTO,
    PIA,
    ask,
    make,
    read_requests,
    status,
    token_of,
    usage,
)
from tests.support.http import body_of

pytestmark = pytest.mark.usefixtures("acme")


def test_the_log_shows_requests_newest_first_by_status_and_time() -> None:
    token = token_of(*make())
    ask("GET", "/partner", token)
    read_requests(token, "sandbox")
    codes = [one["code"] for one in body_of(read_requests(PIA, status="4xx"))["requests"]]
    assert codes == ["wrong_mode", "group_required"]
    everything = body_of(read_requests(PIA))["requests"]
    assert everything[0]["route"] == "/v1/partner/{mode}/requests"
    assert {one["clientId"] is None for one in everything} == {True, False}
    assert body_of(read_requests(PIA, until="2026-01-01T00:00:00Z"))["requests"] == []
    assert status(read_requests(PIA, since="yesterday")) == (422, "validation_failed")


def test_the_log_is_read_page_by_page_and_a_cursor_opens_no_other_log() -> None:
    token = token_of(*make())
    for _ in range(5):
        read_requests(token)
    first = body_of(read_requests(PIA, limit="2"))
    second = body_of(read_requests(PIA, limit="2", cursor=first["nextCursor"]))
    seen = [one["requestId"] for one in (*first["requests"], *second["requests"])]
    assert len(seen) == len(set(seen)) == 4
    for asker, mode in ((OTTO, "live"), (PIA, "sandbox")):
        refused = read_requests(asker, mode, limit="2", cursor=first["nextCursor"])
        assert status(refused) == (400, "cursor_invalid")


def test_a_partner_sees_nothing_of_anothers_log_or_usage() -> None:
    token = token_of(*make())
    read_requests(token)
    assert body_of(read_requests(OTTO))["requests"] == []
    assert usage(OTTO)["days"][0]["requests"] == 0


def test_the_usage_tells_thirty_days_and_what_is_left() -> None:
    token = token_of(*make())
    read_requests(token)
    told = usage(PIA)
    assert (told["quota"], told["remaining"], len(told["days"])) == (1_000, 999, 30)
    assert told["days"][0]["requests"] == 1
    assert usage(PIA, "sandbox")["remaining"] == 500


def test_a_request_of_a_client_costs_one_write_and_no_read_of_the_partner(monkeypatch: pytest.MonkeyPatch) -> None:
    """The log's line; counting the quota adds none to most, and the partner is read every ten seconds."""
    token = token_of(*make())
    read_requests(token)
    calls: list[tuple[str, str]] = []
    dynamo: Any = bootstrap.connection().client
    serve = dynamo._make_api_call

    def counting(name: str, sent: dict[str, Any]) -> Any:
        calls.append((name, sent["TableName"]))
        return serve(name, sent)

    monkeypatch.setattr(dynamo, "_make_api_call", counting)
    usage(token)
    assert calls == [("Query", "test-requests"), ("PutItem", "test-requests")]
