"""What partners, their clients and operators are answered."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from cliffhanger.clock import rfc3339
from cliffhanger.partners.domain import Client, Mode, Partner, PartnerRow, Secret, Status
from cliffhanger.partners.granting import Granted
from cliffhanger.partners.managing import Shown
from cliffhanger.partners.requests import DayUse, Request
from functions.partners.schemas import Quotas, ReachShape


class TokenAnswer(Struct):
    """A token (RFC 6749, 5.1); `expires_in` is in seconds, and there is no refresh token: ask for another."""

    access_token: str
    token_type: Literal["Bearer"]
    expires_in: int
    scope: str


class PartnerAnswer(Struct, rename="camel"):
    """The partner that the caller is a member of."""

    partner_id: str
    name: str
    reach: ReachShape
    quotas: Quotas


class SecretAnswer(Struct, rename="camel"):
    """A secret that is in force, without itself: its number, and when it ends, null for the newest."""

    number: int
    ends_at: str | None


class ClientAnswer(Struct, rename="camel"):
    """A client. `lastUsedDay` is the last day (UTC) on which it asked for a token, null for never."""

    client_id: str
    mode: Mode
    name: str
    scopes: list[str]
    secrets: list[SecretAnswer]
    created_at: str
    last_used_day: str | None


class ClientsAnswer(Struct, rename="camel"):
    """The partner's clients in a mode, oldest first."""

    clients: list[ClientAnswer]


class ShownAnswer(Struct, rename="camel"):
    """A client with its new secret. Keep it: it is shown this once, and nothing is kept that it could be made of."""

    client: ClientAnswer
    client_secret: str


class RequestAnswer(Struct, rename="camel"):
    """A request. `requestId` stood in the answer's `request-id`; `clientId` is null for a member's change."""

    at: str
    request_id: str
    method: str
    route: str
    status: int
    code: str
    millis: int
    client_id: str | None


class RequestsAnswer(Struct, rename="camel"):
    """A page of the request log, newest first. A page may be short, or empty, though there are more."""

    requests: list[RequestAnswer]
    next_cursor: str | None


class DayAnswer(Struct, rename="camel"):
    """Requests of clients on a day (UTC)."""

    day: str
    requests: int


class UsageAnswer(Struct, rename="camel"):
    """The last thirty days, today first, and today's quota with what remains of it. Counts may lag by a minute."""

    quota: int
    remaining: int
    days: list[DayAnswer]


class PartnerDetails(Struct, rename="camel"):
    """A partner as operators see it, with its clients in both modes."""

    partner_id: str
    name: str
    members: list[str]
    reach: ReachShape
    quotas: Quotas
    status: Status
    revision: int
    created_at: str
    changed_at: str
    clients: list[ClientAnswer]


class PartnerLine(Struct, rename="camel"):
    """A partner in the list of all."""

    partner_id: str
    name: str
    status: Status
    created_at: str


class PartnersAnswer(Struct, rename="camel"):
    """A page of all partners, newest first."""

    partners: list[PartnerLine]
    next_cursor: str | None


def token_answer(granted: Granted) -> TokenAnswer:
    """A token as a client gets it."""
    return TokenAnswer(granted.token, "Bearer", granted.lifetime_s, " ".join(sorted(granted.scopes)))


def partner_answer(partner: Partner) -> PartnerAnswer:
    """A partner as its members see it."""
    return PartnerAnswer(partner.id, partner.name, _reach(partner), _quotas(partner))


def client_answer(client: Client, now: int) -> ClientAnswer:
    """A client, with those of its secrets that are in force."""
    return ClientAnswer(
        client.id,
        client.mode,
        client.name,
        sorted(client.scopes),
        [_secret(secret) for secret in client.secrets if secret.holds(now)],
        rfc3339(client.created_at),
        client.last_used_day or None,
    )


def shown_answer(shown: Shown, now: int) -> ShownAnswer:
    """A client with its new secret."""
    return ShownAnswer(client_answer(shown.client, now), shown.secret)


def request_answer(request: Request) -> RequestAnswer:
    """A request as the log shows it."""
    return RequestAnswer(rfc3339(request.at), *request[1:])


def usage_answer(quota: int, days: list[DayUse]) -> UsageAnswer:
    """What was used."""
    return UsageAnswer(quota, max(0, quota - days[0].requests), [DayAnswer(*day) for day in days])


def partner_details(partner: Partner, now: int) -> PartnerDetails:
    """A partner as operators see it."""
    return PartnerDetails(
        partner.id,
        partner.name,
        sorted(partner.members),
        _reach(partner),
        _quotas(partner),
        partner.status,
        partner.revision,
        rfc3339(partner.created_at),
        rfc3339(partner.changed_at),
        [client_answer(client, now) for client in in_order(partner.clients)],
    )


def partner_line(row: PartnerRow) -> PartnerLine:
    """A partner in the list of all."""
    return PartnerLine(row.id, row.name, row.status, rfc3339(row.created_at))


def in_order(clients: tuple[Client, ...]) -> list[Client]:
    """Clients, oldest first."""
    return sorted(clients, key=lambda client: (client.created_at, client.id))


def _secret(secret: Secret) -> SecretAnswer:
    return SecretAnswer(secret.number, None if secret.ends_at is None else rfc3339(secret.ends_at))


def _quotas(partner: Partner) -> Quotas:
    return Quotas(partner.quotas["live"], partner.quotas["sandbox"])


def _reach(partner: Partner) -> ReachShape:
    return ReachShape(partner.reach.all, sorted(partner.reach.series))
