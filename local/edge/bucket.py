"""A bucket behind the edge, read as CloudFront reads S3."""

from __future__ import annotations

import contextlib
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

import urllib3
from botocore.exceptions import BotoCoreError, ClientError

from local.edge.behaviors import Headers
from local.edge.messages import CONNECT_S, HOP_BY_HOP, RESPONSE_S, Answer, OriginUnreachable, Request

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

CHUNK: Final = 64 * 1024

PREFLIGHT_HEADERS: Final = frozenset({"origin", "access-control-request-method", "access-control-request-headers"})
"""What a bucket decides a preflight by; CloudFront's origin request policy for S3 forwards just these."""

OBJECT_HEADERS: Final = frozenset(
    {
        "accept-ranges",
        "cache-control",
        "content-disposition",
        "content-encoding",
        "content-language",
        "content-length",
        "content-range",
        "content-type",
        "etag",
        "expires",
        "last-modified",
    }
)
"""What is passed on of an object's headers; the rest is S3's own."""

CONDITIONS: Final = {
    "range": "Range",
    "if-none-match": "IfNoneMatch",
    "if-match": "IfMatch",
    "if-modified-since": "IfModifiedSince",
    "if-unmodified-since": "IfUnmodifiedSince",
}
"""Conditions of a request, as the S3 client takes them."""


class Bucket:
    """A bucket, read with the edge's own identity. Safe to use from several threads.

    ``hides_missing`` says that the identity may not list the bucket: S3 then answers 403 for what is not there.
    """

    def __init__(self, client: S3Client, name: str, *, hides_missing: bool) -> None:
        self._client = client
        self._name = name
        self._hides_missing = hides_missing

    def answer(self, request: Request) -> Answer:
        """An object, part of it, or why not.

        Raises:
            OriginUnreachable: no answer.
        """
        if request.method == "OPTIONS":
            return self._preflight(request)
        key = unquote(request.path[1:]) or "index.html"
        asked: dict[str, Any] = {"Bucket": self._name, "Key": key}
        asked |= _conditions(request.headers)
        try:
            if request.method == "HEAD":
                head = self._client.head_object(**asked)
                return Answer(_status(head), _object_headers(head))
            found = self._client.get_object(**asked)
        except ClientError as error:
            return self._refusal(dict(error.response))
        except BotoCoreError as error:
            raise OriginUnreachable(502, f"S3 cannot be reached: {type(error).__name__}") from error
        return Answer(_status(found), _object_headers(found), found["Body"].iter_chunks(CHUNK))

    def _preflight(self, request: Request) -> Answer:
        """What the bucket says to a page of another origin that asks whether it may ask."""
        asked = {name: value for name, value in request.headers if name in PREFLIGHT_HEADERS}
        try:
            # Signed requests are botocore's, which knows of no preflight: nobody signs one.
            answer = urllib3.request(
                "OPTIONS",
                f"{self._client.meta.endpoint_url}/{self._name}{request.path}",
                headers=asked,
                redirect=False,
                retries=False,
                timeout=urllib3.Timeout(connect=CONNECT_S, read=RESPONSE_S),
            )
        except urllib3.exceptions.HTTPError as error:
            raise OriginUnreachable(502, f"S3 cannot be reached: {type(error).__name__}") from error
        kept = [(name, value) for name, value in answer.headers.items() if name.lower() not in HOP_BY_HOP | {"date"}]
        return Answer(answer.status, kept, iter((answer.data,)))

    def _refusal(self, response: dict[str, Any]) -> Answer:
        status = _status(response)
        code = str(response.get("Error", {}).get("Code", ""))
        if status in (304, 412):
            return Answer(status, [one for one in _object_headers(response) if one[0].lower() != "content-length"])
        if status == 404 and self._hides_missing:
            status, code = 403, "AccessDenied"
        words = {403: ("AccessDenied", "Access Denied"), 404: ("NoSuchKey", "The specified key does not exist.")}
        code, message = words.get(status, (code or "InternalError", "The request cannot be done."))
        document = (
            f'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>{code}</Code><Message>{message}</Message></Error>'
        )
        content = document.encode()
        headers = [("Content-Type", "application/xml"), ("Content-Length", str(len(content)))]
        return Answer(status, headers, iter((content,)))


def _conditions(headers: Headers) -> dict[str, Any]:
    """A request's conditions, as the S3 client takes them. A date that is none is no condition (RFC 9110, 13.1.3)."""
    found: dict[str, Any] = {}
    for name, value in headers:
        if name.endswith("-since") and name in CONDITIONS:
            with contextlib.suppress(ValueError):
                found[CONDITIONS[name]] = parsedate_to_datetime(value)
        elif name in CONDITIONS:
            found[CONDITIONS[name]] = value
    return found


def _status(response: Any) -> int:
    return int(response["ResponseMetadata"]["HTTPStatusCode"])


def _object_headers(response: Any) -> Headers:
    given = response["ResponseMetadata"]["HTTPHeaders"]
    return [(name, value) for name, value in given.items() if name.lower() in OBJECT_HEADERS]
