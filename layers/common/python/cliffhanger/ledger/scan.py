"""The whole ledger, item by item: for repair, which no function of the product does and no role of one allows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pynamodb.connection import Connection
from pynamodb.exceptions import DeleteError, ScanError, UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.operand import Path, Value
from pynamodb.expressions.update import Action

from cliffhanger.dynamo import Unclear, is_refusal, is_unclear
from cliffhanger.ledger.entries import Entry

PAGE_ITEMS = 500
"""Items in memory at a time."""


class LedgerScan:
    """Reads all of the ledger's table, in parts, and gives marks back, or takes away, as a restore calls for.

    The connection must know the table: make a :class:`~cliffhanger.ledger.store.LedgerStore` on it first.
    """

    def __init__(self, connection: Connection, name: str) -> None:
        self._connection = connection
        self._name = name

    def images(self, segment: int = 0, segments: int = 1) -> Iterator[Mapping[str, Any]]:
        """Every item of one of so many segments, in DynamoDB's JSON, as of its own moment; eventually consistent.

        Raises:
            Unclear: a page could not be read; those before it were.
        """
        start = None
        while True:
            try:
                page = self._connection.scan(
                    self._name,
                    limit=PAGE_ITEMS,
                    segment=segment,
                    total_segments=segments,
                    exclusive_start_key=start,
                )
            except ScanError as error:
                raise (Unclear(str(error)) if is_unclear(error) else error) from error
            yield from page["Items"]
            start = page.get("LastEvaluatedKey")
            if start is None:
                return

    def mark(self, source: Entry, mark: str, seq: int) -> bool:
        """Sets a mark that is missing, on the condition that every mark is set on; False where it does not hold.

        Raises:
            Unclear: it may or may not have been set; setting it again is harmless.
        """
        return self._change(source, Path(mark).set(_seq(seq)), Path(mark).does_not_exist())

    def unmark(self, source: Entry, mark: str, seq: int) -> bool:
        """Takes a mark away, where it names that batch; False where it does not. Only where nobody else writes.

        Raises:
            Unclear: it may or may not have been taken away; taking it away again is harmless.
        """
        return self._change(source, Path(mark).remove(), Path(mark) == _seq(seq))

    def remove(self, entry: Entry) -> None:
        """Takes an entry away, where it stands as it is told. Only the last of a chain, and where nobody else writes.

        Raises:
            Unclear: it may or may not have been taken away; taking it away again is harmless.
        """
        try:
            self._connection.delete_item(
                self._name, entry.account, str(entry.seq), condition=Path("hash") == Value({"B": entry.hash})
            )
        except DeleteError as error:
            if not is_refusal(error):
                raise (Unclear(str(error)) if is_unclear(error) else error) from error

    def _change(self, source: Entry, action: Action, unchanged: Condition) -> bool:
        try:
            self._connection.update_item(
                self._name,
                source.account,
                str(source.seq),
                actions=[action],
                condition=(Path("hash") == Value({"B": source.hash})) & unchanged,
            )
        except UpdateError as error:
            if is_refusal(error):
                return False
            raise (Unclear(str(error)) if is_unclear(error) else error) from error
        return True


def _seq(seq: int) -> Value:
    return Value({"N": str(seq)})
