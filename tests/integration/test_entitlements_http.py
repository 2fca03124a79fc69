"""What is unlocked, in one series and everywhere, through its handler, as API Gateway calls it."""

from __future__ import annotations

import functools
from typing import Any

import pytest

from cliffhanger import bootstrap
from cliffhanger.unlocks import standing
from cliffhanger.unlocks.reversal import reverse_unlock
from cliffhanger.web.cursors import Cursors
from tests.integration.unlocking import ask_range, put_series, send
from tests.support.http import access_token, body_of

ONE = "/v1/series/{seriesId}/entitlements"
ALL = "/v1/entitlements"
NAMES = ["ab", "ab-c", "ab1", "b"]


@pytest.fixture(autouse=True)
def cursors(dynamodb: Any, monkeypatch: pytest.MonkeyPatch) -> Cursors:
    sealed = Cursors(lambda: b"the-secret-of-these-tests-only-32b")
    monkeypatch.setattr(bootstrap, "cursors", functools.cache(lambda: sealed))
    return sealed


def of_series(series: str, token: str | None = None) -> Any:
    return body_of(send("GET", ONE, {"seriesId": series}, token=token))


def everywhere(token: str | None = None, **query: str) -> dict[str, Any]:
    return send("GET", ALL, token=token, query=query or None)


def every_page(limit: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    query = {"limit": str(limit)}
    while True:
        body = body_of(everywhere(**query))
        assert len(body["series"]) <= limit
        found += body["series"]
        if body["nextCursor"] is None:
            return found
        query["cursor"] = body["nextCursor"]


def buy(series: str, *spans: tuple[int, int]) -> list[int]:
    """The seqs of the unlocks of those ranges."""
    put_series(4, series=series)
    seqs = []
    for first, last in spans:
        answer = ask_range(first, last, 10 * (last - first + 1), series=series)
        assert answer["statusCode"] == 201
        seqs.append(body_of(answer)["receipts"][0]["seq"])
    return seqs


def reverse(seq: int) -> None:
    ledger = bootstrap.ledger_store()
    reverse_unlock(ledger, ledger.entry("viewer:mia", seq), "c1", {"reason": "goodwill"})


def test_nothing_is_unlocked_at_first() -> None:
    assert of_series("ab") == {"seriesId": "ab", "included": False, "unlocks": []}
    assert body_of(everywhere()) == {"series": [], "nextCursor": None}


def test_a_series_tells_what_stands_with_the_receipt_of_each() -> None:
    first, second, third = buy("ab", (3, 3), (2, 2), (4, 4))
    reverse(second)
    assert of_series("ab")["unlocks"] == [
        {"first": 3, "last": 3, "seq": first},
        {"first": 4, "last": 4, "seq": third},
    ]


def test_a_series_tells_nothing_of_another_that_begins_alike() -> None:
    buy("ab", (2, 3))
    buy("ab-c", (4, 4))
    assert [(one["first"], one["last"]) for one in of_series("ab")["unlocks"]] == [(2, 3)]
    assert [(one["first"], one["last"]) for one in of_series("ab-c")["unlocks"]] == [(4, 4)]


@pytest.mark.parametrize("limit", [1, 2, 3, 100])
def test_everything_is_told_once_whatever_the_page(limit: int) -> None:
    seqs = {series: buy(series, (2, 2), (3, 4)) for series in NAMES}
    found = every_page(limit)
    assert {one["seriesId"]: [unlock["seq"] for unlock in one["unlocks"]] for one in found} == seqs
    assert len(found) == len(NAMES)


@pytest.mark.parametrize("read_at_once", [1, 2, 3, 5, 8])
def test_a_series_that_a_page_would_cut_comes_whole(monkeypatch: pytest.MonkeyPatch, read_at_once: int) -> None:
    seqs = {series: buy(series, (2, 2), (3, 3), (4, 4)) for series in NAMES}
    monkeypatch.setattr(standing, "READ_AT_ONCE", read_at_once)
    found = every_page(20)
    assert {one["seriesId"]: [unlock["seq"] for unlock in one["unlocks"]] for one in found} == seqs
    assert len(found) == len(NAMES)


def test_what_was_reversed_is_left_out() -> None:
    (first,) = buy("ab", (2, 4))
    reverse(first)
    assert body_of(everywhere())["series"] == [{"seriesId": "ab", "included": False, "unlocks": []}]


def test_a_member_is_told_that_the_membership_plays_it() -> None:
    buy("ab", (2, 2))
    member = access_token(groups=("member",))
    assert of_series("b", member) == {"seriesId": "b", "included": True, "unlocks": []}
    assert body_of(everywhere(member))["series"][0]["included"]


def test_nobody_sees_another_s_unlocks() -> None:
    buy("ab", (2, 2))
    other = access_token("noa")
    assert of_series("ab", other)["unlocks"] == []
    assert body_of(everywhere(other))["series"] == []


def test_a_cursor_that_this_list_did_not_give_to_this_caller_is_refused(cursors: Cursors) -> None:
    for series in NAMES:
        buy(series, (2, 2))
    good = body_of(everywhere(limit="2"))["nextCursor"]
    assert everywhere(limit="2", cursor=good)["statusCode"] == 200
    forged = [
        good[:-1] + ("A" if good[-1] != "A" else "B"),
        good + "A",
        good[1:],
        "x",
        "!",
        cursors.seal("series", "mia", ["ab"]),
        cursors.seal("entitlements", "noa", ["ab"]),
    ]
    for cursor in forged:
        answer = everywhere(limit="2", cursor=cursor)
        assert (answer["statusCode"], body_of(answer)["code"]) == (400, "cursor_invalid")
    assert everywhere(access_token("noa"), cursor=good)["statusCode"] == 400


@pytest.mark.parametrize("query", [{"limit": "0"}, {"limit": "101"}, {"limit": "x"}, {"cursor": "x" * 600}])
def test_a_page_that_does_not_fit_is_refused(query: dict[str, str]) -> None:
    answer = everywhere(**query)
    assert (answer["statusCode"], body_of(answer)["code"]) == (422, "validation_failed")


def test_only_who_is_signed_in_is_told() -> None:
    assert everywhere("")["statusCode"] == 401
    assert send("GET", ONE, {"seriesId": "ab"}, token="")["statusCode"] == 401
