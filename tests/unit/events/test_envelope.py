"""The envelope of events is forever, as entries are."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError
from jsonschema import Draft202012Validator

from cliffhanger.clock import rfc3339
from cliffhanger.errors import EventsRefused, EventUnknown
from cliffhanger.events.envelope import Event, envelope_of, event_id
from cliffhanger.events.publisher import MAX_ENTRIES, EventPublisher
from cliffhanger.events.schemas import EVENT_SCHEMAS

PUBLISHED = Event(
    type="EpisodePublished",
    version=1,
    subject="the-last-train/2",
    occurred_at=1_763_710_000_123,
    data={"seriesId": "the-last-train", "episode": 2, "version": "abc", "durationMs": 8_021},
    fact=("the-last-train", "2", "abc"),
)


class Bus:
    """Takes what it is given, or refuses part of it."""

    def __init__(self, failed: int = 0) -> None:
        self.entries: list[dict[str, Any]] = []
        self.calls = 0
        self.failed = failed

    def put_events(self, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803 - botocore's name
        self.calls += 1
        self.entries += Entries
        told = [{"ErrorCode": "ThrottlingException"}] * self.failed
        return {"FailedEntryCount": self.failed, "Entries": told}


def test_version_1_of_the_envelope_is_exactly_this() -> None:
    assert envelope_of(PUBLISHED) == {
        "specVersion": 1,
        "id": "evt-22c6e4h5t2h0hm7txq3xg813dv",
        "type": "EpisodePublished",
        "version": 1,
        "subject": "the-last-train/2",
        "occurredAt": "2025-11-21T07:26:40.123Z",
        "data": {"seriesId": "the-last-train", "episode": 2, "version": "abc", "durationMs": 8_021},
    }


def test_the_same_fact_told_twice_carries_the_same_id() -> None:
    """So that a receiver that has seen the id may forget the second telling."""
    later = dataclasses.replace(PUBLISHED, occurred_at=PUBLISHED.occurred_at + 1)
    assert event_id(later) == event_id(PUBLISHED)
    other = dataclasses.replace(PUBLISHED, fact=("the-last-train", "2", "abd"))
    assert event_id(other) != event_id(PUBLISHED)


def test_parts_of_a_fact_do_not_run_into_each_other() -> None:
    one = dataclasses.replace(PUBLISHED, fact=("ab", "c"))
    two = dataclasses.replace(PUBLISHED, fact=("a", "bc"))
    assert event_id(one) != event_id(two)


def test_an_event_without_a_published_schema_is_not_told() -> None:
    with pytest.raises(EventUnknown):
        envelope_of(dataclasses.replace(PUBLISHED, version=2))


@pytest.mark.parametrize("schema", EVENT_SCHEMAS.values(), ids=[f"{name}.{version}" for name, version in EVENT_SCHEMAS])
def test_schemas_are_json_schema_and_say_what_the_event_is(schema: dict[str, Any]) -> None:
    Draft202012Validator.check_schema(schema)
    assert schema["description"]
    assert set(schema["properties"]) - set(schema["required"]) <= {"withheldBonus"}, "a member that may be missing"
    assert set(schema["required"]) <= set(schema["properties"])
    for member in schema["properties"].values():
        assert member["description"]


@pytest.mark.parametrize("schema", EVENT_SCHEMAS.values(), ids=[f"{name}.{version}" for name, version in EVENT_SCHEMAS])
def test_every_schema_shows_an_example_that_fits_it_and_takes_what_comes_later(schema: dict[str, Any]) -> None:
    (example,) = schema["examples"]
    Draft202012Validator(schema).validate(example | {"since": "a later version"})


@pytest.mark.parametrize("schema", EVENT_SCHEMAS.values(), ids=[f"{name}.{version}" for name, version in EVENT_SCHEMAS])
def test_every_text_and_list_of_an_event_is_bounded(schema: dict[str, Any]) -> None:
    def unbounded(part: dict[str, Any]) -> bool:
        inner = [*part.get("properties", {}).values(), *([part["items"]] if "items" in part else [])]
        bound = {"string": {"maxLength", "pattern", "enum"}, "array": {"maxItems"}}.get(part["type"])
        return any(map(unbounded, inner)) or (bound is not None and not bound & set(part))

    assert not unbounded(schema)


def test_what_is_told_fits_its_schema() -> None:
    Draft202012Validator(EVENT_SCHEMAS["EpisodePublished", 1]).validate(PUBLISHED.data)


def test_events_go_to_the_bus_at_most_ten_at_a_time() -> None:
    bus = Bus()
    EventPublisher(bus, "the-bus").publish([PUBLISHED] * (MAX_ENTRIES + 1))
    assert (bus.calls, len(bus.entries)) == (2, 11)
    assert {entry["EventBusName"] for entry in bus.entries} == {"the-bus"}


def test_an_event_that_the_bus_did_not_take_is_an_error() -> None:
    """PutEvents answers 200 with a count; to overlook it would be to lose events."""
    with pytest.raises(EventsRefused):
        EventPublisher(Bus(failed=1), "the-bus").publish([PUBLISHED])


class Away:
    """Answers no call."""

    def put_events(self, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803 - botocore's name
        raise EndpointConnectionError(endpoint_url="https://events.invalid")


def test_a_bus_that_does_not_answer_has_not_taken_the_events() -> None:
    with pytest.raises(EventsRefused):
        EventPublisher(Away(), "the-bus").publish([PUBLISHED])


def test_times_are_utc_to_the_millisecond() -> None:
    assert rfc3339(0) == "1970-01-01T00:00:00.000Z"
    assert rfc3339(1_763_710_000_007) == "2025-11-21T07:26:40.007Z"
