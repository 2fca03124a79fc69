"""``python -m bench.webhooks.worker ADDRESS AUTHORITY FAST SLOW FANOUT``: the shipped handlers, as Lambda calls them.

So many copies of each function take batches from their queues at once, until the process is killed.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from typing import Any

from bench.webhooks.site import TOLD, Remote
from cliffhanger import bootstrap
from cliffhanger.clock import system_clock
from cliffhanger.webhooks.addresses import networks_of
from cliffhanger.webhooks.delivering import Station
from cliffhanger.webhooks.fanout import Directory, Exchange
from cliffhanger.webhooks.sending import Sender
from functions.deliver.handler import handler as deliver
from functions.fanout.handler import handler as fan_out

Handler = Callable[[dict[str, Any], object], dict[str, Any]]

KEY = b"the stage's own key of endpoints"
BATCH = 10
"""Messages of one call, as ``infra/stacks/events.py`` has it."""
HANDLERS: dict[str, Handler] = {"fast": deliver, "slow": deliver, TOLD: fan_out}
ARN = "arn:aws:sqs:us-east-1:111122223333:"


class Everything:
    """The reach of a partner who may see all."""

    def sees(self, _event: object) -> bool:
        """Yes."""
        return True


def main(address: str, authority: str, *copies: str) -> None:
    """Works until it is killed."""
    os.environ |= {"STAGE": "bench", "SLOW_DELIVERIES_QUEUE_URL": "memory://queues/slow"}
    site, everything = Remote(address), Everything()
    endpoints, log = site.stores()
    exchange = Exchange(Directory(endpoints, "live", system_clock), endpoints, log, site, lambda _: everything)
    sender = Sender(networks_of("127.0.0.0/8"), authority)
    station = Station(endpoints, log, site, sender, lambda: KEY, lambda _: everything)
    for name, given in (("webhook_exchange", exchange), ("webhook_station", station)):
        setattr(bootstrap, name, lambda given=given: given)
    working = [
        threading.Thread(target=_copy, args=(site, queue, handler))
        for (queue, handler), count in zip(HANDLERS.items(), copies, strict=True)
        for _ in range(int(count))
    ]
    for each in working:
        each.start()
    for each in working:
        each.join()


def _copy(site: Remote, queue: str, handler: Handler) -> None:
    """One copy of a function."""
    while True:
        batch = site.receive(queue, BATCH)
        if not batch:
            continue
        records = [{"messageId": each.identity, "body": each.text, "eventSourceARN": ARN + queue} for each in batch]
        answer = handler({"Records": records}, None)
        left = {each["itemIdentifier"] for each in answer["batchItemFailures"]}
        site.settle(queue, [each.identity for each in batch if each.identity not in left], sorted(left))


if __name__ == "__main__":
    main(*sys.argv[1:])
