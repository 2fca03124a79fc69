"""The form of an entry's document: the types of its members, and the grammar of the addresses in it. Pure.

Whoever may write to the table can store anything with its right hash. Who reads an entry relies on this form, so that
what lacks it is named as no entry and stops nobody: no consumer of the stream, no sweep, no repair. Whether what is
said in it is right is for the rules of ``invariants``.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from cliffhanger.errors import LedgerCorrupt
from cliffhanger.ledger.lots import DAY_MS
from cliffhanger.ledger.names import ACCOUNT_KINDS, COIN_UNITS, OWN, OWN_DEFERRED, SOURCES, volume_of

MAX_TIME = 253_402_300_799_999
"""The last millisecond of the year 9999: what tells times as text goes no further."""

_AMOUNTS = ("balances", "held", "debt", "limits")
_MEMBERS: Mapping[str, type] = {
    **dict.fromkeys(("v", "seq", "at"), int),
    **dict.fromkeys(("account", "prev", "reference", "request"), str),
    **dict.fromkeys(("postings", "spent", "units", "lots"), list),
    **dict.fromkeys(("state", "sources", "terms"), dict),
}
_OF_STATE: Mapping[str, type] = {
    **dict.fromkeys(_AMOUNTS, dict),
    **dict.fromkeys(("lots", "flags", "day", "series", "holds"), list),
}

_POSTING = frozenset({(str, int, str, str)})
_LOT = frozenset({(str, str, int, int), (str, str, int, int, int, str, str)})
_SPENT = frozenset({(str, str, int, int, str), (str, str, int, int, str, int)})
_SENT = frozenset({(str, str, int, int)})
_NUMBERS = frozenset({(int, int)})
_NAMED = frozenset({(str, int)})

_ADDRESS = re.compile("|".join(ACCOUNT_KINDS.values()))
_LOT_NAME = re.compile(r"[1-9][0-9]{0,15}(?:\.[1-9][0-9]{0,5})?")
_SIDES = frozenset({OWN, OWN_DEFERRED, SOURCES})


def check_form(document: Mapping[str, Any]) -> None:
    """Lets the document of an entry pass, of whatever version: what a version lacks is absent.

    Raises:
        LedgerCorrupt, LookupError, NameInvalid, TypeError, ValueError: it has another form.
    """
    _check_members(document, _MEMBERS)
    _check_address(document["account"])
    if document["seq"] < 1:
        raise LedgerCorrupt("Entries are numbered from 1.")
    lots, units = document.get("lots", ()), document.get("units", ())
    _check_rows(document["postings"], _POSTING)
    for _, _, *sides in document["postings"]:
        for side in sides:
            if side not in _SIDES and _ADDRESS.fullmatch(side) is None:  # volumes are no sides
                raise LedgerCorrupt("A posting names no account.")
    _check_rows(document.get("spent", ()), _SPENT)
    _check_rows(lots, _SENT)
    _check_all(units, str)
    _check_sources(document.get("sources", {}), len(units))
    _check_times([document["at"], *(lot[3] * DAY_MS for lot in lots)])
    _check_state(document["state"])


def _check_state(state: Mapping[str, Any]) -> None:
    _check_members(state, _OF_STATE)
    for member, value in state.items():
        if member in _AMOUNTS:
            _check_all(value.values(), int)
    if "lots" in state:
        _check_lots(state["lots"])
    if "day" in state:
        _check_rows([state["day"]], _NUMBERS)
    if "series" in state:
        _check_rows([state["series"]], _NAMED)
    _check_all(state.get("flags", ()), str)
    for hold, until, *pieces in state.get("holds", ()):
        _check_all([hold], str)
        _check_all([until], int)
        _check_times([until])
        if pieces and len(pieces[0]) == 2:  # a currency and an amount; a lot has more
            _check_rows(pieces, _NAMED)
        else:
            _check_lots(pieces)


def _check_lots(lots: Collection[Any]) -> None:
    _check_rows(lots, _LOT)
    for lot in lots:
        if lot[1] not in COIN_UNITS or _LOT_NAME.fullmatch(lot[0]) is None:
            raise LedgerCorrupt("A lot has another name or unit.")
    _check_times([lot[3] * DAY_MS for lot in lots])


def _check_sources(sources: Mapping[str, Any], units: int) -> None:
    """Each source is the rest of its address, a number, and an amount for each unit of the batch."""
    form = frozenset({(str, int, *(int,) * units)})
    for kind, rows in sources.items():
        _check_all([rows], list)
        _check_rows(rows, form)
        for row in rows:
            _check_address(f"{kind}:{row[0]}")


def _check_address(address: str) -> None:
    if _ADDRESS.fullmatch(address) is None:
        volume_of(address)


def _check_members(document: Mapping[str, Any], types: Mapping[str, type]) -> None:
    for name, value in document.items():
        if name in types and type(value) is not types[name]:
            raise LedgerCorrupt(f"An entry has another form: {name}.")


def _check_rows(rows: Iterable[Any], forms: frozenset[tuple[type, ...]]) -> None:
    """What is iterable and no list is no row either: each form has a number, and neither text nor keys are numbers."""
    if not forms.issuperset([tuple(map(type, row)) for row in rows]):
        raise LedgerCorrupt("A row of an entry has another form.")


def _check_all(values: Iterable[Any], kind: type) -> None:
    for value in values:
        if type(value) is not kind:
            raise LedgerCorrupt(f"Something in an entry is no {kind.__name__}.")


def _check_times(times: Collection[int]) -> None:
    if times and not 0 <= min(times) <= max(times) <= MAX_TIME:
        raise LedgerCorrupt("No calendar has such a time.")
