"""Use cases of sending again: one delivery, or a range of them, worked off in pages from where the last one ended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from cliffhanger.clock import Clock, system_clock
from cliffhanger.webhooks.domain import Delivery, State, partner_of, renewed
from cliffhanger.webhooks.items import Replay, Wanted
from cliffhanger.webhooks.queues import Queues, message_for

if TYPE_CHECKING:
    from cliffhanger.webhooks.store import DeliveryLog, EndpointsStore

PAGE = 100
MOST_PAGES = 10
"""Of one replay at once: a thousand deliveries a minute, so that nobody else's wait behind them."""

STATES: dict[str, tuple[State, ...]] = {
    "failed": ("failed", "held"),
    "all": ("failed", "held", "delivered", "dropped"),
}


class Again(NamedTuple):
    """What sending again works with."""

    endpoints: EndpointsStore
    log: DeliveryLog
    queues: Queues
    clock: Clock = system_clock


def send_again(again: Again, delivery: Delivery) -> Delivery:
    """Lets a delivery be attempted once more now, from the schedule's beginning; also one that waits for its time.

    Raises:
        Unavailable: it may or may not be; asking again is harmless.
    """
    now = again.clock()
    made = renewed(delivery, now)
    if not again.log.record(delivery, made):
        # Somebody attempts it, or sends it again, just now.
        return again.log.find(delivery.endpoint, delivery.delivery, now) or delivery
    endpoint = again.endpoints.find(delivery.partner, delivery.mode, delivery.endpoint)
    again.queues.send([message_for(made, "fast" if endpoint is None else endpoint.lane(now))])
    return made


def go_on(again: Again, replay: Replay, in_time: Callable[[], bool]) -> Replay:
    """Works off some pages of a replay, and notes after each how far it has come.

    What is replayed goes by the slow lane. Who is killed amid a page is followed by another who looks at it again and
    passes over what this replay has sent.

    Raises:
        Unavailable: a table or the queue does not answer; going on later is safe.
    """
    partner, mode = partner_of(replay.owner)
    for _ in range(MOST_PAGES):
        if not in_time():
            break
        if again.endpoints.find(partner, mode, replay.endpoint) is None:
            further = replace(replay, done_at=again.clock())
        else:
            further = _one_page(again, replay)
        if not again.log.note_progress(replay, further):
            break  # another worker has come as far
        replay = further
        if replay.done_at:
            break
    return replay


def _one_page(again: Again, replay: Replay) -> Replay:
    wanted = Wanted(replay.since, replay.until, STATES[replay.only])
    page = again.log.between(replay.endpoint, wanted, PAGE, replay.position or None, newest_first=False)
    now = again.clock()
    messages = []
    for delivery in page.deliveries:
        if delivery.test or delivery.replay == replay.replay:
            continue
        made = renewed(delivery, now, replay.replay)
        if again.log.record(delivery, made):
            messages.append(message_for(made, "slow"))
    again.queues.send(messages)
    return replace(
        replay,
        position=page.after or replay.position,
        found=replay.found + len(page.deliveries),
        sent=replay.sent + len(messages),
        done_at=0 if page.after else now,
    )
