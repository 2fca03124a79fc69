"""An entry as the auditor reads it: from stored bytes to what the receipt verifier's rules take, believing nothing."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec
from msgspec.structs import astuple as parts_of

from cliffhanger.errors import LedgerCorrupt
from cliffhanger.ledger.packing import unpack
from tools import verify_receipt
from tools.auditing.items import TEXT, ItemRecord, address_of, split
from tools.verify_receipt import ACCOUNT, ALWAYS, COIN_UNITS, DEFERRED, MAYBE, OWN, SOURCES, STATE, UNIT, Lot, Portion

ID = verify_receipt.ID
REFERENCES: dict[str, tuple[str, frozenset[str]]] = {
    "unlock": (rf"unlock:{ID}:[1-9]\d{{0,3}}-[1-9]\d{{0,3}}\.\d{{1,6}}(?::rev:{ID})?", frozenset({"viewer"})),
    "checkin": (r"checkin:\d{4}-\d\d-\d\d", frozenset({"viewer"})),
    "watch": (rf"watch:{ID}:[1-9]\d{{0,3}}:{ID}", frozenset({"viewer"})),
    "purchase": (rf"purchase:{ID}:(?:grant|(?:rev|back):{ID})", frozenset({"viewer"})),
    "dispute": (rf"dispute:{ID}:{ID}", frozenset({"viewer"})),
    "refund": (rf"refund:{ID}", frozenset({"viewer"})),
    "hold": (rf"hold:{ID}:(?:placed|resolution)", frozenset({"viewer", "creator", "budget"})),
    "opening": (r"opening:slices", frozenset({"budget"})),
    "fund": (rf"fund:{ID}", frozenset({"budget"})),
    "grant": (rf"grant:{ID}:{ID}(?::rev:{ID})?", frozenset({"budget"})),
    "transfer": (rf"transfer:{ID}", frozenset({"budget"})),
    "cashback": (rf"cashback:{ID}:{ID}:(?:claim|confirm|rev:{ID})", frozenset({"budget"})),
    "unspent": (r"unspent:\d{4}-\d\d-\d\d", frozenset({"budget"})),
    "canary": (r"canary:[1-9]\d{0,11}", frozenset({"platform"})),
    "reward": (rf"reward:{ID}:{ID}:(?:grant|rev:{ID})", frozenset({"viewer"})),
    "exchange": (rf"exchange:{ID}", frozenset({"viewer", "creator"})),
    "repair": (r"repair:\d{4}-\d\d-\d\d", frozenset({"viewer"})),
    "expiry": (r"expiry:\d{4}-\d\d-\d\d", frozenset({"viewer"})),
    "support": (rf"support:{ID}(?::rev:{ID})?", frozenset({"viewer", "creator", "budget"})),
    "carry": (rf"carry:{ID}:\d{{1,6}}:{ID}", frozenset({"creator"})),
    "carrytips": (rf"carrytips:{ID}:\d{{1,6}}:{ID}", frozenset({"creator"})),
    "recovery": (rf"recovery:{ID}:(?:earned|tips):\d{{1,6}}:\d{{4}}-\d\d-\d\d", frozenset({"creator"})),
    "payout": (rf"payout:{ID}:returned", frozenset({"creator"})),
    "key": (rf"key:[0-9a-hjkmnp-tv-z]{{26}}(?::rev:{ID})?", frozenset({"viewer", "creator", "budget"})),
}
"""Each kind of reference: its form, and the kinds of account that it may stand on (LEDGER rule 4)."""
_PATTERNS = {kind: (re.compile(pattern), chains) for kind, (pattern, chains) in REFERENCES.items()}

ACCOUNT_KINDS = frozenset({"viewer", "creator", "budget", "series", "platform", "external"})
GUARDED = frozenset({"viewer", "creator", "budget"})
"""Kinds of account that may never go below zero."""

Legs = dict[str, dict[str, int]]


class Wrong(Exception):
    """An entry cannot be read as one: the code of the finding, and the detail."""


class Read(NamedTuple):
    """An entry that has the form of one, and what it moves on other accounts: signed amounts per unit, per account.

    ``lots`` are the terms of coins that it sends to viewers, or takes back: account, unit, coins, day of expiry.
    """

    entry: verify_receipt.Entry
    legs: Legs
    sources: list[tuple[str, int, list[int]]]
    units: list[str]
    digest: bytes
    lots: list[tuple[str, str, int, int]]


class _Lot(msgspec.Struct, array_like=True, forbid_unknown_fields=True):
    """The types of a lot's parts; what has neither cash, currency nor channel is shorter."""

    name: str
    unit: str
    coins: int
    expires: int
    cash: int = 0
    currency: str = ""
    channel: str = ""


class _Portion(msgspec.Struct, array_like=True, forbid_unknown_fields=True):
    """The types of what was taken from a lot."""

    lot: str
    unit: str
    coins: int
    cash: int
    currency: str
    expires: int = 0


class _State(msgspec.Struct):
    """The types of a state's members; which members a version has, the verifier says."""

    balances: dict[str, int] = {}
    held: dict[str, int] = {}
    debt: dict[str, int] = {}
    limits: dict[str, int] = {}
    lots: list[_Lot] = []
    holds: list[list[Any]] = []
    flags: list[str] = []
    day: tuple[int, int] = (0, 0)
    series: tuple[str, int] = ("", 0)


class _Shape(msgspec.Struct):
    """The types of an entry's members."""

    v: int
    account: str
    seq: int
    at: int
    prev: str
    postings: list[tuple[str, int, str, str]]
    state: dict[str, Any]
    reference: str = ""
    request: str = ""
    spent: list[_Portion] = []
    terms: dict[str, Any] = {}
    sources: dict[str, list[list[Any]]] = {}
    units: list[str] = []
    lots: list[tuple[str, str, int, int]] = []


_document = msgspec.json.Decoder(dict[str, Any]).decode
_canonical = msgspec.json.Encoder(order="sorted").encode


def text_of(record: ItemRecord) -> bytes:
    """The bytes that were hashed.

    Raises:
        Wrong: they cannot be unpacked.
    """
    if record[3] == TEXT:
        return record[5]
    try:
        return unpack(record[5]).encode()
    except LedgerCorrupt as error:
        raise Wrong("entry_unreadable", error.detail) from error


def read(record: ItemRecord) -> Read:
    """The entry of a record, after everything that can be said of it alone, but for its arithmetic.

    Raises:
        Wrong: it is none; with the code of the finding.
    """
    text = text_of(record)
    digest = hashlib.sha256(text).digest()
    if digest != record[6]:
        raise Wrong("hash_wrong", "the bytes are not those that were hashed")
    try:
        document = _document(text)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise Wrong("entry_unreadable", str(error)) from error
    version = document.get("v")
    if type(version) is not int or version not in MAYBE:
        raise Wrong("version_unknown", f"version {version!r}")
    try:
        shape = msgspec.convert(document, _Shape)
        state = msgspec.convert(shape.state, _State)
    except msgspec.MsgspecError as error:
        raise Wrong("form_wrong", str(error)) from error
    _check_form(text, document, shape, state)
    if (shape.account, shape.seq, shape.reference) != (address_of(record), record[1], record[4]):
        raise Wrong("key_wrong", f"its bytes say {shape.account} #{shape.seq} {shape.reference}")
    legs = _legs_of(shape.postings)
    try:
        holds = verify_receipt.holds_of(document)
        verify_receipt.check_lot_terms(document)
        entry = verify_receipt.Entry(
            v=version, account=shape.account, seq=shape.seq, at=shape.at, prev=shape.prev,
            postings=document["postings"], state=document["state"], reference=shape.reference, terms=shape.terms,
            lots=tuple(Lot(*parts_of(lot)) for lot in state.lots),
            spent=tuple(Portion(*parts_of(portion)) for portion in shape.spent),
            hash=text_of_hash(digest), holds=holds,
        )  # fmt: skip
        sources = [
            (f"{kind}:{rest}", seq, amounts) for kind, lines in shape.sources.items() for rest, seq, *amounts in lines
        ]
    except verify_receipt.Refuted as refuted:
        raise Wrong("form_wrong", " ".join(refuted.args)) from refuted
    except (TypeError, ValueError) as error:
        raise Wrong("form_wrong", str(error)) from error
    return Read(entry, legs, sources, shape.units, digest, shape.lots)


def _check_form(text: bytes, document: dict[str, Any], shape: _Shape, state: _State) -> None:
    if _canonical(document) != text:
        raise Wrong("form_wrong", "not in the canonical form (RFC 8785)")
    members = document.keys()
    strange = members - ALWAYS - MAYBE[shape.v] or document["state"].keys() - STATE[shape.v]
    if strange or ALWAYS - members:
        raise Wrong("form_wrong", f"not the members of version {shape.v}")
    named = "reference" in members
    if any(named != holds for holds in ("request" in members, "sources" not in members, "units" not in members)):
        raise Wrong("form_wrong", "neither a movement with a reference nor a batch with sources")
    if shape.seq < 1 or shape.at < 0 or not is_account(split(shape.account)[0]):
        raise Wrong("form_wrong", "no account, number or time of an entry")
    _check_amounts(shape, state, batch=not named)


def _check_amounts(shape: _Shape, state: _State, *, batch: bool) -> None:
    for unit, amount, source, destination in shape.postings:
        if amount < 1 or source == destination or not _is_unit(unit):
            raise Wrong("form_wrong", "a posting moves a positive whole amount between two accounts")
        for side in (source, destination):
            if side not in (OWN, DEFERRED) and not (batch and side == SOURCES) and not is_account(side):
                raise Wrong("form_wrong", f"{side!r} is no account")
    for lot in state.lots:
        if lot.coins < 1 or lot.expires < 0 or lot.cash < 0 or lot.unit not in COIN_UNITS:
            raise Wrong("form_wrong", f"lot {lot.name} holds what is no amount")
    counted = (*state.held.values(), *state.debt.values(), *state.limits.values(), state.day[1], state.series[1])
    if any(amount < 0 for amount in counted):
        raise Wrong("form_wrong", "holds, debt, limits and tallies are never negative")


def _legs_of(postings: list[tuple[str, int, str, str]]) -> Legs:
    legs: Legs = {}
    for unit, amount, source, destination in postings:
        for side, signed in ((source, -amount), (destination, amount)):
            if side not in (OWN, DEFERRED, SOURCES):
                units = legs.setdefault(side, {})
                units[unit] = units.get(unit, 0) + signed
    return dict(sorted(legs.items())) if len(legs) > 1 else legs


def worth_of(state: dict[str, Any]) -> dict[str, int]:
    """What an account is worth, per unit: available and held, less owed; deferred cash counts as its currency."""
    worth: dict[str, int] = {}
    for part, sign in (("balances", 1), ("held", 1), ("debt", -1)):
        for key, amount in state.get(part, {}).items():
            unit = key.removesuffix(DEFERRED)
            worth[unit] = worth.get(unit, 0) + sign * amount
    return worth


def text_of_hash(digest: bytes) -> str:
    """A hash as entries name it: base64url without padding."""
    return binascii.b2a_base64(digest, newline=False).translate(_URL).rstrip(b"=").decode()


_URL = bytes.maketrans(b"+/", b"-_")


def bytes_of_hash(text: str) -> bytes:
    """The 32 bytes of a hash.

    Raises:
        ValueError: it is none.
    """
    digest = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if len(digest) != 32:
        raise ValueError(text)
    return digest


@lru_cache(maxsize=1 << 14)
def is_account(address: str) -> bool:
    """Whether an address is an account's."""
    return address.partition(":")[0] in ACCOUNT_KINDS and ACCOUNT.fullmatch(address) is not None


@lru_cache(maxsize=1 << 10)
def _is_unit(unit: str) -> bool:
    return UNIT.fullmatch(unit) is not None


def reference_fits(reference: str, account: str) -> bool:
    """Whether a reference follows a rule, and may stand on that account's chain."""
    rule = _PATTERNS.get(reference.partition(":")[0])
    return rule is not None and rule[0].fullmatch(reference) is not None and account.partition(":")[0] in rule[1]
