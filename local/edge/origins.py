"""What stands behind the edge: the emulator's HTTP API and its buckets."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote, urlsplit

import boto3
import urllib3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from local.edge.behaviors import Headers
from local.edge.config import ConfigError, EdgeConfig
from local.environment import LOOPBACK

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

CONNECT_S: Final = 10
RESPONSE_S: Final = 30
"""CloudFront's defaults: seconds to connect to an origin, and to hear from it."""

CHUNK: Final = 64 * 1024

VIA: Final = "1.1 local-edge (CloudFront)"
SECRET_HEADER: Final = "x-origin-secret"

HOP_BY_HOP: Final = frozenset(
    {
        "connection",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
"""Headers that end at each hop (RFC 9110, section 7.6.1)."""

NOT_FORWARDED: Final = HOP_BY_HOP | {
    "content-length",
    "expect",
    "host",
    "via",
    "x-amz-cf-id",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-port",
    "x-forwarded-proto",
    "x-real-ip",
}
"""What a viewer cannot say: it is the edge's to say, or names this hop."""

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


class OriginUnreachable(Exception):
    """An origin gave no answer: ``status`` is 502 when there was none to be had, 504 when it came too late."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


@dataclass(frozen=True)
class Answer:
    """What an origin answered. ``body`` gives the content once, in parts."""

    status: int
    headers: Headers
    body: Iterator[bytes] = field(default_factory=lambda: iter(()))


@dataclass(frozen=True)
class Request:
    """What a viewer asked for, as far as it is passed on. ``query`` has no signature in it."""

    method: str
    path: str
    query: str
    headers: Headers
    body: bytes
    viewer: tuple[str, int]

    def header(self, name: str) -> str:
        """The first value of a header, or nothing."""
        return next((value for key, value in self.headers if key == name), "")


class Gateway:
    """The HTTP API. Safe to use from several threads."""

    def __init__(self, url: str, secret: str) -> None:
        parts = urlsplit(url)
        name = parts.hostname or ""
        # A name under localhost is this machine by definition (RFC 6761, section 6.3), whatever its resolver knows.
        host = LOOPBACK if name.endswith(".localhost") else name
        self._pool = urllib3.HTTPConnectionPool(host, parts.port or 80, maxsize=16, block=False)
        self._host = parts.netloc
        self._prefix = parts.path.rstrip("/")
        self._secret = secret

    def answer(self, request: Request) -> Answer:
        """Passes a request on.

        Raises:
            OriginUnreachable: no answer.
        """
        target = self._prefix + request.path + (f"?{request.query}" if request.query else "")
        try:
            answer = self._pool.urlopen(
                request.method,
                target,
                body=request.body or None,
                headers=self._headers(request),
                redirect=False,
                retries=False,
                assert_same_host=False,
                timeout=urllib3.Timeout(connect=CONNECT_S, read=RESPONSE_S),
                decode_content=False,
            )
        except urllib3.exceptions.TimeoutError as error:
            raise OriginUnreachable(504, "the API did not answer in time") from error
        except urllib3.exceptions.HTTPError as error:
            raise OriginUnreachable(502, f"the API cannot be reached: {type(error).__name__}") from error
        kept = [(name, value) for name, value in answer.headers.items() if name.lower() not in HOP_BY_HOP | {"date"}]
        if request.method != "HEAD":
            kept = [(name, value) for name, value in kept if name.lower() != "content-length"]
            kept.append(("Content-Length", str(len(answer.data))))
        return Answer(answer.status, kept, iter((answer.data,)))

    def _headers(self, request: Request) -> urllib3.HTTPHeaderDict:
        named = {
            token.strip().lower()
            for name, value in request.headers
            if name == "connection"
            for token in value.split(",")
        }
        headers = urllib3.HTTPHeaderDict({"Host": self._host})
        for name, value in request.headers:
            # An underscore reads as a hyphen to some; a secret must not come in by that door either.
            plain = name.replace("_", "-")
            hidden = plain in NOT_FORWARDED or plain in named or plain == SECRET_HEADER
            if not hidden and not plain.startswith("cloudfront-"):
                headers.add(name, value)
        address, port = request.viewer
        before = [value for name, value in request.headers if name == "x-forwarded-for"]
        headers["X-Forwarded-For"] = ", ".join([*before, address])
        headers["CloudFront-Viewer-Address"] = f"{address}:{port}"
        headers["Via"] = VIA
        headers[SECRET_HEADER] = self._secret
        return headers


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


@dataclass(frozen=True)
class Origins:
    """The three origins."""

    gateway: Gateway
    media: Bucket
    web: Bucket


def connect(config: EdgeConfig) -> Origins:
    """The origins of a configuration; the origin secret is fetched now.

    Raises:
        ConfigError: the secret cannot be read.
    """
    session = boto3.session.Session(region_name=config.region)
    options = Config(
        connect_timeout=CONNECT_S,
        read_timeout=RESPONSE_S,
        max_pool_connections=32,
        retries={"mode": "standard", "max_attempts": 3},
        response_checksum_validation="when_required",
        s3={"addressing_style": "path"},
    )
    secret = config.origin_secret
    if config.origin_secret_id:
        vault = session.client("secretsmanager", endpoint_url=config.endpoint_url, config=options)
        try:
            secret = vault.get_secret_value(SecretId=config.origin_secret_id)["SecretString"]
        except (BotoCoreError, ClientError) as error:
            raise ConfigError(f"originSecretId: {error}") from error
    client = session.client("s3", endpoint_url=config.endpoint_url, config=options)
    return Origins(
        gateway=Gateway(config.gateway_url, secret),
        media=Bucket(client, config.media_bucket, hides_missing=True),
        web=Bucket(client, config.web_bucket, hides_missing=False),
    )
