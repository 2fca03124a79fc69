"""The rows of a table and the order its keys and indexes give them.

A table's own key and every index are kept alike: per hash value a sorted list of ``(range, table hash, table range)``.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import deque
from collections.abc import Iterator

from tests.support.dynamodb.capacity import item_size
from tests.support.dynamodb.schema import NO_RANGE, Index, Key, Schema
from tests.support.dynamodb.values import Item, Scalar, scalar

Entry = tuple[Scalar, Scalar, Scalar]
"""Where an item stands under one hash: its range there, then the table's hash and range."""


class Row:
    """A stored item, never changed once stored."""

    __slots__ = ("_views", "item", "size")

    def __init__(self, item: Item) -> None:
        self.item = item
        self.size = item_size(item)
        self._views: dict[str, tuple[Item, int]] = {}

    def view(self, index: Index, keys: tuple[str, ...]) -> tuple[Item, int]:
        """What an index holds of the item, and its size."""
        if index.included is None:
            return self.item, self.size
        held = self._views.get(index.name)
        if held is None:
            wanted = index.included.union(keys, index.key_names())
            entry = {name: value for name, value in self.item.items() if name in wanted}
            held = self._views[index.name] = (entry, item_size(entry))
        return held


class Change:
    """One write, kept while a stale read might have to look behind it."""

    __slots__ = ("before", "key", "time")

    def __init__(self, time: int, key: Key, before: Row | None) -> None:
        self.time = time
        self.key = key
        self.before = before


class Table:
    """Rows by key, ordered for queries; recent changes for stale reads."""

    def __init__(self, schema: Schema, created: int) -> None:
        self.schema = schema
        self.created = created
        self.rows: dict[Key, Row] = {}
        self._orders: dict[str | None, dict[Scalar, list[Entry]]] = {None: {}}
        self._orders.update((name, {}) for name in schema.indexes)
        self._changes: deque[Change] = deque()

    def put(self, key: Key, row: Row | None, *, now: int, remember_for: int) -> Row | None:
        """Store a row, or remove it when None; gives back what stood there.

        Args:
            key: the row's key.
            row: what to store.
            now: the time in milliseconds.
            remember_for: milliseconds during which stale reads may still see what was replaced; 0 keeps nothing.
        """
        before = self.rows.get(key)
        if row is None:
            if before is None:
                return None
            del self.rows[key]
        else:
            self.rows[key] = row
        if before is None or row is None:
            self._reorder(None, key[0], (key[1], *key), present=row is not None)
        for index in self.schema.indexes.values():
            old = None if before is None else place_in(index, before.item, key)
            new = None if row is None else place_in(index, row.item, key)
            if old != new:
                if old is not None:
                    self._reorder(index.name, *old, present=False)
                if new is not None:
                    self._reorder(index.name, *new, present=True)
        if remember_for:
            self._changes.append(Change(now, key, before))
            while self._changes and self._changes[0].time <= now - remember_for:
                self._changes.popleft()
        return before

    def _reorder(self, index: str | None, hash_value: Scalar, entry: Entry, *, present: bool) -> None:
        order = self._orders[index]
        entries = order.get(hash_value)
        if present:
            if entries is None:
                order[hash_value] = [entry]
            elif entries[-1] < entry:  # ledgers append
                entries.append(entry)
            else:
                insort(entries, entry)
        elif entries is not None:
            if len(entries) == 1:
                del order[hash_value]
            else:
                del entries[bisect_left(entries, entry)]

    def latest(self) -> View:
        """The table as it is."""
        return View(self, {})

    def as_of(self, time: int) -> View:
        """The table as it was after the last write at or before ``time``, as far back as changes are kept."""
        hidden: dict[Key, Row | None] = {}
        for change in reversed(self._changes):
            if change.time <= time:
                break
            hidden[change.key] = change.before
        return View(self, hidden)

    def entries(self, index: str | None, hash_value: Scalar) -> list[Entry]:
        return self._orders[index].get(hash_value, [])

    def hashes(self, index: str | None) -> Iterator[Scalar]:
        return iter(self._orders[index])


class View:
    """A table as one read sees it: as it is, or with the rows of recent writes as they were before."""

    __slots__ = ("_before", "table")

    def __init__(self, table: Table, before: dict[Key, Row | None]) -> None:
        self.table = table
        self._before = before

    def row(self, key: Key) -> Row | None:
        if key in self._before:
            return self._before[key]
        return self.table.rows.get(key)

    def entries(self, index: Index | None, hash_value: Scalar) -> list[Entry]:
        """Sorted entries under a hash; not to be changed."""
        current = self.table.entries(None if index is None else index.name, hash_value)
        if not self._before:
            return current
        kept = [entry for entry in current if entry[1:] not in self._before]
        for key, row in self._before.items():
            place = None if row is None else self._place(index, row, key)
            if place is not None and place[0] == hash_value:
                kept.append(place[1])
        return sorted(kept)

    def hashes(self, index: Index | None) -> set[Scalar]:
        """Every hash value that may have entries."""
        found = set(self.table.hashes(None if index is None else index.name))
        for key, row in self._before.items():
            place = None if row is None else self._place(index, row, key)
            if place is not None:
                found.add(place[0])
        return found

    @staticmethod
    def _place(index: Index | None, row: Row, key: Key) -> tuple[Scalar, Entry] | None:
        return (key[0], (key[1], *key)) if index is None else place_in(index, row.item, key)


def place_in(index: Index, item: Item, key: Key) -> tuple[Scalar, Entry] | None:
    """The hash and the entry that an item has in an index, or None when it lacks one of the index's keys."""
    hash_value = item.get(index.hash)
    if hash_value is None:
        return None
    if index.range is None:
        return scalar(hash_value), (NO_RANGE, *key)
    range_value = item.get(index.range)
    if range_value is None:
        return None
    return scalar(hash_value), (scalar(range_value), *key)
