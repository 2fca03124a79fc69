"""What is told of income that was divided: to each their own share, in what it was divided by; of none, nothing."""

from __future__ import annotations

import json

import pytest
from jsonschema import Draft202012Validator

from cliffhanger.events.envelope import Event, envelope_of, event_id
from cliffhanger.events.facts import events_of
from cliffhanger.events.schemas import EVENT_SCHEMAS
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.names import earned_lane
from cliffhanger.ledger.recoveries import PATIENCE_MS
from cliffhanger.ledger.recovering import recover_lane
from cliffhanger.ledger.settlement import plan_batch
from cliffhanger.ledger.settling import settle
from cliffhanger.ledger.splits import Part
from tests.unit.ledger.chains import DAY, NOW, STORY
from tests.unit.ledger.intakes import CLEO, LANE, PACE, Books, carried, income
from tests.unit.revenue.made import earn


def told(entry: Entry) -> tuple[Event, ...]:
    """The events of an entry, after each has been seen to fit its schema and to be a fact of its own."""
    events = events_of(entry)
    for event in events:
        Draft202012Validator(EVENT_SCHEMAS[event.type, event.version]).validate(event.data)
        json.dumps(envelope_of(event))
    assert len({event_id(event) for event in events}) == len(events)
    return events


def shares(events: tuple[Event, ...]) -> dict[str, list[tuple[str, int]]]:
    return {
        str(event.data["personId"]): [(one["currency"], one["amount"]) for one in event.data["amounts"]]
        for event in events
    }


@pytest.fixture
def books() -> Books:
    return Books(volume_entries=100)


def test_each_person_of_a_split_is_told_their_share_and_by_which_version_it_was_divided(books: Books) -> None:
    entry = earn(books, 1_001)
    cleo, dora = told(entry)
    assert (cleo.type, cleo.subject, dora.subject) == ("RevenueShared", "creator:cleo", "creator:dora")
    assert cleo.data == {
        "personId": "cleo",
        "role": "creator",
        "seriesId": STORY,
        "day": entry.terms["day"],
        "income": "earned",
        "splitVersion": 4,
        "basisPoints": 3_333,
        "amounts": [{"currency": "USD", "amount": 334}],
        "divided": [{"currency": "USD", "amount": 1_001}],
        "reference": f"carry:{STORY}:0:{entry.terms['day']}",
    }
    assert (dora.data["role"], shares((dora,))) == ("house", {"dora": [("USD", 167)]})


def test_what_is_told_of_a_person_is_what_the_books_have_moved_to_them(books: Books) -> None:
    entry = earn(books, 777)
    assert shares(told(entry))["cleo"] == [("USD", entry.state.balances["USD"])]
    head = books.store.head("creator:dora")
    assert head is not None
    assert shares(told(entry))["dora"] == [("USD", head.state.balances["USD"])]


def test_a_share_that_comes_to_nothing_is_not_told(books: Books) -> None:
    parts = (Part("creator:cleo", 9_999), Part("affiliate:dora", 1))
    assert shares(told(earn(books, 10, parts=parts))) == {"cleo": [("USD", 10)]}


def test_what_is_taken_back_after_it_was_divided_is_told_to_those_who_give_it_back(books: Books) -> None:
    """It was parked as an entry of which nothing says what it is."""
    earn(books, 1_000)
    settle(books.store, [books.earn(-400, earned_lane(STORY, 0))], PACE)
    recorded = recover_lane(
        books.store, STORY, 0, "2026-12-29", retrying=PACE._replace(clock=lambda: NOW + PATIENCE_MS + DAY)
    )
    assert recorded is not None
    events = told(recorded.entry)
    assert {event.type for event in events} == {"RevenueRecovered"}
    assert shares(events) == {"cleo": [("USD", 133)], "dora": [("USD", 67)]}
    assert {event.data["splitVersion"] for event in events} == {4}


def test_what_is_carried_without_a_split_tells_nothing(books: Books) -> None:
    lane = plan_batch(LANE, None, [income(700)], NOW).entry
    assert told(carried(lane, destination=CLEO).entry) == ()
