#!/usr/bin/env python3
"""Verifies creators' statements of Cliffhanger, offline. One file; needs Python 3.9 or later and nothing else.

    python3 verify_statement.py 2026-11-28.json                       one statement
    python3 verify_statement.py 2026-11-27.json 2026-11-28.json ...   and that none is missing between them

A statement holds the entries of the creator's chain byte for byte as they were hashed. This program computes again,
from those bytes alone, every hash, every balance, how each amount was divided and rounded, each line and each total;
and where statements follow one another, that each names the hash of the one before. What does not fit is said.

It shares no code with the service: the rules stand in docs/statements.md, and are written down here a second time.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from fractions import Fraction
from pathlib import Path
from typing import Any

FITS, DOES_NOT_FIT, UNREADABLE = 0, 1, 2
"""Exit codes."""

MAX_BYTES = 64 * 2**20
WHOLE_BP = 10_000
REVENUE_LANES = 16
COIN_UNITS = ("bonus", "coin", "game")
OWN, DEFERRED, SOURCES = ".", ".deferred", "*"
ID = r"[a-z0-9][a-z0-9-]{0,31}"
ACCOUNT = re.compile(rf"creator:{ID}")
PARTY = re.compile(rf"platform|(?:creator|house|affiliate):{ID}")
LANE = re.compile(rf"series:({ID}):(earned|tips):\d{{1,6}}")
REFERENCE = re.compile(rf"(carry|carrytips):({ID}):(\d{{1,6}}):({ID})")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z")
MEMBERS = {"v", "account", "day", "madeAt", "previous", "before", "entries", "lines", "totals", "titles"}
DIVIDING = ("carry", "share", "recovery")
"""Kinds of entry by which income comes to an account, or goes back: those of the day's shares."""

Document = dict[str, Any]


class Unreadable(Exception):
    """The input is no statement; the message says why."""


class Statement:
    """A statement that has the form of one: its document, its entries, and the hash of its bytes."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.sha256 = hashlib.sha256(text.encode()).hexdigest()
        self.document = _object(text, name)
        found = self.document
        if found.get("v") != 1 or set(found) != MEMBERS:
            raise Unreadable(f"{name}: not the members of a statement of version 1")
        if _canonical(found) != text:
            raise Unreadable(f"{name}: not in the canonical form (RFC 8785): it was written anew since")
        for member, kind in (("account", str), ("day", str), ("before", str), ("previous", dict), ("entries", list),
                             ("lines", list), ("totals", dict), ("titles", dict)):  # fmt: skip
            if not isinstance(found[member], kind):
                raise Unreadable(f"{name}: {member} is no {kind.__name__}")
        if not ACCOUNT.fullmatch(found["account"]) or not DAY.fullmatch(found["day"]) or not found["entries"]:
            raise Unreadable(f"{name}: no account, day or entries of a statement")
        previous = found["previous"]
        if set(previous) != ({"day", "sha256"} if found["before"] else set()):
            raise Unreadable(f"{name}: previous names no statement, or one where nothing comes before")
        if not isinstance(found["madeAt"], str) or not TIME.fullmatch(found["madeAt"]):
            raise Unreadable(f"{name}: madeAt is no time")
        if not all(isinstance(title, str) for title in found["titles"].values()):
            raise Unreadable(f"{name}: titles are no texts")
        self.entries = [_entry(text, f"{name}: entry {place}") for place, text in enumerate(found["entries"])]
        self.before = _entry(found["before"], f"{name}: before") if found["before"] else None


def findings(statement: Statement) -> Iterator[str]:
    """What does not fit in a statement by itself; nothing where all does."""
    before = statement.before
    if before is None and statement.entries[0]["prev"]:
        yield "before: the entry before the first is not there"
    if before is not None and before["account"] != statement.document["account"]:
        yield "before: another account's entry"
    for entry in statement.entries:
        yield from _follows(before, entry, statement)
        yield from _divided(entry)
        before = entry
    lines = [_line(entry) for entry in statement.entries]
    told = statement.document["lines"]
    if len(told) != len(lines):
        yield f"lines: {len(told)}, and there are {len(lines)} entries"
    for place, (line, said) in enumerate(zip(lines, told)):
        for member in sorted({*line, *(said if isinstance(said, dict) else {})}):
            found = said.get(member) if isinstance(said, dict) else said
            if found != line.get(member):
                yield f"lines[{place}].{member}: {found!r}, and the entry says {line.get(member)!r}"
    totals = _totals(statement, lines)
    if totals != statement.document["totals"]:
        yield f"totals: {statement.document['totals']}, and the entries come to {totals}"


def between(first: Statement, second: Statement) -> Iterator[str]:
    """What does not fit between two statements that should follow one another."""
    if first.document["account"] != second.document["account"]:
        yield f"{second.name} is another account's than {first.name}"
        return
    previous = second.document["previous"]
    if previous != {"day": first.document["day"], "sha256": first.sha256}:
        yield f"{second.name} does not name {first.name} as the statement before it"
    if second.document["before"] != first.document["entries"][-1]:
        yield f"{second.name} does not go on where {first.name} ends"


def _follows(before: Document | None, entry: Document, statement: Statement) -> Iterator[str]:
    """What does not follow from the entry before: place, hash, time, and the balances from the postings."""
    where = f"entry {entry['seq']}"
    if entry["account"] != statement.document["account"]:
        yield f"{where}: is another account's"
    was: Document = {}
    if before is not None:
        was = before["state"]
        if entry["seq"] != before["seq"] + 1:
            yield f"{where}: comes after {before['seq']}"
        if entry["prev"] != before["hash"]:
            yield f"{where}: does not name the hash of entry {before['seq']}"
        if entry["at"] < before["at"]:
            yield f"{where}: is earlier than entry {before['seq']}"
    elif entry["seq"] != 1:
        yield f"{where}: is not the first of its chain, and none stands before it"
    after = _worth(was)
    for unit, amount in _moved(entry).items():
        after[unit] = after.get(unit, 0) + amount
    if {unit: amount for unit, amount in after.items() if amount} != _worth(entry["state"]):
        yield f"{where}: its balances are not those before and what it moves"
    if any(amount < 0 for part in ("balances", "held", "debt") for amount in entry["state"].get(part, {}).values()):
        yield f"{where}: holds or owes less than nothing"


def _divided(entry: Document) -> Iterator[str]:
    """What does not fit in how an entry divides, or in the share that it brings."""
    terms, where = entry.get("terms", {}), f"entry {entry['seq']}"
    parties, kind = terms.get("parties", []), terms.get("kind")
    if kind not in DIVIDING or not parties:
        return
    if not all(PARTY.fullmatch(party) and type(bp) is int and bp > 0 for party, bp in parties):
        yield f"{where}: its parties are none"
        return
    if sum(bp for _, bp in parties) != WHOLE_BP:
        yield f"{where}: its parts do not make up {WHOLE_BP} basis points"
        return
    accounts = [account_of(party, terms.get("series", "")) for party, _ in parties]
    if accounts.count(entry["account"]) != 1:
        yield f"{where}: the account has not one part in it"
        return
    named = REFERENCE.fullmatch(entry.get("reference", ""))
    if kind == "carry" and (named is None or (named[2], named[4]) != (terms.get("series"), terms.get("day"))):
        yield f"{where}: its reference is not that of the series and day it tells of"
    sign = -1 if kind == "recovery" else 1
    for unit, amount in _whole(entry).items():
        shares = divide(amount, [bp for _, bp in parties])
        for account, share in zip(accounts, shares):
            paid = _paid(entry, account, unit)
            if paid is not None and paid != share * sign:
                yield f"{where}: {account} gets {paid} {unit} of {amount}, and its share is {share * sign}"


def divide(amount: int, parts: list[int]) -> list[int]:
    """An amount divided by basis points: rounded down, and what is left to the largest remainders, the first first."""
    exact = [Fraction(amount * bp, WHOLE_BP) for bp in parts]
    shares = [int(one) for one in exact]
    order = sorted(range(len(parts)), key=lambda place: (shares[place] - exact[place], place))
    for place in order[: amount - sum(shares)]:
        shares[place] += 1
    return shares


def _paid(entry: Document, account: str, unit: str) -> int | None:
    """What a party gets by an entry; None where the entry, a share, does not say it of others."""
    if account == entry["account"]:
        return _moved(entry).get(unit, 0)
    if "sources" in entry:
        return None
    got = 0
    for line, amount, source, destination in entry["postings"]:
        if line == unit and OWN in (source, destination) and account in (source, destination):
            got += amount if destination == account else -amount
    return got


def account_of(party: str, series: str) -> str:
    """Where a party is paid: a person on their chain, the platform on the account that the series' hash names."""
    person = party.partition(":")[2]
    if person:
        return f"creator:{person}"
    lane = int.from_bytes(hashlib.sha256(series.encode()).digest()[:4], "big") % REVENUE_LANES
    return f"platform:revenue-{lane}"


def _whole(entry: Document) -> dict[str, int]:
    """What was divided, per currency: what came from the lane or went back there; a share says it in its terms."""
    if "sources" in entry:
        return dict(entry["terms"].get("of", {}))
    return {
        unit: amount
        for unit, amount, source, destination in entry["postings"]
        if LANE.fullmatch(source) or LANE.fullmatch(destination)
    }


def _moved(entry: Document) -> dict[str, int]:
    """What an entry moves on its own account, per currency."""
    moved: dict[str, int] = {}
    for unit, amount, source, destination in entry["postings"]:
        for side, signed in ((source, -amount), (destination, amount)):
            if side in (OWN, DEFERRED) and unit not in COIN_UNITS:
                moved[unit] = moved.get(unit, 0) + signed
    return {unit: amount for unit, amount in sorted(moved.items()) if amount}


def _worth(state: Document) -> dict[str, int]:
    """Available and held, less what is owed, per currency."""
    worth: dict[str, int] = {}
    for part, sign in (("balances", 1), ("held", 1), ("debt", -1)):
        for unit, amount in state.get(part, {}).items():
            if unit not in COIN_UNITS:
                worth[unit] = worth.get(unit, 0) + sign * amount
    return {unit: amount for unit, amount in worth.items() if amount}


def _line(entry: Document) -> Document:
    """The line that a statement has for an entry."""
    terms = entry.get("terms", {})
    batch = "sources" in entry
    kind = terms.get("kind", "settlement" if batch else "other")
    line: Document = {"seq": entry["seq"], "at": _time(entry["at"]), "kind": kind, "moved": _moved(entry)}
    from_creators = batch and entry["sources"] and set(entry["sources"]) == {"creator"}
    if kind not in DIVIDING and not from_creators:
        return line
    line["earned"] = _moved(entry)
    line.update({name: terms[name] for name in ("income", "series", "day", "split") if name in terms})
    parties, whole = terms.get("parties", []), _whole(entry)
    if parties and whole:
        line["divided"] = {unit: _shares(amount, parties) for unit, amount in sorted(whole.items())}
    return line


def _shares(amount: int, parties: list[list[Any]]) -> Document:
    shares = []
    for (party, bp), share in zip(parties, divide(amount, [bp for _, bp in parties])):
        over = share * WHOLE_BP - amount * bp
        shares.append([party, bp, share, "up" if over > 0 else "down" if over < 0 else ""])
    return {"amount": amount, "shares": shares}


def _totals(statement: Statement, lines: list[Document]) -> Document:
    opening = _worth(statement.before["state"]) if statement.before else {}
    last = statement.entries[-1]["state"]
    closing = _worth(last)
    earned: dict[str, int] = {}
    moved: dict[str, int] = {}
    for line in lines:
        for total, part in ((earned, line.get("earned", {})), (moved, line["moved"])):
            for unit, amount in part.items():
                total[unit] = total.get(unit, 0) + amount
    return {
        unit: {
            "opening": opening.get(unit, 0),
            "earned": earned.get(unit, 0),
            "other": moved.get(unit, 0) - earned.get(unit, 0),
            "closing": closing.get(unit, 0),
            "held": last.get("held", {}).get(unit, 0),
            "debt": last.get("debt", {}).get(unit, 0),
        }
        for unit in sorted({*opening, *closing, *moved})
    }


def _time(at: int) -> str:
    moment = datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(milliseconds=at)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _entry(text: Any, where: str) -> Document:
    """An entry from its bytes, with the hash of them.

    Raises:
        Unreadable: it has not the form of one.
    """
    if not isinstance(text, str):
        raise Unreadable(f"{where}: no text")
    entry = _object(text, where)
    try:
        if type(entry["seq"]) is not int or type(entry["at"]) is not int or entry["v"] not in (1, 2, 3):
            raise Unreadable(f"{where}: no number, time or version of an entry")
        if not isinstance(entry["state"], dict) or not isinstance(entry.get("terms", {}), dict):
            raise Unreadable(f"{where}: no state or terms of an entry")
        for unit, amount, source, destination in entry["postings"]:
            if type(amount) is not int or amount < 1 or not all(isinstance(one, str) for one in
                                                                (unit, source, destination)):  # fmt: skip
                raise Unreadable(f"{where}: no posting")
        entry["prev"], entry["account"]
    except (KeyError, TypeError, ValueError) as error:
        raise Unreadable(f"{where}: no entry") from error
    digest = hashlib.sha256(text.encode()).digest()
    return {**entry, "hash": base64.urlsafe_b64encode(digest).rstrip(b"=").decode()}


def _object(text: str, where: str) -> Document:
    def members(pairs: list[tuple[str, Any]]) -> Document:
        if len({key for key, _ in pairs}) < len(pairs):
            raise Unreadable(f"{where}: names a member twice")
        return dict(pairs)

    try:
        found = json.loads(text, object_pairs_hook=members, parse_float=_refused, parse_constant=_refused)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"{where}: no JSON: {error}") from error
    if not isinstance(found, dict):
        raise Unreadable(f"{where}: no object")
    return found


def _refused(text: str) -> Any:
    raise ValueError(f"{text} is no whole number")


def _canonical(document: Document) -> str:
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _read(path: Path) -> Statement:
    try:
        data = path.read_bytes()
        if len(data) > MAX_BYTES:
            raise Unreadable(f"{path.name}: longer than any statement")
        return Statement(path.name, data.decode())
    except OSError as error:
        raise Unreadable(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise Unreadable(f"{path.name}: no UTF-8") from error


def main(arguments: list[str] | None = None) -> int:
    """Verifies statements; 0 where all fits, 1 where something does not, 2 where a file is unreadable."""
    parser = argparse.ArgumentParser(description="Verifies creators' statements, offline.")
    parser.add_argument("statements", nargs="+", type=Path, metavar="FILE", help="a statement's JSON, byte for byte")
    try:
        statements = [_read(path) for path in parser.parse_args(arguments).statements]
        statements.sort(key=lambda one: (one.entries[0]["seq"], one.name))
        wrong = 0
        for place, statement in enumerate(statements):
            found = list(findings(statement))
            if place:
                found += between(statements[place - 1], statement)
            wrong += len(found)
            totals = " ".join(f"{unit} {total.get('closing')}" for unit, total in statement.document["totals"].items()
                              if isinstance(total, dict))  # fmt: skip
            print(f"{'FITS' if not found else 'DOES NOT FIT'}  {statement.name}  {statement.document['day']}  "
                  f"{len(statement.entries)} entries  {totals}  sha256 {statement.sha256}")  # fmt: skip
            for one in found:
                print(f"  {one}")
    except Unreadable as error:
        print(f"UNREADABLE  {error}", file=sys.stderr)
        return UNREADABLE
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        print(f"UNREADABLE  not the form of a statement: {type(error).__name__}: {error}", file=sys.stderr)
        return UNREADABLE
    return DOES_NOT_FIT if wrong else FITS


if __name__ == "__main__":
    sys.exit(main())
