"""Operators look at rewards that are held, and the sweep pays what has vested."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cliffhanger import bootstrap
from cliffhanger.clock import system_clock
from cliffhanger.ledger.names import viewer
from cliffhanger.rewards.pending import Pending
from functions.expiry import handler as expiry
from functions.support.handler import handler
from tests.support.adapters import replace_in_bootstrap
from tests.support.http import access_token, body_of, event

DAY = 86_400_000
HELD = "/v1/support/rewards/held"


def ask(method: str, path: str, claim: str | None = None, groups: tuple[str, ...] = ("reviewer",), **more: Any) -> Any:
    names = None if claim is None else {"claimId": claim}
    token = access_token("olga", groups=groups)
    answer = handler(event(method, "/", route=f"{method} {path}", path_parameters=names, token=token, **more), None)
    return answer["statusCode"], body_of(answer)


def waiting(fact: str, status: Any, due_at: int) -> Pending:
    made = Pending("noa", "watch.series", fact, "2026-11-28", due_at, status, due_at, 5, 30, "series", "shipped-2", 60)
    assert bootstrap.claims_store().add(made)
    return made


@pytest.fixture(autouse=True)
def _cursors(dynamodb: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    replace_in_bootstrap(monkeypatch, "request_secret", lambda _purpose: b"the-secret-of-these-tests-only-32b")


def test_what_is_held_is_listed_page_by_page_and_decided() -> None:
    now = system_clock()
    one, other = waiting("a1", "held", now - 2_000), waiting("b2", "held", now - 1_000)
    status, page = ask("GET", HELD, query={"limit": "1"})
    assert status == 200
    assert [each["claimId"] for each in page["items"]] == [one.id]
    status, last = ask("GET", HELD, query={"limit": "1", "cursor": page["nextCursor"]})
    assert ([each["claimId"] for each in last["items"]], last["nextCursor"]) == ([other.id], None)
    status, released = ask("POST", HELD + "/{claimId}/release", one.id)
    assert (status, released["status"], released["decidedBy"]) == (200, "paid", "olga")
    status, refused = ask("POST", HELD + "/{claimId}/refusal", other.id)
    assert (status, refused["status"]) == (200, "refused")
    assert ask("POST", HELD + "/{claimId}/release", other.id)[0] == 409
    assert ask("POST", HELD + "/{claimId}/release", "noa.watch-series.zz")[0] == 404
    head = bootstrap.ledger_store().head(viewer("noa"))
    assert head is not None
    assert head.state.balances["bonus"] == 5


def test_nobody_but_reviewers_decides() -> None:
    one = waiting("a1", "held", system_clock())
    for method, path, claim in (("GET", HELD, None), ("POST", HELD + "/{claimId}/release", one.id)):
        assert ask(method, path, claim, groups=())[0] == 403


class Context:
    """What Lambda gives the sweep: time enough."""

    def get_remaining_time_in_millis(self) -> int:
        return 200_000


def test_the_sweep_pays_what_has_vested() -> None:
    waiting("a1", "waiting", system_clock() - 1_000)
    waiting("b2", "waiting", system_clock() + 60_000)
    assert expiry.handler({}, Context())["vested"] == 1
    assert expiry.handler({}, Context())["vested"] == 0
    head = bootstrap.ledger_store().head(viewer("noa"))
    assert head is not None
    assert head.state.balances["bonus"] == 5


def test_the_sweep_tells_how_long_the_longest_has_waited_for_a_reviewer(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    now = system_clock()
    longest = waiting("a1", "held", now - 3 * DAY)
    waiting("b2", "held", now - 2 * DAY)
    till = bootstrap.till()._replace(clock=lambda: now)
    monkeypatch.setattr(bootstrap, "till", lambda: till)
    expiry.handler({}, Context())
    assert ask("POST", HELD + "/{claimId}/refusal", longest.id)[0] == 200
    expiry.handler({}, Context())
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["OldestHeldAge"] for line in lines if "OldestHeldAge" in line] == [[3 * DAY], [2 * DAY]]
