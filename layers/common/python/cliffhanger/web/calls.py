"""What an operation is given and what it answers, whatever the function."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from cliffhanger.errors import CliffhangerError, InternalError
from cliffhanger.rates.domain import Standing
from cliffhanger.routes import Route
from cliffhanger.web.tokens import Caller

if TYPE_CHECKING:
    from cliffhanger.partners.domain import PartnerCaller

JSON_TYPE = "application/json"


class Call(NamedTuple):
    """One parsed request. ``path``, ``query`` and ``body`` are of the types that the operation declares.

    ``caller`` is None where no person is known: on routes that are open to all, for a guest on a route that takes
    guests, and for a partner's client. Whoever shows a token there is known by it, or refused: a token that does not
    hold makes nobody a guest.
    """

    path: Any
    query: Any
    body: Any
    caller: Caller | None
    event: Mapping[str, Any]
    key: str | None = None
    for_partner: PartnerCaller | None = None

    @property
    def person(self) -> str:
        """The caller's person id, on routes that need a sign-in.

        Raises:
            InternalError: the route is open to all; a fault of the handler.
        """
        if self.caller is None:
            raise InternalError("An open route asked who calls.")
        return self.caller.person

    @property
    def partner(self) -> PartnerCaller:
        """Who calls for which partner and in which mode, on routes of auth ``partner``; nothing else says so.

        Raises:
            InternalError: the route is not a partner's; a fault of the handler.
        """
        if self.for_partner is None:
            raise InternalError("A route that is not a partner's asked for whom it is called.")
        return self.for_partner

    @property
    def idempotency_key(self) -> str:
        """The request's ``Idempotency-Key``, on operations that are ``keyed``: 1 to 64 visible ASCII characters.

        Raises:
            InternalError: the operation is not keyed; a fault of the handler.
        """
        if self.key is None:
            raise InternalError("An operation that is not keyed asked for the key.")
        return self.key


class Answer(NamedTuple):
    """What an operation answers: a value to encode as JSON, text with its own content type, or None for no content."""

    status: int
    body: Any
    headers: Mapping[str, str] = {}
    cookies: tuple[str, ...] = ()


class Operation(NamedTuple):
    """One operation: the use case, its schemas, and the problems it can answer with (for the OpenAPI document).

    ``keyed``: a request without a fitting ``Idempotency-Key`` is refused before the use case runs. ``form``: the body
    is a form rather than JSON. ``refuse`` tells an error otherwise than as a problem document, or answers None.
    """

    run: Callable[[Call], Answer]
    path: type[Any] | None = None
    query: type[Any] | None = None
    body: type[Any] | None = None
    answers: Mapping[int, Any] = {}
    problems: tuple[type[CliffhangerError], ...] = ()
    keyed: bool = False
    form: bool = False
    refuse: Callable[[CliffhangerError], Answer | None] | None = None


class Ended(NamedTuple):
    """How a request ended: its id, the answer's status and code, and how many milliseconds it took."""

    request: str
    status: int
    code: str
    millis: int


class Visit:
    """What is known of a request while it is served: what its answer says of limits, and for whom it was made.

    ``route`` is None until it is known.
    """

    def __init__(self) -> None:
        self.route: Route | None = None
        self.standings: list[Standing] = []
        self.caller: Caller | None = None
        self.partner: PartnerCaller | None = None


def render(answer: Answer) -> dict[str, Any]:
    """An answer in API Gateway's form. Bodies that are text keep the content type they name."""
    headers = {"cache-control": "no-store", **answer.headers}
    if answer.body is None:
        body = ""
    else:
        headers.setdefault("content-type", JSON_TYPE)
        body = answer.body if isinstance(answer.body, str) else msgspec.json.encode(answer.body).decode()
    rendered: dict[str, Any] = {"statusCode": answer.status, "headers": headers, "body": body}
    if answer.cookies:
        rendered["cookies"] = list(answer.cookies)
    return rendered
