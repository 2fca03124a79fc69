"""Comes to what waits when its time comes, and tells how long the longest has waited: for us, or for a reviewer."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import NamedTuple

from cliffhanger.errors import CliffhangerError, SwitchedOff, Unavailable
from cliffhanger.rewards.paying import Till, held, pay
from cliffhanger.rewards.pending import Pending, Queue

AT_ONCE = 100
PUT_OFF_MS = 15 * 60_000
"""For how long a claim is left alone that could not be paid."""
AGAIN_AT_MOST = 1_000
"""Of those so many are tried again in one sweep."""


class Vested(NamedTuple):
    """What came of a claim whose time has come: why it could not be paid, if so."""

    pending: Pending
    error: CliffhangerError | None = None


def vest(till: Till, until: int) -> Iterator[Vested]:
    """Pays what has vested, longest first, until a time in milliseconds. What failed comes last.

    Raises:
        SwitchedOff: operators have stopped rewards: what waits keeps waiting.
        Unavailable: the table does not tell what has vested.
    """
    till.check_open()
    yield from _vested(till, "waiting", until)


def confirm(till: Till, until: int) -> Iterator[Vested]:
    """Confirms cashback whose return window has closed, likewise.

    Raises:
        SwitchedOff: operators have stopped campaigns: what is pending stays pending.
        Unavailable: the table does not tell what is due.
    """
    if till.cashbacks is not None:
        till.cashbacks.check_open()
        yield from _vested(till, "cashback", until)


def overdue_ms(till: Till) -> int:
    """How long the claim that waits longest has waited beyond its time; 0 where none does, or all are switched off.

    Raises:
        Unavailable: the table does not tell what is due.
    """
    now, ages = till.clock(), [0]
    queues: list[tuple[Queue, Callable[[], None]]] = [("waiting", till.check_open)]
    if till.cashbacks is not None:
        queues.append(("cashback", till.cashbacks.check_open))
    for queue, check_open in queues:
        with contextlib.suppress(SwitchedOff):  # what waits is to wait
            check_open()
            ages += [now - one.due_at for one in till.claims.due(queue, now, 1)]
    return max(ages)


def longest_held_ms(till: Till) -> int:
    """How long the claim that has waited longest for a reviewer has waited; 0 where none does.

    Raises:
        Unavailable: the table does not tell what is held.
    """
    return max([0, *(till.clock() - one.due_at for one in held(till, 1))])


def _vested(till: Till, queue: Queue, until: int) -> Iterator[Vested]:
    now, again = till.clock(), list[Pending]()
    for pending in _due(till, queue, now):
        if till.clock() >= until:
            return
        if not pending.again_at:
            yield _come_to(till, pending)
        elif pending.again_at <= now and len(again) < AGAIN_AT_MOST:
            again.append(pending)
    for pending in again:
        if till.clock() >= until:
            return
        yield _come_to(till, pending)


def _due(till: Till, queue: Queue, now: int) -> Iterator[Pending]:
    """What is due in a queue, longest first. What could not be paid stays where it was, and is as late as it is."""
    after = None
    while True:
        due = till.claims.due(queue, now, AT_ONCE, after)
        yield from due
        if len(due) < AT_ONCE:
            return
        after = (due[-1].person, due[-1].name, due[-1].due_at)


def _come_to(till: Till, pending: Pending) -> Vested:
    try:
        pay(till, pending)
    except CliffhangerError as error:
        with contextlib.suppress(Unavailable):  # it comes up again as it stands
            till.claims.put_off(pending, till.clock() + PUT_OFF_MS)
        return Vested(pending, error)
    return Vested(pending)
