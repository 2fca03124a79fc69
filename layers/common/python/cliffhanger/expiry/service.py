"""Notes when somebody has to come to the accounts of new entries: beside the publisher, from the ledger's stream.

Whatever is delivered twice, late or out of order is harmless: who comes looks at the account's head before acting.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from cliffhanger.errors import LedgerCorrupt
from cliffhanger.expiry.domain import Due, due_of
from cliffhanger.expiry.store import DueStore
from cliffhanger.ledger.store import entry_of_image


def wait_for_images(store: DueStore, images: Iterable[Mapping[str, Any]]) -> int:
    """Notes what the entries of a stream's new images wait for, in DynamoDB's JSON; returns how many waits were noted.

    What cannot be read is passed over: the publisher parks it.

    Raises:
        Unavailable: not all are noted; noting all of them again is harmless.
    """
    newest: dict[tuple[str, int], Due] = {}
    for image in images:
        try:
            due = due_of(entry_of_image(image))
        except LedgerCorrupt:
            continue
        if due is not None:
            key = (due.account, due.at)
            newest[key] = max(newest.get(key, due), due, key=lambda one: one.seq)
    for due in newest.values():
        store.wait(due)
    return len(newest)
