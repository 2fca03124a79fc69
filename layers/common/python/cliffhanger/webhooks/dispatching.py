"""The sweep of deliveries, every minute: what is due goes into the queues, and what was lost is found.

Whoever else sweeps at the same time takes other deliveries, and wherever a sweep ends the next one goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from cliffhanger.clock import Clock, rfc3339, system_clock
from cliffhanger.errors import DeliveryUnreadable
from cliffhanger.events.envelope import Event
from cliffhanger.webhooks.domain import Delivery, Endpoint, Lane, Mode, partners_failing
from cliffhanger.webhooks.items import Replay, Wanted
from cliffhanger.webhooks.queues import Message, Queues, message_for
from cliffhanger.webhooks.replaying import Again, go_on
from cliffhanger.webhooks.schedule import LOST_MS
from cliffhanger.webhooks.store import Due

if TYPE_CHECKING:
    from cliffhanger.events.publisher import EventPublisher
    from cliffhanger.webhooks.store import DeliveryLog, EndpointsStore

MODES: tuple[Mode, ...] = ("live", "sandbox")
MOST = 250
"""Of each partition of the index, in one sweep."""
LOOKED_FOR_EVERY_MS = 300_000
LOOKED_BACK_MS = 3_600_000
"""How far at most one sweep looks for lost messages: after an outage several catch up."""
PAGE = 100
FAILING_MS = 900_000
"""After how long without a success a partner's endpoint is counted."""
BATCH = 100
"""So many deliveries are taken before their messages are sent."""


class Desk(NamedTuple):
    """What a sweep works with. ``in_time`` says whether there is time for more."""

    endpoints: EndpointsStore
    log: DeliveryLog
    queues: Queues
    events: EventPublisher
    in_time: Callable[[], bool]
    clock: Clock = system_clock


class Dispatched(NamedTuple):
    """What came of a sweep: the longest that a delivery was over its time, and how many there were of each."""

    oldest_ms: int = 0
    sent: int = 0
    lost: int = 0
    replayed: int = 0
    told: int = 0
    unreadable: int = 0
    failing: frozenset[str] = frozenset()
    whole: bool = True


def dispatch(desk: Desk) -> Dispatched:
    """Sends what is due, goes on with replays, finds lost messages, and tells of endpoints that were disabled.

    Raises:
        EventsRefused, Unavailable: not all of it may have happened; the next sweep begins again.
    """
    endpoints = [endpoint for mode in MODES for endpoint in desk.endpoints.every(mode)]
    told = _tell(desk, endpoints)
    lanes = {endpoint.endpoint: endpoint.lane(desk.clock()) for endpoint in endpoints}
    dispatched = _send_due(desk, lanes)
    lost, whole = _find_lost(desk, endpoints)
    failing = partners_failing([each for each in endpoints if each.mode == "live"], desk.clock(), FAILING_MS)
    whole = whole and dispatched.whole
    return dispatched._replace(told=told, lost=lost, failing=failing, whole=whole)


def disabled_event(endpoint: Endpoint) -> Event:
    """That an endpoint was disabled, the same whenever it is told. Its address is told nobody: it may hold keys."""
    return Event(
        type="WebhookEndpointDisabled",
        version=1,
        subject=f"endpoint:{endpoint.endpoint}",
        occurred_at=endpoint.changed_at,
        data={
            "partnerId": endpoint.partner,
            "mode": endpoint.mode,
            "endpointId": endpoint.endpoint,
            "description": endpoint.description,
            "reason": endpoint.reason,
            "failingSince": rfc3339(endpoint.health.since or endpoint.changed_at),
        },
        fact=(endpoint.endpoint, rfc3339(endpoint.changed_at)),
    )


def _tell(desk: Desk, endpoints: list[Endpoint]) -> int:
    """Tells of endpoints that were disabled since the last sweep; once more where it was not noted that it had."""
    told = 0
    for endpoint in endpoints:
        if endpoint.untold and endpoint.status == "disabled":
            desk.events.publish([disabled_event(endpoint)])
            desk.endpoints.note_told(endpoint)
            told += 1
    return told


def _send_due(desk: Desk, lanes: Mapping[str, Lane]) -> Dispatched:
    now = desk.clock()
    oldest = sent = replayed = unreadable = 0
    messages: list[Message] = []
    whole = True
    for due in desk.log.due(now, MOST):
        if not desk.in_time():
            whole = False
            break
        try:
            taken = desk.log.take(due, now + LOST_MS)
        except DeliveryUnreadable:
            desk.log.forget(due)
            unreadable += 1
            continue
        if isinstance(taken, Replay):
            replayed += _go_on(desk, taken, due._replace(due_at=now + LOST_MS))
        elif taken is not None and taken.state != "pending":
            desk.log.forget(due)
        elif taken is not None:
            oldest = max(oldest, now - (taken.next_at or taken.created_at))
            messages.append(message_for(taken, lanes.get(taken.endpoint, "fast")))
            sent += 1
        if len(messages) >= BATCH:
            desk.queues.send(messages)
            messages = []
    desk.queues.send(messages)
    return Dispatched(oldest, sent, replayed=replayed, unreadable=unreadable, whole=whole)


def _go_on(desk: Desk, replay: Replay, taken: Due) -> int:
    """Goes on with a replay; what is left of it is due again at the next sweep."""
    further = go_on(Again(desk.endpoints, desk.log, desk.queues, desk.clock), replay, desk.in_time)
    if not further.done_at:
        desk.log.take(taken, desk.clock())
    return further.sent - replay.sent


def _find_lost(desk: Desk, endpoints: list[Endpoint]) -> tuple[int, bool]:
    """Looks through the deliveries of some minutes for those of which no message has come; whether all was seen."""
    newest = desk.clock() - LOST_MS
    since = desk.endpoints.checked_until() or newest - LOOKED_BACK_MS
    if newest - since < LOOKED_FOR_EVERY_MS:
        return 0, True
    until = min(newest, since + LOOKED_BACK_MS)
    lost = 0
    for endpoint in endpoints:
        for silent in _silent(desk, endpoint.endpoint, since, until):
            if desk.log.watch(silent, desk.clock() + LOST_MS):
                desk.queues.send([message_for(silent, endpoint.lane(desk.clock()))])
                lost += 1
        if not desk.in_time():
            return lost, False
    desk.endpoints.note_checked(until)
    return lost, True


def _silent(desk: Desk, endpoint: str, since: int, until: int) -> Iterator[Delivery]:
    """Deliveries that nobody has attempted and nobody looks after."""
    wanted, after = Wanted(since, until, ("pending",)), None
    while True:
        page = desk.log.between(endpoint, wanted, PAGE, after, newest_first=False)
        yield from (each for each in page.deliveries if each.made == 0 and each.due_at == 0)
        if page.after is None:
            return
        after = page.after
