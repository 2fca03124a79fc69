"""An entry: one immutable line of an account's chain, and its bytes, version 1. Pure.

**The bytes are forever.** What is stored is exactly what is hashed: one line of canonical JSON, so that no packing can
ever come between an entry and its proof. A later version adds fields; it never gives an old one another meaning.

| key         | meaning |
|-------------|---------|
| `v`         | 1 |
| `account`   | whose chain |
| `seq`       | 1, 2, 3 ... without a gap |
| `at`        | milliseconds since the Unix epoch, never earlier than the entry before |
| `prev`      | SHA-256 of the entry before, base64url; empty for the first |
| `postings`  | `[unit, amount, from, to]`, amounts positive; `.` is this account, `.deferred` its deferred cash |
| `state`     | after it: `balances` (`USD.deferred`: deferred cash), `lots`, `flags`, `held`, `debt`, where any |
| `reference` | what it is for, unique on the chain; absent on a batch |
| `request`   | SHA-256 of what was asked, base64url; absent on a batch |
| `spent`     | `[lot, unit, coins, cash, currency]` for each lot a spend used |
| `sources`   | on a batch: `{kind: [[rest of the account, seq, signed amount per unit ...]]}`; postings say `*` |
| `units`     | on a batch: the units of those amounts, in their order |
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from cliffhanger.errors import LedgerCorrupt
from cliffhanger.ledger import lots as lotting
from cliffhanger.ledger.canonical import canonical_json, digest
from cliffhanger.ledger.lots import Lot, Portion
from cliffhanger.ledger.names import (
    COIN_UNITS,
    GUARDED_KINDS,
    OWN,
    OWN_DEFERRED,
    SOURCES,
    account_kind,
    check_unit,
    text_of_hash,
)

VERSION = 1
MAX_POSTINGS = 32
MAX_LOTS = 128


class Known(NamedTuple):
    """A reference that stands on a chain, and the number of the entry that carries it."""

    reference: str
    seq: int


class Posting(NamedTuple):
    """An amount that moves from one account to another, in the unit's smallest part; always positive."""

    unit: str
    amount: int
    source: str
    destination: str


class Source(NamedTuple):
    """One entry whose legs a batch settles: its account, its seq, and the signed amount per unit of the batch."""

    account: str
    seq: int
    amounts: tuple[int, ...]


_NOTHING: Mapping[str, int] = MappingProxyType({})


class State(NamedTuple):
    """An account after an entry. Balances are per unit; ``USD.deferred`` is the cash behind unspent bought coins."""

    balances: Mapping[str, int] = _NOTHING
    lots: tuple[Lot, ...] = ()
    flags: tuple[str, ...] = ()
    held: Mapping[str, int] = _NOTHING
    debt: Mapping[str, int] = _NOTHING

    @property
    def frozen(self) -> bool:
        """Whether support has frozen the account."""
        return "frozen" in self.flags

    def document(self) -> dict[str, Any]:
        """The state as it is hashed; empty parts and zero balances are left out, so that each state has one form."""
        document: dict[str, Any] = {
            "balances": {unit: amount for unit, amount in self.balances.items() if amount},
            "lots": [lot.packed() for lot in self.lots],
            "flags": sorted(self.flags),
            "held": {unit: amount for unit, amount in self.held.items() if amount},
            "debt": {unit: amount for unit, amount in self.debt.items() if amount},
        }
        return {key: value for key, value in document.items() if value}


class Entry(NamedTuple):
    """One entry with its bytes (``body``) and their SHA-256 (``hash``); see the module for the fields."""

    account: str
    seq: int
    at: int
    prev: str
    postings: tuple[Posting, ...]
    state: State
    reference: str | None
    request: str | None
    spent: tuple[Portion, ...]
    sources: tuple[Source, ...]
    units: tuple[str, ...]
    body: str
    hash: bytes


def seal(
    account: str,
    head: Entry | None,
    now: int,
    *,
    postings: Iterable[Posting],
    state: State,
    reference: str | None = None,
    request: bytes | None = None,
    spent: tuple[Portion, ...] = (),
    sources: tuple[Source, ...] = (),
    units: tuple[str, ...] = (),
) -> Entry:
    """The next entry of a chain, hashed. Time never runs backwards on a chain: a slow clock takes the head's.

    Raises:
        LedgerCorrupt: the entry would break a rule of the ledger; a fault of the planner, and nothing was written.
    """
    entry = {
        "account": account,
        "seq": 1 if head is None else head.seq + 1,
        "at": now if head is None else max(now, head.at),
        "prev": "" if head is None else text_of_hash(head.hash),
    }
    lines = tuple(postings)
    _check(account, lines, state, batch=bool(sources))
    _check_arithmetic(State() if head is None else head.state, lines, state)
    _check_sources(lines, sources, units)
    document: dict[str, Any] = {
        **entry,
        "v": VERSION,
        "postings": [list(line) for line in lines],
        "state": state.document(),
    }
    if reference is not None and request is not None:
        document |= {"reference": reference, "request": text_of_hash(request)}
    if spent:
        document["spent"] = [portion.packed() for portion in spent]
    if sources:
        document |= {"sources": _packed(sources), "units": list(units)}
    body = canonical_json(document)
    return _entry(document, body, digest(body))


def parse(body: str, stored_hash: bytes) -> Entry:
    """An entry from its bytes.

    Raises:
        LedgerCorrupt: the bytes do not have that hash, or are no entry of a known version.
    """
    if digest(body) != stored_hash:
        raise LedgerCorrupt("An entry's bytes do not have the hash stored with them.")
    try:
        document = json.loads(body)
        if document["v"] != VERSION:
            raise LedgerCorrupt(f"Entry version {document['v']} is not known here.")
        return _entry(document, body, stored_hash)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise LedgerCorrupt("An entry's bytes are no entry.") from error


def balances_after(before: Mapping[str, int], postings: Iterable[Posting]) -> dict[str, int]:
    """The account's balances after its own legs of the postings."""
    after = dict(before)
    for unit, amount, source, destination in postings:
        for side, signed in ((source, -amount), (destination, amount)):
            if side in (OWN, OWN_DEFERRED):
                key = unit if side == OWN else unit + OWN_DEFERRED
                after[key] = after.get(key, 0) + signed
    return after


def foreign_legs(entry: Entry) -> dict[str, dict[str, int]]:
    """What the entry moves on other accounts: signed amount per unit, per account, in order of address."""
    legs: dict[str, dict[str, int]] = {}
    for unit, amount, source, destination in entry.postings:
        for side, signed in ((source, -amount), (destination, amount)):
            if side not in (OWN, OWN_DEFERRED, SOURCES):
                units = legs.setdefault(side, {})
                units[unit] = units.get(unit, 0) + signed
    return {account: legs[account] for account in sorted(legs)}


def mark_of(entry: Entry, counterparty: str) -> str:
    """The name of the attribute that marks the entry as settled with one counterparty: ``m0``, ``m1`` ...

    Raises:
        ValueError: the entry has no leg on that account.
    """
    return f"m{list(foreign_legs(entry)).index(counterparty)}"


def _check(account: str, postings: tuple[Posting, ...], state: State, *, batch: bool) -> None:
    kind = account_kind(account)
    if len(postings) > MAX_POSTINGS or len(state.lots) > MAX_LOTS:
        raise LedgerCorrupt(f"At most {MAX_POSTINGS} postings and {MAX_LOTS} lots.")
    for unit, amount, source, destination in postings:
        check_unit(unit)
        if type(amount) is not int or amount <= 0 or source == destination:
            raise LedgerCorrupt("A posting moves a positive whole amount between two accounts.")
        for side in (source, destination):
            if side not in (OWN, OWN_DEFERRED) and not (batch and side == SOURCES):
                account_kind(side)
        if unit in COIN_UNITS and destination.startswith("viewer:"):
            raise LedgerCorrupt("Coins reach a viewer on the viewer's own chain: a settlement could not say which lot.")
    if kind in GUARDED_KINDS and any(amount < 0 for amount in state.balances.values()):
        raise LedgerCorrupt(f"{account} would be overdrawn.")
    if kind == "viewer":
        _check_lots(account, state)


def _check_arithmetic(before: State, postings: tuple[Posting, ...], after: State) -> None:
    expected = {key: amount for key, amount in balances_after(before.balances, postings).items() if amount}
    if expected != {key: amount for key, amount in after.balances.items() if amount}:
        raise LedgerCorrupt("The balances after an entry are not those before it and its postings.")


def _check_sources(postings: tuple[Posting, ...], sources: tuple[Source, ...], units: tuple[str, ...]) -> None:
    named = {unit: sum(source.amounts[place] for source in sources) for place, unit in enumerate(units)}
    moved = {unit: amount if source == SOURCES else -amount for unit, amount, source, _ in postings if units}
    if {unit: amount for unit, amount in named.items() if amount} != moved:
        raise LedgerCorrupt("A batch's postings are not the sum of its sources.")


def _check_lots(account: str, state: State) -> None:
    for unit in COIN_UNITS:
        if sum(lot.coins for lot in state.lots if lot.unit == unit) != state.balances.get(unit, 0):
            raise LedgerCorrupt(f"The lots of {account} do not add up to its {unit} balance.")
    cash: dict[str, int] = {}
    for lot in state.lots:
        if lot.coins <= 0 or lot.cash < 0 or lot.unit not in COIN_UNITS or (lot.cash and not lot.currency):
            raise LedgerCorrupt("A lot holds at least one coin, and no cash that is negative or of no currency.")
        if lot.currency:
            cash[lot.currency] = cash.get(lot.currency, 0) + lot.cash
    deferred = {key: value for key, value in state.balances.items() if key.endswith(OWN_DEFERRED) and value}
    if {currency + OWN_DEFERRED: value for currency, value in cash.items() if value} != deferred:
        raise LedgerCorrupt(f"The lots of {account} do not add up to its deferred cash.")


def _packed(sources: tuple[Source, ...]) -> dict[str, list[list[Any]]]:
    packed: dict[str, list[list[Any]]] = {}
    for account, seq, amounts in sources:
        kind, _, rest = account.partition(":")
        packed.setdefault(kind, []).append([rest, seq, *amounts])
    return packed


def _entry(document: Mapping[str, Any], body: str, stored_hash: bytes) -> Entry:
    state = document["state"]
    return Entry(
        account=document["account"],
        seq=document["seq"],
        at=document["at"],
        prev=document["prev"],
        postings=tuple(Posting(*line) for line in document["postings"]),
        state=State(
            balances=state.get("balances", {}),
            lots=tuple(lotting.unpack(lot) for lot in state.get("lots", ())),
            flags=tuple(state.get("flags", ())),
            held=state.get("held", {}),
            debt=state.get("debt", {}),
        ),
        reference=document.get("reference"),
        request=document.get("request"),
        spent=tuple(Portion(*portion) for portion in document.get("spent", ())),
        sources=tuple(
            Source(f"{kind}:{rest}", seq, tuple(amounts))
            for kind, lines in document.get("sources", {}).items()
            for rest, seq, *amounts in lines
        ),
        units=tuple(document.get("units", ())),
        body=body,
        hash=stored_hash,
    )
