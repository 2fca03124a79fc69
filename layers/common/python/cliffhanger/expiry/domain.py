"""When somebody has to come to an account: what follows from its last entry's state. Pure.

Only the earliest of what an account waits for is kept: whoever comes then looks at the head, and waits for the next.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from cliffhanger.clock import rfc3339
from cliffhanger.events.envelope import Event
from cliffhanger.events.tellings import CLASSES
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.lots import DAY_MS, NEVER
from cliffhanger.ledger.names import account_kind, volume_of
from cliffhanger.ledger.state import State

NOTICE_DAYS = 3
"""How long before coins expire their owner is told."""


class Due(NamedTuple):
    """An account that waits for somebody to come, from ``at`` on, in milliseconds since the Unix epoch.

    ``seq`` is the newest entry on whose account it waits: who has seen that one, or a later one, has seen all.
    """

    account: str
    at: int
    seq: int


def due_of(entry: Entry) -> Due | None:
    """When somebody has to come after an entry, never before the entry itself; None where nothing waits.

    An unlock only takes coins: nothing becomes due sooner by it, and what the entries before it wait for is noted.
    """
    return None if entry.terms.get("kind") == "unlock" else wait_of(entry)


def wait_of(entry: Entry) -> Due | None:
    """When somebody has to come after a head of which nothing is noted yet, whatever kind of entry it is."""
    first = min(_moments(entry.account, entry.state), default=None)
    return None if first is None else Due(entry.account, max(first, entry.at), entry.seq)


def next_due(entry: Entry, now: int) -> Due | None:
    """When somebody has to come after a head that has just been dealt with; None where nothing waits.

    What is over and still there (coins that came after their day, when the day's expiry had been recorded) waits until
    tomorrow, which has an expiry of its own.
    """
    tomorrow = (now // DAY_MS + 1) * DAY_MS
    overdue = [hold.until for hold in entry.state.holds] + [day * DAY_MS for day in _days(entry.account, entry.state)]
    later = [at for at in _moments(entry.account, entry.state) if at > now]
    later += [tomorrow for at in overdue if at <= now]
    return Due(entry.account, min(later), entry.seq) if later else None


def days_to_tell(account: str, state: State, now: int) -> list[int]:
    """The days, counted since 1970-01-01 UTC, on which coins expire that notice is to be given of by now, in order."""
    return [day for day in _days(account, state) if _notice_at(day) <= now < day * DAY_MS]


def notice_of(account: str, state: State, day: int) -> Event:
    """The notice that coins of a viewer expire on a day; the same event for one account and day, whenever it is told.

    The coins are those of the moment in which it is told.
    """
    coins: dict[str, int] = {}
    for lot in state.lots:
        if lot.expires_day == day:
            coins[CLASSES[lot.unit]] = coins.get(CLASSES[lot.unit], 0) + lot.coins
    date = rfc3339(day * DAY_MS)
    return Event(
        type="BonusExpiring",
        version=1,
        subject=account,
        occurred_at=_notice_at(day),
        data={"personId": account.removeprefix("viewer:"), "coins": dict(sorted(coins.items())), "expiresAt": date},
        fact=(account, date),
    )


def _moments(account: str, state: State) -> Iterator[int]:
    for hold in state.holds:
        yield hold.until
    for day in _days(account, state):
        yield _notice_at(day)
        yield day * DAY_MS


def _days(account: str, state: State) -> list[int]:
    """The days on which a viewer's lots expire: nobody else has any whose expiry could be recorded."""
    if account_kind(volume_of(account)[0]) != "viewer":
        return []
    return sorted({lot.expires_day for lot in state.lots} - {NEVER})


def _notice_at(day: int) -> int:
    return (day - NOTICE_DAYS) * DAY_MS
