"""Items of the ledger's table as the auditor carries them: from DynamoDB's JSON, through sorted runs, to the chains."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from tools.auditing.runs import Writer, partition_of

TEXT, PACKED, DELETED, ANCHORED, LOST = 0, 1, 2, 3, 4
"""What a record's body is: the entry's text, its packed bytes, nothing because it was deleted; or the record says which
hash was anchored under the key, or that what was anchored there is known to be lost."""

ItemRecord = tuple[str, int, int, int, str, bytes, bytes, list[tuple[int, int]], int]
"""account, seq, stamp (when it was written, microseconds; 0: unknown), form, reference, body, hash, marks, volume.

The account is that of the chain, whatever volume the entry stands in: volumes go on with the numbers, so that a chain
comes in order over all of them, and what should not be there beside it."""

VOLUME = re.compile(r"([^.]+)\.([1-9][0-9]{0,5})")

MARK = re.compile(r"m(0|[1-9][0-9]{0,3})")


class Value(msgspec.Struct):
    """An attribute's value. Binary ones are base64 in JSON."""

    S: str | None = None
    N: str | None = None
    B: bytes | None = None


class Line(msgspec.Struct):
    """A line of an export: ``Item`` in a full one; ``Keys``, ``NewImage`` and the time in an incremental one."""

    Item: dict[str, Value] | None = None
    Keys: dict[str, Value] | None = None
    NewImage: dict[str, Value] | None = None
    Metadata: dict[str, Value] | None = None


class NoItem(Exception):
    """What was read is no item of the ledger."""


decode_line = msgspec.json.Decoder(Line).decode
to_values = dict[str, Value]


def record_of_line(line: bytes) -> ItemRecord:
    """The record of a line of an export.

    Raises:
        NoItem: it is none.
    """
    try:
        read = decode_line(line)
        if read.Item is not None:
            return record_of(read.Item, 0)
        stamp = int((read.Metadata or {})["WriteTimestampMicros"].N or "")
        if read.NewImage is not None:
            return record_of(read.NewImage, stamp)
        account, seq, volume = _key(read.Keys or {})
    except (msgspec.MsgspecError, LookupError, ValueError, TypeError) as error:
        raise NoItem(str(error)) from error
    return account, seq, stamp, DELETED, "", b"", b"", [], volume


def record_of_client(item: Mapping[str, Any]) -> ItemRecord:
    """The record of an item as botocore gives it.

    Raises:
        NoItem: it is none.
    """
    try:
        return record_of(msgspec.convert(item, to_values), 0)
    except (msgspec.MsgspecError, LookupError, ValueError, TypeError) as error:
        raise NoItem(str(error)) from error


def record_of(item: Mapping[str, Value], stamp: int) -> ItemRecord:
    """The record of an item; what is wrong with its body is for later.

    Raises:
        LookupError, ValueError: it has no key, or an attribute that no entry has.
    """
    account, seq, volume = _key(item)
    body, reference = item["body"], item.get("reference")
    marks = []
    for name, value in item.items():
        if name not in _ATTRIBUTES:
            found = MARK.fullmatch(name)
            if found is None:
                raise ValueError(f"an attribute {name!r}")
            marks.append((int(found[1]), int(value.N or "")))
    text = body.S is not None
    stored = (body.S or "").encode() if text else body.B or b""
    digest = item["hash"].B or b""
    return (
        account, seq, stamp, TEXT if text else PACKED, (reference.S or "") if reference else "", stored, digest, marks,
        volume,
    )  # fmt: skip


def image_of(record: ItemRecord) -> dict[str, Any]:
    """A record's item in DynamoDB's JSON, as a stream would bring it."""
    _, seq, _, form, reference, body, digest, marks, _ = record
    image: dict[str, Any] = {
        "account": {"S": address_of(record)},
        "seq": {"N": str(seq)},
        "body": {"S": body.decode()} if form == TEXT else {"B": body},
        "hash": {"B": digest},
        **{f"m{number}": {"N": str(batch)} for number, batch in marks},
    }
    return {**image, "reference": {"S": reference}} if reference else image


_ATTRIBUTES = frozenset({"account", "seq", "reference", "body", "hash"})


def split(address: str) -> tuple[str, int]:
    """The account whose chain stands under an address, and which volume of it."""
    found = VOLUME.fullmatch(address)
    return (found[1], int(found[2])) if found and found[2] != "1" else (address, 1)


def address_of(record: ItemRecord) -> str:
    """Where the record's entry stands."""
    return address_of_volume(record[0], record[8])


def address_of_volume(account: str, volume: int) -> str:
    """Where one of an account's volumes stands."""
    return account if volume == 1 else f"{account}.{volume}"


def _key(item: Mapping[str, Value]) -> tuple[str, int, int]:
    account, seq = item["account"].S, item["seq"].N
    if not account or not seq:
        raise LookupError("no key")
    chain, volume = split(account)
    return chain, int(seq), volume


def spill(writer: Writer, record: ItemRecord, partitions: int) -> None:
    """Puts a record where its account's others are."""
    writer.add(partition_of(record[0], partitions), record, len(record[0]) + len(record[4]) + len(record[5]) + 60)
