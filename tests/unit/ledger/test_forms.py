"""The form of an entry: what lacks it is no entry, whatever hash it has."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest

from cliffhanger.errors import LedgerCorrupt
from cliffhanger.ledger.canonical import digest
from cliffhanger.ledger.entries import Entry, next_volume, parse, seal
from cliffhanger.ledger.forms import MAX_TIME
from cliffhanger.ledger.lots import DAY_MS, Lot
from cliffhanger.ledger.state import State
from tests.unit.ledger.chains import NOW, VIEWER, bought, granted, unlocked
from tests.unit.ledger.intakes import intake_chain
from tests.unit.ledger.test_entry_bytes import chain_of_every_kind

STRANGERS: tuple[Any, ...] = (None, "5", 5, 1.5, True, [], [[]], {}, {"a": 1})
"""Values of every type of JSON."""

ENTRIES = {f"{entry.account} {entry.seq}": entry for entry in (*intake_chain(), *chain_of_every_kind())}

Path = tuple[str | int, ...]


def read(document: dict[str, Any]) -> Entry:
    body = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return parse(body, digest(body))


def places(value: Any, path: Path = ()) -> Iterator[Path]:
    """Every place of a document but what an entry was decided on, whose form its kind decides."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, part in inside:
        if (*path, name) != ("terms",):
            yield (*path, name)
            yield from places(part, (*path, name))


def at(document: Any, path: Path) -> Any:
    for name in path:
        document = document[name]
    return document


def with_value(document: dict[str, Any], path: Path, value: Any) -> dict[str, Any]:
    changed = copy.deepcopy(document)
    at(changed, path[:-1])[path[-1]] = value
    return changed


@pytest.mark.parametrize("name", ENTRIES)
def test_a_value_of_another_type_anywhere_in_an_entry_makes_it_none(name: str) -> None:
    entry = ENTRIES[name]
    document = json.loads(entry.body)
    assert read(document) == entry
    for path in places(document):
        for stranger in STRANGERS:
            if type(stranger) is not type(at(document, path)):
                with pytest.raises(LedgerCorrupt):
                    read(with_value(document, path, stranger))


FORGED: dict[str, tuple[Path, Any]] = {
    "no account": (("account",), "bank:a"),
    "a volume of what has none": (("account",), "viewer:a.2"),
    "number 0": (("seq",), 0),
    "before the epoch": (("at",), -1),
    "after the year 9999": (("at",), MAX_TIME + 1),
    "to no account": (("postings", 0, 3), "bank:a"),
    "to nowhere": (("postings", 0, 3), ""),
    "to a volume": (("postings", 0, 3), "series:the-last-train:earned:0.2"),
    "a posting of three": (("postings", 0), ["coin", 5, "."]),
    "a posting of text": (("postings", 0), "coin"),
    "a lot of a currency": (("state", "lots", 0, 1), "USD"),
    "a lot of no number": (("state", "lots", 0, 0), "first"),
    "a lot of ever after": (("state", "lots", 0, 3), MAX_TIME // DAY_MS + 1),
    "a lot of five": (("state", "lots", 0), ["1", "coin", 5, 0, 9]),
    "a hold of nothing": (("state", "holds"), [["h1", 5]]),
    "a hold of two currencies": (("state", "holds"), [["h1", 5, ["USD", 5], ["EUR", 5, 0, 0]]]),
    "a hold until the last day": (("state", "holds"), [["h1", MAX_TIME + 1, ["USD", 5]]]),
    "a source of no account": (("sources",), {"bank": [["a", 1]]}),
    "a source of an amount too many": (("sources",), {"viewer": [["a", 1, 5]]}),
    "terms that are a list": (("terms",), [1]),
}


@pytest.mark.parametrize("name", FORGED)
def test_what_no_planner_writes_is_no_entry(name: str) -> None:
    document = json.loads(unlocked(bought()).body)
    read(document)
    with pytest.raises(LedgerCorrupt):
        read(with_value(document, *FORGED[name]))


def test_what_is_nested_beyond_reading_is_no_entry() -> None:
    body = json.dumps(json.loads(granted().body) | {"terms": {"deep": 0}})
    body = body.replace('"deep": 0', '"deep": ' + "[" * 100_000 + "]" * 100_000)
    with pytest.raises(LedgerCorrupt):
        parse(body, digest(body))


@pytest.mark.parametrize("following", [None, 7, "", "series:the-last-train:earned:0.7", "viewer:a"])
def test_a_volume_that_names_another_place_than_the_next_is_corrupt(following: Any) -> None:
    """Whoever writes to the account would follow it."""
    closed = next(entry for entry in intake_chain() if next_volume(entry))
    document = json.loads(closed.body)
    document["terms"]["next"] = following
    with pytest.raises(LedgerCorrupt):
        next_volume(read(document))


def test_nothing_is_sealed_that_could_not_be_read_again() -> None:
    """It would be the account's last entry, and nobody could go on from it."""
    day = NOW // DAY_MS + 7
    state = State(balances={"bonus": 5}, lots=(Lot("first", "bonus", 5, day),))
    before = granted(coins=5)
    with pytest.raises(LedgerCorrupt):
        seal(VIEWER, before, NOW, postings=(), state=state, reference="odd", request=bytes(32))
