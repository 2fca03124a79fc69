"""Which lists of sanctions are in force: an edition, by a number that only rises.

Operators put a list into the bucket, and then let an edition name it. A list is read whole before it comes into force,
and again wherever it is used; what is in the bucket without an edition that names it is nothing to anybody.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from typing import NamedTuple, Protocol

from cliffhanger.clock import Clock, system_clock
from cliffhanger.errors import Busy, ListsMissing, NotFound, ValidationFailed
from cliffhanger.kyc.lists import SHIPPED, SanctionsList, read_list, shipped

KNOWN_MS = 60_000
"""For how long the edition in force is believed without being read again."""
MOST_LISTS = 6
FIRST = 1
"""The edition before any was made: the list that ships."""
KEY = re.compile(r"lists/([a-z0-9][a-z0-9-]{0,31})/([0-9]{4}-[0-9]{2}-[0-9]{2})\.json")


class Edition(NamedTuple):
    """Which lists are in force together: their keys in the bucket, and who let them be, when.

    ``digests`` are the SHA-256 of what came into force, in the order of the keys; none before they were kept.
    """

    number: int = FIRST
    keys: tuple[str, ...] = ()
    by: str = ""
    at: int = 0
    digests: tuple[str, ...] = ()

    @property
    def lists(self) -> dict[str, str]:
        """The day of each list, by its name."""
        found = (KEY.fullmatch(key) for key in self.keys)
        named = {match[1]: match[2] for match in found if match is not None}
        return named or {SHIPPED: shipped().published}


class InForce(NamedTuple):
    """An edition's number, and its lists."""

    edition: int
    lists: tuple[SanctionsList, ...]

    @property
    def real(self) -> tuple[SanctionsList, ...]:
        """Those that name people who exist."""
        return tuple(one for one in self.lists if one.list != SHIPPED)


class Shelf(Protocol):
    """Where lists are kept."""

    def read(self, key: str) -> bytes | None:
        """A list as it was put there; None where there is none.

        Raises:
            Unavailable: it does not answer.
        """


class Editions(Protocol):
    """Where editions are kept."""

    def edition(self) -> Edition:
        """The newest.

        Raises:
            Unavailable: it does not answer.
        """

    def add(self, edition: Edition) -> bool:
        """Keeps the next edition; False where there is one of that number already.

        Raises:
            Unavailable: it may or may not have been kept.
        """


class Library:
    """The lists in force, as one warm instance knows them. ``synthetic``: whether the list that ships is enough."""

    def __init__(
        self, editions: Editions, shelf: Callable[[], Shelf], clock: Clock = system_clock, *, synthetic: bool
    ) -> None:
        self._synthetic = synthetic
        self._editions = editions
        self._shelf = shelf
        self._clock = clock
        self._known: InForce | None = None
        self._read_at = 0

    def in_force(self) -> InForce:
        """The lists that a person is held against now.

        Raises:
            ListsMissing: there is none but the one that ships, which names nobody who exists and would clear everybody.
            NotFound: a list that the edition names is not there: nobody is cleared without it.
            ValidationFailed: it is not what came into force any more.
            Unavailable: the table or the bucket does not answer.
        """
        now = self._clock()
        if self._known is None or not self._read_at <= now < self._read_at + KNOWN_MS:
            edition = self._editions.edition()
            if self._known is None or self._known.edition != edition.number:
                digests = edition.digests or ("",) * len(edition.keys)
                read = (_read(self._shelf(), *each)[0] for each in zip(edition.keys, digests, strict=True))
                lists = tuple(read) or (shipped(),)
                self._known = InForce(edition.number, lists)
            self._read_at = now
        if not self._synthetic and not self._known.real:
            raise ListsMissing("No list of sanctions but the synthetic one is in force.")
        return self._known


def activate(
    editions: Editions,
    shelf: Shelf,
    keys: tuple[str, ...],
    by: str,
    clock: Clock = system_clock,
    *,
    shrunk: bool = False,
) -> Edition:
    """Lets lists be in force in place of those that are; the same ones once more change nothing.

    One that names less than half of whom it named before is taken for one that was cut off, unless it is said that it
    has ``shrunk``.

    Raises:
        ValidationFailed: a key or a list does not fit; or a list would be gone, or older than the one in force.
        NotFound: there is no such list.
        Busy: another edition was made meanwhile.
        Unavailable: try again.
    """
    now = editions.edition()
    wanted = tuple(sorted(set(keys)))
    if wanted == now.keys:
        return now
    made = Edition(now.number + 1, wanted, by, clock())
    _check(made, now, len(keys))
    digests = []
    for key in wanted:
        found, digest = _read(shelf, key)
        if not shrunk:
            _check_whole(shelf, found, now)
        digests.append(digest)
    made = made._replace(digests=tuple(digests))
    if not editions.add(made):
        raise Busy("Another edition was made meanwhile: look at it first.")
    return made


def _check(made: Edition, now: Edition, named: int) -> None:
    if not 1 <= named <= MOST_LISTS or any(KEY.fullmatch(key) is None for key in made.keys):
        raise ValidationFailed("An edition names 1 to 6 lists, each as lists/{list}/{day}.json.", where="keys")
    if len(made.lists) != len(made.keys):
        raise ValidationFailed("An edition names each list once.", where="keys")
    for name, day in now.lists.items():
        if name == SHIPPED and name not in made.lists:
            continue
        if made.lists.get(name, "") < day:
            raise ValidationFailed(f"'{name}' is in force as of {day}: it is neither left out nor older.", where="keys")


def _check_whole(shelf: Shelf, found: SanctionsList, now: Edition) -> None:
    """Refuses a list that names far fewer than the one in force, where that can be read."""
    key = next((key for key in now.keys if key.startswith(f"lists/{found.list}/")), None)
    if key is None:
        return
    try:
        before = len(_read(shelf, key)[0].entries)
    except (NotFound, ValidationFailed):
        return
    if len(found.entries) * 2 < before:
        told = f"'{found.list}' names {len(found.entries):,}, and named {before:,} before: is it whole?"
        raise ValidationFailed(told, where="shrunk")


def _read(shelf: Shelf, key: str, digest: str = "") -> tuple[SanctionsList, str]:
    """A list and its digest, which must be the one that is named, if one is."""
    body = shelf.read(key)
    if body is None:
        raise NotFound(f"There is no list {key}.")
    found, known = read_list(body), hashlib.sha256(body).hexdigest()
    if key != f"lists/{found.list}/{found.published}.json":
        raise ValidationFailed(f"What is kept as {key} says that it is {found.version}.", where="keys")
    if digest not in ("", known):
        raise ValidationFailed(f"What is kept as {key} is not what came into force.", where="keys")
    return found, known
