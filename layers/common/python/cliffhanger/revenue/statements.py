"""A creator's statement of a day, as one canonical document that proves itself. Pure.

It holds the entries of the creator's chain since the statement before, byte for byte as they were hashed, and what
follows from them: what each moved, how every share was rounded, by which version of the split, and the totals. Whoever
has it can compute all of that again, with ``tools/verify_statement.py`` and without us; whoever has the one before can
see that none is missing between them. Format: docs/schemas/statement.v1.json; how it is read: docs/statements.md.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from cliffhanger.clock import rfc3339
from cliffhanger.ledger.canonical import canonical_json, digest
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.names import COIN_UNITS, OWN, OWN_DEFERRED
from cliffhanger.ledger.splits import WHOLE_BP, Part, divide
from cliffhanger.ledger.state import State
from cliffhanger.revenue.income import brings_income, income_of

VERSION = 1
MOST_ENTRIES = 2_000
"""Entries of one statement; what is more comes into the next. Their text is then less than 4 MB."""


class Before(NamedTuple):
    """The statement before: its day, the SHA-256 of its bytes (hex), and its last entry."""

    day: str
    sha256: str
    last: int


class Statement(NamedTuple):
    """A statement: whose, of which day, the entries that it tells of, its text and the SHA-256 of that (hex)."""

    person: str
    day: str
    first: int
    last: int
    text: str
    sha256: str

    @property
    def document(self) -> dict[str, Any]:
        """What the text says."""
        document: dict[str, Any] = json.loads(self.text)
        return document


def make_statement(
    entries: Sequence[Entry],
    *,
    day: str,
    made_at: int,
    head_before: Entry | None,
    before: Before | None,
    titles: Mapping[str, str],
) -> Statement:
    """The statement of a day from the entries since the last one, oldest first; at least one.

    ``head_before`` is the entry before the first, ``titles`` are those of the series that the entries name.

    Raises:
        NotCanonical: an amount is beyond what JSON says exactly.
    """
    account = entries[0].account
    lines = [_line(entry) for entry in entries]
    named = {str(line["series"]) for line in lines if line.get("series")}
    document = {
        "v": VERSION,
        "account": account,
        "day": day,
        "madeAt": rfc3339(made_at),
        "previous": {} if before is None else {"day": before.day, "sha256": before.sha256},
        "before": "" if head_before is None else head_before.body,
        "entries": [entry.body for entry in entries],
        "lines": lines,
        "totals": _totals(State() if head_before is None else head_before.state, entries, lines),
        "titles": {series: titles[series] for series in sorted(named) if series in titles},
    }
    text = canonical_json(document)
    return Statement(account.partition(":")[2], day, entries[0].seq, entries[-1].seq, text, digest(text).hex())


def read_statement(text: str) -> Statement:
    """The statement that a text is.

    Raises:
        ValueError, LookupError, TypeError: it is none.
    """
    document = json.loads(text)
    first, last = (int(json.loads(document["entries"][place])["seq"]) for place in (0, -1))
    person = str(document["account"]).partition(":")[2]
    return Statement(person, str(document["day"]), first, last, text, digest(text).hex())


def series_of(entries: Iterable[Entry]) -> list[str]:
    """The series that a statement of these entries names, in order."""
    return sorted({str(entry.terms["series"]) for entry in entries if entry.terms.get("series")})


def worth(state: State) -> dict[str, int]:
    """What an account is worth, per currency: available and held, less what is owed."""
    found: dict[str, int] = {}
    for amounts, sign in ((state.balances, 1), (state.held, 1), (state.debt, -1)):
        for unit, amount in amounts.items():
            if unit not in COIN_UNITS:
                found[unit] = found.get(unit, 0) + sign * amount
    return {unit: amount for unit, amount in found.items() if amount}


def _line(entry: Entry) -> dict[str, Any]:
    """What an entry moved on the account, and of income from what and how it was divided."""
    terms = entry.terms
    kind = str(terms.get("kind", "settlement" if entry.reference is None else "other"))
    line: dict[str, Any] = {"seq": entry.seq, "at": rfc3339(entry.at), "kind": kind, "moved": _moved(entry)}
    if not brings_income(entry):
        return line
    line["earned"] = {one.currency: one.amount for one in income_of(entry)}
    line |= {name: terms[name] for name in ("income", "series", "day", "split") if name in terms}
    parts = [Part(str(party), int(bp)) for party, bp in terms.get("parties", ())]
    divided = _divided(entry)
    if parts and divided:
        line["divided"] = {unit: _shares(amount, parts) for unit, amount in sorted(divided.items())}
    return line


def _moved(entry: Entry) -> dict[str, int]:
    """What an entry moved on its own account, per currency."""
    moved: dict[str, int] = {}
    for unit, amount, source, destination in entry.postings:
        for side, signed in ((source, -amount), (destination, amount)):
            if side in (OWN, OWN_DEFERRED) and unit not in COIN_UNITS:
                moved[unit] = moved.get(unit, 0) + signed
    return {unit: amount for unit, amount in sorted(moved.items()) if amount}


def _divided(entry: Entry) -> dict[str, int]:
    """What was divided, per currency: on the chain that divides, what came from the lane or went back there."""
    if "of" in entry.terms:
        return {str(unit): int(amount) for unit, amount in entry.terms["of"].items()}
    return {
        unit: amount
        for unit, amount, source, destination in entry.postings
        if source.startswith("series:") or destination.startswith("series:")
    }


def _shares(amount: int, parts: Sequence[Part]) -> dict[str, Any]:
    """An amount, and each party's share: basis points, amount, and ``up`` where the remainder was rounded up."""
    shares = []
    for part, share in zip(parts, divide(amount, parts), strict=True):
        exact = amount * part.bp
        rounded = "" if exact == share * WHOLE_BP else "up" if exact < share * WHOLE_BP else "down"
        shares.append([part.party, part.bp, share, rounded])
    return {"amount": amount, "shares": shares}


def _totals(opening: State, entries: Sequence[Entry], lines: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, int]]:
    """Per currency: what was there, what was earned, what else came or went, and what there is now and of it held."""
    closing = entries[-1].state
    start, end = worth(opening), worth(closing)
    earned: dict[str, int] = {}
    moved: dict[str, int] = {}
    for line in lines:
        for found, part in ((earned, line.get("earned", {})), (moved, line["moved"])):
            for unit, amount in part.items():
                found[unit] = found.get(unit, 0) + amount
    return {
        unit: {
            "opening": start.get(unit, 0),
            "earned": earned.get(unit, 0),
            "other": moved.get(unit, 0) - earned.get(unit, 0),
            "closing": end.get(unit, 0),
            "held": closing.held.get(unit, 0),
            "debt": closing.debt.get(unit, 0),
        }
        for unit in sorted({*start, *end, *moved})
    }
