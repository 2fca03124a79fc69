"""Puts events on the product's EventBridge bus."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from cliffhanger.errors import EventsRefused
from cliffhanger.events.envelope import Event, envelope_of

SOURCE = "cliffhanger"
MAX_ENTRIES = 10
"""PutEvents takes at most ten entries (EventBridge quota)."""


class EventPublisher:
    """Publishes at least once: what is refused raises, and telling it again gives the same ids."""

    def __init__(self, client: Any, bus: str) -> None:
        self._client = client
        self._bus = bus

    def publish(self, events: Sequence[Event]) -> None:
        """Puts the events on the bus.

        Raises:
            EventUnknown: one of them has no schema; none is sent.
            EventsRefused: the bus did not take all of them, or did not answer.
        """
        entries = [
            {
                "EventBusName": self._bus,
                "Source": SOURCE,
                "DetailType": event.type,
                "Detail": json.dumps(envelope_of(event), separators=(",", ":")),
            }
            for event in events
        ]
        for start in range(0, len(entries), MAX_ENTRIES):
            try:
                answer = self._client.put_events(Entries=entries[start : start + MAX_ENTRIES])
            except (ClientError, BotoCoreError) as error:
                raise EventsRefused(str(error)) from error
            if answer["FailedEntryCount"]:
                codes = sorted({entry["ErrorCode"] for entry in answer["Entries"] if "ErrorCode" in entry})
                raise EventsRefused(", ".join(codes))
