"""Sorted runs on disk: what is too much for memory is written in sorted pieces and read again as one sorted stream."""

from __future__ import annotations

import heapq
import struct
import uuid
import zlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

CHUNK = 256
"""Records that are encoded together."""
FAN_IN = 48
"""Runs that are merged at once; more are merged into longer runs first, so that open files and buffers are bounded."""
MEMORY_BYTES = 12 * 2**20
"""Size of the records, as they will be on disk, that a writer holds before it sorts and writes them."""
RECORD_OVERHEAD = 200
_LENGTH = struct.Struct(">I")

Record = tuple[Any, ...]


def partition_of(account: str, partitions: int) -> int:
    """Where an account's records go; the same in every process."""
    return zlib.crc32(account.encode()) % partitions


class Writer:
    """Takes records for partitions, and leaves sorted runs ``{folder}/{partition}/*.run``."""

    def __init__(self, folder: Path, partitions: int, memory_bytes: int = MEMORY_BYTES) -> None:
        self._folder = folder
        self._most = memory_bytes
        self._held: list[list[Record]] = [[] for _ in range(partitions)]
        self._size = 0

    def add(self, partition: int, record: Record, size: int) -> None:
        """One record; ``size`` is about how many bytes it has."""
        self._held[partition].append(record)
        self._size += size + RECORD_OVERHEAD
        if self._size >= self._most:
            self.flush()

    def flush(self) -> None:
        """Writes what is held."""
        for partition, records in enumerate(self._held):
            if records:
                records.sort()
                folder = self._folder / str(partition)
                folder.mkdir(parents=True, exist_ok=True)
                _write(folder / f"{uuid.uuid4().hex}.run", records)
                records.clear()
        self._size = 0


def sorted_records(folder: Path, partition: int, kind: Any) -> Iterator[Any]:
    """All records of a partition in order; ``kind`` is their type, as msgspec understands it."""
    where = folder / str(partition)
    runs = sorted(where.glob("*.run")) if where.is_dir() else []
    while len(runs) > FAN_IN:
        longer = where / f"{uuid.uuid4().hex}.run"
        some, runs = runs[:FAN_IN], runs[FAN_IN:]
        _write(longer, _merged(some, kind))
        for run in some:
            run.unlink()
        runs.append(longer)
    return _merged(runs, kind)


def _merged(runs: Sequence[Path], kind: Any) -> Iterator[Any]:
    if len(runs) == 1:
        return _read(runs[0], kind)
    return heapq.merge(*(_read(run, kind) for run in runs))


def _write(path: Path, records: Iterable[Record]) -> None:
    encoder = msgspec.msgpack.Encoder()
    with path.open("wb") as file:
        chunk: list[Record] = []
        for record in records:
            chunk.append(record)
            if len(chunk) == CHUNK:
                _write_chunk(file, encoder.encode(chunk))
                chunk.clear()
        if chunk:
            _write_chunk(file, encoder.encode(chunk))


def _write_chunk(file: Any, data: bytes) -> None:
    file.write(_LENGTH.pack(len(data)))
    file.write(data)


def _read(path: Path, kind: Any) -> Iterator[Any]:
    decoder: Any = msgspec.msgpack.Decoder(list[kind])
    with path.open("rb") as file:
        while head := file.read(_LENGTH.size):
            yield from decoder.decode(file.read(_LENGTH.unpack(head)[0]))
