"""Consumes the ledger's stream beside settlement: inserts only, at least once, in any order.

What the bus does not take raises, and Lambda delivers the batch again; the same fact is then told under the same id.
Of what no delivery can mend, the key is parked, named in the log and counted, and it holds up nobody. As the stream has
two consumers at most, this one also notes when somebody has to come to an account, and counts what the house gives.
"""

from __future__ import annotations

from typing import Any

from cliffhanger import bootstrap
from cliffhanger.events.outbox import publish_images
from cliffhanger.expiry.service import wait_for_images
from cliffhanger.streams import new_images, set_aside, taken
from cliffhanger.telemetry.log import logger
from cliffhanger.telemetry.metrics import count


def handler(event: dict[str, Any], _context: object) -> dict[str, list[Any]]:
    """Tells the entries of one batch of stream records; answers that no record of it is to be delivered again.

    Raises:
        EventsRefused, Unavailable: Lambda delivers the batch again.
    """
    images = new_images(event)
    told = publish_images(bootstrap.event_publisher(), images)
    set_aside(bootstrap.parked_store(), "publisher", told.poison)
    waits = wait_for_images(bootstrap.due_store(), images)
    count("EventsPublished", told.events)
    count("HouseCoinsGiven", told.house_coins)
    logger().info("published", entries=len(images), events=told.events, waits=waits)
    return taken()
