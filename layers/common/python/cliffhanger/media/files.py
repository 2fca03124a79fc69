"""The creators' files and the episodes' files, in S3."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from botocore.exceptions import ClientError

from cliffhanger.media.probe import refusal

MAX_DELETED = 1_000
"""DeleteObjects takes at most so many keys (S3 API reference)."""

_ABSENT = frozenset({"404", "NoSuchKey", "NotFound"})
_EMPTY = frozenset({"416", "InvalidRange"})
_OTHER = frozenset({"412", "PreconditionFailed"})


class Stored(NamedTuple):
    """What S3 tells of a file: its size, and its tag without the quotes around it."""

    size_bytes: int
    etag: str


class Files:
    """Reads, writes, looks for and removes files. A bucket's name comes first; keys and prefixes have no slash before.

    Every method raises ``ClientError`` when S3 does not do what it is asked; asking again is harmless.
    """

    def __init__(self, client: Any) -> None:
        self._client = client

    def read(self, bucket: str, key: str, etag: str, most: int) -> bytes:
        """A file of at most so many bytes, as it was when it had that tag; an empty tag takes what lies there.

        Raises:
            MediaRefused: ``replaced``: it is another file by now, or none; ``wrong_size``: it is larger.
        """
        condition = {"IfMatch": f'"{etag}"'} if etag else {}
        try:
            answer = self._client.get_object(Bucket=bucket, Key=key, **condition)
        except ClientError as error:
            if _code(error) in _ABSENT | _OTHER:
                raise refusal("replaced", "Another file was sent under the same form; start a new upload.") from error
            raise
        content: bytes = answer["Body"].read(most + 1)
        if len(content) > most:
            raise refusal("wrong_size", f"The file has more than {most} bytes.")
        return content

    def head(self, bucket: str, key: str, most: int) -> bytes:
        """The first bytes of a file, at most so many; none when it is empty or not there."""
        try:
            answer = self._client.get_object(Bucket=bucket, Key=key, Range=f"bytes=0-{most - 1}")
        except ClientError as error:
            if _code(error) in _ABSENT | _EMPTY:
                return b""
            raise
        content: bytes = answer["Body"].read(most)
        return content

    def write(self, bucket: str, key: str, text: str, content_type: str) -> None:
        """Writes a text; what lies there is replaced."""
        self._client.put_object(Bucket=bucket, Key=key, Body=text.encode(), ContentType=content_type)

    def look(self, bucket: str, key: str) -> Stored | None:
        """What S3 tells of a file, or None when there is none."""
        try:
            answer = self._client.head_object(Bucket=bucket, Key=key)
        except ClientError as error:
            if _code(error) in _ABSENT:
                return None
            raise
        return Stored(int(answer["ContentLength"]), str(answer["ETag"]).strip('"'))

    def keys(self, bucket: str, prefix: str) -> Iterator[str]:
        """The keys that begin with a prefix, in order."""
        for page in self._client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
            yield from (each["Key"] for each in page.get("Contents", []))

    def remove(self, bucket: str, prefix: str) -> int:
        """Removes every file whose key begins with a prefix, and tells how many there were.

        Raises:
            ClientError: S3 did not remove all of them.
        """
        keys = list(self.keys(bucket, prefix))
        for start in range(0, len(keys), MAX_DELETED):
            objects = [{"Key": key} for key in keys[start : start + MAX_DELETED]]
            answer = self._client.delete_objects(Bucket=bucket, Delete={"Objects": objects, "Quiet": True})
            for error in answer.get("Errors", ()):
                raise ClientError({"Error": {"Code": error["Code"], "Message": error["Key"]}}, "DeleteObjects")
        return len(keys)


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))
