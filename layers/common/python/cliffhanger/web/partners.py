"""The edge of partners' routes: who calls for which partner, in which mode, and whether that may be asked.

Imported by functions that serve such routes and by no other: ``bootstrap.partner_reception``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from cliffhanger.clock import Clock
from cliffhanger.errors import GroupRequired, ValidationFailed
from cliffhanger.partners.admission import Gate, check
from cliffhanger.partners.domain import MODES, Mode, PartnerCaller
from cliffhanger.partners.quotas import Quotas
from cliffhanger.partners.requests import Request, owner_key
from cliffhanger.partners.tokens import is_ours
from cliffhanger.rates.domain import Standing
from cliffhanger.routes import Route
from cliffhanger.web.calls import Ended, Visit
from cliffhanger.web.tokens import bearer_of


class RequestLog(Protocol):
    """Where requests are noted; see ``cliffhanger.partners.requests_store``."""

    def note(self, owner: str, request: Request) -> None:
        """Writes a request into the log. Raises Unavailable."""


class Reception:
    """Receives who calls for a partner.

    Args:
        gate: knows partners, members and clients.
        quotas: counts clients' requests of a day.
        log: keeps the requests.
        clock: the present.
    """

    def __init__(self, gate: Gate, quotas: Quotas, log: RequestLog, clock: Clock) -> None:
        self._gate = gate
        self._quotas = quotas
        self._log = log
        self._clock = clock

    def receive(self, route: Route, event: Mapping[str, Any], sign_in: Callable[[], str]) -> PartnerCaller:
        """Who calls: the client that the token was issued to, or the member that signed in.

        Args:
            route: of auth ``partner``.
            event: the request, as API Gateway tells it.
            sign_in: verifies the request's token as a person's in the group ``partner``, and names the person.

        Raises:
            TokenMissing and its siblings, TokenRevoked, GroupRequired, PartnerRequired: nobody of a partner calls.
            Unavailable: it cannot be told.
        """
        token = bearer_of(event.get("headers") or {})
        if is_ours(token):
            return self._gate.client(token)
        return self._gate.person(sign_in(), _mode_of(route, event))

    def count(self, caller: PartnerCaller, *, passes: bool) -> Standing | None:
        """How the partner stands in the client's mode, with this request if it ``passes``; members have no quota."""
        if caller.client is None:
            return None
        take = self._quotas.take if passes else self._quotas.look
        return take(owner_key(caller.id, caller.mode), caller.quota)

    def note(self, visit: Visit, ended: Ended) -> None:
        """Notes a request in the partner's log: every one of a client, and what a member has changed.

        What members look at, such as this very log, is not noted: it would bury what their servers did.

        Raises:
            Unavailable: it may or may not have been noted.
        """
        caller, route = visit.partner, visit.route
        if caller is None or route is None or not caller.mode or (caller.client is None and route.method == "GET"):
            return
        noted = Request(self._clock(), ended.request, route.method, route.path, *ended[1:], caller.client)
        self._log.note(owner_key(caller.id, caller.mode), noted)

    def check(self, caller: PartnerCaller, route: Route, event: Mapping[str, Any]) -> None:
        """Sees that who calls may ask this.

        Raises:
            GroupRequired: the route is for members, and a client calls.
            ValidationFailed: the path names no mode.
            WrongMode, ScopeMissing: as each says.
        """
        if not route.scope and caller.client is not None:
            raise GroupRequired("This is for members of the partner, who sign in.", group=route.auth)
        named, mode = _named(route, event), _mode_of(route, event)
        if named and mode is None:
            raise ValidationFailed(f"The mode is one of {', '.join(MODES)}.", where="path")
        check(caller, mode, route.scope)


def _named(route: Route, event: Mapping[str, Any]) -> str:
    return str((event.get("pathParameters") or {}).get("mode", route.mode))


def _mode_of(route: Route, event: Mapping[str, Any]) -> Mode | None:
    named = _named(route, event)
    return named if named in MODES else None
