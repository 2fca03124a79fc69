"""Every value of a request is bounded, and the bounds agree with what is stored."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from cliffhanger.ledger.names import account_kind, is_id
from cliffhanger.web.fields import Account, ListQuery, Seq, SeriesId, whole


def fits(value: Any, kind: Any) -> bool:
    try:
        msgspec.convert(value, kind, strict=False)
    except msgspec.ValidationError:
        return False
    return True


@pytest.mark.parametrize(
    "account",
    [
        "viewer:mia",
        "viewer:" + "m" * 32,
        "creator:cleo",
        "budget:spring:2026-11:0",
        "series:the-last-train:earned:12",
        "platform:bonus-3",
        "external:stripe",
    ],
)
def test_every_account_that_there_can_be_fits(account: str) -> None:
    assert account_kind(account)
    assert fits(account, Account)


@pytest.mark.parametrize(
    "account",
    ["", "viewer", "viewer:", ":mia", "viewer:Mia", "viewer:mia\n", "viewer:mia noa", "viewer:" + "m" * 33, "v:" * 99],
)
def test_what_is_no_account_does_not_fit(account: str) -> None:
    assert not fits(account, Account)


@pytest.mark.parametrize("series", ["the-last-train\n", "\nthe-last-train", "the-last-train\n\n", "", "a b", "-a"])
def test_a_series_is_its_whole_text(series: str) -> None:
    """``$`` in a pattern would let a line feed follow, and a key of the catalog has none."""
    assert not fits(series, SeriesId)
    assert not is_id(series)


def test_a_whole_pattern_is_one_for_json_schema_too() -> None:
    assert whole("[a-z]+") == r"^[a-z]+$(?!\n)"


@pytest.mark.parametrize(
    ("value", "good"), [("1", True), ("999999999", True), ("0", False), ("-1", False), ("1e9", False)]
)
def test_a_seq_is_counted_from_one(value: str, good: bool) -> None:
    assert fits(value, Seq) is good


def test_a_list_begins_at_its_start_with_twenty_items() -> None:
    assert msgspec.convert({}, ListQuery) == ListQuery(limit=20, cursor="")


@pytest.mark.parametrize(
    ("query", "good"),
    [
        ({"limit": "1"}, True),
        ({"limit": "100"}, True),
        ({"limit": "0"}, False),
        ({"limit": "101"}, False),
        ({"limit": "-20"}, False),
        ({"limit": "many"}, False),
        ({"limit": "2.5"}, False),
        ({"limit": ""}, False),
        ({"cursor": "A" * 512}, True),
        ({"cursor": "A" * 513}, False),
    ],
)
def test_a_page_is_bounded(query: dict[str, str], good: bool) -> None:
    assert fits(query, ListQuery) is good
