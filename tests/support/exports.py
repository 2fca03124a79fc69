"""Exports as DynamoDB writes them to S3, of items in DynamoDB's JSON.

Source: Amazon DynamoDB Developer Guide, "DynamoDB table export output format".
"""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

Item = Mapping[str, Any]
EXPORT_ID = "01795000000000-a1b2c3d4"
_TOP = "AWSDynamoDB"
_GZIP = 31


class DataFile:
    """A data file under way: compressed JSON lines, counted and digested as they are written."""

    def __init__(self, folder: Path, key: str) -> None:
        self.key = key
        self.count = 0
        self._digest = hashlib.md5(usedforsecurity=False)
        self._packer = zlib.compressobj(1, zlib.DEFLATED, _GZIP)
        path = folder / key
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("wb")

    def add(self, line: Mapping[str, Any]) -> None:
        """One more line; bytes become base64."""
        self.count += 1
        self._put(self._packer.compress(msgspec.json.encode(line) + b"\n"))

    def close(self) -> dict[str, Any]:
        """Ends the file; its line of the manifest."""
        self._put(self._packer.flush())
        self._file.close()
        digest = self._digest.digest()
        return {
            "itemCount": self.count,
            "md5Checksum": base64.b64encode(digest).decode(),
            "etag": f"{hashlib.md5(digest, usedforsecurity=False).hexdigest()}-1",
            "dataFileS3Key": self.key,
        }

    def _put(self, data: bytes) -> None:
        self._digest.update(data)
        self._file.write(data)


class ExportFolder:
    """A folder that an export is written into, over so many data files."""

    def __init__(self, folder: Path, at: int, *, files: int = 2, incremental_from: int | None = None) -> None:
        self._folder = folder
        self._at = at
        self._from = incremental_from
        data = f"{_TOP}/data" if incremental_from is not None else f"{_TOP}/{EXPORT_ID}/data"
        self._files = [DataFile(folder, f"{data}/{number:026d}.json.gz") for number in range(files)]
        self._next = 0

    def add(self, item: Item) -> None:
        """One item, as it stands in the table."""
        if self._from is None:
            self._put({"Item": item})
        else:
            self._put({"Metadata": self._stamp(), "Keys": _keys(item), "NewImage": item})

    def add_deletion(self, item: Item) -> None:
        """An item that was deleted within the window."""
        self._put({"Metadata": self._stamp(), "Keys": _keys(item)})

    def close(self) -> Path:
        """Writes the manifests; the folder."""
        lines = [file.close() for file in self._files]
        here = self._folder / _TOP / EXPORT_ID
        here.mkdir(parents=True, exist_ok=True)
        manifest = "".join(json.dumps(line) + "\n" for line in lines).encode()
        (here / "manifest-files.json").write_bytes(manifest)
        digest = hashlib.md5(manifest, usedforsecurity=False).digest()
        (here / "manifest-files.checksum").write_text(base64.b64encode(digest).decode())
        window = {
            "exportType": "INCREMENTAL_EXPORT", "outputView": "NEW_IMAGE", "exportToTime": _moment(self._at),
            "exportFromTime": _moment(self._from or 0),
        }  # fmt: skip
        summary = {
            "version": "2020-06-30" if self._from is None else "2023-08-01",
            "exportArn": f"arn:aws:dynamodb:us-east-1:123456789012:table/test-ledger/export/{EXPORT_ID}",
            "startTime": _moment(self._at),
            "endTime": _moment(self._at + 60_000),
            "tableArn": "arn:aws:dynamodb:us-east-1:123456789012:table/test-ledger",
            "tableId": "12345a12-abcd-123a-ab12-1234abc12345",
            "exportTime": _moment(self._at),
            "s3Bucket": "exports",
            "s3Prefix": None,
            "manifestFilesS3Key": f"{_TOP}/{EXPORT_ID}/manifest-files.json",
            "billedSizeBytes": 0,
            "itemCount": sum(line["itemCount"] for line in lines),
            "outputFormat": "DYNAMODB_JSON",
            **(window if self._from is not None else {}),
        }
        (here / "manifest-summary.json").write_text(json.dumps(summary))
        (here / "_started").touch()
        return self._folder

    def _put(self, line: Mapping[str, Any]) -> None:
        self._files[self._next % len(self._files)].add(line)
        self._next += 1

    def _stamp(self) -> dict[str, Any]:
        return {"WriteTimestampMicros": {"N": str((self._at - 1) * 1_000)}}


def write_export(folder: Path, items: Iterable[Item], at: int, **how: Any) -> Path:
    """An export of those items in a folder."""
    export = ExportFolder(folder, at, **how)
    for item in items:
        export.add(item)
    return export.close()


def _keys(item: Item) -> dict[str, Any]:
    return {"account": item["account"], "seq": item["seq"]}


def _moment(at: int) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
