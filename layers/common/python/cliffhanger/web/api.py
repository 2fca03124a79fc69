"""The edge of every HTTP function: parse, authenticate, run one use case, render.

API Gateway has matched the route already, so there is no router here: the event's route key names the operation.
A function that does not serve exactly the routes that ``cliffhanger.routes`` gives it refuses to import.
"""

from __future__ import annotations

import functools
import hashlib
import hmac
import secrets
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from cliffhanger.clock import system_clock
from cliffhanger.errors import (
    CliffhangerError,
    GroupRequired,
    InternalError,
    KeyMissing,
    OriginRefused,
    RouteNotFound,
    ValidationFailed,
)
from cliffhanger.rates.domain import Standing
from cliffhanger.rates.service import Limiter
from cliffhanger.routes import Route, routes_of
from cliffhanger.settings import read
from cliffhanger.telemetry.log import logger
from cliffhanger.web import problems, rates
from cliffhanger.web.bodies import parse_body, parse_form
from cliffhanger.web.calls import Answer, Call, Ended, Operation, Visit, render
from cliffhanger.web.fields import KEY_HEADER, KEY_PATTERN, MAX_KEY_CHARS
from cliffhanger.web.tokens import Caller, KeySet, bearer_of, check_fresh, fetch_keys, verify

if TYPE_CHECKING:
    from cliffhanger.web.partners import Reception

__all__ = ["OPEN", "Answer", "Api", "Call", "Operation", "build_api"]

ORIGIN_HEADER = "x-origin-secret"
OPEN = ("public", "client", "grant", "signed", "vouched")
"""Routes whose callers show no access token."""
REQUEST_HEADER = "request-id"
"""Names a partner's request in the answer as in the request log."""


class RoutesMismatch(ImportError):
    """A handler serves other operations than ``cliffhanger.routes`` gives its function."""


class LimiterMissing(ImportError):
    """A handler serves routes that are limited, and was not given what limits them."""


class ReceptionMissing(ImportError):
    """A handler serves routes of partners, and was not given what receives them."""


class Api:
    """A Lambda handler for API Gateway's payload format 2.0."""

    def __init__(
        self,
        function: str,
        operations: Mapping[str, Operation],
        limiter: Callable[[], Limiter] | None = None,
        reception: Callable[[], Reception] | None = None,
    ) -> None:
        routes = routes_of(function)
        expected, served = {route.operation for route in routes}, set(operations)
        if expected != served:
            raise RoutesMismatch(
                f"{function}: missing {sorted(expected - served)}, unknown {sorted(served - expected)}"
            )
        if limiter is None and any(route.rate != "open" for route in routes):
            raise LimiterMissing(f"{function}: give build_api bootstrap.rate_limiter")
        if reception is None and any(route.auth == "partner" for route in routes):
            raise ReceptionMissing(f"{function}: give build_api bootstrap.partner_reception")
        self.function = function
        self.operations = operations
        self.limiter = limiter
        self.reception = reception
        self._routes: dict[str, Route] = {route.key: route for route in routes}

    def __call__(self, event: dict[str, Any], context: object) -> dict[str, Any]:
        """The answer to one request, in API Gateway's form. Never raises: a fault of ours is a problem document too."""
        started = time.perf_counter_ns()
        operation, code = "unmatched", "ok"
        visit = Visit()
        try:
            check_origin(event)
            route = visit.route = self._route(event)
            operation = route.operation
            answer = render(self._run(route, event, visit))
        except CliffhangerError as error:
            code = error.code
            if problems.status_of(error) == problems.SERVER_FAULT:
                logger().exception("fault", code=code)
            answer = self._refusal(visit.route, error)
        except Exception:  # noqa: BLE001 - the outermost frame: logged with its trace, answered without it
            code = InternalError.code
            logger().exception("fault", code=code)
            answer = problems.render(InternalError())
        # Retry-After of a fault speaks of the fault, and of a limit only where the limit refused.
        answer["headers"] |= rates.headers_of(*visit.standings)
        micros = (time.perf_counter_ns() - started) // 1_000
        request = getattr(context, "aws_request_id", None)
        logger().info(
            "request", operation=operation, status=answer["statusCode"], code=code, request=request, micros=micros
        )
        if visit.partner is not None and self.reception is not None:
            ended = Ended(request or secrets.token_hex(8), answer["statusCode"], code, micros // 1_000)
            answer["headers"][REQUEST_HEADER] = ended.request
            self._note(self.reception(), visit, ended)
        return answer

    def _note(self, reception: Reception, visit: Visit, ended: Ended) -> None:
        """Notes a partner's request in its log."""
        try:
            reception.note(visit, ended)
        except Exception:  # noqa: BLE001 - what was done is done, and is answered, whatever becomes of the log
            logger().counted("unlogged", "RequestsUnlogged", request=ended.request)

    def _refusal(self, route: Route | None, error: CliffhangerError) -> dict[str, Any]:
        """An error as its operation tells it, which is as a problem document unless the operation says otherwise."""
        refuse = None if route is None else self.operations[route.operation].refuse
        told = None if refuse is None else refuse(error)
        return problems.render(error) if told is None else render(told)

    def _route(self, event: Mapping[str, Any]) -> Route:
        route = self._routes.get(event.get("routeKey", ""))
        if route is None:
            raise RouteNotFound("See the API's description for its paths.")
        return route

    def _run(self, route: Route, event: Mapping[str, Any], visit: Visit) -> Answer:
        operation = self.operations[route.operation]
        if route.auth == "partner" and self.reception is not None:
            self._receive(self.reception(), route, event, visit)
        else:
            visit.caller = authenticate(route, event.get("headers") or {})
            rates.check(self._count(route, visit.caller.person if visit.caller else None, visit))
        body = parse_form if operation.form else parse_body
        call = Call(
            path=_convert(event.get("pathParameters"), operation.path, "path"),
            query=_convert(event.get("queryStringParameters"), operation.query, "query"),
            body=body(event, operation.body),
            caller=visit.caller,
            event=event,
            key=key_of(event) if operation.keyed else None,
            for_partner=visit.partner,
        )
        return operation.run(call)

    def _receive(self, reception: Reception, route: Route, event: Mapping[str, Any], visit: Visit) -> None:
        """Learns who calls for which partner, counts the request, and sees that it may be asked."""

        def sign_in() -> str:
            visit.caller = signed_in(event.get("headers") or {}, route.auth)
            return visit.caller.person

        caller = visit.partner = reception.receive(route, event, sign_in)
        minute = self._count(route, caller.client or caller.person, visit)
        day = reception.count(caller, passes=minute is None or minute.allowed)
        if day is not None:
            visit.standings.append(day)
        rates.check(minute)
        rates.check_quota(day)
        reception.check(caller, route, event)

    def _count(self, route: Route, caller: str | None, visit: Visit) -> Standing | None:
        """Counts the request of a known caller, and notes how the caller stands. A guest is not known."""
        if caller is None or route.rate == "open" or self.limiter is None:
            return None
        standing = self.limiter().take(caller, route.rate)
        visit.standings.append(standing)
        return standing


def build_api(
    function: str,
    operations: Mapping[str, Operation],
    limiter: Callable[[], Limiter] | None = None,
    reception: Callable[[], Reception] | None = None,
) -> Api:
    """The handler of an HTTP function.

    Args:
        function: its name in ``cliffhanger.functions``.
        operations: what it serves, by operation id.
        limiter: makes, at the first request, what limits its callers; ``bootstrap.rate_limiter``. Only a function whose
            routes are all open does without.
        reception: makes, at the first request, what receives partners; ``bootstrap.partner_reception``. Only a function
            that serves partners needs it.

    Raises:
        RoutesMismatch: the operations are not exactly the function's routes.
        LimiterMissing: a route is limited and there is no limiter.
        ReceptionMissing: a route is a partner's and there is no reception.
    """
    return Api(function, operations, limiter, reception)


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
    """The caller of a route; None where the route is open, and for a guest: who sends no ``Authorization`` at all.

    Raises:
        TokenMissing and its siblings: the access token does not hold.
        GroupRequired: the caller is not a member of the group that the route needs.
        SignInTooOld: the route needs a sign-in that is younger.
    """
    if route.auth in OPEN or (route.auth == "guest" and "authorization" not in headers):
        return None
    caller = signed_in(headers, "" if route.auth in ("guest", "viewer") else route.auth)
    if route.fresh_sign_in:
        check_fresh(caller, route.fresh_sign_in, system_clock)
    return caller


def signed_in(headers: Mapping[str, str], group: str = "") -> Caller:
    """The person that an access token names, and who is of a group where one is named.

    Raises:
        TokenMissing and its siblings: the access token does not hold.
        GroupRequired: the person is not of the group.
    """
    token = bearer_of(headers)
    caller = verify(token, _keys(), read("TOKEN_ISSUER"), frozenset(read("TOKEN_CLIENTS").split(",")), system_clock)
    if group and group not in caller.groups:
        raise GroupRequired(f"This needs the group '{group}'.", group=group)
    return caller


@functools.cache
def _keys() -> KeySet:
    return KeySet(fetch_keys(read("TOKEN_KEYS_URL")), system_clock)


def key_of(event: Mapping[str, Any]) -> str:
    """The ``Idempotency-Key`` of a request.

    Raises:
        KeyMissing: the request has none.
        ValidationFailed: it is not of 1 to 64 visible ASCII characters.
    """
    key = (event.get("headers") or {}).get(KEY_HEADER)
    if key is None:
        raise KeyMissing("Send an 'Idempotency-Key' of your own making, and the same one when you try again.")
    if KEY_PATTERN.fullmatch(key) is None:
        raise ValidationFailed(f"The key is 1 to {MAX_KEY_CHARS} visible ASCII characters.", where="header")
    return str(key)


def _convert(values: Mapping[str, str] | None, schema: type[Any] | None, where: str) -> Any:
    if schema is None:
        return None
    try:
        return msgspec.convert(dict(values or {}), schema, strict=False)
    except msgspec.ValidationError as error:
        raise ValidationFailed(str(error), where=where) from error
