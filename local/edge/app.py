"""The edge as an ASGI application: limits, behaviours, grants, origins, headers, and one log line a request."""

from __future__ import annotations

import asyncio
import functools
import json
import secrets
import time
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, NamedTuple, TypeVar
from urllib.parse import unquote_to_bytes

from cliffhanger.clock import Clock
from local.edge.behaviors import Behavior, Headers
from local.edge.compression import compressed, strong
from local.edge.config import EdgeConfig
from local.edge.messages import Answer, OriginUnreachable, Request
from local.edge.origins import VIA, Origins
from local.edge.signatures import Denied, PublicKey, Viewer, cookie_fields, matches, split_query, verify

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

T = TypeVar("T")

MAX_URL: Final = 8_192
MAX_HEAD: Final = 32_768
"""Bytes of a URL, and of a request without its body: CloudFront's quotas. Beyond them it answers 413."""

MAX_BODY: Final = 10_000_000
"""Bytes of a body that API Gateway takes; beyond them it answers 413 too, but would first be sent them."""

BODY_S: Final = 60
WORKERS: Final = 32
HEALTH: Final = "/_local/health"


class Refused(Exception):
    """A request that the edge itself answers."""

    def __init__(self, status: int, code: str, message: str, reason: str = "") -> None:
        super().__init__(reason or code)
        self.status = status
        self.code = code
        self.message = message
        self.reason = reason or code


class Exchange(NamedTuple):
    """What is known of a request before its body is read."""

    method: str
    path: str
    query: str
    headers: Headers
    viewer: tuple[str, int]

    def values(self, name: str) -> list[str]:
        """All values of a header."""
        return [value for key, value in self.headers if key == name]


class Edge:
    """The application. ``log`` takes one JSON line for each request."""

    def __init__(
        self,
        config: EdgeConfig,
        behaviors: tuple[Behavior, ...],
        keys: dict[str, PublicKey],
        origins: Origins,
        *,
        clock: Clock,
        log: Callable[[str], None],
    ) -> None:
        self._config = config
        self._behaviors = behaviors
        self._keys = keys
        self._origins = origins
        self._clock = clock
        self._log = log
        self._threads = ThreadPoolExecutor(WORKERS, thread_name_prefix="origin")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One connection's request, as ASGI has it."""
        if scope["type"] == "lifespan":
            await _live(receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await self._serve(_exchange(scope), receive, send)

    async def _serve(self, exchange: Exchange, receive: Receive, send: Send) -> None:
        begun = time.monotonic()
        name = secrets.token_urlsafe(18)
        reason = ""
        behavior = self._behavior(exchange.path)
        try:
            answer = await self._answer(exchange, behavior, receive)
        except Refused as refusal:
            answer, reason = _page(refusal), refusal.reason
        except OriginUnreachable as failure:
            words = "CloudFront wasn't able to connect to the origin."
            answer = _page(Refused(failure.status, "OriginUnreachable", words))
            reason = str(failure)
        headers = [*answer.headers, ("Via", VIA), ("X-Amz-Cf-Id", name)]
        headers.append(("X-Cache", "Error from cloudfront" if answer.status >= 400 else "Miss from cloudfront"))
        headers = behavior.headers.apply(headers, next(iter(exchange.values("origin")), ""))
        sent = await self._send(exchange, answer, headers, send)
        if exchange.path != HEALTH:
            taken = round((time.monotonic() - begun) * 1000)
            line: dict[str, Any] = {"event": "request", "id": name, "method": exchange.method, "path": exchange.path}
            line |= {"behavior": behavior.pattern, "status": answer.status, "bytes": sent, "ms": taken}
            # No query, no cookie, no token: they are keys to what they were sent for.
            self._log(json.dumps(line | {"viewer": exchange.viewer[0]} | ({"reason": reason} if reason else {})))

    def _behavior(self, path: str) -> Behavior:
        return next((one for one in self._behaviors if matches(one.pattern, path)), self._behaviors[-1])

    async def _answer(self, exchange: Exchange, behavior: Behavior, receive: Receive) -> Answer:
        _check_size(exchange)
        if exchange.path == HEALTH:
            return Answer(200, [("Content-Type", "application/json")], iter((b'{"ready":true}',)))
        self._check_host(exchange)
        _check_path(exchange.path)
        if exchange.method not in behavior.methods:
            words = "This distribution is not configured to allow the HTTP request method that was used."
            raise Refused(403, "MethodNotAllowed", words, "method")
        body = await _body(receive)
        if body and exchange.method == "GET":
            raise Refused(403, "BadRequest", "A GET request must not have a body.", "body with GET")
        fields, query = split_query(exchange.query)
        if behavior.signed:
            self._admit(exchange, fields, query)
        headers = _conditions_of_origin(exchange.headers) if behavior.compressed else exchange.headers
        request = Request(exchange.method, exchange.path, query, headers, body, exchange.viewer)
        if exchange.path.startswith("/v1/"):
            origin = self._origins.gateway.answer
        elif exchange.path.startswith(("/media/", "/posters/")):
            origin = self._origins.media.answer
        else:
            origin = self._origins.web.answer
        answer = await self._in_thread(functools.partial(origin, request))
        return await self._in_thread(functools.partial(compressed, request, answer)) if behavior.compressed else answer

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    def _check_host(self, exchange: Exchange) -> None:
        """Only our own names: a grant is for one, and a foreign name that leads here is someone else's page."""
        hosts = exchange.values("host")
        if len(hosts) != 1 or hosts[0].lower() not in self._config.answered_hosts:
            raise Refused(403, "BadRequest", "We can't connect to the server for this app or website.", "host")

    def _admit(self, exchange: Exchange, fields: dict[str, str], query: str) -> None:
        """Checks the grant in the query's ``fields`` or in cookies; ``query`` is what else the viewer's query says."""
        url = f"{self._config.scheme}://{exchange.values('host')[0]}{exchange.path}" + (f"?{query}" if query else "")
        cookies = cookie_fields(exchange.values("cookie"))
        try:
            verify(url, fields, cookies, self._keys, Viewer(exchange.viewer[0], self._clock() // 1000))
        except Denied as denied:
            raise Refused(403, denied.code, denied.message, denied.reason) from denied

    async def _send(self, exchange: Exchange, answer: Answer, headers: Headers, send: Send) -> int:
        """Sends an answer part by part; the bytes of its body."""
        await send(
            {
                "type": "http.response.start",
                "status": answer.status,
                "headers": [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers],
            }
        )
        sent = 0
        if exchange.method != "HEAD" and answer.status not in (204, 304):
            while (part := await self._in_thread(functools.partial(_next, answer.body))) is not None:
                sent += len(part)
                await send({"type": "http.response.body", "body": part, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})
        return sent


def _conditions_of_origin(headers: Headers) -> Headers:
    return [(name, strong(value) if name == "if-none-match" else value) for name, value in headers]


def _next(parts: Iterator[bytes]) -> bytes | None:
    return next(parts, None)


def _exchange(scope: Scope) -> Exchange:
    client = scope.get("client") or ("", 0)
    return Exchange(
        method=scope["method"],
        path=scope["raw_path"].decode("ascii"),
        query=scope["query_string"].decode("ascii"),
        headers=[(name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in scope["headers"]],
        viewer=(client[0], client[1]),
    )


def _check_size(exchange: Exchange) -> None:
    url = len(exchange.path) + len(exchange.query) + 1
    head = url + sum(len(name) + len(value) + 4 for name, value in exchange.headers)
    if url > MAX_URL or head > MAX_HEAD:
        raise Refused(413, "RequestTooLarge", "The request is too large.")


def _check_path(path: str) -> None:
    """Refuses paths that mean another one: how a path is written decides which behaviour and which grant it needs."""
    if not path.startswith("/"):
        raise Refused(400, "BadRequest", "The request is not for a path of this site.", "target")
    plain = unquote_to_bytes(path)
    segments = plain.replace(b"\\", b"/").split(b"/")
    if b"." in segments or b".." in segments or any(byte < 0x20 or byte == 0x7F for byte in plain):
        raise Refused(403, "AccessDenied", "Access denied", "path is not normal")
    try:
        plain.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Refused(400, "BadRequest", "The path is not UTF-8.", "path is not UTF-8") from error


async def _body(receive: Receive) -> bytes:
    """The whole body, in time and within bounds."""
    parts: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(BODY_S):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise Refused(400, "BadRequest", "The request was not finished.", "viewer left")
                parts.append(message.get("body", b""))
                size += len(parts[-1])
                if size > MAX_BODY:
                    raise Refused(413, "RequestTooLarge", "The request is too large.", "body")
                if not message.get("more_body", False):
                    return b"".join(parts)
    except TimeoutError as error:
        raise Refused(408, "RequestTimeout", "The request was not finished in time.") from error


def _page(refusal: Refused) -> Answer:
    """CloudFront's own answer: an XML document."""
    document = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<Error><Code>{refusal.code}</Code><Message>{refusal.message}</Message></Error>"
    ).encode()
    headers = [("Server", "CloudFront"), ("Content-Type", "text/xml"), ("Content-Length", str(len(document)))]
    if refusal.status in (400, 408, 413):
        headers.append(("Connection", "close"))
    return Answer(refusal.status, headers, iter((document,)))


async def _live(receive: Receive, send: Send) -> None:
    """ASGI's lifespan: nothing to open, nothing to close."""
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
