"""Statements: one for each day on which something moved, never changed, with no entry told twice or left out."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest
from jsonschema import Draft202012Validator

from cliffhanger.errors import EventsRefused, NotFound, Unavailable
from cliffhanger.events.envelope import Event, event_id
from cliffhanger.events.schemas import EVENT_SCHEMAS
from cliffhanger.revenue import telling
from cliffhanger.revenue.domain import DAY_MS, day_of
from cliffhanger.revenue.telling import Desk, statement_of, statements_of, tell
from tests.support.dynamodb import Fault, ScriptedFaults
from tests.unit.ledger.chains import NOW
from tests.unit.ledger.intakes import Books
from tests.unit.revenue.made import TITLES, Shelf, earn, pay_out


class Place:
    """A ledger and a shelf, and the desk between them."""

    def __init__(self) -> None:
        self.books = Books(volume_entries=100)
        self.shelf = Shelf()
        self.announced: list[Event] = []
        self.desk = Desk(
            self.books.store,
            self.shelf,
            TITLES.get,
            lambda made: f"PDF of {made.sha256}".encode(),
            self.announced.extend,
            lambda: NOW,
        )

    def told(self, person: str = "cleo") -> list[int]:
        """The numbers of all entries that have been told, in the order of the days."""
        kept = sorted(self.shelf.kept.items())
        return [
            json.loads(text)["seq"]
            for (who, _), (made, _) in kept
            if who == person
            for text in made.document["entries"]
        ]


@pytest.fixture
def place() -> Place:
    return Place()


DAYS = [day_of(NOW + number * DAY_MS) for number in range(5)]


def test_every_entry_is_told_once_however_often_and_late_somebody_tells(place: Place) -> None:
    for number, day in enumerate(DAYS):
        earn(place.books, 100, NOW + number * DAY_MS)
        if number == 2:  # nobody told that day
            continue
        assert tell(place.desk, "cleo", day)
        assert not tell(place.desk, "cleo", day)
    assert not tell(place.desk, "cleo", DAYS[2])
    assert place.told() == [1, 2, 3, 4, 5]
    assert [made.document["previous"].get("day", "") for (_, _), (made, _) in sorted(place.shelf.kept.items())] == [
        "", DAYS[0], DAYS[1], DAYS[3]
    ]  # fmt: skip


def test_a_day_on_which_nothing_moved_has_no_statement(place: Place) -> None:
    assert not tell(place.desk, "cleo", DAYS[0])
    earn(place.books, 100)
    tell(place.desk, "cleo", DAYS[0])
    assert not tell(place.desk, "cleo", DAYS[1])


def test_whoever_has_a_part_is_told_on_their_own_chain(place: Place) -> None:
    earn(place.books, 1_001)
    assert tell(place.desk, "dora", DAYS[0])
    (made, pdf) = place.shelf.kept["dora", DAYS[0]]
    assert made.document["totals"]["USD"]["earned"] == 167
    assert pdf == f"PDF of {made.sha256}".encode()


def test_of_more_entries_than_a_statement_holds_the_next_one_tells(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telling, "MOST_ENTRIES", 3)
    monkeypatch.setattr(telling, "_PAGE", 2)
    for number in range(2):
        earn(place.books, 100, NOW + number)
        pay_out(place.books, 10, f"p{number}")
    pay_out(place.books, 10, "p9")
    for day in DAYS:
        tell(place.desk, "cleo", day)
    assert place.told() == list(range(1, place.books.store.head("creator:cleo").seq + 1))  # type: ignore[union-attr]
    assert len(place.shelf.kept) > 1


def test_a_ledger_that_does_not_answer_leaves_no_half_statement(place: Place) -> None:
    earn(place.books, 100)
    model = place.books.model
    model.faults = ScriptedFaults({model.calls + call: Fault.LOST_REQUEST for call in range(9)})
    with pytest.raises(Unavailable):
        tell(place.desk, "cleo", DAYS[0])
    assert place.shelf.kept == {}


def test_a_creators_statements_are_listed_newest_first_page_by_page(place: Place) -> None:
    for number, day in enumerate(DAYS):
        earn(place.books, 100, NOW + number * DAY_MS)
        tell(place.desk, "cleo", day)
    seen: list[str] = []
    before: str | None = None
    while True:
        page = statements_of(place.shelf, "cleo", 2, before)
        seen += [kept.day for kept in page.statements]
        before = page.before
        if before is None:
            break
    assert seen == DAYS[::-1]
    assert statements_of(place.shelf, "dora", 2).statements == ()


def test_a_statement_is_fetched_by_its_day_and_only_ones_own(place: Place) -> None:
    earn(place.books, 100)
    tell(place.desk, "cleo", DAYS[0])
    kept, document, pdf = statement_of(place.shelf, "cleo", DAYS[0])
    assert (kept.day, document.url[-5:], pdf.url[-4:]) == (DAYS[0], ".json", ".pdf")
    for person, day in (("cleo", DAYS[1]), ("dora", DAYS[0])):
        with pytest.raises(NotFound):
            statement_of(place.shelf, person, day)


def test_a_statement_is_announced_once_it_can_be_fetched_and_a_day_without_one_is_not(place: Place) -> None:
    tell(place.desk, "cleo", DAYS[0])
    assert place.announced == []
    earn(place.books, 100)
    tell(place.desk, "cleo", DAYS[0])
    (event,) = place.announced
    assert (event.type, event.subject, event.data) == (
        "StatementReady",
        "creator:cleo",
        {"personId": "cleo", "day": DAYS[0]},
    )
    Draft202012Validator(EVENT_SCHEMAS["StatementReady", 1]).validate(event.data)


def test_a_statement_whose_announcement_was_lost_is_announced_by_whoever_comes_next(place: Place) -> None:
    """The statement stands by then, and whoever made it cannot know whether the bus has heard of it."""

    def refuse(_: Sequence[Event]) -> None:
        raise EventsRefused("ThrottlingException")

    earn(place.books, 100)
    with pytest.raises(EventsRefused):
        tell(place.desk._replace(publish=refuse), "cleo", DAYS[0])
    assert ("cleo", DAYS[0]) in place.shelf.kept
    assert [tell(place.desk, "cleo", DAYS[0]) for _ in range(2)] == [False, False]
    assert len(place.announced) == 2
    assert len({event_id(event) for event in place.announced}) == 1
