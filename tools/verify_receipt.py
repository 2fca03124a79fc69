#!/usr/bin/env python3
"""Verifies receipts of Cliffhanger, offline. One file; needs Python 3.9 or later and nothing else.

    python3 verify_receipt.py receipt.json          one file or several, each with one receipt or many
    curl ... /v1/wallet/receipts/3 | python3 verify_receipt.py

A receipt is the answer of GET /v1/wallet/receipts/{seq}. Its `entry` is one line of the account's chain, byte for byte
as it was hashed. This program computes again, from those bytes alone, the hash and everything else that the receipt
says; and where receipts follow one another, that each entry names the hash of the one before and follows from it.

It shares no code with the service: the rules stand in docs/receipts.md, and are written down here a second time.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import os
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, NamedTuple

GENUINE, NOT_GENUINE, UNREADABLE = 0, 1, 2
"""Exit codes."""

MAX_INPUT_BYTES = 32 * 2**20
MAX_ENTRY_CHARS = 400 * 2**10
"""No entry is longer: the largest item of the table that it is kept in."""
MAX_DEPTH = 8
"""An entry nests five deep."""
MAX_INTEGER = 2**53 - 1
MAX_TIME_MS = 253_402_300_799_999  # the end of the year 9999
MAX_SHOWN = 60
MAX_EPISODES = 9_999
MOST_GIFTS = 99
DAY_MS = 86_400_000
WHOLE_BP = 10_000
NEARLY_ALL_LOTS = 127
"""From there on neighbouring lots are merged to keep their number within 128."""

COIN_UNITS = ("bonus", "coin", "game")
EPISODE_UNITS = ("bonus", "coin")
TIP_UNITS = ("coin",)
KINDS = frozenset(
    {
        *("unlock", "tip", "reversal", "grant", "reward", "purchase", "exchange", "repair", "limits"),
        *("freeze", "thaw", "hold", "post", "void", "expiry", "carry", "settlement", "other"),
        *("refund", "refundFailed", "dispute", "disputeWon", "payoutReturned"),
    }
)
TAKING = frozenset({"refund", "dispute"})
"""What undoes a purchase, because money of it went back."""
RETURNING = frozenset({"refundFailed", "disputeWon"})
"""What takes that back, because the money came again."""
RESOLUTIONS = frozenset({"post", "void", "expiry"})
"""What ends a hold, for which they compete."""
OWN, DEFERRED, SOURCES = ".", ".deferred", "*"

ID = r"[a-z0-9][a-z0-9-]{0,31}"
ACCOUNT = re.compile(rf"[a-z]{{1,16}}(?::{ID}){{1,3}}")
REFERENCE = re.compile(r"[a-z]{1,16}:[a-z0-9:.-]{1,100}")
UNLOCK = re.compile(rf"unlock:({ID}):([1-9][0-9]{{0,3}})-([1-9][0-9]{{0,3}})\.[0-9]{{1,6}}(:rev:{ID})?")
TIPS = re.compile(rf"series:({ID}):tips:[0-9]{{1,2}}")
HOLD = re.compile(rf"hold:({ID}):(placed|resolution)")
REPAIR = re.compile(r"repair:\d{4}-\d\d-\d\d")
PURCHASE = re.compile(rf"purchase:({ID}):(grant|rev|back)(?::({ID}))?")
HASH = re.compile(r"[A-Za-z0-9_-]{43}")
LOT = re.compile(r"[1-9][0-9]{0,15}(?:\.[1-9][0-9]{0,3})?")
CURRENCY = re.compile(r"[A-Z]{3}")
UNIT = re.compile(r"[A-Z]{3}|bonus|coin|game")

ALWAYS = frozenset({"v", "account", "seq", "at", "prev", "postings", "state"})
MAYBE = {
    1: frozenset({"reference", "request", "spent", "sources", "units"}),
    2: frozenset({"reference", "request", "spent", "sources", "units", "terms"}),
    3: frozenset({"reference", "request", "spent", "sources", "units", "terms", "lots"}),
}
AMOUNTS = ("balances", "held", "debt")
OWN_LIMITS = frozenset({"day", "series", "auto", "tips", "tipsFrom", "tipsNext"})
STATE = {
    1: frozenset({*AMOUNTS, "lots", "flags"}),
    2: frozenset({*AMOUNTS, "lots", "flags", "limits", "day", "series"}),
    3: frozenset({*AMOUNTS, "lots", "flags", "limits", "day", "series", "holds"}),
}

MINOR_UNITS = {
    **dict.fromkeys(re.findall("...", "BIFCLPDJFGNFISKJPYKMFKRWPYGRWFUGXUYIVNDVUVXAFXOFXPF"), 0),
    **dict.fromkeys(re.findall("...", "BHDIQDJODKWDLYDOMRTND"), 3),
}
"""Digits behind the point, by ISO 4217; two for all others."""
MONTHS = re.findall("...", "JanFebMarAprMayJunJulAugSepOctNovDec")
CLASSES = {"bonus": "free", "coin": "bought", "game": "game"}


class Unreadable(Exception):
    """The input holds no receipt that could be judged; the message says why."""


class Refuted(Exception):
    """Something does not hold, and what follows from it cannot be judged: the field, and what is wrong."""


class Finding(NamedTuple):
    """One thing that does not hold: in which field, and in words."""

    field: str
    says: str


class Lot(NamedTuple):
    """Coins of one class: its name, what is left, the first day it cannot be spent on (0: never), and its cash."""

    name: str
    unit: str
    coins: int
    expires: int = 0
    cash: int = 0
    currency: str = ""
    channel: str = ""


class Portion(NamedTuple):
    """What was taken from one lot."""

    lot: str
    unit: str
    coins: int
    cash: int
    currency: str
    expires: int = 0


class Hold(NamedTuple):
    """What is set aside: its name, when it expires, and pieces of lots, or an amount of a currency."""

    name: str
    until: int
    lots: tuple[Lot, ...]
    currency: str = ""
    amount: int = 0


class Entry(NamedTuple):
    """An entry whose form holds. ``reference`` is empty on a batch; ``hash`` is the SHA-256 of its bytes, base64url."""

    v: int
    account: str
    seq: int
    at: int
    prev: str
    postings: list[list[Any]]
    state: dict[str, Any]
    reference: str
    terms: dict[str, Any]
    lots: tuple[Lot, ...]
    spent: tuple[Portion, ...]
    hash: str
    holds: tuple[Hold, ...] = ()

    @property
    def batch(self) -> bool:
        """Whether it settles what others have sent."""
        return not self.reference

    @property
    def opened(self) -> re.Match[str] | None:
        """The parts of the reference, where it is an unlock or its reversal."""
        return UNLOCK.fullmatch(self.reference)

    @property
    def tipped(self) -> str:
        """The series that a tip is for, or that gives one back; empty for any other entry."""
        if self.terms.get("kind") not in ("tip", "reversal"):
            return ""
        found = (TIPS.fullmatch(side) for line in self.postings for side in line[2:])
        return next((match[1] for match in found if match), "")

    @property
    def units(self) -> tuple[str, ...]:
        """The classes of coins that it may spend."""
        return TIP_UNITS if self.terms.get("kind") == "tip" else EPISODE_UNITS

    @property
    def hold(self) -> str:
        """The name of the hold that the entry places or resolves; empty where it does neither."""
        found = HOLD.fullmatch(self.reference)
        return found[1] if found else ""

    @property
    def order(self) -> str:
        """The order that the entry grants, undoes or gives back; empty where it is about none."""
        found = PURCHASE.fullmatch(self.reference)
        return found[1] if found else ""

    @property
    def coins(self) -> int:
        """Coins that were spent."""
        return sum(portion.coins for portion in self.spent)


class Judged(NamedTuple):
    """A receipt, its entry where it has one, what does not hold, and which of its members nothing proves."""

    receipt: dict[str, Any]
    entry: Entry | None
    findings: list[Finding]
    unproven: list[str]


class Gap(NamedTuple):
    """Entries of an account that no receipt shows, from one seq to another."""

    account: str
    first: int
    last: int


# --- Reading ---------------------------------------------------------------------------------------------------------


def receipts_in(data: bytes) -> list[dict[str, Any]]:
    """All receipts in some JSON: one after another, in arrays, or as the API answers with them.

    Raises:
        Unreadable: it is too long, no JSON, or holds no receipt.
    """
    if len(data) > MAX_INPUT_BYTES:
        raise Unreadable(f"More than {MAX_INPUT_BYTES // 2**20} MiB.")
    try:
        text = data.decode("utf-8-sig").strip(" \t\r\n")
        values = list(_values(text))
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"No JSON: {_plain(error)}") from error
    found = [receipt for value in values for receipt in _receipts(value)]
    if not found:
        raise Unreadable("There is no receipt in it.")
    return found


def _values(text: str) -> Iterator[Any]:
    decoder = json.JSONDecoder(object_pairs_hook=_members, parse_int=_integer, parse_constant=_no_constant)
    place = 0
    while place < len(text):
        value, place = decoder.raw_decode(text, place)
        yield value
        while place < len(text) and text[place] in " \t\r\n":
            place += 1


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("an object has the same member twice")
    return members


def _integer(digits: str) -> int:
    if len(digits) > 17:
        raise ValueError("an integer is beyond 2^53")
    return int(digits)


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def _receipts(value: Any) -> Iterator[dict[str, Any]]:
    for item in value if isinstance(value, list) else [value]:
        members = item if isinstance(item, dict) else {}
        listed = members.get("receipts", [members.get("receipt", members)])
        for receipt in listed if isinstance(listed, list) else [listed]:
            if not isinstance(receipt, dict) or not receipt.keys() & {"entry", "hash"}:
                raise Unreadable("Something in it is no receipt.")
            yield receipt


# --- The form of an entry --------------------------------------------------------------------------------------------


def need(holds: object, field: str, says: str) -> None:
    """Goes on if something holds.

    Raises:
        Refuted: it does not.
    """
    if not holds:
        raise Refuted(field, says)


def canonical(value: Any, depth: int = 0) -> str:
    """The one form in which a value is hashed (RFC 8785), restricted to what an entry holds.

    Raises:
        Refuted: it holds a fraction, null, or a key that is not ASCII; or nests deeper than an entry.
    """
    need(depth <= MAX_DEPTH, "entry", "nests deeper than an entry does")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        need(abs(value) <= MAX_INTEGER, "entry", "holds an integer beyond 2^53-1")
        return str(value)
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, list):
        return "[" + ",".join(canonical(item, depth + 1) for item in value) + "]"
    need(isinstance(value, dict) and all(map(str.isascii, value)), "entry", "holds what no entry holds")
    return "{" + ",".join(f"{_quoted(key)}:{canonical(value[key], depth + 1)}" for key in sorted(value)) + "}"


_ESCAPES = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def _quoted(text: str) -> str:
    return '"' + "".join(_ESCAPES.get(c, c if c >= " " else f"\\u{ord(c):04x}") for c in text) + '"'


def entry_of(text: Any) -> Entry:
    """The entry that a receipt carries, after its form has been checked; what it says may still not add up.

    Raises:
        Refuted: it is none, of version 1 to 3.
    """
    need(isinstance(text, str) and len(text) <= MAX_ENTRY_CHARS, "entry", "is no text of an entry's length")
    try:
        digest = hashlib.sha256(text.encode()).digest()
        document = json.loads(
            text, object_pairs_hook=_members, parse_int=_integer, parse_float=_no_constant, parse_constant=_no_constant
        )
    except (ValueError, RecursionError) as error:
        raise Refuted("entry", f"is no JSON of an entry: {_plain(error)}") from error
    need(isinstance(document, dict), "entry", "is no object")
    need(canonical(document) == text, "entry", "is not written in the canonical form (RFC 8785)")
    version = document.get("v")
    need(type(version) is int and version in MAYBE, "entry.v", "is no version that this program knows")
    for name in ALWAYS - document.keys():
        raise Refuted(f"entry.{name}", "is missing")
    for name in document.keys() - ALWAYS - MAYBE[version]:
        raise Refuted(f"entry.{name}", f"is no member of version {version}")
    _check_head(document)
    _check_state(document["state"], version)
    for place, line in enumerate(_list(document["postings"], "entry.postings", 32)):
        _check_posting(line, f"entry.postings[{place}]", batch="sources" in document)
    need(isinstance(document.get("terms", {}), dict), "entry.terms", "is no object")
    portions = _list(document.get("spent", []), "entry.spent", 128)
    spent = tuple(_portion(each, f"entry.spent[{place}]", version) for place, each in enumerate(portions))
    stored = document["state"].get("lots", [])
    lots = tuple(_lot(each, f"entry.state.lots[{place}]") for place, each in enumerate(stored))
    holds = holds_of(document)
    check_lot_terms(document)
    need(len({lot.name for lot in lots}) == len(lots), "entry.state.lots", "names a lot twice")
    need(len({one.lot for one in spent}) == len(spent), "entry.spent", "names a lot twice")
    return Entry(
        **{name: document[name] for name in ("v", "account", "seq", "at", "prev", "postings", "state")},
        reference=document.get("reference", ""),
        terms=document.get("terms", {}),
        lots=lots,
        spent=spent,
        hash=_text_of(digest),
        holds=holds,
    )


def _check_head(document: dict[str, Any]) -> None:
    need(_matches(ACCOUNT, document["account"]), "entry.account", "is no account")
    need(_whole(document["seq"], 1), "entry.seq", "is no entry's number")
    need(_whole(document["at"]) and document["at"] <= MAX_TIME_MS, "entry.at", "is no time")
    prev = document["prev"]
    need(prev == "" if document["seq"] == 1 else _is_hash(prev), "entry.prev", "is not the hash of an entry before")
    named = "reference" in document
    need(named != ("sources" in document), "entry.reference", "belongs to every entry but a batch")
    need(named == ("request" in document), "entry.request", "belongs to a reference")
    need(named != ("units" in document), "entry.units", "belong to a batch")
    if named:
        need(_matches(REFERENCE, document["reference"]), "entry.reference", "is no reference")
        need(_is_hash(document["request"]), "entry.request", "is no SHA-256")
    else:
        _check_sources(document)


def _check_sources(document: dict[str, Any]) -> None:
    units, sources = _list(document.get("units"), "entry.units", 8), document["sources"]
    fits = isinstance(sources, dict) and all(isinstance(each, list) for each in sources.values())
    need(fits, "entry.sources", "are no lists of entries by account")
    total = [0] * len(units)
    for line in (line for lines in sources.values() for line in lines):
        fits = isinstance(line, list) and len(line) == 2 + len(units) and all(type(each) is int for each in line[1:])
        need(fits, "entry.sources", "has a line of another shape")
        total = [sum_ + amount for sum_, amount in zip(total, line[2:])]
    postings = [
        [unit, abs(amount), *((SOURCES, OWN) if amount > 0 else (OWN, SOURCES))]
        for unit, amount in zip(units, total)
        if amount
    ]
    need(postings == document["postings"], "entry.postings", "are not the sum of the sources")


def _check_state(state: Any, version: int) -> None:
    need(isinstance(state, dict), "entry.state", "is no object")
    for name in state:
        need(name in STATE[version], f"entry.state.{name}", f"is no member of version {version}")
        need(bool(state[name]), f"entry.state.{name}", "is empty, and then left out")
    for name in AMOUNTS:
        amounts = state.get(name, {})
        fits = isinstance(amounts, dict) and all(_whole(amount, 1) for amount in amounts.values())
        need(fits, f"entry.state.{name}", "holds what is no positive amount")
        for key in amounts:
            need(_matches(UNIT, key.removesuffix(DEFERRED)), f"entry.state.{name}", "has no such unit")
    limits = state.get("limits", {})
    known = isinstance(limits, dict) and set(limits) <= OWN_LIMITS and all(map(_whole, limits.values()))
    need(known and limits.get("auto", 1) == 1, "entry.state.limits", "are no limits")
    flags = _list(state.get("flags", []), "entry.state.flags", 8)
    need(all(isinstance(each, str) for each in flags), "entry.state.flags", "are no flags")
    need(flags == sorted(set(flags)), "entry.state.flags", "are not in order")
    _list(state.get("lots", []), "entry.state.lots", 128)
    _list(state.get("holds", []), "entry.state.holds", 16)
    for name, kind in (("day", int), ("series", str)):
        pair = state.get(name, [kind(), 0])
        fits = isinstance(pair, list) and len(pair) == 2 and type(pair[0]) is kind and _whole(pair[1])
        need(fits, f"entry.state.{name}", "is no tally")


def _check_posting(line: Any, field: str, *, batch: bool) -> None:
    need(isinstance(line, list) and len(line) == 4, field, "is no posting")
    unit, amount, source, destination = line
    need(_matches(UNIT, unit), field, "has no such unit")
    need(_whole(amount, 1), field, "moves no positive whole amount")
    need(source != destination, field, "moves nothing from one account to another")
    for side in (source, destination):
        own = side in (OWN, DEFERRED) or (batch and side == SOURCES)
        need(own or _matches(ACCOUNT, side), field, "names what is no account")


def _lot(stored: Any, field: str) -> Lot:
    need(isinstance(stored, list) and len(stored) in (4, 7), field, "is no lot")
    values: list[Any] = [*stored, 0, "", ""][:7]
    name, unit, coins, expires, cash, currency, channel = values
    need(_matches(LOT, name) and unit in COIN_UNITS, field, "is no lot")
    need(_whole(coins, 1) and _whole(expires) and _whole(cash), field, "holds what is no amount")
    need(currency == "" or _matches(CURRENCY, currency), field, "has no such currency")
    need(currency != "" or cash == 0, field, "holds cash of no currency")
    need(isinstance(channel, str), field, "came through no channel")
    need(len(stored) == 4 or values[4:] != [0, "", ""], field, "is not written in its short form")
    return Lot(*values)


def _hold(stored: Any, field: str) -> Hold:
    need(isinstance(stored, list) and 3 <= len(stored) <= 130, field, "is no hold")
    name, until, *pieces = stored
    need(isinstance(name, str) and re.fullmatch(ID, name), field, "is no hold")
    need(_whole(until) and until <= MAX_TIME_MS, field, "expires at no time")
    if isinstance(pieces[0], list) and len(pieces[0]) == 2:
        (currency, amount), *others = pieces
        need(_matches(CURRENCY, currency) and _whole(amount, 1) and not others, field, "sets no amount aside")
        return Hold(name, until, (), currency, amount)
    return Hold(name, until, tuple(_lot(piece, field) for piece in pieces))


def holds_of(document: dict[str, Any]) -> tuple[Hold, ...]:
    """The open holds of an entry's state.

    Raises:
        Refuted: one is no hold, or they are not what is held.
    """
    stored = document["state"].get("holds", [])
    holds = tuple(_hold(each, f"entry.state.holds[{place}]") for place, each in enumerate(stored))
    need(len({hold.name for hold in holds}) == len(holds), "entry.state.holds", "name a hold twice")
    held = [(hold.currency, hold.amount) for hold in holds]
    held += [part for hold in holds for lot in hold.lots for part in _parts(lot)]
    if document["v"] > 2:
        need(_summed(held) == document["state"].get("held", {}), "entry.state.held", "is not what the holds set aside")
    return holds


def _parts(lot: Lot) -> list[tuple[str, int]]:
    """What a lot is of the balances: its coins, and the cash that they stand for."""
    return [(lot.unit, lot.coins), (lot.currency + DEFERRED, lot.cash)]


def check_lot_terms(document: dict[str, Any]) -> None:
    """Lets an entry pass on which coins that move to or from a viewer on another's chain say which lots they are.

    Raises:
        Refuted: they do not.
    """
    told: list[tuple[str, int]] = []
    for place, line in enumerate(_list(document.get("lots", []), "entry.lots", 32)):
        fits = isinstance(line, list) and len(line) == 4 and _whole(line[2], 1) and _whole(line[3], 1)
        known = fits and _matches(ACCOUNT, line[0]) and line[1] in ("bonus", "game")
        need(known, f"entry.lots[{place}]", "are no terms of a lot")
        told.append((f"{line[0]} {line[1]}", line[2]))
    need("lots" not in document or told, "entry.lots", "are empty, and then left out")
    moved = [
        (f"{side} {line[0]}", line[1])
        for line in document["postings"]
        for side in line[2:]
        if line[0] in COIN_UNITS and side.startswith("viewer:")
    ]
    if document["v"] > 2:
        need(_summed(told) == _summed(moved), "entry.lots", "are not the coins that move to or from viewers")


def _portion(stored: Any, field: str, version: int) -> Portion:
    need(isinstance(stored, list) and len(stored) in ((5,) if version == 1 else (5, 6)), field, "is no part of a lot")
    one = Portion(*stored)
    need(_matches(LOT, one.lot) and one.unit in COIN_UNITS, field, "is no part of a lot")
    need(_whole(one.coins, 1) and _whole(one.cash), field, "holds what is no amount")
    need(one.currency == "" or _matches(CURRENCY, one.currency), field, "has no such currency")
    need(one.currency != "" or one.cash == 0, field, "holds cash of no currency")
    need(len(stored) == 5 or _whole(one.expires, 1), field, "has no such expiry")
    return one


def _list(value: Any, field: str, most: int) -> list[Any]:
    need(isinstance(value, list) and len(value) <= most, field, f"is no list of at most {most}")
    items: list[Any] = value
    return items


def _whole(value: Any, least: int = 0) -> bool:
    return type(value) is int and least <= value <= MAX_INTEGER


def _matches(pattern: re.Pattern[str], value: Any) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None


def _is_hash(value: Any) -> bool:
    return _matches(HASH, value) and _text_of(base64.urlsafe_b64decode(value + "=")) == value


def _text_of(digest: bytes) -> str:
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


# --- What must add up in an entry ------------------------------------------------------------------------------------


def within(entry: Entry) -> Iterator[Finding]:
    """What does not hold in an entry by itself."""
    coins = _summed((lot.unit, lot.coins) for lot in entry.lots)
    cash = _summed((lot.currency + DEFERRED, lot.cash) for lot in entry.lots)
    balances = entry.state.get("balances", {})
    # Only viewers hold lots; what others hold is one sum.
    viewer = entry.account.startswith("viewer:")
    if viewer and coins != {unit: amount for unit, amount in balances.items() if unit in COIN_UNITS}:
        yield Finding("entry.state.lots", "do not add up to the balances")
    if viewer and cash != {key: amount for key, amount in balances.items() if key.endswith(DEFERRED)}:
        yield Finding("entry.state.lots", "do not add up to the deferred cash")
    yield from _spending(entry)
    kind = kind_of(entry)
    if entry.terms and kind == "unlock":
        yield from _unlocking(entry)
    if kind == "tip":
        yield from _tipping(entry)
    if kind == "exchange":
        yield from _exchanging(entry)
    if entry.order or kind in TAKING or kind in RETURNING:
        yield from _purchasing(entry)
    if kind in ("freeze", "thaw") and ("frozen" in entry.state.get("flags", [])) != (kind == "freeze"):
        yield Finding("entry.state.flags", "are not what the entry says")


def _spending(entry: Entry) -> Iterator[Finding]:
    """What does not hold between what was spent, the postings, and the lots that are left."""
    if kind_of(entry) == "post" and entry.hold:
        yield from _posting(entry)
        return
    if kind_of(entry) == "repair":
        yield from _repairing(entry)
        return
    if entry.terms.get("kind") == "recovery" and entry.account.startswith("creator:"):
        if entry.spent or any(line[0] in COIN_UNITS for line in entry.postings):
            yield Finding("entry.postings", "give back coins, and a recovery gives back cash")
        return
    paid = [line for line in entry.postings if line[2] in (OWN, DEFERRED) and str(line[3]).startswith("series:")]
    yield from _paid_with(entry, paid)
    opened, tip = entry.opened, kind_of(entry) == "tip"
    if (paid or entry.spent) and not tip and (opened is None or opened[4]):
        yield Finding("entry.reference", "is neither unlock nor tip, and coins are spent on a series")
    if opened and any(line[3].split(":")[1] != opened[1] for line in paid):
        yield Finding("entry.postings", "pay for another series")
    if any(portion.unit not in entry.units for portion in entry.spent):
        yield Finding("entry.spent", f"is of coins that pay for no {'gifts' if tip else 'episodes'}")
    elif entry.spent:
        yield from _taking(entry)
        yield from _allowed(entry)


def _repairing(entry: Entry) -> Iterator[Finding]:
    """What does not hold of mending a run of check-ins: what it cost is paid to the house, in the order of spending."""
    paid = [line for line in entry.postings if not _is_expiry(line)]
    if REPAIR.fullmatch(entry.reference) is None:
        yield Finding("entry.terms.kind", "says repair, and the reference does not")
    if any(line[2] not in (OWN, DEFERRED) or not str(line[3]).startswith("platform:repairs-") for line in paid):
        yield Finding("entry.postings", "pay for something else")
    yield from _paid_with(entry, paid)
    if entry.coins != entry.terms.get("coins"):
        yield Finding("entry.terms.coins", "is not what was spent")
    if any(portion.unit not in EPISODE_UNITS for portion in entry.spent):
        yield Finding("entry.spent", "is of coins that pay for nothing")
    elif entry.spent:
        yield from _taking(entry)
    yield from _allowed(entry)


def _posting(entry: Entry) -> Iterator[Finding]:
    """What does not hold in the post of a hold, which pays whom it was held for, and of cash the platform's fee."""
    sent = [line for line in entry.postings if not line[3].startswith(("platform:expired-", "platform:recovered-"))]
    fees = [line for line in sent if line[3].startswith("platform:payout-fees-") and line[0] not in COIN_UNITS]
    sent = [line for line in sent if line not in fees]
    if not sent or len({line[3] for line in sent}) > 1 or any(line[2] not in (OWN, DEFERRED) for line in sent):
        yield Finding("entry.postings", "do not pay one account from what was held")
    if entry.spent:
        yield from _paid_with(entry, sent)
    elif any(line[0] in COIN_UNITS for line in sent):
        yield Finding("entry.spent", "is missing, and coins are posted")
    if "frozen" in entry.state.get("flags", []):
        yield Finding("entry.state.flags", "say that the account is frozen, and a hold is posted")


def _paid_with(entry: Entry, paid: Sequence[list[Any]]) -> Iterator[Finding]:
    """What does not hold between the postings that pay and the parts of lots that they are said to be."""
    coins = _summed((line[0], line[1]) for line in paid if line[2] == OWN)
    cash = _summed((line[0], line[1]) for line in paid if line[2] == DEFERRED)
    if coins != _summed((portion.unit, portion.coins) for portion in entry.spent):
        yield Finding("entry.spent", "are not the coins of the postings")
    if cash != _summed((portion.currency, portion.cash) for portion in entry.spent):
        yield Finding("entry.spent", "are not the cash of the postings")


def _taking(entry: Entry) -> Iterator[Finding]:
    """What does not hold between what was taken from the lots and what is left of them."""
    before = _before_spending(entry)
    for portion in entry.spent:
        lot = before[portion.lot]
        if (lot.unit, lot.currency) != (portion.unit, portion.currency):
            yield Finding("entry.spent", f"lot {portion.lot} is of another class or currency")
        elif portion.cash != lot.cash * portion.coins // lot.coins:
            yield Finding("entry.spent", f"lot {portion.lot} gives another part of its cash")
        if 0 < portion.expires * DAY_MS <= entry.at:
            yield Finding("entry.spent", f"lot {portion.lot} had expired")
        if entry.v > 1 and lot.expires != portion.expires:
            yield Finding("entry.spent", f"lot {portion.lot} has another expiry")
    if entry.v > 1 and allocated(before.values(), entry.coins, entry.units) != list(entry.spent):
        yield Finding("entry.spent", "is not in order: bonus that expires first, then bought coins, oldest first")


def _before_spending(entry: Entry) -> dict[str, Lot]:
    """The lots as they were before the entry spent of them: what is left, and what was taken."""
    lots = {lot.name: lot for lot in entry.lots}
    for name, unit, coins, cash, currency, expires in entry.spent:
        left = lots.get(name, Lot(name, unit, 0, expires, 0, currency))
        lots[name] = left._replace(coins=left.coins + coins, cash=left.cash + cash)
    return lots


def allocated(lots: Iterable[Lot], coins: int, units: Sequence[str] = EPISODE_UNITS) -> list[Portion]:
    """What so many coins take from which lots: the rule of spending."""
    portions = []
    usable = [lot for lot in lots if lot.unit in units]
    for lot in sorted(usable, key=lambda each: (each.unit == "coin", each.expires, _age(each.name))):
        part = min(coins, lot.coins)
        if part:
            cash = lot.cash * part // lot.coins
            portions.append(Portion(lot.name, lot.unit, part, cash, lot.currency, lot.expires))
            coins -= part
    return portions


def _age(name: str) -> list[int]:
    return [int(part) for part in name.split(".")]


def _allowed(entry: Entry) -> Iterator[Finding]:
    """What the account did not allow, as of the entry that spends."""
    state, limits = entry.state, entry.state.get("limits", {})
    if "frozen" in state.get("flags", []):
        yield Finding("entry.state.flags", "say that the account is frozen, and coins are spent")
    opens = kind_of(entry) not in ("repair", "tip")
    for name in () if entry.v == 1 or not entry.spent else ("day", "series") if opens else ("day",):
        about, spent = state.get(name, [None, 0])
        opened = entry.opened
        expected: Any = entry.at // DAY_MS if name == "day" else opened and opened[1]
        if about != expected or spent < entry.coins:
            yield Finding(f"entry.state.{name}", "does not count what is spent")
        if spent > limits.get(name, MAX_INTEGER):
            yield Finding(f"entry.state.{name}", "is more than the viewer's own limit")


def _exchanging(entry: Entry) -> Iterator[Finding]:
    """What does not hold of an exchange: one unit for another, at the rate that the terms declare, in its time."""
    lines = [line for line in entry.postings if not _is_expiry(line)]
    given, got = ([line for line in lines if line[side] == OWN] for side in (2, 3))
    if len(lines) != 2 or len(given) != 1 or len(got) != 1 or given[0][0] == got[0][0] or given[0][3] != got[0][2]:
        yield Finding("entry.postings", "do not give one unit and get another")
        return
    rate, until = entry.terms.get("rate"), entry.terms.get("until", 0)
    if not (isinstance(rate, list) and len(rate) == 2 and all(_whole(part, 1) for part in rate)):
        yield Finding("entry.terms.rate", "is no rate")
    elif got[0][1] != given[0][1] * rate[0] // rate[1]:
        yield Finding("entry.terms.rate", "is not that of the postings")
    if not _whole(until) or entry.at >= until:
        yield Finding("entry.terms.until", "was over")


def outside_of(entry: Entry) -> dict[str, int]:
    """What came from outside by an entry, per unit; what went there is negative."""
    came = [(line[0], line[1]) for line in entry.postings if str(line[2]).startswith("external:")]
    went = [(line[0], -line[1]) for line in entry.postings if str(line[3]).startswith("external:")]
    return _summed([*came, *went])


def taken_by(entry: Entry) -> list[tuple[str, int, int]]:
    """What a reversal of a purchase says it took of which lots: name, coins and cash."""
    taken = entry.terms.get("taken", [])
    if not isinstance(taken, list) or not all(
        isinstance(one, list) and len(one) == 3 and _matches(LOT, one[0]) and all(map(_whole, one[1:])) for one in taken
    ):
        return []
    return [(one[0], one[1], one[2]) for one in taken]


def _purchasing(entry: Entry) -> Iterator[Finding]:
    """What does not hold of the purchase of an order, of what undoes it, and of what takes that back."""
    kind, terms, found = kind_of(entry), entry.terms, PURCHASE.fullmatch(entry.reference)
    part = "rev" if kind in TAKING else "back" if kind in RETURNING else "grant"
    if found is None or found[2] != part or (part == "grant" and kind != "purchase"):
        yield Finding("entry.terms.kind", "is not what the reference says")
        return
    if part == "grant" and "coins" not in terms:  # written before there were orders
        return
    outside = outside_of(entry)
    if any((amount > 0) != (part != "rev") for amount in outside.values()):
        yield Finding("entry.postings", "move money or coins the wrong way")
    cash = sum(abs(amount) for unit, amount in outside.items() if unit not in COIN_UNITS)
    if part == "grant":
        yield from _bought(entry, outside, cash)
    elif part == "rev":
        deferred = [line for line in entry.postings if line[2] == DEFERRED and line[3].startswith("external:")]
        if not _whole(terms.get("amount"), 1) or cash > terms["amount"]:
            yield Finding("entry.terms.amount", "is not what went back")
        if sum(line[1] for line in deferred) != sum(piece[2] for piece in taken_by(entry)):
            yield Finding("entry.terms.taken", "is not the cash of the lots")


def _bought(entry: Entry, outside: dict[str, int], cash: int) -> Iterator[Finding]:
    """What does not hold of a grant; a first purchase's bonus that is said to be withheld must not have come."""
    terms = entry.terms
    comes = any(line[0] == "bonus" and line[3] == OWN for line in entry.postings)
    if "withheld" in terms and (not _whole(terms["withheld"], 1) or "bonus" in terms or comes):
        yield Finding("entry.terms.withheld", "came all the same")
    if not (_whole(terms.get("coins"), 1) and _whole(terms.get("cash"), 1) and _matches(UNIT, terms.get("currency"))):
        yield Finding("entry.terms", "do not say what was bought")
    elif outside.get("coin", 0) > terms["coins"] or cash != outside.get(terms["currency"], 0) or cash > terms["cash"]:
        yield Finding("entry.terms", "are not what was bought")


def _tipping(entry: Entry) -> Iterator[Finding]:
    """What does not hold of a tip: so many of a gift at its price, to one series, by who owes nothing."""
    terms, paid = entry.terms, {line[3] for line in entry.postings if not _is_expiry(line)}
    if len(paid) != 1 or not entry.tipped or not all(map(TIPS.fullmatch, paid)):
        yield Finding("entry.postings", "do not give to one series")
    if not _matches(re.compile(ID), terms.get("gift")) or not _whole(terms.get("episode"), 1):
        yield Finding("entry.terms.gift", "is no gift of an episode")
    counted = _whole(terms.get("count"), 1) and terms["count"] <= MOST_GIFTS and _whole(terms.get("price"), 1)
    if not counted or terms["count"] * terms["price"] != entry.coins:
        yield Finding("entry.terms.count", "and the price are not what was spent")
    if not (_whole(terms.get("share")) and terms["share"] <= WHOLE_BP):
        yield Finding("entry.terms.share", "is no share in basis points")
    if entry.state.get("debt"):
        yield Finding("entry.state.debt", "stands, and coins are given away")


def _unlocking(entry: Entry) -> Iterator[Finding]:
    opened, terms = entry.opened, entry.terms
    if opened is None or opened[4]:
        yield Finding("entry.terms.kind", "says unlock, and the reference does not")
        return
    last, listed = int(opened[2]) - 1, 0
    for run in terms["prices"] if _are_runs(terms.get("prices")) else [[0, 0, 0]]:
        if not last < run[0] <= run[1] <= int(opened[3]) or run[2] < 1:
            yield Finding("entry.terms.prices", "are not those of the episodes that the reference names")
            return
        last, listed = run[1], listed + run[2] * (run[1] - run[0] + 1)
    if entry.coins > listed:
        yield Finding("entry.spent", "is more than the list price")
    if not (_whole(terms.get("share")) and terms["share"] <= WHOLE_BP):
        yield Finding("entry.terms.share", "is no share in basis points")
    if terms.get("automatic", False) and not entry.state.get("limits", {}).get("auto"):
        yield Finding("entry.terms.automatic", "was not allowed by the viewer")


def _are_runs(prices: Any) -> bool:
    runs: list[Any] = prices if isinstance(prices, list) and 0 < len(prices) <= 200 else [None]
    if not all(isinstance(run, list) and len(run) == 3 and all(map(_whole, run)) for run in runs):
        return False
    return sum(abs(int(run[1]) - int(run[0])) + 1 for run in runs) <= MAX_EPISODES


def _summed(pairs: Iterable[tuple[str, int]]) -> dict[str, int]:
    total: dict[str, int] = {}
    for key, amount in pairs:
        total[key] = total.get(key, 0) + amount
    return {key: amount for key, amount in total.items() if amount}


# --- What must follow from the entry before --------------------------------------------------------------------------


def between(before: Entry | None, entry: Entry) -> Iterator[Finding]:
    """What does not follow from the entry before, whose hash this one names; None before the first."""
    was: dict[str, Any] = {} if before is None else before.state
    held = () if before is None else before.lots
    if before is not None and entry.prev != before.hash:
        yield Finding("entry.prev", f"is not the hash of entry {before.seq}")
    if before is not None and entry.at < before.at:
        yield Finding("entry.at", f"is earlier than entry {before.seq}")
    if _worth(was, entry.postings) != _worth(entry.state, []):
        yield Finding("entry.state.balances", "are not those before and the postings")
    # A batch only adds what others sent: what has expired is noticed by the next entry.
    gone = [] if entry.batch else [lot for lot in held if 0 < lot.expires * DAY_MS <= entry.at]
    released = _released(() if before is None else before.holds, entry)
    late = [lot for lot in released if 0 < lot.expires * DAY_MS <= entry.at]
    if _summed((lot.unit, lot.coins) for lot in [*gone, *late]) != _expired(entry):
        yield Finding("entry.postings", "do not record exactly the lots that have expired")
    living = {lot.name: lot for lot in held if lot not in gone}
    yield from _holds_follow(() if before is None else before.holds, living, entry)
    yield from _lots_follow(living, entry)
    yield from _tallies_follow(was, entry)


def _released(holds: Sequence[Hold], entry: Entry) -> list[Lot]:
    """The pieces of lots that the entry releases: all of the hold that it resolves but what it posts."""
    kept = {hold.name for hold in entry.holds}
    posted = _summed((one.lot + one.unit, one.coins) for one in entry.spent)
    pieces = [lot for hold in holds if hold.name not in kept for lot in hold.lots]
    left = [lot._replace(coins=lot.coins - posted.get(lot.name + lot.unit, 0)) for lot in pieces]
    return [lot for lot in left if lot.coins > 0]


def _holds_follow(was: Sequence[Hold], living: dict[str, Lot], entry: Entry) -> Iterator[Finding]:
    """What does not follow of the holds: one is placed from the lots there are, or resolved once, or none changes."""
    known, after = {hold.name: hold for hold in was}, {hold.name: hold for hold in entry.holds}
    changed = {name for name in known.keys() | after.keys() if known.get(name) != after.get(name)}
    kind = kind_of(entry)
    own = {entry.hold} if entry.hold else set()
    if changed != own or any((name in after) != (kind == "hold") for name in own):
        yield Finding("entry.state.holds", "are not those before and what the entry is for")
    elif entry.hold and kind == "hold":
        yield from _placing(after[entry.hold], living, entry)
    elif entry.hold:
        yield from _resolving(known[entry.hold], entry)
        yield from _returning(_released(was, entry), living, entry)


def _placing(hold: Hold, living: dict[str, Lot], entry: Entry) -> Iterator[Finding]:
    if hold.until <= entry.at:
        yield Finding("entry.state.holds", "holds what has expired when it begins")
    units = sorted({lot.unit for lot in hold.lots})
    coins = sum(lot.coins for lot in hold.lots)
    pieces = [Portion(lot.name, lot.unit, lot.coins, lot.cash, lot.currency, lot.expires) for lot in hold.lots]
    if allocated(living.values(), coins, units) != pieces:
        yield Finding("entry.state.holds", "does not take its coins from the lots in the order of spending")
    elif {lot.name: lot for lot in entry.lots} != _less(living, pieces):
        yield Finding("entry.state.lots", "are not those before, less what is held")


def _resolving(hold: Hold, entry: Entry) -> Iterator[Finding]:
    kind = kind_of(entry)
    if kind not in RESOLUTIONS:
        yield Finding("entry.terms.kind", "does not say what became of the hold")
    if (kind == "post" and entry.at >= hold.until) or (kind == "expiry" and entry.at < hold.until):
        yield Finding("entry.at", "is not the time for it: a hold is posted before it expires, and expires then")
    if kind != "post":
        return
    if hold.currency:
        moved = _summed((line[0], line[1]) for line in entry.postings if line[2] == OWN and not _is_expiry(line))
        if entry.spent or set(moved) != {hold.currency} or moved[hold.currency] > hold.amount:
            yield Finding("entry.postings", "post what was not held")
    elif allocated(hold.lots, entry.coins, COIN_UNITS) != list(entry.spent):
        yield Finding("entry.spent", "is not what the rule of spending takes from what was held")


def _worth(state: dict[str, Any], postings: list[Any]) -> dict[str, int]:
    """Balances and holds less debt, per unit, after some postings: what only a posting can change."""
    worth = [(unit, amount) for part in ("balances", "held") for unit, amount in state.get(part, {}).items()]
    worth += [(unit, -amount) for unit, amount in state.get("debt", {}).items()]
    for unit, amount, source, destination in postings:
        for side, signed in ((source, -amount), (destination, amount)):
            if side in (OWN, DEFERRED):
                worth.append((unit if side == OWN else unit + DEFERRED, signed))
    return _summed(worth)


def _expired(entry: Entry) -> dict[str, int]:
    return _summed((line[0], line[1]) for line in entry.postings if _is_expiry(line))


def _is_expiry(line: list[Any]) -> bool:
    return bool(line[2] == OWN and line[3].startswith("platform:expired-"))


def _lots_follow(living: dict[str, Lot], entry: Entry) -> Iterator[Finding]:
    after = {lot.name: lot for lot in entry.lots}
    for name in living.keys() & after.keys():
        if living[name]._replace(coins=0, cash=0) != after[name]._replace(coins=0, cash=0):
            yield Finding("entry.state.lots", f"lot {name} has changed its class, expiry, currency or channel")
    if entry.hold and kind_of(entry) == "hold":
        return
    if entry.spent and not entry.hold:
        taken = allocated(living.values(), entry.coins, entry.units)
        portions = [one._replace(expires=0) if entry.v == 1 else one for one in taken]
        if portions != list(entry.spent):
            yield Finding("entry.spent", "is not what the rule of spending takes from the lots before")
        elif after != _less(living, entry.spent):
            yield Finding("entry.state.lots", "are not those before, less what was spent")
        return
    if kind_of(entry) in TAKING:
        yield from _taken_follow(living, entry)
        return
    takes = not entry.hold and any(
        line[2] == OWN and line[0] in COIN_UNITS and not _is_expiry(line) for line in entry.postings
    )
    for name, lot in living.items() if not takes and len(living) < NEARLY_ALL_LOTS else ():
        left = after.get(name, lot._replace(coins=0))
        if left.coins < lot.coins or left.cash < lot.cash:
            yield Finding("entry.state.lots", f"lot {name} has become less, and nothing was spent")


def _taken_follow(living: dict[str, Lot], entry: Entry) -> Iterator[Finding]:
    """What does not follow of the bought lots after a purchase is undone: each as before, less what was taken of it."""
    less = {name: lot for name, lot in living.items() if lot.unit == "coin"}
    surplus = sum(
        line[1] for line in entry.postings if line[2] == DEFERRED and line[3].startswith("platform:recovered-")
    )
    for name, coins, cash in taken_by(entry):
        lot = less.pop(name, None)
        if lot is None or lot.coins < coins or lot.cash < cash:
            yield Finding("entry.terms.taken", f"says more than lot {name} had")
        elif lot.coins > coins:
            less[name] = lot._replace(coins=lot.coins - coins, cash=lot.cash - cash)
        else:
            surplus -= lot.cash - cash
    if surplus or less != {lot.name: lot for lot in entry.lots if lot.unit == "coin"}:
        yield Finding("entry.state.lots", "are not those before, less what was taken")


def _returning(released: Sequence[Lot], living: dict[str, Lot], entry: Entry) -> Iterator[Finding]:
    """What is released goes back as what it was: to its lot, or to one of its own where that is another by now."""
    after = {lot.name: lot for lot in entry.lots}
    for place, lot in enumerate((lot for lot in released if not 0 < lot.expires * DAY_MS <= entry.at), start=1):
        name = lot.name if lot.name not in living or living[lot.name].expires == lot.expires else f"{entry.seq}.{place}"
        back = after.get(name, lot)
        if back._replace(name="", coins=0, cash=0) != lot._replace(name="", coins=0, cash=0):
            yield Finding("entry.state.lots", f"lot {name} has changed its class, expiry, currency or channel")


def _less(living: dict[str, Lot], spent: Iterable[Portion]) -> dict[str, Lot]:
    lots = dict(living)
    for one in spent:
        lot = lots[one.lot]
        lots[one.lot] = lot._replace(coins=lot.coins - one.coins, cash=lot.cash - one.cash)
    return {name: lot for name, lot in lots.items() if lot.coins}


def _tallies_follow(was: dict[str, Any], entry: Entry) -> Iterator[Finding]:
    kind, state = kind_of(entry), entry.state
    if kind != "limits" and was.get("limits") != state.get("limits"):
        yield Finding("entry.state.limits", "have changed, and the entry does not say so")
    frozen = ["frozen" in each.get("flags", []) for each in (was, state)]
    if frozen[0] != frozen[1] and kind != ("freeze" if frozen[1] else "thaw"):
        yield Finding("entry.state.flags", "have changed, and the entry does not say so")
    if entry.spent and entry.v > 1 and not entry.hold:
        today, counted = state.get("day", [0, 0])
        before = was.get("day", [0, 0])
        if counted != entry.coins + (before[1] if before[0] == today else 0):
            yield Finding("entry.state.day", "is not the tally before and what was spent")
        series, counted = state.get("series", ["", 0])
        before = was.get("series", ["", 0])
        if kind in ("repair", "tip"):
            if before != [series, counted]:
                yield Finding("entry.state.series", "has changed, and nothing was opened")
        elif before[0] == series and counted != entry.coins + before[1]:
            yield Finding("entry.state.series", "is not the tally before and what was spent")


# --- What the receipt says of the entry ------------------------------------------------------------------------------


def kind_of(entry: Entry) -> str:
    """What an entry is for: its terms say it; in version 1 its reference and what came in."""
    if entry.batch:
        return "settlement"
    told = entry.terms.get("kind")
    if isinstance(told, str) and told in KINDS:
        return told
    if ":rev:" in entry.reference:
        return "reversal"
    if entry.reference.startswith("unlock:"):
        return "unlock"
    units = {line[0] for line in entry.postings if line[3] == OWN}
    if "coin" in units:
        return "purchase"
    return "grant" if units else "other"


def told_of(entry: Entry) -> dict[str, Any]:
    """What a receipt says of an entry, computed from nothing but the entry."""
    opened = entry.opened
    spent = [
        {
            "lot": one.lot,
            "unit": one.unit,
            "coins": one.coins,
            "cash": one.cash,
            "currency": one.currency or None,
            "expiresAt": time_of(one.expires * DAY_MS) if one.expires else None,
        }
        for one in entry.spent
    ]
    given = {"gift": gift_of(entry)} if kind_of(entry) == "tip" else {}
    return {
        **given,
        "account": entry.account,
        "seq": entry.seq,
        "at": time_of(entry.at),
        "kind": kind_of(entry),
        "reference": entry.reference or None,
        "seriesId": opened[1] if opened else entry.tipped or None,
        "episodes": shares_of(entry),
        "priceCoins": entry.coins,
        "spent": spent,
        "creatorGets": [{"currency": currency, "amount": amount} for currency, amount in creator_gets(entry)],
    }


def gift_of(entry: Entry) -> dict[str, Any]:
    """What a tip gave."""
    terms = entry.terms
    names = {"gift": "gift", "count": "count", "priceCoins": "price", "episode": "episode"}
    return {name: terms.get(term) for name, term in names.items()}


def shares_of(entry: Entry) -> list[dict[str, int]]:
    """Each episode's part of the price: the floor of its part of the list prices so far, less those before it."""
    opened = entry.opened
    runs = entry.terms.get("prices")
    if runs is None:
        runs = [[int(opened[2]), int(opened[3]), 1]] if opened and entry.spent else []
    need(_are_runs(runs) or runs == [], "entry.terms.prices", "are no list prices")
    listed = [(episode, run[2]) for run in runs for episode in range(run[0], run[1] + 1)]
    whole = sum(price for _, price in listed) or 1
    shares, so_far = [], 0
    for episode, price in listed:
        part = entry.coins * (so_far + price) // whole - entry.coins * so_far // whole
        shares.append({"episode": episode, "coins": part})
        so_far += price
    return shares


def creator_gets(entry: Entry) -> list[tuple[str, int]]:
    """The creator's share of the cash behind the spent coins, rounded down, per currency."""
    share = entry.terms.get("share", 0)
    need(_whole(share), "entry.terms.share", "is no share")
    cash = _summed((one.currency, one.cash) for one in entry.spent)
    return [(currency, amount * share // WHOLE_BP) for currency, amount in sorted(cash.items()) if share]


def time_of(at_ms: int) -> str:
    """A time in milliseconds since 1970 as RFC 3339 writes it in UTC."""
    need(at_ms <= MAX_TIME_MS, "entry", "names a time beyond the year 9999")
    seconds, ms = divmod(at_ms, 1_000)
    return f"{_moment(seconds):%Y-%m-%dT%H:%M:%S}.{ms:03d}Z"


def _moment(seconds: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(seconds=seconds)


def judge(receipt: dict[str, Any]) -> Judged:
    """A receipt by itself."""
    findings: list[Finding] = []
    entry = None
    unproven: list[str] = []
    try:
        need("entry" in receipt, "entry", "is missing: only GET /v1/wallet/receipts/{seq} answers with it")
        if not _is_hash_of(receipt.get("hash"), receipt["entry"]):
            findings.append(Finding("hash", "is not the SHA-256 of the entry"))
        entry = entry_of(receipt["entry"])
        told = told_of(entry)
        for name, true in told.items():
            findings += _differences(name, receipt.get(name, ...), true)
        findings += within(entry)
        if entry.seq == 1:
            findings += between(None, entry)
        findings += _settled(receipt.get("settled", ...), entry)
        unproven = sorted(receipt.keys() - told.keys() - {"entry", "hash", "settled"})
    except Refuted as refuted:
        field, says = refuted.args
        findings.append(Finding(field, says))
    return Judged(receipt, entry, findings, unproven)


def _is_hash_of(said: Any, text: Any) -> bool:
    try:
        return isinstance(text, str) and said == _text_of(hashlib.sha256(text.encode()).digest())
    except UnicodeEncodeError:
        return False


def _differences(field: str, said: Any, true: Any) -> Iterator[Finding]:
    if said is ...:
        yield Finding(field, "is missing")
    elif isinstance(true, (dict, list)) and type(said) is type(true) and len(said) == len(true):
        pairs = true.items() if isinstance(true, dict) else enumerate(true)
        for key, value in pairs:
            here = f"{field}.{key}" if isinstance(true, dict) else f"{field}[{key}]"
            yield from _differences(here, said.get(key, ...) if isinstance(said, dict) else said[key], value)
    elif type(said) is not type(true) or said != true:
        yield Finding(field, f"says {shown(said)}, the entry says {shown(true)}")


def _settled(settled: Any, entry: Entry) -> Iterator[Finding]:
    """Only the other accounts can prove what has been settled; here it can only be impossible."""
    if settled is ...:
        yield Finding("settled", "is missing")
        return
    sides = {side for line in entry.postings for side in line[2:]} - {OWN, DEFERRED, SOURCES}
    lines: list[Any] = settled if isinstance(settled, list) else [None]
    form = {"account", "seq"}
    if not all(isinstance(each, dict) and each.keys() == form and _whole(each["seq"], 1) for each in lines):
        yield Finding("settled", "is no list of accounts and entries")
        return
    accounts = [shown(each["account"]) for each in lines]
    if len(set(accounts)) != len(accounts) or not set(accounts) <= {shown(side) for side in sides}:
        yield Finding("settled", "names an account that the entry moves nothing on")


def link(judged: Sequence[Judged]) -> tuple[set[tuple[str, int]], list[Gap]]:
    """Holds receipts of one account against each other, and adds what does not hold to their findings.

    Returns the keys of the entries that follow from the one before, and the gaps between those that are here.
    """
    known: dict[tuple[str, int], tuple[Judged, Entry]] = {}
    for each in judged:
        if each.entry is not None:
            first, entry = known.setdefault((each.entry.account, each.entry.seq), (each, each.entry))
            if entry.hash != each.entry.hash:
                odd = Finding("entry", "is another than that of a second receipt of the same number")
                first.findings.append(odd)
                each.findings.append(odd)
    linked: set[tuple[str, int]] = set()
    gaps = []
    keys = sorted(known)
    for earlier, later in zip(keys, keys[1:]):
        (account, seq), (other, following) = earlier, later
        if account == other and following > seq + 1:
            gaps.append(Gap(account, seq + 1, following - 1))
        elif account == other:
            findings = list(between(known[earlier][1], known[later][1]))
            known[later][0].findings.extend(findings)
            linked |= set() if findings else {later}
    return linked, gaps


# --- Saying it -------------------------------------------------------------------------------------------------------


def shown(value: Any) -> str:
    """Something of a receipt, made safe for a terminal: printable ASCII, and not too long."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, (list, dict)):  # however deep it may be
        return f"{'a list' if isinstance(value, list) else 'an object'} of {len(value)}"
    text = value if isinstance(value, str) else ascii(value)
    plain = "".join(c if " " <= c <= "~" else "?" for c in text[: MAX_SHOWN + 1])
    return plain if len(plain) <= MAX_SHOWN else plain[:MAX_SHOWN] + "..."


def _plain(error: BaseException) -> str:
    return "it nests too deeply" if isinstance(error, RecursionError) else shown(str(error)).rstrip(".")


def money(currency: str, amount: int) -> str:
    """An amount in the smallest unit, in words: ``USD 0.12``."""
    digits = MINOR_UNITS.get(currency, 2)
    whole, part = divmod(amount, 10**digits)
    return f"{currency} {whole}" + (f".{part:0{digits}d}" if digits else "")


def date(day: int) -> str:
    """A day since 1970, in words."""
    moment = _moment(day * 86_400)
    return f"{moment.day} {MONTHS[moment.month - 1]} {moment.year}"


def title(entry: Entry) -> str:
    """What an entry is for, and when it was."""
    opened, about = entry.opened, ""
    if opened:
        span = f"episode {opened[2]}" if opened[2] == opened[3] else f"episodes {opened[2]} to {opened[3]}"
        about = f" {opened[1]}, {span}"
    elif kind_of(entry) == "tip":
        about = f" {entry.tipped}, {shown(entry.terms.get('count'))} x {shown(entry.terms.get('gift'))}"
    at = _moment(entry.at // 1_000)
    return f"{entry.account} #{entry.seq} {kind_of(entry)}{about}, {date(entry.at // DAY_MS)} {at:%H:%M} UTC"


def summary(entry: Entry) -> str:
    """What an entry moved or laid down, in words, and what had expired by then."""
    kind, gone = kind_of(entry), _expired(entry)
    if kind in ("unlock", "tip"):
        words = [_paid(entry)]
    elif kind == "hold" and entry.hold:
        words = [_set_aside(hold) for hold in entry.holds if hold.name == entry.hold]
    elif kind == "limits":
        limits = entry.state.get("limits", {})
        words = [f"at most {limits[name]} coins a {name}" for name in ("day", "series") if name in limits]
        words += [f"at most {limits['tips']} coins of gifts a day"] if "tips" in limits else []
        words.append(f"unlocks without a tap {'allowed' if 'auto' in limits else 'not allowed'}")
    elif entry.hold and kind != "post":
        words = ["what was held is released", *_moved(entry)]
    else:
        words = _moved(entry)
    words += [f"{coins} {CLASSES[unit]} expired" for unit, coins in sorted(gone.items())]
    return ", ".join(words) if words else "moves nothing"


def _moved(entry: Entry) -> list[str]:
    moved: list[tuple[str, int]] = []
    for unit, amount, source, destination in (line for line in entry.postings if not _is_expiry(line)):
        moved += [(unit, -amount)] if source == OWN else []
        moved += [(unit, amount)] if destination == OWN else []
        moved += [(unit + DEFERRED, -amount)] if source == DEFERRED else []
        moved += [(unit + DEFERRED, amount)] if destination == DEFERRED else []
    words = []
    for key, amount in sorted(_summed(moved).items(), key=lambda pair: (pair[0] not in COIN_UNITS, pair[0])):
        behind = " behind bought coins" if key.endswith(DEFERRED) else ""
        what = f"{abs(amount)} {CLASSES[key]}" if key in COIN_UNITS else f"{money(key[:3], abs(amount))}{behind}"
        words.append(f"{'+' if amount > 0 else '-'}{what}")
    debt = entry.state.get("debt", {})
    return words + [f"owes {coins} {CLASSES[unit]}" for unit, coins in sorted(debt.items()) if unit in CLASSES]


def _set_aside(hold: Hold) -> str:
    coins = _summed((lot.unit, lot.coins) for lot in hold.lots)
    words = [f"{count} {CLASSES[unit]}" for unit, count in sorted(coins.items())]
    words += [money(hold.currency, hold.amount)] if hold.currency else []
    return f"{' + '.join(words)} held until {date(hold.until // DAY_MS)}"


def _paid(entry: Entry) -> str:
    parts: dict[tuple[str, int, str], tuple[int, int]] = {}
    for one in entry.spent:
        coins, cash = parts.get((one.unit, one.expires, one.currency), (0, 0))
        parts[one.unit, one.expires, one.currency] = coins + one.coins, cash + one.cash
    words = []
    for (unit, expires, currency), (coins, cash) in parts.items():
        expiring = f" expiring {date(expires)}" if expires else ""
        words.append(f"{coins} {CLASSES[unit]}{expiring}" + (f" ({money(currency, cash)})" if currency else ""))
    paid = f"{entry.coins} coins" + (f" = {' + '.join(words)}" if words else "")
    gets = " + ".join(money(*each) for each in creator_gets(entry))
    return f"{paid}; the creator gets {gets}" if gets else paid


class Voice(NamedTuple):
    """How a terminal is spoken to: whether it shows more than ASCII, and colours."""

    unicode: bool
    colour: bool

    def mark(self, *, genuine: bool) -> str:
        """The sign before a receipt."""
        sign = ("\u2713" if genuine else "\u2717") if self.unicode else ("ok" if genuine else "NO")
        return self.paint(sign, genuine=genuine)

    def paint(self, text: str, *, genuine: bool) -> str:
        """The text in green or red, where colours are wanted."""
        return f"\033[{32 if genuine else 31}m{text}\033[0m" if self.colour else text


def voice_of(stream: Any) -> Voice:
    """What a stream can show. Colours only on a terminal, and never where NO_COLOR is set (no-color.org)."""
    try:
        "\u2713\u2717".encode(getattr(stream, "encoding", None) or "ascii")
        speaks = True
    except (UnicodeEncodeError, LookupError):
        speaks = False
    colour = stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return Voice(speaks, colour)


def in_words(
    judged: Sequence[Judged], linked: set[tuple[str, int]], gaps: Sequence[Gap], voice: Voice
) -> Iterator[str]:
    """The verdict for people: one or two lines a receipt, and one for all."""
    for each in judged:
        genuine = not each.findings
        named = title(each.entry) if each.entry else f"{shown(each.receipt.get('account'))}"
        yield f"{voice.mark(genuine=genuine)} {named}"
        if genuine and each.entry:
            yield f"   {summary(each.entry)}"
        for field, says in each.findings[:10]:
            yield f"   {field}: {says}"
        if each.unproven:
            yield f"   proven by nothing: {', '.join(shown(name) for name in each.unproven[:10])}"
    for account, first, last in gaps:
        between_them = f"entry {first} is" if first == last else f"entries {first} to {last} are"
        yield f"Not linked: {between_them} not among the receipts of {account}."
    wrong = sum(1 for each in judged if each.findings)
    many = f"{len(judged)} receipt{'s' if len(judged) > 1 else ''}"
    if wrong:
        yield voice.paint(f"NOT GENUINE: {wrong} of {many}." if len(judged) > 1 else "NOT GENUINE.", genuine=False)
    else:
        chain = f", {len(linked)} linked to the one before" if linked else ""
        yield voice.paint(f"Genuine: {many}{chain}.", genuine=True)


def for_machines(judged: Sequence[Judged], linked: set[tuple[str, int]], gaps: Sequence[Gap]) -> dict[str, Any]:
    """The verdict for programs."""
    lines = []
    for each in judged:
        entry = each.entry
        lines.append(
            {
                "account": entry.account if entry else None,
                "seq": entry.seq if entry else None,
                "verdict": "not genuine" if each.findings else "genuine",
                "linked": entry is not None and (entry.account, entry.seq) in linked,
                "findings": [finding._asdict() for finding in each.findings],
                "unproven": each.unproven,
                "says": summary(entry) if entry and not each.findings else None,
            }
        )
    return {
        "verdict": "not genuine" if any(each.findings for each in judged) else "genuine",
        "receipts": lines,
        "gaps": [gap._asdict() for gap in gaps],
    }


LIMITS = """\
exit codes:
  0  every receipt is genuine
  1  at least one is not; the fields that are wrong are named
  2  the input cannot be read as receipts

what it cannot prove:
  that the entry stands in the service's table today. Somebody who can write all of it anew, hash included, can make
  a receipt that agrees with itself. Compare `hash` with what the service answers, or keep receipts: each names the
  hash of the entry before, so that none can be changed without all that follow. `settled` is not part of the entry:
  only that the accounts fit is checked. What the person behind an account is called stands in no receipt.
"""


def read(names: Sequence[str]) -> list[dict[str, Any]]:
    """The receipts of some files, or of the standard input.

    Raises:
        Unreadable: with the file's name.
    """
    return [receipt for name in names or ["-"] for receipt in _receipts_of(name)]


def _receipts_of(name: str) -> list[dict[str, Any]]:
    where = "standard input" if name == "-" else shown(name)
    try:
        if name == "-":
            data = sys.stdin.buffer.read(MAX_INPUT_BYTES + 1)
        else:
            with Path(name).open("rb") as file:
                data = file.read(MAX_INPUT_BYTES + 1)
        return receipts_in(data)
    except OSError as error:
        raise Unreadable(f"{where}: {shown(error.strerror or 'cannot be read')}.") from error
    except Unreadable as error:
        raise Unreadable(f"{where}: {error}") from error


def main(arguments: Sequence[str] | None = None) -> int:
    """Judges what the command line names; returns the exit code."""
    parser = argparse.ArgumentParser(
        description="Verify receipts of Cliffhanger, offline.",
        epilog=LIMITS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", nargs="*", help="JSON of one receipt or many, in any order; none, or -: standard input")
    parser.add_argument("--json", action="store_true", help="the verdict as JSON")
    asked = parser.parse_args(arguments)
    try:
        receipts = read(asked.file)
    except Unreadable as error:
        if asked.json:
            print(json.dumps({"verdict": "unreadable", "error": str(error)}))
        else:
            print(f"Unreadable: {error}", file=sys.stderr)
        return UNREADABLE
    judged = [judge(receipt) for receipt in receipts]
    linked, gaps = link(judged)
    if asked.json:
        print(json.dumps(for_machines(judged, linked, gaps), indent=2))
    else:
        for line in in_words(judged, linked, gaps, voice_of(sys.stdout)):
            print(line)
    return NOT_GENUINE if any(each.findings for each in judged) else GENUINE


if __name__ == "__main__":
    try:
        code = main()
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read has gone: what is left in the buffer must not complain again on the way out.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = UNREADABLE
    sys.exit(code)
