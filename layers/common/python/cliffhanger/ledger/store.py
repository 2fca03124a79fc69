"""Entries in DynamoDB: one item an entry, one conditional put a movement.

| attribute   | type | meaning |
|-------------|------|---------|
| `account`   | S    | partition key |
| `seq`       | N    | sort key |
| `reference` | S    | sort key of the local index `by-reference`; absent on batches, so that the index is sparse |
| `body`      | B    | the entry's bytes as hashed, packed (``packing``); text (S) in what was stored before that |
| `hash`      | B    | their SHA-256 |
| `m0` ...    | N    | marks: the seq of the batch that settled the entry with its n-th counterparty; not hashed |
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from pynamodb.connection import Connection
from pynamodb.exceptions import GetError, PutError, PynamoDBException, QueryError, TransactWriteError
from pynamodb.expressions.operand import Path, Value

from cliffhanger.dynamo import UNCLEAR_REASONS, Unclear, is_refusal, is_unclear, table
from cliffhanger.errors import LedgerCorrupt
from cliffhanger.ledger.entries import Entry, foreign_legs, mark_of, parse
from cliffhanger.ledger.packing import bytes_of, key_of, pack, stored_text
from cliffhanger.ledger.state import Known
from cliffhanger.ledger.volumes import VOLUME_ENTRIES

if TYPE_CHECKING:
    from cliffhanger.ledger.settlement import Batch, Claim

INDEX = "by-reference"
MAX_REFERENCES = 10_000

_FREE = Path("account").does_not_exist()


class SettleOutcome(NamedTuple):
    """What became of a batch: written; or refused because the head moved; or because of some of its claims."""

    written: bool
    head_moved: bool
    settled: tuple[Claim, ...]
    broken: tuple[Claim, ...]


class Stored(NamedTuple):
    """What stands under a seq: the entry, or ``fault``, why it is none; and the batches that settled it, by account."""

    seq: int
    entry: Entry | None
    fault: str
    settled: Mapping[str, int]


class LedgerStore:
    """The ledger's table. Every read is strongly consistent.

    A volume is full at ``volume_entries``; ``volumes`` is the newest that was seen of an account: where to look first.
    """

    def __init__(self, connection: Connection, name: str, volume_entries: int = VOLUME_ENTRIES) -> None:
        self.volume_entries = volume_entries
        self.volumes: dict[str, int] = {}
        connection.add_meta_table(
            table(name, {"account": "S", "seq": "N"}, {INDEX: {"account": "S", "reference": "S"}})
        )
        self._connection = connection
        self._name = name

    def head(self, account: str) -> Entry | None:
        """The last entry of an account's chain, or None where the chain has not begun.

        Raises:
            Unclear: the read did not succeed.
            LedgerCorrupt: the stored bytes contradict their hash.
        """
        items = self._last(account, 1)
        return entry_of_image(items[0]) if items else None

    def references(self, account: str, prefix: str) -> tuple[Known, ...]:
        """References on the account's chain with that prefix, in order.

        Raises:
            Unclear: the read did not succeed.
        """
        return self._known(account, Path("reference").startswith(prefix))

    def references_between(self, account: str, lowest: str, highest: str, limit: int) -> tuple[Known, ...]:
        """The first so many references on the account's chain from one text to another, both included, in order.

        Raises:
            Unclear: the read did not succeed.
        """
        return self._known(account, Path("reference").between(lowest, highest), limit)

    def newest(self, account: str, limit: int, before: int | None = None) -> tuple[Entry, ...]:
        """The last so many entries of an account's chain, newest first; with ``before``, those that precede that seq.

        Raises:
            Unclear: the read did not succeed.
            LedgerCorrupt: stored bytes contradict their hash.
        """
        return tuple(entry_of_image(item) for item in self._last(account, limit, before))

    def stored(self, account: str, limit: int, before: int | None = None) -> tuple[Stored, ...]:
        """As :meth:`newest`, with where each is settled; what cannot be read is named, and does not hide the others.

        Raises:
            Unclear: the read did not succeed.
        """
        return tuple(_stored(item) for item in self._last(account, limit, before))

    def entry(self, account: str, seq: int) -> Entry:
        """One entry.

        Raises:
            Unclear: the read did not succeed.
            LedgerCorrupt: it is not there, or its bytes contradict their hash.
        """
        return entry_of_image(self._item(account, seq))

    def append(self, entry: Entry) -> bool:
        """Writes the next entry; False when another has taken its place, and nothing is written.

        Raises:
            Unclear: it may or may not have been written.
        """
        item = attributes_of(entry)
        try:
            self._connection.put_item(self._name, entry.account, str(entry.seq), attributes=item, condition=_FREE)
        except PutError as error:
            if is_refusal(error):
                return False
            raise _unclear(error) from error
        return True

    def append_all(self, first: Entry, marks: Mapping[str, int], others: Sequence[Entry]) -> bool:
        """Writes an entry and the next ones of other chains, or none; False when another has taken one of the places.

        ``marks`` are the first one's: which of the others, batches, have settled it.

        Raises:
            Unclear: they may or may not have been written.
        """
        marked = self._put(first, {mark: {"N": str(seq)} for mark, seq in marks.items()})
        try:
            self._connection.transact_write_items([], [], [marked, *(self._put(other, {}) for other in others)], [])
        except TransactWriteError as error:
            if any(reason and reason.code == "ConditionalCheckFailed" for reason in error.cancellation_reasons):
                return False
            raise _unclear(error) from error
        return True

    def settle(self, batch: Batch) -> SettleOutcome:
        """Writes a batch and marks its sources, all or nothing.

        Raises:
            Unclear: it may or may not have been written.
        """
        updates = [
            self._connection.get_operation_kwargs(
                self._name,
                claim.account,
                str(claim.seq),
                actions=[Path(claim.mark).set(Value({"N": str(batch.entry.seq)}))],
                condition=(Path("hash") == Value({"B": claim.hash})) & Path(claim.mark).does_not_exist(),
                return_values_on_condition_failure="ALL_OLD",
            )
            for claim in batch.claims
        ]
        try:
            self._connection.transact_write_items([], [], [self._put(batch.entry, {})], updates)
        except TransactWriteError as error:
            return _outcome(batch, error)
        return SettleOutcome(written=True, head_moved=False, settled=(), broken=())

    def settlements(self, entry: Entry) -> dict[str, int]:
        """Where an entry's foreign legs have been settled: the seq of the batch, by account; what is open is absent.

        Raises:
            Unclear: the read did not succeed.
            LedgerCorrupt: the entry is not there, or a mark on it is no number.
        """
        return _marks(entry, self._item(entry.account, entry.seq))

    def _put(self, entry: Entry, marks: Mapping[str, Any]) -> dict[str, Any]:
        return self._connection.get_operation_kwargs(
            self._name,
            entry.account,
            str(entry.seq),
            key="Item",
            attributes={**attributes_of(entry), **marks},
            condition=_FREE,
        )

    def _last(self, account: str, limit: int, before: int | None = None) -> list[Mapping[str, Any]]:
        condition = None if before is None else Path("seq") < before
        return self._query(account, condition, limit=limit, forward=False)

    def _known(self, account: str, condition: Any, limit: int | None = None) -> tuple[Known, ...]:
        items = self._query(account, condition, limit=limit, forward=True, index=INDEX)
        return tuple(Known(item["reference"]["S"], int(item["seq"]["N"])) for item in items)

    def _item(self, account: str, seq: int) -> Mapping[str, Any]:
        try:
            answer = self._connection.get_item(self._name, account, str(seq), consistent_read=True)
        except GetError as error:
            raise _unclear(error) from error
        item: Mapping[str, Any] | None = answer.get("Item")
        if item is None:
            raise LedgerCorrupt(f"Entry {seq} of {account} is missing.")
        return item

    def _query(
        self, account: str, condition: Any, *, limit: int | None, forward: bool, index: str | None = None
    ) -> list[Mapping[str, Any]]:
        items: list[Mapping[str, Any]] = []
        start = None
        while True:
            try:
                page = self._connection.query(
                    self._name,
                    account,
                    range_key_condition=condition,
                    consistent_read=True,
                    index_name=index,
                    limit=limit,
                    scan_index_forward=forward,
                    exclusive_start_key=start,
                )
            except QueryError as error:
                raise _unclear(error) from error
            items += page["Items"]
            start = page.get("LastEvaluatedKey")
            if start is None or (limit is not None and len(items) >= limit):
                return items[:limit]
            if len(items) > MAX_REFERENCES:
                raise LedgerCorrupt(f"More than {MAX_REFERENCES} references under one prefix.")


def entry_of_image(image: Mapping[str, Any]) -> Entry:
    """The entry of an item in DynamoDB's JSON: as it is stored, or a stream record's new image.

    Raises:
        LedgerCorrupt: the bytes contradict their hash, or are no entry, or another's than the key says.
    """
    try:
        entry = parse(stored_text(image), bytes_of(image["hash"]))
        account, seq = image["account"]["S"], int(image["seq"]["N"])
    except (KeyError, ValueError) as error:
        raise LedgerCorrupt("An item of the ledger is no entry.") from error
    if (entry.account, entry.seq) != (account, seq) or image.get("reference", {}).get("S") != entry.reference:
        raise LedgerCorrupt(f"Entry {seq} of {account} is stored under another key.")
    return entry


def attributes_of(entry: Entry) -> dict[str, Any]:
    """What an entry's item holds beside its key."""
    reference = {} if entry.reference is None else {"reference": {"S": entry.reference}}
    return {"body": {"B": pack(entry.body)}, "hash": {"B": entry.hash}, **reference}


def _stored(item: Mapping[str, Any]) -> Stored:
    try:
        entry = entry_of_image(item)
        return Stored(entry.seq, entry, "", _marks(entry, item))
    except LedgerCorrupt as error:
        return Stored(key_of(item)[1], None, error.detail, {})


def _marks(entry: Entry, item: Mapping[str, Any]) -> dict[str, int]:
    marks = {destination: item.get(mark_of(entry, destination)) for destination in foreign_legs(entry)}
    try:
        return {destination: int(mark["N"]) for destination, mark in marks.items() if mark is not None}
    except (KeyError, ValueError) as error:
        raise LedgerCorrupt(f"A mark on entry {entry.seq} of {entry.account} is no number.") from error


def _outcome(batch: Batch, error: TransactWriteError) -> SettleOutcome:
    reasons = list(error.cancellation_reasons)
    if is_unclear(error) or len(reasons) != len(batch.claims) + 1:
        raise _unclear(error) from error
    # pynamodb sends puts before updates, so the first reason is the batch entry's.
    settled: list[Claim] = []
    broken: list[Claim] = []
    for claim, reason in zip(batch.claims, reasons[1:], strict=True):
        if reason is None or reason.code in UNCLEAR_REASONS:  # this one was not judged: it stays to be claimed
            continue
        if reason.code != "ConditionalCheckFailed":
            raise error
        marked = reason.raw_item is not None and claim.mark in reason.raw_item
        (settled if marked else broken).append(claim)
    return SettleOutcome(written=False, head_moved=reasons[0] is not None, settled=tuple(settled), broken=tuple(broken))


def _unclear(error: PynamoDBException) -> Exception:
    return Unclear(str(error)) if is_unclear(error) else error
