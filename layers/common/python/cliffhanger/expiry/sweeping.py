"""The sweep of the ledger: every few minutes, somebody comes to the accounts that wait for it.

An account's head is read before anything is done, and only what is still so is done: holds whose time is over expire,
coins whose day has come are recorded as expired, and three days before, their owner is told. The ledger's references
and the event's id see to it that nothing happens twice, whoever else sweeps at the same time and wherever a sweep ends.
The next wait is noted before this one ends, so that none is lost between the two.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from cliffhanger.dynamo import Unclear
from cliffhanger.errors import Busy, CliffhangerError, NothingExpired, Unavailable
from cliffhanger.events.publisher import EventPublisher
from cliffhanger.expiry.domain import Due, days_to_tell, next_due, notice_of
from cliffhanger.expiry.store import SHARDS, DueStore
from cliffhanger.ledger.entries import Entry
from cliffhanger.ledger.holding import Held, expire
from cliffhanger.ledger.journal import Retrying
from cliffhanger.ledger.lots import DAY_MS
from cliffhanger.ledger.names import account_kind
from cliffhanger.ledger.rewarding import expire_lots
from cliffhanger.ledger.store import LedgerStore

MOST = 500
"""Accounts of one shard that one sweep looks at."""

POSTPONED_MS = 15 * 60_000
"""For how long an account is left alone that could not be dealt with."""


class Broom(NamedTuple):
    """What a sweep works with."""

    due: DueStore
    ledger: LedgerStore
    events: EventPublisher
    retrying: Retrying = Retrying()


class Swept(NamedTuple):
    """What came of one wait: entries written here and notices told, or the error for which it was postponed."""

    account: str
    holds: int = 0
    expiries: int = 0
    notices: int = 0
    error: CliffhangerError | None = None


def sweep(broom: Broom, until: int, most: int = MOST) -> Iterator[Swept]:
    """Comes to the accounts that wait, longest first, until a time in milliseconds; at most so many of each shard.

    Raises:
        Unavailable: the table does not tell what is due.
    """
    clock = broom.retrying.clock
    now = clock()
    waiting = [due for shard in range(SHARDS) for due in broom.due.due(shard, now, most)]
    for due in sorted(waiting, key=lambda one: one.at):
        if clock() >= until:
            return
        try:
            yield _come_to(broom, due)
        except CliffhangerError as error:
            _postpone(broom, due)
            yield Swept(due.account, error=error)


def overdue_ms(broom: Broom) -> int:
    """How long the account that waits longest has waited beyond its time; 0 where none does.

    Raises:
        Unavailable: the table does not tell what is due.
    """
    now = broom.retrying.clock()
    return max((now - due.at for shard in range(SHARDS) for due in broom.due.due(shard, now, 1)), default=0)


def _come_to(broom: Broom, due: Due) -> Swept:
    account, clock = due.account, broom.retrying.clock
    swept = Swept(account)
    head = _head(broom, account)
    if head is None:  # a restored ledger has not got that far
        broom.due.remove(due, due.seq)
        return swept
    now = max(clock(), head.at)
    holds = [hold.hold for hold in head.state.holds if hold.until <= now]
    coins = account_kind(account) == "viewer" and any(lot.expired(now) for lot in head.state.lots)
    for hold in holds:
        recorded = expire(broom.ledger, Held(account, hold), broom.retrying)
        swept = swept._replace(holds=swept.holds + (not recorded.repeated))
    if coins:
        swept = swept._replace(expiries=_expire(broom, account, now // DAY_MS))
    if holds or coins:
        head = _head(broom, account) or head
    swept = swept._replace(notices=_tell(broom, head, now))
    if (following := next_due(head, now)) is not None:
        broom.due.wait(following)
    broom.due.remove(due, head.seq)
    return swept


def _expire(broom: Broom, account: str, today: int) -> int:
    try:
        return int(not expire_lots(broom.ledger, account, today, broom.retrying).repeated)
    except NothingExpired:  # another entry has noticed
        return 0


def _tell(broom: Broom, head: Entry, now: int) -> int:
    """Gives notice of what expires within days, once for each day; once more where it was not noted that it had."""
    told = 0
    for day in days_to_tell(head.account, head.state, now):
        if not broom.due.noticed(head.account, day * DAY_MS):
            broom.events.publish([notice_of(head.account, head.state, day)])
            broom.due.note_notice(Due(head.account, day * DAY_MS, head.seq))
            told += 1
    return told


def _postpone(broom: Broom, due: Due) -> None:
    """Lets others come first; where that fails too, it comes up again as it stands."""
    try:
        broom.due.wait(due._replace(at=broom.retrying.clock() + POSTPONED_MS))
        broom.due.remove(due, due.seq)
    except Unavailable:
        return


def _head(broom: Broom, account: str) -> Entry | None:
    try:
        return broom.ledger.head(account)
    except Unclear as error:
        raise Busy("Try again in a moment.") from error
