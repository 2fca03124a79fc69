"""From a name to its addresses, within a time: the system's own look-up has none that we could give it."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable

Resolve = Callable[[str], tuple[str, ...]]
"""From a name to all addresses that it has now, in the order to try them. Raises ``OSError`` when it has none."""

MAX_LOOKUPS = 64
"""How many names may be looked up at once. Who comes when all are taken waits, but not beyond their own deadline."""


def system_resolve(name: str) -> tuple[str, ...]:
    """The addresses of a name, as the system's resolver knows them: those of IPv4 first, which a Lambda always reaches.

    An address with a zone keeps it, and so is none that a delivery goes to.

    Raises:
        OSError: the name has none, or no answer came.
    """
    # As bytes, so that nothing but the resolver reads the name: text would be put through an old form of IDNA.
    found = socket.getaddrinfo(name.encode("ascii"), None, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    addresses = dict.fromkeys((family, str(place[0])) for family, _, _, _, place in found)
    return tuple(address for _, address in sorted(addresses, key=lambda one: one[0] != socket.AF_INET))


class Deadline:
    """A moment by which something must be over, however many steps it has.

    Args:
        seconds: from now.
    """

    def __init__(self, seconds: float) -> None:
        self._ends = time.monotonic() + seconds

    def left(self) -> float:
        """Seconds that are left, more than none.

        Raises:
            TimeoutError: there are none.
        """
        left = self._ends - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left


class _Lookup:
    """One look-up under way, which any number of attempts may wait for."""

    def __init__(self) -> None:
        self.done = threading.Event()
        self.addresses: tuple[str, ...] = ()


class Resolver:
    """Looks names up in threads of their own, so that nobody waits longer than they will.

    A look-up that nobody waits for any more goes on until the system gives up. Who asks for the same name meanwhile
    waits for that one, so that a name whose servers hang costs one thread, however often it is tried.

    Args:
        resolve: looks one name up, as long as it takes.
        max_lookups: how many at once.
    """

    def __init__(self, resolve: Resolve = system_resolve, max_lookups: int = MAX_LOOKUPS) -> None:
        self._resolve = resolve
        self._free = threading.BoundedSemaphore(max_lookups)
        self._lock = threading.Lock()
        self._under_way: dict[str, _Lookup] = {}

    def addresses_of(self, name: str, deadline: Deadline) -> tuple[str, ...]:
        """All addresses of a name, as they are now; none if it has none.

        Raises:
            TimeoutError: there was no answer in time.
        """
        lookup = self._under_way.get(name) or self._start(name, deadline)
        if not lookup.done.wait(deadline.left()):
            raise TimeoutError
        return lookup.addresses

    def _start(self, name: str, deadline: Deadline) -> _Lookup:
        if not self._free.acquire(timeout=deadline.left()):
            raise TimeoutError
        lookup = _Lookup()
        with self._lock:
            self._under_way[name] = lookup
        threading.Thread(target=self._look_up, args=(name, lookup), daemon=True).start()
        return lookup

    def _look_up(self, name: str, lookup: _Lookup) -> None:
        try:
            lookup.addresses = self._resolve(name)
        except OSError:
            pass  # it has no address, and the look-up says so by having none
        finally:
            with self._lock:
                if self._under_way.get(name) is lookup:
                    del self._under_way[name]
            self._free.release()
            lookup.done.set()
