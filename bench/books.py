"""Whole books of any size, as an export: genuine chains, settled both ways, the same each time.

A hundred lives are made by the product's own movements. All others are the same lives under other names: the account
and the hash before are exchanged in each entry's text, which is hashed and packed anew; names are chosen so that the
house's lanes stay right. Settlement is planned by the product, block by block. A test holds a sample against it.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cliffhanger.ledger.canonical import digest
from cliffhanger.ledger.corrections import reverse_grant, reverse_spend
from cliffhanger.ledger.declarations import set_limits
from cliffhanger.ledger.entries import Entry, foreign_legs, mark_of
from cliffhanger.ledger.lapsing import lapsed_in
from cliffhanger.ledger.lots import DAY_MS, Lot
from cliffhanger.ledger.movements import Spend, credit_bought_coins, grant_coins, spend_coins
from cliffhanger.ledger.names import earned, new_id, platform, text_of_hash, unlock_reference, viewer
from cliffhanger.ledger.packing import pack
from cliffhanger.ledger.planning import Ask, Turn
from cliffhanger.ledger.settlement import MAX_SOURCES, plan_batch
from tests.support.exports import ExportFolder

BEGIN = 1_790_000_000_000
LIVES = 100
SERIES = 400
EPISODES = 50
BLOCK = 400
"""Viewers whose entries are settled together."""
FILES = 16
SEED = 5
_HOUR = 3_600_000


class _Life:
    """One viewer's chain, made by the product's movements."""

    def __init__(self, draw: random.Random) -> None:
        self.account = viewer(new_id(draw.randbytes))
        self.entries: list[Entry] = []
        self._draw = draw
        self._now = BEGIN + draw.randrange(DAY_MS)
        self._spent: dict[str, int] = {}
        self._next: dict[str, int] = {}
        self._unlocks: list[Entry] = []

    def live(self, length: int) -> list[Entry]:
        """So many entries."""
        self._buy()
        while len(self.entries) < length:
            self._now += self._draw.randrange(12 * _HOUR)
            chance = self._draw.random()
            if chance < 0.7:
                self._unlock()
            elif chance < 0.85:
                self._grant()
            elif chance < 0.93:
                self._buy()
            elif chance < 0.97 and self._unlocks:
                self._reverse()
            else:
                terms = {"kind": "limits"}
                self.entries.append(set_limits(self._turn(self._key(), terms), {"day": 5_000, "series": 9_000}))
        return self.entries

    def _unlock(self) -> None:
        head = self.entries[-1]
        series = f"series-{self._draw.randrange(SERIES):04d}"
        episode, price = self._next.get(series, 2), 12
        if sum(lot.coins for lot in head.state.lots if not lot.expired(self._now)) < price or episode > EPISODES:
            self._buy()
            return
        terms = {"kind": "unlock", "prices": [[episode, episode, price]], "share": 5_000}
        before = self._spent.get(series, 0)
        spend = Spend(price, earned(series, self.account, 1), series, before)
        made = spend_coins(self._turn(unlock_reference(series, episode, episode, 0), terms), spend)
        self._next[series], self._spent[series] = episode + 1, before + price
        self._unlocks.append(made)
        self.entries.append(made)

    def _lapsed(self, lot: Lot, at: int) -> int:
        return lapsed_in(reversed(self.entries), lot, at)

    def _grant(self) -> None:
        coins, source = self._draw.choice((5, 10, 15, 30)), platform("issued", self.account)
        turn = self._turn(self._key(), {"kind": "grant", "days": 14})
        self.entries.append(grant_coins(turn, unit="bonus", coins=coins, lifetime_days=14, source=source))
        if self._draw.random() < 0.05:
            terms = {"kind": "reversal", "reverses": self.entries[-1].seq}
            undoing = self._turn(f"{self.entries[-1].reference}:rev:{self._id()}", terms)
            original, before = self.entries[-1], self.entries[-2]
            self.entries.append(reverse_grant(undoing, original=original, before=before, lapsed=self._lapsed))

    def _buy(self) -> None:
        turn = self._turn(f"purchase:{self._id()}:grant", {"kind": "purchase"})
        bought = credit_bought_coins(
            turn, coins=100, cash=self._draw.choice((99, 199, 299)), currency="USD", channel="web",
            source="external:stripe",
        )  # fmt: skip
        self.entries.append(bought)

    def _reverse(self) -> None:
        original = self._unlocks.pop(self._draw.randrange(len(self._unlocks)))
        series = str(original.state.series[0])
        terms = {"kind": "reversal", "reverses": original.seq, "reason": "playback_fault"}
        before = self.entries[original.seq - 2] if original.seq > 1 else None
        undone = reverse_spend(
            self._turn(f"{original.reference}:rev:{self._id()}", terms),
            original=original, before=before, series=series, spent_before=self._spent[series],
        )  # fmt: skip
        self._spent[series] -= 12
        self.entries.append(undone)

    def _turn(self, reference: str, terms: dict[str, Any]) -> Turn:
        head = self.entries[-1] if self.entries else None
        return Turn(self.account, head, self._now, Ask(reference, self._draw.randbytes(32), terms))

    def _key(self) -> str:
        return f"key:{new_id(self._draw.randbytes)}{self._id()[:10]}"

    def _id(self) -> str:
        return new_id(self._draw.randbytes)


def lives(draw: random.Random, count: int = LIVES) -> list[list[Entry]]:
    """Chains of different lengths, 10 to 60 entries."""
    return [_Life(draw).live(draw.randint(10, 60)) for _ in range(count)]


def renamed(life: list[Entry], account: str) -> list[Entry]:
    """The same life of another account; its lanes at the house must be the same."""
    was, chain, prev = f'"account":"{life[0].account}"', list[Entry](), ""
    for entry in life:
        body = entry.body.replace(was, f'"account":"{account}"', 1)
        if prev:
            body = body.replace(f'"prev":"{entry.prev}"', f'"prev":"{prev}"', 1)
        hashed = digest(body)
        chain.append(entry._replace(account=account, prev=prev, body=body, hash=hashed))
        prev = text_of_hash(hashed)
    return chain


def _namesake(draw: random.Random, account: str) -> str:
    """A new viewer whose lanes are those of another."""
    lane = platform("issued", account)
    while True:
        name = viewer(new_id(draw.randbytes))
        if platform("issued", name) == lane:
            return name


class _Settled:
    """Settlement, as the product plans it, over everything that was written so far."""

    def __init__(self) -> None:
        self._heads: dict[str, Entry] = {}

    def settle(self, entries: list[Entry], now: int) -> tuple[list[Entry], dict[tuple[str, int], dict[str, int]]]:
        """The batches of a block, and the marks of its entries."""
        waiting: dict[str, list[Entry]] = {}
        for entry in entries:
            for destination in foreign_legs(entry):
                waiting.setdefault(destination, []).append(entry)
        batches: list[Entry] = []
        marks: dict[tuple[str, int], dict[str, int]] = {}
        for destination, sources in waiting.items():
            for start in range(0, len(sources), MAX_SOURCES):
                some = sources[start : start + MAX_SOURCES]
                batch = plan_batch(destination, self._heads.get(destination), some, now).entry
                self._heads[destination] = batch
                batches.append(batch)
                for entry in some:
                    marks.setdefault((entry.account, entry.seq), {})[mark_of(entry, destination)] = batch.seq
        return batches, marks


def item_of(entry: Entry, marks: dict[str, int]) -> dict[str, Any]:
    """An entry as it stands in the table."""
    item: dict[str, Any] = {"account": {"S": entry.account}, "seq": {"N": str(entry.seq)}}
    if entry.reference is not None:
        item["reference"] = {"S": entry.reference}
    item |= {"body": {"B": pack(entry.body)}, "hash": {"B": entry.hash}}
    return item | {name: {"N": str(seq)} for name, seq in marks.items()}


def items(count: int, *, models: int = LIVES, block_of: int = BLOCK, seed: int = SEED) -> Iterator[dict[str, Any]]:
    """At least so many items of whole books, everything settled; viewers of a block share batches."""
    draw = random.Random(seed)
    lived, settled, made, block, now = lives(draw, models), _Settled(), 0, list[Entry](), BEGIN + 100 * DAY_MS
    viewers = 0
    while made < count:
        model = lived[viewers % models]
        chain = model if viewers < models else renamed(model, _namesake(draw, model[0].account))
        block += chain
        viewers += 1
        if viewers % block_of == 0 or made + len(block) >= count:
            now += _HOUR
            batches, marks = settled.settle(block, now)
            for entry in (*block, *batches):
                yield item_of(entry, marks.get((entry.account, entry.seq), {}))
            made += len(block) + len(batches)
            block = []


def exported(count: int, cache: Path) -> Path:
    """The folder of an export of so many entries, made once and kept."""
    folder = cache / f"books-{SEED}-{count}"
    if not (folder / "made").exists():
        shutil.rmtree(folder, ignore_errors=True)
        export = ExportFolder(folder, BEGIN + 400 * DAY_MS, files=FILES)
        for item in items(count):
            export.add(item)
        export.close()
        (folder / "made").touch()
    return folder
