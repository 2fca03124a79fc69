"""The request log and the days' counts: what a partner's clients have asked, without what they sent. Pure.

A request is told by when, what and how it ended: never by a body, a token, an address or a value in its path.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from cliffhanger.clock import rfc3339
from cliffhanger.partners.domain import Mode

KEPT_DAYS = 30
DAY_MS = 86_400_000
StatusClass = Literal["2xx", "4xx", "5xx"]


class Request(NamedTuple):
    """One request, as the log keeps it.

    Args:
        at: when it was answered, in milliseconds since the Unix epoch.
        id: Lambda's id of the request, which the answer carried too.
        method, route: what was asked, with the names of path parameters in place of their values.
        status, code: how it was answered; the code is "ok", or the problem's.
        millis: how long it took.
        client: the client's id, None for a member.
    """

    at: int
    id: str
    method: str
    route: str
    status: int
    code: str
    millis: int
    client: str | None


class Asking(NamedTuple):
    """Which requests of a partner's mode are wanted: from, until (in milliseconds, inclusive), and of which status."""

    owner: str
    since: int
    until: int
    status: StatusClass | None = None


class RequestPage(NamedTuple):
    """Requests, newest first, and where the next page begins when there may be more."""

    requests: Sequence[Request]
    after: str | None


class DayUse(NamedTuple):
    """How many requests were counted on a day (UTC, ISO 8601)."""

    day: str
    requests: int


def owner_key(partner: str, mode: Mode | str) -> str:
    """Whose requests: a partner's in one mode, which is one partition."""
    return f"{partner}#{mode}"


def day_of(now: int) -> str:
    """The day of a time in milliseconds, in UTC."""
    return rfc3339(now)[:10]


def last_days(now: int) -> list[str]:
    """The last thirty days, newest first; today is one of them."""
    return [day_of(now - back * DAY_MS) for back in range(KEPT_DAYS)]


def expiry_of(at: int) -> int:
    """When the table may forget what happened then: in seconds since the Unix epoch."""
    return (at + (KEPT_DAYS + 1) * DAY_MS) // 1000
