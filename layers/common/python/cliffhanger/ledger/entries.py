"""An entry: one immutable line of an account's chain, and its bytes, versions 1 to 3. Pure.

**The bytes are forever.** What is hashed is one line of canonical JSON; how the store packs it (``packing``) can never
come between an entry and its proof. A later version adds fields; it never gives an old one another meaning.

| key         | meaning |
|-------------|---------|
| `v`         | 3; entries of earlier versions lack what is marked below, and stay |
| `account`   | whose chain |
| `seq`       | 1, 2, 3 ... without a gap |
| `at`        | milliseconds since the Unix epoch, never earlier than the entry before |
| `prev`      | SHA-256 of the entry before, base64url; empty for the first |
| `postings`  | `[unit, amount, from, to]`, amounts positive; `.` is this account, `.deferred` its deferred cash |
| `state`     | after it, where any: `balances` (`USD.deferred`: deferred cash), `lots`, `flags`, `held`, `debt`; |
|             | since 2 also `limits`, `day`, `series`; since 3 `holds`: `[id, until, piece ...]`, each a lot or |
|             | `[currency, amount]`; `held` is their sum |
| `reference` | what it is for, unique on the chain; absent on a batch |
| `request`   | SHA-256 of what was asked, base64url; absent on a batch |
| `spent`     | `[lot, unit, coins, cash, currency]` for each lot a spend used; |
|             | since 2 followed by the day the lot would have expired, where it would |
| `lots`      | since 3, where coins move to or from a viewer on another's chain: `[viewer, unit, coins, expiry day]` |
| `terms`     | since 2, what it was decided on: `kind`, and by kind prices, shares, actors, reasons; never free text |
| `sources`   | on a batch: `{kind: [[rest of the account, seq, signed amount per unit ...]]}`; postings say `*` |
| `units`     | on a batch: the units of those amounts, in their order |

Where an account goes on in another volume (``volumes``), the entries `closed` and `opened` are batches of no sources.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from cliffhanger.errors import LedgerCorrupt, NameInvalid
from cliffhanger.ledger import lots as lotting
from cliffhanger.ledger.canonical import canonical_json, digest
from cliffhanger.ledger.forms import check_form
from cliffhanger.ledger.invariants import check
from cliffhanger.ledger.lots import Portion
from cliffhanger.ledger.names import OWN, OWN_DEFERRED, SOURCES, rolls, text_of_hash, volume, volume_of
from cliffhanger.ledger.state import LotTerms, Posting, Source, State, unpack_hold

VERSION = 3
CLOSED, OPENED = "closed", "opened"
"""Kinds: the last entry of a volume, and the first of the next."""
KNOWN_VERSIONS = frozenset({1, 2, 3})


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
    terms: Mapping[str, Any]
    lots: tuple[LotTerms, ...]
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
    terms: Mapping[str, Any] | None = None,
    lots: tuple[LotTerms, ...] = (),
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
    _check_place(account, head)
    lines = tuple(postings)
    before = State() if head is None else head.state
    check(account, lines, before=before, after=state, sources=sources, units=units, lots=lots)
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
    if sources or reference is None:
        document |= {"sources": _packed(sources), "units": list(units)}
    if lots:
        document["lots"] = [list(lot) for lot in lots]
    if terms:
        document["terms"] = dict(terms)
    body = canonical_json(document)
    return _entry(document, body, digest(body))


def next_volume(entry: Entry) -> str | None:
    """Where the account goes on after this entry has closed its volume; None after any other entry.

    Raises:
        LedgerCorrupt: it names another place than the next volume.
    """
    if entry.reference is not None or entry.terms.get("kind") != CLOSED:
        return None
    account, number = volume_of(entry.account)
    if not rolls(account) or entry.terms.get("next") != volume(account, number + 1):
        raise LedgerCorrupt(f"Entry {entry.seq} of {entry.account} closes a volume that has no next one.")
    return volume(account, number + 1)


def _check_place(account: str, head: Entry | None) -> None:
    """Nothing is appended to what is closed but where it goes on, and no volume but the first begins by itself."""
    follows = volume_of(account)[0] if head is None else next_volume(head) or head.account
    if account != follows:
        raise LedgerCorrupt(f"No entry of {account} can follow there.")


def parse(body: str, stored_hash: bytes) -> Entry:
    """An entry from its bytes.

    Raises:
        LedgerCorrupt: the bytes do not have that hash, or are no entry of a known version.
    """
    if digest(body) != stored_hash:
        raise LedgerCorrupt("An entry's bytes do not have the hash stored with them.")
    try:
        document = json.loads(body)
        if document["v"] not in KNOWN_VERSIONS:
            raise LedgerCorrupt(f"Entry version {document['v']} is not known here.")
        return _entry(document, body, stored_hash)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, NameInvalid) as error:
        raise LedgerCorrupt("An entry's bytes are no entry.") from error


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


def _packed(sources: tuple[Source, ...]) -> dict[str, list[list[Any]]]:
    packed: dict[str, list[list[Any]]] = {}
    for account, seq, amounts in sources:
        kind, _, rest = account.partition(":")
        packed.setdefault(kind, []).append([rest, seq, *amounts])
    return packed


def _entry(document: Mapping[str, Any], body: str, stored_hash: bytes) -> Entry:
    check_form(document)
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
            limits=state.get("limits", {}),
            day=tuple(state.get("day", (0, 0))),
            series=tuple(state.get("series", ("", 0))),
            holds=tuple(unpack_hold(hold) for hold in state.get("holds", ())),
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
        terms=document.get("terms", {}),
        lots=tuple(LotTerms(*lot) for lot in document.get("lots", ())),
        body=body,
        hash=stored_hash,
    )
