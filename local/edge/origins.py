"""What stands behind the edge: the emulator's HTTP API and its buckets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

import boto3
import urllib3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from local.edge.bucket import Bucket
from local.edge.config import ConfigError, EdgeConfig
from local.edge.messages import CONNECT_S, HOP_BY_HOP, RESPONSE_S, Answer, OriginUnreachable, Request
from local.environment import LOOPBACK

VIA: Final = "1.1 local-edge (CloudFront)"
SECRET_HEADER: Final = "x-origin-secret"

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
