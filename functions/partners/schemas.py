"""What partners, their clients and operators ask."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from cliffhanger.clock import MAX_TIME_CHARS
from cliffhanger.partners.credentials import DEFAULT_OVERLAP_HOURS, MAX_OVERLAP_HOURS
from cliffhanger.partners.domain import MODES, SCOPES, Mode, Status
from cliffhanger.partners.managing import MAX_NAME_CHARS
from cliffhanger.partners.requests import StatusClass
from cliffhanger.web.fields import DEFAULT_LIMIT, Cursor, Limit, SeriesId, whole
from cliffhanger.web.oauth import MAX_CREDENTIAL_CHARS

MAX_MEMBERS = 20
MAX_SERIES = 100
MAX_QUOTA = 10_000_000

PartnerId = Annotated[
    str,
    Meta(pattern=whole("[a-z0-9][a-z0-9-]{0,31}"), description="A partner, as operators name it", examples=["acme"]),
]
ClientId = Annotated[
    str,
    Meta(
        pattern=whole("pc-(live|test)-[0-9a-hjkmnp-tv-z]{24}"),
        description="A client",
        examples=["pc-live-3m9x4q0v5t8w1z6c2k7h0b4d"],
    ),
]
Person = Annotated[
    str,
    Meta(pattern=whole("[a-z0-9][a-z0-9-]{0,31}"), description="A person's id", examples=["4h7d9k2m8q1r5t0v"]),
]
Name = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=MAX_NAME_CHARS,
        description="For people; kept as Unicode NFC; no control characters, none that turn text",
        examples=["Acme Streams"],
    ),
]
ScopeName = Literal[
    "webhooks:read", "webhooks:write", "events:send", "requests:read", "campaigns:read", "purchases:write"
]
Overlap = Annotated[
    int,
    Meta(
        ge=0,
        le=MAX_OVERLAP_HOURS,
        description="Hours for which the secrets before still hold; 0 ends them now",
        examples=[DEFAULT_OVERLAP_HOURS],
    ),
]
Moment = Annotated[
    str,
    Meta(max_length=MAX_TIME_CHARS, description="A time (RFC 3339)", examples=["2026-11-21T18:07:04Z"]),
]
Credential = Annotated[str, Meta(max_length=MAX_CREDENTIAL_CHARS)]
Quota = Annotated[int, Meta(ge=1, le=MAX_QUOTA, description="Requests a day (UTC)", examples=[100_000])]


class ModePath(Struct, rename="camel"):
    """The path of a mode."""

    mode: Mode


class ClientPath(Struct, rename="camel"):
    """The path of a client."""

    mode: Mode
    client_id: ClientId


class PartnerPath(Struct, rename="camel"):
    """The path of a partner."""

    partner_id: PartnerId


class RequestsQuery(Struct, rename="camel"):
    """Which requests: of a time, of a class of statuses; without a cursor the newest."""

    limit: Limit = DEFAULT_LIMIT
    cursor: Cursor = ""
    status: StatusClass | None = None
    since: Moment | None = None
    until: Moment | None = None


class TokenForm(Struct):
    """What a client sends for a token; its id and secret here, or by HTTP Basic, which is better."""

    grant_type: Annotated[str, Meta(max_length=100, examples=["client_credentials"])]
    client_id: Credential = ""
    client_secret: Credential = ""
    scope: Annotated[
        str,
        Meta(
            max_length=200,
            description="Scopes with spaces between; all that the client has when left out",
            examples=["webhooks:read requests:read"],
        ),
    ] = ""


class ClientBody(Struct, rename="camel", forbid_unknown_fields=True):
    """A client that is to be made."""

    name: Name
    scopes: Annotated[
        list[ScopeName], Meta(min_length=1, max_length=len(SCOPES), examples=[["webhooks:read", "requests:read"]])
    ]


class RotationBody(Struct, rename="camel", forbid_unknown_fields=True):
    """How long the secrets before still hold."""

    overlap_hours: Overlap = DEFAULT_OVERLAP_HOURS


class ReachShape(Struct, rename="camel", forbid_unknown_fields=True):
    """Which series' events may be seen: those of all, or of some."""

    all: bool
    series: Annotated[list[SeriesId], Meta(max_length=MAX_SERIES)]


class Quotas(Struct, forbid_unknown_fields=True):
    """Requests a day (UTC) in each mode."""

    live: Quota
    sandbox: Quota

    def by_mode(self) -> dict[Mode, int]:
        """The same by mode."""
        return {mode: getattr(self, mode) for mode in MODES}


class PartnerBody(Struct, rename="camel", forbid_unknown_fields=True):
    """All that operators say of a partner; `revision` is the one that this was made from, 0 for a new partner."""

    name: Name
    members: Annotated[list[Person], Meta(max_length=MAX_MEMBERS)]
    reach: ReachShape
    quotas: Quotas
    status: Status
    revision: Annotated[int, Meta(ge=0, le=999_999_999, examples=[0])]
