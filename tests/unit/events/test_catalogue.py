"""The catalogue holds every event, and what it shows of one is true of it."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from cliffhanger.errors import ValidationFailed
from cliffhanger.events import catalogue as catalogue_module
from cliffhanger.events.catalogue import ORIGINS, SOURCES, EventType, catalogue, newest
from cliffhanger.events.checking import KEYWORDS, misfits
from cliffhanger.events.schemas import EVENT_SCHEMAS

KINDS = [pytest.param(kind, id=f"{kind.type}.{kind.version}") for kind in catalogue()]


def test_every_version_of_every_event_is_listed_once_and_has_an_origin():
    assert [(kind.type, kind.version) for kind in catalogue()] == sorted(EVENT_SCHEMAS)
    assert set(ORIGINS) == {kind.type for kind in catalogue()}
    assert {origin.source for origin in ORIGINS.values()} <= set(SOURCES)


@pytest.mark.parametrize("kind", KINDS)
def test_the_schema_is_json_schema_of_the_whole_envelope_and_its_example_fits(kind: EventType):
    Draft202012Validator.check_schema(kind.schema)
    checked = Draft202012Validator(kind.schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    checked.validate(kind.example)
    assert kind.schema["examples"] == [kind.example]
    for member in kind.example:
        assert not checked.is_valid({name: value for name, value in kind.example.items() if name != member})


@pytest.mark.parametrize("kind", KINDS)
def test_an_event_of_another_type_or_version_does_not_fit(kind: EventType):
    checked = Draft202012Validator(kind.schema)
    assert not checked.is_valid({**kind.example, "type": "SomethingElse"})
    assert not checked.is_valid({**kind.example, "version": kind.version + 1})


@pytest.mark.parametrize("kind", KINDS)
def test_schemas_say_no_more_than_the_check_of_data_understands(kind: EventType):
    """And their patterns hold for the whole text, as the check takes them."""

    def parts(schema: dict[str, Any]) -> list[dict[str, Any]]:
        inner = [*schema.get("properties", {}).values(), *([schema["items"]] if "items" in schema else [])]
        return [schema, *(part for each in inner for part in parts(each))]

    for part in parts(kind.data):
        assert set(part) <= KEYWORDS
        assert part.get("additionalProperties") in (None, True)
        if "pattern" in part:
            assert (part["pattern"][0], part["pattern"][-1]) == ("^", "$")


def test_the_newest_version_of_a_type_is_found(monkeypatch: pytest.MonkeyPatch):
    versions = [catalogue()[0]._replace(type="EpisodeUnlocked", version=number) for number in (1, 2, 10)]
    monkeypatch.setattr(catalogue_module, "catalogue", lambda: tuple(versions))
    assert newest("EpisodeUnlocked").version == 10


def test_a_type_that_does_not_exist_is_refused():
    with pytest.raises(ValidationFailed, match="event-types") as refused:
        newest("SomethingElse")
    assert refused.value.members == {"where": "body"}


COINS: dict[str, Any] = EVENT_SCHEMAS["CoinsBought", 1]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"personId": None}, "data.personId: expected string"),
        ({"personId": "x" * 33}, "data.personId: more than 32"),
        ({"seq": True}, "data.seq: expected integer"),
        ({"seq": 1.0}, "data.seq: expected integer"),
        ({"seq": 0}, "data.seq: less than 1"),
        ({"coins": {}}, "data.coins: less than 1"),
        ({"coins": {"gold": 1}}, "data.coins.gold: there is no such member"),
        ({"cash": [{"currency": "usd", "amount": 1}]}, "data.cash[0].currency: does not match ^[A-Z]{3}$"),
        ({"cash": [{"currency": "USD\n", "amount": 1}]}, "data.cash[0].currency: does not match ^[A-Z]{3}$"),
        ({"cash": [{"amount": 1}]}, "data.cash[0].currency: missing"),
        ({"cash": [{"currency": "USD", "amount": 1}] * 33}, "data.cash: more than 32"),
        ({"more": 1}, "data.more: there is no such member"),
    ],
)
def test_what_does_not_fit_is_told_by_member(change: dict[str, Any], told: str):
    (example,) = COINS["examples"]
    assert list(misfits(COINS, example)) == []
    assert list(misfits(COINS, {**example, **change})) == [told]


def test_a_listed_value_and_a_time_are_checked_too():
    closed = EVENT_SCHEMAS["DisputeClosed", 1]
    assert list(misfits(closed, {**closed["examples"][0], "outcome": "lost"})) == ["data.outcome: not one of won"]
    expiring = EVENT_SCHEMAS["BonusExpiring", 1]
    late = {**expiring["examples"][0], "expiresAt": "tomorrow"}
    assert list(misfits(expiring, late)) == ["data.expiresAt: no time of RFC 3339"]
    assert list(misfits({"type": "integer", "const": 1}, 2)) == ["data: not 1"]
