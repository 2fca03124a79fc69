"""Use cases of switches: obey one, change one, list all."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from cliffhanger.clock import Clock
from cliffhanger.errors import SwitchedOff, Unavailable
from cliffhanger.switches.domain import SWITCHES, Switch, SwitchName
from cliffhanger.switches.store import SwitchesStore

CACHED_MS = 10_000
"""How long a change takes to be obeyed everywhere: a warm instance reads a switch no more often than that."""
RETRY_MS = 1_000
"""After a read that failed, the next one is tried so much later."""


class _Known(NamedTuple):
    off: bool
    until: int
    read: bool


class Switches:
    """The switches, as one warm instance knows them.

    Args:
        store: where they are kept.
        clock: the present.
        tell: told the switch's name when it could not be read and what was known last is obeyed instead.
    """

    def __init__(self, store: SwitchesStore, clock: Clock, tell: Callable[[SwitchName], None]) -> None:
        self._store = store
        self._clock = clock
        self._tell = tell
        self._known: dict[SwitchName, _Known] = {}

    def check(self, switch: SwitchName) -> None:
        """Sees that something is on. When the table does not answer, what was known last holds; at first, all is on.

        Raises:
            SwitchedOff: operators have stopped it; names the ``switch``.
        """
        if self._look(switch).off:
            raise SwitchedOff("Operators have stopped this for now; try again later.", switch=switch)

    def require(self, switch: SwitchName) -> None:
        """As :meth:`check`, for what may as well wait, and cannot be taken back: at first, nothing is on.

        Raises:
            SwitchedOff: operators have stopped it; names the ``switch``.
            Unavailable: the table does not answer, and has not told yet whether they have.
        """
        if not self._look(switch).read:
            raise Unavailable("Nobody can tell whether this is stopped; try again in a moment.")
        self.check(switch)

    def put(self, switch: SwitchName, *, off: bool, reason: str, by: str) -> Switch:
        """Switches something off or on; obeyed everywhere within ten seconds. ``by`` is the operator's person id.

        Raises:
            Unavailable: the table does not answer; it may have been changed.
        """
        changed = Switch(switch, off, reason, by, self._clock())
        self._store.put(changed)
        self._known[switch] = _Known(off, changed.at + CACHED_MS, read=True)
        return changed

    def all(self) -> tuple[Switch, ...]:
        """Every switch as it stands now.

        Raises:
            Unavailable: the table does not answer.
        """
        return tuple(self._store.find(switch, consistent=True) for switch in SWITCHES)

    def _look(self, switch: SwitchName) -> _Known:
        known, now = self._known.get(switch, _Known(off=False, until=0, read=False)), self._clock()
        # A clock that was set back must not make an old state hold for longer than a new one would.
        if not known.until - CACHED_MS <= now < known.until:
            known = self._known[switch] = self._read(switch, now, known)
        return known

    def _read(self, switch: SwitchName, now: int, known: _Known) -> _Known:
        try:
            return _Known(self._store.find(switch).off, now + CACHED_MS, read=True)
        except Unavailable:
            self._tell(switch)
            return known._replace(until=now + RETRY_MS)
