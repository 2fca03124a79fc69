"""A second ledger, written from the rules and not from the product: it replays raw entries and says what must hold.

It knows the bytes (JSON, SHA-256) and the rules in words (LEDGER, FEATURES); it imports nothing of the product.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from tests.simulation.guarded import Guarded, Leg
from tests.simulation.intake_rules import account_of, check_carried, check_place, check_rolls
from tests.simulation.replay import Replay, Story

Document = dict[str, Any]
Signed = dict[str, int]


class Stored(NamedTuple):
    """One item of the table: the text of its entry, its hash, and what it is stored under."""

    account: str
    seq: int
    reference: str | None
    body: str
    hash: bytes
    marks: dict[str, int]


def legs_of(document: Document) -> Iterator[tuple[str, str, int]]:
    """What an entry moves on other accounts: account, unit, signed amount."""
    for unit, amount, source, destination in document["postings"]:
        if source not in (".", ".deferred", "*"):
            yield source, unit, -amount
        if destination not in (".", ".deferred", "*"):
            yield destination, unit, amount


class Audit:
    """Everything that was ever seen in the table. ``stories``: what the catalog has ever said of each series."""

    def __init__(self, stories: Mapping[str, Story]) -> None:
        self.stories = stories
        self.chains: dict[str, list[Document]] = {}
        self.replays: dict[str, Replay] = {}
        self.guarded: dict[str, Guarded] = {}
        self._seen: dict[tuple[str, int], Stored] = {}
        self._owed: dict[tuple[str, int, str], Signed] = {}
        self._settled: set[tuple[str, int, str]] = set()
        self._marks: dict[tuple[str, int], dict[str, int]] = {}
        self.torn = False
        """Halves of settlements may be missing: the table was restored, and nobody has mended it yet."""
        self._balances: dict[str, Signed] = {}
        self._fresh: set[tuple[str, int]] = set()
        """What has been seen for the first time in this look."""

    def feed(self, items: Iterable[Stored]) -> set[str]:
        """Replays what is new in the table, and sees that what is old is as it was; the accounts that have grown.

        Raises:
            AssertionError: a rule does not hold; which one.
        """
        new: list[Stored] = []
        every = list(items)
        known = 0
        for item in every:
            was = self._seen.get((item.account, item.seq))
            if was is None:
                new.append(item)
                continue
            if was is not item:
                assert (was.body, was.hash) == (item.body, item.hash), f"{item.account}/{item.seq} was changed"
            known += 1
        assert known == len(self._seen), "entries are gone"
        new.sort(key=lambda one: (account_of(one.account), one.seq, one.account))
        self._fresh = {(one.account, one.seq) for one in new}
        documents = [(item, self._link(item)) for item in new]
        for item, document in documents:  # every source is known now to the batches that name it
            self._add(item, document)
        self._check_conservation()
        if not self.torn:
            check_rolls(self.chains)
            waiting = [key for key in self._owed if self._carries(key)]
            assert not waiting, f"{waiting} are not known to their lanes"
        for item in every if not self.torn else ():
            marks = self._marks.get((item.account, item.seq), {})
            assert item.marks == marks, f"{item.account}/{item.seq} is marked {item.marks} and settled {marks}"
        return {item.account for item in new}

    def replay(self, account: str) -> Replay:
        """What an account's chain comes to; an empty one where it has not begun."""
        return self.replays.setdefault(account, Replay(self.stories))

    def open_legs(self) -> int:
        """How many legs wait for their settlement."""
        return len(self._owed)

    def waiting(self) -> list[tuple[str, int, str]]:
        """The legs that wait for their settlement: account and seq of the entry, and on which account."""
        return list(self._owed)

    def overdue(self, before: int) -> list[tuple[str, int, str]]:
        """The legs of entries older than that which wait for their settlement."""
        return [leg for leg in self._owed if self.chains[leg[0]][leg[1] - 1]["at"] < before]

    def _link(self, item: Stored) -> Document:
        """Sees that an entry stands where it says, and follows the one before it; notes what it moves elsewhere."""
        document: Document = json.loads(item.body)
        account, seq = item.account, item.seq
        chain = self.chains.setdefault(account_of(account), [])
        assert hashlib.sha256(item.body.encode()).digest() == item.hash, f"{account}/{seq} is not as hashed"
        assert (document["account"], document["seq"]) == (account, seq), "an entry stands under another's key"
        assert document.get("reference") == item.reference, "an entry is indexed under another's reference"
        check_place(chain, document)
        assert seq == len(chain) + 1, f"{account} has a gap"
        if chain:
            before = self._seen[chain[-1]["account"], seq - 1].hash
            assert document["prev"] == base64.urlsafe_b64encode(before).rstrip(b"=").decode(), f"{account} is torn"
            assert document["at"] >= chain[-1]["at"], f"time runs backwards on {account}"
        assert item.reference is None or all(one.get("reference") != item.reference for one in chain), (
            f"{item.reference} stands twice on {account}"
        )
        chain.append(document)
        self._seen[account, seq] = item
        for other, unit, amount in legs_of(document):
            leg = self._owed.setdefault((account, seq, other), {})
            leg[unit] = leg.get(unit, 0) + amount
        return document

    def _add(self, item: Stored, document: Document) -> None:
        account, kind = account_of(item.account), item.account.partition(":")[0]
        legs = self._settle(account, document) if "sources" in document else []
        if kind in ("creator", "budget"):
            self.guarded.setdefault(account, Guarded(account)).apply(document, legs)
        elif kind == "viewer" and legs:
            self.replay(account).settle(document, legs)
        elif kind == "viewer":
            self.replay(account).apply(document)
        self._balances[account] = self._worth(document)

    def _settle(self, account: str, document: Document) -> list[Leg]:
        """A batch names each source once, with the amounts that the source says, and moves their sum."""
        total: Signed = {}
        legs = []
        sources = [(f"{kind}:{rest}", seq) for kind, lines in document["sources"].items() for rest, seq, *_ in lines]
        if self._fresh.issuperset(sources):  # else somebody had torn them apart
            check_carried(document, [self.chains[source][seq - 1] for source, seq in sources])
        for kind, lines in document["sources"].items():
            for rest, seq, *amounts in lines:
                key = (f"{kind}:{rest}", seq, account)
                assert key not in self._settled, f"{key} was settled twice"
                assert document["at"] >= self.chains[key[0]][seq - 1]["at"], f"{account} has {key} before it was"
                self._settled.add(key)
                others = sorted({other for other, _, _ in legs_of(self.chains[key[0]][seq - 1])})
                self._marks.setdefault(key[:2], {})[f"m{others.index(account)}"] = document["seq"]
                named = dict(zip(document["units"], amounts, strict=True))
                leg = {unit: n for unit, n in self._owed.pop(key).items() if n}
                assert {unit: n for unit, n in named.items() if n} == leg
                source = self.chains[key[0]][seq - 1]
                sealed = [tuple(lot[1:]) for lot in source.get("lots", []) if lot[0] == account]
                legs.append(Leg(leg, sealed, source["at"]))
                for unit, amount in named.items():
                    total[unit] = total.get(unit, 0) + amount
        before = dict(self._balances.get(account, {}))
        after = {unit: before.get(unit, 0) + total.get(unit, 0) for unit in {*before, *total}}
        assert {unit: n for unit, n in after.items() if n} == self._worth(document), f"{account} is not its sum"
        return legs

    def _carries(self, key: tuple[str, int, str]) -> bool:
        return bool(self.chains[key[0]][key[1] - 1].get("terms", {}).get("kind") in ("carry", "recovery"))

    @staticmethod
    def _worth(document: Document) -> Signed:
        """Available and held less owed, per unit; deferred cash counts as its currency."""
        worth: Signed = {}
        for part in ("balances", "held"):
            for key, amount in document["state"].get(part, {}).items():
                unit = key.removesuffix(".deferred")
                worth[unit] = worth.get(unit, 0) + amount
        for unit, amount in document["state"].get("debt", {}).items():
            worth[unit] = worth.get(unit, 0) - amount
        return {unit: amount for unit, amount in worth.items() if amount}

    def _check_conservation(self) -> None:
        """Over all heads, and the legs that are not settled yet, every unit is zero (LEDGER rule 9)."""
        total: Signed = {}
        for amounts in (*self._balances.values(), *self._owed.values()):
            for unit, amount in amounts.items():
                total[unit] = total.get(unit, 0) + amount
        assert not any(total.values()), f"the books do not add up: {total}"
