"""Statements in S3, in a private bucket: two files a statement, of each of which the first that was put stands.

Keys are ``statements/{person}/{order}-{day}.json`` and `.pdf`, where ``order`` counts down, so that S3, which lists in
order of keys, lists the newest first. The JSON is put first, and the PDF is drawn of the JSON that stands: where two
make a statement at once, neither puts another's page beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from cliffhanger.clock import Clock
from cliffhanger.errors import InternalError, Unavailable
from cliffhanger.revenue.statements import Before, Statement, read_statement
from cliffhanger.revenue.telling import Kept, Link

PREFIX = "statements"
LINK_S = 300
"""A link is followed at once, or asked for again."""
_TAKEN = frozenset({"PreconditionFailed", "ConditionalRequestConflict"})
_KINDS = {"json": "application/json", "pdf": "application/pdf"}


class StatementBucket:
    """The bucket of statements.

    Args:
        s3: a client that signs by version 4.
        bucket: its name.
        clock: the present.
    """

    def __init__(self, s3: Any, bucket: str, clock: Clock) -> None:
        self._s3 = s3
        self._bucket = bucket
        self._clock = clock

    def newest(self, person: str, limit: int, before: str | None = None) -> Sequence[Kept]:
        """At most so many of a creator's statements, newest first, of days before one.

        Raises:
            Unavailable: S3 does not answer.
        """
        found: list[Kept] = []
        folder = f"{PREFIX}/{person}/"
        start = folder if before is None else f"{folder}{_order(before)}~"
        while len(found) < limit:
            try:
                page = self._s3.list_objects_v2(Bucket=self._bucket, Prefix=folder, StartAfter=start, MaxKeys=2 * limit)
            except (ClientError, BotoCoreError) as error:
                raise _silent() from error
            objects = page.get("Contents", ())
            found += (_kept(each) for each in objects if each["Key"].endswith(".json"))
            if not page.get("IsTruncated"):
                break
            start = objects[-1]["Key"]
        return found[:limit]

    def find(self, person: str, day: str) -> Kept | None:
        """A creator's statement of a day; None where there is none.

        Raises:
            Unavailable: S3 does not answer.
        """
        try:
            page = self._s3.list_objects_v2(Bucket=self._bucket, Prefix=key_of(person, day, ""))
        except (ClientError, BotoCoreError) as error:
            raise _silent() from error
        found = {each["Key"].rpartition(".")[2]: each for each in page.get("Contents", ())}
        return _kept(found["json"])._replace(drawn="pdf" in found) if "json" in found else None

    def before(self, person: str, day: str) -> Before | None:
        """What the next statement has to name of the newest one of earlier days; None where there is none.

        Raises:
            Unavailable: S3 does not answer.
            InternalError: what is kept is no statement.
        """
        for kept in self.newest(person, 1, day):
            last = self.read(person, kept.day)
            return Before(kept.day, last.sha256, last.last)
        return None

    def read(self, person: str, day: str) -> Statement:
        """A statement that is kept.

        Raises:
            Unavailable: S3 does not answer.
            InternalError: what is kept is no statement.
        """
        try:
            body = self._s3.get_object(Bucket=self._bucket, Key=key_of(person, day, "json"))["Body"].read()
        except (ClientError, BotoCoreError, OSError) as error:
            raise _silent() from error
        try:
            return read_statement(body.decode())
        except (ValueError, LookupError, TypeError) as error:
            raise InternalError(f"The statement of {day} is none.") from error

    def put(self, statement: Statement) -> bool:
        """Keeps a statement, the first of its day; False where there is one already, which stands.

        Raises:
            Unavailable: S3 does not answer; it may have been kept, and may be put again.
        """
        return self._put(statement, "json", statement.text.encode())

    def add(self, statement: Statement, pdf: bytes) -> None:
        """Keeps the PDF of a statement that is kept; one that is there already stands.

        Raises:
            Unavailable: S3 does not answer; it may have been kept, and may be put again.
        """
        self._put(statement, "pdf", pdf)

    def link(self, person: str, day: str, kind: str) -> Link:
        """A link to a statement's file, under which a browser saves it by its day; calls nobody."""
        shown = {"ResponseContentDisposition": f'attachment; filename="statement-{day}.{kind}"'}
        url = self._s3.generate_presigned_url(
            "get_object",
            Params={"Bucket": self._bucket, "Key": key_of(person, day, kind), **shown},
            ExpiresIn=LINK_S,
        )
        return Link(url, self._clock() + LINK_S * 1000)

    def _put(self, statement: Statement, kind: str, body: bytes) -> bool:
        key = key_of(statement.person, statement.day, kind)
        try:
            self._s3.put_object(Bucket=self._bucket, Key=key, Body=body, ContentType=_KINDS[kind], IfNoneMatch="*")
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") in _TAKEN:
                return False
            raise _silent() from error
        except BotoCoreError as error:
            raise _silent() from error
        return True


def key_of(person: str, day: str, kind: str) -> str:
    """The key of a statement's file."""
    return f"{PREFIX}/{person}/{_order(day)}-{day}.{kind}"


def _kept(each: dict[str, Any]) -> Kept:
    return Kept(each["Key"][-15:-5], each["Size"], int(each["LastModified"].timestamp() * 1000))


def _order(day: str) -> str:
    return str(99_999_999 - int(day.replace("-", "")))


def _silent() -> Unavailable:
    return Unavailable("S3 does not answer.")
