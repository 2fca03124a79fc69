"""The edge of partners' routes: who calls for which partner, in which mode, and whether that may be asked.

Imported by functions that serve such routes and by no other: ``bootstrap.partner_reception``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from cliffhanger.errors import GroupRequired, ValidationFailed
from cliffhanger.partners.admission import Gate, check
from cliffhanger.partners.domain import MODES, Mode, PartnerCaller
from cliffhanger.partners.tokens import is_ours
from cliffhanger.routes import Route
from cliffhanger.web.tokens import bearer_of


class Reception:
    """Receives who calls for a partner.

    Args:
        gate: knows partners, members and clients.
    """

    def __init__(self, gate: Gate) -> None:
        self._gate = gate

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
