"""What partners say of endpoints, deliveries and replays."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from cliffhanger.clock import MAX_TIME_CHARS
from cliffhanger.web.fields import DEFAULT_LIMIT, Cursor, Limit, whole
from cliffhanger.webhooks.domain import Mode, State
from cliffhanger.webhooks.items import Only
from cliffhanger.webhooks.trying import TEST

MAX_URL_CHARS = 2_048
MAX_TYPES = 50
MAX_OVERLAP_HOURS = 168

_ID = whole("[0-9a-hjkmnp-tv-z]{16}")
EndpointId = Annotated[str, Meta(pattern=_ID, description="An endpoint", examples=["5e7d9k2m8q1r5t0v"])]
ReplayId = Annotated[str, Meta(pattern=_ID, description="A replay", examples=["8q1r5t0v4h7d9k2m"])]
DeliveryId = Annotated[
    str,
    Meta(
        pattern=whole("[0-9]{13}-evt-[0-9a-hjkmnp-tv-z]{26}"),
        description="A delivery: when its event happened, in milliseconds, and the event's id",
        examples=["1795284245123-evt-7k2m9x4q0v5t8w1z3c6b9n2d4f"],
    ),
]
Url = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=MAX_URL_CHARS,
        description="Where events are sent: https, port 443, a name that leads to public addresses",
        examples=["https://hooks.north-media.example/cliffhanger"],
    ),
]
Description = Annotated[str, Meta(max_length=200, description="What the partner calls it", examples=["Orders"])]
EventType = Annotated[
    str, Meta(pattern=whole("[A-Z][A-Za-z]{0,63}"), description="A type of event", examples=["EpisodeUnlocked"])
]
Types = Annotated[
    list[Annotated[str, Meta(pattern=whole(r"\\*|[A-Z][A-Za-z]{0,63}"))]],
    Meta(
        min_length=1,
        max_length=MAX_TYPES,
        description="The types of events that are sent; `*` alone for all, also those to come",
        examples=[["EpisodeUnlocked", "CoinsBought"]],
    ),
]
Time = Annotated[str, Meta(max_length=MAX_TIME_CHARS, description="RFC 3339", examples=["2026-11-21T18:04:05.123Z"])]


class ModePath(Struct, rename="camel"):
    """The path of a partner's endpoints in one mode."""

    mode: Mode


class EndpointPath(Struct, rename="camel"):
    """The path of an endpoint."""

    mode: Mode
    endpoint_id: EndpointId


class DeliveryPath(Struct, rename="camel"):
    """The path of a delivery."""

    mode: Mode
    endpoint_id: EndpointId
    delivery_id: DeliveryId


class ReplayPath(Struct, rename="camel"):
    """The path of a replay."""

    mode: Mode
    endpoint_id: EndpointId
    replay_id: ReplayId


class EndpointBody(Struct, rename="camel", forbid_unknown_fields=True):
    """An endpoint that is to be made."""

    url: Url
    types: Types
    description: Description = ""


class EndpointChange(Struct, rename="camel", forbid_unknown_fields=True):
    """An endpoint as it is to be. `active` also enables one that was disabled; what it missed comes by a replay."""

    url: Url
    types: Types
    status: Literal["active", "paused"]
    description: Description = ""


class OverlapBody(Struct, rename="camel", forbid_unknown_fields=True):
    """For how many hours messages are signed with the secret before, too; 0 ends it at once."""

    overlap_hours: Annotated[int, Meta(ge=0, le=MAX_OVERLAP_HOURS, examples=[24])] = 24


class TestBody(Struct, rename="camel", forbid_unknown_fields=True):
    """The type of the event that tries the endpoint; to a live endpoint only the one that says so is sent."""

    type: EventType = TEST


class DeliveriesQuery(Struct, rename="camel"):
    """Which deliveries, by what became of them, their type and when their events happened; newest first."""

    limit: Limit = DEFAULT_LIMIT
    cursor: Cursor = ""
    status: State | None = None
    type: EventType | None = None
    since: Time | None = None
    until: Time | None = None


class RangeReplayBody(Struct, rename="camel", forbid_unknown_fields=True):
    """Which deliveries are to be sent again: `failed` for what was not delivered, held ones among it, or `all`."""

    since: Time
    until: Time | None = None
    status: Only = "failed"


class SandboxEventBody(Struct, rename="camel", forbid_unknown_fields=True):
    """An event that did not happen; `data` stands in the place of the example's members."""

    type: EventType
    data: Annotated[dict[str, Any], Meta(max_length=50, examples=[{"seriesId": "the-last-train"}])] = {}
