"""Lists of sanctions, as data with their date. Pure.

A list is one JSON document:

    {"list": "ofac-sdn", "published": "2026-11-20", "source": "…", "entries": [
      {"id": "12345", "names": [{"name": "Иван Петров"}, {"name": "Ivan the Bear", "weak": true}],
       "births": ["1961-04-30", "1962"], "countries": ["RU"], "programs": ["SDGT"]}]}

That is the part by which natural persons are found of what OFAC (SDN_Name, alternate names with their quality, "DOB",
nationality, Program) and the European Union (nameAlias/wholeName, birthdate, citizenship, regulation) publish. Entries
of ships and organisations are left out: only people are verified here.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Mapping, Sequence
from datetime import date
from importlib.resources import files
from typing import Any, NamedTuple

from cliffhanger.errors import ValidationFailed
from cliffhanger.kyc.names import MAX_CHARS, Name, normalised

MAX_BYTES = 50_000_000
MAX_ENTRIES, MAX_NAMES, MAX_BIRTHS, MAX_COUNTRIES, MAX_PROGRAMS = 60_000, 60, 12, 12, 12
MAX_SOURCE_CHARS = 300
SHIPPED = "synthetic"
"""The list that ships: people who do not exist, for tests and for a stage that has not been given others."""

_LIST = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
_ENTRY = re.compile(r"[A-Za-z0-9][A-Za-z0-9./-]{0,39}")
_DAY = re.compile(r"[0-9]{4}(-[0-9]{2}-[0-9]{2})?")
_COUNTRY = re.compile(r"[A-Z]{2}")
_PROGRAM = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ./()-]{0,49}")


class Called(NamedTuple):
    """One name of an entry, compared and as written; ``weak`` says the list of an alias that is of little use alone."""

    name: Name
    written: str
    weak: bool = False


class Entry(NamedTuple):
    """A person on a list. Births are days, or years where no more is known; countries ISO 3166-1 codes."""

    id: str
    names: tuple[Called, ...]
    births: tuple[str, ...] = ()
    countries: frozenset[str] = frozenset()
    programs: tuple[str, ...] = ()


class SanctionsList(NamedTuple):
    """A list of one day."""

    list: str
    published: str
    source: str
    entries: tuple[Entry, ...]

    @property
    def version(self) -> str:
        """What it is called in records: ``ofac-sdn/2026-11-20``."""
        return f"{self.list}/{self.published}"


def read_list(body: bytes) -> SanctionsList:
    """A list from its document.

    Raises:
        ValidationFailed: it is none, or exceeds a bound; ``where`` is the member, such as ``entries[3].births``.
    """
    if len(body) > MAX_BYTES:
        raise ValidationFailed(f"A list has at most {MAX_BYTES:,} bytes.", where="body")
    try:
        document = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ValidationFailed("A list is a JSON document.", where="body") from error
    whole = _object(document, "body")
    found = SanctionsList(
        _text(whole, "list", _LIST, ""),
        _published(whole),
        str(whole.get("source", ""))[:MAX_SOURCE_CHARS],
        tuple(_entry(one, f"entries[{place}]") for place, one in enumerate(_list(whole, "entries", MAX_ENTRIES, ""))),
    )
    if not found.entries:
        raise ValidationFailed("A list names somebody: an empty one would clear everybody.", where="entries")
    if len({entry.id for entry in found.entries}) != len(found.entries):
        raise ValidationFailed("Each entry has an id of its own.", where="entries")
    return found


@functools.cache
def shipped() -> SanctionsList:
    """The list that ships."""
    return read_list(files("cliffhanger.kyc").joinpath(f"{SHIPPED}.json").read_bytes())


def _entry(document: object, where: str) -> Entry:
    one = _object(document, where)
    names = tuple(
        _called(name, f"{where}.names[{place}]") for place, name in enumerate(_list(one, "names", MAX_NAMES, where))
    )
    if not names:
        raise ValidationFailed("An entry has a name.", where=f"{where}.names")
    return Entry(
        _text(one, "id", _ENTRY, where),
        names,
        _texts(one, "births", _DAY, MAX_BIRTHS, where),
        frozenset(_texts(one, "countries", _COUNTRY, MAX_COUNTRIES, where)),
        _texts(one, "programs", _PROGRAM, MAX_PROGRAMS, where),
    )


def _called(document: object, where: str) -> Called:
    one = _object(document, where)
    name, weak = one.get("name"), one.get("weak", False)
    if not isinstance(name, str) or not name.strip() or len(name) > MAX_CHARS or not isinstance(weak, bool):
        raise ValidationFailed(f"A name is a text of 1 to {MAX_CHARS} characters.", where=where)
    return Called(normalised(name), name, weak)


def _published(whole: Mapping[str, Any]) -> str:
    told = whole.get("published")
    try:
        if isinstance(told, str) and date.fromisoformat(told).isoformat() == told:
            return told
    except ValueError:
        pass
    raise ValidationFailed("A list says on which day it was published: YYYY-MM-DD.", where="published")


def _object(document: object, where: str) -> Mapping[str, Any]:
    if not isinstance(document, dict):
        raise ValidationFailed("Expected an object.", where=where)
    return document


def _list(of: Mapping[str, Any], name: str, most: int, where: str) -> Sequence[Any]:
    found = of.get(name, [])
    if not isinstance(found, list) or len(found) > most:
        raise ValidationFailed(f"Expected a list of at most {most:,}.", where=f"{where}.{name}".lstrip("."))
    return found


def _text(of: Mapping[str, Any], name: str, pattern: re.Pattern[str], where: str) -> str:
    found = of.get(name)
    if not isinstance(found, str) or pattern.fullmatch(found) is None:
        raise ValidationFailed(f"Expected a text as {pattern.pattern}.", where=f"{where}.{name}".lstrip("."))
    return found


def _texts(of: Mapping[str, Any], name: str, pattern: re.Pattern[str], most: int, where: str) -> tuple[str, ...]:
    found = _list(of, name, most, where)
    if not all(isinstance(one, str) and pattern.fullmatch(one) for one in found):
        raise ValidationFailed(f"Expected texts as {pattern.pattern}.", where=f"{where}.{name}")
    return tuple(found)
