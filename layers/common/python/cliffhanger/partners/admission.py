"""The gate: who calls for a partner, and whether they still may.

A token that verifies says who the caller was when it was issued. Whether the client, its secret, the member or the
partner are there still, the table says, which a warm instance asks again after ten seconds: so long does it take until
what was removed is refused everywhere. When the table does not answer, nobody gets in.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, Protocol, TypeVar

from cliffhanger.clock import Clock
from cliffhanger.errors import PartnerRequired, ScopeMissing, TokenRevoked, WrongMode
from cliffhanger.partners.domain import SCOPES, Mode, Partner, PartnerCaller
from cliffhanger.partners.tokens import Claims, opened

CACHED_MS = 10_000
"""How long a warm instance goes by what it has read; every read is strongly consistent."""
MAX_REMEMBERED = 1_000

Found = TypeVar("Found")


class Partners(Protocol):
    """Where partners are kept; see ``cliffhanger.partners.store``. Reads are strongly consistent."""

    def find(self, partner: str) -> Partner | None:
        """A partner with its clients, or None. Raises Unavailable."""

    def partner_of(self, person: str) -> str | None:
        """The id of the partner that a person is a member of, or None. Raises Unavailable."""


class Gate:
    """What one warm instance lets in.

    Args:
        partners: where partners are kept.
        keys: gives the keys that have signed tokens, of which any will do.
        issuer: who issues tokens: this stage.
        clock: the present.
    """

    def __init__(self, partners: Partners, keys: Callable[[], Sequence[bytes]], issuer: str, clock: Clock) -> None:
        self._keys = keys
        self._issuer = issuer
        self._clock = clock
        self._partners = _Memory(partners.find, clock)
        self._members = _Memory(partners.partner_of, clock)

    def client(self, token: str) -> PartnerCaller:
        """The client that a token was issued to.

        Raises:
            TokenMalformed, TokenUnsigned, TokenForged, TokenForeign, TokenExpired: the token does not hold.
            TokenRevoked: the client, the secret that bought the token, or the partner is there no more.
            Unavailable: the table, or who keeps the keys, does not answer.
        """
        now = self._clock()
        claims = opened(token, self._keys(), self._issuer, now)
        # What was read before the token was issued may know nothing yet of a client that is new.
        issued = (claims.issued_at + 1) * 1000
        caller = _admitted(claims, self._partners.find(claims.partner), now) or _admitted(
            claims, self._partners.find(claims.partner, since=issued), now
        )
        if caller is None:
            raise TokenRevoked("The client, or the secret that the token was bought with, is there no more.")
        return caller

    def person(self, person: str, mode: Mode | None) -> PartnerCaller:
        """The member that a person is, in the mode that the request names.

        Raises:
            PartnerRequired: the person is no member of a partner, or the partner is closed.
            Unavailable: the table does not answer.
        """
        named = self._members.find(person)
        partner = None if named is None else self._partners.find(named)
        if partner is None or not partner.active or person not in partner.members:
            raise PartnerRequired("You are no member of a partner; an operator can make you one.")
        quota = 0 if mode is None else partner.quotas[mode]
        return PartnerCaller(partner.id, mode or "", frozenset(SCOPES), quota, person=person)


def check(caller: PartnerCaller, mode: Mode | None, scope: str) -> None:
    """Sees that a caller may what a request asks: in the mode that it names, under the scope that it needs.

    Raises:
        WrongMode: the client is of the other mode.
        ScopeMissing: the caller does not have the scope.
    """
    if mode is not None and caller.mode != mode:
        raise WrongMode(
            f"The client is of mode '{caller.mode}', the address of '{mode}'; nothing crosses.",
            mode=caller.mode,
            needed=mode,
        )
    if scope and scope not in caller.scopes:
        raise ScopeMissing(f"The token does not have the scope '{scope}'.", scope=scope)


def _admitted(claims: Claims, partner: Partner | None, now: int) -> PartnerCaller | None:
    """The client that a token names, if it is there, in that mode, with the secret that bought the token."""
    client = None if partner is None or not partner.active else partner.client(claims.client)
    if partner is None or client is None or client.mode != claims.mode or not client.holds(claims.secret, now):
        return None
    scopes = claims.scopes & client.scopes
    return PartnerCaller(partner.id, client.mode, scopes, partner.quotas[client.mode], client=client.id)


class _Memory(Generic[Found]):
    """What was read, by name, for ten seconds; what was not found as well. When it is full it is emptied."""

    def __init__(self, read: Callable[[str], Found], clock: Clock) -> None:
        self._read = read
        self._clock = clock
        self._known: dict[str, tuple[Found, int]] = {}

    def find(self, name: str, since: int = 0) -> Found:
        """What is known of a name; read again when that is older, or was read before a time."""
        now = self._clock()
        known = self._known.get(name)
        # A clock that was set back must not make an old state hold for longer than a new one would.
        if known is not None and since <= known[1] <= now < known[1] + CACHED_MS:
            return known[0]
        found = self._read(name)
        if len(self._known) >= MAX_REMEMBERED:
            self._known.clear()
        self._known[name] = (found, now)
        return found
