"""Whether it is worth while to ask a service that did not answer the last times. Pure.

A warm instance keeps one. Without it, every caller of a service that is down would wait for as long as its timeouts
last, and everything that waits beside them with it.
"""

from __future__ import annotations

from cliffhanger.clock import Clock

FAILURES = 5
"""In a row, after which nobody asks."""

OPEN_MS = 20_000
"""For how long nobody asks; then one does, and what becomes of that decides."""


class Breaker:
    """Closed: everybody asks. Open: nobody does. After a while one may try, and closes it or opens it again."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._failed = 0
        self._asked_at = 0

    def lets_ask(self) -> bool:
        """Whether to ask now. Who is let must tell with :meth:`answered` or :meth:`failed` how it went."""
        if self._failed < FAILURES:
            return True
        now = self._clock()
        # A clock that was set back must not keep it open for longer.
        if 0 <= now - self._asked_at < OPEN_MS:
            return False
        self._asked_at = now
        return True

    def answered(self) -> None:
        """There was an answer, of whatever kind."""
        self._failed = 0

    def failed(self) -> None:
        """There was none."""
        self._failed += 1
        self._asked_at = self._clock()
