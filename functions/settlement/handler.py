"""Consumes the ledger's stream: inserts only, at least once, in any order.

A batch that fails for want of DynamoDB is delivered again for as long as the stream's consumer allows; settling it once
more is always safe. Of what no delivery can mend, the key is parked, named in the log and counted, so that it raises an
alarm, and it holds up nobody: the entry itself stands in the table, from which it is replayed once it is mended.
"""

from __future__ import annotations

from typing import Any

from cliffhanger import bootstrap
from cliffhanger.ledger.packing import key_of
from cliffhanger.ledger.settling import settle_images
from cliffhanger.ledger.volumes import fullest
from cliffhanger.streams import new_images, set_aside, taken
from cliffhanger.telemetry.log import logger
from cliffhanger.telemetry.metrics import count, size


def handler(event: dict[str, Any], _context: object) -> dict[str, list[Any]]:
    """Settles the entries of one batch of stream records; answers that no record of it is to be delivered again.

    Raises:
        Busy, Unavailable: Lambda delivers the batch again.
    """
    images = new_images(event)
    settled = settle_images(bootstrap.ledger_store(), images)
    set_aside(bootstrap.parked_store(), "settlement", settled.poison)
    count("LegsSettled", settled.legs)
    size("FullestPartition", fullest(map(key_of, images)))
    logger().info("settled", entries=len(images), legs=settled.legs)
    return taken()
