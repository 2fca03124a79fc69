"""What a repair reads besides the table, and what it tells again: an export's window (LEDGER rule 15)."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from cliffhanger.events.outbox import Untold, publish_images
from cliffhanger.events.publisher import EventPublisher
from tools.auditing.exports import Export, Unreadable, all_files, open_export, read_items
from tools.auditing.findings import Finding
from tools.auditing.items import DELETED, image_of

TOLD_AT_ONCE = 100
"""Entries whose events are told before the next ones are read."""


class Window:
    """The new images of one or more exports, to be read as often as it takes."""

    def __init__(self, exports: Sequence[Export]) -> None:
        self._exports = exports

    def images(self, segment: int = 0, segments: int = 1) -> Iterator[Mapping[str, Any]]:
        """Every item of one of so many segments, in DynamoDB's JSON; what was deleted has none."""
        for file in all_files(self._exports)[segment::segments]:
            for record in read_items(file):
                if not isinstance(record, Finding) and record[3] != DELETED:
                    yield image_of(record)


def open_window(folders: Sequence[Path], table: str) -> Window:
    """The window of that table in some folders, read once to its end, so that nothing is done by half of it.

    Raises:
        Unreadable: there is no export, it is damaged, or it is of another table.
    """
    exports = [open_export(folder) for folder in folders]
    for export in exports:
        if export.table != table:
            raise Unreadable(f"{export.folder}: an export of {export.table or 'no table'}, not of {table}.")
        damage = next(iter(export.findings), None) or next(_damage(export), None)
        if damage is not None:
            raise Unreadable(f"{export.folder}: {damage.detail}. Copy it again; nothing was done.")
    return Window(exports)


def _damage(export: Export) -> Iterator[Finding]:
    return (found for file in export.files for found in read_items(file) if isinstance(found, Finding))


class Retold(NamedTuple):
    """Entries whose events were told again, how many events those were, and what nothing can be told of."""

    entries: int = 0
    events: int = 0
    poison: tuple[Untold, ...] = ()


def tell_again(
    publisher: EventPublisher, images: Iterable[Mapping[str, Any]], told: Callable[[int], None] = lambda _: None
) -> Retold:
    """Tells all that a window's entries have to tell, under the ids that it had: who knows it does nothing.

    ``told`` hears how many entries there have been.

    Raises:
        EventsRefused: the bus did not take all of them; begin again.
    """
    done, waiting = Retold(), iter(images)
    while some := list(itertools.islice(waiting, TOLD_AT_ONCE)):
        now = publish_images(publisher, some)
        done = Retold(done.entries + len(some), done.events + now.events, (*done.poison, *now.poison))
        told(done.entries)
    return done
