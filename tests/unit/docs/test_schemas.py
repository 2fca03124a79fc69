"""What is published of events stays true: what would break a receiver is refused, by member and rule."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cliffhanger.events.catalogue import EventType, catalogue
from tools import schemas
from tools.schemas import RULES, breaches

OLD: dict[str, Any] = {
    "type": "object",
    "additionalProperties": True,
    "description": "Something happened.",
    "required": ["v", "seq", "kind", "coins", "lines", "code", "open"],
    "properties": {
        "v": {"type": "integer", "const": 1},
        "seq": {"type": "integer", "minimum": 1, "maximum": 9, "description": "The number"},
        "kind": {"type": "string", "enum": ["won", "lost"]},
        "coins": {
            "type": "object",
            "additionalProperties": True,
            "minProperties": 1,
            "properties": {"bonus": {"type": "integer", "minimum": 1}, "game": {"type": "integer"}},
        },
        "lines": {
            "type": "array",
            "minItems": 1,
            "maxItems": 9,
            "items": {"type": "object", "required": ["at"], "properties": {"at": {"type": "string", "maxLength": 35}}},
        },
        "code": {"type": "string", "pattern": "^[A-Z]{3}$", "minLength": 3, "maxLength": 3, "format": "code"},
        "open": {"type": "object", "additionalProperties": False, "properties": {"on": {"type": "boolean"}}},
    },
}
Change = Callable[[dict[str, Any]], object]


def changed(change: Change) -> list[tuple[str, str]]:
    new = copy.deepcopy(OLD)
    change(new["properties"])
    return [(breach.where, breach.rule) for breach in breaches(OLD, new)]


BREAKING: dict[str, tuple[Change, str, str]] = {
    "a member goes": (lambda p: p.pop("seq"), "seq", "member_removed"),
    "a member inside another goes": (lambda p: p["coins"]["properties"].pop("game"), "coins.game", "member_removed"),
    "a member is renamed": (lambda p: p.update(number=p.pop("seq")), "seq", "member_removed"),
    "what always came may be missing": (
        lambda p: p["lines"]["items"]["required"].clear(),
        "lines[].at",
        "member_optional",
    ),
    "a number becomes a text": (lambda p: p["seq"].update(type="string"), "seq", "type_changed"),
    "a number may be null": (lambda p: p["seq"].update(type=["integer", "null"]), "seq", "type_changed"),
    "items of any type": (lambda p: p["lines"].pop("items"), "lines", "type_changed"),
    "an item's text becomes a number": (
        lambda p: p["lines"]["items"]["properties"]["at"].update(type="integer"),
        "lines[].at",
        "type_changed",
    ),
    "a value that nobody was told of": (lambda p: p["kind"]["enum"].append("drawn"), "kind", "value_added"),
    "any value": (lambda p: p["kind"].pop("enum"), "kind", "value_added"),
    "another constant": (lambda p: p["v"].update(const=2), "v", "value_added"),
    "a wider form": (lambda p: p["code"].update(pattern="^[A-Za-z]{3}$"), "code", "pattern_changed"),
    "no form": (lambda p: p["code"].pop("pattern"), "code", "pattern_changed"),
    "no format": (lambda p: p["code"].pop("format"), "code", "pattern_changed"),
    "a smaller number": (lambda p: p["seq"].update(minimum=0), "seq", "bound_loosened"),
    "a larger number": (lambda p: p["seq"].update(maximum=10), "seq", "bound_loosened"),
    "a number without an end": (lambda p: p["seq"].pop("maximum"), "seq", "bound_loosened"),
    "a shorter text": (lambda p: p["code"].update(minLength=2), "code", "bound_loosened"),
    "a longer text": (lambda p: p["code"].update(maxLength=4), "code", "bound_loosened"),
    "an empty list": (lambda p: p["lines"].update(minItems=0), "lines", "bound_loosened"),
    "a longer list": (lambda p: p["lines"].update(maxItems=10), "lines", "bound_loosened"),
    "an empty object": (lambda p: p["coins"].pop("minProperties"), "coins", "bound_loosened"),
    "a new member where all were told": (
        lambda p: p["open"]["properties"].update(since={"type": "string"}),
        "open.since",
        "members_closed",
    ),
    "new members where all were told": (
        lambda p: p["open"].update(additionalProperties=True),
        "open",
        "members_closed",
    ),
    "a keyword that is not known here": (lambda p: p["seq"].update(multipleOf=2), "seq", "keyword_changed"),
    "a reference": (lambda p: p["coins"].update({"$ref": "#/elsewhere"}), "coins", "keyword_changed"),
}


@pytest.mark.parametrize("case", BREAKING.values(), ids=BREAKING)
def test_what_would_break_a_receiver_is_found_with_its_member_and_rule(case: tuple[Change, str, str]):
    change, where, rule = case
    assert changed(change) == [(where, rule)]


def test_every_rule_has_a_case():
    assert {rule for _, _, rule in BREAKING.values()} == set(RULES) - {"version_removed"}


def test_a_member_of_the_event_itself_that_becomes_optional_is_found():
    new = {**OLD, "required": OLD["required"][1:]}
    assert [(breach.where, breach.rule) for breach in breaches(OLD, new)] == [("v", "member_optional")]


SAFE: dict[str, Change] = {
    "a member more": lambda p: p.update(since={"type": "string", "maxLength": 9}),
    "a member more inside another": lambda p: p["coins"]["properties"].update(bought={"type": "integer"}),
    "one that is always there now": lambda p: p["coins"].update(required=["bonus"]),
    "all members are told now": lambda p: p["coins"].update(additionalProperties=False),
    "more members at least": lambda p: p["coins"].update(minProperties=2),
    "a narrower number": lambda p: p["seq"].update(minimum=2, maximum=8),
    "a value fewer": lambda p: p["kind"]["enum"].pop(),
    "a form where there was none": lambda p: p["lines"]["items"]["properties"]["at"].update(
        format="date-time", minLength=3
    ),
    "better words": lambda p: p["seq"].update(description="Another word for it", examples=[3]),
}


@pytest.mark.parametrize("change", SAFE.values(), ids=SAFE)
def test_additions_narrower_bounds_and_better_words_pass(change: Change):
    assert changed(change) == []


def test_nothing_changes_without_a_change():
    for kind in catalogue():
        assert list(breaches(kind.schema, copy.deepcopy(kind.schema))) == []


# --- The folder -------------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which everything is published."""
    monkeypatch.setattr(schemas, "FOLDER", tmp_path / "events")
    assert schemas.main([]) == 0
    return tmp_path / "events"


def now_with(monkeypatch: pytest.MonkeyPatch, *kinds: EventType) -> None:
    monkeypatch.setattr(schemas, "catalogue", lambda: kinds)


def with_member(kind: EventType) -> EventType:
    return kind._replace(
        data={**kind.data, "properties": {**kind.data["properties"], "since": {"type": "string", "maxLength": 9}}}
    )


def test_what_the_repository_has_published_is_what_is_told(capsys: pytest.CaptureFixture[str]):
    assert schemas.main(["--check"]) == 0, capsys.readouterr().err
    published = {path.name for path in schemas.FOLDER.iterdir()}
    assert published == {schemas.file_of(kind) for kind in catalogue()}


def test_a_new_version_is_published_and_until_then_it_is_an_error(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    second = catalogue()[0]._replace(version=2)
    monkeypatch.setattr(EventType, "example", {})
    now_with(monkeypatch, *catalogue(), second)
    assert schemas.main(["--check"]) == 1
    assert "AccountFrozen.v2.json is not published: make docs" in capsys.readouterr().err
    assert not (folder / "AccountFrozen.v2.json").exists()
    assert schemas.main([]) == 0
    assert schemas.main(["--check"]) == 0


def test_an_addition_is_published_too_so_that_it_stays_from_then_on(folder: Path, monkeypatch: pytest.MonkeyPatch):
    first, *others = catalogue()
    now_with(monkeypatch, with_member(first), *others)
    assert schemas.main(["--check"]) == 1
    assert schemas.main([]) == 0
    now_with(monkeypatch, first, *others)
    assert schemas.main(["--check"]) == 1
    assert schemas.main([]) == 1


@pytest.mark.parametrize("arguments", [[], ["--check"]])
def test_a_breaking_change_is_refused_and_never_written(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: list[str]
):
    first, *others = catalogue()
    seq = first.data["properties"]["seq"]
    loose = first._replace(
        data={**first.data, "properties": {**first.data["properties"], "seq": {**seq, "minimum": 0}}}
    )
    now_with(monkeypatch, loose, *others)
    assert schemas.main(arguments) == 1
    assert "AccountFrozen.v1.json: data.seq: bound_loosened" in capsys.readouterr().err
    kept = json.loads((folder / "AccountFrozen.v1.json").read_text())
    assert kept["properties"]["data"]["properties"]["seq"]["minimum"] == 1


def test_a_published_version_does_not_go_away(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    now_with(monkeypatch, *catalogue()[1:])
    assert schemas.main([]) == 1
    assert "AccountFrozen.v1.json: event: version_removed" in capsys.readouterr().err
