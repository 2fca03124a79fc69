"""Partners, their clients and what they may see. Pure.

A partner has members, who sign in as people do, and clients, whose secrets buy short tokens (RFC 6749, 4.4). Everything
that a partner has stands in one of two modes, and nothing crosses from one to the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple, get_args

from cliffhanger.routes import Scope

Mode = Literal["live", "sandbox"]
MODES: tuple[Mode, ...] = get_args(Mode)
SCOPES: tuple[Scope, ...] = tuple(scope for scope in get_args(Scope) if scope)
"""Every scope that a client can be given."""

MAX_CLIENTS = 10
"""Of a partner in one mode."""

Status = Literal["active", "closed"]
"""Of a partner: a closed one keeps what it has, and neither its members nor its clients get in."""


class Reach(NamedTuple):
    """Which series' events a partner may see: all, or those of some series; of its own events always all."""

    partner: str
    all: bool = False
    series: frozenset[str] = frozenset()

    def sees(self, event: Mapping[str, Any]) -> bool:
        """Whether the partner may see an event, given as its envelope.

        What happened to a partner, such as an endpoint that was disabled, names it in ``data.partnerId`` and is for
        nobody else, whatever else they may see.
        """
        data = event["data"]
        if "partnerId" in data:
            return bool(data["partnerId"] == self.partner)
        return self.all or data.get("seriesId") in self.series


class Secret(NamedTuple):
    """One secret of a client: its number, counted from 1, its SHA-256 in hex, and when it ends, in milliseconds.

    ``ends_at`` is None for the newest.
    """

    number: int
    digest: str
    ends_at: int | None = None

    def holds(self, now: int) -> bool:
        """Whether it is in force at a time in milliseconds."""
        return self.ends_at is None or now < self.ends_at


class Client(NamedTuple):
    """Credentials of a partner in one mode. Times in milliseconds; ``last_used_day`` is ISO 8601, "" for never."""

    id: str
    mode: Mode
    name: str
    scopes: frozenset[str]
    secrets: tuple[Secret, ...]
    created_at: int
    last_used_day: str = ""

    def holds(self, number: int, now: int) -> bool:
        """Whether the secret of that number is in force."""
        return any(secret.number == number and secret.holds(now) for secret in self.secrets)


class Partner(NamedTuple):
    """A partner as it stands, with its clients. Times in milliseconds, quotas in requests of a day (UTC) by mode.

    ``revision`` counts the changes by operators, from 1; a change names the one that it was made from.
    """

    id: str
    name: str
    members: frozenset[str]
    reach: Reach
    quotas: Mapping[Mode, int]
    status: Status
    revision: int
    created_at: int
    changed_at: int
    clients: tuple[Client, ...] = ()

    @property
    def active(self) -> bool:
        """Whether its members and clients get in."""
        return self.status == "active"

    def client(self, client_id: str) -> Client | None:
        """Its client of that id, or None."""
        return next((client for client in self.clients if client.id == client_id), None)


class PartnerCaller(NamedTuple):
    """Who calls for a partner: one of its clients, or one of its members.

    Args:
        id: the partner's.
        mode: the client's, or the one that a member's request names; "" where a member's request names none.
        scopes: what the caller may; a member may everything.
        quota: the partner's requests of a day (UTC) in the mode.
        client: the client's id, None for a member.
        person: the member's person id, None for a client.
    """

    id: str
    mode: str
    scopes: frozenset[str]
    quota: int = 0
    client: str | None = None
    person: str | None = None


class PartnerRow(NamedTuple):
    """What the list of partners shows of one."""

    id: str
    name: str
    status: Status
    created_at: int


class PartnerRows(NamedTuple):
    """A page of that list, and the position of its last row when there are more: when it was made, and its id."""

    rows: tuple[PartnerRow, ...]
    after: tuple[int, str] | None = None
