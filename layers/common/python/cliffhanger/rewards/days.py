"""A viewer's days, in the zone that they live in. Pure.

A day is named by its date in the zone in which it began, and stays in that zone until midnight there: who asks for
another zone gets it with the next day. Days only go on: crossing the date line gives nobody a day again, and a day in
another zone begins no sooner than twenty hours after the last one. Zones are IANA names.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cliffhanger.errors import ValidationFailed

HOUR_MS = 3_600_000
SHORTEST_MS = 20 * HOUR_MS
"""The least from the beginning of a day to that of the next one, where the zone has changed between them."""
DEFAULT_ZONE = "UTC"

_ZONE = re.compile(r"[A-Z][A-Za-z0-9_+-]{0,31}(?:/[A-Za-z0-9_+-]{1,31}){0,2}")


class Day(NamedTuple):
    """A viewer's day: its date as ``YYYY-MM-DD``, its zone, and when it was first met, in milliseconds."""

    date: str
    zone: str
    began_at: int


def check_zone(name: str) -> str:
    """The name of a zone that exists.

    Raises:
        ValidationFailed: ``where`` is ``zone``.
    """
    try:
        if _ZONE.fullmatch(name) is not None:
            ZoneInfo(name)
            return name
    except (ZoneInfoNotFoundError, ValueError, OSError):  # a folder of zones is none
        pass
    raise ValidationFailed("There is no such zone; write a name such as 'Europe/Lisbon'.", where="zone")


def date_in(zone: str, now: int) -> str:
    """The date in a zone."""
    return datetime.fromtimestamp(now / 1000, ZoneInfo(zone)).date().isoformat()


def day_at(now: int, zone: str, last: Day | None) -> Day:
    """The viewer's day now: the last one while it goes on, else the next, which is in the zone asked for."""
    if last is None:
        return Day(date_in(zone, now), zone, now)
    if date_in(last.zone, now) <= last.date:
        return last
    moved = zone != last.zone
    if moved and (date_in(zone, now) <= last.date or now - last.began_at < SHORTEST_MS):
        return last
    return Day(date_in(zone, now), zone, now)


def ends_at(day: Day) -> int:
    """Midnight at the end of a day in its own zone, in milliseconds: the next day begins no sooner."""
    following = date.fromisoformat(day.date) + timedelta(days=1)
    midnight = datetime(following.year, following.month, following.day, tzinfo=ZoneInfo(day.zone))
    return int(midnight.astimezone(UTC).timestamp() * 1000)


def days_between(earlier: str, later: str) -> int:
    """How many days one date is after another."""
    return (date.fromisoformat(later) - date.fromisoformat(earlier)).days


def date_after(day: str, days: int) -> str:
    """The date so many days after another; before it where they are negative."""
    return (date.fromisoformat(day) + timedelta(days=days)).isoformat()
