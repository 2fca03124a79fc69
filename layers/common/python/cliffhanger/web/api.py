"""The edge of every HTTP function: parse, authenticate, run one use case, render.

API Gateway has matched the route already, so there is no router here: the event's route key names the operation.
A function that does not serve exactly the routes that ``cliffhanger.routes`` gives it refuses to import.
"""

from __future__ import annotations

import base64
import binascii
import functools
import hashlib
import hmac
import time
from collections.abc import Callable, Hashable, Mapping
from typing import Any, NamedTuple, cast

import msgspec

from cliffhanger.clock import system_clock
from cliffhanger.errors import (
    BodyTooLarge,
    CliffhangerError,
    GroupRequired,
    InternalError,
    MalformedJson,
    OriginRefused,
    RouteNotFound,
    ValidationFailed,
)
from cliffhanger.routes import Route, routes_of
from cliffhanger.settings import read
from cliffhanger.telemetry.log import logger
from cliffhanger.web import problems
from cliffhanger.web.tokens import Caller, KeySet, bearer_of, fetch_keys, verify

MAX_BODY_BYTES = 16_384
ORIGIN_HEADER = "x-origin-secret"


class RoutesMismatch(ImportError):
    """A handler serves other operations than ``cliffhanger.routes`` gives its function."""


class Call(NamedTuple):
    """One parsed request. ``path``, ``query`` and ``body`` are of the types that the operation declares."""

    path: Any
    query: Any
    body: Any
    caller: Caller | None
    event: Mapping[str, Any]

    @property
    def person(self) -> str:
        """The caller's person id, on routes that need a sign-in.

        Raises:
            InternalError: the route is open to all; a fault of the handler.
        """
        if self.caller is None:
            raise InternalError("An open route asked who calls.")
        return self.caller.person


class Answer(NamedTuple):
    """What an operation answers: a value to encode as JSON, or text with its own content type."""

    status: int
    body: Any
    headers: Mapping[str, str] = {}
    cookies: tuple[str, ...] = ()


class Operation(NamedTuple):
    """One operation: the use case, its schemas, and the problems it can answer with (for the OpenAPI document)."""

    run: Callable[[Call], Answer]
    path: type[Any] | None = None
    query: type[Any] | None = None
    body: type[Any] | None = None
    answers: Mapping[int, Any] = {}
    problems: tuple[type[CliffhangerError], ...] = ()


class Api:
    """A Lambda handler for API Gateway's payload format 2.0."""

    def __init__(self, function: str, operations: Mapping[str, Operation]) -> None:
        routes = routes_of(function)
        expected, served = {route.operation for route in routes}, set(operations)
        if expected != served:
            raise RoutesMismatch(
                f"{function}: missing {sorted(expected - served)}, unknown {sorted(served - expected)}"
            )
        self.function = function
        self.operations = operations
        self._routes: dict[str, Route] = {route.key: route for route in routes}

    def __call__(self, event: dict[str, Any], context: object) -> dict[str, Any]:
        """The answer to one request, in API Gateway's form. Never raises: a fault of ours is a problem document too."""
        started = time.perf_counter_ns()
        operation, code = "unmatched", "ok"
        try:
            check_origin(event)
            route = self._route(event)
            operation = route.operation
            answer = render(self._run(route, event))
        except CliffhangerError as error:
            code = error.code
            if problems.status_of(error) == problems.SERVER_FAULT:
                logger().exception("fault", code=code)
            answer = problems.render(error)
        except Exception:  # noqa: BLE001 - the outermost frame: logged with its trace, answered without it
            code = InternalError.code
            logger().exception("fault", code=code)
            answer = problems.render(InternalError())
        logger().info(
            "request",
            operation=operation,
            status=answer["statusCode"],
            code=code,
            request=getattr(context, "aws_request_id", None),
            micros=(time.perf_counter_ns() - started) // 1_000,
        )
        return answer

    def _route(self, event: Mapping[str, Any]) -> Route:
        route = self._routes.get(event.get("routeKey", ""))
        if route is None:
            raise RouteNotFound("See the API's description for its paths.")
        return route

    def _run(self, route: Route, event: Mapping[str, Any]) -> Answer:
        operation = self.operations[route.operation]
        caller = authenticate(route, event.get("headers") or {})
        call = Call(
            path=_convert(event.get("pathParameters"), operation.path, "path"),
            query=_convert(event.get("queryStringParameters"), operation.query, "query"),
            body=parse_body(event, operation.body),
            caller=caller,
            event=event,
        )
        return operation.run(call)


def build_api(function: str, operations: Mapping[str, Operation]) -> Api:
    """The handler of an HTTP function.

    Raises:
        RoutesMismatch: the operations are not exactly the function's routes.
    """
    return Api(function, operations)


def check_origin(event: Mapping[str, Any]) -> None:
    """Refuses a request that did not come through the distribution.

    Only digests of the accepted secrets are known here; two are accepted while one is being rotated.

    Raises:
        OriginRefused: the secret header is missing or wrong.
    """
    secret = (event.get("headers") or {}).get(ORIGIN_HEADER, "")
    digest = hashlib.sha256(secret.encode()).hexdigest()
    accepted = [hmac.compare_digest(digest, known) for known in read("ORIGIN_DIGESTS").split(",")]
    if not any(accepted):
        raise OriginRefused("Call the service by its public address.")


def authenticate(route: Route, headers: Mapping[str, str]) -> Caller | None:
    """The caller of a route, or None where the route is open.

    Raises:
        TokenMissing and its siblings: the access token does not hold.
        GroupRequired: the caller is not a member of the group that the route needs.
    """
    if route.auth in ("public", "grant"):
        return None
    token = bearer_of(headers)
    caller = verify(token, _keys(), read("TOKEN_ISSUER"), frozenset(read("TOKEN_CLIENTS").split(",")), system_clock)
    if route.auth != "viewer" and route.auth not in caller.groups:
        raise GroupRequired(f"This needs the group '{route.auth}'.", group=route.auth)
    return caller


@functools.cache
def _keys() -> KeySet:
    return KeySet(fetch_keys(read("TOKEN_KEYS_URL")), system_clock)


def parse_body(event: Mapping[str, Any], schema: type[Any] | None) -> Any:
    """The request's body as its schema; an absent body counts as an empty object.

    Raises:
        BodyTooLarge: over 16 KiB.
        MalformedJson: not JSON.
        ValidationFailed: JSON that does not fit the schema, or a body where none belongs.
    """
    text = event.get("body") or ""
    if len(text) > MAX_BODY_BYTES * 4 // 3 + 4:
        raise BodyTooLarge(f"At most {MAX_BODY_BYTES} bytes.", maxBytes=MAX_BODY_BYTES)
    try:
        raw = base64.b64decode(text, validate=True) if event.get("isBase64Encoded") else text.encode()
    except (binascii.Error, UnicodeEncodeError) as error:
        raise MalformedJson("The body cannot be decoded.") from error
    if len(raw) > MAX_BODY_BYTES:
        raise BodyTooLarge(f"At most {MAX_BODY_BYTES} bytes.", maxBytes=MAX_BODY_BYTES)
    if schema is None:
        return None
    try:
        return _decoder(cast("Hashable", schema)).decode(raw or b"{}")
    except msgspec.ValidationError as error:
        _check_json(raw)  # a value that does not fit may stand before the place where the text stops being JSON
        raise ValidationFailed(str(error), where="body") from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedJson("The body is not JSON.") from error


def _check_json(raw: bytes) -> None:
    try:
        msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedJson("The body is not JSON.") from error


@functools.cache
def _decoder(schema: Hashable) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(schema)


def _convert(values: Mapping[str, str] | None, schema: type[Any] | None, where: str) -> Any:
    if schema is None:
        return None
    try:
        return msgspec.convert(dict(values or {}), schema, strict=False)
    except msgspec.ValidationError as error:
        raise ValidationFailed(str(error), where=where) from error


def render(answer: Answer) -> dict[str, Any]:
    """An answer in API Gateway's form. Bodies that are text keep the content type they name."""
    headers = {"content-type": "application/json", "cache-control": "no-store", **answer.headers}
    body = answer.body if isinstance(answer.body, str) else msgspec.json.encode(answer.body).decode()
    rendered: dict[str, Any] = {"statusCode": answer.status, "headers": headers, "body": body}
    if answer.cookies:
        rendered["cookies"] = list(answer.cookies)
    return rendered
