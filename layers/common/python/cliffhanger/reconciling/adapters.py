"""Where the ledger is read and reports are kept: exports or the table, a bucket, and a disk to sort on."""

from __future__ import annotations

import contextlib
import tempfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
from botocore.exceptions import BotoCoreError, ClientError

from cliffhanger.anchoring.adapters import ExportBucket
from cliffhanger.errors import Unavailable
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.scan import LedgerScan
from cliffhanger.ledger.store import entry_of_image
from cliffhanger.reconciling.domain import Movement
from cliffhanger.reconciling.entries import PREFIX

REPORTS = "reconciled"
"""Of all keys of reports: ``reconciled/2026-11-27/report.json`` and ``report.txt`` beside it."""
SHELVES = 64
_TAKEN = frozenset({"PreconditionFailed", "ConditionalRequestConflict"})
_ABSENT = frozenset({"NoSuchKey", "404"})


class ExportedEntries:
    """A day's entries, from the export that the day's anchor is made of: no read of the table, and nothing exported."""

    def __init__(self, exports: ExportBucket) -> None:
        self._exports = exports

    def ready(self, day: str) -> bool:
        """Whether the day's export is complete.

        Raises:
            Unavailable: S3 does not answer.
        """
        return self._exports.summary_of(day) is not None

    def purchases(self, day: str) -> Iterator[Entry]:
        """The entries about purchases that the export holds; older ones too, that were marked on the day.

        Raises:
            Unavailable: S3 does not answer, or has no such export.
            InternalError, LedgerCorrupt: the export is damaged, or an entry in it.
        """
        summary = self._exports.summary_of(day)
        if summary is None:
            raise Unavailable(f"There is no complete export of {day}.")
        yield from _purchases(self._exports.images(summary))


class ScannedEntries:
    """All entries about purchases, from the table itself: for a machine of one's own, whose ledger is small."""

    def __init__(self, scan: LedgerScan) -> None:
        self._scan = scan

    def ready(self, _day: str) -> bool:
        """A table can always be read."""
        return True

    def purchases(self, _day: str) -> Iterator[Entry]:
        """The entries about purchases of all days; whoever reconciles one passes over the others.

        Raises:
            Unclear: a page could not be read.
        """
        yield from _purchases(self._scan.images())


class ReportBucket:
    """Reports of days; the first one of a day stands."""

    def __init__(self, s3: Any, bucket: str) -> None:
        self._s3 = s3
        self._bucket = bucket

    def last_day(self) -> str | None:
        """The newest day that has a report.

        Raises:
            Unavailable: S3 does not answer.
        """
        last, start = None, f"{REPORTS}/"
        while True:
            try:
                page = self._s3.list_objects_v2(Bucket=self._bucket, Prefix=f"{REPORTS}/", StartAfter=start)
            except (ClientError, BotoCoreError) as error:
                raise _silent() from error
            keys = [each["Key"] for each in page.get("Contents", ())]
            days = [key.split("/")[1] for key in keys if key.endswith("/report.json")]
            last = days[-1] if days else last
            if not page.get("IsTruncated"):
                return last
            start = keys[-1]

    def report(self, day: str) -> bytes | None:
        """A day's report, or None where it has none.

        Raises:
            Unavailable: S3 does not answer.
        """
        try:
            data: bytes = self._s3.get_object(Bucket=self._bucket, Key=f"{REPORTS}/{day}/report.json")["Body"].read()
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") in _ABSENT:
                return None
            raise _silent() from error
        except (BotoCoreError, OSError) as error:
            raise _silent() from error
        return data

    def put(self, day: str, document: str, text: str) -> None:
        """Keeps a day's report, for people first: the day is done once the one for programs is there.

        Raises:
            Unavailable: S3 does not answer.
        """
        self._put(f"{REPORTS}/{day}/report.txt", "text/plain; charset=utf-8", text)
        self._put(f"{REPORTS}/{day}/report.json", "application/json", document)

    def _put(self, key: str, kind: str, body: str) -> None:
        try:
            self._s3.put_object(Bucket=self._bucket, Key=key, Body=body.encode(), ContentType=kind, IfNoneMatch="*")
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") not in _TAKEN:
                raise _silent() from error
        except BotoCoreError as error:
            raise _silent() from error


class NoReports:
    """Keeps nothing, and knows of no day: each is reconciled by itself."""

    def last_day(self) -> str | None:
        """None."""
        return None

    def report(self, _day: str) -> bytes | None:
        """None."""
        return None

    def put(self, day: str, document: str, text: str) -> None:
        """Nothing."""


class DiskShelves:
    """Movements in files, an order's all in one: what is in memory at a time is one file's."""

    def __init__(self, files: list[BinaryIO]) -> None:
        self._files = files
        self._encode = msgspec.json.Encoder().encode
        self._decode = msgspec.json.Decoder(Movement).decode

    def put(self, movement: Movement) -> None:
        """Keeps one."""
        file = self._files[zlib.crc32(movement.order.encode()) % len(self._files)]
        file.write(self._encode(movement) + b"\n")

    def orders(self) -> Iterator[list[Movement]]:
        """All that was kept, a file at a time."""
        for file in self._files:
            file.seek(0)
            yield [self._decode(line) for line in file]


@contextlib.contextmanager
def disk_shelves() -> Iterator[DiskShelves]:
    """Shelves for one day; nothing of them is left afterwards, however the day ended."""
    with contextlib.ExitStack() as opened:
        folder = Path(opened.enter_context(tempfile.TemporaryDirectory(prefix="reconcile-")))
        yield DiskShelves([opened.enter_context((folder / str(number)).open("w+b")) for number in range(SHELVES)])


def _silent() -> Unavailable:
    return Unavailable("The bucket of reports does not answer.")


def _purchases(images: Iterator[Mapping[str, Any]]) -> Iterator[Entry]:
    for image in images:
        if image.get("reference", {}).get("S", "").startswith(PREFIX):
            yield entry_of_image(image)
