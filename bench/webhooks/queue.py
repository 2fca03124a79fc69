"""A standard queue of Amazon SQS in one process, as far as deliveries depend on it.

Messages are handed out at least once: who does not delete one in time has it handed out again. What fair queues would
do for the quiet ones is left out, so that no figure rests on it.
"""

from __future__ import annotations

import heapq
import itertools
import threading
import time
from collections.abc import Sequence
from typing import NamedTuple

LONGEST_WAIT_S = 20.0
"""How long a consumer waits for a message at most (Amazon SQS, long polling)."""


class Handed(NamedTuple):
    """A message as a consumer gets it."""

    identity: str
    text: str


class Queue:
    """Messages, and who has them in hand.

    Args:
        hidden_s: how long a message that was handed out is hidden from others.
    """

    def __init__(self, hidden_s: float) -> None:
        self._hidden_s = hidden_s
        self._texts: dict[str, str] = {}
        self._due: list[tuple[float, int, str]] = []
        self._shown_at: dict[str, float] = {}
        self._numbers = itertools.count()
        self._changed = threading.Condition()
        self.waiting = 0
        """Consumers that wait for a message."""

    def send(self, texts: Sequence[str], delay_s: float = 0) -> None:
        """Puts messages into the queue, to be handed out after so many seconds."""
        with self._changed:
            for text in texts:
                number = next(self._numbers)
                self._texts[f"message-{number}"] = text
                self._show(f"message-{number}", time.monotonic() + delay_s)
            self._changed.notify_all()

    def receive(self, most: int, wait_s: float = LONGEST_WAIT_S) -> list[Handed]:
        """Messages that nobody has in hand; none when there were none in that time."""
        until = time.monotonic() + wait_s
        with self._changed:
            while True:
                now = time.monotonic()
                handed = self._take(most, now)
                if handed or now >= until:
                    return handed
                next_at = self._due[0][0] if self._due else until
                self.waiting += 1
                self._changed.wait(max(min(next_at, until) - now, 0.001))
                self.waiting -= 1

    def settle(self, taken: Sequence[str], left: Sequence[str] = ()) -> None:
        """Deletes messages that were taken, and shows those that were left again at once."""
        with self._changed:
            for identity in taken:
                self._texts.pop(identity, None)
                self._shown_at.pop(identity, None)
            for identity in left:
                if identity in self._texts:
                    self._show(identity, time.monotonic())
            self._changed.notify_all()

    def __len__(self) -> int:
        """Messages that are not deleted, in anybody's hands or not."""
        return len(self._texts)

    def _show(self, identity: str, at: float) -> None:
        self._shown_at[identity] = at
        heapq.heappush(self._due, (at, next(self._numbers), identity))

    def _take(self, most: int, now: float) -> list[Handed]:
        handed: list[Handed] = []
        while self._due and self._due[0][0] <= now and len(handed) < most:
            at, _, identity = heapq.heappop(self._due)
            if self._shown_at.get(identity) == at:
                handed.append(Handed(identity, self._texts[identity]))
        for each in handed:
            self._show(each.identity, now + self._hidden_s)
        return handed
