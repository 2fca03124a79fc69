"""Exports of DynamoDB to S3, as they lie in a folder: full and incremental, DynamoDB JSON.

Source: Amazon DynamoDB Developer Guide, "DynamoDB table export output format". The manifest of files is one JSON object
a line; ``md5Checksum`` is the base64 of the MD5 of the stored (compressed) file, which the example there proves: the
MD5 of those 16 bytes is its ``etag``.
"""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from tools.auditing.findings import Finding
from tools.auditing.items import ItemRecord, NoItem, record_of_line

SUMMARY, FILES, CHECKSUM = "manifest-summary.json", "manifest-files.json", "manifest-files.checksum"
TOP = "AWSDynamoDB/"
BLOCK_BYTES = 1 << 18
MAX_LINE_BYTES = 4 << 20
"""An item is at most 400 KB; its JSON, with base64 and both images, less than this."""
_GZIP = 31


class Unreadable(Exception):
    """What was named cannot be read at all; the message says why."""


class DataFile(NamedTuple):
    """One data file of an export: where it is, and how many items and which MD5 (base64) its manifest promises."""

    path: Path
    items: int
    md5: str


class Export(NamedTuple):
    """An export: its data files, whether it holds only a window's changes, its time in milliseconds, and its table.

    ``since`` is when the window begins (ms, itself in it; ``at``, its end, is not), 0 for a full export. ``table_id``
    is DynamoDB's own: a table that was deleted and made anew under its name has another one.
    """

    folder: Path
    files: tuple[DataFile, ...]
    incremental: bool
    at: int
    findings: tuple[Finding, ...]
    table: str = ""
    since: int = 0
    table_id: str = ""

    @property
    def items(self) -> int:
        """How many items its manifest promises."""
        return sum(file.items for file in self.files)


def open_export(folder: Path) -> Export:
    """The export in a folder, which may hold it at any depth, but only one.

    Raises:
        Unreadable: there is none, more than one, or its manifests cannot be read.
    """
    found = sorted(folder.rglob(SUMMARY)) if folder.is_dir() else []
    if len(found) != 1:
        raise Unreadable(f"{folder}: {len(found)} exports instead of one ({SUMMARY}).")
    summary = _json(found[0])
    if summary.get("outputFormat", "DYNAMODB_JSON") != "DYNAMODB_JSON":
        raise Unreadable(f"{found[0]}: the format {summary['outputFormat']} is not read here, only DYNAMODB_JSON.")
    manifest = found[0].parent / FILES
    try:
        data = manifest.read_bytes()
        files = tuple(_data_file(json.loads(line), folder) for line in data.splitlines() if line.strip())
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise Unreadable(f"{manifest}: no manifest of files: {error}") from error
    incremental = summary.get("exportType") == "INCREMENTAL_EXPORT"
    findings = list(_manifest_findings(manifest, data, summary, sum(file.items for file in files)))
    at = _milliseconds(summary.get("exportToTime" if incremental else "exportTime"), found[0])
    since = _milliseconds(summary.get("exportFromTime"), found[0]) if incremental else 0
    table = str(summary.get("tableArn", "")).rpartition("/")[2]
    return Export(folder, files, incremental, at, tuple(findings), table, since, str(summary.get("tableId", "")))


def refuse_gaps(exports: Sequence[Export]) -> None:
    """Sees that exports together are one table's, without a hole between them: one full export at most, and windows.

    Each window begins no later than what comes before it ends. What changed in a hole alone would be stale or absent,
    and an audit would say that the books hold.

    Raises:
        Unreadable: there is a hole, a second table, a second full export, or a window that was over before it.
    """
    first, *others = sorted(exports, key=lambda export: (export.incremental, export.since))
    covered = first.at
    for export in others:
        if (export.table, export.table_id) != (first.table, first.table_id):
            raise Unreadable(f"{export.folder}: an export of another table than {first.folder}, {first.table}.")
        if not export.incremental:
            raise Unreadable(f"{export.folder}: a second full export, beside {first.folder}; give one, and changes.")
        if export.at < first.at and not first.incremental:
            raise Unreadable(f"{export.folder}: changes until {_said(export.at)}, older than {first.folder}.")
        if export.since > covered:
            begins, ends = _said(export.since), _said(covered)
            raise Unreadable(
                f"{export.folder} is of changes from {begins} on, and what comes before it ends at {ends}: "
                "export the changes between the two as well."
            )
        covered = max(covered, export.at)


def _manifest_findings(manifest: Path, data: bytes, summary: dict[str, Any], items: int) -> Iterator[Finding]:
    beside = manifest.parent / CHECKSUM
    digest = hashlib.md5(data, usedforsecurity=False).digest()
    if beside.is_file():
        said = beside.read_text(errors="replace").strip()
        if said not in (digest.hex(), base64.b64encode(digest).decode()):
            yield Finding("export_checksum_wrong", f"{FILES} has not the MD5 that {CHECKSUM} names")
    if summary.get("itemCount", items) != items:
        yield Finding("export_cut_short", f"{FILES} promises {items} items, {SUMMARY} {summary['itemCount']}")


def read_items(file: DataFile) -> Iterator[ItemRecord | Finding]:
    """The items of a data file; what is wrong with the file comes as findings, as soon as it is known."""
    count = 0
    digest = hashlib.md5(usedforsecurity=False)
    try:
        for line in _lines(file.path, digest):
            count += 1
            try:
                yield record_of_line(line)
            except NoItem as error:
                yield Finding("export_line_unreadable", f"{file.path.name}, line {count}: {error}")
    except FileNotFoundError:
        yield Finding("export_file_missing", f"{file.path.name} with {file.items} items")
        return
    except (OSError, EOFError, zlib.error) as error:
        yield Finding("export_cut_short", f"{file.path.name} breaks off after {count} items: {error}")
        return
    if base64.b64encode(digest.digest()).decode() != file.md5:
        yield Finding("export_checksum_wrong", f"{file.path.name} has not the MD5 that the manifest names")
    if count != file.items:
        yield Finding("export_cut_short", f"{file.path.name} holds {count} items, the manifest says {file.items}")


def _lines(path: Path, digest: Any) -> Iterator[bytes]:
    """The lines of a compressed file, read block by block.

    Raises:
        OSError, EOFError, zlib.error: it cannot be read to its end.
    """
    rest = b""
    for block in _inflated(path, digest):
        lines = (rest + block).split(b"\n")
        rest = lines.pop()
        if len(rest) > MAX_LINE_BYTES:
            raise EOFError("a line is longer than any item")
        yield from (line for line in lines if line)
    if rest:
        yield rest


def _inflated(path: Path, digest: Any) -> Iterator[bytes]:
    inflater = zlib.decompressobj(_GZIP)
    begun = False
    with path.open("rb") as file:
        while block := file.read(BLOCK_BYTES):
            digest.update(block)
            while block:
                begun = True
                yield inflater.decompress(block, 16 * BLOCK_BYTES)
                block = inflater.unconsumed_tail or inflater.unused_data
                if inflater.eof:  # a gzip file may have several members
                    inflater, begun = zlib.decompressobj(_GZIP), False
    if begun:
        raise EOFError("the compressed data have no end")


def _data_file(line: dict[str, Any], folder: Path) -> DataFile:
    key = str(line["dataFileS3Key"])
    if line["itemCount"] is None or type(line["itemCount"]) is not int:
        raise ValueError("an item count that is no number")
    return DataFile(_located(key, folder), line["itemCount"], str(line["md5Checksum"]))


def _located(key: str, folder: Path) -> Path:
    """Where an object lies in the folder: under its whole key, or what of it is below some folder above it."""
    parts = key.split("/")
    if ".." in parts:
        raise ValueError(f"a key {key!r}")
    for start in range(len(parts)):
        path = folder.joinpath(*parts[start:])
        if path.is_file():
            return path
    below = key[key.index(TOP) :] if TOP in key else key
    return folder / below


def _json(path: Path) -> dict[str, Any]:
    try:
        read: dict[str, Any] = json.loads(path.read_bytes())
        if isinstance(read, dict):
            return read
    except (OSError, ValueError) as error:
        raise Unreadable(f"{path}: {error}") from error
    raise Unreadable(f"{path}: no object.")


def _milliseconds(moment: Any, where: Path) -> int:
    try:
        return int(datetime.fromisoformat(str(moment)).timestamp() * 1000)
    except ValueError as error:
        raise Unreadable(f"{where}: no time of the export: {moment!r}") from error


def _said(at: int) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def all_files(exports: Sequence[Export]) -> list[DataFile]:
    """The data files of all exports, the longest first, so that workers end together."""
    return sorted((file for export in exports for file in export.files), key=lambda file: -file.items)
