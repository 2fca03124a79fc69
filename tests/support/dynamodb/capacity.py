"""Sizes and capacity units by DynamoDB's published rules. Pure: the bench counts with it too.

Sources (Amazon DynamoDB Developer Guide):
- "DynamoDB Item sizes and formats" (CapacityUnitCalculations.html): sizes of names and values;
- "DynamoDB read and write operations" (read-write-operations.html): units of each operation, rounding, minimum;
- "Amazon DynamoDB Transactions: How it works" (transaction-apis.html): two underlying reads or writes of every item;
- "Local secondary indexes", "Provisioned throughput considerations" (LSI.html): writes and fetches of an index.

The guide calls the size of a number approximate. What is here is the measured form of it: one byte, one more per
pair of significant digits with pairs aligned on the decimal point, one more for a minus sign, at most 21.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

WRITE_UNIT_BYTES = 1024
READ_UNIT_BYTES = 4096
TRANSACTION_FACTOR = 2
PAGE_BYTES = 1024 * 1024
MAX_ITEM_BYTES = 400 * 1024


@lru_cache(maxsize=8192)
def number_size(text: str) -> int:
    """Bytes of a canonical number (no exponent, no needless zeros)."""
    whole, _, fraction = text.lstrip("-").partition(".")
    digits = "0" * (len(whole) % 2) + whole + fraction + "0" * (len(fraction) % 2)
    pairs = [digits[at : at + 2] for at in range(0, len(digits), 2)]
    while pairs and pairs[0] == "00":
        pairs.pop(0)
    while pairs and pairs[-1] == "00":
        pairs.pop()
    return 1 + len(pairs) + text.startswith("-")


def value_size(value: dict[str, Any]) -> int:
    """Bytes of a canonical attribute value, without its name."""
    ((kind, content),) = value.items()
    if kind == "S":
        return len(content) if content.isascii() else len(content.encode())
    if kind == "N":
        return number_size(content)
    if kind == "B":
        return len(content)
    if kind == "BOOL" or kind == "NULL":
        return 1
    if kind == "M":
        return 3 + sum(1 + len(name.encode()) + value_size(inner) for name, inner in content.items())
    if kind == "L":
        return 3 + sum(1 + value_size(inner) for inner in content)
    if kind == "SS":
        return sum(len(member.encode()) for member in content)
    if kind == "NS":
        return sum(number_size(member) for member in content)
    return sum(len(member) for member in content)


def item_size(item: dict[str, dict[str, Any]]) -> int:
    """Bytes of a canonical item: the lengths of its names and of its values."""
    return sum((len(name) if name.isascii() else len(name.encode())) + value_size(item[name]) for name in item)


def write_units(size: int) -> int:
    """Units of one standard write of so many bytes: one per started kilobyte, at least one."""
    return max(1, -(-size // WRITE_UNIT_BYTES))


def read_units(size: int, *, consistent: bool) -> float:
    """Units of one read of so many bytes: one per started 4 KB, at least one; half when eventually consistent."""
    units = max(1, -(-size // READ_UNIT_BYTES))
    return float(units) if consistent else units / 2


def transaction_write_units(size: int) -> int:
    """Units of one item in TransactWriteItems: prepared and committed."""
    return TRANSACTION_FACTOR * write_units(size)


def transaction_read_units(size: int) -> float:
    """Units of one item in TransactGetItems."""
    return TRANSACTION_FACTOR * read_units(size, consistent=True)


def index_write_units(
    old: dict[str, dict[str, Any]] | None, new: dict[str, dict[str, Any]] | None, keys: tuple[str, ...]
) -> int:
    """Units that a write of an item costs one of its indexes.

    Args:
        old: the entry (projected attributes only) before, or None when the item was not in the index.
        new: the entry after.
        keys: the index's own key attributes; when one changes, the old entry is deleted and a new one put.
    """
    if old is None:
        return 0 if new is None else write_units(item_size(new))
    if new is None:
        return write_units(item_size(old))
    if old == new:
        return 0
    if any(old[key] != new[key] for key in keys):
        return write_units(item_size(old)) + write_units(item_size(new))
    return write_units(max(item_size(old), item_size(new)))
