"""A notice: what a payment provider has told us of once, by its event's id. Pure.

Its key is the hour in which the provider made the event, and the event's id: ``2026-11-28T17/evt_1Q...``. Both stand in
the event itself, so it has the same key whenever and however often it comes; and what was recorded and never worked off
is found by the hour.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from cliffhanger.clock import ms_of, rfc3339
from cliffhanger.errors import MalformedJson, ValidationFailed

MAX_BODY_BYTES = 262_144
"""Of an event: what Amazon EventBridge takes too. Stripe's are of some kilobytes."""

KEPT_S = 90 * 86_400
"""How long a notice is known; Stripe tries to deliver for three days, and shows events for thirty."""

HOUR_MS = 3_600_000
_EVENT = re.compile(r"[A-Za-z0-9_]{1,128}")
_KEY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2})/([A-Za-z0-9_]{1,128})")
_MAX_SECONDS = 253_402_300_800
"""The end of the year 9999, after which no hour has a name."""
_OBJECTS = ("event", "v2.core.event")


class Key(NamedTuple):
    """What a notice is known by: the hour of its event, and its event's id."""

    hour: str
    event: str

    def __str__(self) -> str:
        """The key as one text."""
        return f"{self.hour}/{self.event}"


class Notice(NamedTuple):
    """What the provider has told: the event as it came, and its kind, such as ``charge.succeeded``.

    An event that only names its object (a thin one) is of the same kind as one that shows it.
    """

    key: Key
    kind: str
    event: Mapping[str, Any]


def notice_of(body: bytes) -> Notice:
    """The notice in a webhook's body.

    Raises:
        MalformedJson: it is not JSON.
        ValidationFailed: it is no event with an id, a type and a time.
    """
    try:
        event = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise MalformedJson("The body is not JSON.") from error
    return notice_in(event)


def notice_in(event: object) -> Notice:
    """The notice of an event.

    Raises:
        ValidationFailed: it is none with an id, a type and a time.
    """
    if not isinstance(event, dict) or event.get("object") not in _OBJECTS:
        raise ValidationFailed("This is no event.", where="body")
    identity, kind = event.get("id"), event.get("type")
    if not isinstance(identity, str) or _EVENT.fullmatch(identity) is None or not isinstance(kind, str):
        raise ValidationFailed("The event has no id or no type.", where="body")
    return Notice(Key(hour_of(made_at_ms(event)), identity), kind.removeprefix("v1."), event)


def made_at_ms(event: Mapping[str, Any]) -> int:
    """When an event was made: seconds where it shows its object, RFC 3339 where it is thin.

    Raises:
        ValidationFailed: it does not say.
    """
    created = event.get("created")
    if type(created) is int and 0 <= created < _MAX_SECONDS:
        return created * 1_000
    if isinstance(created, str):
        try:
            return ms_of(created)
        except ValueError:
            pass
    raise ValidationFailed("The event does not say when it was made.", where="body")


def hour_of(at_ms: int) -> str:
    """The hour that a time is in."""
    return rfc3339(at_ms)[:13]


def hours_before(now_ms: int, count: int) -> Iterator[str]:
    """So many hours, oldest first, that end with the present one."""
    for back in reversed(range(count)):
        yield hour_of(now_ms - back * HOUR_MS)


def key_of(text: str) -> Key:
    """The key in a text.

    Raises:
        ValidationFailed: it is none.
    """
    found = _KEY.fullmatch(text)
    if found is None:
        raise ValidationFailed("This is no notice's key.")
    return Key(found[1], found[2])
