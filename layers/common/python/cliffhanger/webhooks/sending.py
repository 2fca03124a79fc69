"""One request to a receiver that may be anything: slow, broken, hostile, or a name for something of ours.

The standard library's HTTP over a channel of our own, which gives what no client library does: one deadline over
resolving, connecting, the handshake, sending and reading, which no drip of bytes can put off; an end to how much is
read; and a connection to exactly the address that was checked, with the certificate of the name. Why: ADR 0029.
"""

from __future__ import annotations

import functools
import math
import re
import socket
import ssl
import time
from collections.abc import Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime
from http.client import BadStatusLine, HTTPException, HTTPResponse, HTTPSConnection, UnknownProtocol
from typing import Literal, NamedTuple, cast

from cliffhanger.clock import Clock, system_clock
from cliffhanger.errors import EndpointAddressRefused
from cliffhanger.webhooks.addresses import Networks, Target, check_url, may_connect
from cliffhanger.webhooks.channels import Channel
from cliffhanger.webhooks.resolving import Deadline, Resolve, Resolver, system_resolve

DEADLINE_S = 10.0
"""For the whole of an attempt."""
CONNECT_S = 3.0
"""For one of a name's addresses, so that there is time left for another."""
BODY_S = 1.0
"""For what of the answer's body comes after its head, of which only a line for the log is wanted."""

MAX_ADDRESSES = 4
"""Of one name that are tried in one attempt. All are checked."""
KEPT_BYTES = 512
"""Of the answer's body, for the log."""

Code = Literal[
    "address_refused",
    "name_unknown",
    "connect_failed",
    "tls_failed",
    "timed_out",
    "closed",
    "not_http",
    "too_long",
]

MAX_RETRY_AFTER_CHARS = 64

_SECONDS = re.compile(r"[0-9]{1,9}")
_INTERIM = frozenset({100, 102, 103})


class Post(NamedTuple):
    """What is sent. ``headers`` come beside ``host``, ``content-length``, ``accept-encoding`` and ``connection``."""

    url: str
    headers: Mapping[str, str]
    body: bytes


class Answered(NamedTuple):
    """The receiver's answer. Whether it is a good one is not for this module to say.

    Attributes:
        status: of HTTP; a redirect is an answer like any other, and is not followed.
        retry_after_s: in how many seconds the receiver wants to be asked again, if it says so; not bounded.
        body: its first bytes, 512 at most, as they came: neither unpacked nor decoded.
        millis: what the attempt took.
        address: where it went.
    """

    status: int
    retry_after_s: int | None
    body: bytes
    millis: int
    address: str


class Unanswered(NamedTuple):
    """Why there is no answer.

    Attributes:
        code: ``address_refused``, the URL or one of the name's addresses is not one that deliveries go to;
            ``name_unknown``, the name has no address; ``connect_failed``, nobody listens there; ``tls_failed``, no
            handshake, or not the name's certificate; ``timed_out``; ``closed``, the connection ended before the answer;
            ``not_http``, the answer is not HTTP/1; ``too_long``, its head does not end.
        millis: what the attempt took.
        address: where it went, or the one that was refused; empty if it did not come to that.
    """

    code: Code
    millis: int
    address: str


class Sender:
    """Sends posts. One may serve any number of threads.

    Args:
        allowed: networks of the stage's own that deliveries may go to.
        ca: file of certificates that are trusted beside the system's.
        resolve: looks a name up.
        clock: the present, for a time that an answer names.
        deadline_s: for the whole of an attempt.
    """

    def __init__(
        self,
        allowed: Networks = (),
        ca: str | None = None,
        *,
        resolve: Resolve = system_resolve,
        clock: Clock = system_clock,
        deadline_s: float = DEADLINE_S,
    ) -> None:
        self._allowed = allowed
        self._ca = ca
        self._resolver = Resolver(resolve)
        self._clock = clock
        self._deadline_s = deadline_s

    def send(self, post: Post) -> Answered | Unanswered:
        """Makes one request and comes back within the deadline, whatever the other side does."""
        attempt = _Attempt(self._deadline_s)
        try:
            target = check_url(post.url, self._allowed)
            with self._connect(target, attempt) as channel:
                return self._exchange(channel, target, post, attempt)
        except EndpointAddressRefused:
            return attempt.unanswered("address_refused")
        except _Failed as failed:
            return attempt.unanswered(failed.code)
        except (OSError, HTTPException) as error:
            return attempt.unanswered(_code_of(error))

    @functools.cached_property
    def _tls(self) -> ssl.SSLContext:
        """TLS 1.2 or newer, with the certificate of the name by the system's roots; made once, which takes a while."""
        context = ssl.create_default_context()
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.hostname_checks_common_name = False
        context.set_alpn_protocols(["http/1.1"])
        if self._ca is not None:
            context.load_verify_locations(self._ca)
        return context

    def _connect(self, target: Target, attempt: _Attempt) -> Channel:
        """A channel to the target, which has shown a certificate of its name."""
        plain = _dial(self._addresses(target, attempt), target.port, attempt)
        try:
            plain.settimeout(attempt.deadline.left())
            return Channel(self._tls.wrap_socket(plain, server_hostname=target.host), attempt.deadline)
        except BaseException:
            plain.close()
            raise

    def _addresses(self, target: Target, attempt: _Attempt) -> tuple[str, ...]:
        """Where the target is now, asked once: what is checked here is what is connected to.

        One address that is not public refuses the attempt, be it the last of many: a name that leads to us with luck
        only is no less of an attack.
        """
        found = (target.host,) if target.is_address else self._resolver.addresses_of(target.host, attempt.deadline)
        if not found:
            raise _Failed("name_unknown")
        for address in found:
            if not may_connect(address, target.port, self._allowed):
                attempt.address = address
                raise _Failed("address_refused")
        return found[:MAX_ADDRESSES]

    def _exchange(self, channel: Channel, target: Target, post: Post, attempt: _Attempt) -> Answered:
        """The request and its answer, over a connection that serves no other."""
        connection = HTTPSConnection(target.host, target.port, context=self._tls)
        connection.sock = channel
        connection.request("POST", target.path, body=post.body, headers={**post.headers, "connection": "close"})
        response = _final(channel)
        retry_after_s = _retry_after_s(response.headers.get("retry-after"), self._clock())
        kept = _first_bytes(response, channel)
        return Answered(response.status, retry_after_s, kept, attempt.millis(), attempt.address)


class _Failed(Exception):
    """The attempt ends here."""

    def __init__(self, code: Code) -> None:
        super().__init__(code)
        self.code: Code = code


class _Attempt:
    """What is known of an attempt while it is made."""

    def __init__(self, deadline_s: float) -> None:
        self.deadline = Deadline(deadline_s)
        self.address = ""
        self._began = time.monotonic()

    def millis(self) -> int:
        """What it has taken until now."""
        return round((time.monotonic() - self._began) * 1_000)

    def unanswered(self, code: Code) -> Unanswered:
        """Its end without an answer."""
        return Unanswered(code, self.millis(), self.address)


def _dial(addresses: tuple[str, ...], port: int, attempt: _Attempt) -> socket.socket:
    """A connection to the first of these addresses that takes one."""
    failed: OSError | None = None
    for address in addresses:
        attempt.address = address
        try:
            return _open(address, port, min(attempt.deadline.left(), CONNECT_S))
        except OSError as error:
            failed = error
    raise _Failed("timed_out" if isinstance(failed, TimeoutError) else "connect_failed") from failed


def _open(address: str, port: int, timeout_s: float) -> socket.socket:
    opened = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
    try:
        opened.settimeout(timeout_s)
        opened.connect((address, port))
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except BaseException:
        opened.close()
        raise
    return opened


def _final(channel: Channel) -> HTTPResponse:
    """The answer itself, after any that only say that it will come (RFC 9110, 15.2)."""
    while True:
        response = HTTPResponse(cast("socket.socket", channel), method="POST")
        response.begin()
        if channel.ended:  # in its head, which http.client would take for a whole one
            raise _Failed("closed")
        if response.status not in _INTERIM:
            return response


def _first_bytes(response: HTTPResponse, channel: Channel) -> bytes:
    """What there is of the body soon. Its end, or that it has none, changes nothing: the receiver has answered."""
    kept = b""
    try:
        channel.deadline = Deadline(min(channel.deadline.left(), BODY_S))
        while len(kept) < KEPT_BYTES and (piece := response.read1(KEPT_BYTES - len(kept))):
            kept += piece
    except (OSError, HTTPException):
        pass
    return kept[:KEPT_BYTES]


def _retry_after_s(text: str | None, now_ms: int) -> int | None:
    """In how many seconds a ``Retry-After`` is (RFC 9110, 10.2.3), or None for what is neither seconds nor a date."""
    if text is None or len(text) > MAX_RETRY_AFTER_CHARS:
        return None
    if _SECONDS.fullmatch(text.strip()):
        return int(text)
    try:
        at = parsedate_to_datetime(text)
        at_s = (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return max(0, math.ceil(at_s - now_ms / 1_000))


def _code_of(error: OSError | HTTPException) -> Code:
    """What an error of the standard library says of an attempt that has come to a connection."""
    if isinstance(error, TimeoutError):
        return "timed_out"
    if isinstance(error, ssl.SSLError) and not isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError):
        return "tls_failed"
    if isinstance(error, OSError):
        return "closed"
    return "not_http" if isinstance(error, BadStatusLine | UnknownProtocol) else "too_long"
