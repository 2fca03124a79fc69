"""What gifts are given with, and shown by."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING

from cliffhanger.bootstrap.foundation import catalog_store, connection, ledger_store, people_store, switches
from cliffhanger.clock import system_clock
from cliffhanger.settings import read

if TYPE_CHECKING:
    from cliffhanger.tips.service import Books
    from cliffhanger.tips.showing import Window
    from cliffhanger.tips.store import GiftsStore


@functools.cache
def tip_books() -> Books:
    """What giving works with; it stops with all that spends coins, and by itself."""
    from cliffhanger.tips.service import Books

    def check_open() -> None:
        switches().check("unlocks")
        switches().check("tips")

    return Books(ledger_store(), catalog_store(), check_open)


@functools.cache
def gifts_store() -> GiftsStore:
    """The latest gifts of episodes."""
    from cliffhanger.tips.store import GiftsStore

    return GiftsStore(connection(), read("GIFTS_TABLE"))


@functools.cache
def gift_window() -> Window:
    """The latest gifts of episodes as this instance knows them."""
    from cliffhanger.tips.showing import Window

    return Window(gifts_store(), system_clock)


@functools.cache
def gift_giver() -> Callable[[str], str | None]:
    """Tells by which name a person is shown to others; None for one who has told none, or is nobody any more."""
    people = people_store()

    def name_of(person: str) -> str | None:
        found = people.behind(person)
        told = None if found is None else people.find(found[0])
        return None if told is None else told.profile.display_name

    return name_of
