"""A list comes into force whole, by a number that rises; one that is gone, older or broken clears nobody."""

from __future__ import annotations

import hashlib
import json

import pytest

from cliffhanger.errors import Busy, ListsMissing, NotFound, Unavailable, ValidationFailed
from cliffhanger.kyc.editions import KNOWN_MS, Edition, Library, activate
from cliffhanger.kyc.lists import shipped
from cliffhanger.kyc.store import EditionsStore, VerificationsStore
from tests.support.dynamodb import Fault, MemoryDynamoDB, ScriptedFaults, connect
from tests.support.tables import VERIFICATIONS

NOW = 1_795_852_800_000
OFAC, EU = "lists/ofac-sdn/2026-11-20.json", "lists/eu-consolidated/2026-11-18.json"


class Shelf:
    def __init__(self) -> None:
        self.kept: dict[str, bytes | None] = {}
        self.reads: list[str] = []

    def put(self, key: str, **changes: object) -> None:
        _, name, day = key.removesuffix(".json").split("/")
        entries = [{"id": "1", "names": [{"name": "Some Body"}]}]
        self.kept[key] = json.dumps({"list": name, "published": day, "entries": entries, **changes}).encode()

    def read(self, key: str) -> bytes | None:
        self.reads.append(key)
        return self.kept.get(key)


@pytest.fixture
def model() -> MemoryDynamoDB:
    made = MemoryDynamoDB()
    made.call("CreateTable", VERIFICATIONS)
    return made


@pytest.fixture
def editions(model: MemoryDynamoDB) -> EditionsStore:
    return EditionsStore(VerificationsStore(connect(model), VERIFICATIONS["TableName"]))


@pytest.fixture
def shelf() -> Shelf:
    made = Shelf()
    made.put(OFAC)
    made.put(EU)
    return made


def test_before_any_edition_the_list_that_ships_is_in_force(editions: EditionsStore, shelf: Shelf) -> None:
    assert editions.edition() == Edition(1)
    assert Edition(1).lists == {"synthetic": shipped().published}
    force = Library(editions, lambda: shelf, lambda: NOW, synthetic=True).in_force()
    assert (force.edition, force.lists) == (1, (shipped(),))


def test_an_edition_names_its_lists_and_who_let_them_be(editions: EditionsStore, shelf: Shelf) -> None:
    made = activate(editions, shelf, (OFAC, EU), "olga", lambda: NOW)
    digests = tuple(hashlib.sha256(shelf.kept[key] or b"").hexdigest() for key in (EU, OFAC))
    assert made == Edition(2, (EU, OFAC), "olga", NOW, digests)
    assert editions.edition() == made
    assert made.lists == {"ofac-sdn": "2026-11-20", "eu-consolidated": "2026-11-18"}
    assert activate(editions, shelf, (EU, OFAC), "olaf", lambda: NOW + 1) == made  # again changes nothing


def test_a_newer_list_takes_the_place_of_the_older_one(editions: EditionsStore, shelf: Shelf) -> None:
    activate(editions, shelf, (OFAC, EU), "olga", lambda: NOW)
    newer = "lists/ofac-sdn/2026-12-01.json"
    shelf.put(newer)
    assert activate(editions, shelf, (newer, EU), "olga", lambda: NOW).number == 3


@pytest.mark.parametrize(
    "keys",
    [
        (),
        ("lists/../secrets.json",),
        ("elsewhere/ofac-sdn/2026-11-20.json",),
        ("lists/ofac-sdn/2026-11-20.json", "lists/ofac-sdn/2026-11-21.json"),
        (OFAC,),
        ("lists/ofac-sdn/2026-11-19.json", EU),
        tuple(f"lists/list-{n}/2026-11-20.json" for n in range(7)),
    ],
)
def test_an_edition_that_does_not_fit_changes_nothing(
    editions: EditionsStore, shelf: Shelf, keys: tuple[str, ...]
) -> None:
    """Left out, older, twice, too many or of another name: what is in force stays so."""
    before = activate(editions, shelf, (OFAC, EU), "olga", lambda: NOW)
    for key in keys:
        if key.startswith("lists/") and ".." not in key:
            shelf.put(key)
    with pytest.raises(ValidationFailed):
        activate(editions, shelf, keys, "olga", lambda: NOW)
    assert editions.edition() == before


@pytest.mark.parametrize("body", [b"{", b"{}", b'{"list": "ofac-sdn", "published": "2026-11-21", "entries": []}'])
def test_a_list_that_is_broken_does_not_come_into_force(editions: EditionsStore, shelf: Shelf, body: bytes) -> None:
    shelf.kept[OFAC] = body
    with pytest.raises(ValidationFailed):
        activate(editions, shelf, (OFAC,), "olga", lambda: NOW)
    assert editions.edition().number == 1


def test_a_list_that_says_it_is_another_does_not_come_into_force(editions: EditionsStore, shelf: Shelf) -> None:
    shelf.put(OFAC, published="2026-11-19")
    with pytest.raises(ValidationFailed):
        activate(editions, shelf, (OFAC,), "olga", lambda: NOW)


def test_a_list_that_is_not_there_clears_nobody(editions: EditionsStore, shelf: Shelf) -> None:
    with pytest.raises(NotFound):
        activate(editions, shelf, ("lists/ofac-sdn/2027-01-01.json",), "olga", lambda: NOW)
    activate(editions, shelf, (OFAC,), "olga", lambda: NOW)
    shelf.kept.clear()
    with pytest.raises(NotFound):
        Library(editions, lambda: shelf, lambda: NOW, synthetic=True).in_force()


@pytest.mark.parametrize("keys", [(), ("lists/synthetic/2026-11-20.json",)])
def test_where_money_leaves_the_list_that_ships_clears_nobody(
    editions: EditionsStore, shelf: Shelf, keys: tuple[str, ...]
) -> None:
    """It names nobody who exists: held against it alone, everybody would be clear."""
    library = Library(editions, lambda: shelf, lambda: NOW, synthetic=False)
    for key in keys:
        shelf.put(key)
        activate(editions, shelf, keys, "olga", lambda: NOW)
    with pytest.raises(ListsMissing):
        library.in_force()
    with pytest.raises(ListsMissing):
        library.in_force()  # of what it has read before as well
    activate(editions, shelf, (*keys, OFAC), "olga", lambda: NOW)
    real = Library(editions, lambda: shelf, lambda: NOW, synthetic=False).in_force().real
    assert [one.version for one in real] == ["ofac-sdn/2026-11-20"]


def test_of_two_editions_made_at_once_one_is_made(editions: EditionsStore, shelf: Shelf) -> None:
    other = EditionsStore.__new__(EditionsStore)
    other.__dict__ = editions.__dict__
    stale = Edition(1)
    activate(editions, shelf, (OFAC,), "olga", lambda: NOW)

    class Stale:
        def edition(self) -> Edition:
            return stale

        def add(self, edition: Edition) -> bool:
            return editions.add(edition)

    with pytest.raises(Busy):
        activate(Stale(), shelf, (EU,), "olaf", lambda: NOW)
    assert editions.edition().keys == (OFAC,)


def test_lists_are_read_once_for_each_edition_and_the_edition_every_minute(
    editions: EditionsStore, shelf: Shelf
) -> None:
    activate(editions, shelf, (OFAC,), "olga", lambda: NOW)
    shelf.reads.clear()
    now = NOW
    library = Library(editions, lambda: shelf, lambda: now, synthetic=True)
    for _ in range(3):
        assert library.in_force().edition == 2
        now += KNOWN_MS
    assert shelf.reads == [OFAC]
    activate(editions, shelf, (OFAC, EU), "olga", lambda: NOW)
    assert library.in_force().edition == 2 or library.in_force().edition == 3
    now += KNOWN_MS
    assert library.in_force().edition == 3


def test_a_table_that_does_not_answer_tells_so(editions: EditionsStore, model: MemoryDynamoDB) -> None:
    for call in (editions.edition, lambda: editions.add(Edition(2, (OFAC,)))):
        model.faults = ScriptedFaults({model.calls + 1: Fault.FAILED})
        with pytest.raises(Unavailable):
            call()


def test_a_list_that_was_changed_since_it_came_into_force_clears_nobody(editions: EditionsStore, shelf: Shelf) -> None:
    """Some instances would hold people against the one, some against the other, and nobody would be held anew."""
    activate(editions, shelf, (OFAC, EU), "olga", lambda: NOW)
    assert Library(editions, lambda: shelf, lambda: NOW, synthetic=False).in_force().edition == 2
    shelf.put(EU, entries=[{"id": "2", "names": [{"name": "Somebody Else"}]}])
    with pytest.raises(ValidationFailed):
        Library(editions, lambda: shelf, lambda: NOW, synthetic=False).in_force()
    shelf.put(EU)
    assert Library(editions, lambda: shelf, lambda: NOW, synthetic=False).in_force().edition == 2


def test_an_edition_of_before_its_lists_were_known_by_their_digests_still_holds(
    editions: EditionsStore, shelf: Shelf
) -> None:
    editions.add(Edition(2, (OFAC,), "olga", NOW))
    assert Library(editions, lambda: shelf, lambda: NOW, synthetic=False).in_force().edition == 2


def many(count: int) -> list[dict[str, object]]:
    return [{"id": str(number), "names": [{"name": f"Some Body {number}"}]} for number in range(count)]


NEWER = "lists/ofac-sdn/2026-12-01.json"


def test_a_list_that_names_less_than_half_of_those_before_is_taken_for_cut_off(
    editions: EditionsStore, shelf: Shelf
) -> None:
    """It is whole by its form, as a conversion leaves it that broke off, and would clear all whom it names no more."""
    shelf.put(OFAC, entries=many(10))
    before = activate(editions, shelf, (OFAC, EU), "olga", lambda: NOW)
    shelf.put(NEWER, entries=many(4))
    with pytest.raises(ValidationFailed) as refused:
        activate(editions, shelf, (NEWER, EU), "olga", lambda: NOW)
    assert (refused.value.members["where"], editions.edition()) == ("shrunk", before)
    assert activate(editions, shelf, (NEWER, EU), "olga", lambda: NOW, shrunk=True).number == 3


@pytest.mark.parametrize("lost", [False, True])
def test_a_list_may_name_half_as_many_and_be_compared_with_none_that_is_lost(
    editions: EditionsStore, shelf: Shelf, lost: bool
) -> None:
    shelf.put(OFAC, entries=many(10))
    activate(editions, shelf, (OFAC,), "olga", lambda: NOW)
    if lost:
        del shelf.kept[OFAC]
    shelf.put(NEWER, entries=many(1 if lost else 5))
    assert activate(editions, shelf, (NEWER,), "olga", lambda: NOW).number == 3
