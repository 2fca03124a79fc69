"""Access to what gifts are shown with: part of the names that :mod:`infra.access` resolves."""

from __future__ import annotations

from collections.abc import Callable

from infra.grants import Access, in_table, index, on
from infra.resources import Resources


def _people_name(resources: Resources) -> Access:
    """From a person to the name that they show to others."""
    people = resources.tables.people
    return Access((index(people, "by-person"), on(people, "GetItem")), {"PEOPLE_TABLE": people.table_name})


TIPS: dict[str, Callable[[Resources], Access]] = {
    "gifts:read": in_table("gifts", "Query"),
    # What was reversed takes its gift's place: nothing is ever deleted but by its time.
    "gifts:write": in_table("gifts", "PutItem"),
    "people:name": _people_name,
}
