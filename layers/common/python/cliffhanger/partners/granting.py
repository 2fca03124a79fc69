"""The use case behind the token endpoint: a client shows its secret and is given a token (RFC 6749, 4.4)."""

from __future__ import annotations

import contextlib
import hashlib
from typing import TYPE_CHECKING, NamedTuple

from cliffhanger.clock import Clock, rfc3339
from cliffhanger.dynamo import Unclear
from cliffhanger.errors import ClientRefused, RateLimited, ScopeRefused
from cliffhanger.partners.credentials import matching
from cliffhanger.partners.domain import Client, Partner, Secret
from cliffhanger.partners.tokens import LIFETIME_S, Claims, issue

if TYPE_CHECKING:
    from cliffhanger.partners.keys import SigningKeys
    from cliffhanger.partners.store import PartnersStore
    from cliffhanger.rates.domain import Standing
    from cliffhanger.rates.service import Limiter

NOBODY = "-"
"""No partner's id: read in place of the partner of a client that there is not, so that both take as long."""
FAILED_CLIENT, FAILED_BLOCK = "token", "tokens"
"""Limits of failed requests: of one client from one block of addresses, and of all clients from there."""


class Desk(NamedTuple):
    """What granting works with; ``issuer`` names this stage."""

    store: PartnersStore
    keys: SigningKeys
    issuer: str
    limiter: Limiter
    clock: Clock


class Asked(NamedTuple):
    """Who asks for a token: the client's id and secret, for which scopes (None for all), from which addresses."""

    client: str
    secret: str
    scopes: frozenset[str] | None
    block: str


class Granted(NamedTuple):
    """A token, for how many seconds it is good, and for which scopes."""

    token: str
    lifetime_s: int
    scopes: frozenset[str]


def grant(desk: Desk, asked: Asked) -> Granted:
    """Gives a client a token.

    A client that there is not, one whose partner is closed and a wrong secret are refused alike, after the same reads
    and comparisons. Only failures count against the limits, and only for the block of addresses that they come from,
    so that nobody can shut a client out from elsewhere by guessing.

    Raises:
        ClientRefused: the client is not known by that secret.
        ScopeRefused: a scope was asked for that the client does not have.
        RateLimited: too many failed from there in this minute.
        Unavailable: the table, or who keeps the keys, does not answer.
    """
    buckets = _buckets(asked)
    for name, rate in buckets:
        _check(desk.limiter.refused(name, rate))
    now = desk.clock()
    partner = desk.store.find(desk.store.owner_of(asked.client) or NOBODY)
    client = None if partner is None or not partner.active else partner.client(asked.client)
    secret = matching(client, asked.secret, now)
    if partner is None or client is None or secret is None:
        for name, rate in buckets:
            _check(desk.limiter.take(name, rate))
        raise ClientRefused("The client is not known by that secret.")
    scopes = client.scopes if asked.scopes is None else asked.scopes
    if not scopes <= client.scopes:
        raise ScopeRefused(f"The client does not have {', '.join(sorted(scopes - client.scopes))}.")
    _note_use(desk, partner, client, now)
    return Granted(_token(desk, partner, client, secret, scopes, now=now), LIFETIME_S, scopes)


def _token(desk: Desk, partner: Partner, client: Client, secret: Secret, scopes: frozenset[str], *, now: int) -> str:
    begins = now // 1000
    claims = Claims(partner.id, client.id, client.mode, scopes, secret.number, begins, begins + LIFETIME_S)
    return issue(claims, desk.keys.signing(), desk.issuer)


def _note_use(desk: Desk, partner: Partner, client: Client, now: int) -> None:
    """Notes the day, once a day; a client is not refused because that could not be written."""
    day = rfc3339(now)[:10]
    if client.last_used_day != day:
        with contextlib.suppress(Unclear):
            desk.store.note_use(partner.id, client.id, day)


def _buckets(asked: Asked) -> tuple[tuple[str, str], ...]:
    """What failures are counted by; digests, so that the table of counts holds neither addresses nor clients' ids."""
    return (_digest(f"{asked.client}@{asked.block}"), FAILED_CLIENT), (_digest(asked.block), FAILED_BLOCK)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _check(standing: Standing | None) -> None:
    if standing is not None and not standing.allowed:
        raise RateLimited(
            "Too many requests for a token have failed.", rate=standing.rate, retryAfterSeconds=standing.resets_in_s
        )
