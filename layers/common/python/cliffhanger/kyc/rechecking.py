"""What the clock does for verifications: executions that broke off, newer lists, notice before the end, and the end.

Every part finds its own by an index and takes it off that index when it is done, so that a sweep which breaks off
anywhere is gone on with by the next, and two at once do nothing twice.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Literal, NamedTuple

from cliffhanger.errors import (
    CliffhangerError,
    ListsMissing,
    NotFound,
    ProviderRejected,
    ProviderUnavailable,
    ValidationFailed,
)
from cliffhanger.kyc.desk import Desk, change, of_check, wake
from cliffhanger.kyc.domain import (
    Phase,
    Queue,
    Verification,
    cleared,
    ended,
    midnight_ms,
    moved,
    named_anew,
    notified,
)
from cliffhanger.kyc.erasing import erase_left
from cliffhanger.kyc.screening import screen
from cliffhanger.kyc.steps import WAITS_MS, settle
from cliffhanger.kyc.telling import ended_event, ending_event

PAGE = 50
"""Of an index at once."""

Done = Literal["begun", "gone_on", "erased", "cleared", "named", "gone", "notified", "ended"]
Waits = Callable[[Desk, Queue, tuple[int, str] | None], tuple[Verification, ...]]
Act = Callable[[Desk, Verification], Done | None]


class Swept(NamedTuple):
    """What was done for a person, or why it could not be."""

    person: str
    done: Done | None
    error: CliffhangerError | None = None


def sweep(desk: Desk, until: int) -> Iterator[Swept]:
    """Does what is due, until a time in milliseconds.

    Raises:
        Unavailable: the table does not answer; the next sweep begins again.
    """
    for queue, waits, act in PARTS:
        after: tuple[int, str] | None = None
        while page := waits(desk, queue, after):
            for one in page:
                if desk.clock() >= until:
                    return
                yield _done(desk, one, act)
            last = page[-1]
            after = (last.edition if waits is _behind else last.due_at, last.person)


class Queues(NamedTuple):
    """What waits: how many for a reviewer (counted to a bound), and since when the oldest of each.

    A check's age is also that of what the provider has not erased yet.
    """

    reviews: int
    oldest_review_ms: int
    oldest_check_ms: int


def queues(desk: Desk) -> Queues:
    """How long reviewers and executions are waited for.

    Raises:
        Unavailable: the table does not answer.
    """
    now = desk.clock()
    reviews = desk.store.due("review", now, PAGE)
    waits = desk.store.due("open", now + 2 * WAITS_MS, PAGE)
    checks = [one.decided_at if one.check is None else one.check.began_at for one in waits]
    return Queues(len(reviews), now - min((one.due_at for one in reviews), default=now), now - min(checks, default=now))


class Lists(NamedTuple):
    """The lists in force: whether all are there that should be, and how long ago the oldest real one was published."""

    there: bool
    oldest_ms: int = 0


def lists_of(desk: Desk) -> Lists:
    """How the lists stand that people are held against.

    Raises:
        Unavailable: the table or the bucket does not answer.
    """
    now = desk.clock()
    try:
        return Lists(True, now - min((midnight_ms(one.published) for one in desk.lists().real), default=now))
    except (ListsMissing, NotFound, ValidationFailed):
        return Lists(False)


def _due(desk: Desk, queue: Queue, after: tuple[int, str] | None) -> tuple[Verification, ...]:
    return desk.store.due(queue, desk.clock(), PAGE, after)


def _behind(desk: Desk, queue: Queue, after: tuple[int, str] | None) -> tuple[Verification, ...]:
    if not lists_of(desk).there:
        return ()  # whoever stands, stands as the lists before said; what is missing is measured, and alarms
    return desk.store.behind(queue, desk.lists().edition, PAGE, after)


def _done(desk: Desk, one: Verification, act: Act) -> Swept:
    try:
        return Swept(one.person, act(desk, one))
    except CliffhangerError as error:
        return Swept(one.person, None, error)


def _go_on(desk: Desk, listed: Verification) -> Done | None:
    """Starts another execution of a check that nobody has looked after in time; the steps know what is done.

    Where no check is under way, it is what the provider has yet to erase.
    """
    now = desk.clock()
    if listed.check is None:
        return "erased" if erase_left(desk, desk.store.find(listed.person)) else None

    def again(one: Verification) -> Verification | None:
        if one.check is None or one.queue != "open" or one.check.due_at > now:
            return None
        return moved(one, turn=one.check.turn + 1, due_at=now + WAITS_MS)

    after = change(desk, listed.person, again)
    if after is None or after.check is None or after.check.due_at != now + WAITS_MS:
        return None
    if after.check.phase != "identity":
        wake(desk, after)
    desk.executions.start(after.person, after.check.number, after.check.turn)
    return "gone_on"


def _come_to(desk: Desk, listed: Verification) -> Done | None:
    """Gives notice to a person whose verification will end, or ends it."""
    now = desk.clock()
    if listed.queue != "verified" or listed.due_at > now:
        return None
    if now >= midnight_ms(listed.until):
        desk.events().publish([ended_event(listed, midnight_ms(listed.until))])
        erase_left(desk, change(desk, listed.person, lambda one: ended(one, now) if _same(one, listed) else None))
        return "ended"
    desk.events().publish([ending_event(listed)])
    change(desk, listed.person, lambda one: notified(one) if _same(one, listed) else None)
    return "notified"


def _screen(desk: Desk, listed: Verification) -> Done | None:
    """Holds somebody who is verified against the lists in force; whom they name, or may name, a reviewer looks at."""
    if listed.check is not None and listed.check.phase == "decided":
        settle(desk, listed.person, listed.check.number)
        listed = desk.store.find(listed.person) or listed
    if listed.state != "verified":
        return None
    identity = desk.identity().identity(listed.session)
    force, now = desk.lists(), desk.clock()
    if identity is None:
        # There is nobody to hold against a list any more: it is as if the person had never been verified.
        desk.events().publish([ended_event(listed, now)])
        erase_left(desk, change(desk, listed.person, lambda one: ended(one, now) if _same(one, listed) else None))
        return "gone"
    found = screen(identity.name, identity.birth_date, identity.country, force.lists)
    hits = listed.unknown(found.hits)
    if not hits:
        change(desk, listed.person, lambda one: cleared(one, force.edition) if _same(one, listed) else None)
        return "cleared"

    def name(one: Verification) -> Verification | None:
        return named_anew(one, hits, force.edition, now) if _same(one, listed) else None

    after = change(desk, listed.person, name)
    number = listed.checks + 1
    if after is None or not of_check(after, number) or after.edition != force.edition:
        return None
    if listed.check is not None and listed.check.token:
        desk.executions.answer(listed.check.token, "over")
    desk.executions.start(after.person, number, 1)
    with contextlib.suppress(ProviderUnavailable, ProviderRejected):  # noted in the record until it is done
        erase_left(desk, after)
    return "named"


def _same(one: Verification, listed: Verification) -> bool:
    """Whether it still stands as it was listed, beside the same check in the same phase."""
    stands = one.state == "verified" and (one.until, one.session) == (listed.until, listed.session)
    return stands and (one.edition, one.checks, _phase(one)) == (listed.edition, listed.checks, _phase(listed))


def _phase(one: Verification) -> Phase | None:
    return None if one.check is None else one.check.phase


PARTS: tuple[tuple[Queue, Waits, Act], ...] = (
    ("open", _due, _go_on),
    ("verified", _due, _come_to),
    ("verified", _behind, _screen),
    ("open", _behind, _screen),
    ("review", _behind, _screen),
)
"""What a sweep does: of which queue, who of it, and what with each. Who is verified may be on any of the three."""
