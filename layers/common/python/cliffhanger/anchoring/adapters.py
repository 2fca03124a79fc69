"""What anchoring reaches in AWS: exports of the ledger's table, and two buckets."""

from __future__ import annotations

import base64
import functools
import hashlib
import json
import zlib
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import msgspec
from botocore.exceptions import BotoCoreError, ClientError

from cliffhanger.anchoring.domain import PREFIX, Head, anchor_key, day_of_summary, export_prefix, start_of
from cliffhanger.errors import InternalError, Unavailable

BLOCK_BYTES = 1 << 18
MAX_LINE_BYTES = 4 << 20
_GZIP = 31
_TAKEN = frozenset({"PreconditionFailed", "ConditionalRequestConflict"})
_OUTSIDE = "InvalidExportTimeException"
"""Before the window of point-in-time recovery, or after what of it can be told already."""
_ABSENT = frozenset({"NoSuchKey", "404"})

Answer = TypeVar("Answer")


class _Text(msgspec.Struct):
    S: str


class _Number(msgspec.Struct):
    N: str


class _Bytes(msgspec.Struct):
    B: bytes


class _Image(msgspec.Struct):
    """What of an entry's item makes it a head."""

    account: _Text
    seq: _Number
    hash: _Bytes


class _Line(msgspec.Struct):
    """A line of an incremental export; one without a new image says that an item was deleted."""

    NewImage: _Image | None = None


class _Whole(msgspec.Struct):
    """Likewise, with all of the item."""

    NewImage: dict[str, dict[str, Any]] | None = None


_decode = msgspec.json.Decoder(_Line).decode
_decode_whole = msgspec.json.Decoder(_Whole).decode


class ExportBucket:
    """The bucket that days of the ledger's table are exported to, to read them.

    Source: Amazon DynamoDB Developer Guide, "DynamoDB table export output format".
    """

    def __init__(self, s3: Any, bucket: str) -> None:
        self._s3 = s3
        self._bucket = bucket

    def summary_of(self, day: str) -> str | None:
        """The key of the summary of a day's export, which is written last; None while there is none.

        Raises:
            Unavailable: S3 does not answer.
        """
        asked: dict[str, Any] = {"Bucket": self._bucket, "Prefix": f"{export_prefix(day)}/"}
        while True:
            page = _asked(functools.partial(self._s3.list_objects_v2, **asked))
            for each in page.get("Contents", ()):
                if day_of_summary(each["Key"]) == day:
                    return str(each["Key"])
            if not page.get("IsTruncated"):
                return None
            asked["ContinuationToken"] = page["NextContinuationToken"]

    def heads(self, summary_key: str) -> Iterator[tuple[str, Head]]:
        """Every entry that the export of a day holds, as a head; the export must be whole.

        Raises:
            Unavailable: S3 does not answer.
            InternalError: the export is damaged, or of another kind.
        """
        for image in self._new_images(summary_key, _decode):
            yield image.account.S, Head(int(image.seq.N), image.hash.B)

    def images(self, summary_key: str) -> Iterator[dict[str, Any]]:
        """Every item that the export of a day holds, in DynamoDB's JSON; the export must be whole.

        Raises:
            Unavailable: S3 does not answer.
            InternalError: the export is damaged, or of another kind.
        """
        yield from self._new_images(summary_key, _decode_whole)

    def _new_images(self, summary_key: str, decode: Callable[[bytes], Any]) -> Iterator[Any]:
        day = day_of_summary(summary_key)
        try:
            summary = json.loads(self._read(summary_key))
            if summary.get("exportType", "INCREMENTAL_EXPORT") != "INCREMENTAL_EXPORT" or day is None:
                raise InternalError(f"{summary_key} is no export of a day.")
            manifest = self._read(summary_key.replace("manifest-summary.json", "manifest-files.json"))
            files = [json.loads(line) for line in manifest.splitlines() if line.strip()]
            for file in files:
                key = self._key_of(file["dataFileS3Key"], day)
                for line in self._checked(key, file["itemCount"], file["md5Checksum"]):
                    image = decode(line).NewImage
                    if image is None:
                        raise InternalError(f"{key} says that an entry was deleted; none ever is.")
                    yield image
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            raise InternalError(f"The export {summary_key} is damaged.") from error

    def _key_of(self, key: str, day: str) -> str:
        """A data file's key: manifests name it with the export's prefix or without."""
        prefix = f"{export_prefix(day)}/"
        return key if key.startswith(prefix) else prefix + key

    def _checked(self, key: str, items: int, md5: str) -> Iterator[bytes]:
        digest, count = hashlib.md5(usedforsecurity=False), 0
        for line in self._lines(key, digest):
            count += 1
            yield line
        if count != items or base64.b64encode(digest.digest()).decode() != md5:
            raise InternalError(f"{key} is not as its manifest says.")

    def _lines(self, key: str, digest: Any) -> Iterator[bytes]:
        body = _asked(functools.partial(self._s3.get_object, Bucket=self._bucket, Key=key))["Body"]
        inflater, rest = zlib.decompressobj(_GZIP), b""
        try:
            while block := _asked(functools.partial(body.read, BLOCK_BYTES)):
                digest.update(block)
                lines = (rest + inflater.decompress(block)).split(b"\n")
                rest = lines.pop()
                if len(rest) > MAX_LINE_BYTES:
                    raise InternalError(f"{key} has a line that is longer than any item.")
                yield from (line for line in lines if line)
        except zlib.error as error:
            raise InternalError(f"{key} is damaged.") from error
        if not inflater.eof:
            raise InternalError(f"{key} is cut short.")
        if rest:
            yield rest

    def _read(self, key: str) -> bytes:
        body = _asked(functools.partial(self._s3.get_object, Bucket=self._bucket, Key=key))["Body"]
        data: bytes = _asked(body.read)
        return data


class LedgerExports(ExportBucket):
    """Incremental exports of the ledger's table, a day each, into that bucket.

    A window is at most 24 hours; its start is inclusive, its end exclusive.
    """

    def __init__(self, dynamodb: Any, s3: Any, table_arn: str, bucket: str) -> None:
        super().__init__(s3, bucket)
        self._dynamodb = dynamodb
        self._table_arn = table_arn

    def start(self, day: str, until: str) -> bool:
        """Asks for a day's changes; asking again within hours changes nothing.

        False where the day began before what the table can be restored to, which exports reach back to as well: nobody
        will ever be told of it.

        Raises:
            Unavailable: DynamoDB does not answer, or does not take it now.
        """
        try:
            self._export(day, until)
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") != _OUTSIDE or start_of(day) >= self._earliest():
                raise Unavailable("AWS does not take an export now.") from error
            return False
        except (BotoCoreError, OSError) as error:
            raise Unavailable("AWS does not answer.") from error
        return True

    def _earliest(self) -> int:
        """The first moment that the table can be restored to, in milliseconds."""
        told = _asked(lambda: self._dynamodb.describe_continuous_backups(TableName=self._table_arn))
        window = told["ContinuousBackupsDescription"].get("PointInTimeRecoveryDescription", {})
        earliest = window.get("EarliestRestorableDateTime")
        if earliest is None:
            raise Unavailable("The ledger's table has no point-in-time recovery.")
        return int(earliest.timestamp() * 1_000)

    def _export(self, day: str, until: str) -> None:
        window = {
            "ExportFromTime": start_of(day) // 1000,
            "ExportToTime": start_of(until) // 1000,
            "ExportViewType": "NEW_IMAGE",
        }
        self._dynamodb.export_table_to_point_in_time(
            TableArn=self._table_arn,
            S3Bucket=self._bucket,
            S3Prefix=export_prefix(day),
            S3SseAlgorithm="AES256",
            ExportFormat="DYNAMODB_JSON",
            ExportType="INCREMENTAL_EXPORT",
            IncrementalExportSpecification=window,
            ClientToken=f"anchor-{day}",
        )


class AnchorBucket:
    """The bucket of anchors: what is put there can be neither changed nor deleted for its retention (Object Lock)."""

    def __init__(self, s3: Any, bucket: str) -> None:
        self._s3 = s3
        self._bucket = bucket

    def last_day(self) -> str | None:
        """The newest day that has an anchor.

        Raises:
            Unavailable: S3 does not answer.
        """
        last, start = None, f"{PREFIX}/"
        listing = functools.partial(self._s3.list_objects_v2, Bucket=self._bucket, Prefix=f"{PREFIX}/")
        while True:
            page = _asked(functools.partial(listing, StartAfter=start))
            keys = [each["Key"] for each in page.get("Contents", ())]
            for key in keys:
                day = key.split("/")[1]
                last = day if key == anchor_key(day) else last
            if not page.get("IsTruncated"):
                return last
            start = keys[-1]

    def anchor(self, day: str) -> bytes | None:
        """A day's anchor, or None where it has none.

        Raises:
            Unavailable: S3 does not answer.
        """
        return self._get(anchor_key(day))

    def put(self, key: str, data: bytes) -> None:
        """Puts what nobody has put before; the same once more changes nothing.

        Raises:
            Unavailable: S3 does not answer.
            InternalError: something else is kept there.
        """
        checksum = base64.b64encode(hashlib.sha256(data).digest()).decode()
        try:
            self._s3.put_object(Bucket=self._bucket, Key=key, Body=data, ChecksumSHA256=checksum, IfNoneMatch="*")
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") not in _TAKEN:
                raise Unavailable("The bucket of anchors does not answer.") from error
            if self._get(key) != data:
                raise InternalError(f"Another {key} is kept already.") from error
        except BotoCoreError as error:
            raise Unavailable("The bucket of anchors does not answer.") from error

    def _get(self, key: str) -> bytes | None:
        try:
            data: bytes = self._s3.get_object(Bucket=self._bucket, Key=key)["Body"].read()
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") in _ABSENT:
                return None
            raise Unavailable("The bucket of anchors does not answer.") from error
        except (BotoCoreError, OSError) as error:
            raise Unavailable("The bucket of anchors does not answer.") from error
        return data


def _asked(ask: Callable[[], Answer]) -> Answer:
    try:
        return ask()
    except (ClientError, BotoCoreError, OSError) as error:
        raise Unavailable("AWS does not answer.") from error
